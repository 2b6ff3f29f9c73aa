//! Whatever a run waits for, there is somebody who can act on it: asked of the program's own decisions, for
//! every active person, and not of the reference.

use trucban::domain::access::permit_on;
use trucban::domain::directory::Directory;
use trucban::domain::envelope::Actor;
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::Incident;
use trucban::domain::incident::act::ActKind;
use trucban::domain::playbook::library::Bundle;
use trucban::domain::playbook::run::advance::Scene;
use trucban::domain::playbook::run::state::{Run, Waits};
use trucban::domain::playbook::run::{PlayAct, decide};
use trucban::domain::refusal::Refusal;
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use crate::hold;
use crate::simulation::driver::{Check, Sim};

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Sim {
    /// Every step that waits for people, for approval or for a decision has an active person whom the program
    /// would let act on it; where it has none, the leads have been called for it.
    pub fn somebody_may(&mut self, code: &IncidentCode, incident: &Incident) -> Check {
        let waits = |run: &Run| {
            run.tokens
                .iter()
                .filter_map(|(step, token)| Some((*step, act(*step, &token.waits)?)))
                .collect::<Vec<_>>()
        };
        let all: Vec<_> = incident.live_runs().map(|run| (run, waits(run))).collect();
        if all.iter().all(|(_, waits)| waits.is_empty()) {
            return Ok(());
        }
        let directory = self.reader().directory().map_err(words)?;
        let bundles = self.reader().bundles(incident).map_err(words)?;
        let leads = self.model.staff.with(Role::Lead);
        for (run, waits) in all {
            let bundle = bundles.get(&run.hash).ok_or("a run without its copy")?;
            for (step, act) in waits {
                let may = |act: &PlayAct| may(incident, act, bundle, &directory, self.at());
                // Where too few are left to agree the step can still be given up, by whoever has it.
                let may = may(&act) || matches!(act, PlayAct::Decline(..)) && may(&fails(step));
                let called = self.model.plays.called.get(&(code.clone(), step));
                let told =
                    called.is_some_and(|called| leads.iter().any(|one| called.contains(one)));
                hold!(may || told, "{code}.{step}: nobody may {act:?}, and no lead was called");
            }
        }
        Ok(())
    }
}

/// What somebody would do with a step that stands like that.
fn act(step: u32, waits: &Waits) -> Option<PlayAct> {
    match waits {
        Waits::Task(pending) if pending.approval.is_some() => {
            Some(PlayAct::Decline(step, "chưa đủ căn cứ".to_owned()))
        }
        Waits::Task(_) => Some(PlayAct::Take(step)),
        Waits::Decision { .. } => Some(PlayAct::Retry(step)),
        Waits::Until(_) | Waits::Blocks { .. } => None,
    }
}

fn fails(step: u32) -> PlayAct {
    PlayAct::Fail(step, "không đủ người duyệt".to_owned())
}

/// Whether the program lets one of the active people do it. Whoever has a step already need not take it.
fn may(
    incident: &Incident,
    act: &PlayAct,
    bundle: &Bundle,
    directory: &Directory,
    now: Timestamp,
) -> bool {
    let active = directory.people.values().filter(|person| person.active);
    active.map(|person| Actor::Person(person.id.clone())).any(|actor| {
        let Ok(permit) = permit_on(&actor, ActKind::Play, incident, directory) else {
            return false;
        };
        let scene = Scene { bundle, now, directory, actor: &actor };
        matches!(
            decide::decide(incident, act, &permit, scene),
            Ok(_) | Err(Refusal::NoChange { .. })
        )
    })
}
