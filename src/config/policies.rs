//! `[escalation]` becomes the checked set of policies.

use std::collections::BTreeSet;
use std::time::Duration;

use super::problem::ProblemKind;
use super::section::{Found, Section};
use crate::domain::calendar::When;
use crate::domain::escalation::policy::{Conditional, Level, Policy, PolicySet, Target};
use crate::domain::ids::PersonId;
use crate::domain::values::{Role, Severity};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// More rounds than this is a typing mistake.
const MOST_ROUNDS: i64 = 20;

/// How often the last resort is called unless the file says otherwise.
const EXHAUSTED_EVERY: Duration = Duration::from_secs(30 * MINUTE);

/// How long a reminded holder has unless the file says otherwise.
const LEASE_GRACE: Duration = Duration::from_secs(15 * MINUTE);

/// The set of the file. What is missing comes from the built-in set.
pub(super) fn read(section: &Section<'_>) -> Option<PolicySet> {
    let exhausted_every = section.duration("exhausted_every", EXHAUSTED_EVERY);
    let lease_grace = section.duration("lease_grace", LEASE_GRACE);
    let policies = section.sections("policy");
    section.finish();
    let (conditional, fallback) = if policies.is_empty() {
        built_in()?
    } else {
        let last = policies.len().saturating_sub(1);
        let mut taken = BTreeSet::new();
        let mut read = Vec::new();
        for (index, policy) in policies.iter().enumerate() {
            read.push(one(policy, index == last, &mut taken));
        }
        let mut read = read.into_iter().collect::<Option<Vec<Conditional>>>()?;
        let fallback = read.pop()?.policy;
        (read, fallback)
    };
    Some(PolicySet { conditional, fallback, exhausted_every, lease_grace })
}

/// One policy; the last one has no conditions, every other one has some: severities not taken before
/// it, or a time.
fn one(section: &Section<'_>, last: bool, taken: &mut BTreeSet<Severity>) -> Option<Conditional> {
    let given = section.get("severities");
    let times = section.get("when");
    let times_when = times.as_ref().map(when);
    let severities = given.as_ref().map(severities);
    let repeat = section.get("repeat").map_or(Some(0), |found| found.number(0, MOST_ROUNDS));
    let in_hours_only = section.get("in_hours_only");
    let waits = in_hours_only.as_ref().map_or(Some(false), Found::truth);
    let lease = section.need("lease").and_then(|found| found.duration());
    let levels: Vec<Option<Level>> = section.sections("level").iter().map(level).collect();
    section.finish();
    if levels.is_empty() {
        section.report("level", ProblemKind::Missing);
    }
    let mut fits = true;
    match (given.as_ref().or(times.as_ref()), &severities) {
        (Some(found), _) if last => {
            found.report(ProblemKind::LastPolicyHasConditions);
            fits = false;
        }
        (None, _) if !last => {
            section.report_whole(ProblemKind::PolicyHidesLater);
            fits = false;
        }
        // One that is for some hours only takes nothing from those after it.
        (Some(found), Some(Some(own))) => {
            let all_taken = own.iter().all(|severity| taken.contains(severity));
            if times.is_none() {
                taken.extend(own.iter().copied());
            }
            if all_taken {
                found.report(ProblemKind::PolicyNeverApplies);
                fits = false;
            }
        }
        _ => {}
    }
    let severities = severities.unwrap_or(Some(BTreeSet::new()))?;
    let levels = levels.into_iter().collect::<Option<Vec<Level>>>()?;
    // Whatever matters more than that is never kept from people until the morning.
    if let (Some(found), Some(true)) = (&in_hours_only, waits)
        && (last || severities != BTreeSet::from([Severity::Low]))
    {
        found.report(ProblemKind::OnlyLowMayWait);
        fits = false;
    }
    let mut policy = Policy::new(levels, u32::try_from(repeat?).ok()?, lease?)?;
    policy.in_hours_only = waits?;
    let when = times_when.map_or(Some(None), |when| when.map(Some))?;
    fits.then_some(Conditional { severities, when, policy })
}

pub(super) fn when(found: &Found<'_>) -> Option<When> {
    found.one_of(&When::ALL.map(|when| (when.as_str(), when)))
}

fn severities(found: &Found<'_>) -> Option<BTreeSet<Severity>> {
    let items = found.list()?;
    if items.is_empty() {
        found.report(ProblemKind::Empty);
        return None;
    }
    let mut severities = BTreeSet::new();
    let mut whole = true;
    for item in items {
        match item.value(Severity::ALL, Severity::as_str) {
            Some(severity) if !severities.insert(severity) => {
                item.report(ProblemKind::Twice { value: severity.to_string() });
                whole = false;
            }
            Some(_) => {}
            None => whole = false,
        }
    }
    whole.then_some(severities)
}

fn level(section: &Section<'_>) -> Option<Level> {
    let notify = section.need("notify").and_then(|found| targets(&found));
    let wait = section.need("wait").and_then(|found| found.duration());
    let when = section.get("when").map_or(Some(None), |found| when(&found).map(Some));
    section.finish();
    Some(Level { notify: notify?, wait: wait?, when: when? })
}

fn targets(found: &Found<'_>) -> Option<Vec<Target>> {
    let items = found.list()?;
    if items.is_empty() {
        found.report(ProblemKind::Empty);
        return None;
    }
    let one = |item: &Found<'_>| {
        let text = item.words()?;
        item.or_report(target(text), || ProblemKind::UnknownTarget { value: text.to_owned() })
    };
    // All of them are read, so that all that is wrong is told.
    let targets: Vec<Option<Target>> = items.iter().map(one).collect();
    targets.into_iter().collect()
}

fn target(text: &str) -> Option<Target> {
    Some(match text.split_once(':') {
        None if text == "duty" => Target::Duty,
        None if text == "backup" => Target::Backup,
        None if text == "lead" => Target::Lead,
        None if text == "managers" => Target::Managers,
        None if text == "team" => Target::Team,
        Some(("role", role)) => Target::Role(role.trim().parse::<Role>().ok()?),
        Some(("person", id)) if !id.trim().is_empty() => Target::Person(PersonId::new(id.trim())),
        _ => return None,
    })
}

/// The set used where the file has no policy: quickly upwards for high and critical, calmly for
/// the rest.
fn built_in() -> Option<(Vec<Conditional>, Policy)> {
    let level = |notify: &[Target], minutes: u64| Level {
        notify: notify.to_vec(),
        wait: Duration::from_secs(minutes.saturating_mul(MINUTE)),
        when: None,
    };
    let urgent = vec![
        level(&[Target::Duty], 5),
        level(&[Target::Backup, Target::Lead], 10),
        level(&[Target::Managers], 15),
    ];
    let calm = vec![level(&[Target::Duty], 30), level(&[Target::Lead], 120)];
    let conditional = Conditional {
        severities: BTreeSet::from([Severity::High, Severity::Critical]),
        when: None,
        policy: Policy::new(urgent, 2, Duration::from_secs(2 * HOUR))?,
    };
    Some((vec![conditional], Policy::new(calm, 1, Duration::from_secs(24 * HOUR))?))
}
