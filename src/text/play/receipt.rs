//! What took effect of a playbook.

use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Reader, View};
use crate::domain::receipt::Played;
use crate::text::markup::one_line;
use crate::text::{card, words};

/// The sentence.
pub fn receipt(code: &IncidentCode, played: &Played, view: &View) -> String {
    // In a chat that may not show what it is about, not even a title.
    let shows =
        card::find(view, code).is_some_and(|shown| card::shows_content(&shown.incident, view));
    if view.reader == Reader::Team && !shows {
        return format!("Đã ghi nhận cho {code}. Chi tiết trong chat riêng: /quytrinh {code}");
    }
    let moment = |at| words::moment(at, view.now, view.team.zone);
    let short = |title: &str| one_line(title, 100);
    match played {
        Played::Started { title } => {
            format!(
                "Đã ghi nhận: bắt đầu quy trình “{}” cho {code}. Xem các bước: /quytrinh {code}",
                short(title)
            )
        }
        Played::Taken { title } => format!("Đã ghi nhận: anh/chị làm bước “{}”.", short(title)),
        Played::Answered { step, title, next } => {
            match next.and_then(|which| label(code, *step, which, view)) {
                Some(label) => format!("Đã ghi nhận. Câu tiếp theo: {label}"),
                None => format!(
                    "Đã ghi nhận câu trả lời cho bước “{}”. Làm xong, xin bấm Xong.",
                    short(title)
                ),
            }
        }
        Played::Done { title, finished: true, .. } => {
            format!("Đã ghi nhận: xong bước “{}”. Quy trình đã hết bước.", short(title))
        }
        Played::Done { title, next, .. } if next.is_empty() => {
            format!("Đã ghi nhận: xong bước “{}”.", short(title))
        }
        Played::Done { title, next, .. } => {
            format!(
                "Đã ghi nhận: xong bước “{}”. Tiếp theo: {}",
                short(title),
                one_line(&next.join("; "), 300)
            )
        }
        Played::ApprovalAsked { title, until, .. } => {
            format!("Đã ghi nhận: xin duyệt bước “{}”, chờ đến {}.", short(title), moment(*until))
        }
        Played::Approved { title, enough: true } => {
            format!("Đã ghi nhận: anh/chị duyệt bước “{}”.", short(title))
        }
        Played::Approved { title, enough: false } => {
            format!("Đã ghi nhận: anh/chị duyệt bước “{}”, còn chờ người khác.", short(title))
        }
        Played::Declined { title } => {
            format!("Đã ghi nhận: anh/chị không duyệt bước “{}”.", short(title))
        }
        Played::Skipped { title } => format!("Đã ghi nhận: bỏ qua bước “{}”.", short(title)),
        Played::Failed { title, stuck: true } => {
            format!(
                "Đã ghi nhận: bước “{}” không làm được. Người giữ sự cố chọn cách đi tiếp.",
                short(title)
            )
        }
        Played::Failed { title, stuck: false } => {
            format!("Đã ghi nhận: bước “{}” không làm được, chuyển sang cách khác.", short(title))
        }
        Played::Retried { title } => format!("Đã ghi nhận: làm lại bước “{}”.", short(title)),
        Played::Stopped { title } => format!("Đã ghi nhận: dừng quy trình “{}”.", short(title)),
    }
}

fn label(code: &IncidentCode, step: u32, which: u32, view: &View) -> Option<String> {
    let run = card::find(view, code)?.incident.run_of(step)?;
    let task = super::step::task(run, view, step)?;
    let ask = task.asks.get(usize::try_from(which).ok()?)?;
    Some(one_line(&ask.question.label, 200))
}
