//! A simulation, told.

use std::time::Duration;

use super::condition::Asked;
use super::told;
use crate::domain::directory::Directory;
use crate::domain::playbook::Bundle;
use crate::domain::playbook::model::{Does, PlaybookId, StepId};
use crate::domain::playbook::simulate::{Entry, Nobody, Played, What};
use crate::domain::values::Severity;
use crate::text::words;

/// The columns of the table.
pub const COLUMNS: [&str; 3] = ["Lúc", "Bước", "Việc"];

/// Over the table.
pub fn head(bundle: &Bundle, severity: Severity, seed: u64) -> String {
    let title = bundle.root().map(|one| one.title.as_str()).unwrap_or_default();
    format!(
        "Chạy thử “{title}” ({}): mức độ {}, hạt giống {seed}. Mỗi bước mất nửa thời hạn của nó.",
        bundle.root,
        words::severity(severity)
    )
}

/// One thing that happened, as a row.
pub fn row(entry: &Entry, bundle: &Bundle, directory: &Directory) -> Vec<String> {
    let place = match entry.playbook == bundle.root {
        true => entry.step.to_string(),
        false => format!("{}/{}", entry.playbook, entry.step),
    };
    vec![since(entry.at), place, what(entry, bundle, directory)]
}

/// How long after the beginning.
fn since(at: Duration) -> String {
    match at.as_secs() {
        0 => "bắt đầu".to_owned(),
        _ => format!("+{}", words::duration(at)),
    }
}

fn what(entry: &Entry, bundle: &Bundle, directory: &Directory) -> String {
    let playbook = bundle.playbooks.get(&entry.playbook);
    let asked = playbook.map(Asked::of);
    match &entry.what {
        What::Asked { title, who } => format!("→ {}: {title}", told::whom(who, directory)),
        What::Answered { name, value } => {
            let label = asked.as_ref().map(|asked| asked.label(name)).unwrap_or_default();
            let word = match value.as_str() {
                "true" => "Có".to_owned(),
                "false" => "Không".to_owned(),
                other => asked.map_or(other.to_owned(), |asked| asked.word(name, other)),
            };
            format!("trả lời {label}: {word}")
        }
        What::Done => "xong".to_owned(),
        What::Approved => "được duyệt".to_owned(),
        What::Chose(way) => format!("rẽ: {}", chosen(entry, way, bundle)),
        What::Passed => "bỏ qua: điều kiện không đúng".to_owned(),
        What::Failed(why) => format!("không làm được: {}", told::why(*why)),
        What::Stuck(why) => format!("DỪNG, hỏi người giữ sự cố: {}", told::why(*why)),
        What::Untaken => "chưa ai nhận, gọi tiếp".to_owned(),
        What::Late => "quá hạn".to_owned(),
        What::Waits(time) => format!("chờ {}", words::duration(*time)),
    }
}

/// Which way was chosen, by the condition's words.
fn chosen(entry: &Entry, way: &str, bundle: &Bundle) -> String {
    let step = bundle.step(&entry.playbook, &entry.step);
    let asked = bundle.playbooks.get(&entry.playbook).map(Asked::of);
    let (Some(step), Some(asked)) = (step, asked) else { return way.to_owned() };
    match &step.does {
        Does::If { condition, .. } if way == "else" => {
            format!("không đúng rằng {}", asked.said(condition))
        }
        Does::If { condition, .. } | Does::While { condition, .. } => asked.said(condition),
        Does::Switch { on, .. } => format!("{} là {}", asked.label(on), asked.word(on, way)),
        _ => way.to_owned(),
    }
}

/// How it ended.
pub fn ended(played: &Played) -> String {
    let took = words::duration(played.took);
    match (played.ended, played.entries.last()) {
        (true, _) => format!("Xong sau {took}."),
        (false, last) => {
            let step = last.map(|entry| entry.step.to_string()).unwrap_or_default();
            format!("KHÔNG tới cuối: sau {took} còn dừng ở bước {step}.")
        }
    }
}

/// Over the longest way.
pub const CRITICAL: &str = "Đường dài nhất (rút ngắn các bước này thì cả quy trình ngắn lại):";

/// A step on the longest way.
pub fn critical(step: &StepId, bundle: &Bundle, took: Option<Duration>) -> String {
    let steps = bundle.playbooks.values().find_map(|one| one.steps.get(step));
    let title = match steps.map(|step| &step.does) {
        Some(Does::Task(task)) => task.title.clone(),
        Some(Does::Wait { .. }) => format!("Chờ [{step}]"),
        _ => step.to_string(),
    };
    let took = took.map(|took| format!(" – {}", words::duration(took))).unwrap_or_default();
    format!("   {title}{took}")
}

/// Over the steps nobody can do.
pub const NOBODY: &str = "Danh bạ hiện không có người cho các bước này:";

/// One of them.
pub fn nobody(one: &Nobody, bundle: &Bundle, directory: &Directory) -> String {
    let title = title(&one.playbook, &one.step, bundle);
    let whom = told::whom(&one.whom, directory);
    let what =
        if one.approves { "không đủ người duyệt" } else { "không có người làm" };
    format!("   {title} [{}/{}]: {what} ({whom})", one.playbook, one.step)
}

/// Everybody it needs is there.
pub const EVERYBODY: &str = "Danh bạ có người cho mọi bước.";

/// There is no database to look into.
pub const NO_DIRECTORY: &str = "Chưa có danh bạ để xem ai làm được từng bước.";

fn title(playbook: &PlaybookId, step: &StepId, bundle: &Bundle) -> String {
    let task = bundle.step(playbook, step).and_then(|step| step.task());
    task.map_or_else(|| step.to_string(), |task| task.title.clone())
}
