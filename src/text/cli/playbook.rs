//! What `trucban playbook` reports.

use crate::domain::playbook::model::{Playbook, PlaybookId};
use crate::text::words;

/// The columns of the list.
pub const COLUMNS: [&str; 5] = ["Mã", "Bản", "Tên", "Bước", "Dùng cho"];

/// A row of the list. A star stands before a team's own.
pub fn row(playbook: &Playbook, own: bool) -> Vec<String> {
    let fits = &playbook.fits;
    let kinds: Vec<&str> = fits.categories.iter().map(|one| words::category_short(*one)).collect();
    let uses = match (playbook.shared, kinds.is_empty()) {
        (true, _) => "quy trình khác gọi".to_owned(),
        (false, true) => few(&fits.tags),
        (false, false) => kinds.join(", "),
    };
    let tasks = playbook.steps.values().filter(|step| step.task().is_some()).count();
    let mark = if own { "* " } else { "" };
    let id = format!("{mark}{}", playbook.id);
    vec![id, playbook.version.to_string(), playbook.title.clone(), tasks.to_string(), uses]
}

/// The first of several words.
fn few(words: &[String]) -> String {
    let first: Vec<&str> = words.iter().take(3).map(String::as_str).collect();
    let more = if words.len() > first.len() { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}

/// Below the list, where one of them is a team's own.
pub const OWN: &str = "* của đơn vị, trong thư mục [playbooks] dir";

/// Files beside those listed do not read.
pub fn unread(count: usize) -> String {
    format!("Còn {count} điều cần sửa. Xem: trucban playbook lint")
}

/// No such playbook.
pub fn unknown(id: &str) -> String {
    format!("Không có quy trình “{id}”. Xem: trucban playbook list")
}

/// One calls what is not there.
pub fn incomplete(id: &PlaybookId) -> String {
    format!("Quy trình “{id}” gọi một quy trình không có. Xem: trucban playbook lint")
}

/// `lint` found nothing.
pub fn right(playbooks: usize, tests: usize) -> String {
    format!("{playbooks} quy trình đúng, {tests} phép thử đạt.")
}

/// A picture is written.
pub fn drawn(file: &str) -> String {
    format!("Đã ghi sơ đồ vào {file}.")
}

/// A picture would take another file's place.
pub fn would_overwrite(file: &str) -> String {
    format!("{file} đã có và không bị ghi đè. Chọn tên khác.")
}
