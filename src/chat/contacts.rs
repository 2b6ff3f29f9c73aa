//! `/danhba`: who belongs to which unit, whether it still holds, and what is wrong with it.

use super::Turn;
use super::command::{Name, first_word};
use super::step::Step;
use super::values::is_one_of;
use crate::domain::access::sees_all;
use crate::domain::contacts::{ContactsAnswer, ContactsWish};
use crate::domain::envelope::Command;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::Answer;
use crate::domain::refusal::Refusal;
use crate::domain::search::Query;
use crate::domain::values::Role;
use crate::text::typed;

/// An answer names so many units.
const UNITS: usize = 8;

/// An answer names so many people beside those of the units.
const PEOPLE: usize = 12;

impl Turn<'_> {
    /// `/danhba` and what follows it.
    pub(super) fn contacts(&self, arguments: &str) -> Step {
        let (first, rest) = first_word(arguments);
        let private = self.incoming.route.private;
        let wish = |wish| Step::of(Command::Contacts(wish));
        if arguments.is_empty() {
            return Step::say(Answer::Contacts(ContactsAnswer::Own));
        }
        if is_one_of(arguments, typed::COVERAGE) {
            return match self.keeps() {
                true => Step::say(Answer::Contacts(ContactsAnswer::Coverage)),
                false => Step::refuse(Refusal::NotAllowed(ActKind::Directory)),
            };
        }
        if is_one_of(arguments, typed::ASK_ALL) {
            return wish(ContactsWish::Begin);
        }
        if is_one_of(first, typed::RIGHT) {
            return match rest {
                "" => wish(ContactsWish::Answer { right: true }),
                rest => wish(ContactsWish::AnswerFor { person: self.person_named(rest) }),
            };
        }
        if is_one_of(first, typed::CORRECT) {
            return match rest {
                _ if !private => Step::say(Answer::OnlyInPrivate),
                "" => Step::say(Answer::Contacts(ContactsAnswer::HowToCorrect)),
                rest => wish(ContactsWish::Correct { words: rest.to_owned() }),
            };
        }
        Query::new(arguments).map_or_else(
            || Step::usage(Name::Contacts.word()),
            |query| Step::say(Answer::Contacts(self.looked_up(&query))),
        )
    }

    /// `Đúng` or `Sửa` as the answer to the question whether one's data still hold.
    pub(super) fn said_still_right(&self, words: &str) -> Option<Step> {
        let round = self.context.directory.contact_facts.round.as_ref()?;
        let asked = round.asked.get(&self.person.id)?.is_none();
        let right = is_one_of(words, typed::RIGHT);
        let answers =
            asked && self.incoming.route.private && (right || is_one_of(words, typed::CORRECT));
        answers.then(|| Step::of(Command::Contacts(ContactsWish::Answer { right })))
    }

    fn keeps(&self) -> bool {
        let has = |role| self.person.roles.contains(&role);
        has(Role::Lead) || has(Role::Admin)
    }

    /// Units and people by name, code or title; those who only report look up their own unit.
    fn looked_up(&self, query: &Query) -> ContactsAnswer {
        let directory = self.context.directory;
        let all = sees_all(self.person) || self.keeps();
        let own = |unit: &UnitCode| {
            self.person.unit.as_ref().is_some_and(|own| directory.same_unit(own, unit))
        };
        let mut units: Vec<UnitCode> = directory
            .units
            .values()
            .filter(|unit| all || own(&unit.code))
            .filter(|unit| query.stands_in(&format!("{} {}", unit.code, unit.name)))
            .map(|unit| unit.code.clone())
            .collect();
        // Units that still stand come first.
        units.sort_by_key(|code| directory.ended.contains(code));
        let mut people: Vec<PersonId> = directory
            .people
            .values()
            .filter(|person| person.active)
            // The contacts of a unit that is named are named with it.
            .filter(|person| !units.iter().any(|unit| directory.is_contact(person, unit)))
            .filter(|person| all || person.unit.as_ref().is_some_and(own))
            .filter(|person| {
                let private = directory.private.get(&person.id);
                let (name, title) =
                    private.map_or(("", ""), |one| (one.full_name.as_str(), one.title.as_str()));
                query.stands_in(&format!("{} {name} {title}", person.id))
            })
            .map(|person| person.id.clone())
            .collect();
        let left = units.len().saturating_sub(UNITS) + people.len().saturating_sub(PEOPLE);
        units.truncate(UNITS);
        people.truncate(PEOPLE);
        ContactsAnswer::Found { units, people, more: u64::try_from(left).unwrap_or(u64::MAX) }
    }
}
