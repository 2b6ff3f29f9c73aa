//! What must be true afterwards, by the database and by what people were shown.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::escalation::who::Called;
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::Incident;
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::notice::{Answer, Body, Shown};
use trucban::ledger::Reader;
use trucban::ledger::outbox::{Kind, Recipient, Row};
use trucban::ledger::rebuild::Recorded;
use trucban::sandbox::{Sandbox, Sender};

use super::load::{CALLED, REPORTERS, Sent};

const RESENT: &str = "(gửi lại, có thể trùng)";
const RECEIPT: &str = "Đã ghi nhận SC-";

/// Whether a row is a page or the receipt of a report.
pub fn matters(row: &Row) -> bool {
    let receipt = matches!(
        &row.notice.body,
        Body::Answer(Answer::Done(trucban::domain::envelope::Done::Reported(_)))
    );
    row.kind == Kind::Page || receipt
}

/// Whether nothing more will come of it.
pub fn ended(row: &Row) -> bool {
    row.state != "queued" && row.state != "sending"
}

/// A message of the bot in one chat.
struct Post {
    id: i64,
    text: String,
    codes: BTreeSet<String>,
}

impl Post {
    fn resent(&self) -> bool {
        self.text.contains(RESENT)
    }
}

pub struct Facts<'a> {
    sent: &'a Sent,
    shown: Vec<Shown>,
    events: BTreeMap<IncidentCode, Vec<Recorded>>,
    rows: Vec<Row>,
    posts: BTreeMap<i64, Vec<Post>>,
}

impl<'a> Facts<'a> {
    pub fn gather(reader: &Reader, sandbox: &Sandbox, sent: &'a Sent) -> Self {
        let incidents: Vec<Incident> = reader.incidents(false, true).expect("read");
        let shown = |incident: &Incident| reader.shown(&incident.code).expect("read");
        let events = |incident: &Incident| {
            (incident.code.clone(), reader.events(&incident.code).expect("read"))
        };
        Self {
            sent,
            shown: incidents.iter().filter_map(shown).collect(),
            events: incidents.iter().map(events).collect(),
            rows: reader.outbox().expect("read"),
            posts: posts(sandbox),
        }
    }

    pub fn incidents(&self) -> usize {
        self.shown.len()
    }

    pub fn check(&self) {
        self.enough_happened();
        self.every_report_is_there_once();
        self.every_receipt_is_true();
        self.every_accepted_alert_is_there_once();
        self.no_rung_was_taken_twice();
        self.everybody_called_has_a_page();
        self.nothing_was_said_twice_without_its_mark();
    }

    /// A test that met nothing proves nothing.
    fn enough_happened(&self) {
        let reports = self.sent.reports.lock().expect("free").len();
        let accepted = self.sent.accepted.lock().expect("free").len();
        let presses = *self.sent.presses.lock().expect("free");
        let pages = self.rows.iter().filter(|row| row.kind == Kind::Page).count();
        let reached = self.rows.iter().filter(|row| row.kind == Kind::Page && row.state == "sent");
        let reached = reached.count();
        let resent: usize = self.posts.values().flatten().filter(|post| post.resent()).count();
        println!(
            "{reports} reports, {accepted} alerts accepted, {presses} presses, {pages} pages of \
             which {reached} arrived, {resent} messages marked as sent again"
        );
        assert!(reports > 30 && accepted > 30 && presses > 5 && reached > 30 && resent > 0);
    }

    fn with(&self, mark: &str) -> Vec<&Shown> {
        let has = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains(mark));
        let found = self.shown.iter().filter(|shown| has(&shown.title) || has(&shown.description));
        found.collect()
    }

    fn every_report_is_there_once(&self) {
        for (mark, account) in self.sent.reports.lock().expect("free").iter() {
            let found = self.with(mark);
            assert_eq!(found.len(), 1, "{mark} is there {} times", found.len());
            let incident = &found[0].incident;
            let by = incident.reported_by.as_ref().map(ToString::to_string);
            assert_eq!(by, Some(format!("p-{account}")), "{mark}");
            let receipt = format!("Đã ghi nhận {}", incident.code);
            let told = self.posts[account].iter().filter(|post| post.text.contains(&receipt));
            assert!(told.count() >= 1, "{mark}: nobody was told of {}", incident.code);
        }
    }

    fn every_receipt_is_true(&self) {
        for (chat, posts) in self.posts.iter().filter(|(chat, _)| REPORTERS.contains(chat)) {
            for post in posts.iter().filter(|post| post.text.contains(RECEIPT)) {
                for code in &post.codes {
                    let known =
                        self.shown.iter().find(|shown| shown.incident.code.as_str() == code);
                    let by = known.and_then(|shown| shown.incident.reported_by.clone());
                    let by = by.map(|by| by.to_string());
                    assert_eq!(
                        by,
                        Some(format!("p-{chat}")),
                        "{code} was confirmed: {}",
                        post.text
                    );
                }
            }
        }
    }

    fn every_accepted_alert_is_there_once(&self) {
        for (mark, code) in self.sent.accepted.lock().expect("free").iter() {
            let found = self.with(mark);
            assert_eq!(found.len(), 1, "{mark} is there {} times", found.len());
            assert_eq!(found[0].incident.code.as_str(), code, "{mark}");
        }
    }

    /// Nobody raised anything here, so each rung of an episode is taken at most once, and the
    /// calls of an exhausted ladder follow each other.
    fn no_rung_was_taken_twice(&self) {
        for (code, events) in &self.events {
            let (mut taken, mut last) = (BTreeSet::new(), None);
            for event in events {
                match &event.event {
                    IncidentEvent::RungReached { rung, .. } => {
                        assert!(taken.insert((rung.round, rung.level)), "{code}: {rung:?} twice");
                    }
                    IncidentEvent::Exhausted { next, .. } => {
                        assert!(last < Some(*next), "{code}: exhausted twice for {next}");
                        last = Some(*next);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Each call became a page; it arrived, or the timeline says why it need not.
    fn everybody_called_has_a_page(&self) {
        let by_key: BTreeMap<&str, &Row> =
            self.rows.iter().map(|row| (row.key.as_str(), row)).collect();
        assert_eq!(by_key.len(), self.rows.len(), "a key is there twice");
        for (code, events) in &self.events {
            for event in events {
                let people: &[Called] = match &event.event {
                    IncidentEvent::RungReached { people, .. }
                    | IncidentEvent::Exhausted { people, .. } => people,
                    _ => continue,
                };
                for called in people {
                    let key = format!("page:{}:{}:telegram", event.at.seq, called.id);
                    let row = by_key.get(key.as_str()).unwrap_or_else(|| panic!("no row {key}"));
                    self.page_ended_well(code, row);
                }
            }
        }
    }

    fn page_ended_well(&self, code: &IncidentCode, row: &Row) {
        let Recipient::Person(person) = &row.to else { panic!("{row:?}") };
        let account: i64 = person.to_string().trim_start_matches("p-").parse().expect("a number");
        let incident = self.shown.iter().find(|shown| shown.incident.code == *code);
        let incident = &incident.expect("there").incident;
        match row.state.as_str() {
            "sent" => {
                let told = self.posts[&account].iter().any(|post| {
                    Some(post.id) == row.message_id && post.codes.contains(code.as_str())
                });
                assert!(told, "{}: never shown", row.key);
            }
            "cancelled" => {
                let taken = incident.holder().is_some() && Some(incident.taken_seq) > row.rung_seq;
                assert!(taken, "{}: cancelled, though nobody took it", row.key);
            }
            "superseded" => {
                let newer = self.rows.iter().any(|other| {
                    other.kind == Kind::Page
                        && other.incident == row.incident
                        && other.to == row.to
                        && other.id > row.id
                });
                assert!(newer, "{}: superseded by nothing", row.key);
            }
            state => panic!("{}: {state} ({:?})", row.key, row.why),
        }
    }

    /// Every message people saw is the one some row ended with, or the service died between sending
    /// and noting it; then the copy that followed says so.
    fn nothing_was_said_twice_without_its_mark(&self) {
        for (chat, posts) in &self.posts {
            let noted: BTreeSet<i64> = self
                .rows
                .iter()
                .filter(|row| chat_of(row) == Some(*chat))
                .filter_map(|row| row.message_id)
                .collect();
            for (at, post) in posts.iter().enumerate() {
                if noted.contains(&post.id) {
                    continue;
                }
                let later = &posts[at + 1..];
                let again = |code: &String| {
                    later.iter().any(|copy| copy.resent() && copy.codes.contains(code))
                        || self.needless(*chat, code)
                };
                let plain = post.text.replace(RESENT, "");
                let same = || later.iter().any(|c| c.resent() && c.text.contains(plain.trim()));
                let explained =
                    if post.codes.is_empty() { same() } else { post.codes.iter().all(again) };
                assert!(explained, "chat {chat}: not noted and not marked later: {}", post.text);
            }
        }
    }

    /// What was on its way need not come again: it was answered or overtaken, or it still waits.
    fn needless(&self, chat: i64, code: &str) -> bool {
        self.rows.iter().any(|row| {
            chat_of(row) == Some(chat)
                && row.maybe
                && row.incident.as_ref().is_some_and(|about| about.as_str() == code)
                && row.state != "sent"
        })
    }
}

fn chat_of(row: &Row) -> Option<i64> {
    match &row.to {
        Recipient::Chat { chat, .. } => Some(*chat),
        Recipient::Person(id) => id.to_string().trim_start_matches("p-").parse().ok(),
    }
}

/// What the bot said in each chat, as it was when it was said.
fn posts(sandbox: &Sandbox) -> BTreeMap<i64, Vec<Post>> {
    let mut chats: BTreeMap<i64, Vec<Post>> =
        CALLED.into_iter().chain(REPORTERS).map(|chat| (chat, Vec::new())).collect();
    for entry in sandbox.journal().into_iter().filter(|entry| entry.method == "sendmessage") {
        let taken = matches!(
            entry.outcome,
            trucban::sandbox::Outcome::Done | trucban::sandbox::Outcome::ReplyLost
        );
        let (Some(chat), Some(id), true) = (entry.chat, entry.message_id, taken) else { continue };
        let text = entry.body["text"].as_str().unwrap_or_default();
        let text = text.replace("<b>", "").replace("</b>", "");
        // What may belong together is named beside it and is not what the message is about.
        let about: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("Có thể liên quan")).collect();
        let codes = codes(&about.join("\n"));
        chats.entry(chat).or_default().push(Post { id: i64::from(id), text, codes });
    }
    for (chat, posts) in &chats {
        let shown = sandbox.messages(*chat);
        let said = shown.iter().filter(|message| message.from == Sender::Bot).count();
        assert_eq!(said, posts.len(), "chat {chat}: journal and chat disagree");
    }
    chats
}

/// Codes of incidents in a text.
fn codes(text: &str) -> BTreeSet<String> {
    let after = |piece: &str| -> Option<String> {
        let digits: String =
            piece.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        let number = digits.trim_end_matches('-');
        (number.len() >= 9).then(|| format!("SC-{number}"))
    };
    text.split("SC-").skip(1).filter_map(after).collect()
}
