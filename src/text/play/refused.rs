//! Why something asked of a run was not done, and what to do.

use chrono_tz::Tz;

use super::told;
use crate::domain::directory::Directory;
use crate::domain::playbook::model::{Answer, ProofKind, Whom};
use crate::domain::playbook::run::PlayRefusal;
use crate::domain::playbook::run::state::OverHow;
use crate::text::markup::one_line;
use crate::text::people;

/// What a chat of many is told instead.
pub const IN_TEAM: &str =
    "Chưa ghi nhận. Vì sao và cách làm tiếp: xin gửi lệnh này trong chat riêng với bot.";

/// The longest list of questions in one sentence, in UTF-16 units.
const LIST_UNITS: usize = 300;

/// The sentence with its remedy.
pub fn refused(refusal: &PlayRefusal, directory: &Directory, zone: Tz) -> String {
    use PlayRefusal as R;
    match refusal {
        R::NoPlaybook(said) => {
            format!("Không có quy trình “{}”. Xem các quy trình: /quytrinh", one_line(said, 40))
        }
        R::Runs { title } => format!("Quy trình “{title}” đang chạy cho sự cố này rồi."),
        R::TooMany => {
            "Sự cố này đang có nhiều quy trình quá. Xin dừng bớt một quy trình trước.".to_owned()
        }
        R::NoStep { code, step } => {
            format!("{code} không có bước số {step} đang chờ. Xem các bước: /quytrinh {code}")
        }
        R::Over { title, how, at, by } => {
            let (how, by) = (over(*how), people::actor(by, directory));
            format!("Bước “{title}” {how} lúc {} ({by}).", at.shown(zone))
        }
        R::NotYours { title, by: Some(by), .. } => format!(
            "Bước “{title}” do {} làm. Người giữ sự cố và Đội trưởng làm thay được.",
            people::name(by, directory)
        ),
        R::NotYours { title, by: None, who } => format!(
            "Bước “{title}” dành cho {}. Người giữ sự cố và Đội trưởng làm thay được.",
            told::whom(who, directory)
        ),
        R::Missing { title, fetching, .. } if *fetching > 0 => {
            format!("Bước “{title}”: tệp vừa gửi đang được lấy về. Xin bấm Xong lại sau ít giây.")
        }
        R::Missing { title, questions, pieces, kinds, what, .. } => {
            missing(title, questions, *pieces, kinds, what.as_deref())
        }
        R::AnswersFirst { title, questions } => format!(
            "Các bước sau cần câu trả lời của bước “{title}”: {}. Xin bấm Thử lại rồi trả lời.",
            one_line(&questions.join("; "), LIST_UNITS)
        ),
        R::NoAnswer { label, answer } => {
            format!("Câu trả lời chưa dùng được cho “{label}”. {}", wanted(answer))
        }
        R::Required { title } => format!(
            "Bước “{title}” bắt buộc, chỉ Đội trưởng, Phó Đội trưởng bỏ qua được. Làm không được thì bấm Không làm được."
        ),
        R::WaitsForApproval { .. }
        | R::NoApproval { .. }
        | R::OwnApproval { .. }
        | R::ApprovedAlready { .. }
        | R::NotApprover { .. } => approval(refusal, directory),
        R::NotFailed { title } => format!("Bước “{title}” đang làm, chưa cần thử lại."),
        R::Failed { title } => {
            format!(
                "Bước “{title}” đã dừng. Người giữ sự cố chọn: Thử lại, Bỏ qua hoặc Dừng quy trình."
            )
        }
        R::NothingRuns(code) => {
            format!("{code} không có quy trình nào đang chạy. Bắt đầu: /quytrinh {code}")
        }
        R::WrongProof { title, kinds } => {
            format!(
                "Bước “{title}” cần {}. Tệp này vẫn được giữ làm chứng cứ của sự cố.",
                proof(kinds)
            )
        }
        R::NoProof { title } => {
            format!(
                "Bước “{title}” không cần chứng cứ. Tệp này vẫn được giữ làm chứng cứ của sự cố."
            )
        }
    }
}

/// The same about an approval.
fn approval(refusal: &PlayRefusal, directory: &Directory) -> String {
    use PlayRefusal as R;
    match refusal {
        R::WaitsForApproval { title, by } => {
            format!("Bước “{title}” đang chờ {} duyệt.", told::whom(by, directory))
        }
        R::NoApproval { title } => format!("Bước “{title}” lúc này không chờ duyệt."),
        R::OwnApproval { title } => {
            format!(
                "Anh/chị là người xin duyệt bước “{title}” nên không tự duyệt được. Xin người khác duyệt."
            )
        }
        R::ApprovedAlready { title } => {
            format!("Anh/chị đã duyệt bước “{title}” rồi, còn chờ người khác.")
        }
        R::NotApprover { title, by } => {
            format!("Bước “{title}” do {} duyệt.", told::whom(by, directory))
        }
        _ => String::new(),
    }
}

/// How a step ended, after its title.
pub fn over(how: OverHow) -> &'static str {
    match how {
        OverHow::Done => "đã xong",
        OverHow::Skipped => "đã được bỏ qua",
        OverHow::Failed => "đã không làm được",
        OverHow::Dropped => "không còn cần làm",
    }
}

fn missing(
    title: &str,
    questions: &[String],
    pieces: u32,
    kinds: &[ProofKind],
    what: Option<&str>,
) -> String {
    let mut parts = Vec::new();
    if !questions.is_empty() {
        parts.push(format!("trả lời: {}", one_line(&questions.join("; "), LIST_UNITS)));
    }
    if pieces > 0 {
        let what = what.map(|what| format!(" ({what})")).unwrap_or_default();
        parts.push(format!("gửi {pieces} {}{what}, trả lời vào tin của bước này", proof(kinds)));
    }
    format!("Bước “{title}” còn thiếu: {}.", parts.join("; "))
}

/// The kinds of proof a step takes.
pub fn proof(kinds: &[ProofKind]) -> String {
    let word = |kind: &ProofKind| match kind {
        ProofKind::Photo => "ảnh",
        ProofKind::File => "tệp",
        ProofKind::Described => "chứng cứ giữ bên ngoài kèm mã SHA-256",
    };
    if kinds.is_empty() {
        "chứng cứ".to_owned()
    } else {
        kinds.iter().map(word).collect::<Vec<_>>().join(" hoặc ")
    }
}

/// What answers a question.
pub fn wanted(answer: &Answer) -> String {
    match answer {
        Answer::YesNo => "Trả lời Có hoặc Không.".to_owned(),
        Answer::Number { min, max } => format!("Viết một số từ {min} đến {max}."),
        Answer::Choice(all) => {
            let words: Vec<&str> = all.iter().map(|(_, word)| word.as_str()).collect();
            format!("Chọn một: {}.", one_line(&words.join(", "), LIST_UNITS))
        }
        Answer::Words { example: Some(example), .. } => format!("Viết như: {example}"),
        Answer::Words { .. } => "Viết bằng chữ.".to_owned(),
    }
}

/// Who does a step, for a sentence without names.
pub fn role(whom: &Whom) -> String {
    told::whom(whom, &Directory::default())
}
