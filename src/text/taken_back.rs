//! Taking words back: which there are, why, and what then still holds them.

use super::buttons;
use super::card;
use super::markup::{Markup, one_line};
use super::message::{Button, Message, rows};
use super::people;
use super::timeline;
use super::words;
use crate::domain::envelope::Actor;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::words::removable;
use crate::domain::notice::{Left, Reader, Stays, Told, View};
use crate::domain::press::{Choice, Verb};
use crate::domain::values::Role;

/// How many entries are offered, the newest first.
const OFFERED: usize = 10;

/// How much of an entry's words the list repeats, in UTF-16 units.
const WORDS_UNITS: usize = 120;

/// The entries whose words the reader may take back, by their numbers.
pub fn which(code: &IncidentCode, view: &View) -> Message {
    let Reader::Person(person) = &view.reader else { return Message::quiet(Markup::new()) };
    let visible = card::find(view, code).is_some_and(|shown| card::may_see(&shown.incident, view));
    if !visible {
        return Message::quiet(Markup::new());
    }
    let leads = view.directory.has_role(person, Role::Lead);
    let actor = Actor::Person(person.clone());
    let told = removable(&view.history, &actor, leads, view.now);
    let told: Vec<&&Told> = told.iter().rev().take(OFFERED).collect();
    if told.is_empty() {
        return Message::quiet(Markup::new().text(format!(
            "{code} không có nội dung nào anh/chị rút được. Sau 30 phút, hoặc với nội dung của \
             người khác, xin nhờ Đội trưởng."
        )));
    }
    let mut lines = vec![Markup::new().bold(format!("Rút nội dung nào của {code}?"))];
    lines.extend(told.iter().map(|told| line(told, view)));
    lines.push(Markup::new().text(format!(
        "Bấm nút, trả lời bằng số của mục, hoặc gửi: /rut {code} SỐ LÝ_DO. Rút rồi không lấy lại \
         được. Bỏ: /huy"
    )));
    let shown = card::find(view, code);
    let button = |told: &&&Told| {
        let (verb, label) = (Verb::Redact(told.at.seq), format!("Rút mục {}", told.at.seq));
        shown.and_then(|shown| buttons::on(&shown.incident, verb, &label))
    };
    let mut offered = rows(told.iter().filter_map(button), 2);
    offered.push(vec![Button::choice(buttons::CANCEL, Choice::Cancel)]);
    Message::quiet(Markup::lines(lines)).with(offered)
}

fn line(told: &Told, view: &View) -> Markup {
    let at = words::moment(told.at.at, view.now, view.team.zone);
    let said = told.words.as_deref();
    let line = timeline::line(&told.event, &told.at.actor, &view.directory, said, view.team.zone);
    let line = one_line(&line, WORDS_UNITS);
    Markup::new().bold(told.at.seq.to_string()).text(format!(" · {at} {line}"))
}

/// Why?
pub fn why(code: &IncidentCode, seq: i64) -> String {
    format!("Rút nội dung mục {seq} của {code}: xin gửi lý do. Lý do không nhắc lại nội dung đó.")
}

/// It is done, and where it still stands.
pub fn done(code: &IncidentCode, seq: i64, backups: &[String], stays: &[i64]) -> String {
    let mut said = format!(
        "Đã rút nội dung mục {seq} của {code}. Tệp dữ liệu không còn giữ; thẻ và các tin đã gửi \
         đang được sửa hoặc xóa. Tin nào không xóa được, bot sẽ báo."
    );
    if let Some(first) = stays.first() {
        let all: Vec<String> = stays.iter().map(ToString::to_string).collect();
        said.push_str(&format!(
            "\nTin gốc còn có mục {}: vẫn giữ trong sổ. Rút nốt: /rut {code} {first} LÝ_DO",
            all.join(", ")
        ));
    }
    if !backups.is_empty() {
        let names: Vec<String> = backups.iter().take(20).map(|name| one_line(name, 80)).collect();
        said.push_str(&format!("\nBản sao lưu còn giữ nội dung này: {}.", names.join(", ")));
    }
    said
}

/// Messages that could not be deleted: which they are, and what to do.
pub fn stays(Stays { code, of, left, more, .. }: &Stays, view: &View) -> Message {
    let count = left.len().saturating_add(*more);
    let mut lines = vec![Markup::new().bold(format!(
        "{code}: bot không xóa được {count} tin còn nội dung phải bỏ. Xin xóa bằng tay:"
    ))];
    lines.extend(left.iter().map(|one| Markup::new().text(format!("• {}", named(one, view)))));
    if *more > 0 {
        lines.push(Markup::new().text(format!("… và {more} tin khác.")));
    }
    let in_group = left.iter().any(|one| one.chat < 0);
    if let Some(seq) = of.filter(|_| in_group) {
        lines.push(Markup::new().text(format!(
            "Khi bot đã có quyền xóa tin trong nhóm, xin gửi: /rut {code} {seq} thử lại"
        )));
    }
    Message::quiet(Markup::lines(lines))
}

/// One of them, by its writer, time and place; in a large group Telegram has an address for it.
fn named(left: &Left, view: &View) -> String {
    let by = left.by.as_ref().map(|by| people::name(by, &view.directory));
    let by = by.unwrap_or_else(|| "bot".to_owned());
    let at = left.at.shown(view.team.zone);
    let place = match (left.chat, view.directory.by_telegram(left.chat)) {
        (..0, _) => "trong nhóm".to_owned(),
        (_, Some(person)) => {
            let name = people::name(&person.id, &view.directory);
            format!("trong chat riêng của {name} với bot (xin nhờ người đó xóa)")
        }
        (_, None) => "trong một chat riêng với bot".to_owned(),
    };
    // The number of such a group as Telegram's own links have it.
    let group =
        left.chat.saturating_neg().checked_sub(1_000_000_000_000).filter(|group| *group > 0);
    let link = group.map(|group| format!(": https://t.me/c/{group}/{}", left.message));
    format!("tin của {by} lúc {at} {place}{}", link.unwrap_or_default())
}
