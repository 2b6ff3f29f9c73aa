//! An incident's card: the same lines in the team's chat, in a page, and in `/suco CODE`. What the
//! reader may see of its content follows its TLP label.

use std::collections::BTreeSet;

use super::markup::{Markup, one_line, paragraph};
use super::message::{Button, rows};
use super::people;
use super::play;
use super::words;
use crate::domain::access::{may, permit_on, sees_all};
use crate::domain::envelope::Actor;
use crate::domain::escalation::ladder::{Position, climb};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::state::{Lease, Open, Phase, Watch};
use crate::domain::notice::{Reader, Shown, View};
use crate::domain::values::{Impact, Status, Tlp, Tri};

/// The longest title on a card, in UTF-16 units.
const TITLE_UNITS: usize = 260;

/// How much of a description `/suco CODE` shows, in UTF-16 units.
const DESCRIPTION_UNITS: usize = 1500;

/// How much of what happened `/suco CODE` shows, in UTF-16 units.
const TIMELINE_UNITS: usize = 1400;

/// What a part of a widespread incident says of itself, before the code of the whole.
const PART_OF: &str = "xử lý chung trong sự cố diện rộng";

/// What stands beside a category that only the words of a report made likely.
const GUESSED: &str = " (máy đoán, chưa xác nhận)";

/// The incident with this code among those of the view.
pub fn find<'a>(view: &'a View, code: &IncidentCode) -> Option<&'a Shown> {
    view.incidents.iter().find(|shown| &shown.incident.code == code)
}

/// Whether the content stands in a message the reader did not ask for. RED content never does.
pub fn shows_content(incident: &Incident, view: &View) -> bool {
    let strict = matches!(incident.tlp, Tlp::AmberStrict | Tlp::Red);
    match &view.reader {
        Reader::Team => !strict,
        Reader::Person(_) => incident.tlp != Tlp::Red && may_see(incident, view),
        Reader::Stranger => false,
    }
}

/// Whether the reader may know of the incident at all: roles change, and cards outlive them.
pub fn may_see(incident: &Incident, view: &View) -> bool {
    match &view.reader {
        Reader::Team => true,
        Reader::Person(person) => {
            let actor = Actor::Person(person.clone());
            permit_on(&actor, ActKind::See, incident, &view.directory).is_ok()
        }
        Reader::Stranger => false,
    }
}

/// The buttons that start a playbook that fits, for whoever works on it and may read what it is about.
pub fn playbooks(shown: &Shown, view: &View) -> Vec<Vec<Button>> {
    let works = match &view.reader {
        Reader::Person(person) => view.directory.active(person).is_some_and(|person| {
            person.roles.iter().any(|role| may(*role, ActKind::StartPlaybook))
        }),
        Reader::Team => true,
        Reader::Stranger => false,
    };
    if !works
        || !shows_content(&shown.incident, view)
        || shown.incident.live_runs().next().is_some()
    {
        return Vec::new();
    }
    rows(play::list::fitting(shown, view), 1)
}

/// The card.
pub fn body(shown: &Shown, view: &View) -> Markup {
    let incident = &shown.incident;
    if let Some(parent) = incident.parent() {
        let unit = incident.unit.as_ref().filter(|_| shows_content(incident, view));
        let unit = unit.map(|unit| format!(" ({})", people::unit(unit, &view.directory)));
        let unit = unit.unwrap_or_default();
        return Markup::new()
            .bold(incident.code.as_str())
            .text(format!("{unit}: {PART_OF} {parent}"));
    }
    if !shows_content(incident, view) {
        return restricted(incident, view);
    }
    let mut lines = content(shown, view);
    lines.append(&mut progress(incident, view, false));
    lines.push(next(incident, view));
    lines.push(similar(incident, view));
    lines.push(label(incident));
    Markup::lines(lines)
}

/// Which open incidents it may belong to, for those who see the incidents of every unit.
fn similar(incident: &Incident, view: &View) -> Markup {
    let sees = match &view.reader {
        Reader::Team => true,
        Reader::Person(id) => view.directory.active(id).is_some_and(sees_all),
        Reader::Stranger => false,
    };
    if !sees || incident.similar.is_empty() || !incident.is_open() {
        return Markup::new();
    }
    let codes: Vec<&str> = incident.similar.iter().map(IncidentCode::as_str).collect();
    Markup::new().text(format!("Có thể liên quan: {}", codes.join(", ")))
}

/// How many units a widespread incident concerns, and the newest.
fn parts(incident: &Incident, view: &View) -> Markup {
    let Some(newest) = incident.parts.last() else { return Markup::new() };
    let units = incident.parts.iter().filter_map(|part| part.unit.as_ref());
    let units: BTreeSet<_> = units.map(|unit| view.directory.acting(unit)).collect();
    let mut line = format!("Sự cố diện rộng: {} đơn vị", units.len());
    if shows_content(incident, view) {
        let unit = newest.unit.as_ref().map(|unit| people::unit(unit, &view.directory));
        let unit = unit.map(|unit| format!("{unit}, ")).unwrap_or_default();
        line.push_str(&format!("; mới nhất: {unit}{}", newest.code));
    }
    Markup::new().bold(line)
}

/// Everything the reader may ask for, with one line for each thing that happened. The content of a
/// RED incident is shown here in private, and nowhere else.
pub fn full(shown: &Shown, view: &View, timeline: &[String]) -> Markup {
    let incident = &shown.incident;
    let asked = matches!(view.reader, Reader::Person(_)) && may_see(incident, view);
    if !asked && !shows_content(incident, view) {
        return restricted(incident, view);
    }
    let mut lines = content(shown, view);
    lines.append(&mut progress(incident, view, asked));
    lines.push(next(incident, view));
    lines.push(similar(incident, view));
    lines.push(reporter(incident, view));
    if incident.detected_estimated {
        let at = incident.detected_at.shown(view.team.zone);
        lines.push(Markup::new().text(format!("Phát hiện: {at} (tạm lấy giờ báo)")));
    }
    lines.append(&mut relations(incident));
    lines.push(label(incident));
    let description = shown.description.as_deref().unwrap_or_default();
    if !description.trim().is_empty() {
        let description = paragraph(description, DESCRIPTION_UNITS);
        lines.push(Markup::new().line().text(description));
    }
    if !timeline.is_empty() {
        lines.push(Markup::new().line().bold("Diễn biến"));
        lines.push(latest(timeline));
    }
    Markup::lines(lines)
}

/// The newest lines that fit, oldest first.
fn latest(timeline: &[String]) -> Markup {
    let mut left = TIMELINE_UNITS;
    let mut kept: Vec<String> = Vec::new();
    for line in timeline.iter().rev() {
        let line = one_line(line, 300);
        left = left.saturating_sub(super::markup::units(&line) + 1);
        if left == 0 {
            kept.push("… (các dòng cũ hơn được lược bớt)".to_owned());
            break;
        }
        kept.push(line);
    }
    Markup::lines(kept.iter().rev().map(|line| Markup::new().text(line)))
}

/// One line for a list, with a title of at most `units` UTF-16 units.
pub fn line(shown: &Shown, view: &View, units: usize) -> Markup {
    let incident = &shown.incident;
    let line = heading(incident);
    let held = incident.holder().map(|holder| people::name(holder, &view.directory));
    let line = match held {
        Some(holder) => line.text(format!(" · {holder}")),
        None if incident.parent().is_some() => line,
        None if incident.is_open() => line.text(" · chưa có người giữ"),
        None => line,
    };
    if !shows_content(incident, view) {
        return line.text(format!(" · TLP:{}", incident.tlp));
    }
    let unit = incident.unit.as_ref().map(|unit| people::unit(unit, &view.directory));
    let words: Vec<String> =
        unit.map(|unit| one_line(&unit, units)).into_iter().chain([title(shown, units)]).collect();
    line.text(format!(" · {}", words.join(": ")))
}

/// The same where room is dear: the unit is left out, and that nobody holds what is new.
pub fn short_line(shown: &Shown, view: &View, units: usize) -> Markup {
    let incident = &shown.incident;
    let held = incident.holder().map(|holder| people::name(holder, &view.directory));
    let holder = held.map(|holder| format!(" · {}", one_line(&holder, units)));
    let line = heading(incident).text(holder.unwrap_or_default());
    if !shows_content(incident, view) {
        return line;
    }
    line.text(format!(" · {}", title(shown, units)))
}

/// The shortest that still tells one from another: of what is new the status is left out as well.
pub fn brief_line(shown: &Shown, view: &View, units: usize) -> Markup {
    let incident = &shown.incident;
    let line = match incident.status() {
        Status::Reported => rated(incident, ""),
        _ => heading(incident),
    };
    if !shows_content(incident, view) {
        return line;
    }
    line.text(format!(" · {}", title(shown, units)))
}

/// Code, severity and status on one line.
pub fn heading(incident: &Incident) -> Markup {
    headed(incident, "")
}

/// The same at the top of a card, where a severity nobody has confirmed says so.
fn headline(incident: &Incident) -> Markup {
    headed(incident, if incident.guessed.severity { " (máy đoán)" } else { "" })
}

fn headed(incident: &Incident, guessed: &str) -> Markup {
    rated(incident, guessed).text(" · ").bold(words::status(incident.status()))
}

/// Code and severity.
fn rated(incident: &Incident, guessed: &str) -> Markup {
    let (sign, severity) =
        (words::severity_sign(incident.severity), words::severity(incident.severity));
    Markup::new()
        .text(format!("{sign} "))
        .bold(incident.code.as_str())
        .text(format!(" · {severity}{guessed}"))
}

/// The title, or what stands for it.
pub fn title(shown: &Shown, units: usize) -> String {
    if shown.incident.off_channel {
        return format!("({})", words::OFF_CHANNEL);
    }
    match shown.title.as_deref().map(|title| one_line(title, units)) {
        Some(title) if title.is_empty() && !shown.incident.parts.is_empty() => {
            "Nhiều đơn vị báo giống nhau".to_owned()
        }
        Some(title) if title.is_empty() => "(không có tiêu đề)".to_owned(),
        Some(title) => title,
        None => words::REMOVED.to_owned(),
    }
}

fn restricted(incident: &Incident, view: &View) -> Markup {
    if matches!(view.reader, Reader::Person(_)) && !may_see(incident, view) {
        return Markup::lines([heading(incident), holder(incident, view, false)]);
    }
    let (code, tlp) = (&incident.code, incident.tlp);
    let hint = match view.reader {
        Reader::Person(_) => format!("Nội dung hạn chế (TLP:{tlp}). Xem: /suco {code}"),
        Reader::Team | Reader::Stranger => {
            format!("Nội dung hạn chế (TLP:{tlp}). Để xem, nhắn riêng cho bot: /suco {code}")
        }
    };
    let widespread = parts(incident, view);
    Markup::lines([
        headline(incident),
        widespread,
        holder(incident, view, false),
        Markup::new().text(hint),
    ])
}

fn content(shown: &Shown, view: &View) -> Vec<Markup> {
    let incident = &shown.incident;
    let mut lines = vec![headline(incident)];
    if incident.off_channel {
        let sentence = format!("Sự cố {}.", words::OFF_CHANNEL);
        lines.push(Markup::new().bold(sentence));
        lines.push(Markup::new().text(people::hotline(view)));
    } else {
        lines.push(Markup::new().bold(title(shown, TITLE_UNITS)));
    }
    lines.push(parts(incident, view));
    if let Some(unit) = &incident.unit {
        let former = incident.former_unit.as_ref();
        let former = former.map(|former| people::unit_name(former, &view.directory));
        let former = former.map(|former| format!(" (trước là {former})")).unwrap_or_default();
        let unit = people::unit(unit, &view.directory);
        lines.push(Markup::new().text(format!("Đơn vị: {unit}{former}")));
    }
    if let Some(system) = incident.system.as_ref().and_then(|code| view.directory.systems.get(code))
    {
        lines.push(Markup::new().text(format!("Hệ thống: {}", people::system(system))));
    }
    if let Some(category) = incident.category {
        let name = words::category(category);
        let guessed = if incident.guessed.category { GUESSED } else { "" };
        lines.push(Markup::new().text(format!("Phân loại: {category} – {name}{guessed}")));
    }
    if let count @ 1.. = incident.evidence.iter().filter(|piece| piece.counts()).count() {
        lines.push(Markup::new().text(format!("Chứng cứ: {count}")));
    }
    lines
}

/// Two or three lines on a telephone: when it came and where it stands, what the reporter said of it,
/// and who has it, with a telephone number where `numbers` may be shown.
fn progress(incident: &Incident, view: &View, numbers: bool) -> Vec<Markup> {
    let zone = view.team.zone;
    let mut when = format!("Ghi nhận: {}", incident.reported_at.shown(zone));
    if incident.episode > 1 {
        when.push_str(&format!(", mở lại lần {}", incident.episode.saturating_sub(1)));
    }
    if incident.repeats > 0 {
        when.push_str(&format!(", cảnh báo lặp lại lần {}", incident.repeats));
    }
    if incident.damped.is_some() {
        when.push_str(" (nguồn chập chờn)");
    }
    if let Some(since) = since(incident) {
        let since = words::moment(since, incident.reported_at, zone);
        when.push_str(&format!(" · {}: {since}", words::status(incident.status())));
        match (incident.main(), incident.outcome()) {
            (Some(main), _) => when.push_str(&format!(" (gộp vào {main})")),
            (None, Some(outcome)) => when.push_str(&format!(" ({})", words::outcome(outcome))),
            (None, None) => {}
        }
    }
    let mut who = holder(incident, view, numbers);
    if !incident.helpers.is_empty() {
        let count = incident.helpers.len();
        let with = if who.is_empty() { "Cùng xử lý: " } else { ", cùng xử lý: " };
        who = who.text(format!("{with}{count} người"));
    }
    let mut lines = vec![Markup::new().text(when)];
    let mut told = Vec::new();
    if !incident.detected_estimated && incident.detected_at != incident.reported_at {
        told.push(format!("Phát hiện: {}", incident.detected_at.shown(zone)));
    }
    if let Some(impact) = incident.impact.filter(|impact| *impact != Impact::Unknown) {
        told.push(format!("Ảnh hưởng: {}", words::impact(impact)));
    }
    if !told.is_empty() {
        lines.push(Markup::new().text(told.join(" · ")));
    }
    lines.push(who);
    lines
}

/// When the present status came; none while it is only recorded.
fn since(incident: &Incident) -> Option<crate::domain::time::Timestamp> {
    match incident.status() {
        Status::Reported => None,
        Status::Acknowledged => incident.acknowledged.as_ref().map(|stamp| stamp.at),
        Status::Contained => incident.contained_at,
        Status::Resolved => incident.resolved_at,
        Status::Closed => incident.closed_at,
    }
}

/// Who has it; a part has the holder of the whole, where the view knows the whole.
fn holder(incident: &Incident, view: &View, numbers: bool) -> Markup {
    let reach = |holder| people::reach(holder, &view.directory, numbers);
    if let Some(parent) = incident.parent() {
        let whole = find(view, parent).and_then(|whole| whole.incident.holder());
        let held = |holder| Markup::new().text(format!("Người giữ {parent}: ")).bold(reach(holder));
        return whole.map(held).unwrap_or_default();
    }
    match incident.holder() {
        Some(holder) => Markup::new().text("Người giữ: ").bold(reach(holder)),
        None if incident.is_open() => Markup::new().text("Người giữ: ").bold("chưa có"),
        None => Markup::new(),
    }
}

/// What happens next by itself, and when.
pub(super) fn coming(incident: &Incident, view: &View) -> String {
    let moment = |at| words::moment(at, view.now, view.team.zone);
    match &incident.phase {
        Phase::Open(open) => match &open.watch {
            Watch::Grouped { parent } => format!("Được {PART_OF} {parent}"),
            Watch::Unheld { next, .. } if *next <= view.now => {
                "Đang gọi người tiếp theo".to_owned()
            }
            Watch::Unheld { next, put_off } => {
                let whom = called_next(incident, open, *next, view);
                let told = match put_off {
                    Some(_) => "Ngoài giờ làm việc, chờ gọi lúc",
                    None => "Gọi tiếp lúc",
                };
                format!("{told} {}{whom}", moment(*next))
            }
            Watch::Held { lease: Lease::Running { until }, .. } => {
                format!("Nhắc người giữ lúc {} nếu chưa có động thái mới", moment(*until))
            }
            Watch::Held { lease: Lease::Reminded { release_at }, .. } => {
                format!(
                    "Đang chờ người giữ trả lời, đến {} thì gọi người khác",
                    moment(*release_at)
                )
            }
        },
        Phase::Resolved { remind_at, .. } => {
            format!("Chờ kết thúc; nhắc lại lúc {}", moment(*remind_at))
        }
        Phase::Closed { .. } => String::new(),
    }
}

/// Who was called, and what happens next.
fn next(incident: &Incident, view: &View) -> Markup {
    let called = match &incident.phase {
        Phase::Open(Open { watch: Watch::Unheld { .. }, position, .. })
            if !incident.paged.is_empty() =>
        {
            let names = people::names(&incident.paged, &view.directory);
            Markup::new().text(format!("Đã gọi: {names} ({})", place(*position)))
        }
        _ => Markup::new(),
    };
    let asked = incident.assigned.as_ref().map_or_else(Markup::new, |person| {
        let person = people::name(person, &view.directory);
        Markup::new().text(format!("Đã phân công: {person}, chờ bấm Tiếp nhận"))
    });
    Markup::lines([called, asked, Markup::new().text(coming(incident, view))])
}

/// Where a ladder stands.
fn place(position: Position) -> String {
    match position {
        Position::On(rung) => format!("vòng {}, bậc {}", rung.round, rung.level),
        Position::Exhausted(_) => "đã hết các vòng gọi".to_owned(),
    }
}

/// Whom the ladder calls at its next moment, by the engine's own arithmetic.
fn called_next(
    incident: &Incident,
    open: &Open,
    at: crate::domain::time::Timestamp,
    view: &View,
) -> String {
    let policy = incident.policy();
    let steps =
        climb(policy, incident.next_position(open), 0, &incident.scene(at, &view.directory));
    let Some(step) = steps.last() else { return String::new() };
    let people = people::names(step.people.iter().map(|called| &called.id), &view.directory);
    let team = if step.team { "nhóm chat của Đội" } else { "" };
    let whom: Vec<&str> =
        [people.as_str(), team].into_iter().filter(|part| !part.is_empty()).collect();
    if whom.is_empty() { String::new() } else { format!(": {}", whom.join(", ")) }
}

fn label(incident: &Incident) -> Markup {
    match incident.tlp {
        Tlp::Amber => Markup::new(),
        tlp => Markup::new().text(format!("TLP:{tlp} – {}", words::tlp(tlp))),
    }
}

fn reporter(incident: &Incident, view: &View) -> Markup {
    let numbers = matches!(view.reader, Reader::Person(_));
    Markup::new().text(match &incident.reported_by {
        Some(person) => {
            format!("Người báo: {}", people::reach(person, &view.directory, numbers))
        }
        None => format!("Nguồn: {}", people::actor(&incident.source, &view.directory)),
    })
}

fn relations(incident: &Incident) -> Vec<Markup> {
    let mut lines = Vec::new();
    if let Some(earlier) = &incident.follows {
        lines.push(format!("Tiếp theo sự cố {earlier}"));
    }
    if !incident.duplicates.is_empty() {
        let codes: Vec<&str> =
            incident.duplicates.iter().map(|merged| merged.code.as_str()).collect();
        lines.push(format!("Đã gộp vào đây: {}", codes.join(", ")));
    }
    for (flag, value) in &incident.flags {
        if *value != Tri::Unknown {
            lines.push(format!("{}: {}", words::flag(*flag), words::tri(*value)));
        }
    }
    lines.into_iter().map(|line| Markup::new().text(one_line(&line, 400))).collect()
}
