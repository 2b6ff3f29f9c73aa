//! What `doctor` says of each finding, and what to do about it.

use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

use crate::domain::checkup::{Finding, Grade, Unwell};
use crate::domain::values::ChannelKind;
use crate::text::words;

/// The sign before a finding.
pub fn sign(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "✓",
        Grade::Doubtful => "!",
        Grade::Wrong => "✗",
    }
}

/// The last line.
pub fn summary(wrong: usize, doubtful: usize) -> String {
    match (wrong, doubtful) {
        (0, 0) => "Mọi thứ đều ổn.".to_owned(),
        (0, doubtful) => format!("Dùng được; {doubtful} điều nên xem lại."),
        (wrong, 0) => format!("{wrong} điều phải sửa."),
        (wrong, doubtful) => format!("{wrong} điều phải sửa, {doubtful} điều nên xem lại."),
    }
}

/// One finding in a sentence.
pub fn words(finding: &Finding, zone: Tz) -> String {
    let of = |path: &Path| path.display().to_string();
    match finding {
        Finding::NoDatabase(path) => format!("Không có cơ sở dữ liệu {}.", of(path)),
        Finding::Database(Ok(())) => "Cơ sở dữ liệu nguyên vẹn.".to_owned(),
        Finding::Database(Err(why)) => format!("Cơ sở dữ liệu bị hỏng hoặc không đọc được: {why}."),
        Finding::Schema { has, knows } if has == knows => format!("Lược đồ phiên bản {has}."),
        Finding::Schema { has, knows } => {
            format!("Lược đồ phiên bản {has}, chương trình này dùng phiên bản {knows}.")
        }
        Finding::Ledger(Ok((entries, head))) => {
            format!("Sổ cái nguyên vẹn: {entries} mục, mã băm cuối {head}.")
        }
        Finding::Ledger(Err(seq)) => format!("Sổ cái sai từ mục {seq}."),
        Finding::Unreadable(rows) if rows.is_empty() => {
            "Dữ liệu dựng từ sổ cái đọc được hết.".to_owned()
        }
        Finding::Unreadable(rows) => {
            format!("Dữ liệu dựng từ sổ cái có dòng không đọc được: {}.", rows.join(", "))
        }
        Finding::Lock(Some(pid)) => format!("Dịch vụ đang chạy (tiến trình {pid})."),
        Finding::Lock(None) => "Dịch vụ không chạy: không ai được gọi.".to_owned(),
        Finding::Ready(Ok(failing)) if failing.is_empty() => "Dịch vụ sẵn sàng.".to_owned(),
        Finding::Ready(Ok(failing)) => {
            format!("Dịch vụ chưa sẵn sàng: {}.", failing.join(", "))
        }
        Finding::Ready(Err(why)) => {
            format!("Không hỏi được tình trạng dịch vụ (/readyz): {}.", unwell(*why))
        }
        Finding::Exposed(path, mode) => {
            format!("Người khác đọc được {} (quyền {mode:04o}).", of(path))
        }
        Finding::Private => "Tệp dữ liệu và tệp bí mật chỉ chủ sở hữu đọc được.".to_owned(),
        Finding::Disk { free, total, .. } => {
            let gibibytes = |bytes: u64| bytes / (1 << 20);
            format!("Đĩa còn trống {} MB trên {} MB.", gibibytes(*free), gibibytes(*total))
        }
        Finding::Backup { last: None, .. } => "Chưa có bản sao lưu nào.".to_owned(),
        Finding::Backup { last: Some(at), .. } => {
            format!("Bản sao lưu gần nhất: {}.", at.shown(zone))
        }
        Finding::BackupAhead(at) => {
            format!("Có bản sao lưu đề ngày tương lai, {}: không tính.", at.shown(zone))
        }
        Finding::ClockSet { .. } | Finding::ClockBack { .. } => clock(finding, zone),
        Finding::Clock(0) => "Đồng hồ khớp với Telegram.".to_owned(),
        Finding::Clock(ahead) if *ahead > 0 => {
            format!("Đồng hồ máy nhanh hơn Telegram {ahead} giây.")
        }
        Finding::Clock(behind) => {
            format!("Đồng hồ máy chậm hơn Telegram {} giây.", behind.unsigned_abs())
        }
        other => outside(other),
    }
}

/// What the clock of this machine did.
fn clock(finding: &Finding, zone: Tz) -> String {
    match finding {
        Finding::ClockBack { beat, now } => format!(
            "Đồng hồ đang chỉ {}, nhưng lần cuối dịch vụ còn chạy là {}.",
            now.shown(zone),
            beat.shown(zone)
        ),
        Finding::ClockSet { at, by_ms } => {
            let by = words::duration(Duration::from_millis(by_ms.unsigned_abs()));
            let way = if *by_ms < 0 { "lùi" } else { "tiến" };
            format!("Đồng hồ đã {way} {by}, lúc {} theo giờ mới.", at.shown(zone))
        }
        _ => String::new(),
    }
}

/// What was found across the network.
fn outside(finding: &Finding) -> String {
    match finding {
        Finding::Bot(Ok(name)) => format!("Telegram trả lời; bot là @{name}."),
        Finding::Bot(Err(why)) => format!("Không gọi được Telegram: {}.", unwell(*why)),
        Finding::BotWebhook(false) => "Bot nhận tin bằng cách hỏi Telegram, đúng cách.".to_owned(),
        Finding::BotWebhook(true) => {
            "Bot đang đặt webhook nên dịch vụ này không nhận được tin nào.".to_owned()
        }
        Finding::Privacy(true) => {
            "Chế độ riêng tư bật: trong nhóm, bot chỉ thấy lệnh và tin trả lời nó.".to_owned()
        }
        Finding::Privacy(false) => "Chế độ riêng tư tắt: bot thấy mọi tin trong nhóm.".to_owned(),
        Finding::TeamChat(Ok(true)) => "Bot ở trong nhóm của Đội.".to_owned(),
        Finding::TeamChat(Ok(false)) => "Bot không ở trong nhóm của Đội (team_chat).".to_owned(),
        Finding::TeamChat(Err(why)) => {
            format!("Không xem được nhóm của Đội: {}.", unwell(*why))
        }
        Finding::BasicGroup => "Nhóm của Đội là nhóm thường, chưa là siêu nhóm.".to_owned(),
        Finding::DeleteRight(true) => "Bot được xóa tin trong nhóm của Đội.".to_owned(),
        Finding::DeleteRight(false) => "Bot không được xóa tin trong nhóm của Đội.".to_owned(),
        Finding::AnonymousAdmins(0) => "Không có quản trị viên ẩn danh trong nhóm.".to_owned(),
        Finding::AnonymousAdmins(count) => {
            format!("{count} quản trị viên của nhóm viết ẩn danh: bot không biết là ai.")
        }
        Finding::AdminChat(Ok(())) => "Bot vào được nhóm quản trị.".to_owned(),
        Finding::AdminChat(Err(why)) => {
            format!("Bot không vào được nhóm quản trị (admin_chat): {}.", unwell(*why))
        }
        Finding::Channel(kind, Ok(())) => format!("Kênh {} trả lời.", words::channel(*kind)),
        Finding::Channel(kind, Err(why)) => {
            format!("Kênh {} không dùng được: {}.", words::channel(*kind), unwell(*why))
        }
        _ => "Chưa cấu hình Telegram.".to_owned(),
    }
}

fn unwell(why: Unwell) -> String {
    match why {
        Unwell::Silent => "không trả lời".to_owned(),
        Unwell::Credentials => "không nhận mã bí mật".to_owned(),
        Unwell::Answered(code) => format!("trả lời mã {code}"),
        Unwell::Configured => "cấu hình không dùng được".to_owned(),
    }
}

/// What to do about it; nothing where nothing has to be done.
pub fn remedy(finding: &Finding) -> Option<String> {
    if finding.grade() == Grade::Good {
        return None;
    }
    let plain = |words: &str| Some(words.to_owned());
    match finding {
        Finding::NoDatabase(_) => plain("Tạo bằng trucban init, hoặc phục hồi: trucban restore."),
        Finding::Database(_) => plain(
            "Dừng dịch vụ, giữ nguyên tệp, phục hồi từ bản sao lưu gần nhất: trucban restore.",
        ),
        Finding::Schema { has, knows } if has > knows => plain("Cài phiên bản mới hơn."),
        Finding::Schema { .. } => {
            plain("Lần chạy tới sẽ nâng cấp và tự giữ một bản sao trước khi nâng cấp.")
        }
        Finding::Ledger(_) => plain(
            "Dừng dịch vụ, giữ nguyên tệp làm chứng cứ, chạy trucban ledger verify, so với bản sao lưu.",
        ),
        Finding::Unreadable(_) => {
            plain("Dừng dịch vụ rồi chạy: trucban rebuild. Không tin nào bị gửi lại.")
        }
        Finding::BackupAhead(_) => {
            plain("Đồng hồ đã chạy sai khi tạo bản đó. Giữ hoặc xóa tệp đó tùy anh/chị.")
        }
        Finding::ClockSet { .. } => plain(
            "Thời gian chờ vẫn giữ nguyên; giờ ghi trong sổ cái trước lúc đó có thể sai. Bật đồng bộ giờ: timedatectl set-ntp true.",
        ),
        Finding::ClockBack { .. } => plain(
            "Xem giờ của máy đúng chưa (timedatectl) rồi mới chạy dịch vụ; thời gian chờ của các sự cố vẫn giữ nguyên.",
        ),
        Finding::Lock(_) => plain("Chạy: systemctl start trucban (hoặc trucban run)."),
        Finding::Ready(_) => plain("Xem nhật ký: journalctl -u trucban."),
        Finding::Exposed(path, mode) => {
            let right = if mode & 0o111 != 0 { "700" } else { "600" };
            Some(format!("Chạy: chmod {right} {}", path.display()))
        }
        Finding::Disk { .. } => plain("Giải phóng chỗ: khi đĩa đầy, không việc gì được ghi nhận."),
        Finding::Backup { .. } => plain("Chạy: trucban backup TỆP, rồi cất tệp ở máy khác."),
        Finding::Clock(_) => plain("Bật đồng bộ giờ: timedatectl set-ntp true."),
        other => remedy_outside(other),
    }
}

fn remedy_outside(finding: &Finding) -> Option<String> {
    let words = match finding {
        Finding::NoTelegram => "Thêm [telegram] vào cấu hình nếu Đội dùng Telegram.",
        Finding::Bot(Err(Unwell::Credentials)) => {
            "Lấy lại token ở @BotFather, đặt vào token_env hoặc token_file."
        }
        Finding::Bot(_) => "Xem mạng, tường lửa; mạng chặn Telegram thì đặt telegram.proxy.",
        Finding::BotWebhook(_) => {
            "Tìm hệ thống đang dùng chung token. Nếu không có, gọi deleteWebhook của Bot API."
        }
        Finding::Privacy(_) => "Ở @BotFather: /setprivacy, chọn Enable, rồi mời lại bot vào nhóm.",
        Finding::TeamChat(Ok(_)) => "Mời bot vào nhóm, hoặc sửa team_chat.",
        Finding::TeamChat(_) => "Thử lại sau; nếu vẫn vậy, xem team_chat.",
        Finding::BasicGroup => {
            "Đặt bot làm quản trị viên để nhóm thành siêu nhóm, rồi sửa team_chat theo số mới."
        }
        Finding::DeleteRight(_) => {
            "Đặt bot làm quản trị viên của nhóm với quyền xóa tin, để gỡ được nội dung lộ bí mật."
        }
        Finding::AnonymousAdmins(_) => {
            "Trong quyền quản trị của nhóm, tắt “Ẩn danh” cho những người đó."
        }
        Finding::AdminChat(_) => "Mời bot vào nhóm đó, hoặc sửa admin_chat.",
        Finding::Channel(ChannelKind::Email, Err(Unwell::Credentials)) => {
            "Xem lại tài khoản và mật khẩu trong [channels.email]."
        }
        Finding::Channel(ChannelKind::Email, _) => "Xem lại máy chủ trong [channels.email].",
        Finding::Channel(_, Err(Unwell::Credentials)) => "Xem lại token trong [channels.webhook].",
        Finding::Channel(..) => "Xem lại url trong [channels.webhook] và máy chủ ở đó.",
        _ => return None,
    };
    Some(words.to_owned())
}
