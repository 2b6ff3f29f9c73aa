//! Which playbooks run on an incident, which fit it, and which there are.

use super::{refused, told};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::notice::{Reader, Shown, View};
use crate::domain::playbook::Playbook;
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::{Answer, Question, Whom};
use crate::domain::playbook::run::state::{How, Pending, Run, Waits};
use crate::domain::press::Verb;
use crate::domain::step_press::StepVerb;
use crate::domain::values::{Role, Status};
use crate::text::markup::{Markup, one_line};
use crate::text::message::{Button, Message, rows};
use crate::text::{buttons, card, people, words};

/// How many fitting playbooks are offered.
const OFFERED: usize = 3;

/// How many steps that wait have a button of their own.
const STEPS: usize = 4;

/// What a variable holds, as people read it. Words are where they can be taken back.
pub fn value(value: &Value, question: &Question) -> String {
    match (value, &question.answer) {
        (Value::Truth(true), _) => "có".to_owned(),
        (Value::Truth(false), _) => "không".to_owned(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Choice(value), Answer::Choice(all)) => {
            let word = all.iter().find(|(one, _)| one == value).map(|(_, word)| word.clone());
            word.unwrap_or_else(|| value.clone())
        }
        (Value::Choice(value), _) => value.clone(),
        (Value::Words(_), _) => "đã trả lời".to_owned(),
    }
}

/// The playbooks that fit an incident, as buttons: one tap starts one.
pub fn fitting(shown: &Shown, view: &View) -> Vec<Button> {
    let incident = &shown.incident;
    let begun = incident.status() != Status::Reported || incident.holder().is_some();
    if incident.off_channel || incident.open().is_none() || !begun {
        return Vec::new();
    }
    let runs = |one: &Playbook| incident.live_runs().any(|run| run.playbook == one.id);
    let all = best(shown, view).into_iter().filter(|one| !runs(one)).take(OFFERED);
    let key = |one: &Playbook| {
        let label = format!("{} {}", buttons::BEGIN, one.title);
        buttons::on(incident, Verb::StartPlaybook(one.id.clone()), &label)
    };
    all.filter_map(key).collect()
}

/// Those that fit, the best first.
fn best<'a>(shown: &Shown, view: &'a View) -> Vec<&'a Playbook> {
    let words = [shown.title.as_deref(), shown.description.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let fitting = view.plays.library.fitting(&shown.incident, &words.join(" "));
    fitting.into_iter().map(AsRef::as_ref).collect()
}

/// What the reporter can do at once, from the playbook that fits best.
pub fn first(shown: &Shown, view: &View) -> Vec<Markup> {
    let fitting = best(shown, view);
    let Some(playbook) = fitting.first().filter(|one| !one.first.is_empty()) else {
        return Vec::new();
    };
    let mut lines = vec![Markup::new().bold("Trong lúc chờ, xin làm ngay:")];
    lines.extend(
        playbook
            .first
            .iter()
            .take(6)
            .map(|line| Markup::new().text(format!("• {}", one_line(line, 200)))),
    );
    lines
}

/// `/quytrinh CODE`.
pub fn runs(code: &IncidentCode, view: &View) -> Message {
    let Some(shown) = card::find(view, code) else {
        return Message::quiet(Markup::new().text(format!("Không tìm thấy sự cố {code}.")));
    };
    let incident = &shown.incident;
    if incident.off_channel {
        return Message::quiet(
            Markup::new()
                .text(format!("{code} {}: không chạy quy trình ở đây.", words::OFF_CHANNEL)),
        );
    }
    let hidden = view.reader == Reader::Team && !card::shows_content(incident, view);
    let mut lines = vec![Markup::new().bold(format!("Quy trình của {code}"))];
    let (mut keys, mut stops) = (Vec::new(), Vec::new());
    if hidden {
        let live = incident.live_runs().count();
        lines
            .push(Markup::new().text(format!("Đang chạy: {live}. Xem chi tiết trong chat riêng.")));
        return Message::quiet(Markup::lines(lines));
    }
    for run in &incident.runs {
        lines.push(run_lines(incident, run, view));
        keys.extend(step_keys(incident, run));
        stops.extend(stop_key(incident, run, view));
    }
    if incident.runs.is_empty() {
        lines.push(Markup::new().text("Chưa chạy quy trình nào."));
    }
    let fitting = fitting(shown, view);
    if !fitting.is_empty() {
        lines.push(Markup::new().text("Phù hợp, bấm để bắt đầu:"));
    } else if incident.live_runs().next().is_none() && incident.open().is_some() {
        lines.push(
            Markup::new().text(format!("Bắt đầu: /quytrinh {code} TÊN. Các quy trình: /quytrinh")),
        );
    }
    let mut buttons = rows(keys, 2);
    buttons.extend(rows(stops, 1));
    buttons.extend(rows(fitting, 1));
    Message::quiet(Markup::lines(lines)).with(buttons)
}

/// `/quytrinh`.
pub fn playbooks(view: &View) -> Message {
    let mut lines = vec![Markup::new().bold("Các quy trình ứng cứu")];
    for one in view.plays.library.all.values().filter(|one| !one.shared) {
        lines.push(Markup::new().text(format!("• {}: {}", one.title, one_line(&one.summary, 120))));
    }
    lines.push(
        Markup::new().text("Bắt đầu cho một sự cố: /quytrinh MÃ TÊN, hoặc bấm Quy trình trên thẻ."),
    );
    Message::quiet(Markup::lines(lines))
}

/// The card of a run.
pub fn card_of(code: &IncidentCode, number: u32, view: &View) -> Message {
    let shown = card::find(view, code);
    let run = shown.and_then(|shown| shown.incident.runs.iter().find(|run| run.number == number));
    let (Some(shown), Some(run)) = (shown, run) else {
        return Message::quiet(Markup::new().text(format!("Xem: /quytrinh {code}")));
    };
    let incident = &shown.incident;
    if !card::shows_content(incident, view) {
        let waits = run.pending().count();
        let said = format!(
            "{code}: quy trình đang chạy, {waits} bước đang chờ. Chi tiết trong chat riêng: /quytrinh {code}"
        );
        return Message::quiet(Markup::new().text(said));
    }
    let mut keys = rows(step_keys(incident, run), 2);
    keys.extend(rows(buttons::on(incident, Verb::Show, &format!("{} {code}", buttons::SHOW)), 1));
    let lines = [Markup::new().bold(format!("{code} · Quy trình")), run_lines(incident, run, view)];
    Message::quiet(Markup::lines(lines)).with(keys)
}

fn step_keys(incident: &Incident, run: &Run) -> Vec<Button> {
    let numbers =
        run.pending().map(|(number, _, _)| number).chain(run.stuck().map(|(number, _, _)| number));
    let key = |number| {
        buttons::on(incident, Verb::Step(StepVerb::Show, number), &format!("Bước {number}"))
    };
    numbers.take(STEPS).filter_map(key).collect()
}

/// The button that stops a run, for whoever may: the holder and leads.
fn stop_key(incident: &Incident, run: &Run, view: &View) -> Option<Button> {
    let Reader::Person(person) = &view.reader else { return None };
    let leads = view.directory.has_role(person, Role::Lead);
    let may = leads || incident.holder() == Some(person);
    let step = run.tokens.keys().next().copied().filter(|_| may)?;
    let label = format!("{}: {}", buttons::STOP, run.title);
    buttons::on(incident, Verb::Step(StepVerb::Stop, step), &label)
}

/// A run: where it is, what waits for whom, until when.
fn run_lines(incident: &Incident, run: &Run, view: &View) -> Markup {
    let line = |words: String| Markup::new().text(words);
    let mut lines = vec![Markup::new().bold(one_line(&run.title, 200))];
    if let Some(ended) = &run.ended {
        let at = words::moment(ended.at.at, view.now, view.team.zone);
        let how = match ended.how {
            How::Finished => "đã xong",
            How::Stopped => "đã dừng",
            How::Closed => "kết thúc cùng sự cố",
            How::Lost => "đã dừng (không đọc được bản đã lưu)",
        };
        lines.push(line(format!("{how} lúc {at}, {} bước đã làm.", run.done)));
        return Markup::lines(lines);
    }
    let phase = run.pending().find_map(|(_, token, _)| token.phase.clone());
    let phase = phase.map(|phase| format!("Giai đoạn: {phase}. ")).unwrap_or_default();
    lines.push(line(format!("{phase}Đã làm {} bước.", run.done)));
    for (number, _, pending) in run.pending() {
        lines.push(line(format!(
            "{number}. {} – {}",
            one_line(&pending.title, 160),
            waits_for(incident, pending, view)
        )));
    }
    for (number, _, why) in run.stuck() {
        lines.push(line(format!(
            "{number}. Đã dừng ({}), chờ người giữ chọn: Thử lại, Bỏ qua, Dừng.",
            told::why(why)
        )));
    }
    for token in run.tokens.values() {
        if let Waits::Until(at) = token.waits {
            lines.push(line(format!("Chờ đến {}.", words::moment(at, view.now, view.team.zone))));
        }
    }
    lines.extend(newer(run, view).map(line));
    Markup::lines(lines)
}

/// Who waits for whom, until when.
fn waits_for(incident: &Incident, pending: &Pending, view: &View) -> String {
    let name = |id| people::name(id, &view.directory);
    let moment = |at| words::moment(at, view.now, view.team.zone);
    if let Some(asked) = &pending.approval {
        return format!("{} chờ duyệt, đến {}", name(&asked.by), moment(asked.until));
    }
    let who = match (&pending.taken, &pending.who, incident.holder()) {
        (Some((person, _)), _, _) => name(person),
        (None, Whom::Holder, Some(holder)) => name(holder),
        (None, who, _) => format!("{}, chưa ai nhận", told::whom(who, &view.directory)),
    };
    match pending.due {
        Some(due) if pending.late || due < view.now => format!("{who} – QUÁ HẠN {}", moment(due)),
        Some(due) => format!("{who}, hạn {}", moment(due)),
        None => who,
    }
}

/// That there is a newer version, and what it does otherwise.
fn newer(run: &Run, view: &View) -> Option<String> {
    let own = view.plays.bundles.get(&run.hash)?;
    if view.plays.library.has(own) {
        return None;
    }
    let now = view.plays.library.bundle(&run.playbook)?;
    let difference = own.difference(&now);
    let part = |word: &str, titles: &[String]| {
        (!titles.is_empty()).then(|| format!("{word} {}", one_line(&titles.join(", "), 200)))
    };
    let parts = [
        part("thêm", &difference.added),
        part("bỏ", &difference.removed),
        part("sửa", &difference.changed),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let version = now.root().map_or(0, |root| root.version);
    let what = if parts.is_empty() { "sửa chữ".to_owned() } else { parts.join("; ") };
    Some(format!("Có bản mới (bản {version}): {what}. Lần chạy này giữ bản {}.", run.version))
}

/// Files sent now belong to this step.
pub fn proof(code: &IncidentCode, step: u32, view: &View) -> Message {
    let shown = card::find(view, code);
    let task = shown.and_then(|shown| super::step::task(shown.incident.run_of(step)?, view, step));
    let kinds: Vec<_> = task
        .and_then(|task| task.evidence.as_ref())
        .map(|proof| proof.kinds.iter().copied().collect())
        .unwrap_or_default();
    Message::quiet(Markup::new().text(format!(
        "Xin gửi {} cho bước {step} của {code} vào đây trong 10 phút, hoặc trả lời (reply) vào tin của bước.",
        refused::proof(&kinds)
    )))
}
