//! Calls: to one person, and to the team's chat.

use super::buttons;
use super::card;
use super::markup::Markup;
use super::message::Message;
use super::people;
use super::words;
use crate::domain::escalation::who::Why;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::notice::{PageKind, View};

/// A call to one person: why, the card, and how to take charge.
pub fn page(code: &IncidentCode, kind: PageKind, why: Why, view: &View) -> Message {
    let place = match kind {
        PageKind::Rung { round, level, last } => {
            let last = if last { ", lần gọi cuối" } else { "" };
            format!(" (vòng {round}, bậc {level}{last})")
        }
        _ => String::new(),
    };
    let mut reason = format!("Anh/chị nhận tin này vì {}{place}.", words::why(why));
    if kind == PageKind::Assigned {
        reason.push_str(" Xin bấm Tiếp nhận để giữ sự cố.");
    }
    call(code, kind, Markup::new().text(reason), view)
}

/// A message in the team's chat that calls for attention.
pub fn team_call(code: &IncidentCode, kind: PageKind, view: &View) -> Message {
    let free = card::find(view, code).is_none_or(|shown| shown.incident.holder().is_none());
    let asked = if free { "Anh/chị nào nhận được, xin bấm Tiếp nhận." } else { "" };
    call(code, kind, Markup::new().text(asked), view)
}

fn call(code: &IncidentCode, kind: PageKind, reason: Markup, view: &View) -> Message {
    let shown = card::find(view, code);
    let incident = shown.map(|shown| &shown.incident);
    // A page overtaken while it waited to be sent says so instead of calling.
    let waiting = incident.is_none_or(|incident| incident.open().is_some());
    let mut lines = if waiting {
        vec![header(kind, incident), reason]
    } else {
        vec![Markup::new().bold(format!("Sự cố {code} không còn chờ người tiếp nhận."))]
    };
    if waiting {
        lines.extend(whom_to_call(kind, view));
    }
    match shown {
        Some(shown) => lines.push(Markup::new().line().and(card::body(shown, view))),
        None => lines.push(Markup::new().text(format!("Xem: /suco {code}"))),
    }
    let rows = incident
        .map(|incident| buttons::of_card(incident, &view.reader, &view.directory))
        .unwrap_or_default();
    Message::quiet(Markup::lines(lines)).with(rows).calling(waiting)
}

/// What is asked and how bad it is: the line a locked telephone shows.
fn header(kind: PageKind, incident: Option<&Incident>) -> Markup {
    let held = incident.is_some_and(|incident| incident.holder().is_some());
    let asked = asked(kind, held);
    match incident.map(|incident| words::severity(incident.severity)) {
        Some(severity) if kind == PageKind::SeverityRaised => {
            Markup::new().bold(format!("{asked} – nay là {severity}"))
        }
        Some(severity) => Markup::new().bold(format!("{asked} – mức độ {severity}")),
        None => Markup::new().bold(asked),
    }
}

/// What is asked of the reader.
pub(super) fn asked(kind: PageKind, held: bool) -> &'static str {
    match kind {
        PageKind::Rung { .. } | PageKind::NobodyAnswered | PageKind::NobodyReached if held => {
            "🔔 CHUYỂN CẤP, sự cố đang có người giữ và cần thêm anh/chị"
        }
        PageKind::Rung { .. } => "🔔 CẦN NGƯỜI TIẾP NHẬN",
        PageKind::Assigned => "🔔 ANH/CHỊ ĐƯỢC PHÂN CÔNG",
        PageKind::SeverityRaised => "🔺 MỨC ĐỘ TĂNG",
        PageKind::NobodyAnswered => "🚨 CHƯA AI TIẾP NHẬN, đã gọi hết các vòng",
        PageKind::NobodyReached => "🚨 KHÔNG LIÊN LẠC ĐƯỢC VỚI AI qua các kênh tin nhắn",
    }
}

/// Telephone numbers, where messages alone have not helped.
pub(super) fn whom_to_call(kind: PageKind, view: &View) -> Vec<Markup> {
    if !shows_numbers(kind) {
        return Vec::new();
    }
    let head = "Xin gọi điện trực tiếp:".to_owned();
    let lines = std::iter::once(head).chain(people::numbers(view));
    lines.map(|line| Markup::new().text(line)).collect()
}

fn shows_numbers(kind: PageKind) -> bool {
    match kind {
        PageKind::Rung { last, .. } => last,
        PageKind::NobodyAnswered | PageKind::NobodyReached => true,
        PageKind::Assigned | PageKind::SeverityRaised => false,
    }
}
