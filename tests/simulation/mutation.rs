//! Protocols that are wrong on purpose. Each stands for one line somebody might change; a simulation
//! that finds nothing with them would find nothing at all.

use trucban::domain::envelope::{Actor, Command, Envelope, Sent};
use trucban::domain::ids::Stream;
use trucban::domain::incident::event::IncidentEvent;

use super::driver::{Check, Mark, Sim};
use super::outside::Flight;
use super::talk::Input;

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
    /// Taking words back erases those of the entry and not those of its edits.
    KeepsEdits,
    /// A question that is over is not erased.
    KeepsSession,
    /// A part of a widespread incident keeps its own moment, and calls people beside the whole.
    PartKeepsMoment,
    /// Evidence that was taken back is named no more, and its file stays.
    FileStays,
}

impl Mutation {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::SplitOutbox,
        Self::SentBeforeSending,
        Self::KeyDropped,
        Self::PageKeyWithoutEntry,
        Self::SwallowPassed,
        Self::KeepsEdits,
        Self::KeepsSession,
        Self::PartKeepsMoment,
        Self::FileStays,
    ];

    /// The delivery as it reaches the writer.
    pub fn input(sim: &mut Sim, input: &Input) -> Input {
        let mut input = input.clone();
        if sim.mutation == Some(Self::KeyDropped) {
            input.envelope.key = sim.key("dropped");
            if let Some((incoming, _)) = &mut input.said {
                incoming.key = input.envelope.key.clone();
            }
        }
        if let Some(Self::KeepsEdits | Self::KeepsSession) = sim.mutation {
            let sql = "DROP TABLE IF EXISTS temp.words; DROP TABLE IF EXISTS temp.talks;
                       CREATE TEMP TABLE words AS SELECT * FROM content;
                       CREATE TEMP TABLE talks AS SELECT * FROM session";
            sim.store().connection().execute_batch(sql).unwrap();
        }
        input
    }

    /// After the commit.
    pub fn committed(sim: &mut Sim, before: Mark) {
        match sim.mutation {
            Some(Self::SplitOutbox) => {
                let lost = sim.rng.chance(3);
                let conn = sim.store().connection();
                let new = before.rows;
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
            Some(Self::KeepsEdits) => {
                let sql = "INSERT OR IGNORE INTO content SELECT * FROM temp.words WHERE EXISTS (
                               SELECT 1 FROM ledger
                               WHERE kind = 'words_edited' AND instr(body, words.id))";
                sim.store().connection().execute(sql, []).unwrap();
            }
            Some(Self::KeepsSession) => {
                let sql = "INSERT OR IGNORE INTO session SELECT * FROM temp.talks";
                sim.store().connection().execute(sql, []).unwrap();
            }
            Some(Self::PartKeepsMoment) => {
                let sql =
                    "INSERT OR IGNORE INTO due SELECT 'incident/' || code, ?1, 0 FROM incident
                           WHERE state -> '$.phase.open.watch.grouped' IS NOT NULL";
                let moment = sim.now + 600_000;
                sim.store().connection().execute(sql, [moment]).unwrap();
            }
            Some(Self::FileStays) => {
                sim.store().connection().execute("DELETE FROM removed_file", []).unwrap();
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
            sim.commit(&Envelope::new(key, Actor::System, command).into())
                .map_err(|e| e.to_string())?;
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
