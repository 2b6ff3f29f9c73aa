//! Series of drills, the plan of a year, and who has to drill, in words. None of it is part of a drill, so
//! none of it bears the mark.

use chrono::Datelike as _;

use super::{bold, line, reader, rows, said, status, when};
use crate::domain::drill::duty::{Row, Standing, TakenBy};
use crate::domain::drill::plan::press::BookPress;
use crate::domain::drill::plan::said::{BookAnswer, BookAsk, BookDone, BookNotice};
use crate::domain::drill::plan::wish::{BookRefusal, Draft};
use crate::domain::drill::plan::{Standing as Kept, Units};
use crate::domain::drill::run::state::Status;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::notice::View;
use crate::domain::values::Role;
use crate::text::ask::Offered;
use crate::text::buttons;
use crate::text::markup::{Markup, one_line};
use crate::text::message::{Button, ButtonAction, Message};
use crate::text::{people, schedule};

/// What a drill is said to be moved for when the calendar changed.
pub const CALENDAR_MOVED: &str = "Lịch nghỉ, làm bù thay đổi nên cuộc này dời theo";

/// What a drill is said to be cancelled for when its series was ended.
pub const SERIES_ENDED: &str = "Chuỗi diễn tập đã dừng";

/// So many drills a message lists.
const DRILLS: usize = 30;

/// So many units a message lists.
const UNITS: usize = 40;

fn press(label: &str, press: BookPress) -> Button {
    Button { label: one_line(label, 48), action: ButtonAction::Press(press.data()) }
}

fn has(role: Role, view: &View) -> bool {
    reader(view).is_some_and(|person| view.directory.has_role(person, role))
}

/// The answer to a question about the book.
pub fn message(answer: &BookAnswer, view: &View) -> Message {
    match answer {
        BookAnswer::Year(year) => of_year(*year, view),
        BookAnswer::Series => series(view),
        BookAnswer::Compliance(year) => compliance(*year, view),
    }
}

/// The drills of a year, the next first.
fn of_year(year: i32, view: &View) -> Message {
    let of = |shown: &&ShownDrill| shown.drill.planning.at.year(view.team.zone) == year;
    let drills: Vec<&ShownDrill> = view.drills.iter().map(AsRef::as_ref).filter(of).collect();
    if drills.is_empty() {
        let mut lines = vec![line(format!("Năm {year} chưa có cuộc diễn tập nào của anh/chị."))];
        if has(Role::Lead, view) {
            lines.push(line(HOW));
        }
        return Message::quiet(Markup::lines(lines));
    }
    let mut lines = vec![bold(format!("Kế hoạch diễn tập năm {year}: {} cuộc", drills.len()))];
    if let Some((by, at)) =
        view.directory.drill_book.years.get(&year).and_then(|plan| plan.approved.as_ref())
    {
        let by = people::name(by, &view.directory);
        lines.push(line(format!("Đã duyệt: {by}, {}.", when(*at, view))));
    }
    lines.extend(drills.iter().take(DRILLS).map(|shown| drill(year, shown, view)));
    let more = drills.len().saturating_sub(DRILLS);
    if more > 0 {
        lines.push(line(format!("và {more} cuộc nữa.")));
    }
    let waits = |status| {
        let ahead = |shown: &&&ShownDrill| shown.drill.planning.at > view.now;
        drills.iter().filter(ahead).any(|shown| shown.drill.status == status)
    };
    let submit = waits(Status::Draft) && has(Role::Lead, view);
    let approve = waits(Status::Submitted) && has(Role::Manager, view) && !is_own(year, view);
    let submit = submit.then(|| press(SUBMIT, BookPress::Submit(year)));
    let decide = [
        press(buttons::APPROVE, BookPress::Approve(year)),
        press(buttons::DISAPPROVE, BookPress::Decline(year)),
    ];
    let decide = decide.into_iter().filter(|_| approve).collect();
    Message::quiet(Markup::lines(lines)).with(rows([
        submit.into_iter().collect(),
        decide,
        Vec::new(),
    ]))
}

/// The word on the button that asks for approval.
pub const SUBMIT: &str = "Gửi duyệt";

/// How a series is set.
const HOW: &str = "Lập chuỗi: /dientap chuỗi KỊCH_BẢN: LỊCH, ví dụ /dientap chuỗi kiem-tra-lien-lac: mỗi quý, ngày làm việc đầu tiên";

/// Whether the reader submitted it himself.
fn is_own(year: i32, view: &View) -> bool {
    let plan = view.directory.drill_book.years.get(&year);
    let by = plan.and_then(|plan| plan.submitted.as_ref()).map(|(person, _)| person);
    by.is_some() && by == reader(view)
}

fn drill(year: i32, shown: &ShownDrill, view: &View) -> Markup {
    let drill = &shown.drill;
    let added = view.directory.drill_book.is_added(year, &drill.code);
    let added = if added { " (bổ sung)" } else { "" };
    line(format!(
        "• {} {} – {}: {}{added}",
        drill.code,
        when(drill.planning.at, view),
        one_line(&drill.planning.scenario.name, 60),
        status(drill.status)
    ))
}

/// The series that make drills.
fn series(view: &View) -> Message {
    let book = &view.directory.drill_book;
    let running: Vec<(i64, &Kept)> = book.running().collect();
    if running.is_empty() {
        return Message::quiet(Markup::lines([line("Chưa có chuỗi diễn tập nào."), line(HOW)]));
    }
    let mut lines = vec![bold("Chuỗi diễn tập")];
    let mut buttons = Vec::new();
    for ((id, one), number) in running.into_iter().zip(1_u32..) {
        let gone = if one.gone {
            "; kịch bản không còn nên tạm ngừng lập cuộc mới"
        } else {
            ""
        };
        let next = one.made.values().find(|made| made.at > view.now);
        let next = next.map(|made| format!("; gần nhất {} {}", made.drill, when(made.at, view)));
        lines.push(line(format!(
            "{number}. {}: {}; {}{}{gone}.",
            one.series.scenario,
            schedule::rule(&one.series.schedule),
            units(&one.series.units, view),
            next.unwrap_or_default()
        )));
        buttons.push(press(&format!("Dừng chuỗi {number}"), BookPress::EndSeries(id)));
    }
    lines.push(line(HOW));
    let buttons = if has(Role::Lead, view) { buttons } else { Vec::new() };
    Message::quiet(Markup::lines(lines)).with(crate::text::message::rows(buttons, 2))
}

/// Which units.
fn units(units: &Units, view: &View) -> String {
    match units {
        Units::All => "mọi đơn vị".to_owned(),
        Units::Kinds(kinds) => {
            let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
            format!("đơn vị loại {}", kinds.join(", "))
        }
        Units::Level(level) => format!("đơn vị có hệ thống từ cấp độ {level}"),
        Units::Named(codes) => {
            let names = codes.iter().take(5).map(|code| people::unit_name(code, &view.directory));
            let names: Vec<String> = names.collect();
            let more = codes.len().saturating_sub(names.len());
            let more =
                if more > 0 { format!(" và {more} đơn vị nữa") } else { String::new() };
            format!("{}{more}", names.join(", "))
        }
    }
}

/// The question itself.
pub fn asked(ask: &BookAsk, view: &View) -> Vec<Markup> {
    match ask {
        BookAsk::Confirm(draft) => confirm(draft, view),
        BookAsk::Rule { scenario, fault } => {
            let mut lines = vec![bold(format!("Chuỗi {scenario}: diễn tập theo lịch nào?"))];
            lines.push(match fault {
                Some(fault) => line(schedule::fault(fault)),
                None => line(format!("Ví dụ: {}.", schedule::EXAMPLES)),
            });
            lines.push(line(UNITS_HINT));
            lines
        }
        BookAsk::Decline(year) => vec![
            bold(format!("Không duyệt kế hoạch diễn tập năm {year}: xin gửi lý do.")),
            line("Người lập kế hoạch sẽ nhận được lý do này."),
        ],
    }
}

const UNITS_HINT: &str = "Không nêu đơn vị thì mọi đơn vị tham gia. Muốn chọn, thêm sau dấu chấm phẩy: “; cấp độ 3”, “; xa, phuong” hoặc mã đơn vị.";

fn confirm(draft: &Draft, view: &View) -> Vec<Markup> {
    let name = view.scenarios.get(&draft.scenario).map(|scenario| scenario.title.clone());
    let name = name.unwrap_or_else(|| draft.scenario.to_string());
    let mut lines = vec![
        bold(format!("Lập chuỗi diễn tập “{}”?", one_line(&name, 80))),
        line(format!("Lịch: {}.", schedule::rule(&draft.schedule))),
        line(format!("Tham gia: {}.", units(&draft.units, view))),
    ];
    let calendar = &view.directory.calendar;
    let next = draft.schedule.next(calendar, &[], view.now, 3);
    lines.push(line(if next.is_empty() {
        "Lịch này không còn ngày nào."
    } else {
        "Những ngày sắp tới:"
    }));
    lines.extend(next.iter().map(|one| {
        let shift = schedule::shift(one).map(|why| format!(", {why}")).unwrap_or_default();
        let weekday = schedule::weekday_name(one.date.weekday());
        let day = one.date.format("%d/%m/%Y");
        line(format!("• {weekday} {day} lúc {}{shift}", one.at.hour(calendar.zone)))
    }));
    lines
}

/// The answers offered to a question.
pub fn offered(ask: &BookAsk) -> Vec<Offered> {
    match ask {
        BookAsk::Confirm(_) => vec![
            Offered {
                words: "Có, lập chuỗi này".to_owned(),
                button: press(buttons::YES, BookPress::Confirm),
            },
            Offered { words: "Sửa lịch".to_owned(), button: press("Sửa", BookPress::Edit) },
        ],
        BookAsk::Rule { .. } | BookAsk::Decline(_) => Vec::new(),
    }
}

/// What people are told unasked.
pub fn told(notice: &BookNotice, view: &View) -> Message {
    match notice {
        BookNotice::ToApprove { year, drills } => Message::quiet(Markup::lines([
            bold(format!("Xin duyệt kế hoạch diễn tập năm {year}")),
            line(format!(
                "{drills} cuộc chờ anh/chị duyệt. Xem từng cuộc: /dientap kế hoạch {year}"
            )),
        ]))
        .with(rows([
            vec![press("Xem kế hoạch", BookPress::Year(*year))],
            vec![
                press(buttons::APPROVE, BookPress::Approve(*year)),
                press(buttons::DISAPPROVE, BookPress::Decline(*year)),
            ],
        ])),
        BookNotice::Decided { year, agreed, drills, .. } => {
            let how = if *agreed { "đã được duyệt" } else { "không được duyệt" };
            let mut lines =
                vec![bold(format!("Kế hoạch diễn tập năm {year} {how}: {drills} cuộc"))];
            let declined = view.drills.first().filter(|_| !agreed);
            let why = declined.and_then(|shown| Some(said(shown, shown.drill.remark.as_ref()?)));
            lines.extend(why.map(|why| line(format!("Lý do: {why}"))));
            lines.push(line(format!("Xem: /dientap kế hoạch {year}")));
            Message::quiet(Markup::lines(lines))
        }
        BookNotice::ScenarioGone { scenario, .. } => Message::quiet(Markup::lines([
            bold(format!("Chuỗi diễn tập {scenario} tạm ngừng lập cuộc mới")),
            line(
                "Kịch bản này không còn trong thư mục. Khôi phục kịch bản, hoặc dừng chuỗi: /dientap chuỗi",
            ),
        ])),
        BookNotice::Missing { unit, year } => Message::quiet(Markup::lines([
            bold(format!(
                "Nhắc diễn tập: {} chưa đủ cuộc năm {year}",
                people::unit_name(unit, &view.directory)
            )),
            line("Xin anh/chị xem lịch và đăng ký tham gia: /dientap. Vướng gì xin báo Đội."),
        ])),
        BookNotice::Overdue { from, end, units, more } => {
            let last = end.pred_opt().unwrap_or(*end);
            let total = u64::try_from(units.len()).unwrap_or(u64::MAX).saturating_add(*more);
            let mut lines = vec![
                bold(format!("{total} đơn vị quá hạn diễn tập")),
                line(format!("Kỳ {} đến {}:", from.format("%d/%m/%Y"), last.format("%d/%m/%Y"))),
            ];
            lines.extend(named(units, *more, view));
            lines.push(line(format!("Xem: /dientap tuân thủ {}", last.year())));
            Message::quiet(Markup::lines(lines))
        }
    }
}

fn named(
    units: &[crate::domain::ids::UnitCode],
    more: u64,
    view: &View,
) -> impl Iterator<Item = Markup> {
    let names = units.iter().map(|unit| people::unit_name(unit, &view.directory));
    let names: Vec<String> = names.map(|name| format!("• {name}")).collect();
    let more = (more > 0).then(|| format!("và {more} đơn vị nữa."));
    names.into_iter().chain(more).map(line)
}

/// Who has drilled in a year, and who has not.
fn compliance(year: i32, view: &View) -> Message {
    let directory = &view.directory;
    let drills = view.drills.iter().map(|shown| &shown.drill);
    let taken = TakenBy::of(drills, directory, directory.calendar.zone);
    let today = directory.calendar.day_of(view.now);
    let table = directory.duties.year(year, &taken, directory, today);
    let mut lines = vec![bold(summary(year, &table))];
    let open = |standing: Standing| {
        let found = table.iter().filter(move |row| row.year == standing);
        found.map(|row| row.unit.clone()).collect::<Vec<_>>()
    };
    for (standing, head) in
        [(Standing::Missing, "Chưa diễn tập:"), (Standing::TookPart, "Có tham gia nhưng chưa đủ:")]
    {
        let mut units = open(standing);
        if units.is_empty() {
            continue;
        }
        let more = u64::try_from(units.len().saturating_sub(UNITS)).unwrap_or(u64::MAX);
        units.truncate(UNITS);
        lines.push(line(head));
        lines.extend(named(&units, more, view));
    }
    let unsure = directory.duties.all.iter().filter_map(|duty| duty.legal.as_ref());
    let unsure: Vec<&str> =
        unsure.filter(|legal| !legal.certain).map(|legal| legal.basis.as_str()).collect();
    if !unsure.is_empty() {
        lines.push(line(format!("Căn cứ cần đối chiếu văn bản gốc: {}.", unsure.join("; "))));
    }
    let remind = table.iter().any(|row| row.year.is_open());
    let button = remind.then(|| press(REMIND, BookPress::Remind(year)));
    Message::quiet(Markup::lines(lines)).with(rows([button.into_iter().collect()]))
}

/// The word on the button that reminds.
pub const REMIND: &str = "Nhắc đơn vị còn thiếu";

/// `118/124 đơn vị đã diễn tập năm 2026`.
pub fn summary(year: i32, table: &[Row]) -> String {
    let asked = table.iter().filter(|row| row.year != Standing::Exempt).count();
    let met = table.iter().filter(|row| row.year == Standing::Met).count();
    let summed = format!("{met}/{asked} đơn vị đã diễn tập năm {year}");
    match asked {
        0 => format!("{summed} (chưa đơn vị nào đến kỳ)"),
        _ => summed,
    }
}

/// How a unit stands.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Exempt => "–",
        Standing::Met => "đạt",
        Standing::TookPart => "tham gia, chưa đủ",
        Standing::Missing => "còn thiếu",
    }
}

/// The receipt.
pub fn receipt(done: &BookDone) -> String {
    match done {
        BookDone::SeriesSet { drills } => format!(
            "Đã lập chuỗi, {drills} cuộc được ghi vào kế hoạch 18 tháng tới. Xem: /dientap kế hoạch"
        ),
        BookDone::SeriesEnded { cancelled: 0 } => {
            "Đã dừng chuỗi. Các cuộc đã gửi duyệt giữ nguyên.".to_owned()
        }
        BookDone::SeriesEnded { cancelled } => format!(
            "Đã dừng chuỗi, hủy {cancelled} cuộc dự thảo. Các cuộc đã gửi duyệt giữ nguyên."
        ),
        BookDone::Submitted { year, drills } => {
            format!("Đã gửi lãnh đạo duyệt {drills} cuộc của năm {year}.")
        }
        BookDone::Decided { year, agreed: true, drills } => {
            format!("Đã ghi nhận: duyệt {drills} cuộc của năm {year}.")
        }
        BookDone::Decided { year, agreed: false, drills } => {
            format!("Đã ghi nhận: không duyệt {drills} cuộc của năm {year}.")
        }
        BookDone::Reminded { units, unreachable: 0 } => {
            format!("Đã nhắc đầu mối của {units} đơn vị.")
        }
        BookDone::Reminded { units, unreachable } => format!(
            "Đã nhắc đầu mối của {units} đơn vị; {unreachable} đơn vị chưa có đầu mối nhận được tin."
        ),
    }
}

/// Why it was not done, with the remedy. `why` says what is wrong with one drill.
pub fn refused(
    refusal: &BookRefusal,
    why: impl FnOnce(&crate::domain::drill::run::DrillRefusal) -> String,
) -> String {
    match refusal {
        BookRefusal::NoSuchSeries => "Chuỗi này đã dừng. Các chuỗi: /dientap chuỗi".to_owned(),
        BookRefusal::SameSeries => "Đã có chuỗi như vậy. Xem các chuỗi: /dientap chuỗi".to_owned(),
        BookRefusal::NoDay => "Lịch này không còn ngày nào. Xin chọn lịch khác.".to_owned(),
        BookRefusal::NoUnits => {
            "Chưa có đơn vị nào như vậy. Xin chọn đơn vị khác; tra: /danhba".to_owned()
        }
        BookRefusal::NothingWaits(year) => {
            format!("Năm {year} không có cuộc nào chờ việc này. Xem: /dientap kế hoạch {year}")
        }
        BookRefusal::OneOf { drill, why: inner } => {
            format!("Chưa làm được vì {drill}: {} Chưa cuộc nào thay đổi.", why(inner))
        }
        BookRefusal::NobodyToRemind => {
            "Không có đơn vị nào để nhắc: đã đủ, đã nhắc hôm nay, hoặc chưa có đầu mối.".to_owned()
        }
    }
}
