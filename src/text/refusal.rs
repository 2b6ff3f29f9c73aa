//! Why something was not done, and what to do instead: one sentence for every refusal, short enough
//! for the little window that answers a press.

use chrono_tz::Tz;

use super::drill;
use super::duty;
use super::evidence;
use super::markup::one_line;
use super::people;
use super::play;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::envelope::Actor;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::Team;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::domain::values::Status;

const ANONYMOUS: &str = "Anh/chị đang ẩn danh trong nhóm nên bot không biết là ai. Xin tắt \
    “Ẩn danh” trong quyền quản trị viên của nhóm, hoặc làm trong chat riêng với bot.";
const NOT_YOURS: &str = "chỉ rút được nội dung của chính mình, trong 30 phút. Ngoài ra xin nhờ \
    Đội trưởng, Phó Đội trưởng.";
const ACROSS: &str = "Sự cố thật và sự cố diễn tập không gộp với nhau. Xin kiểm tra lại hai mã.";
const BAD_INVITATION: &str = "Mã mời không đúng, đã dùng hoặc hết hạn. Xin người quản trị của Đội \
    cấp mã mới.";
const TAKEN: &str = "Tài khoản này đã liên kết với người khác trong danh bạ. Xin người quản trị \
    gỡ liên kết cũ trước.";

/// The sentence with its remedy; with telephone numbers where `numbers` may be shown.
pub fn sentence(refusal: &Refusal, directory: &Directory, team: &Team, numbers: bool) -> String {
    let name = |id| people::name(id, directory);
    let stood = |code, status, since, by| last(code, status, since, by, directory, team.zone);
    match refusal {
        Refusal::NotInDirectory => not_in_directory(team),
        Refusal::AnonymousAdmin => ANONYMOUS.to_owned(),
        Refusal::UnknownIncident(typed) => {
            format!("Không tìm thấy sự cố “{}”. Xem các sự cố đang mở: /suco", one_line(typed, 40))
        }
        Refusal::NotAllowed(act) => not_allowed(*act, team),
        Refusal::AlreadyHeld { code, by, since } => {
            let (by, since) = (people::reach(by, directory, numbers), since.shown(team.zone));
            format!("{by} đã tiếp nhận {code} lúc {since}. {ALREADY}")
        }
        Refusal::NotHolder { code, holder: Some(holder) } => {
            held_by(code, holder, directory, numbers)
        }
        Refusal::NotHolder { code, holder: None } => {
            format!("{code} chưa có người giữ. Xin bấm Tiếp nhận trước, hoặc gửi /nhan {code}")
        }
        Refusal::NotNow { code, act, status, since, by } => {
            format!("{} {}", stood(code, *status, *since, by), remedy(code, *act, *status))
        }
        Refusal::OldEpisode { code, status, since, by } => {
            let stood = stood(code, *status, *since, by);
            format!(
                "Nút hoặc câu hỏi này thuộc lần mở trước nên không còn dùng. {stood} Thẻ mới: /suco {code}"
            )
        }
        Refusal::AlreadyRaised { code, at, by } => {
            let (at, by) = (at.shown(team.zone), people::actor(by, directory));
            format!("{code} đã được chuyển cấp lúc {at} ({by}). {RAISED}")
        }
        Refusal::MergedInto { code, main } => {
            format!("{code} đã gộp vào {main}. Xin dùng: /suco {main}. Gộp nhầm: /molai {code}")
        }
        Refusal::OffChannel(code) => outside(code, team),
        Refusal::Drill(refusal) => drill::refused(refusal, directory, team.zone),
        Refusal::Roster(refusal) => duty::refused(refusal, directory, team.zone),
        Refusal::Evidence(refusal) => evidence::refused(refusal),
        Refusal::Play(refusal) => play::refused::refused(refusal, directory, team.zone),
        Refusal::StateSecret => state_secret(team),
        Refusal::NothingToRemove { code, seq } => nothing_left(code, *seq),
        Refusal::NotYoursToRemove(code) => format!("{code}: {NOT_YOURS}"),
        Refusal::NoChange { code, act } => no_change(code, *act),
        Refusal::WordsNeeded { act } => words_needed(*act),
        Refusal::TooLong { limit } => too_long(*limit),
        Refusal::UnknownPerson(typed) => {
            format!("Không có ai đang hoạt động có tên hoặc ID “{}”. {CHOOSE}", one_line(typed, 40))
        }
        Refusal::CannotHold(person) => {
            format!("{} không phải thành viên Đội. Xin chọn người khác.", name(person))
        }
        Refusal::MergeIntoItself(_)
        | Refusal::MergeIntoClosed(_)
        | Refusal::PartOf { .. }
        | Refusal::NoPart(_)
        | Refusal::HasParts(_)
        | Refusal::StricterPart { .. }
        | Refusal::MergeAcrossOrigins
        | Refusal::NobodyToTell(_)
        | Refusal::NothingToGroup => together(refusal),
        Refusal::BadInvitation => BAD_INVITATION.to_owned(),
        Refusal::AccountTaken => TAKEN.to_owned(),
        Refusal::NotLinked(person) => not_linked(person, directory),
        Refusal::NoSuchWay(person) => format!("Không có kênh nào tới được {}. {WAY}", name(person)),
        Refusal::LastAdmin(person) => format!("{} {LAST_ADMIN}", name(person)),
    }
}

const ALREADY: &str = "Anh/chị có thể Ghi chú để cùng xử lý, hoặc nhờ Đội trưởng Phân công.";
const NOT_HOLDER: &str = "Việc này của người giữ; trả lại và kết thúc thì Đội trưởng, \
    Phó Đội trưởng cũng làm được.";
const URGENT: &str = "Cần gấp, xin gọi cho người giữ";
const RAISED: &str = "Muốn gọi thêm bậc nữa, xin bấm Chuyển cấp trên thẻ mới.";
const CHOOSE: &str = "Xin gửi lại lệnh không kèm tên để chọn trong danh sách.";
const WAY: &str = "Xin bổ sung điện thoại, thư điện tử hoặc gửi mã mời cho người đó.";
const LAST_ADMIN: &str =
    "là người quản trị cuối cùng. Xin giao vai trò quản trị hệ thống cho người khác trước.";

/// How to reach the holder comes first: the little window that answers a press may cut the rest.
fn held_by(code: &IncidentCode, holder: &PersonId, directory: &Directory, numbers: bool) -> String {
    let name = people::name(holder, directory);
    let phone = people::phone(holder, directory).filter(|_| numbers);
    let phone = phone.map(|phone| format!(": {phone}")).unwrap_or_default();
    format!("{code} do {name} giữ. {URGENT}{phone}. {NOT_HOLDER}")
}

fn not_linked(person: &PersonId, directory: &Directory) -> String {
    let name = people::name(person, directory);
    format!("{name} chưa liên kết tài khoản. Gửi mã mời: /moinguoi {person}")
}

fn nothing_left(code: &IncidentCode, seq: i64) -> String {
    format!("Mục {seq} của {code} không có nội dung, hoặc nội dung đã rút. Xem: /rut {code}")
}

fn outside(code: &IncidentCode, team: &Team) -> String {
    let hotline = one_line(&team.hotline, 60);
    format!(
        "{code} xử lý trực tiếp, không qua hệ thống: không ghi nội dung nào ở đây. \
         Xin gọi đường dây nóng: {hotline}."
    )
}

fn state_secret(team: &Team) -> String {
    format!(
        "Nội dung có dấu bí mật nhà nước nên bot không giữ lại. Xin trao đổi trực tiếp qua \
         đường dây nóng: {}.",
        one_line(&team.hotline, 60)
    )
}

fn not_in_directory(team: &Team) -> String {
    let hotline = one_line(&team.hotline, 60);
    format!(
        "Anh/chị chưa có trong danh bạ. Có sự cố, xin gọi đường dây nóng: {hotline}. \
         Muốn dùng bot, xin người quản trị của Đội cấp mã mời."
    )
}

/// Where it stands, since when, by whom.
fn last(
    code: &IncidentCode,
    status: Status,
    since: Timestamp,
    by: &Actor,
    directory: &Directory,
    zone: Tz,
) -> String {
    let (status, by) = (words::status(status).to_lowercase(), people::actor(by, directory));
    format!("{code} {status} ({by}, {}).", since.shown(zone))
}

fn remedy(code: &IncidentCode, act: ActKind, status: Status) -> String {
    match (act, status) {
        (ActKind::Reopen, status) if status != Status::Closed => {
            format!("Sự cố đang mở nên không cần mở lại. Xem: /suco {code}")
        }
        (_, Status::Closed) => {
            format!("Cần làm tiếp, xin Đội trưởng mở lại: /molai {code}")
        }
        (ActKind::Close, _) => {
            "Xin bấm Khắc phục xong trước, hoặc kết thúc vì báo nhầm.".to_owned()
        }
        (ActKind::Resolve, Status::Reported) => "Xin bấm Tiếp nhận trước.".to_owned(),
        (_, Status::Resolved) => {
            format!("Xong việc, xin kết thúc: /ketthuc {code}. Còn việc, xin ghi chú.")
        }
        _ => format!("Xem hiện trạng: /suco {code}"),
    }
}

fn too_long(limit: u32) -> String {
    format!("Nội dung dài quá {limit} ký tự. Xin rút gọn hoặc chia thành nhiều ghi chú.")
}

/// What cannot be done with several incidents at once.
fn together(refusal: &Refusal) -> String {
    match refusal {
        Refusal::MergeAcrossOrigins => ACROSS.to_owned(),
        Refusal::MergeIntoItself(code) => {
            format!("Không gộp {code} vào chính nó. Cách viết: /gop MÃ_TRÙNG MÃ_CHÍNH")
        }
        Refusal::MergeIntoClosed(code) => {
            format!("{code} đã kết thúc nên không gộp vào được. Mở lại trước: /molai {code}")
        }
        Refusal::PartOf { code, parent } => format!(
            "{code} đang được xử lý chung trong sự cố diện rộng {parent}. Thao tác trên {parent}, hoặc tách ra: /tach {code}"
        ),
        Refusal::NobodyToTell(code) => {
            format!("Lời nhắn chung chưa gửi: không còn đơn vị nào trong {code} đang mở. Ghi chú riêng của {code}: /ghichu {code} nội dung")
        }
        Refusal::NoPart(code) => {
            format!("{code} không nằm trong sự cố diện rộng nào. Xem: /suco {code}")
        }
        Refusal::HasParts(code) => {
            format!("{code} là sự cố diện rộng. Muốn thêm vào đó: /dienrong {code} MÃ")
        }
        Refusal::StricterPart { code, tlp } => format!(
            "{code} là một phần của sự cố diện rộng này và có nhãn TLP:{tlp}. Xin đổi nhãn của {code} trước: /tlp {code}"
        ),
        Refusal::NothingToGroup => {
            "Chưa có sự cố nào khác để gộp cùng. Ví dụ: /dienrong SC-2026-0001 SC-2026-0002 Mất mạng nhiều xã"
                .to_owned()
        }
        _ => String::new(),
    }
}

/// Who may do it, for whoever may not.
fn not_allowed(act: ActKind, team: &Team) -> String {
    let said = words::act(act);
    match act {
        ActKind::Report
        | ActKind::Note
        | ActKind::Detail
        | ActKind::See
        | ActKind::Raise
        | ActKind::Play
        | ActKind::TakePart
        | ActKind::Attach
        | ActKind::Describe
        | ActKind::Receive => {
            // Only an administrator, or somebody without any role, ever reads this.
            format!(
                "Vai trò của anh/chị không {said} được. Xin nhờ đầu mối của đơn vị hoặc thành viên Đội; cần gấp, gọi đường dây nóng: {}.",
                one_line(&team.hotline, 60)
            )
        }
        ActKind::Acknowledge
        | ActKind::HandBack
        | ActKind::KeepAlive
        | ActKind::SeverityUp
        | ActKind::Category
        | ActKind::Flag
        | ActKind::Tlp
        | ActKind::Contain
        | ActKind::Resolve
        | ActKind::Hand
        | ActKind::StartPlaybook
        | ActKind::Close => format!(
            "Chỉ thành viên Đội, Đội trưởng, Phó Đội trưởng được {said}. Cần gấp, xin bấm Chuyển cấp."
        ),
        ActKind::OwnDuty => format!(
            "Chỉ thành viên Đội, Đội trưởng, Phó Đội trưởng được {said}. Xin liên hệ Đội trưởng."
        ),
        ActKind::ApproveDrill => {
            format!("Chỉ lãnh đạo được {said}. Xin liên hệ lãnh đạo phụ trách.")
        }
        ActKind::Assign
        | ActKind::PlanDrill
        | ActKind::SeverityDown
        | ActKind::Reopen
        | ActKind::Merge
        | ActKind::Group
        | ActKind::TakeOut
        | ActKind::Redact => {
            format!("Chỉ Đội trưởng, Phó Đội trưởng được {said}. Xin liên hệ Đội trưởng.")
        }
        ActKind::Roster | ActKind::Contacts => {
            format!(
                "Chỉ Đội trưởng, Phó Đội trưởng, người quản trị được {said}. Xin liên hệ Đội trưởng."
            )
        }
        ActKind::Directory => {
            format!("Chỉ người quản trị được {said}. Xin liên hệ người quản trị của Đội.")
        }
    }
}

fn no_change(code: &IncidentCode, act: ActKind) -> String {
    match act {
        ActKind::Acknowledge => {
            format!("Anh/chị đang giữ {code} rồi. Các việc tiếp theo: /suco {code}")
        }
        ActKind::Assign => format!("Người đó đang giữ {code} rồi. Xin chọn người khác nếu cần."),
        ActKind::SeverityUp | ActKind::SeverityDown => {
            format!("{code} đang ở mức độ đó rồi. Xin chọn mức khác nếu cần.")
        }
        ActKind::Category => format!("{code} đang thuộc loại đó rồi. Xin chọn loại khác nếu cần."),
        ActKind::Tlp => format!("{code} đang mang nhãn đó rồi. Xin chọn nhãn khác nếu cần."),
        _ => format!("{code} đã như vậy rồi, không có gì thay đổi. Xem: /suco {code}"),
    }
}

fn words_needed(act: ActKind) -> String {
    match act {
        ActKind::Report => {
            "Cần mô tả sự cố. Ví dụ: /baosuco Trang thông tin xã bị đổi giao diện".to_owned()
        }
        ActKind::Note => {
            "Cần nội dung ghi chú. Ví dụ: /ghichu SC-2026-0001 Đã ngắt máy chủ khỏi mạng".to_owned()
        }
        ActKind::Close => {
            "Cần tóm tắt để kết thúc, hoặc lý do nếu là báo nhầm. Gửi /ketthuc kèm mã để được hỏi."
                .to_owned()
        }
        ActKind::Describe => "Cần nơi giữ. Cách viết: /bangchung MÃ MÃ_SHA256 nơi giữ".to_owned(),
        other => format!("Cần thêm nội dung để {}. Các lệnh: /trogiup", words::act(other)),
    }
}
