//! Spreadsheets of units and people in, rows or every problem out.

use std::collections::BTreeSet;
use std::time::Instant;

use trucban::config::kinds::built_in;
use trucban::config::rows::{Encoding, Imported, RowProblem, RowProblemKind as Kind, parse_people};
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::values::{ChannelKind, Role};

pub(super) fn directory() -> Directory {
    let mut directory = Directory::default();
    let unit = Unit {
        code: UnitCode::new("tinh"),
        name: "Tỉnh".into(),
        kind: "tinh".into(),
        parent: None,
        active_from: Some("2025-07-01".into()),
        active_to: None,
        successor: None,
    };
    directory.units.insert(unit.code.clone(), unit);
    let person = Person {
        id: PersonId::new("p-001"),
        unit: Some(UnitCode::new("tinh")),
        roles: BTreeSet::from([Role::Lead]),
        order: vec![ChannelKind::Email],
        active: true,
        hours: None,
    };
    let private = Private {
        full_name: "Nguyễn Văn An".into(),
        title: "Đội trưởng".into(),
        telegram_id: Some(1001),
        phone: Some("0912345678".into()),
        ..Private::default()
    };
    directory.private.insert(person.id.clone(), private);
    directory.people.insert(person.id.clone(), person);
    directory
}

/// Units by the kinds built in.
pub(super) fn parse_units(
    bytes: &[u8],
    directory: &Directory,
) -> Result<Imported<Vec<Unit>>, Vec<RowProblem>> {
    trucban::config::rows::parse_units(bytes, directory, &built_in().unwrap())
}

type Found<'a> = (u64, Option<&'a str>, &'a str, Kind);

fn facts(problems: &[RowProblem]) -> Vec<Found<'_>> {
    problems
        .iter()
        .map(|p| (p.line, p.column.as_deref(), p.value.as_str(), p.kind.clone()))
        .collect()
}

/// The units of `text`, each as `code name kind parent from to successor`.
#[track_caller]
fn check_units(text: &str, expect: &[&str]) {
    let units = parse_units(text.as_bytes(), &directory()).unwrap().rows;
    let shown: Vec<String> = units
        .iter()
        .map(|unit| {
            let code =
                |code: &Option<UnitCode>| code.as_ref().map_or("-", UnitCode::as_str).to_owned();
            let day = |day: &Option<String>| day.clone().unwrap_or("-".into());
            let (parent, successor) = (code(&unit.parent), code(&unit.successor));
            let (from, to) = (day(&unit.active_from), day(&unit.active_to));
            format!("{} {} {} {parent} {from} {to} {successor}", unit.code, unit.name, unit.kind)
        })
        .collect();
    assert_eq!(shown, expect);
}

#[track_caller]
fn check_bad_units(text: &str, expect: &[Found<'_>]) {
    let problems = parse_units(text.as_bytes(), &directory()).expect_err(text);
    assert_eq!(facts(&problems), expect, "{text}");
}

#[track_caller]
fn check_bad_people(text: &str, expect: &[Found<'_>]) {
    let problems = parse_people(text.as_bytes(), &directory()).expect_err(text);
    assert_eq!(facts(&problems), expect, "{text}");
}

#[test]
fn units_are_read_with_either_delimiter_any_order_of_columns_and_a_mark_at_the_start() {
    let expect = ["xa-001 Xã Một xa tinh 2026-01-05 - -", "xa-002 Xã Hai, mới xa xa-001 - - -"];
    check_units(
        "code,name,kind,parent,active_from,active_to,successor\nxa-001,Xã Một,xa,tinh,2026-01-05,,\nxa-002,\"Xã Hai, mới\",xa,xa-001,,,\n",
        &expect,
    );
    check_units(
        "\u{FEFF}Parent; NAME ;code;kind;active_from\r\ntinh;Xã Một;xa-001;xa;5/1/2026\r\n;;;;\r\nxa-001;Xã Hai, mới;xa-002;xa;",
        &expect,
    );
}

#[test]
fn a_column_left_out_keeps_what_the_directory_has_and_an_empty_cell_takes_it_away() {
    check_units("code\ntinh\n", &["tinh Tỉnh tinh - 2025-07-01 - -"]);
    check_units("code,active_from,kind\ntinh,,so\n", &["tinh Tỉnh so - - - -"]);
}

#[test]
fn a_month_there_is_not_is_told_as_that_however_the_day_is_written() {
    for written in ["2026-13-01", "01/13/2026"] {
        let text = format!("code,name,active_from\nxa-1,Một,{written}\n");
        let problems = parse_units(text.as_bytes(), &Directory::default()).unwrap_err();
        let said = problems[0].words("units.csv");
        let why =
            format!("tháng trong “{written}” lớn hơn 12. Nếu là ngày 2026-01-13 thì viết như vậy.");
        assert!(said.ends_with(&why), "{said}");
    }
}

#[test]
fn bad_units_are_named_all_of_them() {
    check_bad_units(
        "code,name,parent,active_from,active_to,successor\nxa-1,Một,khong-co,2026-02-30,,\nxa-1,Hai,,,,\n,Ba,,,,\nxã,Bốn,,,,\nxa-5,,,2026-02-01,2026-01-01,xa-5\nTinh,Sáu,,,,la\nxa-7,Bảy\n",
        &[
            (2, Some("active_from"), "2026-02-30", Kind::BadDate),
            (2, Some("parent"), "khong-co", Kind::UnknownUnit),
            (3, Some("code"), "xa-1", Kind::Duplicate { line: 2 }),
            (4, Some("code"), "", Kind::Missing),
            (5, Some("code"), "xã", Kind::BadCode),
            (6, Some("active_to"), "2026-01-01", Kind::EndsBeforeStart),
            (6, Some("name"), "", Kind::Missing),
            (6, Some("successor"), "xa-5", Kind::OwnSuccessor),
            (7, Some("code"), "Tinh", Kind::OtherCapitals { known: "tinh".into() }),
            (7, Some("successor"), "la", Kind::UnknownUnit),
            (8, None, "xa-7", Kind::CellCount { expected: 6, found: 2 }),
        ],
    );
}

#[test]
fn units_that_stand_above_themselves_are_refused() {
    let cycle = |line, parent| (line, Some("parent"), parent, Kind::Cycle);
    check_bad_units(
        "code,name,parent\na,A,b\nb,B,c\nc,C,a\nd,D,a\ne,E,e\nf,F,tinh\n",
        &[cycle(2, "b"), cycle(3, "c"), cycle(4, "a"), cycle(6, "e")],
    );
    check_bad_units("code,name,parent\ntinh,T,g\ng,G,tinh\n", &[cycle(2, "g"), cycle(3, "tinh")]);
}

#[test]
fn people_are_read_with_their_roles_and_numbers_in_one_form() {
    let text = "id;full_name;title;unit;roles;telegram_id;zalo_id;phone;email\np-002;Trần Thị Bình;;tinh;\"responder; Lead\";1002;z9;+84 (91) 234.56-78;b@xa.vn\np-003;Lê Cường;;;;;;;\n";
    let people = parse_people(text.as_bytes(), &directory()).unwrap().rows;
    let (person, private) = &people[0];
    assert_eq!(person.roles, BTreeSet::from([Role::Responder, Role::Lead]));
    assert_eq!(person.unit, Some(UnitCode::new("tinh")));
    assert!(person.active && person.order.is_empty());
    assert_eq!(private.phone.as_deref(), Some("+84912345678"));
    assert_eq!((private.telegram_id, private.email.as_deref()), (Some(1002), Some("b@xa.vn")));
    let (person, private) = &people[1];
    assert!(person.roles.is_empty() && person.unit.is_none());
    assert_eq!((private.telegram_id, &private.phone, &private.zalo_id), (None, &None, &None));
}

#[test]
fn a_known_person_keeps_what_the_file_does_not_speak_of() {
    let people = parse_people(b"id,phone\np-001,\n", &directory()).unwrap().rows;
    let (person, private) = &people[0];
    assert_eq!(person, &directory().people[&PersonId::new("p-001")]);
    assert_eq!((private.telegram_id, &private.phone), (Some(1001), &None));
    assert_eq!(private.full_name, "Nguyễn Văn An");
}

#[test]
fn a_persons_own_order_of_channels_and_leaving_stand_in_the_file() {
    let read = |text: &str| parse_people(text.as_bytes(), &directory()).unwrap().rows[0].0.clone();
    let (telegram, email) = (ChannelKind::Telegram, ChannelKind::Email);
    let both = read("id;channels;active\np-001;\"Telegram; email;telegram\";no\n");
    assert_eq!((both.order, both.active), (vec![telegram, email], false));
    let neither = read("id,channels,active\np-001,,\n");
    assert_eq!((neither.order, neither.active), (vec![], true));
    let untouched = read("id\np-001\n");
    assert_eq!((untouched.order, untouched.active), (vec![email], true));
    let known = || Kind::UnknownChannel { known: vec!["telegram", "webhook", "email"] };
    check_bad_people(
        "id,channels,active\np-001,email;pigeon,perhaps\n",
        &[
            (2, Some("active"), "perhaps", Kind::NotYesOrNo),
            (2, Some("channels"), "email;pigeon", known()),
        ],
    );
}

#[test]
fn bad_people_are_named_all_of_them() {
    let known =
        || Kind::UnknownRole { known: vec!["reporter", "responder", "lead", "manager", "admin"] };
    check_bad_people(
        "id,full_name,unit,roles,telegram_id,phone,email\np-2,B,la,boss;lead,-5,123,b@xa\np-3,,,,1.0E+9,091234567x,a b@xa.vn\np-4,D,,,1001,,\np-5,E,,,77,,\np-6,F,,,77,,\nP-2,G,,,,,\n",
        &[
            (2, Some("email"), "b@xa", Kind::BadEmail),
            (2, Some("phone"), "123", Kind::BadPhone),
            (2, Some("roles"), "boss;lead", known()),
            (2, Some("telegram_id"), "-5", Kind::BadTelegramId),
            (2, Some("unit"), "la", Kind::UnknownUnit),
            (3, Some("email"), "a b@xa.vn", Kind::BadEmail),
            (3, Some("full_name"), "", Kind::Missing),
            (3, Some("phone"), "091234567x", Kind::BadPhone),
            (3, Some("telegram_id"), "1.0E+9", Kind::BadTelegramId),
            (4, Some("telegram_id"), "1001", Kind::TelegramIdTaken { by: "p-001".into() }),
            (6, Some("telegram_id"), "77", Kind::TelegramIdTaken { by: "p-5".into() }),
            (7, Some("id"), "P-2", Kind::Duplicate { line: 2 }),
        ],
    );
}

#[test]
fn an_account_may_move_between_two_people_of_one_file() {
    let text = b"id,full_name,telegram_id\np-001,An,\np-009,Binh,1001\n";
    assert_eq!(parse_people(text, &directory()).unwrap().rows.len(), 2);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let line = |text: &str| parse_units(text.as_bytes(), &directory()).unwrap_err()[0].line;
    assert_eq!(line("code,name\r\na,A\r\n\u{e3},B\r\n"), 3);
    assert_eq!(line("code,name\n\n\na,A\n\n\u{e3},B\n"), 6);
    assert_eq!(line("code,name\r\n\r\na,\"A\r\nB\"\r\n\u{e3},B\r\n"), 5);
}

#[test]
fn a_wrong_header_is_told_before_any_row() {
    let known: &'static [&'static str] =
        &["code", "name", "kind", "parent", "active_from", "active_to", "successor"];
    check_bad_units(
        "ma,name,name\n,,\n",
        &[
            (1, Some("code"), "", Kind::MissingColumn),
            (1, Some("ma"), "ma", Kind::UnknownColumn { known, nearest: Some("code") }),
            (1, Some("name"), "name", Kind::DuplicateColumn),
        ],
    );
    check_bad_units("", &[(1, None, "", Kind::NoRows)]);
    check_units("code,name\n", &[]);
}

#[test]
fn what_is_not_utf8_is_told_with_what_it_seems_to_be() {
    let utf16: Vec<u8> = "code,name\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xFF\xFE".as_slice(), &utf16].concat();
    let cut = &marked[..marked.len() - 1];
    let cases: [(&[u8], u64, Kind); 5] = [
        (cut, 1, Kind::NotUtf8(Encoding::Utf16)),
        (&utf16, 1, Kind::NotUtf8(Encoding::Utf16)),
        (b"code,name\nxa-1,X\xE3 M\xF4t\n", 2, Kind::NotUtf8(Encoding::OneByte)),
        (b"PK\x03\x04rest", 0, Kind::BadWorkbook),
        (b"\xD0\xCF\x11\xE0rest", 0, Kind::OldWorkbook),
    ];
    for (bytes, line, kind) in cases {
        let problems = parse_units(bytes, &directory()).unwrap_err();
        assert_eq!(facts(&problems), [(line, None, "", kind)]);
    }
}

#[test]
fn ten_thousand_rows_take_no_noticeable_time() {
    let mut units = String::from("code,name,parent\nxa-0,Xã 0,tinh\n");
    let mut people = String::from("id,full_name,unit,roles,telegram_id,phone\n");
    for n in 1..10_000 {
        units.push_str(&format!("xa-{n},Xã {n},xa-{}\n", n - 1));
        people.push_str(&format!("p-{n},Người {n},tinh,reporter,{n},09{n:08}\n"));
    }
    #[expect(clippy::disallowed_methods, reason = "a test may measure")]
    let start = Instant::now();
    assert_eq!(parse_units(units.as_bytes(), &directory()).unwrap().rows.len(), 10_000);
    let problems = parse_people(people.as_bytes(), &directory()).unwrap_err();
    assert_eq!(problems.len(), 1, "only the account of p-001");
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn no_spreadsheet_makes_reading_it_fail(rows in "([ -~\\n\\r\";,ăđê]{0,200})", junk: Vec<u8>) {
        let directory = directory();
        let _ = parse_units(format!("code,name,parent\n{rows}").as_bytes(), &directory);
        let _ = parse_people(format!("id;full_name;roles\n{rows}").as_bytes(), &directory);
        let _ = parse_people(&junk, &directory);
    }
}

#[test]
fn a_row_without_a_usable_id_is_told_everything_else_that_is_wrong_with_it() {
    let text = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
                nguyễn văn,An,,không-có,sếp,x,,12,y\n";
    let problems = parse_people(text.as_bytes(), &directory()).unwrap_err();
    let columns: Vec<&str> = problems.iter().filter_map(|one| one.column.as_deref()).collect();
    assert_eq!(columns, ["email", "id", "phone", "roles", "telegram_id", "unit"]);
}
