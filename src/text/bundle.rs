//! Many incidents in one message, and what becomes of an older copy of a card.

use super::buttons;
use super::card;
use super::markup::Markup;
use super::message::{CHAT_UNITS, Message, rows};
use super::page;
use super::render::marked;
use super::words;
use crate::domain::envelope::Origin;
use crate::domain::late::Waited;
use crate::domain::notice::{ON_ONE, PageKind, Shown, View};
use crate::domain::press::Verb;

/// Up to how many incidents have a button of their own.
const FEW: usize = 6;

/// What several incidents in one message are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bundle {
    /// Cards in the team's chat.
    Cards,
    /// What could not be sent for long: where everything stands now, and how much more there was.
    Late(Waited),
    /// Pages to one person, all of one class.
    Pages(PageKind),
}

/// All incidents of `view` in one message.
pub fn render_bundle(view: &View, kind: Bundle) -> Message {
    let drill = |shown: &Shown| matches!(shown.incident.origin, Origin::Drill(_));
    let all_drill = !view.incidents.is_empty() && view.incidents.iter().all(drill);
    let head = match kind {
        Bundle::Cards => format!("{} sự cố mới ghi nhận", view.incidents.len()),
        Bundle::Late(_) if view.incidents.is_empty() => "Tin cũ được gộp lại".to_owned(),
        Bundle::Late(_) => format!("Tình hình hiện tại của {} sự cố", view.incidents.len()),
        Bundle::Pages(kind) => {
            format!("{} – {} sự cố", page::asked(kind, false), view.incidents.len())
        }
    };
    let before = match kind {
        Bundle::Pages(kind) => page::whom_to_call(kind, view),
        Bundle::Late(waited) => overtaken(waited),
        Bundle::Cards => Vec::new(),
    };
    let after = match kind {
        Bundle::Late(_) if view.incidents.is_empty() => "",
        Bundle::Late(_) => "Xem một sự cố: /suco MÃ",
        Bundle::Cards | Bundle::Pages(_) => "Xem một sự cố: /suco MÃ. Tiếp nhận: /nhan MÃ",
    };
    let message = Message::quiet(listed(&head, &before, after, view, all_drill))
        .with(few(view))
        .calling(matches!(kind, Bundle::Pages(_)));
    let mut message = marked(message, all_drill, view.resend);
    message.subject = format!("{}: {} sự cố", words::PROGRAM, view.incidents.len());
    message
}

/// Why these come together, and what else there was.
fn overtaken(waited: Waited) -> Vec<Markup> {
    let mut lines = vec![
        "Các tin không gửi được cho anh/chị trong lúc Telegram gián đoạn được gộp lại ở đây."
            .to_owned(),
    ];
    if waited.duty > 0 {
        lines.push(format!(
            "{} tin cũ về lịch trực. Hiện ai trực: /truc. Hai tuần tới: /lichtruc.",
            waited.duty
        ));
    }
    if waited.answers > 0 {
        lines.push(format!(
            "{} câu trả lời cũ: yêu cầu đã được xử lý. Muốn xem lại, anh/chị gửi lại lệnh.",
            waited.answers
        ));
    }
    lines.into_iter().map(|line| Markup::new().text(line)).collect()
}

/// Titles are cut shorter and shorter until every line has room.
fn listed(head: &str, before: &[Markup], after: &str, view: &View, all_drill: bool) -> Markup {
    const ROOM: usize = CHAT_UNITS - 100;
    let text = |line: &dyn Fn(&Shown) -> Markup| {
        let mut lines = vec![Markup::new().bold(head)];
        lines.extend(before.iter().cloned());
        lines.extend(view.incidents.iter().take(ON_ONE).map(|shown| {
            let line = line(shown);
            let drill = matches!(shown.incident.origin, Origin::Drill(_)) && !all_drill;
            if drill {
                Markup::new().text(format!("{} ", words::DRILL_MARK)).and(line)
            } else {
                line
            }
        }));
        let more = view.incidents.len().saturating_sub(ON_ONE);
        if more > 0 {
            lines.push(Markup::new().text(format!("… và {more} sự cố khác: /suco")));
        }
        if !after.is_empty() {
            lines.push(Markup::new().text(after));
        }
        Markup::lines(lines)
    };
    let whole = |units: usize| text(&|shown| card::line(shown, view, units));
    let short = |units: usize| text(&|shown| card::short_line(shown, view, units));
    let brief = |units: usize| text(&|shown| card::brief_line(shown, view, units));
    let shorter = [80, 40, 20].into_iter().map(whole).chain([24, 16].into_iter().map(short));
    let shorter = shorter.chain([24, 12].into_iter().map(brief));
    let mut fitting = shorter.filter(|text| text.units() <= ROOM);
    fitting.next().unwrap_or_else(|| text(&|shown| card::heading(&shown.incident)))
}

fn few(view: &View) -> Vec<Vec<super::message::Button>> {
    let listed = view.incidents.iter().filter(|_| view.incidents.len() <= FEW);
    let buttons = listed.filter_map(|shown| {
        let label = format!("{} {}", buttons::SHOW, shown.incident.code);
        buttons::on(&shown.incident, Verb::Show, &label)
    });
    rows(buttons, 2)
}

/// What an older copy of a card becomes, once a newer one stands below it.
pub fn pointer(view: &View) -> Message {
    let Some(shown) = view.incidents.first() else {
        return Message::quiet(Markup::new().text("Thẻ này đã có bản mới bên dưới."));
    };
    let code = &shown.incident.code;
    let drill = matches!(shown.incident.origin, Origin::Drill(_));
    let said = Markup::new().text(format!("Thẻ {code} đã có bản mới bên dưới."));
    marked(Message::quiet(Markup::lines([said, card::heading(&shown.incident)])), drill, false)
}
