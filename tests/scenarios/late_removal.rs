//! Words that are taken back while something else is going on: a message on its way, a file half kept,
//! an edit, a channel that was down for a day, a part of a widespread incident. The long simulation
//! found each of these.

use std::time::Duration;

use trucban::domain::envelope::{
    Actor, Command, DirectoryCommand, Done, Envelope, Receipt, Report, Route, Sent,
};
use trucban::domain::evidence::{self, Attachment, Fetched, Form, Source, Stored};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::incident::event::{IncidentEvent, WhyFailed};
use trucban::domain::notice::{Answer, Body};
use trucban::domain::refusal::Refusal;
use trucban::domain::values::{ChannelKind, Flag, Role, Tlp, Tri};
use trucban::engine::channel::{Mode, Outgoing};
use trucban::engine::claim::{claim, recover};
use trucban::engine::pump::Budgets;
use trucban::ledger::files::{Vault, Wrong, sha256};
use trucban::ledger::outbox::{Kind, Recipient, Row};

use super::given::{DUTY, Given, LEAD, REPORTER, false_alarm};
use crate::simulation::town::{self, TEAM, by};

impl Given {
    /// Somebody says something in private, as this message.
    fn says_as(&mut self, person: &str, message: i64, command: Command) {
        let chat = match person {
            LEAD => 104,
            REPORTER => 107,
            _ => 101,
        };
        let route = Route {
            channel: ChannelKind::Telegram,
            chat,
            thread: None,
            reply_to: Some(message),
            private: true,
        };
        let envelope = Envelope::new(format!("said:{chat}:{message}"), by(person), command);
        let receipt = self.submit(&Envelope { route: Some(route), ..envelope });
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    }

    fn takes_back(&mut self, code: &IncidentCode, seq: i64) -> Receipt {
        let (code, reason) = (code.clone(), "nhầm".to_owned());
        self.ask(by(LEAD), Command::Redact { code, seq, reason })
    }

    fn newest(&self, code: &IncidentCode, kind: &str) -> i64 {
        let events = self.reader.events(code).unwrap();
        events.iter().rev().find(|one| one.event.kind() == kind).unwrap().at.seq
    }

    fn rows(&self, wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        self.reader.outbox().unwrap().into_iter().filter(wanted).collect()
    }

    /// A call that is on its way while its words are taken back, and what was taken back.
    fn taken_back_on_its_way(&mut self) -> (Vec<Row>, i64) {
        let (code, _) = self.alert(trucban::domain::values::Severity::High, None);
        let calls = self.rows(|row| row.kind == Kind::Call);
        assert_eq!((calls.len(), self.start(&calls.iter().collect::<Vec<_>>())), (1, 1));
        let seq = self.newest(&code, "reported");
        assert!(matches!(self.takes_back(&code, seq), Receipt::Done(_)));
        (calls, seq)
    }

    fn deletes(&self, chat: i64, message: i64) -> bool {
        !self.rows(|row| row.key == format!("delete:{chat}:{message}")).is_empty()
    }

    fn claimed(&mut self) -> Vec<Outgoing> {
        let (now, settings) = (self.now, self.settings.clone());
        let mut budgets = Budgets::default();
        let claimed = self.store.transaction(now, |tx| claim(tx, &settings, &mut budgets));
        claimed.unwrap().outgoing
    }

    fn grouped(&mut self, codes: &[&IncidentCode]) -> IncidentCode {
        let codes = codes.iter().map(|code| (*code).clone()).collect();
        let grouping = Command::Group { codes, title: "Cùng một việc".to_owned() };
        match self.ask(by(LEAD), grouping) {
            Receipt::Done(Done::Grouped { parent, .. }) => parent,
            other => panic!("{other:?}"),
        }
    }

    fn handled_outside(&mut self) -> IncidentCode {
        match self.ask(by(REPORTER), Command::Report(Report { words: None })) {
            Receipt::Done(Done::Reported(code)) => code,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_call_that_was_on_its_way_when_its_words_were_taken_back_leaves_the_chat_again() {
    let mut given = Given::under(2);
    let (calls, _) = given.taken_back_on_its_way();
    let calls: Vec<&Row> = calls.iter().collect();
    assert!(!given.deletes(TEAM, 77), "nobody knows its number yet");
    given.ends_on_the_way(&calls, &Sent::Accepted(Some(77)));
    assert!(given.deletes(TEAM, 77));
}

#[test]
fn whoever_took_words_back_hears_of_a_late_message_that_cannot_be_deleted() {
    let mut given = Given::under(2);
    let (calls, seq) = given.taken_back_on_its_way();
    let calls: Vec<&Row> = calls.iter().collect();
    given.ends_on_the_way(&calls, &Sent::Accepted(Some(77)));
    let late = given.rows(|row| row.key == format!("delete:{TEAM}:77"));
    let late: Vec<&Row> = late.iter().collect();
    assert_eq!((late.len(), given.start(&late)), (1, 1));
    given.ends_on_the_way(&late, &Sent::Refused(WhyFailed::Rejected));
    let told = given.rows(|row| {
        matches!(&row.notice.body, Body::Answer(Answer::Stays(stays))
            if stays.of == Some(seq) && stays.left.iter().any(|left| left.message == 77))
    });
    let to: Vec<&Recipient> = told.iter().map(|row| &row.to).collect();
    assert_eq!(to, [&Recipient::Person(PersonId::new(LEAD))], "{told:?}");
}

#[test]
fn a_page_that_was_on_its_way_when_its_words_were_taken_back_is_brought_up_to_date() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    let pages = given.pages(&code);
    let pages: Vec<&Row> =
        pages.iter().filter(|row| row.channel == ChannelKind::Telegram).collect();
    assert!(given.start(&pages) > 0);
    let seq = given.newest(&code, "reported");
    assert!(matches!(given.takes_back(&code, seq), Receipt::Done(_)));
    given.ends_on_the_way(&pages[..1], &Sent::Accepted(Some(77)));
    let again = format!("recalled:{}", pages[0].id);
    assert_eq!(given.rows(|row| row.key.ends_with(&again)).len(), 1, "the card there is edited");
}

#[test]
fn a_message_is_deleted_however_long_the_channel_was_away() {
    let mut given = Given::new();
    given.says_as(REPORTER, 5, Command::Report(Report { words: Some("lộ tên".to_owned()) }));
    let code = IncidentCode::new("SC-2026-0001");
    let seq = given.newest(&code, "reported");
    assert!(matches!(given.takes_back(&code, seq), Receipt::Done(_)));
    // Other answers are not worth sending any more after a day.
    given.wait(Duration::from_secs(30 * 3600));
    let mut all = Vec::new();
    for _ in 0..20 {
        all.extend(given.claimed());
        given.wait(Duration::from_secs(5));
    }
    assert!(all.iter().any(|outgoing| outgoing.mode == Mode::Delete(5)), "{all:?}");
}

#[test]
fn the_message_goes_too_when_an_edit_or_the_reason_of_a_flag_is_taken_back() {
    let mut given = Given::new();
    given.says_as(REPORTER, 5, Command::Report(Report { words: Some("một".to_owned()) }));
    let code = IncidentCode::new("SC-2026-0001");
    let edit = Command::Edit { chat: 107, message: 5, words: "hai".to_owned() };
    assert!(matches!(given.ask(by(REPORTER), edit), Receipt::Done(Done::Edited { .. })));
    let flag = Act::Flag(Flag::Serious, Tri::Yes, "vì lộ tên".to_owned());
    given.says_as(DUTY, 6, Command::Act(Aim::typed(code.clone()), flag));
    for (kind, chat, message) in [("words_edited", 107, 5), ("flag_set", 101, 6)] {
        assert!(!given.deletes(chat, message));
        let seq = given.newest(&code, kind);
        assert!(matches!(given.takes_back(&code, seq), Receipt::Done(_)));
        assert!(given.deletes(chat, message), "the message of {kind} stays");
    }
}

#[test]
fn an_edit_of_a_command_without_words_of_its_own_is_no_edit() {
    let mut given = Given::new();
    let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    let merge = Command::Merge { duplicate: Aim::typed(one), main: two.clone() };
    given.says_as(LEAD, 5, merge);
    let edit = Command::Edit { chat: 104, message: 5, words: two.to_string() };
    assert_eq!(given.ask(by(LEAD), edit), Receipt::Done(Done::Quiet));
}

#[test]
fn a_file_that_a_crash_left_behind_goes_when_its_evidence_was_taken_back_meanwhile() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    let file = Attachment {
        file: "f".to_owned(),
        message: Some(5),
        name: None,
        size: None,
        form: Form::Photo,
        source: Source::Private,
    };
    given.says_as(DUTY, 5, Command::Act(Aim::typed(code.clone()), Act::Attach(vec![file])));
    let (bytes, vault) = (b"\xff\xd8\xff\xe0 a picture", Vault::beside(given.store.path()));
    let name = sha256(bytes);
    let named = given.store.transaction(given.now, |tx| tx.arriving(&code, 1, &name));
    named.unwrap();
    assert_eq!(vault.put(bytes).unwrap(), name);
    let seq = given.newest(&code, "evidence_offered");
    assert!(matches!(given.takes_back(&code, seq), Receipt::Done(_)));
    given.store.transaction(given.now, recover).unwrap();
    assert!(given.store.scrub(given.now).unwrap());
    assert_eq!(vault.look(&name).unwrap(), Some(Wrong::Missing));
}

#[test]
fn a_file_taken_back_stays_while_another_of_the_same_bytes_arrives() {
    let mut given = Given::new();
    let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    let (bytes, vault) = (b"\xff\xd8\xff\xe0 a picture", Vault::beside(given.store.path()));
    let name = sha256(bytes);
    for (code, message) in [(&one, 5), (&two, 6)] {
        let file = Attachment {
            file: format!("f{message}"),
            message: Some(message),
            name: None,
            size: None,
            form: Form::Photo,
            source: Source::Private,
        };
        let attach = Act::Attach(vec![file]);
        given.says_as(DUTY, message, Command::Act(Aim::typed(code.clone()), attach));
        given.store.transaction(given.now, |tx| tx.arriving(code, 1, &name)).unwrap();
        assert_eq!(vault.put(bytes).unwrap(), name);
    }
    let stored = Stored {
        sha256: name.clone(),
        size: 13,
        kind: evidence::Kind::Image,
        mime: "image/jpeg".to_owned(),
    };
    let ends = |given: &mut Given, code: &IncidentCode| {
        let fetched = Fetched { code: code.clone(), number: 1, end: Ok(stored.clone()) };
        given.ask(Actor::System, Command::Fetched(Box::new(fetched)))
    };
    assert!(matches!(ends(&mut given, &one), Receipt::Done(_)));
    let seq = given.newest(&one, "evidence_offered");
    assert!(matches!(given.takes_back(&one, seq), Receipt::Done(_)));
    assert!(given.store.scrub(given.now).unwrap());
    assert!(matches!(ends(&mut given, &two), Receipt::Done(_)));
    assert_eq!(vault.look(&name).unwrap(), None, "what is recorded is there");
}

#[test]
fn a_whole_does_not_end_as_a_duplicate_of_its_own_part() {
    let mut given = Given::new();
    let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    let whole = given.grouped(&[&one, &two]);
    let merge = Command::Merge { duplicate: Aim::typed(whole.clone()), main: one.clone() };
    let refused = given.ask(by(LEAD), merge);
    assert_eq!(refused, Receipt::Refused(Refusal::PartOf { code: one, parent: whole }));
}

#[test]
fn what_is_said_of_the_whole_is_not_written_on_a_part_handled_outside_the_system() {
    let mut given = Given::new();
    let (outside, other) = (given.handled_outside(), given.reported_by(REPORTER));
    let whole = given.grouped(&[&outside, &other]);
    given.does(LEAD, &whole, Act::NoteToAll("đã có bản vá".to_owned()));
    given.does(LEAD, &whole, Act::Acknowledge);
    given.does(LEAD, &whole, Act::Resolve);
    given.does(LEAD, &whole, Act::Close(Closing::Summary("đã xong".to_owned())));
    let texts = |code: &IncidentCode| {
        let events = given.events(code);
        let later = events.iter().filter(|one| !matches!(one, IncidentEvent::Reported { .. }));
        later.map(|event| event.texts().len()).sum::<usize>()
    };
    assert_eq!((texts(&outside), texts(&other)), (0, 2));
}

#[test]
fn there_is_nothing_to_take_back_from_what_is_handled_outside_the_system() {
    let mut given = Given::new();
    let code = given.handled_outside();
    given.does(LEAD, &code, false_alarm());
    for kind in ["reported", "closed"] {
        let seq = given.newest(&code, kind);
        let nothing = Refusal::NothingToRemove { code: code.clone(), seq };
        assert_eq!(given.takes_back(&code, seq), Receipt::Refused(nothing));
    }
}

impl Given {
    /// A page of this incident to the first responder arrived as this message.
    fn paged_as(&mut self, code: &IncidentCode, message: i64) {
        assert!(self.pages_end(code, DUTY, &Sent::Accepted(Some(message))) > 0, "{code}");
    }

    fn loses(&mut self, person: &str, how: &str) {
        match how {
            "active" => self.change_person(person, |person, _| person.active = false),
            "role" => self.change_person(person, |person, _| {
                person.roles = [Role::Admin].into();
            }),
            _ => {
                let unlink = DirectoryCommand::Unlink { person: town::id(person) };
                let receipt = self.ask(Actor::Operator, Command::Directory(unlink));
                assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
            }
        }
    }

    fn hides(&mut self, code: &IncidentCode, how: &str) {
        match how {
            "taken back" => {
                let seq = self.newest(code, "reported");
                assert!(matches!(self.takes_back(code, seq), Receipt::Done(_)));
            }
            _ => self.does(LEAD, code, Act::Tlp(Tlp::Red)),
        }
    }
}

#[test]
fn what_is_taken_back_or_labelled_stricter_leaves_the_chats_of_people_who_lost_access() {
    for lost in ["active", "role", "telephone"] {
        for hidden in ["taken back", "label"] {
            let mut given = Given::new();
            let code = given.reported_by(REPORTER);
            given.paged_as(&code, 77);
            given.does(LEAD, &code, Act::Acknowledge);
            let news = given.rows(|row| row.kind == Kind::News && row.state == "queued");
            let news: Vec<&Row> =
                news.iter().filter(|row| row.to == Recipient::Person(town::id(REPORTER))).collect();
            assert_eq!(given.start(&news), 1);
            given.ends_on_the_way(&news, &Sent::Accepted(Some(78)));
            given.loses(DUTY, lost);
            given.loses(REPORTER, lost);
            assert!(!given.deletes(101, 77) && !given.deletes(107, 78));
            given.hides(&code, hidden);
            assert!(given.deletes(101, 77), "the page stays: {lost}, {hidden}");
            assert!(given.deletes(107, 78), "the news stays: {lost}, {hidden}");
        }
    }
}

#[test]
fn a_card_that_may_not_be_seen_any_more_is_deleted_when_its_next_edit_is_due() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.paged_as(&code, 77);
    given.does(LEAD, &code, Act::Acknowledge);
    given.loses(DUTY, "telephone");
    given.claimed();
    assert!(given.deletes(101, 77));
}

#[test]
fn an_older_message_of_several_incidents_does_not_keep_what_is_taken_back_or_labelled_stricter() {
    for hidden in ["taken back", "label"] {
        let mut given = Given::new();
        let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
        given.paged_as(&one, 77);
        given.paged_as(&two, 77);
        given.does(LEAD, &one, Act::Assign(town::id(DUTY)));
        given.paged_as(&one, 88);
        given.hides(&one, hidden);
        let edits = |outgoing: &Outgoing| outgoing.mode == Mode::Edit(77);
        let mut sent = Vec::new();
        for _ in 0..20 {
            sent.extend(given.claimed().into_iter().filter(edits));
            given.wait(Duration::from_secs(1));
        }
        let shown: Vec<_> =
            sent[0].view.incidents.iter().map(|s| s.incident.code.clone()).collect();
        assert_eq!((sent.len(), shown), (1, vec![two.clone()]), "{hidden}");
        assert!(!given.deletes(101, 77));

        // Nothing else stands there: it becomes a pointer, or goes where that is refused.
        given.does(LEAD, &two, Act::Assign(town::id(DUTY)));
        given.paged_as(&two, 89);
        let pointers = given.rows(|row| row.kind == Kind::Pointer && row.message_id == Some(77));
        let pointers: Vec<&Row> = pointers.iter().collect();
        assert_eq!(given.start(&pointers), 1);
        given.ends_on_the_way(&pointers, &Sent::Refused(WhyFailed::Rejected));
        given.hides(&two, hidden);
        assert!(given.deletes(101, 77), "{hidden}");
    }
}
