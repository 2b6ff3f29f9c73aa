//! `trucban page test`: a test page by each way to a person, and what becomes of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::args::{Args, Page};
use super::directory::refused;
use super::run::runtime;
use super::{End, Stopped, office, say, say_json};
use crate::app::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::envelope::Receipt;
use crate::domain::ids::PersonId;
use crate::domain::values::ChannelKind;
use crate::ledger::lock::ProcessLock;
use crate::ledger::outbox::{Row, State};
use crate::text::cli::{page as told, said};
use crate::text::words;

/// So often it is looked what has become of it.
const LOOK: Duration = Duration::from_millis(200);

/// How one way ended.
struct Outcome {
    row: Row,
    after: Duration,
}

/// `page test`.
pub fn test(args: &Args, command: &Page) -> Result<End, Stopped> {
    let Page::Test { id, channel, wait, no_wait } = command;
    let (config, mut office) = office(args)?;
    let person = PersonId::new(id);
    let (receipt, number) = office.test_page(&person, *channel)?;
    if let Receipt::Refused(refusal) = receipt {
        return Err(Stopped(refused(&config, &office, &refusal)?));
    }
    let ways: Vec<ChannelKind> = office.test_pages(number)?.iter().map(|row| row.channel).collect();
    let head = || {
        let name = office.directory().map(|directory| directory.name(&person).to_owned());
        let shown: Vec<&str> = ways.iter().map(|way| words::channel(*way)).collect();
        name.map(|name| said::test_paged(&name, &shown.join(", ")))
    };
    if *no_wait {
        if args.json {
            say_json(&json!({"person": id, "channels": ways, "ok": null, "outcomes": []}));
        } else {
            say(&head()?);
        }
        return Ok(End::Done);
    }
    if !args.json {
        say(&head()?);
    }
    let outcomes = watched(args, &config, &office, number, Duration::from_secs(*wait))?;
    let ok = outcomes.iter().all(Outcome::arrived);
    if args.json {
        let outcomes: Vec<Value> = outcomes.iter().map(Outcome::as_json).collect();
        say_json(&json!({"person": id, "channels": ways, "ok": ok, "outcomes": outcomes}));
    }
    Ok(if ok { End::Done } else { End::Wrong })
}

/// Waits until each way has ended, or long enough; says each as it ends.
fn watched(
    args: &Args,
    config: &Config,
    office: &Office,
    number: i64,
    wait: Duration,
) -> Result<Vec<Outcome>, Stopped> {
    let tell = |words: &str| {
        if !args.json {
            say(words);
        }
    };
    let running = ProcessLock::holder(&config.store.path)?.is_some();
    tell(&if running { told::waiting(wait) } else { told::NO_SERVICE.to_owned() });
    let (clock, runtime) = (Clock::System, runtime()?);
    let began = clock.read().mono;
    let mut ended: Vec<Outcome> = Vec::new();
    loop {
        let after = clock.read().mono.saturating_sub(began);
        let (over, open): (Vec<Row>, Vec<Row>) =
            office.test_pages(number)?.into_iter().partition(|row| !is_open(row));
        for row in over {
            if !ended.iter().any(|one| one.row.id == row.id) {
                tell(&told::outcome(row.channel, &row.state, row.why.as_deref(), after));
                ended.push(Outcome { row, after });
            }
        }
        if open.is_empty() || !running || after >= wait {
            for row in open {
                if running {
                    tell(&told::still_open(row.channel, row.attempt, wait));
                }
                ended.push(Outcome { row, after });
            }
            return Ok(ended);
        }
        runtime.block_on(clock.sleep(LOOK));
    }
}

impl Outcome {
    fn arrived(&self) -> bool {
        self.row.state == State::Sent.word()
    }

    fn as_json(&self) -> Value {
        let Self { row, after } = self;
        json!({"channel": row.channel, "state": row.state, "why": row.why,
               "tries": row.attempt, "seconds": after.as_secs()})
    }
}

/// Whether it may still be sent.
fn is_open(row: &Row) -> bool {
    [State::Queued, State::Sending].iter().any(|state| row.state == state.word())
}
