//! `/dientap kế hoạch`, `/dientap chuỗi`, `/dientap tuân thủ`: their words and buttons.

use std::collections::BTreeSet;

use chrono::Datelike as _;

use super::Turn;
use super::command::shortened;
use super::step::Step;
use super::values::{is_one_of, leading};
use crate::domain::drill::notice::DrillAnswer;
use crate::domain::drill::plan::Units;
use crate::domain::drill::plan::press::BookPress;
use crate::domain::drill::plan::said::{BookAnswer, BookAsk};
use crate::domain::drill::plan::wish::{BookWish, Draft};
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{Asked, Command};
use crate::domain::ids::UnitCode;
use crate::domain::notice::{Answer, Ask};
use crate::domain::schedule::read::read;
use crate::domain::secrecy::guard;
use crate::text::typed;

fn wish(wish: BookWish) -> Step {
    Step::of(Command::Drill(DrillWish::Book(wish)))
}

fn say(answer: BookAnswer) -> Step {
    Step::say(Answer::Drill(DrillAnswer::Book(answer)))
}

fn ask(ask: BookAsk) -> Step {
    Step::ask(Ask::Book(ask))
}

impl Turn<'_> {
    /// What of `/dientap` is about the book; nothing where it is about something else.
    pub(super) fn book(&self, arguments: &str) -> Option<Step> {
        if let Some(rest) = leading(arguments, typed::YEAR_PLAN) {
            let (year, rest) = self.year(rest);
            return Some(if is_one_of(rest, typed::SUBMIT) {
                wish(BookWish::Submit(year))
            } else if is_one_of(rest, typed::APPROVE) {
                wish(BookWish::Approve(year))
            } else {
                match leading(rest, typed::DISAPPROVE) {
                    Some("") => ask(BookAsk::Decline(year)),
                    Some(why) => wish(BookWish::Decline(year, why.to_owned())),
                    None => say(BookAnswer::Year(year)),
                }
            });
        }
        if let Some(rest) = leading(arguments, typed::COMPLIANCE) {
            let (year, rest) = self.year(rest);
            return Some(match is_one_of(rest, typed::REMIND) {
                true => wish(BookWish::Remind(year)),
                false => say(BookAnswer::Compliance(year)),
            });
        }
        leading(arguments, typed::SERIES).map(|rest| self.series(rest))
    }

    /// The year that is named first, or this one, and what follows.
    fn year<'w>(&self, words: &'w str) -> (i32, &'w str) {
        let this = self.context.now.date(self.context.zone).year();
        let words = strip(words, typed::YEAR);
        let (first, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        match first.parse::<i32>() {
            Ok(year) if (2000..=2200).contains(&year) => (year, rest.trim()),
            _ => (this, words),
        }
    }

    /// `chuỗi`, or `chuỗi KỊCH_BẢN: LỊCH`.
    fn series(&self, said: &str) -> Step {
        if said.trim().is_empty() {
            return say(BookAnswer::Series);
        }
        let cut = said.split_once(':');
        let (scenario, rule) = cut.or_else(|| said.split_once(' ')).unwrap_or((said, ""));
        let scenario = ScenarioId::new(shortened(scenario.trim()));
        match rule.trim() {
            "" => ask(BookAsk::Rule { scenario, fault: None }),
            rule => self.ruled(scenario, rule),
        }
    }

    /// The rule of a series, and perhaps its units behind a semicolon: shown before anything is set.
    fn ruled(&self, scenario: ScenarioId, said: &str) -> Step {
        // What is not understood is said back, and kept with the question.
        let said = guard(said).words;
        let (rule, units) = said.split_once(';').unwrap_or((&said, ""));
        let today = self.context.now.date(self.context.zone);
        match read(rule.trim(), today) {
            Ok(schedule) => {
                let units = self.units(units);
                ask(BookAsk::Confirm(Box::new(Draft { scenario, schedule, units })))
            }
            Err(fault) => ask(BookAsk::Rule { scenario, fault: Some(fault) }),
        }
    }

    /// `cấp độ 3`, kinds of units, or their codes; every unit where nothing is said.
    fn units(&self, said: &str) -> Units {
        let said = strip(said.trim(), typed::UNIT);
        if let Some(level) = leading(said, typed::LEVEL).and_then(|rest| rest.trim().parse().ok()) {
            return Units::Level(level);
        }
        let words = said.split(',').map(str::trim).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_lowercase).collect();
        if words.is_empty() || words.iter().all(|word| is_one_of(word, typed::EVERY_UNIT)) {
            return Units::All;
        }
        let known = &self.context.directory.units;
        let codes: BTreeSet<UnitCode> = words.iter().map(UnitCode::new).collect();
        match codes.iter().any(|code| known.contains_key(code)) {
            true => Units::Named(codes),
            false => Units::Kinds(words.into_iter().collect()),
        }
    }

    /// Words in answer to a question about the book.
    pub(super) fn answers_book(&self, asked: &BookAsk, words: &str) -> Option<Step> {
        match asked {
            BookAsk::Confirm(draft) if is_one_of(words, typed::YES) => {
                Some(wish(BookWish::SetSeries(draft.clone())))
            }
            // Another rule instead of the one that was shown.
            BookAsk::Confirm(draft) => {
                let step = self.ruled(draft.scenario.clone(), words);
                let read = matches!(
                    &step.command,
                    Command::Say(Answer::Ask(Ask::Book(BookAsk::Confirm(_))))
                );
                read.then_some(step)
            }
            BookAsk::Rule { scenario, .. } => Some(self.ruled(scenario.clone(), words)),
            BookAsk::Decline(year) => Some(wish(BookWish::Decline(*year, words.to_owned()))),
        }
    }

    /// The series that was shown and not decided on.
    fn shown_series(&self) -> Option<Box<Draft>> {
        match self.context.session.and_then(|session| session.asked.as_ref())? {
            Asked::Choice(ask) => match ask.as_ref() {
                Ask::Book(BookAsk::Confirm(draft)) => Some(draft.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// A button about the book.
    pub(super) fn book_pressed(&self, press: BookPress) -> Step {
        let then_year = |step: Step, year: i32| {
            step.instead(Answer::Drill(DrillAnswer::Book(BookAnswer::Year(year)))).in_place()
        };
        match press {
            BookPress::Year(year) => say(BookAnswer::Year(year)),
            BookPress::Submit(year) => then_year(wish(BookWish::Submit(year)), year),
            BookPress::Approve(year) => then_year(wish(BookWish::Approve(year)), year),
            BookPress::Decline(year) => ask(BookAsk::Decline(year)),
            BookPress::EndSeries(series) => {
                let after = Answer::Drill(DrillAnswer::Book(BookAnswer::Series));
                wish(BookWish::EndSeries(series)).instead(after).in_place()
            }
            BookPress::Compliance(year) => say(BookAnswer::Compliance(year)),
            BookPress::Remind(year) => wish(BookWish::Remind(year)).in_place(),
            BookPress::Confirm | BookPress::Edit => match self.shown_series() {
                None => Step::say(Answer::NothingToLeave),
                Some(draft) if press == BookPress::Confirm => {
                    wish(BookWish::SetSeries(draft)).ending().in_place()
                }
                Some(draft) => {
                    let scenario = draft.scenario.clone();
                    ask(BookAsk::Rule { scenario, fault: None }).in_place()
                }
            },
        }
    }
}

/// The words without one of these before them.
fn strip<'w>(words: &'w str, before: &[&str]) -> &'w str {
    leading(words, before).unwrap_or(words).trim()
}
