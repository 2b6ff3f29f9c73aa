//! The pump, one move at a time: claiming, giving to a channel, telling the engine how it ended. The
//! three are separate steps, so that anything may happen between them.

use std::time::Duration;

use trucban::domain::envelope::{Actor, Command, Envelope, Sent};
use trucban::domain::escalation::ladder::Position;
use trucban::domain::notice::{Body, PageKind};
use trucban::domain::values::{ChannelKind, Status};
use trucban::engine::channel::{Address, Outgoing};
use trucban::engine::claim::claim;
use trucban::engine::pump::in_flight;
use trucban::ledger::outbox::{Kind, Recipient, Row};

use super::driver::{Check, Sim};
use super::mutation::Mutation;
use super::outside::Flight;
use crate::hold;

/// What shares its pace with this message.
fn lane(outgoing: &Outgoing) -> i64 {
    match (&outgoing.to, outgoing.channel) {
        (Address::Chat { chat, .. }, ChannelKind::Telegram) => *chat,
        _ => outgoing.rows.first().map_or(0, |(id, _)| *id),
    }
}

impl Sim {
    /// One claim.
    pub fn claim(&mut self) -> Check {
        let (settings, now) = (self.settings.clone(), self.at());
        let mut budgets = self.budgets.clone();
        let claimed = self.store().transaction(now, |tx| {
            budgets.trim(tx.now);
            let claimed = claim(tx, &settings, &mut budgets)?;
            let mut flights = Vec::new();
            for outgoing in claimed.outgoing {
                let mut rows: Vec<Row> = Vec::new();
                for (id, _) in &outgoing.rows {
                    rows.extend(tx.row(*id)?);
                }
                flights.push(Flight { outgoing, rows, sent: None });
            }
            Ok(flights)
        });
        let claimed = claimed.map_err(|error| error.to_string())?;
        self.budgets = budgets;
        for flight in claimed {
            let keys: Vec<&str> = flight.rows.iter().map(|row| row.key.as_str()).collect();
            self.say(format!("claimed {}", keys.join(" ")));
            for row in &flight.rows {
                self.still_wanted(row)?;
                self.step_wanted(row)?;
            }
            if self.mutation == Some(Mutation::SentBeforeSending) {
                Mutation::settle_early(self, &flight)?;
            }
            self.flights.push(flight);
        }
        for &channel in ChannelKind::ALL {
            let by_it = self.budgets.in_flight(channel);
            hold!(by_it <= in_flight(channel), "{by_it} messages on their way by {channel}");
        }
        self.follow()
    }

    /// Nothing leaves that was answered before.
    fn still_wanted(&self, row: &Row) -> Check {
        let (Kind::Page | Kind::Call, Some(code), Some(rung)) =
            (row.kind, &row.incident, row.rung_seq)
        else {
            return Ok(());
        };
        let overtaken = row.kind == Kind::Page && self.outside.overtaken(row);
        hold!(!overtaken || row.maybe, "{} left after a newer page had arrived", row.key);
        let case = self.model.cases.get(code).ok_or("a page about nothing")?;
        hold!(case.status < Status::Resolved, "{} left after the end", row.key);
        if let Body::Page { episode, .. } = &row.notice.body {
            hold!(*episode == case.episode, "{} left in episode {}", row.key, case.episode);
        }
        hold!(rung > case.opened_after, "{} left in a later episode", row.key);
        let asked = matches!(row.notice.body, Body::Page { kind: PageKind::Assigned, .. });
        let answered = rung <= case.taken_after;
        hold!(!answered, "{} left after it was answered (asked by name: {asked})", row.key);
        Ok(())
    }

    /// A claimed message reaches its channel.
    pub fn send(&mut self, index: usize) -> Check {
        let Some(flight) = self.flights.get(index).filter(|flight| flight.sent.is_none()) else {
            return Ok(());
        };
        let sent = self.outside.take(&mut self.rng, flight, self.mono)?;
        let keys: Vec<String> = flight.rows.iter().map(|row| row.key.clone()).collect();
        self.say(format!("{sent:?} for {}", keys.join(" ")));
        if let Some(flight) = self.flights.get_mut(index) {
            flight.sent = Some(sent);
        }
        Ok(())
    }

    /// The engine hears how a message ended.
    pub fn tell(&mut self, index: usize) -> Check {
        if self.flights.get(index).is_none_or(|flight| flight.sent.is_none()) {
            return Ok(());
        }
        let flight = self.flights.swap_remove(index);
        let Some(sent) = flight.sent else { return Ok(()) };
        let lane = lane(&flight.outgoing);
        self.budgets.done(flight.outgoing.channel, lane, flight.outgoing.priority);
        if let Sent::Retry(after_ms) = sent {
            let now = self.at();
            self.budgets.block(lane, now, Duration::from_millis(after_ms));
        }
        let life = self.lives;
        for ((id, attempt), row) in flight.outgoing.rows.into_iter().zip(flight.rows) {
            let command = Command::Delivered { row: id, attempt, sent: sent.clone() };
            let key = format!("outcome:{id}:{attempt}");
            let wanted = self.still_wanted(&row).is_ok() && self.step_wanted(&row).is_ok();
            self.deliver(Envelope::new(key, Actor::System, command))?;
            if self.lives != life {
                // Who would have told the rest died with the process.
                return Ok(());
            }
            let failed = matches!(sent, Sent::Down { .. } | Sent::Refused(_));
            if failed && wanted && self.mutation.is_none() {
                self.goes_on(&row)?;
            }
        }
        Ok(())
    }

    /// A page that did not get through is tried on the person's next channel, and a rung on which
    /// every page failed for good has been left.
    fn goes_on(&mut self, row: &Row) -> Check {
        let (Some(rung), Some(code)) = (row.rung_seq, &row.incident) else { return Ok(()) };
        if row.kind == Kind::Step {
            return self.step_goes_on(row);
        }
        self.outside.failed.insert(row.id);
        let pages = self.reader().pages(code).map_err(|error| error.to_string())?;
        let of_rung: Vec<&Row> = pages.iter().filter(|page| page.rung_seq == Some(rung)).collect();
        let own = |page: &&&Row| page.to == row.to;
        let tried = of_rung.iter().filter(own).count();
        let failed =
            of_rung.iter().filter(own).filter(|p| self.outside.failed.contains(&p.id)).count();
        let ways = match &row.to {
            Recipient::Person(person) => self.model.staff.ways(person),
            Recipient::Chat { .. } => 0,
        };
        hold!(tried >= ways.min(failed + 1), "{}: {tried} of {ways} ways were tried", row.key);
        let incident = self.reader().incident(code).map_err(|error| error.to_string())?;
        let stands = incident.is_some_and(|incident| {
            let on = incident.open().is_some_and(|open| matches!(open.position, Position::On(_)));
            on && incident.ladder_runs() && incident.rung_seq == rung
        });
        let sql = "SELECT count(*) FROM outbox WHERE rung_seq = ?1 AND state <> 'failed'";
        let conn = self.store().connection();
        let alive: i64 = conn.query_row(sql, [rung], |row| row.get(0)).unwrap();
        hold!(!(stands && alive == 0), "entry {rung} reached nobody and stands");
        Ok(())
    }

    /// A random move of the pump.
    pub fn pump(&mut self) -> Check {
        let count = self.flights.len();
        match self.rng.below(12) {
            0..3 => self.claim(),
            _ if count == 0 => self.claim(),
            3..5 => {
                let index = self.rng.index(count);
                self.send(index)
            }
            5..8 => {
                let index = self.rng.index(count);
                self.send(index)?;
                self.tell(index)
            }
            _ => {
                while !self.flights.is_empty() {
                    self.send(0)?;
                    self.tell(0)?;
                }
                self.claim()
            }
        }
    }

    /// The world is well and everything is over: nothing may stay behind.
    pub fn drain(&mut self) -> Check {
        self.say("drain");
        self.rough = false;
        self.outside.healthy = true;
        for _ in 0..4_000 {
            while !self.flights.is_empty() {
                self.send(0)?;
                self.tell(0)?;
            }
            self.tick()?;
            self.fetches()?;
            self.claim()?;
            if !self.flights.is_empty() {
                continue;
            }
            let fetch = self.next_fetch()?;
            let sql = "SELECT min(not_before) FROM outbox WHERE state IN ('queued', 'sending')";
            let conn = self.store().connection();
            let next: Option<i64> = conn.query_row(sql, [], |row| row.get(0)).unwrap();
            let next = next.into_iter().chain(fetch).min();
            let Some(next) = next else { return Ok(()) };
            let pause = (next - self.now).clamp(1_000, 3_600_000);
            self.pass(pause);
        }
        Err("something stayed in the outbox of a healthy world".to_owned())
    }
}
