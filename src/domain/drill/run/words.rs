//! The free text in what happened.

use super::event::{DrillEvent, EndHow, Reply};
use crate::domain::text::Text;

impl DrillEvent {
    /// The free text in it.
    pub fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::DrillDeclined { reason }
            | Self::DrillMoved { reason, .. }
            | Self::DrillCancelled { reason }
            | Self::ItemReturned { reason, .. }
            | Self::DrillEnded { how: EndHow::Aborted { reason } } => vec![reason],
            Self::HeldOutside { words }
            | Self::ReportHeard { words, .. }
            | Self::Observed { words }
            | Self::ItemAdded { words, .. }
            | Self::ItemDone { words, .. }
            | Self::Replied { reply: Reply::Said { words }, .. } => vec![words],
            Self::ObjectiveRated { reason, .. } => reason.iter_mut().collect(),
            Self::Surveyed { answers, .. } => {
                answers.iter_mut().map(|answer| &mut answer.words).collect()
            }
            _ => Vec::new(),
        }
    }
}
