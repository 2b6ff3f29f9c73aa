//! Questions, with buttons whose order is also the number that may be typed instead.

use super::buttons;
use super::card;
use super::drill;
use super::markup::{Markup, one_line};
use super::message::{Button, Message, rows};
use super::more;
use super::people;
use super::play;
use super::taken_back;
use super::words;
use crate::domain::directory::{Directory, Person};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::Incident;
use crate::domain::incident::act::Aim;
use crate::domain::notice::{Again, Ask, MoreStep, Reader, Shown, View};
use crate::domain::press::{Choice, Verb};
use crate::domain::values::{Category, Severity, Status};

/// How many people an assignment offers.
const PEOPLE: usize = 20;

/// How many people are offered to be invited, or unlinked.
const ACCOUNTS: usize = 8;

/// How many incidents a question offers.
const INCIDENTS: usize = 10;

/// One answer offered: its words in the list, and its button.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// What the list says of it.
    pub words: String,
    /// The button; typing the answer's number does the same.
    pub button: Button,
}

/// The answers offered to a question, in the order of their numbers, counted from one. Cancelling
/// has no number: it is typed as `/huy`.
pub fn offered(ask: &Ask, incidents: &[Shown], directory: &Directory) -> Vec<Offered> {
    let find = |code: &IncidentCode| {
        incidents.iter().map(|shown| &shown.incident).find(|incident| &incident.code == code)
    };
    let each = |codes: &[IncidentCode], verb: &Verb| {
        let found = codes.iter().filter_map(find).take(INCIDENTS);
        let one = |one: &Incident| {
            // The button belongs to the episode that was asked about, whenever it is drawn.
            let episode = ask.episode_of(&one.code).unwrap_or(one.episode);
            let one = Incident { episode, ..one.clone() };
            offer(&one, verb.clone(), one.code.to_string(), one.code.as_str())
        };
        found.filter_map(one).collect()
    };
    match ask {
        Ask::ReportSecrecy => secrecy(),
        Ask::Redact(_) | Ask::RedactWhy(..) => Vec::new(),
        Ask::MergeInto { aim, codes } => find(&aim.code)
            .map(|one| {
                let into = |main: &IncidentCode| {
                    offer(one, Verb::MergeInto(main.clone()), main.to_string(), main.as_str())
                };
                codes.iter().take(INCIDENTS).filter_map(into).collect()
            })
            .unwrap_or_default(),
        Ask::Book(ask) => drill::plan::offered(ask),
        Ask::Invite => accounts(directory, false, Choice::Invite),
        Ask::Unlink => accounts(directory, true, Choice::Unlink),
        Ask::ReportWords
        | Ask::Note(_)
        | Ask::CloseWords { .. }
        | Ask::NoticedAt(_)
        | Ask::StepQuestion { .. }
        | Ask::Drill { .. }
        | Ask::StepWhy { .. } => Vec::new(),
        Ask::More { aim, step } => {
            find(&aim.code).map(|one| more::offered(one, *step, directory)).unwrap_or_default()
        }
        Ask::Flags(aim) => find(&aim.code).map(more::flags).unwrap_or_default(),
        Ask::Flag { aim, flag } => {
            find(&aim.code).map(|one| more::values(one, *flag)).unwrap_or_default()
        }
        Ask::Tlp(aim) => find(&aim.code).map(more::labels).unwrap_or_default(),
        Ask::NoteOn { codes } => each(codes, &Verb::NoteHere),
        Ask::CloseHow(aim) => find(&aim.code).map(close).unwrap_or_default(),
        Ask::Severity(aim) => find(&aim.code).map(severities).unwrap_or_default(),
        Ask::Category(aim) => find(&aim.code).map(categories).unwrap_or_default(),
        Ask::Assign(aim) => {
            find(&aim.code).map(|one| people_for(one, directory)).unwrap_or_default()
        }
        Ask::Hand { aim, number } => {
            find(&aim.code).map(|one| custodians(one, *number, directory)).unwrap_or_default()
        }
        Ask::Which { verb, codes, .. } => each(codes, verb),
    }
}

/// The question itself.
pub fn message(ask: &Ask, view: &View) -> Message {
    if let Ask::Redact(code) = ask {
        return taken_back::which(code, view);
    }
    let offered = offered(ask, &view.incidents, &view.directory);
    let mut lines = question(ask, view);
    let listed = listed(ask, &offered, view);
    lines.extend(listed);
    lines.push(Markup::new().text(hint(ask, &offered, &view.reader)));
    let per_row = match ask {
        Ask::Flags(_) => 1,
        Ask::Category(_)
        | Ask::Assign(_)
        | Ask::Severity(_)
        | Ask::More { .. }
        | Ask::Tlp(_)
        | Ask::Hand { .. }
        | Ask::NoteOn { .. }
        | Ask::MergeInto { .. }
        | Ask::Invite
        | Ask::Unlink
        | Ask::Which { .. } => 2,
        _ => 3,
    };
    let mut buttons = rows(offered.into_iter().map(|one| one.button), per_row);
    buttons.push(ways_out(ask, &view.incidents));
    Message::quiet(Markup::lines(lines)).with(buttons)
}

/// The buttons that leave a question, or pass it over. They have no number.
pub fn ways_out(ask: &Ask, incidents: &[Shown]) -> Vec<Button> {
    match ask {
        Ask::More { aim, step } => more::ways_out(aim, *step, incidents),
        Ask::NoticedAt(aim) => more::ways_out(aim, MoreStep::When, incidents),
        _ => vec![Button::choice(buttons::CANCEL, Choice::Cancel)],
    }
}

/// The question again, after why.
pub fn again(ask: &Ask, why: Again, view: &View) -> Message {
    let said = match why {
        Again::NotUnderstood => "Chưa hiểu câu trả lời vừa rồi nên chưa ghi nhận. Xin trả lời lại:",
        Again::NotRecorded => "Tin vừa rồi chưa được ghi nhận. Xin trả lời câu này trước:",
        Again::NoSuchIncident => {
            "Mã đó không có trong các sự cố anh/chị được xem. Xin chọn một sự cố dưới đây:"
        }
        Again::KeptAsNote => {
            "Tin vừa rồi đã được ghi nhận thành ghi chú, nhưng chưa trả lời được câu này:"
        }
        Again::StillWaiting => "Tin trước của anh/chị vẫn đang chờ, chưa được ghi vào đâu.",
    };
    let asked = message(ask, view);
    Message { markup: Markup::lines([Markup::new().text(said), asked.markup]), ..asked }
}

fn question(ask: &Ask, view: &View) -> Vec<Markup> {
    let bold = |words: String| vec![Markup::new().bold(words)];
    match ask {
        Ask::StepQuestion { .. } | Ask::StepWhy { .. } => play::step::asked(ask, view),
        Ask::Drill { code, what } => drill::asked(code, *what),
        Ask::Book(ask) => drill::plan::asked(ask, view),
        Ask::ReportSecrecy => bold("Nội dung có thuộc bí mật nhà nước không?".to_owned()),
        Ask::ReportWords => {
            let said = "Gửi xong là sự cố có mã và người trực được gọi ngay. Chưa rõ hết cũng cứ gửi, bổ sung sau.";
            let mut lines = bold("Xin anh/chị mô tả sự cố trong một tin nhắn.".to_owned());
            lines.push(Markup::new().text(said));
            lines.push(Markup::new().text("Không gửi mật khẩu, khóa, số căn cước, số thẻ."));
            lines
        }
        Ask::Redact(_) => Vec::new(),
        Ask::RedactWhy(code, seq) => bold(taken_back::why(code, *seq)),
        Ask::Note(code) => bold(format!("Ghi chú cho {code}: xin gửi nội dung.")),
        Ask::CloseHow(Aim { code, .. }) => bold(format!("Kết thúc {code} như thế nào?")),
        Ask::CloseWords { aim, false_alarm } => close_words(&aim.code, *false_alarm, view),
        Ask::Severity(Aim { code, .. }) => match card::find(view, code) {
            Some(shown) => bold(format!(
                "Mức độ của {code} là gì? Hiện nay: {}.",
                words::severity(shown.incident.severity)
            )),
            None => bold(format!("Mức độ của {code} là gì?")),
        },
        Ask::Category(Aim { code, .. }) => bold(format!("{code} thuộc loại nào?")),
        Ask::Assign(Aim { code, .. }) => {
            let mut lines = bold(format!("Phân công {code} cho ai?"));
            lines.push(
                Markup::new()
                    .text("Người được chọn sẽ được gọi ngay, và giữ sự cố khi bấm Tiếp nhận."),
            );
            lines
        }
        Ask::More { aim, step } => more::question(aim, *step, view),
        Ask::NoticedAt(Aim { code, .. }) => {
            let mut lines = bold(format!("{code}: phát hiện lúc nào?"));
            lines.push(
                Markup::new().text("Ví dụ: 14:05, 9h30 hôm qua, 2h chiều 20/11, 2 giờ trước."),
            );
            lines
        }
        Ask::Flags(Aim { code, .. }) => bold(format!("Đánh dấu gì cho {code}?")),
        Ask::Flag { aim, flag } => bold(format!("{}: {}?", aim.code, words::flag(*flag))),
        Ask::Tlp(Aim { code, .. }) => bold(format!("{code} được chia sẻ tới đâu?")),
        Ask::Hand { aim, number } => {
            bold(format!("Bàn giao chứng cứ số {number} của {} cho ai?", aim.code))
        }
        Ask::NoteOn { .. } => bold("Tin của anh/chị bổ sung cho sự cố nào?".to_owned()),
        Ask::Invite | Ask::Unlink => whom(ask),
        Ask::MergeInto { aim: Aim { code, .. }, .. } => {
            let mut lines = bold(format!("{code} trùng với sự cố nào?"));
            lines.push(Markup::new().text(format!(
                "{code} sẽ được gộp vào sự cố chính anh/chị chọn, hoặc gửi mã của sự cố đó."
            )));
            lines.extend(play::ending::will_stop(code, view));
            lines
        }
        Ask::Which { verb: Verb::Merge, .. } => bold("Gộp: sự cố nào là sự cố trùng?".to_owned()),
        Ask::Which { verb: Verb::Group, .. } => {
            let mut lines = bold("Gộp diện rộng: bắt đầu từ sự cố nào?".to_owned());
            lines.push(Markup::new().text(
                "Các sự cố đang mở cùng loại, gần thời điểm đó được gộp cùng. Muốn tự chọn: /dienrong MÃ MÃ… tên",
            ));
            lines
        }
        Ask::Which { .. } => bold("Anh/chị muốn nói sự cố nào?".to_owned()),
    }
}

fn whom(ask: &Ask) -> Vec<Markup> {
    let (asked, hint) = if *ask == Ask::Invite {
        ("Mời ai vào hệ thống?", "Xin chọn người chưa có tài khoản, hoặc gửi họ tên hay ID.")
    } else {
        (
            "Gỡ tài khoản của ai?",
            "Gỡ ngay, muốn dùng lại phải mời lại. Xin chọn, hoặc gửi họ tên hay ID.",
        )
    };
    vec![Markup::new().bold(asked), Markup::new().text(hint)]
}

fn close_words(code: &IncidentCode, false_alarm: bool, view: &View) -> Vec<Markup> {
    let asked = if false_alarm {
        format!("Kết thúc {code} vì báo nhầm: xin gửi lý do.")
    } else {
        format!("Kết thúc {code}: xin gửi tóm tắt nguyên nhân, việc đã làm, kết quả.")
    };
    let mut lines = vec![Markup::new().bold(asked)];
    if card::find(view, code).is_some_and(|shown| shown.incident.off_channel) {
        lines.push(Markup::new().text(
            "Chỉ ghi số văn bản hoặc nơi lưu hồ sơ; không ghi nội dung thuộc bí mật nhà nước.",
        ));
    }
    lines.extend(play::ending::will_stop(code, view));
    lines
}

fn listed(ask: &Ask, offered: &[Offered], view: &View) -> Vec<Markup> {
    let numbered = offered.iter().zip(1u32..);
    match ask {
        Ask::Which { .. } | Ask::NoteOn { .. } | Ask::MergeInto { .. }
            if view.reader != Reader::Stranger =>
        {
            numbered
                .map(|(one, number)| {
                    let shown =
                        view.incidents.iter().find(|s| s.incident.code.as_str() == one.words);
                    let line = shown.map(|shown| card::line(shown, view, 60)).unwrap_or_default();
                    Markup::new().text(format!("{number}. ")).and(line)
                })
                .collect()
        }
        _ => numbered
            .map(|(one, number)| Markup::new().text(format!("{number}. {}", one.words)))
            .collect(),
    }
}

/// How to answer. In a group only an answer to this very message counts.
fn hint(ask: &Ask, offered: &[Offered], reader: &Reader) -> String {
    if let (Ask::More { step: MoreStep::System, .. }, true) = (ask, offered.is_empty()) {
        return "Không bắt buộc.".to_owned();
    }
    if let Ask::More { .. } = ask {
        return "Không bắt buộc. Bấm nút, hoặc trả lời bằng số hay bằng chữ.".to_owned();
    }
    let alone = matches!(reader, Reader::Person(_));
    let how = match (offered.is_empty(), alone) {
        (true, true) => "",
        (true, false) => "Xin trả lời (reply) tin này. ",
        (false, true) => "Bấm nút, hoặc trả lời bằng số. ",
        (false, false) => "Bấm nút, hoặc trả lời (reply) tin này bằng số. ",
    };
    let only = match ask {
        Ask::CloseHow(_) if offered.len() == 1 => {
            "Sự cố chưa khắc phục xong nên chỉ kết thúc được nếu là báo nhầm. "
        }
        Ask::NoteOn { codes } if codes.len() >= INCIDENTS => "Sự cố khác: xin gửi mã. ",
        _ => "",
    };
    format!("{only}{how}Bỏ: /huy")
}

fn secrecy() -> Vec<Offered> {
    [
        (buttons::NO, "Không", Choice::SecrecyNo),
        (buttons::YES, "Có – không gửi nội dung, xử lý trực tiếp", Choice::SecrecyYes),
        (buttons::UNKNOWN, "Không rõ – coi như Có", Choice::SecrecyUnknown),
    ]
    .into_iter()
    .map(|(label, words, choice)| Offered {
        words: words.to_owned(),
        button: Button::choice(label, choice),
    })
    .collect()
}

pub(super) fn offer(
    incident: &Incident,
    verb: Verb,
    words: String,
    label: &str,
) -> Option<Offered> {
    Some(Offered { words, button: buttons::on(incident, verb, label)? })
}

fn close(incident: &Incident) -> Vec<Offered> {
    let summary = (incident.status() == Status::Resolved).then(|| {
        offer(incident, Verb::CloseSummary, "Đã xử lý xong, gửi tóm tắt".into(), "Đã xử lý")
    });
    let alarm = offer(
        incident,
        Verb::CloseFalseAlarm,
        "Báo nhầm, không phải sự cố, gửi lý do".into(),
        "Báo nhầm",
    );
    summary.flatten().into_iter().chain(alarm).collect()
}

fn severities(incident: &Incident) -> Vec<Offered> {
    let one = |severity: &Severity| {
        let word = words::severity(*severity);
        let label = format!("{} {word}", words::severity_sign(*severity));
        offer(incident, Verb::SetSeverity(*severity), word.to_owned(), &label)
    };
    Severity::ALL.iter().filter_map(one).collect()
}

fn categories(incident: &Incident) -> Vec<Offered> {
    let one = |category: &Category| {
        let words = format!("{category} – {}", words::category(*category));
        let label = format!("{category} {}", words::category_short(*category));
        offer(incident, Verb::SetCategory(*category), words, &label)
    };
    Category::ALL.iter().filter_map(one).collect()
}

fn people_for(incident: &Incident, directory: &Directory) -> Vec<Offered> {
    let one = |person: &Person| {
        let name = people::name(&person.id, directory);
        let title = directory.private.get(&person.id).map(|private| one_line(&private.title, 60));
        let words = match title.filter(|title| !title.is_empty()) {
            Some(title) => format!("{name} – {title}"),
            None => name.clone(),
        };
        offer(incident, Verb::AssignTo(person.id.clone()), words, &name)
    };
    let free = |person: &&Person| incident.holder() != Some(&person.id);
    directory.assignable().filter(free).take(PEOPLE).filter_map(one).collect()
}

/// The first active people with an account, or without one.
fn accounts(
    directory: &Directory,
    linked: bool,
    choice: impl Fn(PersonId) -> Choice,
) -> Vec<Offered> {
    let has = |person: &&Person| {
        let private = directory.private.get(&person.id);
        private.is_some_and(|private| private.telegram_id.is_some()) == linked
    };
    let one = |person: &Person| {
        let name = people::name(&person.id, directory);
        let button = Button::choice(&name, choice(person.id.clone()));
        Offered { words: format!("{name} ({})", person.id), button }
    };
    directory
        .people
        .values()
        .filter(|person| person.active)
        .filter(has)
        .take(ACCOUNTS)
        .map(one)
        .collect()
}

/// Who may be given evidence: the Team, except whoever has it.
fn custodians(incident: &Incident, number: u32, directory: &Directory) -> Vec<Offered> {
    let has = incident.piece(number).and_then(|piece| piece.custodian.as_ref());
    let one = |person: &Person| {
        let name = people::name(&person.id, directory);
        offer(incident, Verb::HandTo(number, person.id.clone()), name.clone(), &name)
    };
    let others = directory.assignable().filter(|person| has != Some(&person.id));
    others.take(PEOPLE).filter_map(one).collect()
}
