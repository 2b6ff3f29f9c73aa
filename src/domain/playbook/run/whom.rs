//! Which people a step means.

use super::event::Call;
use crate::domain::directory::Directory;
use crate::domain::escalation::policy::Target;
use crate::domain::escalation::who::{Called, Why, who};
use crate::domain::ids::PersonId;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::model::Whom;
use crate::domain::time::Timestamp;

/// The people that `whom` means for this incident now, and whether the team's chat is meant. Where that is
/// nobody (an alert has no reporter, a part of a widespread incident no holder) the leads are asked.
pub fn resolve(
    whom: &Whom,
    incident: &Incident,
    at: Timestamp,
    directory: &Directory,
    cause: Call,
) -> (Vec<Called>, bool) {
    let found: Vec<Called> = match whom {
        Whom::Reporter => {
            incident.reporters().filter(|id| directory.active(id).is_some()).map(named).collect()
        }
        Whom::Holder => incident
            .holder()
            .filter(|id| directory.active(id).is_some())
            .map(named)
            .into_iter()
            .collect(),
        Whom::Target(target) => who(target, at, directory),
    };
    let team = matches!(whom, Whom::Target(Target::Team));
    // While the incident's own ladder runs, it finds a holder.
    let ladder = *whom == Whom::Holder && incident.ladder_runs();
    let waits = ladder && !matches!(cause, Call::Failed | Call::Lapsed);
    if found.is_empty() && !team && !waits {
        return (who(&Target::Lead, at, directory), false);
    }
    (found, team)
}

/// Those who are asked to agree: whoever the playbook names, without `asker`; where those are fewer than
/// are needed the leads as well, and where there is still nobody the managers.
pub fn approvers(
    whom: &Whom,
    quorum: u32,
    asker: Option<&PersonId>,
    incident: &Incident,
    at: Timestamp,
    directory: &Directory,
) -> (Vec<Called>, bool) {
    let (mut people, team) = resolve(whom, incident, at, directory, Call::Approval);
    people.retain(|called| Some(&called.id) != asker);
    let needed = usize::try_from(quorum).unwrap_or(usize::MAX);
    for (target, least) in [(Target::Lead, needed), (Target::Managers, 1)] {
        if people.len() >= least || team {
            break;
        }
        let more = who(&target, at, directory).into_iter();
        let more = more.filter(|called| Some(&called.id) != asker);
        let known: Vec<PersonId> = people.iter().map(|called| called.id.clone()).collect();
        people.extend(more.filter(|called| !known.contains(&called.id)));
    }
    (people, team)
}

fn named(id: &PersonId) -> Called {
    Called { id: id.clone(), why: Why::Named }
}
