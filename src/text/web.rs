//! Words of the page behind the one-person link of a page sent outside chat.

use crate::domain::roster::Layer;

/// The title of the page.
pub const TITLE: &str = "Trực Ban – tiếp nhận sự cố";

/// What the page is.
pub const WHAT: &str = "Trang này chỉ dành cho anh/chị. Bấm nút dưới đây là anh/chị giữ sự cố và người khác không bị gọi nữa.";

/// The button.
pub const BUTTON: &str = super::buttons::ACKNOWLEDGE;

/// The headline once it is done.
pub const DONE: &str = "Đã ghi nhận";

/// The headline when it was refused; the refusal's own sentence follows.
pub const REFUSED: &str = "Chưa thực hiện được";

/// The headline of a link that is no longer good.
pub const EXPIRED: &str = "Liên kết không còn hiệu lực";

/// What stands below a link that is no longer good.
pub const EXPIRED_WHAT: &str = "Sự cố đã sang lần mở khác, hoặc liên kết đã quá hạn hay chép thiếu. Xin xem trong Telegram hoặc gọi đường dây nóng.";

/// The headline when something failed on our side.
pub const FAILED: &str = "Máy chủ chưa ghi được";

/// What stands below it.
pub const FAILED_WHAT: &str =
    "Xin thử lại sau một phút. Nếu vẫn không được, xin gọi đường dây nóng.";

/// Code and severity, all that the page says of the incident.
pub fn headline(code: &str, severity: &str) -> String {
    format!("{code} – mức độ {severity}")
}

/// What the person has once the button was pressed.
pub fn done(code: &str) -> String {
    format!("Anh/chị đang giữ {code}. Xem nội dung trong Telegram, hoặc gọi đường dây nóng.")
}

/// The title of the page by which the watch is taken.
pub const WATCH: &str = "Trực Ban – nhận ca trực";

/// What that page is.
pub const WATCH_WHAT: &str =
    "Trang này chỉ dành cho anh/chị. Bấm nút dưới đây là anh/chị nhận ca trực.";

/// What the person has once the button was pressed.
pub const WATCH_DONE: &str = "Đã ghi nhận anh/chị nhận ca. Chúc anh/chị trực yên lành.";

/// What stands where the link belongs to a watch that is over.
pub const WATCH_OVER: &str =
    "Ca trực này đã qua. Ca mới có liên kết riêng, hoặc xin gọi đường dây nóng.";

/// What stands where a calendar's link holds no more.
pub const FEED_GONE: &str = "Liên kết lịch này không còn dùng được. Lấy liên kết mới: gửi /lichtruc trong chat riêng với bot.";

/// The name of a calendar.
pub fn feed_name(all: bool, team: &str) -> String {
    if all { format!("Lịch trực {team}") } else { format!("Ca trực của tôi – {team}") }
}

/// The name of the calendar of drills.
pub fn drills_name(team: &str) -> String {
    format!("Lịch diễn tập – {team}")
}

/// A stretch of one's own.
pub fn own_shift(layer: Layer, team: &str) -> String {
    match layer {
        Layer::Duty => format!("Trực – {team}"),
        Layer::Backup => format!("Trực dự bị – {team}"),
    }
}

/// A stretch in everybody's calendar.
pub fn team_shift(layer: Layer, names: &[&str]) -> String {
    let names = if names.is_empty() { "CHƯA CÓ NGƯỜI".to_owned() } else { names.join(", ") };
    match layer {
        Layer::Duty => format!("Trực: {names}"),
        Layer::Backup => format!("Trực dự bị: {names}"),
    }
}

/// The hotline.
pub fn hotline(number: &str) -> String {
    format!("Đường dây nóng: {number}")
}
