//! The Vietnamese word of every value, and of spans of time.

use std::time::Duration;

use chrono_tz::Tz;

use crate::domain::escalation::who::Why;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::event::{Cause, WhyFailed};
use crate::domain::time::Timestamp;
use crate::domain::values::{
    Category, ChannelKind, Flag, Impact, Outcome, Role, Severity, Status, Tlp, Tri,
};

/// The program's name.
pub const PROGRAM: &str = "Trực Ban";

/// What begins and ends every message of a drill.
pub const DRILL_MARK: &str = "DIỄN TẬP";

/// What marks a message an earlier copy of which may have arrived.
pub const RESENT: &str = "(gửi lại, có thể trùng)";

/// What stands for a title or description that was lawfully removed.
pub const REMOVED: &str = "(nội dung đã rút)";

/// What stands for the content of an incident that is handled outside the system.
pub const OFF_CHANNEL: &str = "xử lý trực tiếp, không qua hệ thống";

/// How bad it is.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Thấp",
        Severity::Medium => "Trung bình",
        Severity::High => "Cao",
        Severity::Critical => "Rất cao",
    }
}

/// A sign for it whose shape tells it without its colour.
pub fn severity_sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "🔹",
        Severity::Medium => "🟡",
        Severity::High => "🔶",
        Severity::Critical => "🛑",
    }
}

/// Where an incident stands.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Reported => "Mới ghi nhận",
        Status::Acknowledged => "Đã tiếp nhận",
        Status::Contained => "Đã khoanh vùng",
        Status::Resolved => "Đã khắc phục",
        Status::Closed => "Đã kết thúc",
    }
}

/// The name of a category, as reports write it.
pub fn category(category: Category) -> &'static str {
    match category {
        Category::Tc01 => "Tấn công từ chối dịch vụ",
        Category::Tc02 => "Tấn công giả mạo",
        Category::Tc03 => "Tấn công sử dụng mã độc",
        Category::Tc04 => "Truy cập trái phép, chiếm quyền điều khiển",
        Category::Tc05 => "Thay đổi giao diện",
        Category::Tc06 => "Mã hóa phần mềm, dữ liệu, thiết bị",
        Category::Tc07 => "Phá hoại thông tin, dữ liệu, phần mềm",
        Category::Tc08 => "Nghe trộm, gián điệp, lấy cắp thông tin, dữ liệu",
        Category::Tc09 => "Tấn công tổng hợp, kết hợp nhiều hình thức",
        Category::Tc10 => "Hình thức tấn công khác",
        Category::Ht => "Sự cố do lỗi hệ thống, thiết bị, phần mềm, hạ tầng kỹ thuật",
        Category::Qt => "Sự cố do lỗi của người quản trị, vận hành",
        Category::Tn => "Sự cố do thảm họa tự nhiên (bão, lụt, động đất, hỏa hoạn…)",
    }
}

/// A short name of a category, for a button.
pub fn category_short(category: Category) -> &'static str {
    match category {
        Category::Tc01 => "Từ chối dịch vụ",
        Category::Tc02 => "Giả mạo",
        Category::Tc03 => "Mã độc",
        Category::Tc04 => "Truy cập trái phép",
        Category::Tc05 => "Đổi giao diện",
        Category::Tc06 => "Mã hóa dữ liệu",
        Category::Tc07 => "Phá hoại",
        Category::Tc08 => "Lấy cắp dữ liệu",
        Category::Tc09 => "Kết hợp",
        Category::Tc10 => "Tấn công khác",
        Category::Ht => "Lỗi hệ thống",
        Category::Qt => "Lỗi vận hành",
        Category::Tn => "Thiên tai",
    }
}

/// How far an incident reaches, as the reporter sees it.
pub fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::One => "Một máy hoặc một tài khoản",
        Impact::Service => "Một dịch vụ ngừng hoạt động",
        Impact::Unit => "Cả đơn vị không làm việc được",
        Impact::Many => "Nhiều đơn vị",
        Impact::Unknown => "Chưa rõ",
    }
}

/// The same on a button.
pub fn impact_short(impact: Impact) -> &'static str {
    match impact {
        Impact::One => "Một máy",
        Impact::Service => "Một dịch vụ",
        Impact::Unit => "Cả đơn vị",
        Impact::Many => "Nhiều đơn vị",
        Impact::Unknown => "Chưa rõ",
    }
}

/// What a flag says.
pub fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Serious => "Sự cố nghiêm trọng",
        Flag::NationalSecuritySign => "Dấu hiệu xâm phạm an ninh quốc gia, trật tự, an toàn xã hội",
        Flag::MajorOutage => "Gián đoạn nghiêm trọng hoạt động hệ thống",
        Flag::BeyondCapacity => "Vượt quá khả năng xử lý",
        Flag::DangerousSituation => "Tình huống nguy hiểm về an ninh mạng",
        Flag::PersonalData => "Dữ liệu cá nhân bị ảnh hưởng",
        Flag::LocationOrBiometric => "Dữ liệu vị trí hoặc sinh trắc học bị ảnh hưởng",
        Flag::ImportantSystem => "Hệ thống thông tin quan trọng về an ninh quốc gia",
    }
}

/// Yes, no, unknown.
pub fn tri(tri: Tri) -> &'static str {
    match tri {
        Tri::Yes => "Có",
        Tri::No => "Không",
        Tri::Unknown => "Không rõ",
    }
}

/// Whom a TLP label lets see the content.
pub fn tlp(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "không giới hạn",
        Tlp::Green => "trong cộng đồng ứng cứu",
        Tlp::Amber => "trong tổ chức và người cần biết",
        Tlp::AmberStrict => "chỉ trong tổ chức",
        Tlp::Red => "chỉ người được nêu tên",
    }
}

/// What a person is in the team.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Reporter => "đầu mối ứng cứu sự cố",
        Role::Responder => "thành viên Đội",
        Role::Lead => "Đội trưởng, Phó Đội trưởng",
        Role::Manager => "lãnh đạo",
        Role::Admin => "quản trị hệ thống",
    }
}

/// How an incident ended.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Incident => "sự cố đã xử lý xong",
        Outcome::FalseAlarm => "báo nhầm, không phải sự cố",
        Outcome::Duplicate => "trùng với sự cố khác",
    }
}

/// What an act is, as something one is allowed to do.
pub fn act(act: ActKind) -> &'static str {
    match act {
        ActKind::Report => "báo sự cố",
        ActKind::See => "xem sự cố",
        ActKind::Acknowledge => "tiếp nhận sự cố",
        ActKind::HandBack => "trả lại sự cố",
        ActKind::KeepAlive => "báo còn xử lý",
        ActKind::Assign => "phân công",
        ActKind::Note => "ghi chú",
        ActKind::Detail => "bổ sung thông tin",
        ActKind::SeverityUp => "nâng mức độ",
        ActKind::SeverityDown => "hạ mức độ",
        ActKind::Category => "phân loại",
        ActKind::Flag => "đánh dấu sự cố",
        ActKind::Tlp => "đổi nhãn TLP",
        ActKind::Raise => "chuyển cấp",
        ActKind::Contain => "báo khoanh vùng xong",
        ActKind::Resolve => "báo khắc phục xong",
        ActKind::Close => "kết thúc sự cố",
        ActKind::Reopen => "mở lại sự cố",
        ActKind::Merge => "gộp sự cố",
        ActKind::Attach => "gửi tệp làm chứng cứ",
        ActKind::Describe => "báo chứng cứ giữ bên ngoài",
        ActKind::Hand => "bàn giao chứng cứ",
        ActKind::Receive => "xác nhận đã nhận chứng cứ",
        ActKind::Group => "gộp sự cố diện rộng",
        ActKind::TakeOut => "tách sự cố",
        ActKind::Redact => "rút nội dung",
        ActKind::Directory => "quản lý danh bạ",
        ActKind::Contacts => "kiểm tra và hỏi lại các đầu mối",
        ActKind::Roster => "sửa lịch trực",
        ActKind::Play => "làm theo quy trình",
        ActKind::StartPlaybook => "bắt đầu quy trình",
        ActKind::OwnDuty => "nhận ca, đổi ca, báo nghỉ",
        ActKind::PlanDrill => "lập kế hoạch diễn tập",
        ActKind::ApproveDrill => "duyệt diễn tập",
        ActKind::TakePart => "tham gia diễn tập",
    }
}

/// A way to reach people.
pub fn channel(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Telegram => "Telegram",
        ChannelKind::Webhook => "tin nhắn SMS hoặc máy nhắn tin",
        ChannelKind::Email => "thư điện tử",
    }
}

/// Why a message did not get through.
pub fn why_failed(why: WhyFailed) -> &'static str {
    match why {
        WhyFailed::Blocked => "người nhận đã chặn bot hoặc chưa bấm /start",
        WhyFailed::ChatGone => "cuộc trò chuyện không còn",
        WhyFailed::BadAddress => "địa chỉ không đúng",
        WhyFailed::Rejected => "kênh từ chối tin",
        WhyFailed::NoChannel => "người nhận chưa có kênh liên lạc nào",
        WhyFailed::ChannelDown => "kênh không trả lời",
    }
}

/// Why somebody is called, after "vì".
pub fn why(why: Why) -> &'static str {
    match why {
        Why::Duty => "anh/chị là người trực",
        Why::Backup => "anh/chị là người trực dự bị",
        Why::Changed => "anh/chị được xếp trực lúc này",
        Why::Swapped => "anh/chị đã nhận đổi ca này",
        Why::StandIn => "anh/chị trực thay người nghỉ",
        Why::WatchUntaken => "chưa ai nhận ca trực",
        Why::Lead => "anh/chị là Đội trưởng hoặc Phó Đội trưởng",
        Why::Manager => "anh/chị là lãnh đạo",
        Why::Role => "thứ tự gọi có vai trò của anh/chị",
        Why::Named => "thứ tự gọi nêu tên anh/chị",
        Why::Assigned => "anh/chị được phân công",
        Why::CalledBefore => "anh/chị đã được gọi về sự cố này",
    }
}

/// The same of a third person, for lists.
pub fn why_of(why: Why) -> &'static str {
    match why {
        Why::Duty => "người trực",
        Why::Backup => "trực dự bị",
        Why::Changed => "được xếp trực",
        Why::Swapped => "đổi ca",
        Why::StandIn => "trực thay",
        Why::WatchUntaken => "chưa ai nhận ca",
        Why::Lead => "Đội trưởng/Phó Đội trưởng",
        Why::Manager => "lãnh đạo",
        Why::Role => "theo vai trò",
        Why::Named => "được nêu tên",
        Why::Assigned => "được phân công",
        Why::CalledBefore => "đã được gọi trước đó",
    }
}

/// Why a rung of the ladder was taken.
pub fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Opened => "sự cố mới ghi nhận",
        Cause::Waited => "hết thời gian chờ",
        Cause::Raised => "có người chuyển cấp",
        Cause::SeverityRaised => "mức độ tăng",
        Cause::Undeliverable => "lần gọi trước không đến được ai",
        Cause::Released => "không còn người giữ",
        Cause::Reopened => "sự cố được mở lại",
        Cause::Separated => "sự cố được tách ra xử lý riêng",
    }
}

/// A span of time in its two largest units.
pub fn duration(span: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "ngày"), (3_600, "giờ"), (60, "phút"), (1, "giây")];
    let mut left = span.as_secs();
    let mut said: Vec<String> = Vec::new();
    for (size, word) in UNITS {
        let count = left.checked_div(size).unwrap_or(0);
        left = left.checked_rem(size).unwrap_or(0);
        if count > 0 {
            said.push(format!("{count} {word}"));
        } else if !said.is_empty() {
            break;
        }
        if said.len() == 2 {
            break;
        }
    }
    if said.is_empty() { "0 giây".to_owned() } else { said.join(" ") }
}

/// How long ago `at` was.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let span = now.since(at);
    if span < Duration::from_secs(60) {
        return "vừa xong".to_owned();
    }
    let whole = Duration::from_secs(span.as_secs() - span.as_secs() % 60);
    format!("{} trước", duration(whole))
}

/// A moment: only the hour when it is today.
pub fn moment(at: Timestamp, now: Timestamp, zone: Tz) -> String {
    let (shown, today) = (at.shown(zone), now.shown(zone));
    match (shown.split_once(' '), today.split_once(' ')) {
        (Some((hour, day)), Some((_, other))) if day == other => hour.to_owned(),
        _ => shown,
    }
}

/// A day kept as `2026-11-21`, as people write it.
pub fn day(kept: &str) -> String {
    let parts: Vec<&str> = kept.split('-').collect();
    match parts[..] {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_two_largest_units() {
        let said = |secs| duration(Duration::from_secs(secs));
        assert_eq!(said(0), "0 giây");
        assert_eq!(said(90), "1 phút 30 giây");
        assert_eq!(said(9_000), "2 giờ 30 phút");
        assert_eq!(said(7_200), "2 giờ");
        assert_eq!(said(86_400 + 5), "1 ngày");
        assert_eq!(said(3 * 86_400 + 3_600 * 4 + 60), "3 ngày 4 giờ");
    }

    #[test]
    fn ago_counts_minutes() {
        let at = Timestamp::from_millis(0);
        assert_eq!(ago(at, Timestamp::from_millis(59_000)), "vừa xong");
        assert_eq!(ago(at, Timestamp::from_millis(125_000)), "2 phút trước");
    }

    #[test]
    fn a_moment_of_another_day_shows_its_date() {
        let (zone, now) = (Tz::Asia__Ho_Chi_Minh, Timestamp::from_millis(0));
        assert_eq!(moment(Timestamp::from_millis(60_000), now, zone), "08:01");
        assert_eq!(moment(Timestamp::from_millis(86_400_000), now, zone), "08:00 02/01/1970");
    }
}
