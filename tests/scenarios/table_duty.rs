//! Who may do what about duty: every command and every button, by everybody, in each state of the watch.

use std::path::Path;

use trucban::chat::command::{NAMES, Name};
use trucban::config::roster;
use trucban::domain::envelope::{Actor, Command, Receipt, Said};
use trucban::domain::press::DutyPress;
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::{Layer, RosterId, Span};
use trucban::domain::time::Timestamp;

use super::given::{BACKUP, DUTY, Given};
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

/// What is typed, and what comes of it for each of [`WHO`]: done, quiet (words only), not allowed, other
/// refusal, hotline. `S` is a swap the officer on duty asked the backup for, `L` the officer's leave.
/// A slash divides what holds while the watch waits from what holds once it is taken.
const TYPED: [(&str, &str); 14] = [
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
];

/// The same of buttons.
fn pressed(swap: RosterId, leave: RosterId) -> [(DutyPress, &'static str); 8] {
    let layer = Layer::Duty;
    let span = span("22T00:00", "23T00:00");
    [
        (DutyPress::TakeWatch, "n n d/o o o n n h h"),
        (DutyPress::Swap { id: swap, agreed: true }, "n n o d o n n h h"),
        (DutyPress::Swap { id: swap, agreed: false }, "n n d d o n n h h"),
        (DutyPress::Decide { id: swap, agreed: true }, "n n o o o n n h h"),
        (DutyPress::Decide { id: swap, agreed: false }, "n n o o o n n h h"),
        (DutyPress::Shift { layer, at: span.from }, "q q q q q q q h h"),
        (DutyPress::Give { layer, span, to: id("p-05") }, "q q d q q q q h h"),
        (DutyPress::EndLeave(leave), "n n d n d n d h h"),
    ]
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

/// The province with its roster, a swap that is asked for, and a leave.
fn rostered(taken: bool) -> (Given, RosterId, RosterId) {
    let mut given = province();
    let directory = given.reader.directory().unwrap();
    let plan = roster::parse(PLAN, Path::new("roster.toml"), &directory, given.now).unwrap();
    done(&mut given, Actor::Operator, Wish::Plan(plan));
    // The calendar of this province is in UTC: the first turn begins half an hour later.
    given.wait(crate::harness::minutes(40));
    let (layer, to) = (Layer::Duty, id(BACKUP));
    done(&mut given, by(DUTY), Wish::Swap { layer, span: span("23T00:00", "24T00:00"), to });
    let (person, stand_in) = (id(DUTY), Some(id("p-05")));
    let away = span("26T00:00", "27T00:00");
    done(&mut given, by(DUTY), Wish::Leave { person, span: away, stand_in });
    if taken {
        done(&mut given, by(DUTY), Wish::TakeWatch);
    }
    let roster = given.reader.directory().unwrap().roster;
    let (swap, leave) = (roster.swaps.keys().next(), roster.leaves.keys().next());
    (given, *swap.unwrap(), *leave.unwrap())
}

fn expected(line: &str, column: usize, taken: bool) -> &'static str {
    let letter = line.split(' ').nth(column).unwrap();
    let letter = letter.split('/').nth(usize::from(taken)).unwrap_or(&letter[..1]);
    match letter {
        "d" => "done",
        "q" => "quiet",
        "n" => "not allowed",
        "o" => "other",
        _ => "hotline",
    }
}

/// What is wrong with what each of [`WHO`] hears.
fn wrong(given: &mut Given, what: &Said, line: &str, taken: bool) -> Vec<String> {
    let mut found = Vec::new();
    for (column, who) in WHO.iter().enumerate() {
        let expected = expected(line, column, taken);
        let heard = says(given, who, what.clone(), account(who));
        if heard.outcome != expected || heard.recorded != (expected == "done") {
            found.push(format!("{who} {what:?}, taken {taken}: {heard:?}, not {expected}"));
        }
    }
    found
}

#[test]
fn every_command_and_button_about_duty_does_for_everybody_what_the_table_says() {
    let mut found = Vec::new();
    for taken in [false, true] {
        let (mut given, swap, leave) = rostered(taken);
        for (typed, line) in TYPED {
            let words = typed.replace(" S", &format!(" {}", swap.0));
            let words = words.replace(" L", &format!(" {}", leave.0));
            found.extend(wrong(&mut given, &Said::Words(words), line, taken));
        }
        for (press, line) in pressed(swap, leave) {
            let said = Said::Pressed { data: press.data().unwrap(), message: 9 };
            found.extend(wrong(&mut given, &said, line, taken));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_command_about_duty_stands_in_the_table() {
    for (name, words) in NAMES {
        let about = matches!(name, Name::Duty | Name::DutyWeeks | Name::Swap | Name::Leave);
        let stands = TYPED.iter().any(|(typed, _)| typed.split(' ').next() == Some(words[0]));
        assert_eq!(about, stands, "{name:?}");
    }
}
