//! Writing `roster.toml`: what [`read`](super::read) makes the same roster of.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use toml::Value;

use crate::config::calendar::WEEKDAYS;
use crate::domain::calendar::weekday_number;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::roster::rotation::{Every, Hours, Plan, Rotation};
use crate::domain::roster::written::Written;
use crate::domain::roster::{Change, Layer};
use crate::domain::time::{Timestamp, end_of, start_of};
use crate::text::cli::roster as words;

/// The file of a roster as it stands at `now`.
pub fn exported(written: &Written, directory: &Directory, now: Timestamp) -> String {
    let mut file = File { text: String::new(), now, zone: directory.calendar.zone };
    file.comment(&words::exported(&now.shown(file.zone)));
    let named = written.plans.iter().flat_map(Plan::people);
    let named = named.chain(written.overrides.iter().flat_map(|change| &change.people));
    let left: BTreeSet<&str> =
        named.filter(|person| !directory.in_team(person)).map(PersonId::as_str).collect();
    if !left.is_empty() {
        let left: Vec<&str> = left.into_iter().collect();
        file.comment(&words::left(&left.join(", ")));
    }
    for (number, plan) in written.plans.iter().enumerate() {
        file.plan(plan, number > 0);
    }
    if !written.overrides.is_empty() {
        file.text.push('\n');
        file.comment(words::OVERRIDES);
    }
    written.overrides.iter().for_each(|change| file.change(change));
    file.text
}

struct File {
    text: String,
    now: Timestamp,
    zone: Tz,
}

impl File {
    fn comment(&mut self, words: &str) {
        words.lines().for_each(|line| self.line(&format!("# {line}")));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn key(&mut self, key: &str, value: impl Into<Value>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{key} = {}", value.into());
    }

    fn plan(&mut self, plan: &Plan, later: bool) {
        self.text.push('\n');
        if later {
            self.comment(words::LATER);
            self.line("[[plan]]");
        }
        self.key("from", self.instant(plan.from, start_of));
        for layer in Layer::ALL {
            let prefix = if later { "plan." } else { "" };
            for rotation in plan.layers.get(layer).into_iter().flatten() {
                self.text.push('\n');
                self.line(&format!("[[{prefix}{}]]", layer.as_str()));
                self.rotation(rotation);
            }
        }
    }

    fn rotation(&mut self, rotation: &Rotation) {
        self.key("from", rotation.from.to_string());
        if let Some(until) = rotation.until {
            self.key("until", until.to_string());
        }
        let (every, count) = match rotation.every {
            Every::Days(count) => ("day", count),
            Every::Weeks(count) => ("week", count),
            Every::Months(count) => ("month", count),
        };
        self.key("every", every);
        if count > 1 {
            self.key("count", i64::from(count));
        }
        self.key("at", rotation.at.format("%H:%M").to_string());
        match &rotation.hours {
            Hours::Always => {}
            Hours::Calendar(when) => self.key("hours", when.as_str()),
            Hours::Window { days, from, to } => {
                let named = WEEKDAYS.iter().filter(|(_, day)| days.contains(&weekday_number(*day)));
                self.key("days", named.map(|(name, _)| Value::from(*name)).collect::<Vec<_>>());
                self.key("hours", format!("{}-{}", from.format("%H:%M"), to.format("%H:%M")));
            }
        }
        let turns = rotation.turns.iter().map(|turn| match turn.as_slice() {
            [one] => Value::from(one.as_str()),
            several => people(several),
        });
        self.key("people", turns.collect::<Vec<_>>());
    }

    fn change(&mut self, change: &Change) {
        self.text.push('\n');
        self.line("[[override]]");
        self.key("layer", change.layer.as_str());
        self.key("from", self.instant(change.span.from, start_of));
        self.key("to", self.instant(change.span.to, end_of));
        self.key("people", people(&change.people));
        if let Some(person) = &change.instead_of {
            self.key("instead_of", person.as_str());
        }
    }

    /// The local time where it means this instant, otherwise with its offset. Of what has begun, when it
    /// did so is of no more use than to the minute.
    fn instant(&self, at: Timestamp, local: fn(NaiveDateTime, Tz) -> Timestamp) -> String {
        let clock = at.local(self.zone);
        let minute = clock.format("%Y-%m-%dT%H:%M").to_string();
        let meant = NaiveDateTime::parse_from_str(&minute, "%Y-%m-%dT%H:%M")
            .map(|minute| local(minute, self.zone));
        match meant {
            Ok(meant) if meant == at || (at <= self.now && meant <= at) => minute,
            _ => clock.to_rfc3339_opts(chrono::SecondsFormat::Millis, false),
        }
    }
}

fn people(people: &[PersonId]) -> Value {
    people.iter().map(|person| Value::from(person.as_str())).collect::<Vec<_>>().into()
}
