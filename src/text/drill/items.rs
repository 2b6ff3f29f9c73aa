//! What is to be made better after a drill.

use super::story::Parts;
use super::{bold, button, line, name, reader, row, rows, said};
use crate::domain::drill::notice::{DrillNotice, WordsFor};
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::run::items::{Item, RISES, Stands};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::ids::DrillCode;
use crate::domain::notice::View;
use crate::domain::time::Timestamp;
use crate::text::markup::Markup;
use crate::text::message::{Button, Message};

/// Where an item stands, in words.
pub fn stands(item: &Item, now: Timestamp) -> &'static str {
    match &item.stands {
        Stands::Open if item.is_late(now) => "quá hạn",
        Stands::Open => "đang làm",
        Stands::Done { .. } => "chờ xác minh",
        Stands::Verified { .. } => "đã xong",
    }
}

fn day(item: &Item, view: &View) -> String {
    item.due.local(view.team.zone).format("%d/%m/%Y").to_string()
}

fn who(item: &Item, view: &View) -> String {
    match (&item.owner, &item.unit) {
        (Some(owner), _) => name(owner, view),
        (None, Some(unit)) => {
            let known = view.directory.units.get(unit);
            known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
        }
        (None, None) => "–".to_owned(),
    }
}

/// All of them.
pub(super) fn list(shown: &ShownDrill, view: &View) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let mut lines = vec![bold(format!("{code}: kiến nghị sau diễn tập ({})", drill.items.len()))];
    let mut all = Vec::new();
    for (number, item) in &drill.items {
        lines.push(line(format!("{number}. {}", said(shown, &item.words))));
        lines.push(line(format!(
            "   {}, hạn {}, {}",
            who(item, view),
            day(item, view),
            stands(item, view.now)
        )));
        all.extend(buttons(code, *number, item, view));
    }
    lines.extend(how(code));
    Message::quiet(Markup::lines(lines)).with(rows(all))
}

fn how(code: &DrillCode) -> Vec<Markup> {
    vec![
        line(format!("Thêm: /dientap {code} kiến nghị NỘI DUNG; NGƯỜI HOẶC ĐƠN VỊ CHỦ TRÌ; NGÀY")),
        line(format!("Đã làm: /dientap {code} kiến nghị SỐ xong MINH CHỨNG")),
    ]
}

/// How one is written down.
pub(super) fn how_to(code: &DrillCode) -> Message {
    let mut lines = vec![bold("Kiến nghị: nội dung, người hoặc đơn vị chủ trì, thời hạn")];
    lines.extend(how(code));
    Message::quiet(Markup::lines(lines))
}

/// Who has to do it says that it is done; somebody else looks.
fn buttons(code: &DrillCode, number: u32, item: &Item, view: &View) -> Vec<Vec<Button>> {
    let mine = reader(view).is_some_and(|person| item.is_for(person, &view.directory));
    match &item.stands {
        Stands::Open if mine => {
            let done = DrillPress::ask(code, WordsFor::ItemDone(number));
            vec![row([button(&format!("{number}: đã làm xong"), done)])]
        }
        Stands::Done { by, .. } if !mine && by.as_ref() != reader(view) => {
            let fine = DrillPress::act(code, DrillAct::VerifyItem(number));
            let not = DrillPress::ask(code, WordsFor::ItemReturn(number));
            vec![row([
                button(&format!("{number}: đạt"), fine),
                button(&format!("{number}: chưa đạt"), not),
            ])]
        }
        _ => Vec::new(),
    }
}

/// What is told of one unasked.
pub(super) fn told(shown: &ShownDrill, notice: &DrillNotice, view: &View) -> Parts {
    let code = &shown.drill.code;
    let number = match notice {
        DrillNotice::Item { number, .. }
        | DrillNotice::ItemDone { number }
        | DrillNotice::ItemSeen { number, .. } => *number,
        _ => 0,
    };
    let Some(item) = shown.drill.items.get(&number) else {
        let hint = format!("Kiến nghị sau diễn tập: /dientap {code} kiến nghị");
        return (vec![line(hint)], Vec::new(), false);
    };
    let first = match notice {
        DrillNotice::Item { time: 0, .. } => "kiến nghị mới",
        DrillNotice::Item { time, .. } => match time {
            1 => "nhắc kiến nghị, còn 7 ngày",
            2 => "kiến nghị đến hạn hôm nay",
            late if *late >= RISES => "kiến nghị quá hạn nhiều lần",
            _ => "kiến nghị quá hạn",
        },
        DrillNotice::ItemDone { .. } => "kiến nghị chờ xác minh",
        DrillNotice::ItemSeen { fine: true, .. } => "kiến nghị đã được xác minh",
        _ => "kiến nghị bị trả lại",
    };
    let mut lines = vec![
        bold(format!("{code}: {first}")),
        line(format!("{number}. {}", said(shown, &item.words))),
        line(format!("Chủ trì: {}. Hạn: {}.", who(item, view), day(item, view))),
    ];
    if let (Stands::Done { words, .. }, DrillNotice::ItemDone { .. }) = (&item.stands, notice) {
        lines.push(line(format!("Minh chứng: {}", said(shown, words))));
    }
    if let (Some(why), DrillNotice::ItemSeen { fine: false, .. }) = (&item.returned, notice) {
        lines.push(line(format!("Lý do: {}", said(shown, why))));
    }
    (lines, buttons(code, number, item, view), false)
}
