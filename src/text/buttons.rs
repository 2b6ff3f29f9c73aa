//! The words on buttons and which of them stand on a card. People learn these words and documents
//! quote them.

use super::message::{Button, rows};
use crate::domain::access::may;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::incident::Incident;
use crate::domain::notice::Reader;
use crate::domain::press::{Press, Verb};
use crate::domain::step_press::StepVerb;
use crate::domain::values::{Role, Status};

/// Take charge.
pub const ACKNOWLEDGE: &str = "Tiếp nhận";
/// Give it back.
pub const HAND_BACK: &str = "Trả lại";
/// Still on it.
pub const KEEP_ALIVE: &str = "Còn xử lý";
/// Page one person first.
pub const ASSIGN: &str = "Phân công";
/// Add a note.
pub const NOTE: &str = "Ghi chú";
/// Change the severity.
pub const SEVERITY: &str = "Mức độ";
/// Change the category.
pub const CATEGORY: &str = "Phân loại";
/// Call the next rung at once.
pub const RAISE: &str = "Chuyển cấp";
/// It spreads no further.
pub const CONTAIN: &str = "Khoanh vùng xong";
/// Put right.
pub const RESOLVE: &str = "Khắc phục xong";
/// Finish.
pub const CLOSE: &str = "Kết thúc";
/// Deal with several as one.
pub const GROUP: &str = "Gộp diện rộng";
/// Deal with one alone again.
pub const TAKE_OUT: &str = "Tách ra";
/// It is a duplicate.
pub const MERGE: &str = "Gộp";
/// The TLP label.
pub const TLP: &str = "TLP";
/// Open again.
pub const REOPEN: &str = "Mở lại";
/// Show an incident.
pub const SHOW: &str = "Xem";
/// Why the reader was called.
pub const WHY: &str = "Vì sao tôi nhận tin này?";
/// What the report left open.
pub const MORE: &str = "Bổ sung";
/// The list of evidence.
pub const EVIDENCE: &str = "Chứng cứ";
/// Give evidence to somebody.
pub const HAND: &str = "Bàn giao";
/// What was sent has arrived.
pub const RECEIVED: &str = "Đã nhận tin";
/// Flags.
pub const FLAGS: &str = "Dấu hiệu";
/// Pass this question over.
pub const PASS: &str = "Bỏ qua";
/// Leave the questions for another time.
pub const LATER: &str = "Để sau";
/// Something else than what is offered.
pub const OTHER: &str = "Khác";
/// One's own data in the directory still hold.
pub const RIGHT: &str = "Đúng";

/// They do not.
pub const CORRECT: &str = "Sửa";

/// Take over the watch.
pub const TAKE_WATCH: &str = "Nhận ca";
/// Agree to what somebody asks for.
pub const APPROVE: &str = "Duyệt";
/// Do not agree.
pub const DISAPPROVE: &str = "Không duyệt";
/// The playbooks of an incident.
pub const RUNS: &str = "Quy trình";
/// Stands before the title of a playbook that can be started.
pub const BEGIN: &str = "▶";
/// Take a step.
pub const STEP_TAKE: &str = "Nhận bước";
/// A step is done.
pub const DONE: &str = "Xong";
/// A step cannot be done.
pub const FAIL: &str = "Không làm được";
/// Try a step again.
pub const RETRY: &str = "Thử lại";
/// Stop a playbook.
pub const STOP: &str = "Dừng quy trình";
/// Answer a question in words.
pub const ANSWER: &str = "Trả lời";
/// Ask for an approval.
pub const ASK_APPROVAL: &str = "Xin duyệt";
/// Ask to be let in.
pub const ASK_ACCESS: &str = "Xin cấp quyền";
/// Yes.
pub const YES: &str = "Có";
/// No.
pub const NO: &str = "Không";
/// Not known.
pub const UNKNOWN: &str = "Không rõ";
/// Take words back.
pub const REDACT: &str = "Rút";
/// Leave the step.
pub const CANCEL: &str = "Hủy";

/// The word on a verb's button, where it has one of its own.
pub fn label(verb: &Verb) -> &'static str {
    match verb {
        Verb::Acknowledge => ACKNOWLEDGE,
        Verb::HandBack => HAND_BACK,
        Verb::KeepAlive => KEEP_ALIVE,
        Verb::Assign | Verb::AssignTo(_) => ASSIGN,
        Verb::Note => NOTE,
        Verb::Severity | Verb::SetSeverity(_) => SEVERITY,
        Verb::Category | Verb::SetCategory(_) => CATEGORY,
        Verb::Raise => RAISE,
        Verb::Contain => CONTAIN,
        Verb::Resolve => RESOLVE,
        Verb::Close | Verb::CloseSummary | Verb::CloseFalseAlarm => CLOSE,
        Verb::Group => GROUP,
        Verb::TakeOut => TAKE_OUT,
        Verb::Merge | Verb::MergeInto(_) => MERGE,
        Verb::Reopen => REOPEN,
        Verb::Words | Verb::Redact(_) => REDACT,
        Verb::Withdraw(_) => CANCEL,
        Verb::Show => SHOW,
        Verb::WhyCalled => WHY,
        Verb::NoticedAt => OTHER,
        Verb::More(_) | Verb::Detail(_) | Verb::NoteHere => MORE,
        Verb::Flags | Verb::Flag(_) | Verb::SetFlag(..) => FLAGS,
        Verb::Tlp | Verb::SetTlp(_) => TLP,
        Verb::Evidence => EVIDENCE,
        Verb::Hand(_) | Verb::HandTo(..) => HAND,
        Verb::Received(_) => RECEIVED,
        Verb::Runs | Verb::StartPlaybook(_) => RUNS,
        Verb::Step(verb, _) => step_label(*verb),
    }
}

/// The word on a button of a step.
fn step_label(verb: StepVerb) -> &'static str {
    match verb {
        StepVerb::Show => SHOW,
        StepVerb::Take => STEP_TAKE,
        StepVerb::Done => DONE,
        StepVerb::Skip => PASS,
        StepVerb::Fail => FAIL,
        StepVerb::Approve => APPROVE,
        StepVerb::Decline => DISAPPROVE,
        StepVerb::Retry => RETRY,
        StepVerb::Stop => STOP,
        StepVerb::Proof => EVIDENCE,
        StepVerb::Redo => CORRECT,
        StepVerb::Ask(_) | StepVerb::Answer(..) => ANSWER,
    }
}

/// A button on a message about `incident`, bound to its episode and firing.
pub fn on(incident: &Incident, verb: Verb, label: &str) -> Option<Button> {
    let code = incident.code.clone();
    let press = Press { verb, code, episode: incident.episode, firing: incident.firings };
    Button::press(label, &press)
}

/// The buttons of a card. In private only those that the reader may use; in a chat of many all,
/// since the person who presses is checked.
pub fn of_card(incident: &Incident, reader: &Reader, directory: &Directory) -> Vec<Vec<Button>> {
    let offered = |verb: &Verb| match reader {
        Reader::Person(id) => may_press(incident, verb, id, directory),
        Reader::Team => true,
        Reader::Stranger => false,
    };
    let keys = |verbs: Vec<Verb>| {
        let verbs = verbs.into_iter().filter(|verb| !writes_off_channel(incident, verb));
        let verbs = verbs.filter(offered);
        rows(verbs.filter_map(|verb| on(incident, verb.clone(), label(&verb))), 3)
    };
    match reader {
        // So many fall away that the rest is set anew.
        Reader::Person(id) => {
            let called = incident.paged.contains(id) || incident.assigned.as_ref() == Some(id);
            let called = called && incident.open().is_some();
            // Whoever is called may put a guess right before anybody takes it.
            let also = if incident.ladder_runs() {
                vec![Verb::Severity, Verb::Category]
            } else {
                Vec::new()
            };
            let mut keys = keys([verbs(incident).concat(), also].concat());
            let asked = called.then(|| on(incident, Verb::WhyCalled, WHY)).flatten();
            keys.extend(asked.map(|button| vec![button]));
            keys
        }
        Reader::Team | Reader::Stranger => verbs(incident).into_iter().flat_map(keys).collect(),
    }
}

fn verbs(incident: &Incident) -> Vec<Vec<Verb>> {
    use Verb as V;
    let status = incident.status();
    if incident.parent().is_some() {
        return vec![vec![V::Note, V::Show]];
    }
    match (status, incident.holder()) {
        (Status::Closed, _) => vec![vec![V::Reopen]],
        (Status::Resolved, _) => vec![vec![V::Close, V::Note]],
        (_, None) => vec![vec![V::Acknowledge, V::Raise, V::Assign], vec![V::Note, V::Close]],
        (_, Some(_)) => {
            let mut first = match status {
                Status::Contained => vec![V::Resolve],
                _ => vec![V::Contain, V::Resolve],
            };
            // Whoever was asked by name takes it over by this button.
            if incident.assigned.is_some() {
                first.insert(0, V::Acknowledge);
            }
            vec![
                first,
                vec![V::KeepAlive, V::HandBack, V::Note],
                vec![V::Severity, V::Category, V::Raise],
                vec![V::Flags, V::Assign, V::Close],
                vec![V::Runs],
            ]
        }
    }
}

/// On an incident handled outside the system nothing is written down.
fn writes_off_channel(incident: &Incident, verb: &Verb) -> bool {
    incident.off_channel && matches!(verb, Verb::Note | Verb::Category)
}

fn may_press(incident: &Incident, verb: &Verb, id: &PersonId, directory: &Directory) -> bool {
    let Some(person) = directory.active(id) else { return false };
    let holds = incident.holder() == Some(id);
    let leads = person.roles.contains(&Role::Lead);
    let asked = incident.assigned.as_ref() == Some(id);
    let fits = match verb {
        Verb::KeepAlive => holds,
        Verb::HandBack | Verb::Close => holds || leads,
        Verb::Acknowledge => incident.holder().is_none() || asked,
        _ => true,
    };
    fits && person.roles.iter().any(|role| may(*role, verb.act()))
}
