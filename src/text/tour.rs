//! The words between the messages of the tour.

use std::time::Duration;

use super::words;

/// The team's chat, as the conversation names it.
pub const TEAM: &str = "Nhóm chat của Đội";

/// How many are in it.
pub fn members(count: usize) -> String {
    format!("{count} người và bot")
}

/// How a card's line about its holder begins.
const HOLDER: &str = "Người giữ";

/// The bot.
pub const BOT: &str = "Trực Ban";

/// What opens the tour.
pub const OPENING: &str = "Trực Ban: xem thử một sự cố từ lúc báo đến lúc kết thúc, rồi một cuộc diễn tập.\n\
    Mọi người và đơn vị dưới đây là giả định. Đồng hồ được tua nhanh.";

/// What the unit's contact person reports.
pub const REPORT: &str =
    "Máy chủ cổng thông tin của xã bị mã hóa, màn hình hiện thông báo đòi tiền chuộc";

/// What the lead notes.
pub const NOTE: &str = "Đã rút dây mạng máy chủ, giữ nguyên hiện trạng để thu thập chứng cứ";

/// What the lead closes it with.
pub const SUMMARY: &str = "Đã khôi phục từ bản sao lưu ngày hôm trước, đổi mật khẩu quản trị, \
    không phát hiện dữ liệu bị lấy ra ngoài";

/// The scenario of the drill.
pub const SCENARIO: &str = "kiem-tra-lien-lac";

/// The button of whoever comes to it.
pub const COMES: &str = "Tham gia";

/// What the buttons begin with by which its lead says that a point is as it should be.
pub const CHECKED: &str = "✔";

/// The button that begins it.
pub const START: &str = "PHÁT LỆNH";

/// A step of the story.
pub fn step(title: &str) -> String {
    format!("\n── {title} ──")
}

/// Time passes.
pub fn passes(span: Duration, now: &str) -> String {
    format!("\n⏩ {} trôi qua, không ai trả lời. Bây giờ là {now}.", words::duration(span))
}

/// Titles of the steps.
pub mod steps {
    /// Report.
    pub const REPORT: &str = "Đầu mối xã báo sự cố";
    /// A picture.
    pub const PHOTO: &str = "Đầu mối xã gửi ảnh chụp màn hình làm chứng cứ";
    /// Second rung.
    pub const SECOND: &str = "Người trực chưa trả lời: gọi người dự bị và Đội trưởng";
    /// Third rung.
    pub const THIRD: &str = "Vẫn chưa ai tiếp nhận: gọi lãnh đạo";
    /// Taking charge.
    pub const TAKE: &str = "Đội trưởng bấm Tiếp nhận: mọi người biết ai đang giữ";
    /// A playbook.
    pub const PLAYBOOK: &str = "Một lần bấm: quy trình chạy, đầu mối xã nhận ngay việc cần làm";
    /// Its gate.
    pub const PROOF: &str = "Chưa có ảnh thì chưa xong; gửi ảnh, quy trình đi tiếp";
    /// Notes.
    pub const NOTE: &str = "Ghi chú, khoanh vùng, khắc phục";
    /// The end.
    pub const CLOSE: &str = "Kết thúc với tóm tắt";
    /// A drill.
    pub const DRILL: &str = "Diễn tập: Đội trưởng lập, lãnh đạo duyệt, đầu mối được mời";
    /// Its start.
    pub const DRILL_GO: &str = "Kiểm tra đủ các điểm mới phát lệnh được";
    /// One tap stops it.
    pub const DRILL_REAL: &str = "Một lần bấm SỰ CỐ THẬT dừng tất cả; bấm nhầm thì nói lại";
    /// The book.
    pub const LEDGER: &str = "Sổ cái";
}

/// A picture, with the words below it if there are any.
pub fn picture(words: &str) -> String {
    if words.is_empty() { "[ảnh]".to_owned() } else { format!("[ảnh] {words}") }
}

/// Somebody says something.
pub fn said(time: &str, chat: &str, who: &str, words: &str) -> String {
    let first = format!("[{time}] {who} → {chat}: ");
    indented(&first, words)
}

/// The bot says something, with buttons below.
pub fn told(time: &str, chat: &str, said: &str, buttons: &[String], edited: bool) -> String {
    let mark = if edited { " (sửa thẻ)" } else { "" };
    // An edited card is shown by its heading and its holder: the rest stood there before.
    let bare = said.strip_prefix(words::DRILL_MARK).unwrap_or(said).trim_start();
    let short: String = match bare.split_once('\n') {
        Some((heading, rest)) if edited => {
            let holder = rest.lines().find(|line| line.starts_with(HOLDER));
            holder.map_or_else(|| heading.to_owned(), |line| format!("{heading} · {line}"))
        }
        _ => said.to_owned(),
    };
    let mut text = indented(&format!("[{time}] {BOT} → {chat}{mark}: "), &short);
    if !edited && !buttons.is_empty() {
        text.push_str("\n        [ ");
        text.push_str(&buttons.join(" ] [ "));
        text.push_str(" ]");
    }
    text
}

/// Somebody presses a button.
pub fn pressed(time: &str, chat: &str, who: &str, label: &str) -> String {
    format!("[{time}] {who} bấm [ {label} ] ({chat})")
}

/// The little answer to a press.
pub fn toast(time: &str, who: &str, words: &str) -> String {
    format!("[{time}] {BOT} → {who} (nháy): {words}")
}

/// A message by the second channel.
pub fn sms(time: &str, who: &str, words: &str) -> String {
    indented(&format!("[{time}] SMS → {who}: "), words)
}

/// What the ledger holds at the end.
pub fn ledger(entries: u64, head: &str) -> String {
    format!("{entries} mục, chuỗi băm đúng, mục cuối {head}…")
}

fn indented(first: &str, words: &str) -> String {
    let mut lines = words.lines();
    let mut text = format!("{first}{}", lines.next().unwrap_or_default());
    for line in lines.filter(|line| !line.trim().is_empty()) {
        text.push_str("\n        ");
        text.push_str(line);
    }
    text
}
