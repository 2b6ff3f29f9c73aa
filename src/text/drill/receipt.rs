//! Receipts about drills.

use super::find;
use crate::domain::drill::notice::{DrillActed, DrillDone};
use crate::domain::notice::View;

/// The receipt.
pub fn receipt(done: &DrillDone, view: &View) -> String {
    match done {
        DrillDone::Planned { code } => {
            let when = find(code, view).map(|shown| super::when(shown.drill.planning.at, view));
            format!(
                "Đã ghi nhận dự thảo {code}, bắt đầu {}. Xem lại và gửi duyệt: /dientap {code}",
                when.unwrap_or_default()
            )
        }
        DrillDone::Heard { code, .. } => format!(
            "Đã ghi nhận nội dung. Xin trả lời câu hỏi: thuộc diễn tập {code} hay là thật? Sau 2 phút không trả lời là thật."
        ),
        DrillDone::Settled { incident, real: true, .. } => {
            format!("Đã ghi nhận SỰ CỐ THẬT {incident}, đang gọi người trực. Xem: /suco {incident}")
        }
        DrillDone::Settled { incident, real: false, .. } => {
            format!("Đã ghi nhận sự cố diễn tập {incident}. Xem: /suco {incident}")
        }
        DrillDone::Acted { code, what } => {
            let said = format!("{} {code}.", acted(*what));
            let resumed = *what == DrillActed::Resumed;
            let beyond = find(code, view).filter(|_| resumed).and_then(|one| one.drill.beyond());
            match beyond {
                Some(at) => format!(
                    "{said} Tình huống cuối lúc {}, sau giờ kết thúc theo kế hoạch: có thể bỏ qua bớt, tạm dừng rồi tiếp tục dồn cho kịp giờ, hoặc kết thúc.",
                    super::when(at, view)
                ),
                None => said,
            }
        }
    }
}

fn acted(what: DrillActed) -> &'static str {
    match what {
        DrillActed::Plan => "Đã ghi nhận kế hoạch của",
        DrillActed::Submitted => "Đã ghi nhận, đang xin lãnh đạo duyệt",
        DrillActed::Approved => "Đã ghi nhận: duyệt",
        DrillActed::Declined => "Đã ghi nhận: không duyệt",
        DrillActed::Moved => "Đã ghi nhận: dời lịch, cần duyệt lại",
        DrillActed::Cancelled => "Đã ghi nhận: hủy",
        DrillActed::HeldOutside => "Đã ghi nhận: đã tổ chức ngoài hệ thống",
        DrillActed::Rsvp => "Đã ghi nhận trả lời của anh/chị về",
        DrillActed::StandIn => "Đã ghi nhận người dự thay trong",
        DrillActed::CheckedIn => "Đã ghi nhận anh/chị có mặt ở",
        DrillActed::Checked => "Đã ghi nhận một điểm kiểm tra của",
        DrillActed::Started => "Đã phát lệnh bắt đầu",
        DrillActed::Inject => "Đã ghi nhận cho tình huống của",
        DrillActed::Reply => "Đã ghi nhận trả lời trong",
        DrillActed::Paused => "Đã tạm dừng",
        DrillActed::Resumed => "Đã cho tiếp tục",
        DrillActed::Ended => "Đã kết thúc",
        DrillActed::Claimed => "Đã dừng",
        DrillActed::NotReal => "Đã ghi nhận: chỉ là diễn tập",
        DrillActed::Corrected => "Đang gửi đính chính của",
        DrillActed::Released => "Đã cho rút khỏi",
        DrillActed::Observed => "Đã ghi nhận quan sát trong",
        DrillActed::Rated => "Đã ghi nhận đánh giá của",
        DrillActed::Surveyed => "Đã ghi nhận ý kiến về",
        DrillActed::ItemAdded => "Đã ghi nhận kiến nghị sau",
        DrillActed::ItemDone => "Đã ghi nhận, chờ người khác xác minh, kiến nghị của",
        DrillActed::ItemVerified => "Đã xác minh xong một kiến nghị của",
        DrillActed::ItemReturned => "Đã trả lại một kiến nghị của",
        DrillActed::ReportSubmitted => "Đã trình lãnh đạo báo cáo kết quả",
        DrillActed::ReportApproved => "Đã duyệt báo cáo và đóng",
    }
}
