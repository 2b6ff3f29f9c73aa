//! Drills in a list, and one of them as its reader may see it.

use super::{bold, button, kind, late, leads, line, name, reader, row, rows, said, status, when};
use crate::domain::drill::notice::WordsFor;
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::event::Rsvp;
use crate::domain::drill::run::moments::QUICK_NOTE;
use crate::domain::drill::run::state::Status;
use crate::domain::drill::run::{DrillAct, board};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::notice::View;
use crate::domain::values::Role;
use crate::text::buttons;
use crate::text::markup::{Markup, one_line};
use crate::text::message::{Button, Message};
use crate::text::words;

/// So many drills a message lists.
const LISTED: usize = 12;

/// `/dientap`.
pub fn drills(view: &View) -> Message {
    let plans = reader(view).is_some_and(|person| view.directory.has_role(person, Role::Lead));
    if view.drills.is_empty() {
        let mut lines = vec![line("Chưa có cuộc diễn tập nào của anh/chị.")];
        if plans {
            lines.extend(how());
        }
        return Message::quiet(Markup::lines(lines));
    }
    let mut lines = vec![bold("Diễn tập")];
    let mut buttons = Vec::new();
    for shown in view.drills.iter().take(LISTED) {
        let drill = &shown.drill;
        lines.push(line(format!(
            "{} – {}, {}: {}",
            drill.code,
            one_line(&drill.planning.scenario.name, 60),
            when(drill.planning.at, view),
            status(drill.status)
        )));
        buttons.push(button(drill.code.as_str(), DrillPress::show(&drill.code)));
    }
    let more = view.drills.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(line(format!("và {more} cuộc nữa.")));
    }
    if plans {
        lines.extend(how());
    }
    let buttons: Vec<Button> = buttons.into_iter().flatten().collect();
    Message::quiet(Markup::lines(lines)).with(crate::text::message::rows(buttons, 2))
}

fn how() -> Vec<Markup> {
    vec![
        line(
            "Lập cuộc mới: /dientap lập KỊCH_BẢN NGÀY GIỜ, ví dụ /dientap lập lo-lot-du-lieu 15/12/2026 9h",
        ),
        line("Các kịch bản: /dientap kịch bản"),
        line(
            "Kế hoạch năm: /dientap kế hoạch. Chuỗi: /dientap chuỗi. Ai còn thiếu: /dientap tuân thủ",
        ),
        line(
            "Cùng chỉ đạo, nhiều phiên, nhóm riêng: /dientap MÃ phó NGƯỜI, /dientap MÃ giám khảo NGƯỜI, /dientap MÃ phiên NGÀY GIỜ, /dientap MÃ nhóm",
        ),
    ]
}

/// How one is planned.
pub fn how_to() -> Message {
    Message::quiet(Markup::lines(how()))
}

/// The scenarios there are.
pub fn scenarios(view: &View) -> Message {
    let mut lines = vec![bold("Kịch bản diễn tập")];
    for scenario in view.scenarios.all.values() {
        lines.push(line(format!(
            "• {} ({}, {}, {}): {}",
            scenario.title,
            scenario.id,
            kind(scenario.kind),
            words::duration(scenario.length),
            one_line(&scenario.summary, 120)
        )));
    }
    lines.extend(how().into_iter().take(1));
    Message::quiet(Markup::lines(lines))
}

/// One drill.
pub fn one(shown: &ShownDrill, view: &View) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    if leads(shown, view) && drill.status == Status::Scheduled && drill.go_asked {
        return super::board::go(shown, view);
    }
    if leads(shown, view) && drill.status.is_live() {
        return super::board::message(shown, view);
    }
    let planning = &drill.planning;
    let (yes, no, silent) = board::rsvp(drill);
    let mut lines = vec![
        bold(format!("{code} – {}", planning.scenario.name)),
        line(format!("Trạng thái: {}.", status(drill.status))),
        line(format!(
            "Diễn tập {}, {}, dự kiến {}.",
            kind(planning.scenario.kind),
            when(planning.at, view),
            words::duration(planning.scenario.length)
        )),
        line(format!("Chỉ đạo diễn tập: {}.", name(&planning.lead, view))),
    ];
    lines.extend(super::setup::lines(shown, view));
    if let Some((by, at)) = &drill.approved {
        lines.push(line(format!("Duyệt: {}, {}.", name(by, view), when(*at, view))));
    }
    if let Some(remark) = &drill.remark {
        lines.push(line(format!("Ghi chú: {}", said(shown, remark))));
    }
    if !drill.people.is_empty() {
        lines.push(line(format!("Tham gia {yes}, không {no}, chưa trả lời {silent}.")));
    }
    if drill.ended.is_some() {
        lines.extend(figures(shown));
    }
    if leads(shown, view) && drill.status.is_ahead() {
        lines.push(super::setup::hint(shown));
    }
    Message::quiet(Markup::lines(lines)).with(rows(acts(shown, view)))
}

fn acts(shown: &ShownDrill, view: &View) -> Vec<Vec<Button>> {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let Some(person) = reader(view) else { return Vec::new() };
    let mut all = Vec::new();
    let act = |label: &str, act| button(label, DrillPress::act(code, act));
    let ask = |label: &str, what| button(label, DrillPress::ask(code, what));
    let plans = view.directory.has_role(person, Role::Lead);
    match drill.status {
        Status::Draft if plans => all.push(row([act("Gửi duyệt", DrillAct::Submit)])),
        Status::Submitted if view.directory.has_role(person, Role::Manager) => all.push(row([
            act(buttons::APPROVE, DrillAct::Approve),
            ask(buttons::DISAPPROVE, WordsFor::Decline),
        ])),
        _ => {}
    }
    if plans && (drill.status.is_ahead() || drill.status == Status::Missed) {
        all.push(row([ask("Dời lịch", WordsFor::Move), ask("Hủy", WordsFor::Cancel)]));
    }
    if (plans || leads(shown, view)) && drill.status.is_ahead() {
        all.push(super::setup::buttons(shown));
    }
    if plans && drill.status == Status::Missed {
        all.push(row([ask("Đã tổ chức ngoài hệ thống", WordsFor::Outside)]));
    }
    if drill.people.contains_key(person) && drill.status == Status::Scheduled {
        all.push(row([
            act("Tham gia", DrillAct::Rsvp(Rsvp::Yes)),
            act("Không tham gia", DrillAct::Rsvp(Rsvp::No)),
            ask("Cử người thay", WordsFor::StandIn),
        ]));
    }
    if drill.is_staff(person) && drill.status.is_live() {
        all.push(row([ask("Ghi quan sát", WordsFor::Observe)]));
    }
    if drill.people.contains_key(person) && drill.status.is_live() {
        all.push(row([act(super::REAL, DrillAct::ClaimReal)]));
    }
    all.extend(super::after::buttons(shown, view));
    all
}

/// How it went, in figures: each with how many it rests on.
fn figures(shown: &ShownDrill) -> Vec<Markup> {
    let Some(scenario) = &shown.scenario else { return Vec::new() };
    let lines = board::lines(&shown.drill, scenario);
    let to: usize = lines.iter().map(|one| one.to).sum();
    let delivered: usize = lines.iter().map(|one| one.delivered).sum();
    let late: usize = lines.iter().map(|one| one.late).sum();
    let answered = super::story::answered(shown);
    vec![
        line(format!(
            "Tin tình huống: gửi tới {delivered}/{to}, có trả lời {answered}, trễ {late}."
        )),
        line(format!("Ý kiến sau diễn tập: {}.", shown.drill.survey.len())),
    ]
}

/// The short note for managers, a day after the end.
pub fn quick_note(shown: &ShownDrill, view: &View) -> Vec<Markup> {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let here = drill.people.values().filter(|one| one.here.is_some()).count();
    let mut lines = vec![
        bold(format!("Kết quả nhanh cuộc diễn tập {code}")),
        line(format!("{}, {}.", drill.planning.scenario.name, when(drill.planning.at, view))),
        line(format!("Có mặt {here}/{} người được mời.", drill.people.len())),
    ];
    let due = drill.ended.as_ref().map(|(ended, _)| ended.plus(QUICK_NOTE));
    lines.extend(late(due, drill.quick_note));
    lines.extend(figures(shown));
    lines.push(line("Báo cáo đầy đủ gửi sau, trong 5 ngày làm việc."));
    lines
}
