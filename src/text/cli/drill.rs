//! What `trucban drill` reports.

use chrono::Datelike as _;
use chrono_tz::Tz;

use crate::domain::directory::Directory;
use crate::domain::drill::duty::Row;
use crate::domain::drill::run::Drill;
use crate::domain::drill::scenario::Scenario;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::schedule::Occurrence;
use crate::text::drill::{plan, scenario, status};
use crate::text::{duty, people, schedule, words};

/// The columns of the days to come.
pub const COLUMNS: [&str; 4] = ["Thứ", "Ngày", "Giờ", "Vì sao dời"];

/// A row of them.
pub fn row(one: &Occurrence, zone: Tz) -> Vec<String> {
    vec![
        duty::weekday(one.date.weekday()).to_owned(),
        one.date.format("%d/%m/%Y").to_string(),
        one.at.hour(zone),
        schedule::shift(one).unwrap_or_default(),
    ]
}

/// The rule comes to fewer days than were asked for.
pub const NO_MORE: &str = "Sau đó lịch này không còn ngày nào.";

/// The columns of the list of scenarios.
pub const SCENARIO_COLUMNS: [&str; 6] =
    ["Mã", "Bản", "Tên", "Hình thức", "Thời lượng", "Tình huống"];

/// A row of the list. A star stands before a team's own.
pub fn scenario_row(one: &Scenario, own: bool) -> Vec<String> {
    let mark = if own { "* " } else { "" };
    vec![
        format!("{mark}{}", one.id),
        one.version.to_string(),
        one.title.clone(),
        scenario::kind(one.kind).to_owned(),
        words::duration(one.length),
        one.injects.len().to_string(),
    ]
}

/// Below the list, where one of them is a team's own.
pub const OWN: &str = "* của đơn vị, trong thư mục drills của [playbooks] dir";

/// Files beside those listed do not read.
pub fn unread(count: usize) -> String {
    format!("Còn {count} điều cần sửa. Xem: trucban drill lint")
}

/// No such scenario.
pub fn unknown(id: &str) -> String {
    format!("Không có kịch bản “{id}”. Xem: trucban drill scenario")
}

/// `lint` found nothing.
pub fn right(scenarios: usize) -> String {
    format!("{scenarios} kịch bản đúng.")
}

/// Another ending than those there are.
pub const REPORT_FORMS: &str = "Tên tệp phải kết thúc bằng .docx, .xlsx hoặc .html.";

/// Nothing to report yet.
pub fn not_held(code: &str) -> String {
    format!("{code} chưa diễn ra, chưa có gì để báo cáo.")
}

/// The report stands in this file.
pub fn report_written(file: &str, digest: &str) -> String {
    format!(
        "Đã ghi dự thảo báo cáo vào {file}. Mã băm số liệu: {digest}. Tệp có họ tên người tham gia."
    )
}

/// The columns of the list of drills.
pub const DRILL_COLUMNS: [&str; 6] = ["Mã", "Thứ", "Ngày", "Giờ", "Kịch bản", "Trạng thái"];

/// A row of it.
pub fn drill_row(one: &Drill, directory: &Directory) -> Vec<String> {
    let zone = directory.calendar.zone;
    let at = one.planning.at;
    let added = directory.drill_book.is_added(at.year(zone), &one.code);
    let added = if added { " (bổ sung)" } else { "" };
    vec![
        one.code.to_string(),
        duty::weekday(at.local(zone).weekday()).to_owned(),
        at.date(zone).format("%d/%m/%Y").to_string(),
        at.hour(zone),
        one.planning.scenario.name.clone(),
        format!("{}{added}", status(one.status)),
    ]
}

/// There is none.
pub fn no_drills(year: Option<i32>) -> String {
    match year {
        Some(year) => format!("Năm {year} chưa có cuộc diễn tập nào."),
        None => "Chưa có cuộc diễn tập nào.".to_owned(),
    }
}

/// No such drill.
pub fn no_drill(code: &str) -> String {
    format!("Không có cuộc diễn tập “{code}”. Xem: trucban drill list")
}

/// The calendar was written.
pub fn written(path: &str, drills: usize) -> String {
    format!("Đã ghi lịch {drills} cuộc diễn tập vào {path}.")
}

/// The name of the calendar.
pub const CALENDAR: &str = "Lịch diễn tập";

/// One drill, line by line.
pub fn shown(shown: &ShownDrill, directory: &Directory) -> Vec<String> {
    let (drill, zone) = (&shown.drill, directory.calendar.zone);
    let at = drill.planning.at;
    let mut lines = vec![
        format!("{} – {}", drill.code, drill.planning.scenario.name),
        format!("Trạng thái: {}", status(drill.status)),
        format!("Bắt đầu: {} lúc {}", schedule::day(at.date(zone)), at.hour(zone)),
        format!("Hình thức: {}", scenario::kind(drill.planning.scenario.kind)),
        format!("Chỉ đạo diễn tập: {}", people::name(&drill.planning.lead, directory)),
        format!("Đơn vị: {}", drill.planning.units.len()),
        format!("Người tham gia: {}", drill.people.len()),
    ];
    if let Some((by, at)) = &drill.approved {
        lines.push(format!("Duyệt: {}, {}", people::name(by, directory), at.shown(zone)));
    }
    if let Some(remark) = drill.remark.as_ref().and_then(|remark| shown.said(remark)) {
        lines.push(format!("Ghi chú: {remark}"));
    }
    for (number, file) in drill.numbered_files() {
        if let Some(stored) = file.stored() {
            let hour = file.at.shown(zone);
            lines.push(format!("Ảnh, tệp kèm {number} (DIỄN TẬP): {hour}, {}", stored.sha256));
        }
    }
    lines
}

/// The columns of who has drilled.
pub const COMPLIANCE_COLUMNS: [&str; 7] =
    ["Mã", "Đơn vị", "Cả năm", "Quý 1", "Quý 2", "Quý 3", "Quý 4"];

/// A row of it.
pub fn compliance_row(row: &Row, directory: &Directory) -> Vec<String> {
    let quarters = row.quarters.iter().map(|one| plan::standing(*one).to_owned());
    let name = people::unit_name(&row.unit, directory);
    let head = [row.unit.to_string(), name, plan::standing(row.year).to_owned()];
    head.into_iter().chain(quarters).collect()
}
