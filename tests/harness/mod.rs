//! The whole program in its sandbox, and the words the scenarios are told in: given, when, expect.
//! Time is simulated and stands still until a scenario moves it.

pub mod log;
pub mod served;
pub mod sms;
pub mod smtp;
pub mod stage;

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use trucban::app::demo::World;
use trucban::clock::{real_sleep, real_timeout};
use trucban::domain::alert::Alert;
use trucban::domain::directory::{Person, Private};
use trucban::domain::drill::scenario::Scenario;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt};
use trucban::domain::escalation::policy::{Level, Policy, PolicySet, Target};
use trucban::domain::ids::{DrillCode, IncidentCode, PersonId};
use trucban::domain::incident::Incident;
use trucban::domain::notice::Team;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Severity};
use trucban::engine::settings::Settings;
use trucban::ledger::Durability;
use trucban::sandbox::{Outcome, Sender, Shown};

pub use trucban::app::province::TEAM_CHAT as TEAM;

/// The officer on duty.
pub const DUTY: i64 = 1001;
/// The backup officer, who never started the bot.
pub const BACKUP: i64 = 1002;
/// The captain.
pub const LEAD: i64 = 1003;
/// The deputy.
pub const DEPUTY: i64 = 1004;
/// The leader in charge.
pub const MANAGER: i64 = 1005;
/// The administrator of the directory.
pub const ADMIN: i64 = 1006;
/// The focal point of one commune.
pub const REPORTER: i64 = 1017;
/// The focal point of another.
pub const NEIGHBOUR: i64 = 1018;
/// Somebody the directory does not know.
pub const STRANGER: i64 = 4242;

/// How long anything may take in real time before a scenario gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a person needs before acting; long enough for the pace that Telegram asks of a bot.
const MOMENT: Duration = Duration::from_secs(5);

/// A province with its people, the program running, everybody's greeting read.
pub struct Province {
    /// The sandbox, the clock and the program.
    pub world: World,
    heard: usize,
    _dir: TempDir,
}

/// That many minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// That many hours.
pub const fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

/// One policy for every severity: whom each level calls and how many minutes it waits.
pub fn policy(levels: &[(&[Target], u64)], repeat: u32) -> PolicySet {
    let level = |(notify, wait): &(&[Target], u64)| Level {
        notify: notify.to_vec(),
        wait: minutes(*wait),
        when: None,
    };
    let levels = levels.iter().map(level).collect();
    PolicySet {
        conditional: Vec::new(),
        fallback: Policy::new(levels, repeat, hours(2)).unwrap(),
        exhausted_every: minutes(30),
        lease_grace: minutes(15),
    }
}

/// Settings of a team that has nothing but its name; a test says what it needs otherwise.
pub fn settings() -> Settings {
    let team = Team {
        name: "Team".to_owned(),
        hotline: "1900".to_owned(),
        zone: chrono_tz::Asia::Ho_Chi_Minh,
        bot_name: None,
    };
    Settings {
        policies: policy(&[(&[Target::Duty], 5)], 1),
        triage: Arc::default(),
        library: Arc::default(),
        scenarios: Arc::default(),
        drill_prefix: "DT".to_owned(),
        claim_title: "real".to_owned(),
        calendar_moved: "moved".to_owned(),
        series_ended: "ended".to_owned(),
        duties: Arc::default(),
        team: Arc::new(team),
        incident_prefix: "SC".to_owned(),
        team_chat: None,
        team_topic: None,
        admin_chat: None,
        channels: vec![ChannelKind::Telegram],
        swaps_need_a_lead: false,
        contacts: Default::default(),
        calendar: Arc::default(),
        habits: Default::default(),
        public_url: None,
        repeats: Arc::default(),
        retention: Default::default(),
    }
}

/// Given: the province of the demo, running, everybody but the backup officer on Telegram.
pub async fn given() -> Province {
    let dir = tempfile::tempdir().unwrap();
    let world = World::start(dir.path(), Durability::Off).await.unwrap();
    let mut province = Province { world, heard: 0, _dir: dir };
    province.forget();
    province
}

/// An alert as an intake would have read it.
pub fn alert(title: &str, severity: Severity) -> Alert {
    Alert {
        title: title.to_owned(),
        description: None,
        severity,
        category: None,
        unit: None,
        dedup_key: None,
        detected_at: None,
        resolved: false,
        remarks: Vec::new(),
    }
}

/// When: people do something.
impl Province {
    /// Writes in the private chat with the bot.
    pub async fn say(&self, who: i64, text: &str) {
        self.say_in(who, who, text).await;
    }

    /// Writes in a chat.
    pub async fn say_in(&self, chat: i64, who: i64, text: &str) {
        self.after(MOMENT).await;
        assert_ne!(self.world.sandbox.say(who, chat, text), 0, "{who} cannot write in {chat}");
        self.world.settle().await.unwrap();
    }

    /// Answers a message.
    pub async fn reply(&self, who: i64, chat: i64, message: i32, text: &str) {
        self.after(MOMENT).await;
        assert_ne!(self.world.sandbox.say_reply(who, chat, message, text), 0);
        self.world.settle().await.unwrap();
    }

    /// Reports by one message and returns the code of the receipt.
    pub async fn report(&self, who: i64, text: &str) -> IncidentCode {
        self.say(who, &format!("/baosuco {text}")).await;
        self.newest()
    }

    /// Presses the newest button with these words that the chat shows; returns what the press was
    /// answered.
    pub async fn press(&self, who: i64, chat: i64, label: &str) -> String {
        let has = |shown: &&Shown| shown.labels().iter().any(|there| there.contains(label));
        let messages = self.messages(chat);
        let found = messages.iter().rev().find(has);
        let found = found.unwrap_or_else(|| panic!("no button {label:?} in {chat}: {messages:#?}"));
        self.press_on(who, chat, found.message_id, label).await
    }

    /// The same on one message.
    pub async fn press_on(&self, who: i64, chat: i64, message: i32, label: &str) -> String {
        self.after(MOMENT).await;
        let callback = self.world.sandbox.press(who, chat, message, label).unwrap();
        self.answer_to(&callback).await
    }

    /// Presses with data that need not stand on any button: an old copy on somebody's telephone.
    pub async fn press_data(&self, who: i64, chat: i64, message: i32, data: &str) -> String {
        self.after(MOMENT).await;
        let callback = self.world.sandbox.press_data(who, chat, message, data).unwrap();
        self.answer_to(&callback).await
    }

    async fn answer_to(&self, callback: &str) -> String {
        self.world.settle().await.unwrap();
        let answered = || {
            let alerts = self.world.sandbox.alerts();
            alerts.into_iter().find(|alert| alert.callback_id == callback)
        };
        self.until(|| answered().is_some()).await;
        answered().and_then(|alert| alert.text).unwrap_or_default()
    }

    /// Gives way in real time until something outside the simulation is so.
    pub async fn until(&self, so: impl Fn() -> bool) {
        let wait = async {
            while !so() {
                real_sleep(Duration::from_millis(1)).await;
            }
        };
        real_timeout(PATIENCE, wait).await.expect("what was waited for never came");
    }

    /// The data of the newest button with these words, and the message it stands on.
    pub fn button(&self, chat: i64, label: &str) -> (i32, String) {
        let messages = self.messages(chat);
        let found = messages.iter().rev().find_map(|shown| {
            let mut buttons = shown.buttons.iter().flatten();
            let button = buttons.find(|button| button.label.contains(label))?;
            Some((shown.message_id, button.data.clone()?))
        });
        found.unwrap_or_else(|| panic!("no button {label:?} in {chat}: {messages:#?}"))
    }

    /// Gives the engine an envelope under a key of its own.
    pub async fn submit(&self, key: &str, actor: Actor, command: Command) -> Receipt {
        let engine = self.world.engine().unwrap();
        let receipt = engine.submit(Envelope::new(key, actor, command)).await.unwrap();
        self.world.settle().await.unwrap();
        receipt
    }

    /// Another system sends alerts in one request.
    pub async fn alerts(&self, key: &str, alerts: Vec<Alert>) -> Receipt {
        self.submit(key, Actor::Intake("siem".to_owned()), Command::Alerts(alerts)).await
    }

    /// The operator changes a person of the directory.
    pub async fn change_person(&self, id: &str, change: impl FnOnce(&mut Person, &mut Private)) {
        let directory = self.world.engine().unwrap().reader().directory().unwrap();
        let id = PersonId::new(id);
        let mut person = directory.people.get(&id).unwrap().clone();
        let mut private = directory.private.get(&id).cloned().unwrap_or_default();
        change(&mut person, &mut private);
        let key = format!("people:{id}:{}", self.world.time.read().wall.millis());
        let people = DirectoryCommand::People(vec![(person, private)]);
        let receipt = self.submit(&key, Actor::Operator, Command::Directory(people)).await;
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    }

    /// Time passes, and whatever falls due on the way is done at its moment.
    pub async fn after(&self, span: Duration) {
        self.world.pass(span).await.unwrap();
    }

    /// Somebody meddles with the file of the database.
    pub fn meddle(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.world.dir().join("trucban.db")).unwrap();
        conn.busy_timeout(Duration::from_secs(5)).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    /// The program is stopped in order and started again.
    pub async fn restart(&mut self) {
        self.world.stop().await.unwrap();
        self.start().await;
    }

    /// The plug is pulled and the program started again.
    pub async fn crash(&mut self) {
        self.world.crash().await;
        self.start().await;
    }

    /// The program is started.
    pub async fn start(&mut self) {
        self.world.run().await.unwrap();
        self.world.settle().await.unwrap();
    }

    /// Nothing left to do at this instant.
    pub async fn settle(&self) {
        self.world.settle().await.unwrap();
    }
}

/// Expect: what people see.
impl Province {
    /// What the bot shows in a chat now, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Shown> {
        let all = self.world.sandbox.messages(chat).into_iter();
        all.filter(|shown| shown.from == Sender::Bot && !shown.deleted).collect()
    }

    /// The bot's newest message in a chat.
    pub fn last(&self, chat: i64) -> Shown {
        self.messages(chat).pop().unwrap_or_else(|| panic!("nothing was said in {chat}"))
    }

    /// The newest message in a chat that names the incident.
    pub fn card(&self, chat: i64, code: &IncidentCode) -> Shown {
        let named = |shown: &Shown| shown.text.contains(code.as_str());
        let found = self.messages(chat).into_iter().rev().find(named);
        found.unwrap_or_else(|| panic!("no card of {code} in {chat}"))
    }

    /// The newest message somebody wrote in a chat.
    pub fn written(&self, who: i64, chat: i64) -> i32 {
        let all = self.world.sandbox.messages(chat);
        let found = all.iter().rev().find(|shown| shown.from == Sender::User(who));
        found.unwrap_or_else(|| panic!("{who} wrote nothing in {chat}")).message_id
    }

    /// How many messages of a chat contain these words now.
    pub fn count(&self, chat: i64, words: &str) -> usize {
        self.messages(chat).iter().filter(|shown| shown.text.contains(words)).count()
    }

    /// How often Telegram told the bot to wait.
    pub fn told_to_wait(&self) -> usize {
        let journal = self.world.sandbox.journal();
        let limited = |outcome: &Outcome| matches!(outcome, Outcome::Refused { code: 429, .. });
        journal.iter().filter(|call| limited(&call.outcome)).count()
    }

    /// New messages of the bot since the last expectation: chat and text as it was sent.
    fn fresh(&mut self) -> Vec<(i64, String)> {
        let journal = self.world.sandbox.journal();
        let arrived = |outcome: &Outcome| matches!(outcome, Outcome::Done | Outcome::ReplyLost);
        let fresh = journal.iter().skip(self.heard);
        let fresh = fresh.filter(|call| call.method == "sendmessage" && arrived(&call.outcome));
        let text = |body: &serde_json::Value| body["text"].as_str().unwrap_or_default().to_owned();
        let found = fresh.filter_map(|call| Some((call.chat?, plain(&text(&call.body))))).collect();
        self.heard = journal.len();
        found
    }

    /// Leaves everything said so far out of the next expectation.
    pub fn forget(&mut self) {
        self.heard = self.world.sandbox.journal().len();
    }

    /// Exactly these messages are new since the last expectation, each known by some of its words.
    #[track_caller]
    pub fn hears(&mut self, expected: &[(i64, &str)]) {
        let mut fresh = self.fresh();
        let mut missing = Vec::new();
        for (chat, words) in expected {
            match fresh.iter().position(|(to, text)| to == chat && text.contains(words)) {
                Some(place) => drop(fresh.remove(place)),
                None => missing.push((chat, words)),
            }
        }
        let right = missing.is_empty() && fresh.is_empty();
        assert!(right, "missing: {missing:#?}\nunexpected: {fresh:#?}");
    }

    /// Nothing new was said to anybody.
    #[track_caller]
    pub fn hears_nothing(&mut self) {
        self.hears(&[]);
    }

    /// The code of the newest incident.
    pub fn newest(&self) -> IncidentCode {
        self.codes().pop().expect("there is an incident")
    }

    /// The codes of all incidents, oldest first.
    pub fn codes(&self) -> Vec<IncidentCode> {
        let reader = self.world.engine().unwrap().reader();
        let all = reader.incidents(false, true).unwrap();
        all.into_iter().rev().map(|incident| incident.code).collect()
    }

    /// An incident as it stands.
    pub fn incident(&self, code: &IncidentCode) -> Incident {
        let reader = self.world.engine().unwrap().reader();
        reader.incident(code).unwrap().unwrap_or_else(|| panic!("{code} is gone"))
    }

    /// The instant it is.
    pub fn now(&self) -> Timestamp {
        self.world.engine().unwrap().clock().now()
    }

    /// The copy of the scenario a drill rests on.
    pub fn scenario(&self, code: &DrillCode) -> Arc<Scenario> {
        let shown = self.world.engine().unwrap().reader().shown_drill(code).unwrap();
        shown.and_then(|shown| shown.scenario).unwrap_or_else(|| panic!("{code} has none"))
    }

    /// Who holds it, by id.
    pub fn holder(&self, code: &IncidentCode) -> Option<String> {
        self.incident(code).holder().map(ToString::to_string)
    }

    /// The number of the newest entry of a kind.
    pub fn newest_entry(&self, code: &IncidentCode, kind: &str) -> i64 {
        let events = self.world.engine().unwrap().reader().events(code).unwrap();
        let found = events.iter().rev().find(|recorded| recorded.event.kind() == kind);
        found.unwrap_or_else(|| panic!("no {kind}")).at.seq
    }

    /// The words of all entries of a kind, oldest first; empty ones where they were taken back.
    pub fn history_words(&self, code: &IncidentCode, kind: &str) -> Vec<String> {
        let history = self.world.engine().unwrap().reader().history(code).unwrap();
        let told = history.into_iter().filter(|told| told.event.kind() == kind);
        told.map(|told| told.words.unwrap_or_default()).collect()
    }

    /// The name of the unit it concerns.
    pub fn unit_name(&self, code: &IncidentCode) -> String {
        let unit = self.incident(code).unit.expect("it has a unit");
        let directory = self.world.engine().unwrap().reader().directory().unwrap();
        directory.units.get(&unit).unwrap().name.clone()
    }

    /// The kinds of what happened to it, oldest first.
    pub fn story(&self, code: &IncidentCode) -> Vec<&'static str> {
        let events = self.world.engine().unwrap().reader().events(code).unwrap();
        events.iter().map(|recorded| recorded.event.kind()).collect()
    }

    /// Ends the scenario: nothing unexpected was said, nothing is left to send, and the ledger
    /// holds together.
    pub async fn end(mut self) {
        self.hears_nothing();
        self.end_without_listening().await;
    }

    /// The same, whatever else was said.
    pub async fn end_without_listening(self) {
        let reader = self.world.engine().unwrap().reader();
        let found = reader.verify().unwrap();
        assert!(found.broken.is_none(), "the chain is broken: {:?}", found.broken);
        self.world.end().await.unwrap();
    }
}

/// Text as people read it: the markup of a message taken off.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
