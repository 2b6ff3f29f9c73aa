//! Why something about the roster was not done, each with its remedy.

use chrono_tz::Tz;

use super::{instant, span};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::roster::decide::RosterRefusal;
use crate::text::markup::one_line;
use crate::text::people;

/// The sentence.
pub fn refused(refusal: &RosterRefusal, directory: &Directory, zone: Tz) -> String {
    use RosterRefusal as R;
    let name = |id: &PersonId| people::name(id, directory);
    match refusal {
        R::Past => "Thời gian đó đã qua, lịch trực chỉ sửa được về sau. Xin chọn ngày khác.".to_owned(),
        R::Backwards => "Ngày kết thúc trước ngày bắt đầu. Xin viết lại, ví dụ 25/11 27/11.".to_owned(),
        R::TooFar => "Xa quá hai năm. Xin chọn ngày gần hơn.".to_owned(),
        R::UnknownPerson(id) => format!(
            "Không tìm thấy “{}” trong danh bạ. Xin gõ id như p-003, hoặc đủ họ tên.",
            one_line(id.as_str(), 64)
        ),
        R::NotInTeam(id) => {
            format!("{} không phải thành viên Đội nên không trực được. Xin chọn người khác.", name(id))
        }
        R::NobodyInIt => "Lịch trực không có ai. Xin điền people cho mỗi phần.".to_owned(),
        R::Overlaps { span: other } => format!(
            "Chồng lên thay đổi đã có {}. Xin bỏ thay đổi đó trước, hoặc chọn giờ khác.",
            span(*other, zone)
        ),
        R::Asked { to, span: asked } => format!(
            "Anh/chị đã nhờ {} trực ca {}, đề nghị đó còn chờ trả lời. Rút đề nghị trước: /doica hủy",
            name(to),
            span(*asked, zone)
        ),
        R::Away { person, span: away } => format!(
            "{} nghỉ {}. Xin chọn người khác.",
            name(person),
            span(*away, zone)
        ),
        R::NotOnDuty { person, at } => format!(
            "{} không trực lúc {}. Xem lịch: /lichtruc",
            name(person),
            instant(*at, zone)
        ),
        R::StandInNeeded { person, span: duty } => format!(
            "{} có ca {}. Xin ghi thêm người trực thay, ví dụ /nghi 25/11 27/11 p-004.",
            name(person),
            span(*duty, zone)
        ),
        R::WithOneself => "Không tự đổi với chính mình được. Xin chọn người khác.".to_owned(),
        R::NotYours => "Việc này không phải của anh/chị để trả lời. Lịch của anh/chị: /truc".to_owned(),
        R::Over => "Đề nghị này đã được trả lời, đã rút, hoặc ca đã đổi. Lịch hiện tại: /lichtruc".to_owned(),
        R::Unknown => "Không còn mục này. Lịch hiện tại: /lichtruc".to_owned(),
        R::Taken { by, at } => format!(
            "{} đã nhận ca lúc {}. Anh/chị không cần bấm nữa.",
            name(by),
            instant(*at, zone)
        ),
        R::NotOnWatch => "Anh/chị không có ca trực lúc này. Lịch: /lichtruc".to_owned(),
        R::NothingTested => {
            "Lần kiểm tra này đã có trả lời hoặc đã qua. Anh/chị không cần bấm nữa.".to_owned()
        }
        R::NoAddress => "Máy chủ chưa có địa chỉ công khai nên chưa có liên kết lịch. Xin báo người quản trị đặt http.public_url.".to_owned(),
        R::NotAllowed => {
            "Chỉ Đội trưởng, Phó Đội trưởng, người quản trị được sửa lịch của người khác. Xin liên hệ Đội trưởng."
                .to_owned()
        }
    }
}
