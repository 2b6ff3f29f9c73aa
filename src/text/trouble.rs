//! What the program says about itself: that it was away, that it tests a way, that it needs help.

use std::time::Duration;

use super::card;
use super::markup::{Markup, one_line};
use super::message::Message;
use super::people;
use super::words;
use crate::domain::envelope::Absence;
use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Reader, Trouble, View};
use crate::domain::values::Role;

/// Telegram keeps updates no longer than this.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// What happened to be missed, and what is open.
pub fn digest(away: Absence, open: &[IncidentCode], more: u64, view: &View) -> Message {
    let zone = view.team.zone;
    let span = away.until.since(away.from);
    let (from, until) = (away.from.shown(zone), away.until.shown(zone));
    let mut lines = vec![
        Markup::new().bold(format!("{} đã hoạt động trở lại", words::PROGRAM)),
        Markup::new().text(format!("Gián đoạn {}: từ {from} đến {until}.", words::duration(span))),
    ];
    let long = span >= KEPT;
    lines.push(if long {
        Markup::new().bold(
            "Tin gửi trong thời gian này có thể đã mất. Xin anh/chị gửi lại những gì đã báo mà chưa nhận được mã.",
        )
    } else {
        Markup::new().text("Tin anh/chị gửi trong thời gian này đang được đọc lần lượt.")
    });
    let shown: Vec<_> = open.iter().filter_map(|code| card::find(view, code)).collect();
    lines.push(if shown.is_empty() {
        Markup::new().text("Không có sự cố nào đang mở.")
    } else {
        let all = more.saturating_add(u64::try_from(shown.len()).unwrap_or(u64::MAX));
        Markup::new().line().bold(format!("{all} sự cố đang mở"))
    });
    lines.extend(shown.iter().map(|one| card::line(one, view, 50)));
    if more > 0 {
        lines.push(Markup::new().text(format!("… và {more} sự cố khác: /suco")));
    }
    lines.push(Markup::new().text(people::hotline(view)));
    Message::quiet(Markup::lines(lines)).calling(long || !shown.is_empty())
}

/// A test of the way to a person.
pub fn test_page(view: &View) -> Message {
    let lines = [
        Markup::new().bold("🔔 TIN THỬ – không có sự cố"),
        Markup::new().text("Anh/chị đọc được tin này nghĩa là kênh này hoạt động."),
        Markup::new().text("Nếu máy không kêu, xin bật âm báo cho chat này."),
        Markup::new().text(people::hotline(view)),
    ];
    Message::quiet(Markup::lines(lines)).calling(true)
}

/// Something only administrators can mend.
pub fn message(trouble: &Trouble) -> Message {
    let (what, remedy) = match trouble {
        Trouble::Storage => (
            "Không ghi được cơ sở dữ liệu trong một thời gian.".to_owned(),
            "Xin kiểm tra dung lượng đĩa và quyền ghi. Trong lúc đó, tin gửi đến được giữ lại chờ."
                .to_owned(),
        ),
        Trouble::Skipped { what } => (
            format!(
                "Một tin gửi đến đã bị bỏ qua sau ba lần đọc không được: {}.",
                one_line(what, 80)
            ),
            "Người gửi đã được báo gửi lại. Xin xem nhật ký và báo cho đơn vị phát triển."
                .to_owned(),
        ),
        Trouble::StreamStuck { stream } => (
            format!("Nhiều lần không thực hiện được việc đến giờ của {}.", whose(stream)),
            "Xin theo dõi trực tiếp, gọi điện nếu cần, và xem nhật ký.".to_owned(),
        ),
        Trouble::SetAside { row } => (
            format!("Tin số {row} trong hàng chờ gửi không đọc được và đã được gác lại."),
            "Các tin khác vẫn được gửi. Xin xem nhật ký và báo cho đơn vị phát triển.".to_owned(),
        ),
        Trouble::BackupFailed => (
            "Không tạo được bản sao lưu định kỳ.".to_owned(),
            "Xin kiểm tra thư mục sao lưu (backup_dir): dung lượng và quyền ghi. Một giờ nữa sẽ thử lại."
                .to_owned(),
        ),
        Trouble::TopicLost { topic } => (
            format!("Chủ đề {topic} trong nhóm chat của Đội đã bị xóa hoặc đóng."),
            "Thẻ và lời gọi tạm gửi vào chủ đề chung. Xin mở lại chủ đề rồi khởi động lại, hoặc sửa team_topic."
                .to_owned(),
        ),
        Trouble::Remade { rows } => (
            format!(
                "Một số dòng dữ liệu không đọc được và đã được dựng lại từ sổ cái: {}.",
                one_line(&rows.join(", "), 200)
            ),
            "Việc gọi người không bị ảnh hưởng. Có thể đĩa hỏng hoặc có chương trình khác ghi vào: xin chạy trucban doctor."
                .to_owned(),
        ),
        Trouble::ClockJumped { by_ms } => {
            let by = words::duration(Duration::from_millis(by_ms.unsigned_abs()));
            let way = if *by_ms < 0 { "lùi" } else { "tiến" };
            (
                format!("Đồng hồ máy chủ vừa {way} {by}."),
                "Thời gian chờ của các sự cố vẫn giữ nguyên. Xin kiểm tra đồng bộ giờ (NTP)."
                    .to_owned(),
            )
        }
    };
    let head = Markup::new().bold("⚠️ Cần người quản trị");
    let lines = [head, Markup::new().text(what), Markup::new().text(remedy)];
    Message::quiet(Markup::lines(lines)).calling(true)
}

/// A stream, as people call it.
fn whose(stream: &str) -> String {
    match stream.strip_prefix("incident/") {
        Some(code) => format!("sự cố {}", one_line(code, 40)),
        None => one_line(stream, 80),
    }
}

/// Somebody nobody knows asks to be let in: what the leads and administrators are told.
pub fn access_asked(name: &str, view: &View) -> Message {
    let name = one_line(name, 80);
    let admin = match &view.reader {
        Reader::Person(id) => view.directory.has_role(id, Role::Admin),
        Reader::Team | Reader::Stranger => false,
    };
    let remedy = if admin {
        "Xin kiểm tra đó là ai qua điện thoại. Đúng người: thêm vào danh bạ, /moinguoi ID, rồi gửi mã mời cho người đó."
    } else {
        "Xin kiểm tra đó là ai qua điện thoại. Đúng người: nhờ người quản trị mời vào."
    };
    Message::quiet(Markup::lines([
        Markup::new().text("Có người xin dùng bot: ").bold(name),
        Markup::new().text(remedy),
    ]))
}
