//! `/danhba`: who belongs to which unit, whether it still holds, and what is wrong with it.

use super::Turn;
use super::command::{Name, first_word};
use super::step::Step;
use super::values::is_one_of;
use crate::domain::contacts::{ContactsAnswer, ContactsWish};
use crate::domain::envelope::Command;
use crate::domain::lookup::looked_up;
use crate::domain::notice::Answer;
use crate::domain::search::Query;
use crate::text::typed;

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
            return Step::say(Answer::Contacts(ContactsAnswer::Coverage));
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
            |query| {
                Step::say(Answer::Contacts(looked_up(self.context.directory, self.person, &query)))
            },
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
}
