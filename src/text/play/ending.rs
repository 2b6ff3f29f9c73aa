//! What becomes of an incident's playbooks when it ends, and when it is opened again.

use super::step;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::incident::act::ActKind;
use crate::domain::notice::View;
use crate::domain::playbook::run::event::StepNumber;
use crate::domain::playbook::run::state::{Ended, How, Over, OverHow, Run};
use crate::text::card;
use crate::text::markup::{Markup, one_line};

/// How many steps are named.
const NAMED: usize = 5;

/// What ending an incident stops, before it is ended: each run, how much of it is open, and what of that should
/// not be left undone.
pub fn will_stop(code: &IncidentCode, view: &View) -> Vec<Markup> {
    let Some(shown) = card::find(view, code) else { return Vec::new() };
    let incident = &shown.incident;
    let live = incident.live_runs().count();
    if live > 0 && !card::shows_content(incident, view) {
        let said = format!("{live} quy trình đang chạy của {code} sẽ dừng theo.");
        return vec![Markup::new().text(said)];
    }
    let lines = incident.live_runs().flat_map(|run| one_stops(run, view));
    lines.map(|line| Markup::new().text(line)).collect()
}

fn one_stops(run: &Run, view: &View) -> Vec<String> {
    let open: Vec<StepNumber> = unfinished(run).collect();
    let title = one_line(&run.title, 100);
    let mut lines = vec![format!(
        "Quy trình “{title}” đang chạy sẽ dừng theo, còn {} bước đang mở chưa xong.",
        open.len()
    )];
    let weighty: Vec<String> = open.iter().filter_map(|step| weight(run, *step, view)).collect();
    let more = weighty.len().saturating_sub(NAMED);
    lines.extend(weighty.into_iter().take(NAMED));
    lines.extend((more > 0).then(|| format!("• và {more} bước khác")));
    lines
}

/// Steps that wait for somebody.
fn unfinished(run: &Run) -> impl Iterator<Item = StepNumber> {
    let pending = run.pending().map(|(number, _, _)| number);
    pending.chain(run.stuck().map(|(number, _, _)| number))
}

/// A step that may not simply be left: only a lead skips it, or it closes on proof alone.
fn weight(run: &Run, number: StepNumber, view: &View) -> Option<String> {
    let task = step::task(run, view, number)?;
    let required = task.required.then_some("bắt buộc");
    let proof = task.evidence.is_some().then_some("phải có chứng cứ");
    let why: Vec<&str> = required.into_iter().chain(proof).collect();
    let title = one_line(&task.title, 120);
    (!why.is_empty()).then(|| format!("• {number}. {title} ({})", why.join(", ")))
}

/// What an act on an incident did to its playbooks, after its receipt.
pub fn came_of(code: &IncidentCode, act: ActKind, view: &View) -> Vec<Markup> {
    let Some(shown) = card::find(view, code) else { return Vec::new() };
    let incident = &shown.incident;
    let shows = card::shows_content(incident, view);
    let lines = match act {
        ActKind::Close | ActKind::Merge => stopped(incident, shows),
        ActKind::Reopen => to_start_again(incident, shows),
        _ => Vec::new(),
    };
    lines.into_iter().map(|line| Markup::new().text(line)).collect()
}

/// The runs that ended with the incident just now.
fn stopped(incident: &Incident, shows: bool) -> Vec<String> {
    let with_it: Vec<(&Run, &Ended)> = incident
        .runs
        .iter()
        .filter_map(|run| Some((run, run.ended.as_ref()?)))
        .filter(|(_, ended)| ended.how == How::Closed && Some(ended.at.at) == incident.closed_at)
        .collect();
    if !with_it.is_empty() && !shows {
        return vec![format!("{} quy trình đang chạy đã dừng theo.", with_it.len())];
    }
    with_it.into_iter().map(|(run, ended)| one_stopped(run, ended)).collect()
}

fn one_stopped(run: &Run, ended: &Ended) -> String {
    let title = one_line(&run.title, 100);
    let dropped = |over: &&Over| is_dropped(over, ended);
    let steps: Vec<String> = run
        .over
        .iter()
        .filter(dropped)
        .map(|over| format!("{}. {}", over.number, one_line(&over.title, 120)))
        .collect();
    if steps.is_empty() {
        return format!("Quy trình “{title}” đã dừng theo.");
    }
    let more = steps.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!("; và {more} bước khác") } else { String::new() };
    let named: Vec<String> = steps.iter().take(NAMED).cloned().collect();
    format!(
        "Quy trình “{title}” đã dừng theo, còn {} bước chưa xong: {}{rest}.",
        steps.len(),
        named.join("; ")
    )
}

/// Whether a step was given up because the run ended.
fn is_dropped(over: &Over, ended: &Ended) -> bool {
    over.how == OverHow::Dropped && over.at.seq == ended.at.seq
}

/// Playbooks that ended with the incident and have not run since.
fn to_start_again(incident: &Incident, shows: bool) -> Vec<String> {
    let last = |run: &&Run| {
        let later = |other: &Run| other.number > run.number && other.playbook == run.playbook;
        !incident.runs.iter().any(later)
    };
    let closed = |run: &&Run| run.ended.as_ref().is_some_and(|ended| ended.how == How::Closed);
    let titles: Vec<String> = incident
        .runs
        .iter()
        .filter(closed)
        .filter(last)
        .map(|run| format!("“{}”", one_line(&run.title, 100)))
        .collect();
    let code = &incident.code;
    match (titles.is_empty(), shows) {
        (true, _) => Vec::new(),
        (false, true) => vec![format!(
            "Quy trình đã dừng khi kết thúc: {}. Chạy lại từ đầu: /quytrinh {code}",
            titles.join(", ")
        )],
        (false, false) => {
            vec![format!("Quy trình đã dừng khi kết thúc chạy lại được: /quytrinh {code}")]
        }
    }
}
