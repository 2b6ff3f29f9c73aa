//! What a person said or pressed becomes an [`Envelope`], or nothing where it concerns nobody here.
//!
//! Pure: no clock, no chance, no store. What reading needs to know comes in a [`Context`]; whether
//! the person may do what is asked is decided later, by `domain::access`, in one place.
//!
//! - [`command`]: the commands' names, and finding one in a message;
//! - [`aim`]: which incident is meant when its code was left out;
//! - `typed`, `pressed`, `spoken`: a command, a button, words without either;
//! - `answered`: words in answer to a question; `waiting`: words and files that wait for their incident;
//! - `duty`: who is on duty; `play`: playbooks;
//! - `meant`: a command's word without its stroke;
//! - `more`: the questions after a report; `files`: files, and evidence;
//! - [`values`]: severities, categories, yes and no as people type them; [`when`]: instants.

pub mod aim;
mod answered;
pub mod command;
mod contacts;
pub mod drill;
mod drill_after;
mod drill_book;
mod drill_setup;
mod duty;
mod files;
mod meant;
mod more;
mod period;
mod play;
mod pressed;
mod spoken;
mod step;
mod typed;
pub mod values;
mod waiting;
pub mod when;
mod words;

use chrono_tz::Tz;

use crate::domain::directory::{Directory, Person};
use crate::domain::envelope::{
    Actor, Command, DirectoryCommand, Envelope, Incoming, Said, Session, SessionChange,
};
use crate::domain::ids::{DrillCode, IncidentCode, PersonId};
use crate::domain::incident::act::Act;
use crate::domain::notice::{Answer, Shown};
use crate::domain::press::Choice;
use crate::domain::refusal::Refusal;
use crate::domain::search::Query;
use crate::domain::statistics::Span;
use crate::domain::time::Timestamp;
use crate::domain::values::Status;
use command::{Heard, Name};
use step::{Step, Then};

/// What reading may look at beside the message.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What the person is in the middle of, in this chat.
    pub session: Option<&'a Session>,
    /// Who there is.
    pub directory: &'a Directory,
    /// The open incidents.
    pub incidents: &'a dyn Incidents,
    /// A fresh invitation code, hard to guess; called only when one is needed.
    pub fresh: &'a dyn Fn() -> String,
    /// Now.
    pub now: Timestamp,
    /// The zone people speak of times in.
    pub zone: Tz,
    /// The bot's user name without `@`, once known: commands for other bots are left alone.
    pub bot_name: Option<&'a str>,
}

/// What reading needs to know of incidents.
pub trait Incidents {
    /// Whether `person` may see this incident.
    fn sees(&self, person: &PersonId, code: &IncidentCode) -> bool;

    /// The incidents not yet closed that `person` may see, newest first.
    fn open_for(&self, person: &PersonId) -> Vec<Brief>;

    /// What `person` has reported since then and is not closed, or is handled outside the system, newest
    /// first.
    fn reported_since(&self, person: &PersonId, since: Timestamp) -> Vec<Recent>;

    /// What has ended that `person` may see, the newest end first; not more than a question offers.
    fn ended_for(&self, person: &PersonId) -> Vec<IncidentCode>;

    /// The open parts of widespread incidents that `person` may see, newest first.
    fn parts_for(&self, person: &PersonId) -> Vec<IncidentCode>;

    /// What `/suco` lists for `person`.
    fn listed(&self, person: &PersonId) -> Answer;

    /// What `person` may find by these words; less in a chat of many.
    fn found(&self, person: &PersonId, words: &Query, private: bool) -> Answer;

    /// Figures of a span of days, as far as `person` may see them; none where there are no such days.
    fn figures(&self, person: &PersonId, span: Span) -> Option<Answer>;

    /// The first question of a step of a playbook that waits for its answer.
    fn open_question(&self, code: &IncidentCode, step: u32) -> Option<u32>;

    /// The drill that is played now and in which the person plays.
    fn drill_of(&self, person: &PersonId) -> Option<DrillCode>;

    /// The same, and what the person was asked there.
    fn question_in_drill(&self, person: &PersonId) -> Option<(DrillCode, drill::Asked)>;

    /// One incident, for the answers a question about it offers.
    fn shown(&self, code: &IncidentCode) -> Option<Shown>;
}

/// An open incident, as far as guessing which one is meant needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brief {
    /// Its code.
    pub code: IncidentCode,
    /// Where it stands.
    pub status: Status,
    /// Who has it.
    pub holder: Option<PersonId>,
}

/// An incident reported a little while ago.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recent {
    /// Its code.
    pub code: IncidentCode,
    /// Whether nothing about it may be written down.
    pub off_channel: bool,
}

/// One message of a person the directory knows.
#[derive(Clone, Copy)]
struct Turn<'a> {
    incoming: &'a Incoming,
    context: &'a Context<'a>,
    person: &'a Person,
}

impl<'a> Turn<'a> {
    /// The incident that was answered, where it is only one.
    fn about(&self) -> Option<&'a IncidentCode> {
        match self.incoming.about.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Reads one message or press. `None` only for talk in a group that concerns nobody here.
pub fn read(incoming: &Incoming, context: &Context<'_>) -> Option<Envelope> {
    let heard = match &incoming.said {
        Said::Words(words) => command::hear(words, context.bot_name, incoming.route.private),
        Said::Pressed { .. } | Said::Edited(_) | Said::Other => Heard::Words,
    };
    if heard == Heard::ForAnotherBot {
        return None;
    }
    let explicit = incoming.route.private
        || matches!(incoming.said, Said::Pressed { .. })
        || matches!(heard, Heard::Command { .. } | Heard::Unknown { .. });
    if incoming.anonymous {
        let refused = Step::refuse(Refusal::AnonymousAdmin);
        let meant = explicit || !incoming.about.is_empty();
        return meant.then(|| envelope(incoming, None, context.now, Actor::Stranger, refused));
    }
    let Some(person) = context.directory.by_telegram(incoming.account) else {
        let step = from_stranger(incoming, &heard);
        return explicit.then(|| envelope(incoming, None, context.now, Actor::Stranger, step));
    };
    let turn = Turn { incoming, context, person };
    if let Some(attached) = &incoming.attached {
        let step = turn.with_file(attached, incoming.said.words(), &heard);
        return step.map(|step| {
            envelope(incoming, context.session, context.now, Actor::Person(person.id.clone()), step)
        });
    }
    let step = match (&incoming.said, heard) {
        (Said::Pressed { data, .. }, _) => Some(turn.pressed(data)),
        (Said::Edited(words), _) => turn.edited(words),
        (Said::Other, _) => turn.wordless(),
        (Said::Words(_), Heard::Command { name, arguments }) => Some(turn.typed(name, arguments)),
        (Said::Words(_), Heard::Unknown { nearest }) => Some(Step::unknown(nearest)),
        (Said::Words(words), Heard::Words | Heard::ForAnotherBot) => turn.spoken(words),
    };
    step.map(|step| {
        envelope(incoming, context.session, context.now, Actor::Person(person.id.clone()), step)
    })
}

/// Nobody outside the directory gets more than the hotline; an invitation is the way in.
fn from_stranger(incoming: &Incoming, heard: &Heard<'_>) -> Step {
    match heard {
        Heard::Command { name: Name::Start, arguments } if !arguments.is_empty() => {
            link(arguments, incoming.account)
        }
        _ => match &incoming.said {
            Said::Pressed { data, .. } if Choice::read(data) == Some(Choice::AskAccess) => {
                let name = command::shortened(&incoming.name);
                let asked = DirectoryCommand::AskAccess { name, telegram_id: incoming.account };
                Step::of(Command::Directory(asked)).instead(Answer::AccessAsked)
            }
            _ => Step::say(Answer::Hotline),
        },
    }
}

/// `/start CODE`.
fn link(arguments: &str, telegram_id: i64) -> Step {
    let code = arguments.split_whitespace().next().unwrap_or_default();
    let code = command::shortened(code);
    Step::of(Command::Directory(DirectoryCommand::Link { code, telegram_id }))
}

/// The step that files in this message belong to: the one it answers, or the one whose button was pressed in
/// the last minutes.
fn step_of(incoming: &Incoming, before: &Session, now: Timestamp) -> Option<(IncidentCode, u32)> {
    if incoming.step.is_some() {
        return incoming.step.as_deref().cloned();
    }
    let files = before.files.as_ref().filter(|files| files.until > now)?;
    incoming.file().filter(|_| incoming.about.is_empty())?;
    files.step.map(|step| (files.code.clone(), step))
}

fn envelope(
    incoming: &Incoming,
    session: Option<&Session>,
    now: Timestamp,
    actor: Actor,
    step: Step,
) -> Envelope {
    let route = &incoming.route;
    let (then, also) = match step.then.map(|then| *then) {
        Some(Then::Instead(answer)) => (Some(Box::new(answer)), None),
        Some(Then::Beside(answer)) => (None, Some(Box::new(answer))),
        None => (None, None),
    };
    let before = session.cloned().unwrap_or_default();
    let change = step.change.of(&before).map(|(to, refused)| SessionChange {
        chat: route.chat,
        account: incoming.account,
        thread: route.thread.unwrap_or(0),
        to,
        refused,
    });
    let step_of_files = step_of(incoming, &before, now);
    let waiting = before.waiting.filter(|_| step.with_waiting).unwrap_or_default();
    let files = waiting.files.into_iter().chain(incoming.file().cloned()).collect();
    let attaches = matches!(&step.command, Command::Act(_, Act::Attach(_)));
    let words = Some(incoming.said.words()).filter(|words| !words.is_empty());
    let heard = words.filter(|_| matches!(actor, Actor::Person(_))).map(str::to_owned);
    Envelope {
        key: incoming.key.clone(),
        actor,
        heard,
        command: step.command,
        route: Some(route.clone()),
        silent: step.silent,
        session: change,
        pressed: matches!(incoming.said, Said::Pressed { .. }),
        then,
        also,
        in_place: step.in_place && incoming.route.private,
        attached: if attaches { Vec::new() } else { files },
        waited: waiting.said,
        step: step_of_files,
    }
}
