//! Who may do what about duty: every command and every button, by everybody, in each state of the watch.

use std::path::Path;

use trucban::chat::command::{NAMES, Name};
use trucban::config::roster;
use trucban::domain::contacts::ContactsWish;
use trucban::domain::envelope::{Actor, Command, Receipt, Said};
use trucban::domain::press::{Choice, DutyPress};
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::feed::{FeedOf, FeedWish};
use trucban::domain::roster::{Layer, RosterId, Span};
use trucban::domain::time::Timestamp;

use super::given::{BACKUP, DUTY, Given, LEAD};
use super::incident::WHO;
use super::table::{account, province, says};
use crate::simulation::town::{by, id};

/// One has duty and one is the backup, week after week.
const PLAN: &str = r#"
[[duty]]
from = "2026-11-21"
every = "week"
at = "07:30"
people = ["p-01"]

[[backup]]
from = "2026-11-21"
every = "week"
at = "07:30"
people = ["p-02"]
"#;

/// What is typed, and what comes of it for each of [`WHO`]: done, `k` for done with nothing new, quiet (words only), not allowed, other
/// refusal, hotline. `S` is a swap the officer on duty asked the backup for, `L` the officer's leave, `C` a
/// change by hand.
/// A slash divides what holds while the watch waits from what holds once it is taken.
const TYPED: [(&str, &str); 27] = [
    ("/truc", "q q q q q q q h h"),
    ("/lichtruc", "q q q q q q q h h"),
    ("/truc p-05 25/11", "n n n n d n d h h"),
    ("/truc dự bị p-05 25/11", "n n n n d n d h h"),
    ("/doica", "q q q q q q q h h"),
    ("/doica 22/11 p-05", "q q d d q q q h h"),
    ("/doica hủy", "q q d q q q q h h"),
    ("/doica hủy S", "n n d d o n n h h"),
    ("/nghi", "q q q q q q q h h"),
    ("/nghi hủy", "q q q q q q q h h"),
    ("/nghi 28/11 29/11 p-05", "n n d d d n n h h"),
    ("/nghi p-02 28/11 29/11 p-05", "n n n d d n d h h"),
    ("/nghi hủy L", "n n d n d n d h h"),
    ("Nhận ca", "n n d/o o o n n h h"),
    ("/truc hủy", "n n n n q n q h h"),
    ("/truc hủy C", "n n n n d n d h h"),
    ("/lichtruc liên kết", "n n k k k n n h h"),
    ("/lichtruc liên kết cả đội", "n n n n k n k h h"),
    ("/lichtruc đổi liên kết", "n n d d d n n h h"),
    ("/lichtruc ngừng liên kết", "n n d d d n n h h"),
    ("/danhba", "q q q q q q q h h"),
    ("/danhba xa", "q q q q q q q h h"),
    ("/danhba thiếu", "n n n n q n q h h"),
    ("/danhba xác nhận", "n n n n d n d h h"),
    ("/danhba đúng", "d d d d d d d h h"),
    ("/danhba đúng p-07", "n n n n d n d h h"),
    ("/danhba sửa số máy đã đổi", "d d d d d d d h h"),
];

/// The line of [`TYPED`] by which a wish is said. A new one does not compile before it has one.
fn line_of(wish: &Wish) -> Option<&'static str> {
    Some(match wish {
        // From a file only.
        Wish::Plan(_) => return None,
        // By its button, or by saying "Đã nhận tin" while it waits.
        Wish::AnswerCanary(_) => return None,
        Wish::DecideSwap { .. } => return None,
        // On the page behind the link of a watch.
        Wish::TakeWatchOf(_) => return None,
        Wish::Change { .. } => "/truc p-05 25/11",
        Wish::EndChange(_) => "/truc hủy C",
        Wish::Leave { .. } => "/nghi 28/11 29/11 p-05",
        Wish::EndLeave(_) => "/nghi hủy L",
        Wish::Swap { .. } => "/doica 22/11 p-05",
        Wish::AnswerSwap { .. } => "/doica hủy S",
        Wish::TakeWatch => "Nhận ca",
        Wish::Feed { of: FeedOf::Person(_), wish: FeedWish::Have } => "/lichtruc liên kết",
        Wish::Feed { of: FeedOf::Team, .. } => "/lichtruc liên kết cả đội",
        Wish::Feed { of: FeedOf::Drills, .. } => "/dientap liên kết",
        Wish::Feed { wish: FeedWish::Renew, .. } => "/lichtruc đổi liên kết",
        Wish::Feed { wish: FeedWish::Stop, .. } => "/lichtruc ngừng liên kết",
    })
}

/// The same of what is said about contacts.
fn line_about_contacts(wish: &ContactsWish) -> &'static str {
    match wish {
        ContactsWish::Answer { .. } => "/danhba đúng",
        ContactsWish::AnswerFor { .. } => "/danhba đúng p-07",
        ContactsWish::Correct { .. } => "/danhba sửa số máy đã đổi",
        ContactsWish::Begin => "/danhba xác nhận",
    }
}

/// What a button does for each of [`WHO`]. A new one does not compile before it has a line.
fn line(press: &DutyPress) -> &'static str {
    match press {
        DutyPress::TakeWatch(_) => "n n d/o o o n n h h",
        DutyPress::Swap { agreed: true, .. } => "n n o d o n n h h",
        DutyPress::Swap { agreed: false, .. } => "n n d d o n n h h",
        DutyPress::Decide { .. } => "n n o o o n n h h",
        DutyPress::Shift { .. } => "q q q q q q q h h",
        DutyPress::Give { .. } => "q q d q q q q h h",
        DutyPress::EndLeave(_) => "n n d n d n d h h",
        DutyPress::EndChange(_) => "n n n n d n d h h",
        DutyPress::Canary(_) => "n n d o o n n h h",
        // It has a link, which is shown again.
        DutyPress::Feed { team: false, wish: FeedWish::Have } => "n n k k k n n h h",
        DutyPress::Feed { team: true, wish: FeedWish::Have } => "n n n n k n k h h",
        DutyPress::Feed { team: false, .. } => "n n d d d n n h h",
        DutyPress::Feed { team: true, .. } => "n n n n d n d h h",
    }
}

/// The same of buttons that belong to nothing.
fn line_of_choice(choice: &Choice) -> Option<&'static str> {
    match choice {
        Choice::StillRight | Choice::NotRight => Some("d d d d d d d h h"),
        // Reporting and invitations have tables of their own.
        Choice::SecrecyNo | Choice::SecrecyYes | Choice::SecrecyUnknown | Choice::Cancel => None,
        Choice::AskAccess | Choice::Invite(_) | Choice::Unlink(_) => None,
    }
}

/// What the buttons and the words are about.
struct There {
    swap: RosterId,
    leave: RosterId,
    change: RosterId,
    canary: RosterId,
    since: Timestamp,
}

fn presses(there: &There) -> Vec<DutyPress> {
    let layer = Layer::Duty;
    let span = span("22T00:00", "23T00:00");
    let mut presses = vec![
        DutyPress::TakeWatch(there.since),
        DutyPress::Shift { layer, at: span.from },
        DutyPress::Give { layer, span, to: id("p-05") },
        DutyPress::EndLeave(there.leave),
        DutyPress::EndChange(there.change),
        DutyPress::Canary(there.canary),
    ];
    for agreed in [true, false] {
        presses.push(DutyPress::Swap { id: there.swap, agreed });
        presses.push(DutyPress::Decide { id: there.swap, agreed });
        for wish in [FeedWish::Have, FeedWish::Renew, FeedWish::Stop] {
            presses.push(DutyPress::Feed { team: agreed, wish });
        }
    }
    presses
}

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00+07:00").parse().unwrap()
}

fn span(from: &str, to: &str) -> Span {
    Span { from: at(from), to: at(to) }
}

fn done(given: &mut Given, actor: Actor, wish: Wish) {
    let receipt = given.ask(actor, Command::Roster(wish));
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
}

/// The province with its roster, a swap that is asked for, a leave, a change by hand and calendars for
/// telephones, while the test of the way waits for an answer.
fn rostered(taken: bool) -> (Given, There) {
    let mut given = province();
    let directory = given.reader.directory().unwrap();
    let plan = roster::parse(PLAN, Path::new("roster.toml"), &directory, given.now).unwrap();
    done(&mut given, Actor::Operator, Wish::Plan(plan));
    // The calendar of this province is in UTC: the first turn begins half an hour later, and its
    // nine o'clock is four in the afternoon.
    given.wait(crate::harness::minutes(125));
    let (layer, to) = (Layer::Duty, id(BACKUP));
    done(&mut given, by(DUTY), Wish::Swap { layer, span: span("23T00:00", "24T00:00"), to });
    let (person, stand_in) = (id(DUTY), Some(id("p-05")));
    let away = span("26T00:00", "27T00:00");
    done(&mut given, by(DUTY), Wish::Leave { person, span: away, stand_in });
    let (instead_of, people) = (None, vec![id("p-05")]);
    let layer = Layer::Backup;
    let span = span("24T12:00", "24T18:00");
    done(&mut given, by(LEAD), Wish::Change { layer, span, instead_of, people });
    for (who, of) in [
        (DUTY, FeedOf::Person(id(DUTY))),
        (BACKUP, FeedOf::Person(id(BACKUP))),
        (LEAD, FeedOf::Person(id(LEAD))),
        (LEAD, FeedOf::Team),
    ] {
        done(&mut given, by(who), Wish::Feed { of, wish: FeedWish::Have });
    }
    if taken {
        done(&mut given, by(DUTY), Wish::TakeWatch);
    }
    let roster = given.reader.directory().unwrap().roster;
    let there = There {
        swap: *roster.swaps.keys().next().unwrap(),
        leave: *roster.leaves.keys().next().unwrap(),
        change: *roster.changes.keys().next().unwrap(),
        canary: roster.canary.as_ref().and_then(|canary| canary.id).unwrap(),
        since: roster.handover.as_ref().unwrap().at,
    };
    (given, there)
}

/// The word for what comes of it, and whether anything is recorded.
fn expected(line: &str, column: usize, taken: bool) -> (&'static str, bool) {
    let letter = line.split(' ').nth(column).unwrap();
    let letter = letter.split('/').nth(usize::from(taken)).unwrap_or(&letter[..1]);
    let word = match letter {
        "d" | "k" => "done",
        "q" => "quiet",
        "n" => "not allowed",
        "o" => "other",
        _ => "hotline",
    };
    (word, letter == "d")
}

/// What is wrong with what each of [`WHO`] hears.
fn wrong(given: &mut Given, what: &Said, line: &str, taken: bool) -> Vec<String> {
    let mut found = Vec::new();
    for (column, who) in WHO.iter().enumerate() {
        let (expected, recorded) = expected(line, column, taken);
        let heard = says(given, who, what.clone(), account(who));
        if heard.outcome != expected || heard.recorded != recorded {
            found.push(format!("{who} {what:?}, taken {taken}: {heard:?}, not {expected}"));
        }
    }
    found
}

#[test]
fn every_command_and_button_about_duty_does_for_everybody_what_the_table_says() {
    let mut found = Vec::new();
    for taken in [false, true] {
        let (mut given, there) = rostered(taken);
        for (typed, line) in TYPED {
            let mut words = typed.to_owned();
            for (letter, id) in [("S", there.swap), ("L", there.leave), ("C", there.change)] {
                words = words.replace(&format!(" {letter}"), &format!(" {}", id.0));
            }
            found.extend(wrong(&mut given, &Said::Words(words), line, taken));
        }
        for press in presses(&there) {
            let said = Said::Pressed { data: press.data().unwrap(), message: 9 };
            found.extend(wrong(&mut given, &said, line(&press), taken));
        }
        for (choice, data) in Choice::ALL {
            let said = Said::Pressed { data: data.to_owned(), message: 9 };
            let line = line_of_choice(&choice);
            found.extend(line.into_iter().flat_map(|line| wrong(&mut given, &said, line, taken)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_command_about_duty_and_every_wish_stands_in_the_table() {
    for (name, words) in NAMES {
        let about = matches!(name, Name::Duty | Name::DutyWeeks | Name::Swap | Name::Leave);
        let about = about || matches!(name, Name::Contacts);
        let stands = TYPED.iter().any(|(typed, _)| typed.split(' ').next() == Some(words[0]));
        assert_eq!(about, stands, "{name:?}");
    }
    let (layer, span, number) = (Layer::Duty, span("22T00:00", "23T00:00"), RosterId(1));
    let (person, people, agreed) = (id("p-05"), Vec::new(), true);
    let own = || FeedOf::Person(id("p-05"));
    let wishes = [
        Wish::Change { layer, span, instead_of: None, people },
        Wish::EndChange(number),
        Wish::Leave { person: person.clone(), span, stand_in: None },
        Wish::EndLeave(number),
        Wish::Swap { layer, span, to: person.clone() },
        Wish::AnswerSwap { id: number, agreed },
        Wish::DecideSwap { id: number, agreed },
        Wish::TakeWatch,
        Wish::AnswerCanary(None),
        Wish::Feed { of: own(), wish: FeedWish::Have },
        Wish::Feed { of: own(), wish: FeedWish::Renew },
        Wish::Feed { of: own(), wish: FeedWish::Stop },
        Wish::Feed { of: FeedOf::Team, wish: FeedWish::Have },
    ];
    let about_contacts = [
        ContactsWish::Answer { right: true },
        ContactsWish::AnswerFor { person },
        ContactsWish::Correct { words: String::new() },
        ContactsWish::Begin,
    ];
    let lines =
        wishes.iter().filter_map(line_of).chain(about_contacts.iter().map(line_about_contacts));
    for line in lines {
        assert!(TYPED.iter().any(|(typed, _)| *typed == line), "{line}");
    }
}
