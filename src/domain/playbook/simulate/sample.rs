//! What a playbook is played on where there is no incident, and who would be missing.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::actor::{Actor, Origin};
use crate::domain::directory::Directory;
use crate::domain::escalation::policy::{Level, Policy, PolicySet, Target};
use crate::domain::escalation::who;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::event::Opening;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::library::Bundle;
use crate::domain::playbook::model::{PlaybookId, StepId, Whom};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::{Severity, Tlp};

/// An incident that was reported at `at` and that nobody has.
pub fn sample(at: Timestamp, policies: Option<PolicySet>) -> Incident {
    let opening = Opening {
        origin: Origin::Real,
        title: Text::plain("…"),
        description: None,
        unit: None,
        severity: Severity::High,
        category: None,
        guessed: false,
        detected_at: at,
        detected_estimated: true,
        off_channel: false,
        tlp: Tlp::Amber,
        reported_by: Some(PersonId::new("p-000")),
        dedup: None,
        follows: None,
        similar: Vec::new(),
        among: Default::default(),
        policies: Box::new(policies.unwrap_or_else(duty_then_lead)),
    };
    let actor = Actor::System;
    Incident::opened(IncidentCode::new("SC-0000"), &opening, &At { seq: 0, at, actor })
}

/// Who is called where no configuration says so.
fn duty_then_lead() -> PolicySet {
    let half = Duration::from_secs(30 * 60);
    let level = |target| Level { notify: vec![target], wait: half, when: None };
    let lease = Duration::from_secs(2 * 3600);
    let policy = Policy::of(level(Target::Duty), vec![level(Target::Lead)], 0, lease);
    PolicySet {
        conditional: Vec::new(),
        fallback: policy,
        exhausted_every: half,
        lease_grace: half,
    }
}

/// A step that the directory has too few people for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nobody {
    /// In which playbook.
    pub playbook: PlaybookId,
    /// Which step.
    pub step: StepId,
    /// Whom it wants.
    pub whom: Whom,
    /// Whether to agree to it, not to do it.
    pub approves: bool,
}

/// The steps that nobody could do, or too few could agree to, at `at`. Whoever reports or holds an incident is
/// always somebody.
pub fn nobody(bundle: &Bundle, directory: &Directory, at: Timestamp) -> Vec<Nobody> {
    let people = |whom: &Whom| -> Option<BTreeSet<PersonId>> {
        match whom {
            Whom::Reporter | Whom::Holder | Whom::Target(Target::Team) => None,
            Whom::Target(target) => {
                Some(who::who(target, at, directory).into_iter().map(|one| one.id).collect())
            }
        }
    };
    let leads = people(&Whom::Target(Target::Lead)).unwrap_or_default();
    let mut found = Vec::new();
    for playbook in bundle.playbooks.values() {
        for step in playbook.in_order() {
            let Some(task) = step.task() else { continue };
            let mut miss = |whom: &Whom, approves| {
                let (playbook, step) = (playbook.id.clone(), step.id.clone());
                found.push(Nobody { playbook, step, whom: whom.clone(), approves });
            };
            let doers = people(&task.who);
            if doers.as_ref().is_some_and(BTreeSet::is_empty) {
                miss(&task.who, false);
            }
            let Some(approval) = &task.approval else { continue };
            let Some(mut agree) = people(&approval.by) else { continue };
            agree.extend(leads.iter().cloned());
            // Nobody agrees to his own: one of them is lost where everybody who may do it is among them.
            let outside = doers.is_none_or(|doers| !doers.is_subset(&agree));
            let left = agree.len().saturating_sub(usize::from(!outside));
            if left < usize::try_from(approval.quorum).unwrap_or(usize::MAX) {
                miss(&approval.by, true);
            }
        }
    }
    found
}
