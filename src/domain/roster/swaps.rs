//! Swaps: one asks, the other agrees, and where the province wants it a lead does too.

use super::decide::{Ctx, RosterRefusal, ahead, in_team, still};
use super::event::RosterEvent;
use super::{Layer, Roster, RosterId, Span, Swap, SwapState};
use crate::domain::access::Permit;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::values::Role;

impl Roster {
    pub(super) fn swap_proposed(
        &self,
        layer: Layer,
        span: Span,
        to: &PersonId,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let from = permit.person().ok_or(RosterRefusal::NotAllowed)?;
        if from == to {
            return Err(RosterRefusal::WithOneself);
        }
        in_team(to, ctx.directory)?;
        let span = ahead(span, ctx.now)?;
        self.sits(from, layer, span, ctx)?;
        self.not_away(to, span)?;
        let open = |swap: &&Swap| {
            swap.waits() && swap.layer == layer && &swap.from == from && swap.span.meets(&span)
        };
        if let Some(other) = self.swaps.values().find(open) {
            return Err(RosterRefusal::Asked { to: other.to.clone(), span: other.span });
        }
        let (from, to) = (from.clone(), to.clone());
        let swap = Swap { layer, span, from, to, state: SwapState::Proposed };
        Ok(vec![RosterEvent::SwapProposed { swap }])
    }

    pub(super) fn swap_answered(
        &self,
        id: RosterId,
        agreed: bool,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let swap = self.swaps.get(&id).ok_or(RosterRefusal::Unknown)?;
        let (asked, proposer) = (permit.is(&swap.to), permit.is(&swap.from));
        let withdraws = proposer && !agreed;
        if !(asked || withdraws) {
            return Err(RosterRefusal::NotYours);
        }
        let open =
            swap.state == SwapState::Proposed || (proposer && swap.state == SwapState::Accepted);
        if !open {
            return Err(RosterRefusal::Over);
        }
        if !agreed {
            return Ok(vec![RosterEvent::SwapOff { id }]);
        }
        self.still_fits(swap, ctx)?;
        Ok(vec![if ctx.lead_decides && another_lead(swap, ctx.directory) {
            RosterEvent::SwapAccepted { id }
        } else {
            RosterEvent::SwapDone { id }
        }])
    }

    pub(super) fn swap_decided(
        &self,
        id: RosterId,
        agreed: bool,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let swap = self.swaps.get(&id).ok_or(RosterRefusal::Unknown)?;
        if !permit.leads() {
            return Err(RosterRefusal::NotAllowed);
        }
        if permit.is(&swap.from) || permit.is(&swap.to) {
            // Nobody agrees to what he asked for himself.
            return Err(RosterRefusal::NotYours);
        }
        if swap.state != SwapState::Accepted {
            return Err(RosterRefusal::Over);
        }
        if !agreed {
            return Ok(vec![RosterEvent::SwapOff { id }]);
        }
        self.still_fits(swap, ctx)?;
        Ok(vec![RosterEvent::SwapDone { id }])
    }

    /// Between the proposal and the answer the stretch may have begun or gone to somebody else.
    fn still_fits(&self, swap: &Swap, ctx: &Ctx<'_>) -> Result<(), RosterRefusal> {
        still(swap.span, ctx.now)?;
        in_team(&swap.to, ctx.directory)?;
        self.not_away(&swap.to, swap.span)?;
        let span = Span { from: swap.span.from.max(ctx.now), to: swap.span.to };
        self.sits(&swap.from, swap.layer, span, ctx).map_err(|_| RosterRefusal::Over)
    }
}

/// Whether a lead is neither of the two. Where there is none, nobody could say the lead's word, and the
/// one who is concerned himself has agreed.
fn another_lead(swap: &Swap, directory: &Directory) -> bool {
    directory.with_role(Role::Lead).any(|lead| lead.id != swap.from && lead.id != swap.to)
}
