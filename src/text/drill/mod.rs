//! Drills in words. The mark `DIỄN TẬP` is not put on here: it comes by the origin of a message, in
//! `render`, so that none can be without it.

mod after;
mod board;
pub mod faults;
mod items;
mod judge;
mod list;
pub mod plan;
mod receipt;
mod refused;
pub mod scenario;
mod setup;
mod story;

pub use after::{MARKS, TOO_FEW, mark};
pub use items::stands as item_stands;
pub use plan::{CALENDAR_MOVED, SERIES_ENDED};
pub use receipt::receipt;
pub use refused::refused;

use super::markup::{Markup, one_line, paragraph};
use super::message::{Button, ButtonAction, Message};
use super::people;
use super::words;
use crate::domain::drill::notice::{DrillAnswer, DrillNotice};
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::drill::scenario::DrillKind;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::notice::{Reader, View};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// What a real incident is called that somebody who plays claims.
pub const CLAIM_TITLE: &str = "Sự cố thật, được báo khi đang diễn tập";

/// The word on the button that stops a drill.
pub const REAL: &str = "SỰ CỐ THẬT";

/// The word on the button that says it is only the drill.
pub const ONLY_DRILL: &str = "DIỄN TẬP";

/// The drill a view speaks of.
fn find<'v>(code: &DrillCode, view: &'v View) -> Option<&'v ShownDrill> {
    view.drills.iter().find(|shown| shown.drill.code == *code).map(AsRef::as_ref)
}

/// The same, where whoever reads may look at it.
fn seen<'v>(code: &DrillCode, view: &'v View) -> Option<&'v ShownDrill> {
    let person = reader(view)?;
    find(code, view).filter(|shown| shown.drill.is_seen_by(person, &view.directory))
}

/// A drill that does not read any more.
fn gone(code: &DrillCode) -> Message {
    Message::quiet(
        Markup::new().text(format!(
            "Không có cuộc diễn tập {code} mà anh/chị được xem. Danh sách: /dientap"
        )),
    )
}

/// What people are told unasked.
pub fn told(code: &DrillCode, notice: &DrillNotice, view: &View) -> Message {
    let Some(shown) = find(code, view) else { return gone(code) };
    match notice {
        DrillNotice::Board => board::message(shown, view),
        DrillNotice::Go => board::go(shown, view),
        other => story::message(shown, other, view),
    }
}

/// The answer to a question about drills.
pub fn message(answer: &DrillAnswer, view: &View) -> Message {
    match answer {
        DrillAnswer::List => list::drills(view),
        DrillAnswer::Scenarios => list::scenarios(view),
        DrillAnswer::HowTo => list::how_to(),
        DrillAnswer::FileNotTaken { code, why } => setup::file_not_taken(code, why),
        DrillAnswer::HowToSessions { code } => setup::how_to_sessions(code),
        DrillAnswer::Book(answer) => plan::message(answer, view),
        DrillAnswer::Inject { code, place } => {
            let shown = find(code, view);
            let inject = shown.and_then(|shown| {
                let mut injects = shown.scenario.iter().flat_map(|scenario| &scenario.injects);
                let inject = injects.find(|inject| inject.place == *place)?.id.clone();
                Some(story::message(shown, &DrillNotice::Inject { inject }, view))
            });
            inject.unwrap_or_else(|| gone(code))
        }
        DrillAnswer::Show { code } => match find(code, view) {
            Some(shown) => list::one(shown, view),
            None => gone(code),
        },
        DrillAnswer::Survey { code, place } => {
            seen(code, view).map_or_else(|| gone(code), |one| after::question(one, *place, view))
        }
        DrillAnswer::Rating { code, place } => {
            seen(code, view).map_or_else(|| gone(code), |one| after::rating(one, *place, view))
        }
        DrillAnswer::Observations { code } => {
            seen(code, view).map_or_else(|| gone(code), |one| after::observations(one, view))
        }
        DrillAnswer::Items { code } => {
            seen(code, view).map_or_else(|| gone(code), |one| items::list(one, view))
        }
        DrillAnswer::HowToItem { code } => items::how_to(code),
    }
}

/// What words are asked for.
pub fn asked(code: &DrillCode, what: crate::domain::drill::notice::WordsFor) -> Vec<Markup> {
    use crate::domain::drill::notice::WordsFor as W;
    let (head, hint) = match what {
        W::Decline => ("Không duyệt: xin gửi lý do.", "Người lập kế hoạch sẽ nhận được lý do này."),
        W::Move => (
            "Dời lịch: xin gửi ngày giờ mới và lý do.",
            "Ví dụ: 15/12/2026 9h, trùng kỳ họp. Lịch mới cần lãnh đạo duyệt lại.",
        ),
        W::Cancel => ("Hủy cuộc diễn tập: xin gửi lý do.", "Người đã được mời sẽ được báo ngay."),
        W::Outside => {
            ("Đã tổ chức ngoài hệ thống: xin gửi minh chứng.", "Ví dụ: số báo cáo, ngày, nơi lưu.")
        }
        W::Abort => ("Dừng hẳn cuộc diễn tập: xin gửi lý do.", "Mọi người tham gia được báo ngay."),
        W::StandIn => (
            "Cử người dự thay: xin gửi họ tên hoặc ID của người đó.",
            "Người đó sẽ nhận được giấy mời.",
        ),
        W::Deputy => (
            "Phó chỉ đạo: xin gửi họ tên hoặc ID.",
            "Người này làm được mọi việc của người chỉ đạo, không đóng vai. Không cần phó: gửi chữ không.",
        ),
        W::Evaluators => (
            "Giám khảo: xin gửi các ID, cách nhau bằng dấu phẩy.",
            "Danh sách mới thay danh sách cũ. Ví dụ: p-004, p-009. Không cần ai: gửi chữ không.",
        ),
        W::Sessions => (
            "Các phiên sau phiên đầu: xin gửi ngày giờ bắt đầu, cách nhau bằng dấu chấm phẩy.",
            "Ví dụ: 24/11/2026 8h; 25/11/2026 8h. Lịch mới cần lãnh đạo duyệt lại. Chỉ một phiên: gửi chữ không.",
        ),
        W::Observe => (
            "Quan sát: xin gửi điều đã thấy.",
            "Gửi chữ, hoặc một ảnh kèm chữ. Nêu việc, không nêu tên cá nhân.",
        ),
        W::Reply(_) => {
            ("Trả lời tình huống: xin gửi nội dung.", "Gửi chữ; bằng chứng thì gửi ảnh hoặc tệp.")
        }
        W::Opinion(_) => ("Xin gửi ý kiến của anh/chị.", "Không nêu tên người khác trong ý kiến."),
        W::RateReason(_) => ("Xin gửi lý do đánh giá.", "Nêu điều đã thấy, không nêu tên cá nhân."),
        W::ItemDone(_) => {
            ("Kiến nghị đã xong: xin gửi minh chứng.", "Ví dụ: số văn bản, ngày, nơi lưu.")
        }
        W::ItemReturn(_) => {
            ("Kiến nghị chưa đạt: xin gửi lý do.", "Người chủ trì sẽ nhận được lý do.")
        }
    };
    vec![Markup::new().bold(format!("{code} – {head}")), Markup::new().text(hint)]
}

/// Where a drill stands.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "dự thảo, chưa gửi duyệt",
        Status::Submitted => "chờ lãnh đạo duyệt",
        Status::Scheduled => "đã lên lịch",
        Status::Running => "đang diễn tập",
        Status::Paused => "tạm dừng",
        Status::Ended => "đã kết thúc",
        Status::Reported => "chờ duyệt báo cáo",
        Status::Closed => "đã duyệt báo cáo, đã đóng",
        Status::Missed => "chưa tổ chức đúng kế hoạch",
        Status::Cancelled => "đã hủy",
        Status::HeldOutside => "đã tổ chức ngoài hệ thống",
    }
}

/// What kind of drill it is.
pub fn kind(kind: DrillKind) -> &'static str {
    match kind {
        DrillKind::TableTop => "bàn giấy",
        DrillKind::Functional => "chức năng",
        DrillKind::CommCheck => "kiểm tra liên lạc",
    }
}

fn reader(view: &View) -> Option<&PersonId> {
    match &view.reader {
        Reader::Person(person) => Some(person),
        _ => None,
    }
}

fn leads(shown: &ShownDrill, view: &View) -> bool {
    reader(view).is_some_and(|person| shown.drill.is_led_by(person))
}

fn button(label: &str, press: DrillPress) -> Option<Button> {
    let label = super::markup::one_line(label, 48);
    Some(Button { label, action: ButtonAction::Press(press.data()?) })
}

fn row(buttons: impl IntoIterator<Item = Option<Button>>) -> Vec<Button> {
    buttons.into_iter().flatten().collect()
}

fn rows(rows: impl IntoIterator<Item = Vec<Button>>) -> Vec<Vec<Button>> {
    rows.into_iter().filter(|row| !row.is_empty()).collect()
}

fn line(words: impl AsRef<str>) -> Markup {
    Markup::new().text(words)
}

fn bold(words: impl AsRef<str>) -> Markup {
    Markup::new().bold(words)
}

fn said(shown: &ShownDrill, text: &Text) -> String {
    shown.said(text).map_or_else(|| words::REMOVED.to_owned(), |words| paragraph(words, 400))
}

/// The weekday and the time: `09:00 thứ Ba 15/12/2026`.
fn when(at: crate::domain::time::Timestamp, view: &View) -> String {
    use chrono::Datelike as _;
    const DAYS: [&str; 7] =
        ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];
    let local = at.local(view.team.zone);
    let day = usize::try_from(local.weekday().num_days_from_monday()).unwrap_or_default();
    let day = DAYS.get(day).copied().unwrap_or_default();
    format!("{} {day} {}", local.format("%H:%M"), local.format("%d/%m/%Y"))
}

fn name(person: &PersonId, view: &View) -> String {
    people::name(person, &view.directory)
}

/// What a drill, or a later session of it, is called in a calendar.
pub fn in_calendar(drill: &Drill, session: u32) -> String {
    let (code, name) = (&drill.code, &drill.planning.scenario.name);
    match session {
        1 => format!("DIỄN TẬP {code} – {name}"),
        later => format!("DIỄN TẬP {code} – {name} (phiên {later})"),
    }
}

/// What goes out so much later than it was due says so.
const LATE: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// That a message which was due at one time was sent at another, because the program was away.
fn late(due: Option<Timestamp>, sent: Option<Timestamp>) -> Option<Markup> {
    let by = sent?.since(due?);
    let words = format!("Tin này muộn {} do hệ thống gián đoạn.", words::duration(by));
    (by > LATE).then(|| line(words))
}

/// What is said of a drill where no chat is: what stops people and puts them right in a sentence, of
/// everything else only that there is something to read.
pub fn outside(code: &DrillCode, notice: &DrillNotice, view: &View) -> String {
    let shown = find(code, view);
    match notice {
        DrillNotice::Started => format!("bắt đầu diễn tập {code}"),
        DrillNotice::Paused { .. } => format!("dừng diễn tập {code}, chưa có tình huống mới"),
        DrillNotice::Resumed => format!("diễn tập {code} tiếp tục"),
        DrillNotice::Ended { .. } => format!("kết thúc diễn tập {code}"),
        DrillNotice::Correction => {
            let words = shown.and_then(|shown| shown.scenario.as_ref());
            let words = words.map(|scenario| one_line(&scenario.correction, 160));
            format!("{code} là diễn tập. {}", words.unwrap_or_default())
        }
        DrillNotice::Claimed { .. } => format!("{code} dừng, có người báo sự cố thật"),
        DrillNotice::RealIncident { incident } | DrillNotice::Became { incident, real: true } => {
            format!("có sự cố thật {incident} khi đang diễn tập {code}")
        }
        DrillNotice::Invitation | DrillNotice::Reminder { .. } => match shown {
            Some(shown) => {
                format!("mời diễn tập {code}, {}", when(shown.drill.planning.at, view))
            }
            None => format!("mời diễn tập {code}"),
        },
        _ => format!("có tin mới về diễn tập {code}, xin xem trong chat"),
    }
}
