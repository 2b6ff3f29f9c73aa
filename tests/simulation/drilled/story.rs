//! What happens in drills: people plan, agree, start, answer, stop, mistake, correct, end and judge.

use trucban::domain::actor::Actor;
use trucban::domain::drill::run::act::{DrillAct, NewItem};
use trucban::domain::drill::run::event::{Mark, Presence, Resume, Rsvp};
use trucban::domain::drill::run::state::{Drill, Status};
use trucban::domain::drill::scenario::ScenarioId;
use trucban::domain::drill::wish::DrillWish;
use trucban::domain::envelope::{Command, Report};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::values::Severity;

use super::super::driver::Check;
use super::super::rng::Rng;
use super::super::town::{PEOPLE, by, id};
use super::world::World;

pub const LEAD: &str = "p-04";
pub const MANAGER: &str = "p-06";
pub const MINUTE: i64 = 60_000;

impl World {
    /// One thing that happens in a drill, or on the way to one.
    pub fn of_a_drill(&mut self, rng: &mut Rng) -> Check {
        let Some(drill) = self.newest() else { return self.plans(rng) };
        match drill.status {
            Status::Draft => self.does(LEAD, &drill, DrillAct::Submit),
            Status::Submitted => self.does(MANAGER, &drill, DrillAct::Approve),
            Status::Scheduled => self.before(&drill, rng),
            Status::Running | Status::Paused => self.in_play(&drill, rng),
            Status::Ended | Status::Reported => self.after(&drill, rng),
            Status::Missed if rng.chance(50) => {
                self.does(LEAD, &drill, DrillAct::Cancel("trùng việc".to_owned()))
            }
            Status::Missed => self.does(LEAD, &drill, DrillAct::HeldOutside("biên bản".to_owned())),
            Status::Closed | Status::Cancelled | Status::HeldOutside => self.plans(rng),
        }
    }

    fn plans(&mut self, rng: &mut Rng) -> Check {
        let ids: Vec<ScenarioId> = self.settings.scenarios.all.keys().cloned().collect();
        let ahead = i64::try_from(40 + rng.below(60)).unwrap() * MINUTE;
        let scenario = rng.pick(&ids).clone();
        let (at, units) = (self.at().shifted(ahead), Vec::new());
        self.wishes(LEAD, DrillWish::Plan { scenario, at, units })
    }

    pub fn wishes(&mut self, who: &str, wish: DrillWish) -> Check {
        let receipt = self.asks(by(who), Command::Drill(wish.clone()))?;
        let brief: String = format!("{who} {wish:?}: {receipt:?}").chars().take(160).collect();
        self.say(brief);
        Ok(())
    }

    pub fn does(&mut self, who: &str, drill: &Drill, act: DrillAct) -> Check {
        self.wishes(who, DrillWish::Act(drill.code.clone(), Box::new(act)))
    }

    /// Everybody gets ready, and the lead begins, unless he forgets it.
    fn before(&mut self, drill: &Drill, rng: &mut Rng) -> Check {
        let who = rng.pick(&PEOPLE).0;
        match rng.below(10) {
            0 => self.does(who, drill, DrillAct::Rsvp(Rsvp::No))?,
            1..4 => self.does(who, drill, DrillAct::Rsvp(Rsvp::Yes))?,
            4 => self.does(who, drill, DrillAct::StandIn(id(rng.pick(&PEOPLE).0)))?,
            5 => self.does(who, drill, DrillAct::CheckIn(Presence::Online))?,
            _ => {}
        }
        let forgets = drill.code.as_str().ends_with('3');
        if forgets || drill.planning.at > self.at().shifted(30 * MINUTE) {
            return Ok(());
        }
        for point in 0..12 {
            self.does(LEAD, drill, DrillAct::Check(point, true))?;
        }
        self.does(LEAD, drill, DrillAct::Start)
    }

    fn in_play(&mut self, drill: &Drill, rng: &mut Rng) -> Check {
        let who = rng.pick(&PEOPLE).0;
        let place = u32::try_from(rng.below(6)).unwrap();
        match rng.below(100) {
            0..15 => self.does(who, drill, DrillAct::Acknowledge(place)),
            15..30 => {
                let of = u32::try_from(rng.below(3)).unwrap();
                self.does(who, drill, DrillAct::Choose(place, of, of))
            }
            30..38 => self.does(who, drill, DrillAct::Say(place, "đã cô lập máy".to_owned())),
            38..42 => self.does(who, drill, DrillAct::Observe("chậm".to_owned())),
            42..46 => self.does(LEAD, drill, DrillAct::Send(place)),
            46..48 => self.does(LEAD, drill, DrillAct::Hold(place)),
            48..50 => self.does(LEAD, drill, DrillAct::Skip(place)),
            50..55 => self.does(LEAD, drill, DrillAct::Pause),
            55..68 => {
                let how = *rng.pick(&[Resume::Shift, Resume::Skip, Resume::Compress]);
                self.does(LEAD, drill, DrillAct::Resume(how))
            }
            68..74 => self.mistake(who, drill),
            74..84 => self.reports(drill, rng),
            84..92 => self.on_its_incident(drill, rng),
            92..95 => self.does(LEAD, drill, DrillAct::Correct),
            95..97 => self.does(LEAD, drill, DrillAct::Release(id(who))),
            97 => self.does(LEAD, drill, DrillAct::Abort("hết giờ".to_owned())),
            98 => self.does(LEAD, drill, DrillAct::End),
            _ => Ok(()),
        }
    }

    /// Somebody stops everything, and takes it back in time.
    fn mistake(&mut self, who: &str, drill: &Drill) -> Check {
        self.does(who, drill, DrillAct::ClaimReal)?;
        let claim = self.drill(&drill.code).and_then(|drill| drill.claim);
        match claim {
            Some(_) => self.does(LEAD, drill, DrillAct::SettleClaim(false)),
            None => Ok(()),
        }
    }

    /// Somebody who plays reports within the story.
    fn reports(&mut self, drill: &Drill, rng: &mut Rng) -> Check {
        let players: Vec<PersonId> = drill.players().map(|(person, _)| person.clone()).collect();
        if players.is_empty() {
            return Ok(());
        }
        let person = rng.pick(&players).clone();
        let report = Report { words: Some("máy chủ bị mã hóa".to_owned()) };
        let before = drill.reports.len();
        let played = self.reader.drill_played_by(&person).map_err(|error| error.to_string())?;
        if played.as_ref() != Some(&drill.code) {
            return Ok(());
        }
        self.asks(Actor::Person(person.clone()), Command::Report(report))?;
        let heard = self.drill(&drill.code).is_some_and(|drill| drill.reports.len() > before);
        self.say(format!("{person} reports within {}: {heard}", drill.code));
        if heard {
            self.does(person.as_str(), drill, DrillAct::SettleReport(None, false))?;
        }
        for _ in 0..2 {
            if let Some(drill) = self.newest() {
                self.on_its_incident(&drill, rng)?;
            }
        }
        Ok(())
    }

    /// Somebody does something with an incident of the drill, whether he plays or not.
    fn on_its_incident(&mut self, drill: &Drill, rng: &mut Rng) -> Check {
        if drill.incidents.is_empty() {
            return Ok(());
        }
        let code = rng.pick(&drill.incidents).clone();
        let (mut who, outsider) = (rng.pick(&PEOPLE).0, *rng.pick(&["p-06", "p-09", "p-03"]));
        let act = match rng.below(8) {
            0 => Act::Acknowledge,
            1..4 => {
                who = LEAD;
                Act::Assign(id(outsider))
            }
            4 => Act::Raise(None),
            5 => Act::Severity(Severity::Critical),
            6 => Act::Resolve,
            _ => Act::Close(Closing::Summary("xong".to_owned())),
        };
        let receipt = self.asks(by(who), Command::Act(Aim::typed(code.clone()), act.clone()))?;
        self.say(format!("{who} {code} {act:?}: {receipt:?}"));
        Ok(())
    }

    fn after(&mut self, drill: &Drill, rng: &mut Rng) -> Check {
        let who = rng.pick(&PEOPLE).0;
        match rng.below(10) {
            0..3 => {
                let question = u32::try_from(rng.below(4)).unwrap();
                self.does(who, drill, DrillAct::Survey(question, "có".to_owned()))
            }
            3..5 => {
                for place in 0..6 {
                    let reason = "đủ các bước".to_owned();
                    self.does(LEAD, drill, DrillAct::Rate(place, Mark::Some, reason))?;
                }
                Ok(())
            }
            5 => {
                let (owner, due) = (Some(id(who)), self.at().shifted(24 * 60 * MINUTE));
                let item = NewItem { words: "sửa danh bạ".to_owned(), unit: None, owner, due };
                self.does(LEAD, drill, DrillAct::AddItem(Box::new(item)))
            }
            6 => self.does(who, drill, DrillAct::ItemDone(1, "công văn".to_owned())),
            7 => self.does(LEAD, drill, DrillAct::VerifyItem(1)),
            8 => self.does(LEAD, drill, DrillAct::SubmitReport),
            _ => self.does(MANAGER, drill, DrillAct::ApproveReport),
        }
    }
}
