//! Protocols that are wrong on purpose. Each stands for one line somebody might change; a simulation
//! that finds nothing with them would find nothing at all.

use trucban::domain::envelope::{Actor, Command, Envelope, Sent};
use trucban::domain::ids::Stream;
use trucban::domain::incident::event::IncidentEvent;

use super::driver::{Check, Mark, Sim};
use super::outside::Flight;

/// What is done wrongly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutation {
    /// `handle` returns before `react` has queued, and a second transaction queues: a crash between
    /// the two leaves an incident of which nobody hears. Here the new rows are taken out after the
    /// commit and put back later, or never.
    SplitOutbox,
    /// `claim` marks rows `sent` instead of `sending`, or the pump settles before it awaits the
    /// channel: a crash between loses the message. Here the word "accepted" comes before the send.
    SentBeforeSending,
    /// The key of the update is not given to the envelope (or is made from the clock): each delivery
    /// counts. Here every commit gets a key of its own.
    KeyDropped,
    /// `queue_page` names incident, person and channel, but not the entry that called: from the
    /// second rung on `INSERT OR IGNORE` swallows pages. Here such rows are swallowed after the commit.
    PageKeyWithoutEntry,
    /// After an absence each passed moment is set anew from now instead of firing. Here the ledger
    /// itself says so, so that the derived tables agree with it and only the promise is broken.
    SwallowPassed,
}

impl Mutation {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::SplitOutbox,
        Self::SentBeforeSending,
        Self::KeyDropped,
        Self::PageKeyWithoutEntry,
        Self::SwallowPassed,
    ];

    /// The envelope as it reaches the writer.
    pub fn envelope(sim: &mut Sim, envelope: &Envelope) -> Envelope {
        let mut envelope = envelope.clone();
        if sim.mutation == Some(Self::KeyDropped) {
            envelope.key = sim.key("dropped");
        }
        envelope
    }

    /// After the commit.
    pub fn committed(sim: &mut Sim, before: Mark) {
        match sim.mutation {
            Some(Self::SplitOutbox) => {
                let lost = sim.rng.chance(3);
                let conn = sim.store().connection();
                let new = before.1;
                let rows = format!("(SELECT id FROM outbox ORDER BY id LIMIT -1 OFFSET {new})");
                let mut sql = format!(
                    "CREATE TEMP TABLE later AS SELECT * FROM outbox WHERE id IN {rows};
                     DELETE FROM outbox WHERE id IN {rows};"
                );
                if !lost {
                    sql.push_str("INSERT INTO outbox SELECT * FROM later;");
                }
                sql.push_str("DROP TABLE later");
                conn.execute_batch(&sql).unwrap();
            }
            Some(Self::PageKeyWithoutEntry) => {
                let sql = "DELETE FROM outbox WHERE kind = 'page' AND state = 'queued'
                           AND EXISTS (SELECT 1 FROM outbox other WHERE other.kind = 'page'
                               AND other.incident = outbox.incident AND other.id < outbox.id
                               AND other.person = outbox.person
                               AND other.channel = outbox.channel)";
                sim.store().connection().execute(sql, []).unwrap();
            }
            _ => {}
        }
    }

    /// Every row of a message counts as accepted before its channel was asked.
    pub fn settle_early(sim: &mut Sim, flight: &Flight) -> Check {
        for (row, attempt) in &flight.outgoing.rows {
            let sent = Sent::Accepted(None);
            let command = Command::Delivered { row: *row, attempt: *attempt, sent };
            let key = format!("outcome:{row}:{attempt}");
            sim.commit(&Envelope::new(key, Actor::System, command)).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// After an absence, before the first tick.
    pub fn came_back(sim: &mut Sim) {
        if sim.mutation != Some(Self::SwallowPassed) {
            return;
        }
        while let Ok(Some(due)) = sim.reader().first_due() {
            let (now, Stream::Incident(code)) = (sim.at(), due.stream) else { return };
            if due.try_at > now {
                return;
            }
            let by_ms = now.millis() - due.at.millis() + 300_000;
            let shifted = sim.store().transaction(now, |tx| {
                let incident = tx.incident(&code)?;
                tx.append_incident(&code, incident, vec![IncidentEvent::WaitShifted { by_ms }])
            });
            shifted.unwrap();
        }
    }
}
