//! "Vì sao tôi nhận tin này?": the level, the reason, who was called before, and who comes next.

use super::card;
use super::duty;
use super::markup::Markup;
use super::message::Message;
use super::people;
use super::words;
use crate::domain::escalation::explain::seat;
use crate::domain::escalation::ladder::Position;
use crate::domain::escalation::who::Why;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::calls::{Call, calls};
use crate::domain::notice::{Reader, View};

/// So many calls before are listed, the last ones.
const BEFORE: usize = 5;

/// The answer.
pub fn message(code: &IncidentCode, view: &View) -> Message {
    let Reader::Person(reader) = &view.reader else {
        return Message::quiet(Markup::new().text("Việc này chỉ hỏi được trong chat riêng."));
    };
    let calls = calls(&view.history);
    let mine = calls.iter().rposition(|call| call.why(reader).is_some());
    let mut lines = vec![Markup::new().bold(format!("{code}: vì sao anh/chị nhận tin này"))];
    let Some((before, call)) = mine.and_then(|mine| Some((calls.get(..mine)?, calls.get(mine)?)))
    else {
        lines.push(Markup::new().text(
            "Anh/chị không nằm trong lần gọi nào của sự cố này. Tin đến vì anh/chị là người báo, hoặc đã tham gia xử lý.",
        ));
        return Message::quiet(Markup::lines(lines));
    };
    let moment = |at| words::moment(at, view.now, view.team.zone);
    if let Some(why) = call.why(reader) {
        lines.push(Markup::new().text(format!(
            "Gọi lúc {}{}, vì {}{}.",
            moment(call.at),
            place(call),
            words::why(why),
            detail(why, reader, call, view)
        )));
    }
    if before.is_empty() {
        lines.push(Markup::new().text("Anh/chị ở lần gọi đầu tiên."));
    } else {
        lines.push(Markup::new().text("Đã gọi trước đó:"));
        let shown = before.len().saturating_sub(BEFORE);
        for call in before.iter().skip(shown) {
            let whom = people::names(call.people.iter().map(|one| &one.id), &view.directory);
            let whom = if whom.is_empty() { "không có ai".to_owned() } else { whom };
            lines.push(Markup::new().text(format!("• {}{}: {whom}", moment(call.at), place(call))));
        }
    }
    if let Some(shown) = card::find(view, code) {
        let after = card::coming(&shown.incident, view);
        if !after.is_empty() {
            lines.push(Markup::new().text(format!("{after}.")));
        }
    }
    Message::quiet(Markup::lines(lines))
}

fn place(call: &Call) -> String {
    match call.position {
        Some(Position::On(rung)) => format!(" (vòng {}, bậc {})", rung.round, rung.level),
        Some(Position::Exhausted(_)) => " (đã hết các vòng)".to_owned(),
        None => " (phân công)".to_owned(),
    }
}

/// Until when the stretch of duty lasts, and for whom the reader stands in.
fn detail(why: Why, reader: &PersonId, call: &Call, view: &View) -> String {
    if !why.is_by_roster() {
        return String::new();
    }
    let seat = seat(reader, call.at, &view.directory);
    seat.map_or_else(String::new, |seat| duty::seat(&seat, &view.directory, view.team.zone))
}
