//! What is said about duty by SMS and e-mail: when, and what is asked of the reader. No names and no
//! incidents, since nobody knows who else reads it on the way.

use super::lists::days;
use super::{instant, layer, span};
use crate::domain::duty_notice::DutyNotice;
use crate::domain::notice::View;

/// The words, after the program's name.
pub fn outside(notice: &DutyNotice, view: &View) -> String {
    let zone = view.team.zone;
    match notice {
        DutyNotice::Incoming { at, open, more, taken, .. } => {
            let count = u64::try_from(open.len()).unwrap_or(u64::MAX).saturating_add(*more);
            let open = match count {
                0 => "không có sự cố đang mở".to_owned(),
                count => format!("{count} sự cố đang mở"),
            };
            let asked = match taken {
                Some(_) => "Đã có người nhận ca, anh/chị trực cùng",
                None => "Xin nhận ca trong 15 phút",
            };
            format!("ca trực của anh/chị bắt đầu {}, {open}. {asked}", instant(*at, zone))
        }
        DutyNotice::Outgoing { at, held, .. } => {
            let held = match held.len() {
                0 => String::new(),
                count => format!(". Anh/chị còn giữ {count} sự cố"),
            };
            format!("ca trực của anh/chị kết thúc {}{held}", instant(*at, zone))
        }
        DutyNotice::Taken { .. } => "ca trực đã có người nhận".to_owned(),
        DutyNotice::Untaken { at, .. } => format!(
            "chưa ai nhận ca trực từ {}. Anh/chị cũng được gọi cho đến khi có người nhận",
            instant(*at, zone)
        ),
        DutyNotice::Gap { at, until } => {
            let until = until.map(|until| format!(" đến {}", instant(until, zone)));
            let until = until.unwrap_or_default();
            format!("không có ai trực từ {}{until}. Xin xếp người trực ngay", instant(*at, zone))
        }
        DutyNotice::SwapAsked { swap, .. } => format!(
            "có người nhờ anh/chị {} thay ca {}. Xin trả lời trong chat, hoặc gọi Đội",
            layer(swap.layer),
            span(swap.span, zone)
        ),
        DutyNotice::SwapToDecide { swap, .. } => {
            format!("đề nghị đổi ca {} chờ anh/chị duyệt trong chat", span(swap.span, zone))
        }
        DutyNotice::SwapDone { swap } => {
            format!("đã đổi ca {}. Lịch mới trong chat", span(swap.span, zone))
        }
        DutyNotice::SwapOff { swap, .. } => {
            format!("không đổi ca {}, lịch trực như cũ", span(swap.span, zone))
        }
        DutyNotice::Seated { layer: one, span: stretch } => {
            format!("anh/chị được xếp {} {}", layer(*one), span(*stretch, zone))
        }
        DutyNotice::StandIn { .. }
        | DutyNotice::Unseated { .. }
        | DutyNotice::Reach { .. }
        | DutyNotice::Canary { .. }
        | DutyNotice::CanaryMissed { .. } => looked(notice, view),
        DutyNotice::Replaced { layer: one, span: stretch, .. } => {
            format!("anh/chị thôi {} {}", layer(*one), span(*stretch, zone))
        }
        DutyNotice::LeaveSet { leave, .. } => {
            let when = days(leave.span.from, leave.span.to, zone);
            format!("đã ghi anh/chị nghỉ {when}. Không đúng thì gọi Đội")
        }
        DutyNotice::LeaveOver { span: stretch, .. } => {
            let when = days(stretch.from, stretch.to, zone);
            format!("kỳ nghỉ {when} đã hủy hoặc kết thúc sớm")
        }
        DutyNotice::NewPlan { from } => {
            format!("có lịch trực mới từ {}", instant(*from, zone))
        }
    }
}

/// Standing in, what was called off, and whether people can be reached before it matters.
fn looked(notice: &DutyNotice, view: &View) -> String {
    let zone = view.team.zone;
    match notice {
        DutyNotice::StandIn { span: stretch, .. } => {
            format!("anh/chị trực thay người nghỉ {}", days(stretch.from, stretch.to, zone))
        }
        DutyNotice::Unseated { layer: one, span: stretch } => {
            format!("anh/chị không phải {} {} nữa", layer(*one), span(*stretch, zone))
        }
        DutyNotice::Reach { red, .. } => {
            format!("kiểm tra liên lạc có {red} mục cần sửa. Xin xem trong chat")
        }
        DutyNotice::Canary { until, .. } => format!(
            "kiểm tra đường báo động hằng ngày, không có sự cố. Xin trả lời trong chat trước {}",
            until.hour(zone)
        ),
        DutyNotice::CanaryMissed { .. } => {
            "người trực chưa trả lời kiểm tra đường báo động. Xin gọi điện nhắc".to_owned()
        }
        _ => String::new(),
    }
}
