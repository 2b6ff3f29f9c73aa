//! What people concerned should know about an incident.

use std::time::Duration;

use super::buttons;
use super::card;
use super::evidence;
use super::markup::{Markup, one_line, paragraph};
use super::message::{Message, rows};
use super::people;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::ids::{IncidentCode, UnitCode};
use crate::domain::incident::Incident;
use crate::domain::notice::{News, Reader, Shown, View};
use crate::domain::press::Verb;

/// How much of somebody's words a piece of news repeats, in UTF-16 units.
const WORDS_UNITS: usize = 1500;

/// The title that follows the code, in UTF-16 units.
const TITLE_UNITS: usize = 120;

/// One piece of news.
pub fn message(code: &IncidentCode, news: &News, view: &View) -> Message {
    let shown = card::find(view, code);
    let mut lines = vec![Markup::new().bold(code.as_str()).text(said(news, view))];
    if let Some(shown) = shown {
        lines.push(quoted(news, shown, view));
    }
    if let News::LeaseReminder { release_at } = news {
        let until = words::moment(*release_at, view.now, view.team.zone);
        lines.push(
            Markup::new().text(format!(
                "Xin bấm Còn xử lý trước {until}. Quá giờ đó bot sẽ gọi người khác."
            )),
        );
    }
    lines.push(about(shown, view));
    let pressed = shown.map(|shown| offered(news, &shown.incident)).unwrap_or_default();
    let buttons = shown.map(|shown| {
        let with = |verb: Verb| buttons::on(&shown.incident, verb.clone(), buttons::label(&verb));
        rows(pressed.into_iter().filter_map(with), 3)
    });
    Message::quiet(Markup::lines(lines)).with(buttons.unwrap_or_default()).calling(calls(news))
}

/// The sentence after the code; most have it as their subject.
fn said(news: &News, view: &View) -> String {
    let directory = &view.directory;
    let numbers = matches!(view.reader, Reader::Person(_));
    match news {
        News::Taken { by } => {
            format!(": {} đã tiếp nhận.", people::reach(by, directory, numbers))
        }
        News::GivenBack { by } => {
            format!(": {} đã trả lại. Đang gọi người tiếp theo.", people::name(by, directory))
        }
        News::UnitMoved { from, to } => {
            format!(": {}.", unit_moved(from, to, directory))
        }
        News::Contained => " đã khoanh vùng xong.".to_owned(),
        News::Resolved => " đã khắc phục xong, chờ kết thúc.".to_owned(),
        News::Closed => " đã kết thúc.".to_owned(),
        News::Reopened => " đã mở lại. Đang gọi người trực.".to_owned(),
        News::Merged { main } => {
            format!(" trùng với {main} nên đã gộp vào đó. Theo dõi: /suco {main}")
        }
        News::SeverityChanged { from, to } => {
            let (was, is) = (words::severity(*from), words::severity(*to));
            let way = if to > from { "tăng" } else { "giảm" };
            format!(": mức độ {way}, {was} → {is}.")
        }
        News::Note { by: Some(by) } => format!(": {} ghi chú", people::name(by, directory)),
        News::Note { by: None } => ": có ghi chú mới".to_owned(),
        News::LeaseReminder { .. } => ": anh/chị còn xử lý sự cố này không?".to_owned(),
        News::LeaseExpired => {
            ": người giữ không trả lời nên không còn giữ. Đang gọi người tiếp theo.".to_owned()
        }
        News::Widespread { units } => format!(
            ": đã có {units} đơn vị báo sự cố cùng loại trong thời gian ngắn. Có thể là sự cố diện rộng; gộp lại thì Đội xử lý chung và trả lời mọi đơn vị một lần."
        ),
        News::Flapping { times, within_ms, quiet_ms } => format!(
            ": nguồn cảnh báo chập chờn, {times} lần trong {}. Từ nay cảnh báo không nặng hơn của nguồn này chỉ ghi thêm vào đây, không gọi ai, đến khi nguồn yên {}. Xin anh/chị kiểm tra nguồn.",
            words::duration(Duration::from_millis(*within_ms)),
            words::duration(Duration::from_millis(*quiet_ms))
        ),
        News::CloseReminder => " đã khắc phục xong nhưng chưa kết thúc.".to_owned(),
        News::Evidence { .. } | News::Handed { .. } | News::Received { .. } => {
            evidence::news(news, directory).unwrap_or_default()
        }
        News::AssignedUnreachable { person } => format!(
            ": tin phân công không tới được {}. Xin gọi điện hoặc phân công người khác.",
            people::reach(person, directory, numbers)
        ),
    }
}

/// An incident goes on under the unit that took the place of its own.
pub(super) fn unit_moved(from: &UnitCode, to: &UnitCode, directory: &Directory) -> String {
    let name = |unit| people::unit_name(unit, directory);
    if directory.ended.contains(from) {
        format!("{} đã kết thúc hoạt động, sự cố nay thuộc {}", name(from), name(to))
    } else {
        format!("sự cố chuyển từ {} về {}", name(from), name(to))
    }
}

/// Which incident that was, for somebody who does not know codes by heart.
fn about(shown: Option<&Shown>, view: &View) -> Markup {
    match shown {
        Some(shown) if card::shows_content(&shown.incident, view) => {
            Markup::new().text(format!("Sự cố: {}", card::title(shown, TITLE_UNITS)))
        }
        _ => Markup::new(),
    }
}

/// The words that came with it: a note, a summary, a reason.
fn quoted(news: &News, shown: &Shown, view: &View) -> Markup {
    let (News::Note { .. } | News::Closed) = news else { return Markup::new() };
    let outcome = shown.incident.outcome().filter(|_| matches!(news, News::Closed));
    let outcome = outcome.map(|outcome| format!("Kết quả: {}.", words::outcome(outcome)));
    let outcome = Markup::new().text(outcome.unwrap_or_default());
    if !card::shows_content(&shown.incident, view) {
        let code = &shown.incident.code;
        let hint = match view.reader {
            Reader::Person(_) => format!("Xem: /suco {code}"),
            Reader::Team | Reader::Stranger => format!("Để xem, nhắn riêng cho bot: /suco {code}"),
        };
        let hint = Markup::new().text(hint);
        return Markup::lines([outcome, hint]);
    }
    let words = view.quoted.as_deref().unwrap_or_default();
    let words = paragraph(words, WORDS_UNITS);
    let words =
        if words.is_empty() { Markup::new() } else { Markup::new().text(format!("“{words}”")) };
    Markup::lines([outcome, words])
}

fn offered(news: &News, incident: &Incident) -> Vec<Verb> {
    match news {
        News::Handed { number, .. } => vec![Verb::Received(*number), Verb::Evidence],
        News::Evidence { .. } | News::Received { .. } => vec![Verb::Evidence],
        News::LeaseReminder { .. } => vec![Verb::KeepAlive, Verb::HandBack, Verb::Show],
        News::CloseReminder => vec![Verb::Close, Verb::Show],
        News::AssignedUnreachable { .. } => vec![Verb::Assign, Verb::Show],
        News::Merged { .. } => Vec::new(),
        News::Widespread { .. } => vec![Verb::Group, Verb::Show],
        _ if incident.is_open() => vec![Verb::Show],
        _ => Vec::new(),
    }
}

/// News that somebody has to act on makes a sound; the rest can wait for the morning.
fn calls(news: &News) -> bool {
    match news {
        News::LeaseReminder { .. }
        | News::LeaseExpired
        | News::Handed { .. }
        | News::Widespread { .. }
        | News::AssignedUnreachable { .. } => true,
        News::SeverityChanged { from, to } => to > from,
        News::Taken { .. }
        | News::GivenBack { .. }
        | News::UnitMoved { .. }
        | News::Flapping { .. }
        | News::Contained
        | News::Resolved
        | News::Closed
        | News::Reopened
        | News::Merged { .. }
        | News::Note { .. }
        | News::Evidence { .. }
        | News::Received { .. }
        | News::CloseReminder => false,
    }
}

/// The same, as the subject of an e-mail: no content.
pub fn subject(code: &IncidentCode) -> String {
    one_line(&format!("Có tin mới về {code}"), 80)
}
