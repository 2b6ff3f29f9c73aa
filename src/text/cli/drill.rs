//! What `trucban drill` reports.

use crate::domain::drill::scenario::Scenario;
use crate::text::drill::scenario;
use crate::text::words;

/// The columns of the list of scenarios.
pub const COLUMNS: [&str; 6] = ["Mã", "Bản", "Tên", "Hình thức", "Thời lượng", "Tình huống"];

/// A row of the list. A star stands before a team's own.
pub fn row(one: &Scenario, own: bool) -> Vec<String> {
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
