//! What the engine needs of the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::alert::Repeats;
use crate::domain::calendar::Calendar;
use crate::domain::contacts::Timing;
use crate::domain::directory::Setup;
use crate::domain::drill::duty::Duties;
use crate::domain::drill::scenario::ScenarioLibrary;
use crate::domain::escalation::policy::PolicySet;
use crate::domain::notice::Team;
use crate::domain::playbook::Library;
use crate::domain::retention::Retention;
use crate::domain::roster::canary::Habits;
use crate::domain::triage::Triage;
use crate::domain::values::ChannelKind;

/// The engine's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The policies new incidents are opened under.
    pub policies: PolicySet,
    /// What the words of a report make likely.
    pub triage: Arc<Triage>,
    /// The playbooks there are.
    pub library: Arc<Library>,
    /// The scenarios drills are played from.
    pub scenarios: Arc<ScenarioLibrary>,
    /// The prefix of drill codes.
    pub drill_prefix: String,
    /// What a real incident is called that somebody who plays claims.
    pub claim_title: String,
    /// What a drill that a changed calendar moves is said to be moved for.
    pub calendar_moved: String,
    /// What a drill of a series that was ended is said to be cancelled for.
    pub series_ended: String,
    /// Which units have to drill, and how often.
    pub duties: Arc<Duties>,
    /// Facts every message may need.
    pub team: Arc<Team>,
    /// The prefix of incident codes.
    pub incident_prefix: String,
    /// The team's chat.
    pub team_chat: Option<i64>,
    /// The forum topic of that chat where cards and calls go.
    pub team_topic: Option<i32>,
    /// Where administrators are told of trouble.
    pub admin_chat: Option<i64>,
    /// The configured channels, in order.
    pub channels: Vec<ChannelKind>,
    /// Whether a swap of duty needs a lead's word.
    pub swaps_need_a_lead: bool,
    /// When the units' contacts are asked whether what is known of them still holds.
    pub contacts: Timing,
    /// The province's days and hours.
    pub calendar: Arc<Calendar>,
    /// When it is looked at everybody, and the way to whoever is on duty is tested.
    pub habits: Habits,
    /// Where pages outside chat are answered.
    pub public_url: Option<String>,
    /// When alerts count as the same thing again, by intake.
    pub repeats: Arc<BTreeMap<String, Repeats>>,
    /// How long stays what nothing can ask for any more.
    pub retention: Retention,
}

impl Settings {
    /// What every directory read under these settings carries.
    pub fn setup(&self) -> Setup {
        let (channels, calendar) = (self.channels.clone(), Arc::clone(&self.calendar));
        Setup { channels, calendar, habits: self.habits, duties: Arc::clone(&self.duties) }
    }

    /// When alerts of this intake count as the same thing again.
    pub fn repeats_of(&self, intake: &str) -> Repeats {
        self.repeats.get(intake).copied().unwrap_or_default()
    }
}
