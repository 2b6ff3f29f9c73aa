//! What happened to a run, as a line of the timeline.

use crate::domain::actor::Actor;
use crate::domain::directory::Directory;
use crate::domain::escalation::policy::Target;
use crate::domain::escalation::who::Called;
use crate::domain::playbook::model::Whom;
use crate::domain::playbook::run::RunEvent;
use crate::domain::playbook::run::event::{Begun, Call, Move, Why};
use crate::text::markup::one_line;
use crate::text::{people, words};

/// Who does or approves something.
pub fn whom(whom: &Whom, directory: &Directory) -> String {
    match whom {
        Whom::Reporter => "người báo".to_owned(),
        Whom::Holder => "người giữ sự cố".to_owned(),
        Whom::Target(Target::Duty) => "người trực".to_owned(),
        Whom::Target(Target::Backup) => "người trực dự bị".to_owned(),
        Whom::Target(Target::Lead) => "Đội trưởng, Phó Đội trưởng".to_owned(),
        Whom::Target(Target::Managers) => "lãnh đạo".to_owned(),
        Whom::Target(Target::Team) => "cả Đội".to_owned(),
        Whom::Target(Target::Role(role)) => words::role(*role).to_owned(),
        Whom::Target(Target::Person(id)) => people::name(id, directory),
    }
}

/// Why a step failed.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::Timeout => "quá thời hạn",
        Why::Said => "người làm báo không làm được",
        Why::Condition => "thiếu thông tin để quyết định",
        Why::Loop => "đã lặp đủ số lần",
        Why::Missing => "bản quy trình không có bước này",
    }
}

/// The line, without words that somebody wrote.
pub fn line(what: &RunEvent, actor: &Actor, directory: &Directory) -> String {
    use RunEvent as E;
    let who = people::actor(actor, directory);
    match what {
        E::Started { title, version, .. } => {
            format!("{who} bắt đầu quy trình “{title}” (bản {version})")
        }
        E::Moved { moves } => moved(moves, directory),
        E::Called { step, cause, people, team, .. } => {
            called(*step, *cause, people, *team, directory)
        }
        E::Taken { step } => format!("{who} nhận bước {step}"),
        E::Answered { step, .. } => format!("{who} trả lời ở bước {step}"),
        E::Reasked { step } => format!("{who} trả lời lại các câu hỏi ở bước {step}"),
        E::Freed { step, .. } => format!("Bước {step} không còn người làm, gọi người khác"),
        E::Lost => "Quy trình dừng: không đọc được bản đã lưu".to_owned(),
        E::Proved { step, number } => format!("{who} gửi chứng cứ {number} cho bước {step}"),
        E::ApprovalAsked { step, .. } => format!("{who} xin duyệt bước {step}"),
        E::Approved { step } => format!("{who} duyệt bước {step}"),
        E::Agreed { step } => format!("Bước {step} đã đủ người duyệt"),
        E::Declined { step, .. } => format!("{who} không duyệt bước {step}"),
        E::ApprovalLapsed { step } => format!("Bước {step} không được duyệt trong thời hạn"),
        E::Reminded { step, .. } => format!("Nhắc bước {step}"),
        E::Late { step } => format!("Bước {step} đã quá hạn"),
        E::Done { step } if *actor == Actor::System => format!("Bước {step} đã hết giờ chờ"),
        E::Done { step } => format!("{who} xong bước {step}"),
        E::Skipped { step, .. } => format!("{who} bỏ qua bước {step}"),
        E::Failed { step, why: reason, .. } => {
            format!("Bước {step} không làm được: {}", why(*reason))
        }
        E::Retried { step } => format!("{who} cho làm lại bước {step}"),
        E::Finished => "Quy trình đã xong".to_owned(),
        E::Stopped { .. } => format!("{who} dừng quy trình"),
    }
}

/// The steps for people that began; the way there is for machines.
fn moved(moves: &[Move], directory: &Directory) -> String {
    let begun: Vec<String> = moves
        .iter()
        .filter_map(|one| match one {
            Move::Begin { number, waits: Begun::Task { title, who, .. }, .. } => {
                Some(format!("{number}. {title} ({})", whom(who, directory)))
            }
            _ => None,
        })
        .collect();
    let stuck = moves.iter().find_map(|one| match one {
        Move::Stuck { number, why: reason } => {
            Some(format!("Quy trình dừng ở bước {number}: {}", why(*reason)))
        }
        _ => None,
    });
    match (begun.is_empty(), stuck) {
        (false, _) => format!("Bước tiếp theo: {}", one_line(&begun.join("; "), 600)),
        (true, Some(stuck)) => stuck,
        (true, None) => "Quy trình đi tiếp".to_owned(),
    }
}

fn called(step: u32, cause: Call, people: &[Called], team: bool, directory: &Directory) -> String {
    let mut names: Vec<String> =
        people.iter().map(|called| people::name(&called.id, directory)).collect();
    if team {
        names.push("nhóm chat của Đội".to_owned());
    }
    let names = if names.is_empty() { "chưa có ai".to_owned() } else { names.join(", ") };
    let what = match cause {
        Call::Begun => "Giao bước",
        Call::Untaken(_) => "Chưa ai nhận, gọi tiếp cho bước",
        Call::Approval => "Xin duyệt bước",
        Call::Late => "Báo quá hạn bước",
        Call::Failed => "Hỏi cách xử lý bước",
        Call::Lapsed => "Báo chưa được duyệt bước",
        Call::Agreed => "Báo đã được duyệt bước",
        Call::Declined => "Báo không được duyệt bước",
        Call::Reminder => "Nhắc bước",
        Call::Dropped => "Báo không còn cần làm bước",
    };
    format!("{what} {step}: {names}")
}
