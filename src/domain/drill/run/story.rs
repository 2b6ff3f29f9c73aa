//! What of the story follows from what: an inject that went out, an answer, silence.

use std::time::Duration;

use super::cast::audience;
use super::event::Reply;
use super::state::{Drill, Replied, Stage, Wait};
use crate::domain::drill::scenario::{ExpectId, Inject, InjectId, Scenario, Trigger};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

impl Drill {
    pub(super) fn sent(
        &mut self,
        id: &InjectId,
        to: &[PersonId],
        at: Timestamp,
        scenario: Option<&Scenario>,
    ) {
        let written = scenario.and_then(|scenario| scenario.inject(id));
        let played = self.inject(id);
        played.stage = Stage::Sent;
        played.sent.get_or_insert(at);
        played.to.extend(to.iter().cloned());
        let expects = written.map(|inject: &Inject| inject.expects.as_slice()).unwrap_or_default();
        for expect in expects {
            let wait = Wait { until: at.plus(expect.expires), of: to.iter().cloned().collect() };
            played.open.entry(expect.id.clone()).or_default().push(wait);
        }
        if let Some(scenario) = scenario {
            self.set_off(scenario, at, |trigger| match trigger {
                Trigger::After { inject, delay } => (inject == id).then_some(*delay),
                _ => None,
            });
        }
    }

    pub(super) fn replied(
        &mut self,
        inject: &InjectId,
        expect: &ExpectId,
        person: &PersonId,
        reply: &Reply,
        at: Timestamp,
        scenario: Option<&Scenario>,
    ) {
        let replies = self.inject(inject).replies.entry(expect.clone()).or_default();
        replies.insert(person.clone(), Replied { at, reply: reply.clone() });
        let Some(scenario) = scenario else { return };
        // What follows from an answer given while it stands still has its time from where it stopped.
        let open = self.pauses.iter().find(|pause| pause.to.is_none());
        let at = open.map_or(at, |pause| pause.from);
        let chosen = match reply {
            Reply::Chose(value) => Some(value),
            _ => None,
        };
        for one in &scenario.injects {
            match &one.trigger {
                Trigger::OnAnswer { inject: of, expect: other, value, delay } => {
                    let fits = value.is_none() || value.as_ref() == chosen;
                    if of == inject && other == expect && fits {
                        self.follows(one, inject, std::slice::from_ref(person), at.plus(*delay));
                    }
                }
                // Who answers after all is not silent any more.
                Trigger::OnSilence { inject: of, expect: other, .. } => {
                    let played = self.inject(&one.id);
                    if of == inject && other == expect && !played.to.contains(person) {
                        played.own.remove(person);
                    }
                }
                _ => {}
            }
        }
    }

    /// An expectation is over for those to whom the inject went long enough ago.
    pub(super) fn silent(
        &mut self,
        inject: &InjectId,
        expect: &ExpectId,
        silent: &[PersonId],
        at: Timestamp,
        scenario: Option<&Scenario>,
    ) {
        let open = &mut self.inject(inject).open;
        if let Some(waits) = open.get_mut(expect) {
            waits.retain(|wait| wait.until > at);
        }
        open.retain(|_, waits| !waits.is_empty());
        if silent.is_empty() {
            return;
        }
        for one in scenario.into_iter().flat_map(|scenario| &scenario.injects) {
            let Trigger::OnSilence { inject: of, expect: other, delay } = &one.trigger else {
                continue;
            };
            if of == inject && other == expect {
                self.follows(one, inject, silent, at.plus(*delay));
            }
        }
    }

    /// What follows from what these people did, or did not do, about an inject: where it is for some of
    /// those who were asked, each has it for himself; else it goes out once.
    fn follows(&mut self, one: &Inject, of: &InjectId, people: &[PersonId], due: Timestamp) {
        let audience = audience(self, one);
        let asked = self.injects.get(of);
        let among =
            asked.is_some_and(|asked| audience.iter().any(|person| asked.to.contains(person)));
        let played = self.inject(&one.id);
        if among {
            for person in people.iter().filter(|person| audience.contains(person)) {
                played.own.entry(person.clone()).or_insert(due);
            }
        } else if played.stage != Stage::Sent {
            played.due.get_or_insert(due);
        }
    }

    /// Injects that waited for this get their time, the first time it happens.
    fn set_off(
        &mut self,
        scenario: &Scenario,
        at: Timestamp,
        delay: impl Fn(&Trigger) -> Option<Duration>,
    ) {
        for inject in &scenario.injects {
            let Some(delay) = delay(&inject.trigger) else { continue };
            let played = self.inject(&inject.id);
            if played.stage != Stage::Sent {
                played.due.get_or_insert(at.plus(delay));
            }
        }
    }
}
