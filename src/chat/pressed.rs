//! A pressed button. Its data comes from outside and may be old, cut or forged.

use super::Turn;
use super::play::play;
use super::step::{Change, Step};
use super::typed::report;
use super::words::taken_back;
use crate::domain::contacts::ContactsWish;
use crate::domain::drill::plan::press::BookPress;
use crate::domain::drill::press::DrillPress;
use crate::domain::envelope::{Asked, Command, DirectoryCommand};
use crate::domain::incident::act::{Act, Aim};
use crate::domain::notice::{Answer, Ask, MoreStep};
use crate::domain::playbook::run::PlayAct;
use crate::domain::press::{Choice, DutyPress, MAX_BYTES, Press, Verb};

impl Turn<'_> {
    /// A press, by its callback data.
    pub(super) fn pressed(&self, data: &str) -> Step {
        if data.len() > MAX_BYTES {
            return Step::say(Answer::Unreadable);
        }
        if let Some(press) = DutyPress::read(data) {
            return self.duty_pressed(press);
        }
        if let Some(press) = DrillPress::read(data) {
            return self.drill_pressed(press);
        }
        if let Some(press) = BookPress::read(data) {
            return self.book_pressed(press);
        }
        match (Choice::read(data), Press::read(data)) {
            (Some(choice), _) => self.chosen(choice),
            (None, Some(press)) => {
                let step = self.on_incident(press);
                let Some(report) = self.report_half_made() else { return step };
                match &*step.change {
                    // A report half made is worth more than the number of an answer.
                    Change { asked: Some(Some(Asked::Choice(_))), .. } => {
                        Step { change: Box::default(), ..step }
                    }
                    // Words or files cannot be waited for twice: the report goes first, or is left.
                    Change { asked: Some(Some(_)), .. } | Change { files: Some(_), .. } => {
                        Step::ask(report.question())
                    }
                    _ => step,
                }
            }
            (None, None) => Step::say(Answer::Unreadable),
        }
    }

    /// The step of a report that is being made.
    pub(super) fn report_half_made(&self) -> Option<&Asked> {
        let asked = self.context.session.and_then(|session| session.asked.as_ref());
        asked.filter(|asked| asked.of_a_report())
    }

    /// An answer to the question about state secrets counts only while that report is being made:
    /// a second tap must not make a second incident. Going back to "it does" is always possible.
    pub(super) fn chosen(&self, choice: Choice) -> Step {
        match choice {
            Choice::Cancel => self.cancelled().in_place(),
            // Whoever can be read here is in the directory already.
            Choice::AskAccess => Step::say(Answer::Welcome { roles: self.roles() }),
            Choice::Invite(person) => self.invites(person).ending().in_place(),
            Choice::StillRight | Choice::NotRight => {
                let right = choice == Choice::StillRight;
                Step::of(Command::Contacts(ContactsWish::Answer { right })).in_place()
            }
            Choice::Unlink(person) => {
                Step::of(Command::Directory(DirectoryCommand::Unlink { person }))
                    .ending()
                    .in_place()
            }
            _ if self.report_half_made().is_none() => Step::say(Answer::NothingToLeave),
            Choice::SecrecyNo => Step::ask(Ask::ReportWords).in_place(),
            Choice::SecrecyYes | Choice::SecrecyUnknown => report(None),
        }
    }

    fn on_incident(&self, press: Press) -> Step {
        let Press { verb, code, episode, firing } = press;
        let aim = Aim { code, episode: Some(episode) };
        let act = match verb {
            Verb::More(step) => {
                // The first question is asked below the receipt; passing one over asks the next in place.
                let question = Step::ask(Ask::More { aim, step });
                return if step == MoreStep::Kind { question } else { question.in_place() };
            }
            Verb::NoticedAt => return Step::ask(Ask::NoticedAt(aim)).in_place(),
            Verb::Detail(detail) => return self.detailed(aim, detail),
            Verb::NoteHere => return self.note_here(&aim.code),
            Verb::Flags => return Step::ask(Ask::Flags(aim)),
            Verb::Flag(flag) => return Step::ask(Ask::Flag { aim, flag }).in_place(),
            Verb::SetFlag(flag, value) => Act::Flag(flag, value, String::new()),
            Verb::Tlp => return Step::ask(Ask::Tlp(aim)),
            Verb::SetTlp(label) => Act::Tlp(label),
            Verb::Evidence => return self.evidence_of(aim.code),
            Verb::Hand(number) => return Step::ask(Ask::Hand { aim, number }),
            Verb::HandTo(number, person) => Act::Hand(number, person, String::new()),
            Verb::Received(number) => Act::Receive(number),
            Verb::Runs => return Step::say(Answer::Runs { code: aim.code }),
            Verb::StartPlaybook(id) => return play(aim, PlayAct::Start(id)),
            Verb::Step(verb, step) => return self.step_pressed(aim, verb, step),
            Verb::Assign => return Step::ask(Ask::Assign(aim)),
            Verb::Note => return Step::ask(Ask::Note(aim.code)),
            Verb::Severity => return Step::ask(Ask::Severity(aim)),
            Verb::Category => return Step::ask(Ask::Category(aim)),
            Verb::Close => return Step::ask(Ask::CloseHow(aim)),
            Verb::CloseSummary => return Step::ask(Ask::CloseWords { aim, false_alarm: false }),
            Verb::CloseFalseAlarm => return Step::ask(Ask::CloseWords { aim, false_alarm: true }),
            Verb::Words => return self.taken_back(aim.code, ""),
            Verb::Redact(seq) => return Step::ask(Ask::RedactWhy(aim.code, seq)),
            Verb::Withdraw(seq) => return taken_back(aim.code, seq, ""),
            Verb::Show => return Step::say(Answer::Incident { code: aim.code }),
            Verb::WhyCalled => return self.why_called(aim.code),
            Verb::Acknowledge => Act::Acknowledge,
            Verb::HandBack => Act::HandBack,
            Verb::KeepAlive => Act::KeepAlive,
            Verb::AssignTo(person) => Act::Assign(person),
            Verb::SetSeverity(severity) => Act::Severity(severity),
            Verb::SetCategory(category) => Act::Category(Some(category)),
            Verb::Raise => Act::Raise(Some(firing)),
            Verb::Contain => Act::Contain,
            Verb::Resolve => Act::Resolve,
            Verb::Group => return Step::of(Command::GroupAlike(aim)),
            Verb::Merge => return self.merge_into(aim).in_place(),
            Verb::MergeInto(main) => {
                return Step::of(Command::Merge { duplicate: aim, main }).ending().in_place();
            }
            Verb::TakeOut => Act::TakeOut,
            Verb::Reopen => Act::Reopen,
        };
        Step::on(aim, act)
    }
}
