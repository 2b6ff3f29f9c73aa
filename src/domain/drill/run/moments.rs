//! What a drill does of itself when its moment comes.
//!
//! Before it, people are reminded; while it is played, injects go out and expectations end; after it,
//! people are asked how it was and the managers get a short note. A start is never made up for: a drill
//! that nobody began in time is missed, and somebody has to decide.

use std::time::Duration;

use super::event::{Cause, DrillEvent, EndHow, PauseWhy};
use super::play::send;
use super::state::{Drill, Played, Stage, Status};
use super::{Scene, after, cast, fold, reminders, sittings};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

/// So long after the end people are asked how it was; and again after each of the others.
const SURVEY: [Duration; 3] =
    [Duration::from_secs(15 * 60), Duration::from_secs(4 * 3600), Duration::from_secs(24 * 3600)];

/// So long after the end the managers have the short note.
pub const QUICK_NOTE: Duration = Duration::from_secs(24 * 3600);

/// A drill that stands still for so long, or for so long after its last session should have begun, is over.
const LONGEST_PAUSE: Duration = Duration::from_secs(3 * 24 * 3600);

/// When it next wants to be woken.
pub fn next_moment(drill: &Drill, now: Timestamp) -> Option<Timestamp> {
    let moments = match drill.status {
        Status::Draft => vec![reminders::missed_at(drill)],
        Status::Submitted => {
            vec![reminders::missed_at(drill), drill.nagged.map(|at| at.plus(reminders::NAG))]
        }
        Status::Scheduled => vec![
            reminders::missed_at(drill),
            reminders::next(drill, now),
            (!drill.go_asked).then(|| drill.planning.at.minus(reminders::GO)),
        ],
        Status::Running => running(drill),
        Status::Paused => vec![given_up(drill), sittings::moment(drill, now)],
        Status::Ended | Status::Reported | Status::Closed => over(drill),
        Status::Missed | Status::Cancelled | Status::HeldOutside => vec![],
    };
    let asked = drill.claim.as_ref().map(|claim| claim.until);
    let open = drill.reports.values().filter(|heard| heard.settled.is_none());
    let moments = moments.into_iter().flatten();
    moments.chain(asked).chain(open.map(|heard| heard.until)).min()
}

/// Those to whom it goes for what they alone did, and to whom it has not gone.
fn waiting<'d>(
    drill: &'d Drill,
    played: &'d Played,
) -> impl Iterator<Item = (&'d PersonId, &'d Timestamp)> {
    let open = matches!(played.stage, Stage::Pending | Stage::Sent);
    played
        .own
        .iter()
        .filter(move |(person, _)| open && !played.to.contains(*person) && drill.plays(person))
}

/// When a drill that stands still and that nobody takes up again ends by itself.
fn given_up(drill: &Drill) -> Option<Timestamp> {
    let since = drill.pauses.iter().rev().find(|pause| pause.to.is_none())?.from;
    let next = drill.planning.sessions.iter().filter(|next| **next > since).max().copied();
    Some(next.unwrap_or(since).plus(LONGEST_PAUSE))
}

fn running(drill: &Drill) -> Vec<Option<Timestamp>> {
    let pending = drill.injects.values().filter(|played| played.stage == Stage::Pending);
    let open = drill
        .injects
        .values()
        .flat_map(|played| played.open.values().flatten())
        .map(|wait| wait.until);
    let session = sittings::end(drill);
    let own = drill.injects.values().flat_map(|played| waiting(drill, played)).map(|(_, due)| *due);
    let timed = pending.filter_map(|played| played.due).min();
    vec![timed, own.min(), open.min(), drill.hard_stop, session]
}

fn next_survey(drill: &Drill) -> Option<Timestamp> {
    let (ended, _) = drill.ended.as_ref().filter(|_| drill.survey_closed.is_none())?;
    let sent = drill.survey_sent.map_or(0, |(time, _)| time);
    let wait = SURVEY.get(usize::try_from(sent).ok()?)?;
    Some(ended.plus(*wait))
}

fn quick_note(drill: &Drill) -> Option<Timestamp> {
    let (ended, _) = drill.ended.as_ref()?;
    drill.quick_note.is_none().then(|| ended.plus(QUICK_NOTE))
}

fn over(drill: &Drill) -> Vec<Option<Timestamp>> {
    vec![next_survey(drill), quick_note(drill), after::next(drill)]
}

/// What it does now.
pub fn tick(drill: &Drill, scene: &Scene<'_>) -> Vec<DrillEvent> {
    let now = scene.now;
    let mut events = Vec::new();
    match drill.status {
        Status::Draft | Status::Submitted | Status::Scheduled => {
            events.extend(ahead(drill, scene));
        }
        Status::Running => events.extend(in_play(drill, scene)),
        Status::Ended | Status::Reported | Status::Closed => {
            let closes = after::open_until(drill).is_none_or(|at| at <= now);
            if next_survey(drill).is_some_and(|at| at <= now) && !closes {
                // Asked once for all the times that were missed.
                let past = |wait: &&Duration| {
                    drill.ended.as_ref().is_some_and(|(ended, _)| ended.plus(**wait) <= now)
                };
                let time = SURVEY.iter().take_while(past).count();
                let time = u32::try_from(time).unwrap_or(u32::MAX);
                events.push(DrillEvent::SurveySent { time });
            }
            if quick_note(drill).is_some_and(|at| at <= now) {
                events.push(DrillEvent::QuickNoteSent);
            }
            events.extend(after::tick(drill, now));
        }
        Status::Paused => {
            if given_up(drill).is_some_and(|at| at <= now) {
                events.push(DrillEvent::DrillEnded { how: EndHow::Time });
            } else {
                events.extend(sittings::tick(drill, now));
            }
        }
        Status::Missed | Status::Cancelled | Status::HeldOutside => {}
    }
    events
}

fn ahead(drill: &Drill, scene: &Scene<'_>) -> Vec<DrillEvent> {
    let now = scene.now;
    if reminders::missed_at(drill).is_some_and(|at| at <= now) {
        return vec![DrillEvent::DrillMissed { due: drill.planning.at }];
    }
    let mut events = Vec::new();
    let nags = drill.status == Status::Submitted;
    if nags && drill.nagged.is_some_and(|at| at.plus(reminders::NAG) <= now) {
        events.push(DrillEvent::ApprovalReminded);
    }
    if drill.status != Status::Scheduled {
        return events;
    }
    if let Some(what) = reminders::due(drill, now) {
        // Whoever came to a unit since takes part as well.
        let cast = cast::cast(drill, scene.scenario, scene.directory);
        let new: Vec<_> =
            cast.into_iter().filter(|one| !drill.people.contains_key(&one.person)).collect();
        if !new.is_empty() {
            events.push(DrillEvent::DrillCast { cast: new });
        }
        events.push(DrillEvent::DrillReminded { what });
    }
    if !drill.go_asked && drill.planning.at.minus(reminders::GO) <= now {
        events.push(DrillEvent::GoAsked);
    }
    events
}

fn in_play(drill: &Drill, scene: &Scene<'_>) -> Vec<DrillEvent> {
    let now = scene.now;
    if drill.hard_stop.is_some_and(|at| at <= now) {
        return vec![DrillEvent::DrillEnded { how: EndHow::Time }];
    }
    if sittings::end(drill).is_some_and(|at| at <= now) {
        return vec![DrillEvent::DrillPaused { why: PauseWhy::SessionOver, since: None }];
    }
    let mut events = Vec::new();
    for (id, played) in &drill.injects {
        for (expect, waits) in &played.open {
            let over: Vec<_> = waits.iter().filter(|wait| wait.until <= now).collect();
            if over.is_empty() {
                continue;
            }
            let met = played.replies.get(expect);
            let silent = |person: &&PersonId| {
                drill.plays(person) && met.is_none_or(|met| !met.contains_key(*person))
            };
            let silent = over.iter().flat_map(|wait| &wait.of).filter(silent).cloned();
            let silent = fold::once(silent);
            let (inject, expect) = (id.clone(), expect.clone());
            events.push(DrillEvent::ExpectationExpired { inject, expect, silent });
        }
    }
    for inject in scene.scenario.in_order() {
        let Some(played) = drill.injects.get(&inject.id) else { continue };
        if played.stage == Stage::Pending && played.due.is_some_and(|due| due <= now) {
            events.push(send(drill, inject, Cause::Time));
        }
        let own: Vec<_> = waiting(drill, played).filter(|(_, due)| **due <= now).collect();
        if !own.is_empty() {
            let to = own.into_iter().map(|(person, _)| person.clone()).collect();
            let inject = inject.id.clone();
            events.push(DrillEvent::InjectSent { inject, to, cause: Cause::Time });
        }
    }
    events
}
