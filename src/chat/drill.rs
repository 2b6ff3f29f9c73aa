//! `/dientap`, `/dinhchinh`, the buttons of a drill, and words in answer to what a drill says.

use super::Turn;
use super::command::{Name, first_word, shortened};
use super::step::Step;
use super::values::{is_one_of, leading};
use crate::domain::drill::notice::{DrillAnswer, WordsFor};
use crate::domain::drill::press::{DrillPress, DrillVerb};
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{Asked as Asking, Command};
use crate::domain::evidence::Form;
use crate::domain::ids::DrillCode;
use crate::domain::notice::{Answer, Ask};
use crate::domain::schedule::Rule;
use crate::domain::schedule::read::read;
use crate::domain::time::{Timestamp, start_of};
use crate::text::{evidence, typed};

/// What somebody who plays was asked and has not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// Whether the report of this number is real.
    Report(u32),
    /// Whether what he claims is real.
    Claim,
    /// Nothing.
    Nothing,
}

/// A drill's code as people type it.
fn code(typed: &str) -> Option<DrillCode> {
    let typed = typed.trim().trim_start_matches('#').trim_end_matches([',', '.', ':']);
    let mut parts = typed.split('-');
    let prefix = parts.next()?;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = prefix.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.next().is_some_and(number)
        && parts.next().is_some_and(number)
        && parts.next().is_none();
    (fits && typed.len() <= 24).then(|| DrillCode::new(typed.to_uppercase()))
}

pub(super) fn act(code: DrillCode, act: DrillAct) -> Step {
    Step::of(Command::Drill(DrillWish::Act(code, Box::new(act))))
}

pub(super) fn say(answer: DrillAnswer) -> Step {
    Step::say(Answer::Drill(answer))
}

impl Turn<'_> {
    /// `/dientap` and what follows it.
    pub(super) fn drills(&self, arguments: &str) -> Step {
        let (first, rest) = first_word(arguments);
        if arguments.is_empty() {
            return match self.incoming.drill.as_deref() {
                Some((code, _)) => say(DrillAnswer::Show { code: code.clone() }),
                None => say(DrillAnswer::List),
            };
        }
        if is_one_of(arguments, typed::SCENARIOS) {
            return say(DrillAnswer::Scenarios);
        }
        if let Some(step) = self.book(arguments).or_else(|| self.drills_feed(arguments)) {
            return step;
        }
        if let Some(rest) = leading(arguments, typed::PLAN) {
            return self.planned(rest);
        }
        let about = self.incoming.drill.as_deref().map(|(code, _)| code.clone());
        match (code(first), about) {
            (Some(code), _) => self.on_drill(code, rest),
            (None, Some(code)) => self.on_drill(code, arguments),
            (None, None) => Step::usage(Name::Drills.word()),
        }
    }

    /// `/dinhchinh [CODE]`.
    pub(super) fn corrected(&self, arguments: &str) -> Step {
        let about = self.incoming.drill.as_deref().map(|(code, _)| code.clone());
        let played = || self.context.incidents.drill_of(&self.person.id);
        match code(arguments).or(about).or_else(played) {
            Some(code) => act(code, DrillAct::Correct),
            None => Step::usage(Name::Correction.word()),
        }
    }

    /// `lập KỊCH_BẢN NGÀY GIỜ`.
    fn planned(&self, arguments: &str) -> Step {
        let (scenario, when) = first_word(arguments);
        match self.instant(when) {
            Some(at) if !scenario.is_empty() => {
                let scenario = ScenarioId::new(shortened(scenario));
                Step::of(Command::Drill(DrillWish::Plan { scenario, at, units: Vec::new() }))
            }
            _ => say(DrillAnswer::HowTo),
        }
    }

    /// A day and an hour, such as `15/12/2026 9h`.
    pub(super) fn instant(&self, words: &str) -> Option<Timestamp> {
        let today = self.context.now.date(self.context.zone);
        let schedule = read(words.trim(), today).ok()?;
        match schedule.rule {
            Rule::Once(date) => Some(start_of(date.and_time(schedule.hour()), self.context.zone)),
            _ => None,
        }
    }

    /// What is said of one drill: a word of its buttons, with what it needs.
    fn on_drill(&self, code: DrillCode, said: &str) -> Step {
        if said.is_empty() {
            return say(DrillAnswer::Show { code });
        }
        if let Some(step) = self.own_chat(&code, said).or_else(|| self.after_drill(&code, said)) {
            return step;
        }
        for (words, what) in typed::DRILL_WORDS {
            if let Some(rest) = leading(said, words) {
                let rest = rest.trim_start_matches([':', ',']).trim();
                let what = *what;
                return match rest.is_empty() {
                    true => ask(code, what),
                    false => self.words_for(code, what, rest),
                };
            }
        }
        for (words, plain) in typed::DRILL_ACTS {
            if is_one_of(said, words) {
                return act(code, plain.clone());
            }
        }
        for (words, whom) in [(typed::APPOINT, true), (typed::RELEASE, false)] {
            if let Some(rest) = leading(said, words).filter(|rest| !rest.trim().is_empty()) {
                let person = self.person_named(rest.trim());
                let wish = if whom { DrillAct::Appoint(person) } else { DrillAct::Release(person) };
                return act(code, wish);
            }
        }
        Step::usage(Name::Drills.word())
    }

    /// Words that were asked for.
    pub(super) fn words_for(&self, code: DrillCode, what: WordsFor, words: &str) -> Step {
        let words = words.to_owned();
        let after = match what {
            WordsFor::Opinion(place) => {
                Some(DrillAnswer::Survey { code: code.clone(), place: place.saturating_add(1) })
            }
            WordsFor::RateReason(place) => Some(DrillAnswer::Rating { code: code.clone(), place }),
            _ => None,
        };
        let wish = match what {
            WordsFor::Decline => DrillAct::Decline(words),
            WordsFor::Cancel => DrillAct::Cancel(words),
            WordsFor::Outside => DrillAct::HeldOutside(words),
            WordsFor::Abort => DrillAct::Abort(words),
            WordsFor::Reply(place) => DrillAct::Say(place, words),
            WordsFor::Opinion(place) => DrillAct::Survey(place, words),
            WordsFor::RateReason(place) => DrillAct::RateReason(place, words),
            WordsFor::ItemDone(number) => DrillAct::ItemDone(number, words),
            WordsFor::ItemReturn(number) => DrillAct::ReturnItem(number, words),
            WordsFor::Observe => DrillAct::Observe(words),
            WordsFor::Deputy | WordsFor::Evaluators | WordsFor::Sessions => {
                return self.set_up(code, what, &words);
            }
            WordsFor::StandIn => DrillAct::StandIn(self.person_named(&words)),
            WordsFor::Move => {
                let (when, why) = words.split_once([',', '\n', ';']).unwrap_or((&words, ""));
                match self.instant(when) {
                    Some(at) => DrillAct::Move(at, why.trim().to_owned()),
                    None => return ask(code, what),
                }
            }
        };
        match after {
            Some(answer) => act(code, wish).instead(Answer::Drill(answer)),
            None => act(code, wish),
        }
    }

    /// A button of a drill.
    pub(super) fn drill_pressed(&self, press: DrillPress) -> Step {
        let DrillPress { code, verb } = press;
        match verb {
            DrillVerb::Show => say(DrillAnswer::Show { code }),
            // The message that was pressed shows what came of it.
            DrillVerb::Act(wish @ (DrillAct::Acknowledge(place) | DrillAct::Choose(place, ..))) => {
                let after = DrillAnswer::Inject { code: code.clone(), place };
                act(code, wish).instead(Answer::Drill(after)).in_place()
            }
            DrillVerb::Act(wish @ DrillAct::Check(..)) => {
                let after = DrillAnswer::Show { code: code.clone() };
                act(code, wish).instead(Answer::Drill(after)).in_place()
            }
            DrillVerb::Act(wish @ DrillAct::Survey(place, _)) => {
                let place = place.saturating_add(1);
                let after = DrillAnswer::Survey { code: code.clone(), place };
                act(code, wish).instead(Answer::Drill(after)).in_place()
            }
            DrillVerb::Act(wish @ DrillAct::Rate(place, ..)) => {
                let after = DrillAnswer::Rating { code: code.clone(), place };
                act(code, wish).instead(Answer::Drill(after)).in_place()
            }
            DrillVerb::Act(wish @ DrillAct::VerifyItem(_)) => {
                let after = DrillAnswer::Items { code: code.clone() };
                act(code, wish).instead(Answer::Drill(after)).in_place()
            }
            DrillVerb::Act(wish) => act(code, wish),
            DrillVerb::Survey(place) => say(DrillAnswer::Survey { code, place }).in_place(),
            DrillVerb::Rating(place) => say(DrillAnswer::Rating { code, place }).in_place(),
            DrillVerb::Items => say(DrillAnswer::Items { code }),
            DrillVerb::Ask(what) => ask(code, what),
        }
    }

    /// A file in answer to an inject, or with what was seen: the words with it are what was seen.
    pub(super) fn file_in_drill(&self, form: Form, words: &str) -> Option<Step> {
        // Whoever says that it is real is heard first, whatever he sends with it.
        if is_one_of(words, typed::REAL) {
            return self.said_in_drill(words);
        }
        let asked = match self.asked() {
            Some(Asking::Choice(ask)) => match &**ask {
                Ask::Drill { code, what: WordsFor::Reply(place) } => Some((code, Some(*place))),
                Ask::Drill { code, what: WordsFor::Observe } => Some((code, None)),
                _ => None,
            },
            _ => None,
        };
        let about = self.incoming.drill.as_deref().map(|(code, place)| (code, *place));
        let waits = asked.is_some();
        // Unasked, a reply to what a drill says is of it only while it is played: later it may be real.
        let played = || self.context.incidents.drill_of(&self.person.id);
        let about =
            about.filter(|(code, place)| place.is_some() || played().as_ref() == Some(code));
        let step = match about.filter(|(_, place)| place.is_some()).or(asked).or(about)? {
            (code, Some(place)) => act(code.clone(), DrillAct::File(place, words.to_owned())),
            (code, None) if words.trim().is_empty() => {
                act(code.clone(), DrillAct::Observe(evidence::untitled(form).to_owned()))
            }
            (code, None) => act(code.clone(), DrillAct::Observe(words.to_owned())),
        };
        Some(if waits { step.ending() } else { step })
    }

    /// Words of somebody who plays: `SỰ CỐ THẬT`, `DIỄN TẬP`, or the answer to an inject that is answered.
    pub(super) fn said_in_drill(&self, words: &str) -> Option<Step> {
        let incidents = self.context.incidents;
        if let Some((code, Some(place))) = self.incoming.drill.as_deref().cloned() {
            if is_one_of(words, typed::REAL) {
                return Some(act(code, DrillAct::ClaimReal));
            }
            return Some(act(code, DrillAct::Say(place, words.to_owned())));
        }
        let real = is_one_of(words, typed::REAL);
        if !real && !is_one_of(words, typed::ONLY_DRILL) {
            return None;
        }
        let (code, asked) = incidents.question_in_drill(&self.person.id)?;
        Some(act(
            code,
            match asked {
                Asked::Report(number) => DrillAct::SettleReport(Some(number), real),
                Asked::Claim => DrillAct::SettleClaim(real),
                Asked::Nothing if real => DrillAct::ClaimReal,
                Asked::Nothing => return None,
            },
        ))
    }
}

pub(super) fn ask(code: DrillCode, what: WordsFor) -> Step {
    Step::ask(Ask::Drill { code, what })
}
