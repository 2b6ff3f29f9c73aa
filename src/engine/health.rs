//! Health.
use crate::domain::time::Timestamp;
/// Handle.
#[derive(Clone, Debug, Default)]
pub struct Health;
impl Health {
    /// New.
    pub fn new(_: bool, _: Vec<crate::domain::values::ChannelKind>) -> Self {
        Self
    }
    /// Poll.
    pub fn poll_ok(&self, _: Timestamp) {}
}
