//! What there is to say, by ids: no rendered text. `text` turns a notice and a [`View`] into words.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::actor::Origin;
pub use super::ask::{Again, Ask, MoreStep};
use super::contacts::{ContactsAnswer, ContactsNotice};
use super::directory::Directory;
use super::drill::notice::{DrillAnswer, DrillNotice};
use super::drill::plan::said::BookNotice;
use super::drill::scenario::ScenarioLibrary;
use super::drill::shown::ShownDrill;
use super::duty_notice::{DutyAnswer, DutyNotice};
use super::escalation::who::Why;
use super::evidence::NotTaken;
use super::ids::{DrillCode, IncidentCode, PersonId};
use super::incident::event::IncidentEvent;
use super::incident::fold::At;
use super::incident::state::Incident;
pub use super::news::News;
pub use super::page::{PageClass, PageKind};
use super::playbook::Library;
use super::playbook::library::Bundle;
use super::playbook::run::event::{Call, StepNumber};
use super::press::Verb;
pub use super::priority::Priority;
use super::receipt::Done;
use super::refusal::Refusal;
use super::secrecy::Secret;
use super::statistics::Statistics;
pub use super::stays::{Left, Stays};
use super::time::{Absence, Timestamp};
pub use super::trouble::Trouble;
use super::values::Role;

/// Most incidents one message lists, so that each has a line with its title in 4,096 UTF-16 units: two
/// hundred are three messages, or four when the first one left alone.
pub const ON_ONE: usize = 67;

/// Something to say, and whether it belongs to a drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Real, or part of a drill: every message of a drill carries its mark.
    pub origin: Origin,
    /// What.
    pub body: Body,
}

/// What there is to say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The incident's card in a chat.
    Card {
        /// Which.
        code: IncidentCode,
    },
    /// A call to one person.
    Page {
        /// Which incident.
        code: IncidentCode,
        /// Of which episode.
        episode: u32,
        /// What kind of call.
        kind: PageKind,
        /// Why this person.
        why: Why,
    },
    /// A message in the team's chat that calls for attention.
    TeamCall {
        /// Which incident.
        code: IncidentCode,
        /// What kind of call.
        kind: PageKind,
    },
    /// Something a person concerned should know.
    News {
        /// Which incident.
        code: IncidentCode,
        /// What.
        news: News,
        /// The entry whose words it quotes, where it quotes some.
        #[serde(default)]
        entry: Option<i64>,
    },
    /// A step of a playbook, to whoever it is for.
    Step {
        /// Of which incident.
        code: IncidentCode,
        /// Which.
        step: StepNumber,
        /// Why the reader is told.
        call: Call,
    },
    /// The card of a playbook that is run.
    Run {
        /// On which incident.
        code: IncidentCode,
        /// Which run.
        run: u32,
    },
    /// The answer to something a person asked.
    Answer(Answer),
    /// What the program missed while it was away.
    Digest {
        /// When it was away.
        away: Absence,
        /// Incidents still open, the most severe first; not more than a message can name.
        open: Vec<IncidentCode>,
        /// How many more are open.
        #[serde(default)]
        more: u64,
    },
    /// A test of the way to a person.
    TestPage,
    /// Something about who is on duty.
    Duty(DutyNotice),
    /// Something about the units' contacts.
    Contacts(ContactsNotice),
    /// Something of a drill.
    Drill {
        /// Which.
        code: DrillCode,
        /// What.
        notice: Box<DrillNotice>,
    },
    /// Something about the plan of drills.
    Book(BookNotice),
    /// Somebody nobody knows asks to be let in.
    AccessAsked {
        /// What the account calls itself.
        name: String,
    },
    /// Something only administrators can mend.
    Trouble(Trouble),
}

/// The answer to something a person asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was done.
    Done(Done),
    /// It was done, and secrets in its words were masked.
    DoneMasked {
        /// What was done.
        done: Box<Done>,
        /// What was masked.
        found: Vec<Secret>,
    },
    /// What was masked, what to do about it, and whether the message it came in is gone.
    Masked {
        /// What was masked.
        found: Vec<Secret>,
        /// Whether the bot deleted the message.
        deleted: bool,
    },
    /// Messages that should have left their chats and stay there.
    Stays(Box<Stays>),
    /// It was not.
    Refused(Refusal),
    /// Help for a role.
    Help {
        /// The roles of the reader.
        roles: Vec<Role>,
    },
    /// Who the reader is, after `/start` without a code.
    Welcome {
        /// The roles of the reader.
        roles: Vec<Role>,
    },
    /// Nobody outside the directory gets more than this.
    Hotline,
    /// A question that the next words answer.
    Ask(Ask),
    /// The same question again, and why.
    AskedAgain(Ask, Again),
    /// The step was left.
    Left,
    /// A report half made was left by doing something else.
    ReportLeft,
    /// What was said and waited for its incident is given up.
    Dropped {
        /// Whether nobody said which one it was for a day.
        late: bool,
    },
    /// Files that came with something were not taken.
    FilesNotTaken,
    /// The step was left; the incident it was about goes on.
    StillStands {
        /// Which.
        code: IncidentCode,
    },
    /// The questions after a report are through.
    Thanks {
        /// Which.
        code: IncidentCode,
    },
    /// Something about who is on duty.
    Duty(DutyAnswer),
    /// A look into the directory.
    Contacts(ContactsAnswer),
    /// Something about drills.
    Drill(DrillAnswer),
    /// The request to be let in is on its way.
    AccessAsked,
    /// There was nothing to leave.
    NothingToLeave,
    /// No such command; the nearest right one.
    UnknownCommand {
        /// The nearest one, where one is near.
        nearest: Option<String>,
    },
    /// A command's word without its stroke: is this meant?
    Meant {
        /// What would be done.
        verb: Box<Verb>,
        /// The command, with its stroke.
        command: String,
        /// To which incident.
        code: IncidentCode,
    },
    /// No incident there is would be right for this.
    NothingFits {
        /// What was to be done.
        verb: Verb,
    },
    /// How a command is written.
    Usage {
        /// The command.
        command: String,
    },
    /// One incident, in full.
    Incident {
        /// Which.
        code: IncidentCode,
    },
    /// Incidents the reader may see.
    List {
        /// Open ones, the most urgent first.
        codes: Vec<IncidentCode>,
        /// How many are open in all.
        #[serde(default)]
        open: usize,
        /// The last that ended, for somebody who sees only a unit's.
        #[serde(default)]
        ended: Vec<IncidentCode>,
    },
    /// The playbooks run on an incident, and those that fit it.
    Runs {
        /// Which.
        code: IncidentCode,
    },
    /// Every playbook that can be started.
    Playbooks,
    /// A step of a playbook.
    Step {
        /// Of which incident.
        code: IncidentCode,
        /// Which.
        step: StepNumber,
    },
    /// Files sent now belong to a step.
    StepProof {
        /// Of which incident.
        code: IncidentCode,
        /// Which.
        step: StepNumber,
    },
    /// The evidence of an incident.
    Evidence {
        /// Which.
        code: IncidentCode,
    },
    /// A file was not taken: what to do instead.
    EvidenceNotTaken {
        /// Of which incident.
        code: IncidentCode,
        /// Which piece.
        number: u32,
        /// Why.
        why: NotTaken,
    },
    /// What a search found.
    Found {
        /// The newest of them.
        codes: Vec<IncidentCode>,
        /// How many in all.
        count: usize,
    },
    /// Short figures.
    Figures(Box<Statistics>),
    /// Why the reader was called, who was before, and who comes next.
    WhyCalled {
        /// For which incident.
        code: IncidentCode,
    },
    /// An update could not be read.
    Unreadable,
    /// An invitation for somebody, shown once to whoever asked in private.
    Invitation {
        /// For whom.
        person: PersonId,
        /// The code.
        code: String,
        /// Until when.
        expires: Timestamp,
    },
    /// Something secret was asked for in a group.
    OnlyInPrivate,
}

/// Facts about the team that every message may need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Team {
    /// The team's name.
    pub name: String,
    /// Shown wherever chat is not the right place.
    pub hotline: String,
    /// The zone times are shown in.
    pub zone: Tz,
    /// The bot's user name, once known.
    pub bot_name: Option<String>,
}

/// An incident with its removable words beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The incident.
    pub incident: Incident,
    /// Its title; `None` once removed.
    pub title: Option<String>,
    /// Its description; `None` when there is none or it was removed.
    pub description: Option<String>,
}

/// One thing that happened, with its removable words beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// When, and by whom.
    pub at: At,
    /// What.
    pub event: IncidentEvent,
    /// The words, unless they were removed.
    pub words: Option<String>,
}

/// Who is going to read a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reader {
    /// A person in private, with roles.
    Person(PersonId),
    /// Everybody in the team's chat.
    Team,
    /// Somebody the directory does not know.
    Stranger,
}

/// The playbooks there are, and the copies that runs rest on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plays {
    /// As they are now.
    pub library: Arc<Library>,
    /// Of the runs of the view's incidents, by their digest.
    pub bundles: BTreeMap<String, Arc<Bundle>>,
}

/// Everything rendering may look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// The incidents the notice speaks of; the first is the one it is about.
    pub incidents: Vec<Shown>,
    /// Names, units.
    pub directory: Arc<Directory>,
    /// Playbooks.
    pub plays: Plays,
    /// The drills the notice speaks of.
    pub drills: Vec<Arc<ShownDrill>>,
    /// The scenarios there are.
    pub scenarios: Arc<ScenarioLibrary>,
    /// Everything that happened to the incident, where the notice tells it all.
    pub history: Vec<Told>,
    /// The words of the entry that news quotes, as they stand now; `None` once removed.
    pub quoted: Option<String>,
    /// The team.
    pub team: Arc<Team>,
    /// Who reads it.
    pub reader: Reader,
    /// The one-person link that answers a page outside chat.
    pub link: Option<String>,
    /// Whether an earlier copy may have arrived.
    pub resend: bool,
    /// Now.
    pub now: Timestamp,
}
