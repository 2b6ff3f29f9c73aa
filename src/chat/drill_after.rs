//! What is typed about a drill that is over: answers to its questions, marks, what was seen, what is to be
//! made better, and its report.

use super::Turn;
use super::command::{Name, first_word};
use super::drill::{act, ask, say};
use super::step::Step;
use super::values::{is_one_of, leading};
use crate::domain::drill::notice::{DrillAnswer, WordsFor};
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::run::act::NewItem;
use crate::domain::fold::fold;
use crate::domain::ids::{DrillCode, UnitCode};
use crate::domain::notice::Answer;
use crate::text::typed;

/// A number people count from one, as a place from zero.
fn place(typed: &str) -> Option<u32> {
    typed.trim_end_matches(['.', ':']).parse::<u32>().ok()?.checked_sub(1)
}

impl Turn<'_> {
    /// What is said of a drill that is over; nothing where it is something else.
    pub(super) fn after_drill(&self, code: &DrillCode, said: &str) -> Option<Step> {
        if is_one_of(said, typed::REPORT_SUBMIT) {
            return Some(act(code.clone(), DrillAct::SubmitReport));
        }
        if is_one_of(said, typed::REPORT_APPROVE) {
            return Some(act(code.clone(), DrillAct::ApproveReport));
        }
        if let Some(rest) = leading(said, typed::RATING) {
            return Some(rating(code, rest));
        }
        if let Some(rest) = leading(said, typed::OBSERVED) {
            return Some(match rest.trim() {
                "" => say(DrillAnswer::Observations { code: code.clone() }),
                words => act(code.clone(), DrillAct::Observe(words.to_owned())),
            });
        }
        if let Some(rest) = leading(said, typed::OPINION) {
            return Some(opinion(code, rest));
        }
        let rest = leading(said, typed::ITEMS)?;
        Some(self.items(code, rest.trim()))
    }

    /// `kiến nghị`, `kiến nghị N xong …`, `kiến nghị WORDS; WHO; DAY`.
    fn items(&self, code: &DrillCode, said: &str) -> Step {
        if said.is_empty() {
            return say(DrillAnswer::Items { code: code.clone() });
        }
        let (first, rest) = first_word(said);
        if let (Ok(number), false) = (first.parse::<u32>(), rest.is_empty()) {
            return of_item(code, number, rest);
        }
        match self.new_item(said) {
            Some(item) => {
                let after = DrillAnswer::Items { code: code.clone() };
                act(code.clone(), DrillAct::AddItem(Box::new(item))).instead(Answer::Drill(after))
            }
            None => say(DrillAnswer::HowToItem { code: code.clone() }),
        }
    }

    /// Words, who does it and until when, parted by semicolons.
    fn new_item(&self, said: &str) -> Option<NewItem> {
        let mut parts = said.rsplitn(3, ';').map(str::trim);
        let (day, who, words) = (parts.next()?, parts.next()?, parts.next()?);
        let due = self.instant(&format!("{day} 9h"))?;
        let unit = self.unit_called(who);
        let owner = unit.is_none().then(|| self.person_named(who));
        let fits = !words.is_empty() && !who.is_empty();
        fits.then(|| NewItem { words: words.to_owned(), unit, owner, due })
    }

    /// A unit by its code or its name.
    fn unit_called(&self, said: &str) -> Option<UnitCode> {
        let folded = fold(said);
        let units = &self.context.directory.units;
        let named = units
            .values()
            .find(|unit| fold(unit.code.as_str()) == folded || fold(&unit.name) == folded);
        named.map(|unit| unit.code.clone())
    }
}

/// `đánh giá`, `đánh giá N`, `đánh giá N MARK why`.
fn rating(code: &DrillCode, said: &str) -> Step {
    let (first, rest) = first_word(said.trim());
    let show = |place| say(DrillAnswer::Rating { code: code.clone(), place });
    let Some(place) = place(first) else { return show(0) };
    for (words, mark) in typed::MARKS {
        if let Some(why) = leading(rest, words) {
            let why = why.trim_start_matches([':', ',']).trim().to_owned();
            let after = DrillAnswer::Rating { code: code.clone(), place };
            let rate = DrillAct::Rate(place, *mark, why);
            return act(code.clone(), rate).instead(Answer::Drill(after));
        }
    }
    show(place)
}

/// `ý kiến`, `ý kiến N …`.
fn opinion(code: &DrillCode, said: &str) -> Step {
    let (first, words) = first_word(said.trim());
    let show = |place| say(DrillAnswer::Survey { code: code.clone(), place });
    match place(first) {
        Some(place) if words.is_empty() => show(place),
        Some(place) => {
            let next = place.saturating_add(1);
            let after = DrillAnswer::Survey { code: code.clone(), place: next };
            act(code.clone(), DrillAct::Survey(place, words.to_owned()))
                .instead(Answer::Drill(after))
        }
        None if first.is_empty() => show(0),
        None => Step::usage(Name::Drills.word()),
    }
}

/// What is said of one item.
fn of_item(code: &DrillCode, number: u32, said: &str) -> Step {
    let words = |rest: &str| rest.trim_start_matches([':', ',']).trim().to_owned();
    if is_one_of(said, typed::ITEM_FINE) {
        return act(code.clone(), DrillAct::VerifyItem(number));
    }
    if let Some(rest) = leading(said, typed::ITEM_NOT) {
        return match words(rest) {
            why if why.is_empty() => ask(code.clone(), WordsFor::ItemReturn(number)),
            why => act(code.clone(), DrillAct::ReturnItem(number, why)),
        };
    }
    match leading(said, typed::ITEM_DONE).map(words) {
        Some(proof) if proof.is_empty() => ask(code.clone(), WordsFor::ItemDone(number)),
        Some(proof) => act(code.clone(), DrillAct::ItemDone(number, proof)),
        None => say(DrillAnswer::HowToItem { code: code.clone() }),
    }
}
