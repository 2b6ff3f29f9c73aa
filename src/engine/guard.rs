//! Where words enter: before an envelope is looked at any further, its free words pass the guard of
//! [`crate::domain::secrecy`]. What it masks is neither stored nor sent nor logged; what bears a
//! stamp of state secrecy is not kept at all. Nothing waits for it: the person is told afterwards,
//! and the message the words came in is deleted where the bot may.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::domain::alert::{Alert, Remark};
use crate::domain::contacts::ContactsWish;
use crate::domain::directory::Directory;
use crate::domain::drill::plan::wish::BookWish;
use crate::domain::drill::run::{DrillAct, Setup};
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{
    Command, DirectoryCommand, Done, Envelope, Report, Route, Saying, Sent, SessionChange,
};
use crate::domain::evidence::Attachment;
use crate::domain::ids::PersonId;
use crate::domain::incident::act::{Act, Closing};
use crate::domain::notice::{Answer, Body};
use crate::domain::playbook::PlaybookId;
use crate::domain::playbook::run::PlayAct;
use crate::domain::refusal::Refusal;
use crate::domain::roster::decide::Wish;
use crate::domain::secrecy::{Secret, guard};
use crate::domain::values::ChannelKind;
use crate::ledger::outbox::{Kind, NewRow, Recipient, Row};
use crate::ledger::{StorageError, Tx};

use super::react::{answer_row, queue_answer};
use super::settings::Settings;
use super::stays;
use super::words;

/// An envelope as it may be handled.
#[derive(Debug)]
pub struct Seen<'a> {
    /// With every secret masked.
    pub envelope: Cow<'a, Envelope>,
    /// What was found in what would be kept.
    pub found: BTreeSet<Secret>,
    /// What was found in all that was said.
    pub said: BTreeSet<Secret>,
    /// Words about an incident that bear a stamp: nothing is done with them.
    pub refused: Option<Refusal>,
}

/// Lets the guard look at all free words of an envelope.
pub fn look_at<'e>(envelope: &'e Envelope, directory: &Directory) -> Seen<'e> {
    let mut eye = Eye::default();
    let command = eye.command(&envelope.command, directory);
    let attached = envelope.attached.iter().map(|file| eye.file(file)).collect();
    // A stamp on the file is one on the words it came with.
    let command = match command {
        Some(Command::Report(_)) if eye.found.contains(&Secret::Stamp) => {
            Some(Command::Report(Report { words: None }))
        }
        command => command,
    };
    let session = envelope.session.as_ref().map(|change| eye.draft(change));
    let about_an_incident = !matches!(envelope.command, Command::Report(_) | Command::Alerts(_));
    let refused =
        (about_an_incident && eye.found.contains(&Secret::Stamp)).then_some(Refusal::StateSecret);
    let heard = envelope.heard.as_deref().map(|words| guard(words).found).unwrap_or_default();
    let said = eye.found.iter().copied().chain(heard).collect();
    let envelope = match command {
        _ if eye.found.is_empty() => Cow::Borrowed(envelope),
        command => {
            let command = command.unwrap_or_else(|| envelope.command.clone());
            Cow::Owned(Envelope { command, session, attached, ..envelope.clone() })
        }
    };
    Seen { envelope, found: eye.found, said, refused }
}

fn refuse(refusal: Refusal) -> Command {
    Command::Say(Answer::Refused(refusal))
}

/// The guard, and what it has found so far.
#[derive(Default)]
struct Eye {
    found: BTreeSet<Secret>,
}

impl Eye {
    /// The same of what is wished of a drill.
    fn drill_act(&mut self, act: &DrillAct, directory: &Directory) -> Option<DrillAct> {
        let mut act = act.clone();
        match &mut act {
            DrillAct::StandIn(person) | DrillAct::Appoint(person) | DrillAct::Release(person) => {
                *person = self.person(person, directory)
            }
            DrillAct::SetUp(Setup::Deputy(deputy)) => {
                *deputy = deputy.as_ref().map(|person| self.person(person, directory));
            }
            DrillAct::SetUp(Setup::Evaluators(people)) => {
                *people = people.iter().map(|person| self.person(person, directory)).collect();
            }
            DrillAct::AddItem(item) => {
                item.words = self.words(&item.words);
                item.owner = item.owner.as_ref().map(|person| self.person(person, directory));
            }
            other => {
                let words = other.words_mut()?;
                *words = self.words(words);
            }
        }
        Some(act)
    }

    /// The command with its free words masked; none where it has no free words. Every command is named,
    /// so that a new one cannot be forgotten here.
    fn command(&mut self, command: &Command, directory: &Directory) -> Option<Command> {
        Some(match command {
            Command::Report(report) => Command::Report(self.report(report)),
            Command::Act(aim, act) => Command::Act(aim.clone(), self.act(act, directory)?),
            Command::Play(aim, act) => {
                let mut act = act.clone();
                if let PlayAct::Start(named) = act.as_ref() {
                    let named = PlaybookId::new(self.words(named.as_str()));
                    return Some(Command::Play(aim.clone(), Box::new(PlayAct::Start(named))));
                }
                let words = act.words_mut()?;
                *words = self.words(words);
                Command::Play(aim.clone(), act)
            }
            Command::Alerts(alerts) => {
                Command::Alerts(alerts.iter().map(|alert| self.alert(alert)).collect())
            }
            Command::Group { codes, title } => {
                let (codes, title) = (codes.clone(), self.words(title));
                Command::Group { codes, title }
            }
            Command::Redact { code, seq, reason } => {
                let (code, reason) = (code.clone(), self.words(reason));
                Command::Redact { code, seq: *seq, reason }
            }
            Command::Edit { chat, message, words } => {
                let words = self.words(words);
                Command::Edit { chat: *chat, message: *message, words }
            }
            Command::Say(Answer::Refused(Refusal::UnknownIncident(typed))) => {
                refuse(Refusal::UnknownIncident(self.words(typed)))
            }
            Command::Say(_) => return None,
            Command::Directory(command) => {
                Command::Directory(self.directory_command(command, directory)?)
            }
            Command::Roster(wish) => Command::Roster(self.wish(wish, directory)?),
            Command::Contacts(wish) => Command::Contacts(match wish {
                ContactsWish::Correct { words } => {
                    ContactsWish::Correct { words: self.words(words) }
                }
                ContactsWish::AnswerFor { person } => {
                    ContactsWish::AnswerFor { person: self.person(person, directory) }
                }
                ContactsWish::Answer { .. } | ContactsWish::Begin => return None,
            }),
            Command::Drill(wish) => Command::Drill(self.drill(wish, directory)?),
            Command::TestPage { person, channel } => {
                Command::TestPage { person: self.person(person, directory), channel: *channel }
            }
            Command::Merge { .. }
            | Command::GroupAlike(_)
            | Command::Tick { .. }
            | Command::Delivered { .. }
            | Command::Jumped(_)
            | Command::Away(_)
            | Command::Skipped(_)
            | Command::Fetched(_) => return None,
        })
    }

    /// Of a wish about a drill the words and the people.
    fn drill(&mut self, wish: &DrillWish, directory: &Directory) -> Option<DrillWish> {
        Some(match wish {
            DrillWish::Plan { scenario, at, units } => {
                let scenario = ScenarioId::new(self.words(scenario.as_str()));
                DrillWish::Plan { scenario, at: *at, units: units.clone() }
            }
            DrillWish::Book(wish) => DrillWish::Book(self.book_wish(wish)?),
            DrillWish::Act(code, act) => {
                let act = Box::new(self.drill_act(act, directory)?);
                DrillWish::Act(code.clone(), act)
            }
        })
    }

    fn book_wish(&mut self, wish: &BookWish) -> Option<BookWish> {
        Some(match wish {
            BookWish::Decline(year, words) => BookWish::Decline(*year, self.words(words)),
            BookWish::SetSeries(draft) => {
                let mut draft = draft.clone();
                draft.scenario = ScenarioId::new(self.words(draft.scenario.as_str()));
                BookWish::SetSeries(draft)
            }
            BookWish::EndSeries(_)
            | BookWish::Submit(_)
            | BookWish::Approve(_)
            | BookWish::Remind(_) => return None,
        })
    }

    fn directory_command(
        &mut self,
        command: &DirectoryCommand,
        directory: &Directory,
    ) -> Option<DirectoryCommand> {
        Some(match command {
            DirectoryCommand::Invite { person, code, expires } => {
                let (code, expires) = (code.clone(), *expires);
                DirectoryCommand::Invite { person: self.person(person, directory), code, expires }
            }
            DirectoryCommand::Unlink { person } => {
                DirectoryCommand::Unlink { person: self.person(person, directory) }
            }
            DirectoryCommand::AskAccess { name, telegram_id } => {
                DirectoryCommand::AskAccess { name: self.words(name), telegram_id: *telegram_id }
            }
            // Tables of the operator, and codes.
            DirectoryCommand::Units(_)
            | DirectoryCommand::People(_)
            | DirectoryCommand::Systems(_)
            | DirectoryCommand::Link { .. }
            | DirectoryCommand::Founder { .. } => return None,
        })
    }

    /// Of a wish about duty the people: one who is not there is whatever was typed.
    fn wish(&mut self, wish: &Wish, directory: &Directory) -> Option<Wish> {
        let mut wish = wish.clone();
        match &mut wish {
            Wish::Change { people, instead_of, .. } => {
                for person in people.iter_mut().chain(instead_of) {
                    *person = self.person(person, directory);
                }
            }
            Wish::Leave { person, stand_in, .. } => {
                for person in [person].into_iter().chain(stand_in) {
                    *person = self.person(person, directory);
                }
            }
            Wish::Swap { to, .. } => *to = self.person(to, directory),
            Wish::Plan(_)
            | Wish::EndChange(_)
            | Wish::EndLeave(_)
            | Wish::AnswerSwap { .. }
            | Wish::DecideSwap { .. }
            | Wish::Feed { .. }
            | Wish::TakeWatch
            | Wish::TakeWatchOf(_)
            | Wish::AnswerCanary(_) => return None,
        }
        Some(wish)
    }

    fn words(&mut self, words: &str) -> String {
        let seen = guard(words);
        self.found.extend(&seen.found);
        seen.words
    }

    /// A stamp means the same as `Có`: the report exists, its words do not.
    fn report(&mut self, report: &Report) -> Report {
        let Some(words) = &report.words else { return report.clone() };
        let seen = guard(words);
        let words = (!seen.stamped()).then_some(seen.words);
        self.found.extend(seen.found);
        Report { words }
    }

    /// Somebody who is not there is whatever was typed.
    fn person(&mut self, person: &PersonId, directory: &Directory) -> PersonId {
        if directory.people.contains_key(person) {
            return person.clone();
        }
        PersonId::new(self.words(person.as_str()))
    }

    fn act(&mut self, act: &Act, directory: &Directory) -> Option<Act> {
        Some(match act {
            Act::Note(words) => Act::Note(self.words(words)),
            Act::NoteToAll(words) => Act::NoteToAll(self.words(words)),
            Act::NoticedIn(at, words) => Act::NoticedIn(*at, self.words(words)),
            Act::Close(Closing::Summary(words)) => Act::Close(Closing::Summary(self.words(words))),
            Act::Close(Closing::FalseAlarm(words)) => {
                Act::Close(Closing::FalseAlarm(self.words(words)))
            }
            Act::Flag(flag, value, reason) => Act::Flag(*flag, *value, self.words(reason)),
            Act::Attach(files) => Act::Attach(files.iter().map(|file| self.file(file)).collect()),
            Act::Describe(sha256, place) => Act::Describe(sha256.clone(), self.words(place)),
            Act::Assign(to) => Act::Assign(self.person(to, directory)),
            Act::Hand(number, to, reason) => {
                Act::Hand(*number, self.person(to, directory), self.words(reason))
            }
            Act::Acknowledge
            | Act::HandBack
            | Act::KeepAlive
            | Act::Detail(_)
            | Act::TakeOut
            | Act::Severity(_)
            | Act::Category(_)
            | Act::Tlp(_)
            | Act::Raise(_)
            | Act::Contain
            | Act::Resolve
            | Act::Reopen
            | Act::Receive(_) => return None,
        })
    }

    /// Of a file its name: what is in it is seen once it is here.
    fn file(&mut self, file: &Attachment) -> Attachment {
        let name = file.name.as_deref().map(|name| self.words(name));
        Attachment { name, ..file.clone() }
    }

    /// Words that wait for the incident they belong to.
    fn draft(&mut self, change: &SessionChange) -> SessionChange {
        let mut change = change.clone();
        if let Some(waiting) = &mut change.to.waiting {
            for saying in &mut waiting.said {
                saying.words = self.words(&saying.words);
            }
            // What is no secret in any of several messages may be one in all of them.
            let all = self.words(&waiting.words());
            if all != waiting.words() {
                let said = std::mem::take(&mut waiting.said);
                let messages = said.into_iter().flat_map(|saying| saying.messages).collect();
                waiting.said = vec![Saying { messages, words: all }];
            }
            waiting.files = waiting.files.iter().map(|file| self.file(file)).collect();
        }
        change
    }

    /// Its keys are sealed where they are used, whatever stands in them.
    fn alert(&mut self, alert: &Alert) -> Alert {
        let before = std::mem::take(&mut self.found);
        let mut seen = alert.clone();
        seen.title = self.words(&alert.title);
        seen.description = alert.description.as_deref().map(|words| self.words(words));
        for remark in &mut seen.remarks {
            if let Remark::UnknownUnit(given) | Remark::UnknownCategory(given) = remark {
                *given = self.words(given);
            }
        }
        if self.found.contains(&Secret::Stamp) {
            seen.title = String::new();
            seen.description = None;
            seen.remarks = vec![Remark::Withheld];
        }
        self.found.extend(before);
        seen
    }
}

/// Queues the removal of the message that held a secret. How it ended is told to its writer.
pub fn withdraw(
    tx: &mut Tx<'_>,
    settings: &Settings,
    route: Option<&Route>,
    found: &BTreeSet<Secret>,
) -> Result<(), StorageError> {
    let Some(route) = route.filter(|route| route.channel == ChannelKind::Telegram) else {
        return Ok(());
    };
    let (Some(message), false) = (route.reply_to, found.is_empty()) else { return Ok(()) };
    let told = Answer::Masked { found: found.iter().copied().collect(), deleted: false };
    tx.queue(&delete_row(route, message, Body::Answer(told)))?;
    if found.contains(&Secret::Stamp) {
        // A stamp on one part of an album is one on all of it.
        tx.stamp_album(route.chat, message)?;
        for part in tx.album_parts(route.chat, message)? {
            words::withhold(tx, settings, route.chat, part)?;
            withhold_part(tx, route, part)?;
        }
    }
    Ok(())
}

/// Queues the removal of a message that belongs with a stamped one. Its writer has heard of that one.
pub fn withhold_part(tx: &mut Tx<'_>, route: &Route, message: i64) -> Result<(), StorageError> {
    let silent = Answer::Masked { found: Vec::new(), deleted: false };
    tx.queue(&delete_row(route, message, Body::Answer(silent)))?;
    Ok(())
}

/// A row that deletes a message, and in `body` what is told afterwards.
pub fn delete_row(route: &Route, message: i64, body: Body) -> NewRow {
    let row = answer_row(&format!("delete:{}:{message}", route.chat), route, body);
    NewRow { kind: Kind::Delete, message_id: Some(message), ..row }
}

/// After the removal of a message has ended: its writer hears whether it is gone.
pub fn withdrawn(tx: &mut Tx<'_>, row: &Row, sent: &Sent) -> Result<(), StorageError> {
    let deleted = match sent {
        Sent::Accepted(_) => true,
        Sent::Refused(_) | Sent::EditLost => false,
        Sent::Retry(_) | Sent::Moved(_) | Sent::TopicLost | Sent::Down { .. } => return Ok(()),
    };
    let Body::Answer(Answer::Masked { found, .. }) = &row.notice.body else {
        return stays::tell(tx, row);
    };
    // Of the other parts of an album nothing is told.
    if found.is_empty() {
        return Ok(());
    }
    let Recipient::Chat { chat: before, thread, reply_to } = row.to else { return Ok(()) };
    let (channel, chat) = (row.channel, tx.chat_now(before)?);
    // In a chat that moved the number would name another message.
    let reply_to = reply_to.filter(|_| chat == before);
    let route = Route { channel, chat, thread, reply_to, private: chat > 0 };
    let told = Answer::Masked { found: found.clone(), deleted };
    queue_answer(tx, &row.key, &route, Body::Answer(told))
}

/// The receipt of something done, with what was masked of it.
pub fn receipt(done: Done, found: &BTreeSet<Secret>) -> Answer {
    if found.is_empty() {
        Answer::Done(done)
    } else {
        Answer::DoneMasked { done: Box::new(done), found: found.iter().copied().collect() }
    }
}
