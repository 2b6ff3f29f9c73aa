//! What can happen next.

use std::collections::BTreeMap;

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Absence, Actor, Command, Envelope, Jump, Report, Sent};
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::incident::act::{Act, Aim, Closing, Detail};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{Category, ChannelKind, Flag, Severity, Tlp, Tri};

use super::checks;
use super::driver::{Check, Sim};
use super::mutation::Mutation;
use super::town::{PEOPLE, by, id};
use crate::hold;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// More incidents than this only dilute what happens to each.
pub const MOST: usize = 6;

impl Sim {
    /// One step, and the questions that are cheap enough to ask after each.
    pub fn step(&mut self) -> Check {
        match self.rng.below(1080) {
            0..60 if self.model.cases.len() < MOST => self.report()?,
            0..60 => self.duty()?,
            60..175 => self.act()?,
            175..210 => self.duty()?,
            210..235 => self.merge()?,
            235..285 if self.model.cases.len() < MOST => self.alert()?,
            235..445 => self.advance()?,
            445..470 => self.opens()?,
            470..515 => self.answers()?,
            515..545 => self.presses()?,
            545..590 => self.commands()?,
            590..620 => self.chats()?,
            620..650 => self.edit()?,
            650..680 => self.take_back()?,
            680..700 => self.sends_files()?,
            700..730 => self.fetches()?,
            730..750 => self.groups()?,
            750..905 => self.pump()?,
            905..950 => self.repeat()?,
            950..965 => self.crash()?,
            965..973 => self.jump()?,
            973..985 => self.absence()?,
            985..1000 => self.weather(),
            _ => self.plays()?,
        }
        checks::cheap(self)
    }

    fn words(&mut self) -> String {
        match self.rng.below(10) {
            0 => " \n ".to_owned(),
            1 => "x".repeat(8_001),
            2 => "một dòng\n".repeat(700),
            _ => format!("lời {}", self.token()),
        }
    }

    fn person(&mut self) -> Actor {
        match self.rng.below(30) {
            0 => by("p-99"),
            1 => Actor::Stranger,
            _ => by(self.rng.pick(&PEOPLE).0),
        }
    }

    /// Some incident, or one that there is not.
    pub fn code(&mut self) -> IncidentCode {
        let codes: Vec<_> = self.model.cases.keys().cloned().collect();
        if codes.is_empty() || self.rng.chance(2) {
            return IncidentCode::new("SC-2026-9999");
        }
        self.rng.pick(&codes).clone()
    }

    fn report(&mut self) -> Check {
        let token = self.token();
        let words = (!self.rng.chance(15)).then(|| format!("sự cố {token}"));
        let (key, actor) = (self.key("tg"), self.person());
        self.say(format!("{key}: {actor} reports"));
        self.deliver(Envelope::new(key, actor, Command::Report(Report { words })))
    }

    fn act(&mut self) -> Check {
        let code = self.code();
        let current = self.model.cases.get(&code).map_or((1, 1), |c| (c.episode, c.firings));
        let (episode, firing) = current;
        let aimed = match self.rng.below(20) {
            0..9 => None,
            9..18 => Some(episode),
            _ => Some(episode + 1 - u32::try_from(self.rng.below(3)).unwrap().min(episode)),
        };
        let act = self.some_act(firing);
        let (key, actor) = (self.key("tg"), self.person());
        let brief: String = format!("{act:?}").chars().take(50).collect();
        self.say(format!("{key}: {actor} {code}/{aimed:?} {brief}"));
        let command = Command::Act(Aim { code, episode: aimed }, act);
        self.deliver(Envelope::new(key, actor, command))
    }

    fn some_act(&mut self, firing: u32) -> Act {
        let severity = *self.rng.pick(Severity::ALL);
        match self.rng.below(100) {
            0..25 => Act::Acknowledge,
            25..33 => Act::HandBack,
            33..38 => Act::KeepAlive,
            38..46 => Act::Assign(id(self.rng.pick(&PEOPLE).0)),
            46..52 => Act::Note(self.words()),
            52..60 => Act::Severity(severity),
            60 => Act::Detail(Detail::Kind(*self.rng.pick(Category::ALL))),
            61 => Act::Category(Some(*self.rng.pick(Category::ALL))),
            62..64 => Act::Flag(*self.rng.pick(Flag::ALL), *self.rng.pick(Tri::ALL), self.words()),
            64..66 => Act::Tlp(*self.rng.pick(Tlp::ALL)),
            66..76 => match self.rng.below(5) {
                0..3 => Act::Raise(Some(firing)),
                3 => Act::Raise(None),
                _ => Act::Raise(Some(firing.wrapping_sub(1))),
            },
            76..82 => Act::Contain,
            82..88 => Act::Resolve,
            88..92 => Act::Close(Closing::Summary(self.words())),
            92..94 => Act::Close(Closing::FalseAlarm(self.words())),
            _ => Act::Reopen,
        }
    }

    fn merge(&mut self) -> Check {
        let (duplicate, main) = (self.code(), self.code());
        let actor = if self.rng.chance(60) { by("p-04") } else { self.person() };
        let key = self.key("tg");
        self.say(format!("{key}: {actor} merges {duplicate} into {main}"));
        self.deliver(Envelope::new(
            key,
            actor,
            Command::Merge { duplicate: Aim::typed(duplicate), main },
        ))
    }

    fn alert(&mut self) -> Check {
        let one = |sim: &mut Self| Alert {
            title: format!("cảnh báo {}", sim.token()),
            description: sim.rng.chance(50).then(|| format!("thêm {}", sim.token())),
            severity: *sim.rng.pick(Severity::ALL),
            category: sim.rng.chance(30).then(|| *sim.rng.pick(Category::ALL)),
            unit: sim.rng.chance(50).then(|| UnitCode::new(*sim.rng.pick(&["xa-001", "xa-404"]))),
            dedup_key: sim.rng.chance(80).then(|| format!("k{}", sim.rng.below(2))),
            detected_at: None,
            resolved: sim.rng.chance(15),
            remarks: Vec::new(),
        };
        let alerts: Vec<Alert> = (0..=self.rng.below(2)).map(|_| one(self)).collect();
        let (key, intake) = (self.key("intake"), *self.rng.pick(&["siem", "edr"]));
        self.say(format!("{key}: {} alerts of {intake}", alerts.len()));
        let actor = Actor::Intake(intake.to_owned());
        self.deliver(Envelope::new(key, actor, Command::Alerts(alerts)))
    }

    /// Both hands of the clock move.
    pub fn pass(&mut self, ms: i64) {
        self.now += ms;
        self.mono += ms;
    }

    /// Time passes: moment by moment, or in one long step as when the machine is too busy.
    fn advance(&mut self) -> Check {
        let long = self.rng.chance(25);
        let span = match self.rng.below(10) {
            0..2 => self.rng.below(5 * SECOND),
            2..7 => self.rng.below(12) * MINUTE,
            7..9 => self.rng.below(60) * MINUTE + self.rng.below(MINUTE),
            _ if long => self.rng.below(40) * HOUR,
            _ => self.rng.below(3) * HOUR,
        };
        let span = i64::try_from(span).unwrap();
        let target = self.now + span;
        if long {
            self.say(format!("{span} ms in one step"));
            self.pass(span);
            return self.passed_moments_fire_once();
        }
        self.say(format!("{span} ms"));
        while let Some(due) = self.reader().first_due().map_err(|e| e.to_string())? {
            let due = due.try_at.millis();
            if due > target {
                break;
            }
            let jitter = i64::try_from(self.rng.below(40)).unwrap();
            self.pass((due + jitter - self.now).max(0));
            self.tick()?;
        }
        self.pass((target - self.now).max(0));
        self.tick()?;
        self.beat()
    }

    /// Whatever was missed happens now, each once: nothing cascades and nothing is swallowed.
    fn passed_moments_fire_once(&mut self) -> Check {
        let now = self.now;
        let late: Vec<(String, i64)> = {
            let conn = self.store().connection();
            let sql = "SELECT d.stream, i.state ->> 'version' FROM due d
                       JOIN incident i ON d.stream = 'incident/' || i.code WHERE d.at <= ?1";
            let mut statement = conn.prepare_cached(sql).unwrap();
            let rows = statement.query_map([now], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.map(Result::unwrap).collect()
        };
        Mutation::came_back(self);
        let mut ticked = self.tick()?;
        // The roster has a moment for everything that goes on from the one it missed.
        let rostered = ticked.remove("roster").unwrap_or_default();
        hold!(rostered <= 3, "the roster had {rostered} moments at once");
        let once: BTreeMap<String, u32> =
            late.iter().map(|(stream, _)| (stream.clone(), 1)).collect();
        hold!(ticked == once, "passed: {late:?}; fired: {ticked:?}");
        Ok(())
    }

    /// Something old comes again, or something is made up about a row.
    fn repeat(&mut self) -> Check {
        if self.rng.chance(20) {
            return self.forged_word();
        }
        if self.history.is_empty() {
            return Ok(());
        }
        let index = self.rng.index(self.history.len());
        let (input, receipt) = self.history[index].clone();
        self.again(&input, &receipt)
    }

    /// A word about an attempt that is over, or never was, changes nothing.
    fn forged_word(&mut self) -> Check {
        let row = i64::try_from(self.rng.below(60)).unwrap();
        let command = Command::Delivered { row, attempt: 77, sent: Sent::Accepted(Some(1)) };
        let (before, key) = (self.mark(), self.key("forged"));
        self.deliver(Envelope::new(key, Actor::System, command))?;
        hold!(self.mark() == before, "a forged word changed something");
        Ok(())
    }

    /// The wall clock is set; every wait of an incident keeps what remained of it.
    fn jump(&mut self) -> Check {
        let steps = [5, -5, 300, -300, 600, -600, 1800, -1800, 3600, -3600, 90_000, -90_000];
        let by_ms = *self.rng.pick(&steps) * 1_000;
        self.say(format!("the clock is set by {by_ms} ms"));
        let sum = |sim: &mut Self| -> (i64, i64) {
            // What hangs on the calendar follows the clock.
            let sql =
                "SELECT count(*), coalesce(sum(at), 0) FROM due WHERE stream LIKE 'incident/%'";
            sim.store().connection().query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap()
        };
        let (count, before) = sum(self);
        let waiting = self.sendable_now();
        self.now += by_ms;
        let key = self.key("jump");
        self.deliver(Envelope::new(key, Actor::System, Command::Jumped(Jump { by_ms })))?;
        let (_, after) = sum(self);
        hold!(after - before == count * by_ms, "a wait was not kept over a jump of the clock");
        let still = self.sendable_now();
        hold!(still >= waiting, "{waiting} messages could go, {still} after the clock was set");
        self.tick().map(drop)
    }

    fn sendable_now(&mut self) -> i64 {
        let now = self.now;
        let sql = "SELECT count(*) FROM outbox WHERE state = 'queued' AND not_before <= ?1";
        self.store().connection().query_row(sql, [now], |row| row.get(0)).unwrap()
    }

    /// The process is away for a while; at its return waiting updates are read first.
    fn absence(&mut self) -> Check {
        let from = self.at();
        self.say("away");
        let away = 2 * MINUTE + self.rng.below(3 * 24 * 60) * MINUTE;
        let rough = std::mem::replace(&mut self.rough, false);
        self.pass(i64::try_from(away).unwrap());
        self.crash()?;
        let until: Timestamp = self.at();
        let key = format!("away:{}", until.millis());
        self.deliver(Envelope::new(key, Actor::System, Command::Away(Absence { from, until })))?;
        for _ in 0..self.rng.below(3) {
            self.act()?;
        }
        let done = self.passed_moments_fire_once();
        self.rough = rough;
        done
    }

    /// Channels fail and return, people block and unblock, the team's chat moves.
    fn weather(&mut self) {
        let channels = [ChannelKind::Telegram, ChannelKind::Webhook, ChannelKind::Email];
        let channel = *self.rng.pick(&channels);
        let person = self.rng.pick(&PEOPLE).0.to_owned();
        match self.rng.below(10) {
            0..3 if !self.outside.down.remove(&channel) => {
                self.say(format!("{channel} is down"));
                self.outside.down.insert(channel);
            }
            3..8 if !self.outside.blocked.remove(&(channel, person.clone())) => {
                self.say(format!("{person} blocks {channel}"));
                self.outside.blocked.insert((channel, person));
            }
            8 => self.outside.moved = true,
            _ => {}
        }
    }

    /// A lead ends everything.
    pub fn close_all(&mut self) -> Check {
        self.rough = false;
        self.all_come_back()?;
        let codes: Vec<_> = self.model.cases.keys().cloned().collect();
        for code in codes {
            let close = Act::Close(Closing::FalseAlarm("hết".to_owned()));
            let key = self.key("tg");
            let command = Command::Act(Aim::typed(code), close);
            self.deliver(Envelope::new(key, by("p-04"), command))?;
        }
        Ok(())
    }
}
