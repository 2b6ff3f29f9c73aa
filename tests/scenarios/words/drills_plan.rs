//! What people read about the plan of drills. None of it is part of a drill, so none of it bears the mark.

use chrono::NaiveDate;
use trucban::config::drills::Shelf;
use trucban::config::duties;
use trucban::domain::drill::notice::DrillAnswer;
use trucban::domain::drill::plan::Units;
use trucban::domain::drill::plan::said::{BookAnswer, BookAsk, BookDone, BookNotice as N};
use trucban::domain::drill::plan::wish::{BookRefusal as R, Draft};
use trucban::domain::drill::run::DrillRefusal;
use trucban::domain::drill::scenario::ScenarioId;
use trucban::domain::schedule::read::read;

use super::*;

fn scenario() -> ScenarioId {
    ScenarioId::new("kiem-tra-lien-lac")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A day and a rule as a lead would say them.
fn draft(rule: &str, units: Units) -> Box<Draft> {
    let today = day(2026, 11, 21);
    let schedule = read(rule, today).unwrap();
    Box::new(Draft { scenario: scenario(), schedule, units })
}

/// The view of a team that has to drill.
fn view(who: &str) -> View {
    let world = World::held();
    let mut view = world.view(one(who));
    let mut directory = view.directory.as_ref().clone();
    let path = std::path::Path::new("drills.toml");
    directory.duties = Arc::new(duties::parse(duties::BUILT_IN, path).unwrap());
    view.directory = Arc::new(directory);
    view.scenarios = Arc::new(Shelf::of(None).library());
    view
}

/// By everybody who may get one, with the mark of no drill on it.
fn says(sheet: &mut Sheet, name: &str, who: &str, body: Body) {
    let message = chat(body, &view(who));
    let words = message.markup.plain();
    assert!(!words.starts_with("DIỄN TẬP"), "{words}");
    assert!(message.buttons.iter().flatten().all(|one| one.label.chars().count() <= 48));
    sheet.message(name, &message);
}

#[test]
fn what_is_told_about_the_plan_of_a_year() {
    let mut sheet = Sheet::default();
    let units = vec![UnitCode::new("xa-001")];
    let (from, end) = (day(2026, 10, 1), day(2027, 1, 1));
    for (name, who, notice) in [
        ("xin duyệt", MANAGER, N::ToApprove { year: 2027, drills: 4 }),
        ("đã duyệt", LEAD, N::Decided { year: 2027, agreed: true, drills: 4, reason: None }),
        ("không duyệt", LEAD, N::Decided { year: 2027, agreed: false, drills: 4, reason: None }),
        ("kịch bản không còn", LEAD, N::ScenarioGone { series: 7, scenario: scenario() }),
        ("nhắc đơn vị", REPORTER, N::Missing { unit: units[0].clone(), year: 2026 }),
        ("quá hạn", MANAGER, N::Overdue { from, end, units: units.clone(), more: 0 }),
        ("quá hạn, nhiều", MANAGER, N::Overdue { from, end, units, more: 83 }),
    ] {
        says(&mut sheet, name, who, Body::Book(notice));
    }
    sheet.keep("drill_plan_told");
}

#[test]
fn what_is_answered_about_the_plan_of_a_year() {
    let mut sheet = Sheet::default();
    for (name, answer) in [
        ("kế hoạch năm, chưa có gì", BookAnswer::Year(2027)),
        ("chuỗi, chưa có gì", BookAnswer::Series),
        ("tuân thủ", BookAnswer::Compliance(2026)),
        ("tuân thủ, năm chưa tới", BookAnswer::Compliance(2030)),
    ] {
        for (reader, who) in [("Đội trưởng", LEAD), ("lãnh đạo", MANAGER)] {
            let body = Body::Answer(Answer::Drill(DrillAnswer::Book(answer.clone())));
            says(&mut sheet, &format!("{name}, {reader}"), who, body);
        }
    }
    let fault = read("ngày trăng tròn", day(2026, 11, 21)).unwrap_err();
    let named = Units::Named([UnitCode::new("xa-001")].into());
    for (name, ask) in [
        ("lập chuỗi", BookAsk::Confirm(draft("thứ Sáu cuối cùng của tháng 10", Units::All))),
        ("lập chuỗi, cấp độ", BookAsk::Confirm(draft("hằng năm ngày 15/10", Units::Level(3)))),
        ("lập chuỗi, đơn vị", BookAsk::Confirm(draft("hằng năm ngày 15/10", named))),
        ("theo lịch nào", BookAsk::Rule { scenario: scenario(), fault: None }),
        ("lịch không hiểu", BookAsk::Rule { scenario: scenario(), fault: Some(fault) }),
        ("vì sao không duyệt", BookAsk::Decline(2027)),
    ] {
        says(&mut sheet, name, LEAD, Body::Answer(Answer::Ask(Ask::Book(ask))));
    }
    sheet.keep("drill_plan_answered");
}

#[test]
fn what_came_of_a_wish_about_the_plan_of_a_year_and_why_not() {
    let mut sheet = Sheet::default();
    for (name, done) in [
        ("lập chuỗi", BookDone::SeriesSet { drills: 6 }),
        ("dừng chuỗi", BookDone::SeriesEnded { cancelled: 0 }),
        ("dừng chuỗi, hủy dự thảo", BookDone::SeriesEnded { cancelled: 5 }),
        ("gửi duyệt", BookDone::Submitted { year: 2027, drills: 4 }),
        ("duyệt", BookDone::Decided { year: 2027, agreed: true, drills: 4 }),
        ("không duyệt", BookDone::Decided { year: 2027, agreed: false, drills: 4 }),
        ("nhắc", BookDone::Reminded { units: 6, unreachable: 0 }),
        ("nhắc, có nơi không tới", BookDone::Reminded { units: 6, unreachable: 2 }),
    ] {
        says(&mut sheet, name, LEAD, Body::Answer(Answer::Done(Done::Book(done))));
    }
    let drill = DrillCode::new("DT-2027-001");
    let view = view(LEAD);
    for refusal in [
        R::NoSuchSeries,
        R::SameSeries,
        R::NoDay,
        R::NoUnits,
        R::NothingWaits(2027),
        R::OneOf { drill, why: Box::new(DrillRefusal::OwnPlan) },
        R::NobodyToRemind,
    ] {
        let whole = Refusal::Drill(Box::new(DrillRefusal::Book(refusal.clone())));
        let said = refusal::sentence(&whole, &view.directory, &view.team, false);
        sheet.add(&format!("{refusal:?}"), &said);
    }
    sheet.keep("drill_plan_done");
}
