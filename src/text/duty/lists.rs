//! `/truc`, `/lichtruc`, and the questions of `/doica` and `/nghi`.

use std::time::Duration;

use super::{chair, feed, instant, layer, line, span, weekday};
use crate::domain::duty_notice::DutyAnswer;
use crate::domain::ids::PersonId;
use crate::domain::notice::{Reader, View};
use crate::domain::press::DutyPress;
use crate::domain::roster::shifts::Shift;
use crate::domain::roster::{Change, Layer, Leave, RosterId, Span, Swap};
use crate::domain::time::Timestamp;
use crate::domain::values::Role;
use crate::text::buttons;
use crate::text::markup::Markup;
use crate::text::message::{Button, Message, rows};
use crate::text::people;
use chrono::Datelike as _;

/// `/lichtruc` shows so much.
const WEEKS: Duration = Duration::from_secs(14 * 24 * 3600);

/// One's own duty is looked for so far ahead.
const AHEAD: Duration = Duration::from_secs(60 * 24 * 3600);

/// So many stretches of one's own are offered.
const OFFERED: usize = 8;

/// So many people are offered; the others are typed.
const PEOPLE: usize = 24;

/// The answer.
pub fn message(answer: &DutyAnswer, view: &View) -> Message {
    match answer {
        DutyAnswer::Now => now(view),
        DutyAnswer::Weeks => weeks(view),
        DutyAnswer::WhichShift => which_shift(view),
        DutyAnswer::WithWhom { layer, span } => with_whom(*layer, *span, view),
        DutyAnswer::LeaveHow => leave(view),
        DutyAnswer::Changes => changes(view),
        DutyAnswer::NoShift => Message::quiet(Markup::new().text(
            "Anh/chị không có ca trực vào lúc đó. Ca của anh/chị: /doica. Lịch chung: /lichtruc",
        )),
    }
}

fn now(view: &View) -> Message {
    let (directory, zone) = (&view.directory, view.team.zone);
    let mut lines = vec![Markup::new().bold(format!("Trực lúc {}", instant(view.now, zone)))];
    if directory.roster.plan(view.now).is_none() {
        lines.push(Markup::new().text(
            "Chưa có lịch trực. Tạm gọi theo thứ tự trong danh bạ. Nhập lịch: trucban duty import roster.toml",
        ));
        return Message::quiet(Markup::lines(lines));
    }
    for one in Layer::ALL {
        let seat = directory.on_duty(*one, view.now);
        let mut words = chair(&seat, directory);
        if let Some(next) = directory.next_change(*one, view.now, view.now.plus(AHEAD)) {
            words = format!("{words}, đến {}", instant(next, zone));
        }
        lines.push(Markup::new().text(capital(&line(layer(*one), &words))));
    }
    if directory.roster.untaken(view.now) {
        lines.push(Markup::new().text("⚠ Chưa ai nhận ca; Đội trưởng được gọi cùng người trực."));
    }
    if let Some(holiday) = directory.calendar.holiday(view.now) {
        lines.push(Markup::new().text(format!("Hôm nay nghỉ: {holiday}.")));
    }
    if let Some((one, next)) = own(view).into_iter().next() {
        let words = format!("Ca của anh/chị ({}): {}", layer(one), span(next.span, zone));
        lines.push(Markup::new().text(words));
    }
    lines.push(Markup::new().text("Hai tuần tới: /lichtruc. Đổi ca: /doica. Báo nghỉ: /nghi"));
    Message::quiet(Markup::lines(lines))
}

/// One line for each stretch, days as headings, so that it reads on a telephone.
fn weeks(view: &View) -> Message {
    let (directory, zone) = (&view.directory, view.team.zone);
    let around = Span { from: view.now, to: view.now.plus(WEEKS) };
    let mut lines = vec![Markup::new().bold("Lịch trực hai tuần tới")];
    if directory.roster.plans.is_empty() {
        lines.push(Markup::new().text("Chưa có lịch trực."));
        return Message::quiet(Markup::lines(lines));
    }
    let backups = directory.shifts(Layer::Backup, around);
    let mut last = None;
    for shift in directory.shifts(Layer::Duty, around) {
        let local = shift.span.from.local(zone);
        let day = local.date_naive();
        if last != Some(day) {
            let holiday = directory.calendar.holiday_on(day).map(|name| format!(" – {name}"));
            lines.push(Markup::new().bold(format!(
                "{} {}{}",
                weekday(day.weekday()),
                day.format("%d/%m"),
                holiday.unwrap_or_default()
            )));
            last = Some(day);
        }
        let backup = backups.iter().find(|one| one.span.holds(shift.span.from));
        let backup = backup.filter(|one| !one.chair.people().is_empty());
        let backup = backup.map(|one| format!(" · dự bị {}", chair(&one.chair, directory)));
        lines.push(Markup::new().text(format!(
            "{} {}{}",
            local.format("%H:%M"),
            chair(&shift.chair, directory),
            backup.unwrap_or_default()
        )));
    }
    lines.push(Markup::new().text("Người trực bây giờ: /truc"));
    let offered = match &view.reader {
        Reader::Person(id) => feed::offer(directory.has_role(id, Role::Lead)),
        _ => Vec::new(),
    };
    Message::quiet(Markup::lines(lines)).with(offered)
}

/// The reader's own stretches, the next first.
fn own(view: &View) -> Vec<(Layer, Shift)> {
    let Reader::Person(reader) = &view.reader else { return Vec::new() };
    let (roster, calendar) = (&view.directory.roster, &view.directory.calendar);
    let around = Span { from: view.now, to: view.now.plus(AHEAD) };
    let mine = |shift: &Shift| shift.chair.people().iter().any(|one| &one.person == reader);
    let mut own: Vec<(Layer, Shift)> = Layer::ALL
        .iter()
        .flat_map(|one| roster.shifts(*one, around, calendar).into_iter().map(|s| (*one, s)))
        .filter(|(_, shift)| mine(shift))
        .collect();
    own.sort_by_key(|(_, shift)| shift.span);
    own
}

fn which_shift(view: &View) -> Message {
    let zone = view.team.zone;
    let (own, asked) = (own(view), asked(view));
    if own.is_empty() && asked.is_empty() {
        return Message::quiet(
            Markup::new()
                .text("Anh/chị không có ca trực nào trong 60 ngày tới. Lịch chung: /lichtruc"),
        );
    }
    let mut lines = vec![
        Markup::new().bold("Anh/chị muốn đổi ca nào?"),
        Markup::new().text("Hoặc gõ: /doica 25/11 NGƯỜI"),
    ];
    let give = own.iter().take(OFFERED).filter_map(|(one, shift)| {
        let press = DutyPress::Shift { layer: *one, at: shift.span.from.max(view.now) };
        let words = match one {
            Layer::Duty => span(shift.span, zone),
            Layer::Backup => format!("{} ({})", span(shift.span, zone), layer(*one)),
        };
        Button::duty(&words, &press)
    });
    let mut offered: Vec<Button> = give.collect();
    if !asked.is_empty() {
        lines.push(Markup::new().line().text("Đề nghị còn chờ trả lời:"));
    }
    for (id, swap) in asked {
        let to = people::name(&swap.to, &view.directory);
        let words = format!("nhờ {to} {}", span(swap.span, zone));
        lines.push(Markup::new().text(format!("• {words} (/doica hủy {})", id.0)));
        let press = DutyPress::Swap { id: *id, agreed: false };
        offered.extend(Button::duty(&format!("{}: {words}", buttons::REDACT), &press));
    }
    Message::quiet(Markup::lines(lines)).with(rows(offered, 1))
}

/// What the reader has asked others to take and can still withdraw.
fn asked(view: &View) -> Vec<(&RosterId, &Swap)> {
    let Reader::Person(reader) = &view.reader else { return Vec::new() };
    view.directory.roster.asked_by(reader, view.now).take(OFFERED).collect()
}

fn with_whom(one: Layer, stretch: Span, view: &View) -> Message {
    let directory = &view.directory;
    let reader = |id: &PersonId| view.reader == Reader::Person(id.clone());
    let free = |id: &PersonId| {
        let seat = directory.on_duty(one, stretch.from);
        seat.people().iter().all(|seated| &seated.person != id)
            && directory.roster.leave_of(id, stretch.from).is_none()
    };
    let people = directory.assignable().filter(|one| !reader(&one.id) && free(&one.id));
    let buttons = people.take(PEOPLE).filter_map(|person| {
        let press = DutyPress::Give { layer: one, span: stretch, to: person.id.clone() };
        Button::duty(&people::name(&person.id, directory), &press)
    });
    let heading = format!("Ca {}: nhờ ai trực thay?", span(stretch, view.team.zone));
    Message::quiet(Markup::lines([
        Markup::new().bold(heading),
        Markup::new().text("Người được nhờ phải đồng ý thì lịch mới đổi."),
    ]))
    .with(rows(buttons, 2))
}

fn leave(view: &View) -> Message {
    let Reader::Person(reader) = &view.reader else {
        return Message::quiet(Markup::new().text("Việc này chỉ làm trong chat riêng."));
    };
    let zone = view.team.zone;
    let directory = &view.directory;
    let own = |leave: &Leave| &leave.person == reader;
    let leads = [Role::Lead, Role::Admin].iter().any(|role| directory.has_role(reader, *role));
    let leaves = directory.roster.leaves.iter();
    let mut leaves: Vec<(&RosterId, &Leave)> = leaves
        .filter(|(_, leave)| leave.span.is_ahead(view.now) && (leads || own(leave)))
        .collect();
    leaves.sort_by_key(|(_, leave)| (!own(leave), leave.span));
    let mut lines = vec![
        Markup::new().bold("Báo nghỉ"),
        Markup::new().text("Gõ: /nghi TỪ_NGÀY ĐẾN_NGÀY [NGƯỜI_TRỰC_THAY]"),
        Markup::new().text(
            "Ví dụ: /nghi 25/11 27/11 p-004. Có ca trong những ngày đó thì cần người trực thay.",
        ),
    ];
    let more = leaves.len().saturating_sub(PEOPLE);
    let mut buttons = Vec::new();
    for (id, leave) in leaves.into_iter().take(PEOPLE) {
        let mut words = days(leave.span.from, leave.span.to, zone);
        if !own(leave) {
            words = format!("{} {words}", people::name(&leave.person, directory));
        }
        let stand_in = leave.stand_in.as_ref();
        let stand_in = stand_in.map(|id| format!(", trực thay: {}", people::name(id, directory)));
        let stand_in = stand_in.unwrap_or_default();
        lines.push(Markup::new().text(format!("• {words}{stand_in} (/nghi hủy {})", id.0)));
        buttons.extend(Button::duty(&format!("Hủy nghỉ {words}"), &DutyPress::EndLeave(*id)));
    }
    if more > 0 {
        lines.push(Markup::new().text(format!("… và {more} kỳ nghỉ khác")));
    }
    Message::quiet(Markup::lines(lines)).with(rows(buttons, 1))
}

/// What was changed by hand and lies ahead, each with a button that takes it back.
fn changes(view: &View) -> Message {
    let ahead = |change: &&Change| change.span.to > view.now && change.span.from < change.span.to;
    let mut ahead: Vec<_> =
        view.directory.roster.changes.iter().filter(|(_, change)| ahead(change)).collect();
    if ahead.is_empty() {
        return Message::quiet(
            Markup::new()
                .text("Không có thay đổi nào của lịch trực từ nay về sau. Lịch: /lichtruc"),
        );
    }
    ahead.sort_by_key(|(_, change)| change.span);
    let mut lines = vec![Markup::new().bold("Bỏ thay đổi nào?")];
    let mut buttons = Vec::new();
    for (id, change) in ahead.into_iter().take(OFFERED) {
        let words = super::told::changed(change, view);
        lines.push(Markup::new().text(format!("• {words} (/truc hủy {})", id.0)));
        buttons.extend(Button::duty(&format!("Hủy: {words}"), &DutyPress::EndChange(*id)));
    }
    Message::quiet(Markup::lines(lines)).with(rows(buttons, 1))
}

/// Whole days as days, anything else with its hours.
pub fn days(from: Timestamp, to: Timestamp, zone: chrono_tz::Tz) -> String {
    let midnight = |at: Timestamp| at.local(zone).time() == chrono::NaiveTime::MIN;
    if !midnight(to) {
        return span(Span { from, to }, zone);
    }
    let last = to.minus(Duration::from_secs(1));
    let (first, last) = (from.local(zone), last.local(zone));
    format!("{}–{}", first.format("%d/%m"), last.format("%d/%m/%Y"))
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
