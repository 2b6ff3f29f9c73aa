//! Agreeing to a step: asked for by whoever does it, given by others.

use super::decide::{Look, refused, words};
use super::event::{Call, RunEvent, StepNumber};
use super::refusal::PlayRefusal;
use super::state::{Token, Waits};
use super::whom;
use crate::domain::escalation::who::{Called, Why};
use crate::domain::ids::PersonId;
use crate::domain::playbook::model::Approval;
use crate::domain::refusal::Refusal;

impl Look<'_> {
    fn approvers(&self, approval: &Approval, asker: Option<&PersonId>) -> (Vec<Called>, bool) {
        let scene = self.way.scene;
        let (by, quorum) = (&approval.by, approval.quorum);
        whom::approvers(by, quorum, asker, self.incident, scene.now, scene.directory)
    }

    pub fn ask_approval(&mut self, step: StepNumber, approval: &Approval) {
        let scene = self.way.scene;
        let until = scene.now.plus(approval.expires);
        self.way.happened(RunEvent::ApprovalAsked { step, until });
        let (people, team) = self.approvers(approval, self.permit.person());
        self.way.call(step, Call::Approval, people, team, None);
    }

    /// A step whose approval the actor may give.
    fn approves(&self, step: StepNumber) -> Result<(Token, u32), Refusal> {
        let (token, pending) = self.waiting(step)?;
        let title = pending.title;
        let approval = self.task_of(&token).and_then(|task| task.approval.clone());
        let (Some(approval), Some(asked)) = (approval, pending.approval) else {
            return Err(refused(PlayRefusal::NoApproval { title }));
        };
        let (people, team) = self.approvers(&approval, Some(&asked.by));
        let named = people.iter().any(|called| self.permit.is(&called.id));
        let named = named || (team && self.permit.works());
        if self.permit.is(&asked.by) {
            return Err(refused(PlayRefusal::OwnApproval { title }));
        }
        if !named && !self.permit.leads() {
            return Err(refused(PlayRefusal::NotApprover { title, by: approval.by }));
        }
        if asked.given.iter().any(|given| self.permit.is(given)) {
            return Err(refused(PlayRefusal::ApprovedAlready { title }));
        }
        let given = u32::try_from(asked.given.len()).unwrap_or(u32::MAX);
        Ok((token, approval.quorum.saturating_sub(given)))
    }

    pub fn approve(&mut self, step: StepNumber) -> Result<(), Refusal> {
        let (token, needed) = self.approves(step)?;
        self.way.happened(RunEvent::Approved { step });
        let after = self.task_of(&token).and_then(|task| task.approval.as_ref());
        match (needed, after) {
            (0 | 1, Some(approval)) if approval.after => {
                // What was proof when it was asked for may have been taken back since.
                let (_, pending) = self.waiting(step)?;
                self.nothing_missing(&token, &pending, self.task_of(&token))?;
                self.over(&token, RunEvent::Done { step });
            }
            (0 | 1, _) => {
                self.way.happened(RunEvent::Agreed { step });
                self.tell_asker(&token, step, Call::Agreed);
            }
            _ => {}
        }
        Ok(())
    }

    pub fn decline(&mut self, step: StepNumber, reason: &str) -> Result<(), Refusal> {
        let (token, _) = self.approves(step)?;
        let reason = words(reason)?;
        self.way.happened(RunEvent::Declined { step, reason });
        self.tell_asker(&token, step, Call::Declined);
        Ok(())
    }

    /// Whoever asked for the approval hears what came of it.
    fn tell_asker(&mut self, token: &Token, step: StepNumber, cause: Call) {
        let asked = match &token.waits {
            Waits::Task(pending) => pending.approval.as_ref().map(|asked| asked.by.clone()),
            _ => None,
        };
        // Whoever has left the team since is not written to; the step itself shows how it stands.
        let asked = asked.filter(|id| self.way.scene.directory.active(id).is_some());
        let people = asked.map(|id| Called { id, why: Why::Named }).into_iter().collect();
        self.way.call(step, cause, people, false, None);
    }
}
