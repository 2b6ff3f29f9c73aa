//! What `trucban drill` reports.

use chrono::Datelike as _;
use chrono_tz::Tz;

use crate::domain::drill::scenario::Scenario;
use crate::domain::schedule::Occurrence;
use crate::text::drill::scenario;
use crate::text::{duty, schedule, words};

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

/// No such drill.
pub fn unknown_drill(code: &str) -> String {
    format!("Không có cuộc diễn tập {code}. Danh sách trong chat: /dientap")
}

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
