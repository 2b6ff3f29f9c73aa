//! What the owner of a bot or of a group sets: a webhook somewhere else, administrators without a name.

use super::Sandbox;

impl Sandbox {
    /// Points the bot's updates somewhere else, or back to polling with an empty address.
    pub fn set_webhook(&self, url: &str) {
        self.with(|state, _| url.clone_into(&mut state.webhook));
        self.0.woken.notify_waiters();
    }

    /// Makes a member of a group an administrator who writes in the group's name.
    pub fn promote_anonymously(&self, group: i64, member: i64) {
        self.promote(group, member);
        self.with(|state, _| {
            if let Some(place) = state.world.chats.get_mut(&group) {
                place.hidden.insert(member);
            }
        });
    }
}
