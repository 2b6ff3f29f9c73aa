//! What goes out while a drill is played, and what answers it.

use super::cast::audience;
use super::event::{Cause, DrillEvent, Reply};
use super::state::{Drill, Stage};
use super::{DrillRefusal, Scene};
use crate::domain::drill::scenario::{Expect, Expectation, Inject};
use crate::domain::fold::fold;
use crate::domain::ids::PersonId;
use crate::domain::text::Text;

/// An inject goes to whoever it is for. Where that is nobody it is left out.
pub fn send(drill: &Drill, inject: &Inject, cause: Cause) -> DrillEvent {
    let to = audience(drill, inject);
    match to.is_empty() {
        true => DrillEvent::InjectSkipped { inject: inject.id.clone() },
        false => DrillEvent::InjectSent { inject: inject.id.clone(), to, cause },
    }
}

/// The inject at this place, as far as it went to this person.
pub fn sent_to<'s>(
    drill: &Drill,
    place: u32,
    person: &PersonId,
    scene: &Scene<'s>,
) -> Result<&'s Inject, DrillRefusal> {
    let inject = at(scene, place)?;
    let played = drill.injects.get(&inject.id);
    let told = played.is_some_and(|one| one.stage == Stage::Sent && one.to.contains(person));
    told.then_some(inject).ok_or(DrillRefusal::NoSuchInject)
}

/// The inject at this place.
pub fn at<'s>(scene: &Scene<'s>, place: u32) -> Result<&'s Inject, DrillRefusal> {
    let found = scene.scenario.injects.iter().find(|inject| inject.place == place);
    found.ok_or(DrillRefusal::NoSuchInject)
}

/// What somebody does about an inject, as far as it can be expected.
pub enum Done<'a> {
    /// Says that it was read.
    Acknowledge,
    /// Chooses, by the places of the expectation and of the choice.
    Choose(u32, u32),
    /// Says something.
    Say(&'a str),
    /// Sends a file, with or without words.
    File(&'a str),
}

/// The events of it. Everything but a choice also says that the inject was read.
pub fn reply(
    drill: &Drill,
    inject: &Inject,
    person: &PersonId,
    done: &Done<'_>,
) -> Result<Vec<DrillEvent>, DrillRefusal> {
    let played = drill.injects.get(&inject.id).ok_or(DrillRefusal::NoSuchInject)?;
    let given = |expect: &Expectation| {
        played.replies.get(&expect.id).and_then(|replies| replies.get(person))
    };
    let mut events = Vec::new();
    let mut reply = |expect: &Expectation, reply: Reply| {
        let (inject, expect) = (inject.id.clone(), expect.id.clone());
        events.push(DrillEvent::Replied { inject, expect, person: person.clone(), reply });
    };
    let (mut met, mut said) = (false, false);
    let words = match done {
        Done::Say(words) | Done::File(words) => words.trim(),
        Done::Acknowledge | Done::Choose(..) => "",
    };
    for (expect, place) in inject.expects.iter().zip(0_u32..) {
        let answer = match (&expect.kind, done) {
            (Expect::Acknowledge, Done::Choose(..) | Done::Say(_) | Done::File(_)) => {
                // Read by whoever answers it.
                if given(expect).is_none() {
                    reply(expect, Reply::Acknowledged);
                }
                continue;
            }
            (Expect::Acknowledge, Done::Acknowledge) => Reply::Acknowledged,
            (Expect::Choose { choices, .. }, Done::Choose(of, choice)) if *of == place => {
                let chosen = usize::try_from(*choice).ok().and_then(|at| choices.get(at));
                let (value, _) = chosen.ok_or(DrillRefusal::NotExpected)?;
                Reply::Chose(value.clone())
            }
            (Expect::Keyword { any }, Done::Say(_) | Done::File(_)) if holds(words, any) => {
                Reply::Said { words: Text::plain(words) }
            }
            (Expect::Judged { .. }, Done::Say(_) | Done::File(_)) if !words.is_empty() => {
                Reply::Said { words: Text::plain(words) }
            }
            (Expect::File { .. }, Done::File(_)) => Reply::File,
            _ => continue,
        };
        if let (Done::File(_), Some(_)) = (done, given(expect)) {
            // Another one beside it, or in its place where it could not be kept.
            met = true;
            continue;
        }
        said |= matches!(answer, Reply::Said { .. });
        if let Some(before) = given(expect) {
            return Err(DrillRefusal::Answered(before.at));
        }
        met = true;
        reply(expect, answer);
    }
    if !met && words.is_empty() {
        return Err(DrillRefusal::NotExpected);
    }
    // What was said and answers nothing is kept all the same: an evaluator reads it.
    if !said && !words.is_empty() {
        events.push(DrillEvent::Observed { words: Text::plain(words) });
    }
    Ok(events)
}

/// Whether one of the words stands in what was said, without regard to marks.
fn holds(said: &str, any: &[String]) -> bool {
    let said = fold(said);
    any.iter().any(|word| said.contains(&fold(word)))
}
