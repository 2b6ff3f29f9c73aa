//! Why something about a drill was not done, each with its remedy.

use chrono_tz::Tz;

use crate::domain::directory::Directory;
use crate::domain::drill::run::DrillRefusal;
use crate::text::markup::one_line;
use crate::text::people;

/// The sentence.
pub fn refused(refusal: &DrillRefusal, directory: &Directory, zone: Tz) -> String {
    let name = |id| people::name(id, directory);
    let hour = |at: crate::domain::time::Timestamp| at.shown(zone);
    match refusal {
        DrillRefusal::Unknown(typed) => format!(
            "Không có cuộc diễn tập {} mà anh/chị được xem. Danh sách: /dientap",
            one_line(typed, 40)
        ),
        DrillRefusal::UnknownScenario(id) => {
            format!("Không có kịch bản {}. Các kịch bản: /dientap kịch bản", one_line(id.as_str(), 40))
        }
        DrillRefusal::Past => "Thời điểm đó đã qua. Xin chọn ngày giờ sau hiện tại.".to_owned(),
        DrillRefusal::TooFar => "Thời điểm đó quá xa. Xin chọn trong vòng 3 năm tới.".to_owned(),
        DrillRefusal::NotNow { code, status } => format!(
            "Chưa làm được: {code} {}. Xem việc có thể làm: /dientap {code}",
            super::status(*status)
        ),
        DrillRefusal::OnlyItsLead { code, lead } => {
            format!(
                "Chỉ người chỉ đạo {code} ({}) làm được việc này. Đội trưởng đổi người: /dientap {code} chỉ đạo ID",
                name(lead)
            )
        }
        DrillRefusal::OwnPlan => {
            "Không ai tự duyệt kế hoạch của mình. Xin nhờ lãnh đạo khác duyệt.".to_owned()
        }
        DrillRefusal::NotAParticipant(code) => {
            format!("Anh/chị không có trong danh sách tham gia {code}. Xin liên hệ người chỉ đạo.")
        }
        DrillRefusal::OfTheDrillOnly(code) => format!(
            "Người đó không tham gia {code}; sự cố diễn tập chỉ giao cho người tham gia. Xin chọn người khác."
        ),
        DrillRefusal::UnknownPerson(id) => format!(
            "Không tìm thấy {} trong danh bạ. Xin gửi họ tên đầy đủ hoặc ID; tra: /danhba",
            one_line(id.as_str(), 40)
        ),
        DrillRefusal::TakesPart(id) => format!("{} đã tham gia rồi. Xin chọn người khác.", name(id)),
        DrillRefusal::NobodyTakesPart => {
            "Chưa có ai để mời: các đơn vị được chọn chưa có đầu mối. Bổ sung danh bạ rồi gửi duyệt lại."
                .to_owned()
        }
        DrillRefusal::Clash { other, people } => format!(
            "Trùng giờ với {other}: {people} người tham gia cả hai. Xin dời một trong hai cuộc."
        ),
        DrillRefusal::NotReady { open } => {
            format!("Còn {open} điểm chưa kiểm tra. Xin kiểm tra đủ rồi phát lệnh.")
        }
        DrillRefusal::RealIncident { incident } => format!(
            "Đang có sự cố thật mức cao {incident}. Chưa phát lệnh được; xử lý xong, hoặc dời lịch."
        ),
        DrillRefusal::NoSuchInject => "Không có tình huống đó cho anh/chị.".to_owned(),
        DrillRefusal::InjectOver => "Tình huống đó đã gửi hoặc đã bỏ qua rồi.".to_owned(),
        DrillRefusal::NotExpected => "Tình huống này không chờ trả lời kiểu đó.".to_owned(),
        DrillRefusal::TooLate => "Cuộc diễn tập không đang diễn ra. Có sự cố thật: xin gửi /baosuco ngay, hoặc gọi đường dây nóng.".to_owned(),
        DrillRefusal::Answered(at) => format!("Anh/chị đã trả lời lúc {}.", hour(*at)),
        DrillRefusal::NothingToSettle => "Không có câu hỏi nào đang chờ trả lời.".to_owned(),
        DrillRefusal::CorrectionSent(at) => format!("Đính chính đã được gửi lúc {}.", hour(*at)),
        DrillRefusal::NobodyTold => "Chưa ai nhận tin nào của cuộc diễn tập, không cần đính chính.".to_owned(),
        DrillRefusal::NoWords => "Cần ghi nội dung hoặc lý do. Xin gửi lại kèm theo.".to_owned(),
        DrillRefusal::Book(refusal) => {
            super::plan::refused(refusal, |why| refused(why, directory, zone))
        }
        DrillRefusal::NoSuchQuestion => "Không có mục đó. Xem: /dientap".to_owned(),
        other => setup(other, zone),
    }
}

/// What is refused of its plan beside its time.
fn setup(refusal: &DrillRefusal, zone: Tz) -> String {
    match refusal {
        DrillRefusal::BadSession(at) => format!(
            "Phiên {} chưa hợp lệ: mỗi phiên sau bắt đầu khi phiên trước đã hết, và trong vòng 30 ngày kể từ phiên đầu.",
            at.shown(zone)
        ),
        DrillRefusal::TooManySessions => "Nhiều nhất 10 phiên sau phiên đầu. Xin gửi lại.".to_owned(),
        DrillRefusal::NotThisChat => {
            "Chat này không làm nhóm riêng của cuộc diễn tập được. Xin mời bot vào một nhóm khác, không phải nhóm của Đội, rồi gửi lệnh trong nhóm đó.".to_owned()
        }
        other => after(other, zone),
    }
}

/// What is refused once a drill is over.
fn after(refusal: &DrillRefusal, zone: Tz) -> String {
    match refusal {
        DrillRefusal::NoAnswer(number) => {
            format!(
                "Câu {number} không nhận câu trả lời đó. Xin chọn một nút, hoặc trả lời đúng kiểu."
            )
        }
        DrillRefusal::NotRated(open) => {
            format!("Còn {open} mục tiêu chưa đánh giá. Xin đánh giá trước: /dientap MÃ đánh giá")
        }
        DrillRefusal::SurveyOpen(until) => {
            format!("Đang nhận ý kiến tới {}. Xin trình báo cáo sau giờ đó.", until.shown(zone))
        }
        DrillRefusal::NoSuchItem(number) => {
            format!("Không có kiến nghị số {number}. Danh sách: /dientap MÃ kiến nghị")
        }
        DrillRefusal::OwnItem => {
            "Không ai tự xác minh việc của mình. Xin nhờ người khác xác minh.".to_owned()
        }
        DrillRefusal::NobodyDoesIt => {
            "Cần nêu người hoặc đơn vị chủ trì. Xin gửi lại kèm theo.".to_owned()
        }
        DrillRefusal::OwnReport => {
            "Không ai tự duyệt báo cáo của mình. Xin nhờ lãnh đạo khác duyệt.".to_owned()
        }
        _ => String::new(),
    }
}
