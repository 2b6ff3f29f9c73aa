//! Whether the people who would be called can be reached at all, looked at before anything happens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::directory::Directory;
use super::escalation::policy::{PolicySet, Target};
use super::escalation::who::{last_resort, who};
use super::ids::PersonId;
use super::roster::Span;
use super::roster::check::{AHEAD, Finding, chairs};
use super::time::Timestamp;
use super::values::ChannelKind;

/// Whoever said and pressed nothing for so long may have changed the telephone.
pub const SILENT_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);

/// What was seen of one person on the way to and from him.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fact {
    /// When he last said or pressed anything.
    pub heard: Option<Timestamp>,
    /// Since when Telegram refuses what is sent to him, because he blocked the bot or never started it.
    pub blocked: Option<Timestamp>,
}

/// The same of everybody; nothing is known of who is not in it.
pub type Facts = BTreeMap<PersonId, Fact>;

/// What a check looked at and found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// Everybody who would be called, by the roster or by a policy.
    pub people: BTreeSet<PersonId>,
    /// What is to be mended, the serious first.
    pub found: Vec<Finding>,
}

/// Something to mend, and how many later stretches need the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Red {
    /// The first of them.
    pub finding: Finding,
    /// How many more.
    pub again: usize,
}

impl Checked {
    /// What is to be mended, the same thing in several stretches once.
    pub fn reds(&self) -> Vec<Red> {
        let mut reds: Vec<Red> = Vec::new();
        for finding in &self.found {
            match reds.iter_mut().find(|red| red.finding.is_alike(finding)) {
                Some(red) => red.again = red.again.saturating_add(1),
                None => reds.push(Red { finding: finding.clone(), again: 0 }),
            }
        }
        reds
    }

    /// Those of whom nothing has to be mended.
    pub fn reachable(&self) -> impl Iterator<Item = &PersonId> {
        let red = |id: &&PersonId| self.found.iter().any(|one| one.person() == Some(*id));
        let channels = !self.found.contains(&Finding::NoChannels);
        self.people.iter().filter(move |id| channels && !red(id))
    }
}

/// Looks at everybody on every rung of every policy, and at every chair of the roster, in the days from
/// `now` on.
pub fn check(
    directory: &Directory,
    policies: &PolicySet,
    facts: &Facts,
    now: Timestamp,
) -> Checked {
    let (mut found, shifts) = chairs(directory, now);
    let rostered: BTreeSet<PersonId> = shifts
        .iter()
        .flat_map(|shift| shift.chair.people().iter().map(|seated| seated.person.clone()))
        .collect();
    let left = rostered.iter().filter(|person| !directory.in_team(person));
    found.extend(left.map(|person| Finding::Left { person: person.clone() }));
    let mut people = rostered;
    let mut by_name: BTreeSet<PersonId> =
        last_resort(now, directory).into_iter().map(|called| called.id).collect();
    for target in targets(policies) {
        match target {
            Target::Duty | Target::Backup if directory.roster.plan(now).is_some() => {}
            Target::Person(person) if directory.active(person).is_none() => {
                found.push(Finding::Left { person: person.clone() });
                people.insert(person.clone());
            }
            target => by_name.extend(who(target, now, directory).into_iter().map(|one| one.id)),
        }
    }
    found.extend(by_name.iter().flat_map(|person| leaves(person, directory, now)));
    people.extend(by_name);
    let left = |person: &PersonId| {
        found.iter().any(|one| matches!(one, Finding::Left { person: id } if id == person))
    };
    let channels = !directory.channels.is_empty();
    let reach: Vec<Finding> = people
        .iter()
        .filter(|_| channels)
        .filter(|person| !left(person))
        .flat_map(|person| ways(person, directory, facts, now))
        .collect();
    found.extend(reach);
    if !channels {
        found.push(Finding::NoChannels);
    }
    found.sort_by_key(|finding| !finding.is_serious());
    found.dedup();
    Checked { people, found }
}

/// Whom any level of any policy names.
fn targets(policies: &PolicySet) -> BTreeSet<&Target> {
    let all = policies.conditional.iter().map(|one| &one.policy).chain([&policies.fallback]);
    let levels = all.flat_map(|policy| (1..=policy.levels()).map(|number| policy.level(number)));
    levels.flat_map(|level| &level.notify).collect()
}

/// The roster passes over whoever is on leave; a role or a name does not.
fn leaves(person: &PersonId, directory: &Directory, now: Timestamp) -> Vec<Finding> {
    let ahead = Span { from: now, to: now.plus(AHEAD) };
    let own = directory.roster.leaves.values();
    let own = own.filter(|leave| &leave.person == person && leave.span.meets(&ahead));
    own.map(|leave| Finding::OnLeave { person: person.clone(), span: leave.span }).collect()
}

fn ways(person: &PersonId, directory: &Directory, facts: &Facts, now: Timestamp) -> Vec<Finding> {
    let ways = directory.ways_to(person);
    let mut found = Vec::new();
    let who = || person.clone();
    if ways.is_empty() {
        return vec![Finding::NoWay { person: who() }];
    }
    if directory.channels.contains(&ChannelKind::Telegram) {
        let fact = facts.get(person).copied().unwrap_or_default();
        let silent = fact.heard.is_none_or(|heard| now.since(heard) > SILENT_AFTER);
        if !ways.contains(&ChannelKind::Telegram) {
            found.push(Finding::NotLinked { person: who() });
        } else if let Some(since) = fact.blocked {
            found.push(Finding::Blocked { person: who(), since });
        } else if silent {
            found.push(Finding::Silent { person: who(), since: fact.heard });
        }
    }
    if ways.len() == 1 && directory.channels.len() > 1 {
        found.push(Finding::OneWay { person: who() });
    }
    found
}

/// How tests of the way to the officer on duty went.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tests {
    /// How many were sent.
    pub sent: u64,
    /// How many were not answered in time.
    pub missed: u64,
    /// How long each answer took, in milliseconds, late ones too; in the order they were sent.
    pub took_ms: Vec<u64>,
}

impl Tests {
    /// The time by which half of the answers had come.
    pub fn median(&self) -> Option<Duration> {
        let mut sorted = self.took_ms.clone();
        sorted.sort_unstable();
        let middle = sorted.len().saturating_sub(1).checked_div(2)?;
        sorted.get(middle).map(|ms| Duration::from_millis(*ms))
    }

    /// The time the newest answer took.
    pub fn last(&self) -> Option<Duration> {
        self.took_ms.last().map(|ms| Duration::from_millis(*ms))
    }
}
