//! What a plan holds beside its scenario and its time: who helps to hold the drill, its further
//! sessions, and the chat of its own.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::act::DrillAct;
use super::decide::{Beside, Decided, HORIZON};
use super::event::DrillEvent;
use super::state::Drill;
use super::{DrillRefusal, Scene};
use crate::domain::access::Permit;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

/// No drill has more further sessions.
pub const MOST_SESSIONS: usize = 10;

/// The last of them begins within this time of the first.
pub const SPAN: Duration = Duration::from_secs(30 * 24 * 3600);

/// One such thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setup {
    /// Who leads it where the lead cannot; nobody.
    Deputy(Option<PersonId>),
    /// Who judges it beside them.
    Evaluators(BTreeSet<PersonId>),
    /// When each further session begins.
    Sessions(Vec<Timestamp>),
    /// The chat of its own; none.
    Chat(Option<i64>),
}

/// What comes of a wish of this kind; nothing where it is another one.
pub(super) fn decide(
    drill: &Drill,
    act: &DrillAct,
    permit: &Permit,
    beside: &Beside,
    scene: &Scene<'_>,
) -> Option<Result<Decided, DrillRefusal>> {
    let DrillAct::SetUp(what) = act else { return None };
    let may = may(drill, what, permit);
    let what = may.and_then(|()| fits(drill, what, beside, scene));
    // What is so already takes back nobody's agreement.
    let so = |what: &Setup| matches!(what, Setup::Sessions(all) if *all == drill.planning.sessions);
    Some(what.map(|what| match so(&what) {
        true => Decided::default(),
        false => vec![DrillEvent::DrillSetUp { what }].into(),
    }))
}

/// Whoever leads it, and whoever leads the team; a chat is given by who leads it alone.
fn may(drill: &Drill, what: &Setup, permit: &Permit) -> Result<(), DrillRefusal> {
    let leads = permit.person().is_some_and(|person| drill.is_led_by(person));
    if leads || permit.leads() && !matches!(what, Setup::Chat(_)) {
        return Ok(());
    }
    let (code, lead) = (drill.code.clone(), drill.planning.lead.clone());
    Err(DrillRefusal::OnlyItsLead { code, lead })
}

fn fits(
    drill: &Drill,
    what: &Setup,
    beside: &Beside,
    scene: &Scene<'_>,
) -> Result<Setup, DrillRefusal> {
    let not_now = || DrillRefusal::NotNow { code: drill.code.clone(), status: drill.status };
    let status = drill.status;
    let open = match what {
        Setup::Sessions(_) => status.is_ahead(),
        _ => status.is_ahead() || status.is_live(),
    };
    open.then_some(()).ok_or_else(not_now)?;
    match what {
        Setup::Deputy(Some(person)) => {
            free(drill, person, scene)?;
            let lead = drill.planning.lead == *person;
            (!lead).then_some(()).ok_or_else(|| DrillRefusal::TakesPart(person.clone()))?;
        }
        Setup::Evaluators(people) => {
            for person in people {
                free(drill, person, scene)?;
                let leads = drill.is_led_by(person);
                (!leads).then_some(()).ok_or_else(|| DrillRefusal::TakesPart(person.clone()))?;
            }
        }
        Setup::Sessions(sessions) => return in_order(drill, sessions, scene.now),
        Setup::Chat(chat) => {
            // In private there is no such chat, and what the team reads is real.
            let fine = chat.is_none_or(|chat| chat < 0) && !beside.of_the_team;
            fine.then_some(()).ok_or(DrillRefusal::NotThisChat)?;
        }
        Setup::Deputy(None) => {}
    }
    Ok(what.clone())
}

/// Whether somebody may hold it: there, and playing no part that has begun or that is another's.
pub(super) fn free(
    drill: &Drill,
    person: &PersonId,
    scene: &Scene<'_>,
) -> Result<(), DrillRefusal> {
    if scene.directory.active(person).is_none() {
        return Err(DrillRefusal::UnknownPerson(person.clone()));
    }
    let stands_in = drill.people.values().any(|one| one.stand_in.as_ref() == Some(person));
    let plays = drill.status.is_live() && drill.plays(person);
    (!plays && !stands_in).then_some(()).ok_or_else(|| DrillRefusal::TakesPart(person.clone()))
}

/// Sessions one after the other, each begun after the one before is over.
fn in_order(drill: &Drill, sessions: &[Timestamp], now: Timestamp) -> Result<Setup, DrillRefusal> {
    let (first, length) = (drill.planning.at, drill.planning.scenario.length);
    let sessions: Vec<Timestamp> =
        sessions.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let (mut free_from, most) = (first.plus(length), first.plus(SPAN));
    for session in &sessions {
        let fits = *session >= free_from && *session <= most && *session <= now.plus(HORIZON);
        fits.then_some(()).ok_or(DrillRefusal::BadSession(*session))?;
        free_from = session.plus(length);
    }
    match sessions.len() > MOST_SESSIONS {
        true => Err(DrillRefusal::TooManySessions),
        false => Ok(Setup::Sessions(sessions)),
    }
}

/// Takes one of them in.
pub(super) fn apply(drill: &mut Drill, what: &Setup) {
    match what {
        Setup::Deputy(deputy) => {
            let people = deputy.iter().cloned().collect();
            leave_the_cast(drill, &people);
            drill.planning.evaluators.retain(|person| Some(person) != deputy.as_ref());
            drill.planning.deputy = deputy.clone();
        }
        Setup::Evaluators(people) => {
            leave_the_cast(drill, people);
            drill.planning.evaluators = people.clone();
        }
        Setup::Sessions(sessions) => {
            drill.planning.sessions = sessions.clone();
            drill.agree_again();
        }
        Setup::Chat(chat) => drill.planning.chat = *chat,
    }
}

/// Whoever holds it plays no part in it; of who played already it stays known.
fn leave_the_cast(drill: &mut Drill, people: &BTreeSet<PersonId>) {
    if drill.status.is_ahead() {
        drill.people.retain(|person, _| !people.contains(person));
    }
}

/// Somebody else leads it: he holds no other task in it.
pub(super) fn appointed(drill: &mut Drill, lead: &PersonId) {
    leave_the_cast(drill, &[lead.clone()].into());
    drill.planning.evaluators.remove(lead);
    if drill.planning.deputy.as_ref() == Some(lead) {
        drill.planning.deputy = None;
    }
    drill.planning.lead = lead.clone();
}
