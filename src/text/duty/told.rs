//! Handovers, swaps, leave: what people are told, and the receipts of what they asked for.

use super::lists::days;
use super::{instant, layer, others, put, reach, span};
use crate::domain::duty_notice::DutyNotice;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::View;
use crate::domain::press::DutyPress;
use crate::domain::receipt::DutyDone;
use crate::domain::roster::{Change, Layer, OpenSpan, RosterId, Swap, SwapState};
use crate::domain::time::Timestamp;
use crate::text::buttons;
use crate::text::card;
use crate::text::markup::Markup;
use crate::text::message::{Button, Message, rows};
use crate::text::people;

/// What somebody is told unasked.
pub fn told(notice: &DutyNotice, view: &View) -> Message {
    let zone = view.team.zone;
    let name = |id: &PersonId| people::name(id, &view.directory);
    let plain = |words: String| Message::quiet(Markup::new().text(words));
    match notice {
        DutyNotice::Incoming { at, outgoing, open, more, taken } => {
            let lines = incoming(*at, outgoing, open, *more, view);
            to_take(lines, *at, taken.as_ref(), view)
        }
        DutyNotice::Outgoing { at, incoming, held } => self::outgoing(*at, incoming, held, view),
        DutyNotice::Taken { by } => plain(format!("{} đã nhận ca trực.", name(by))),
        DutyNotice::Untaken { at, incoming } => Message::quiet(Markup::lines([
            Markup::new().bold(format!("⚠ Chưa ai nhận ca trực từ {}", instant(*at, zone))),
            Markup::new().text(format!("Có lịch: {}.", people::names(incoming, &view.directory))),
            Markup::new().text(
                "Người có lịch vẫn được gọi. Cho đến khi có người nhận ca, anh/chị cũng được gọi cùng.",
            ),
        ]))
        .calling(true),
        DutyNotice::Gap { at, until } => gap(*at, *until, view),
        DutyNotice::SwapAsked { id, swap } => asked(*id, swap, view),
        DutyNotice::SwapToDecide { id, swap } => to_decide(*id, swap, view),
        DutyNotice::SwapDone { swap } => plain(format!(
            "Đã đổi ca {}: {} thay {}.{}",
            span(swap.span, zone),
            name(&swap.to),
            name(&swap.from),
            in_both_chairs(swap, view)
        )),
        DutyNotice::SwapOff { swap, by } => {
            let by = by.as_ref().map(|by| {
                let said = if *by == swap.from { "đã rút đề nghị" } else { "không đồng ý" };
                format!(" ({} {said})", name(by))
            });
            plain(format!(
                "Không đổi ca {}{}. {} vẫn trực như lịch.",
                span(swap.span, zone),
                by.unwrap_or_default(),
                name(&swap.from)
            ))
        }
        DutyNotice::Reach { found, red, reachable, green } => {
            reach::table(found, *red, reachable, *green, view)
        }
        DutyNotice::Canary { id, until } => reach::canary(*id, *until, view),
        DutyNotice::CanaryMissed { unanswered } => reach::missed(unanswered, view),
        DutyNotice::Seated { .. }
        | DutyNotice::StandIn { .. }
        | DutyNotice::Unseated { .. }
        | DutyNotice::Replaced { .. }
        | DutyNotice::LeaveSet { .. }
        | DutyNotice::LeaveOver { .. }
        | DutyNotice::NewPlan { .. } => plain(others::told(notice, view)),
    }
}

/// Nobody is on duty: how the leads put somebody there.
fn gap(at: Timestamp, until: Option<Timestamp>, view: &View) -> Message {
    let zone = view.team.zone;
    let remedy = match until {
        Some(to) => put(Layer::Duty, OpenSpan { from: at, to: Some(to) }, zone),
        None => "Xếp người: /truc NGƯỜI TỪ_NGÀY ĐẾN_NGÀY, hoặc nhập lịch mới".to_owned(),
    };
    let until = until.map(|until| format!(" đến {}", instant(until, zone)));
    Message::quiet(Markup::lines([
        Markup::new().bold(format!(
            "⚠ Không có ai trực từ {}{}",
            instant(at, zone),
            until.unwrap_or_default()
        )),
        Markup::new().text("Trong thời gian này, sự cố gọi thẳng bậc tiếp theo."),
        Markup::new().text(remedy),
    ]))
    .calling(true)
}

fn incoming(
    at: Timestamp,
    outgoing: &[PersonId],
    open: &[IncidentCode],
    more: u64,
    view: &View,
) -> Vec<Markup> {
    let mut lines = vec![
        Markup::new().bold(format!("Ca trực của anh/chị bắt đầu {}", instant(at, view.team.zone))),
    ];
    if !outgoing.is_empty() {
        let from = people::names(outgoing, &view.directory);
        lines.push(Markup::new().text(format!("Nhận bàn giao từ: {from}.")));
    }
    let shown: Vec<_> = open.iter().filter_map(|code| card::find(view, code)).collect();
    if shown.is_empty() {
        lines.push(Markup::new().text("Không có sự cố nào đang mở."));
    } else {
        lines.push(Markup::new().line().bold("Đang mở"));
        lines.extend(shown.iter().map(|one| card::line(one, view, 50)));
        if more > 0 {
            lines.push(Markup::new().text(format!("… và {more} sự cố khác: /suco")));
        }
    }
    lines
}

/// What the reader has to do about the watch that begins.
fn to_take(
    mut lines: Vec<Markup>,
    since: Timestamp,
    taken: Option<&PersonId>,
    view: &View,
) -> Message {
    if let Some(by) = taken {
        lines.push(Markup::new().line().text(format!(
            "{} đã nhận ca. Anh/chị trực cùng, không cần bấm gì thêm.",
            people::name(by, &view.directory)
        )));
        return Message::quiet(Markup::lines(lines)).calling(true);
    }
    lines.push(Markup::new().line().text(format!(
        "Xin bấm {} trong 15 phút. Quá giờ, Đội trưởng được báo.",
        buttons::TAKE_WATCH
    )));
    let take = Button::duty(buttons::TAKE_WATCH, &DutyPress::TakeWatch(since));
    Message::quiet(Markup::lines(lines)).with(rows(take, 1)).calling(true)
}

fn outgoing(at: Timestamp, incoming: &[PersonId], held: &[IncidentCode], view: &View) -> Message {
    let mut lines = vec![
        Markup::new().bold(format!("Ca trực của anh/chị kết thúc {}", instant(at, view.team.zone))),
    ];
    lines.push(Markup::new().text(if incoming.is_empty() {
        "Chưa có người trực tiếp theo.".to_owned()
    } else {
        format!("Người trực tiếp theo: {}.", people::names(incoming, &view.directory))
    }));
    let shown: Vec<_> = held.iter().filter_map(|code| card::find(view, code)).collect();
    if !shown.is_empty() {
        lines.push(Markup::new().line().bold("Anh/chị còn giữ"));
        lines.extend(shown.iter().map(|one| card::line(one, view, 50)));
        lines.push(Markup::new().text(format!(
            "Không làm tiếp được thì xin bấm {} để bot gọi người trực mới.",
            buttons::HAND_BACK
        )));
    }
    Message::quiet(Markup::lines(lines))
}

/// What nobody notices otherwise: whoever takes the stretch sits in the other chair then.
fn in_both_chairs(swap: &Swap, view: &View) -> String {
    let other = if swap.layer == Layer::Duty { Layer::Backup } else { Layer::Duty };
    let shifts = view.directory.shifts(other, swap.span);
    let sits = shifts.iter().any(|shift| shift.chair.ids().contains(&swap.to));
    if !sits {
        return String::new();
    }
    format!(
        "\nLưu ý: khi đó {} vừa trực vừa trực dự bị. Đội trưởng xếp thêm người: /truc [dự bị] NGƯỜI TỪ ĐẾN",
        people::name(&swap.to, &view.directory)
    )
}

fn asked(id: RosterId, swap: &Swap, view: &View) -> Message {
    let from = people::name(&swap.from, &view.directory);
    let words = format!(
        "{from} nhờ anh/chị {} thay ca {}. Anh/chị nhận ca này không?{}",
        layer(swap.layer),
        span(swap.span, view.team.zone),
        in_both_chairs(swap, view)
    );
    let answer = |label, agreed| Button::duty(label, &DutyPress::Swap { id, agreed });
    let both = [answer(buttons::YES, true), answer(buttons::NO, false)];
    Message::quiet(Markup::new().text(words))
        .with(rows(both.into_iter().flatten(), 2))
        .calling(true)
}

fn to_decide(id: RosterId, swap: &Swap, view: &View) -> Message {
    let (from, to) = (&swap.from, &swap.to);
    let words = format!(
        "{} xin đổi ca {} cho {}; {} đã đồng ý. Xin anh/chị duyệt.",
        people::name(from, &view.directory),
        span(swap.span, view.team.zone),
        people::name(to, &view.directory),
        people::name(to, &view.directory)
    );
    let answer = |label, agreed| Button::duty(label, &DutyPress::Decide { id, agreed });
    let both = [answer(buttons::APPROVE, true), answer(buttons::DISAPPROVE, false)];
    Message::quiet(Markup::new().text(words)).with(rows(both.into_iter().flatten(), 2))
}

/// A change by hand: who sits where, and when.
pub(super) fn changed(change: &Change, view: &View) -> String {
    let who = match change.people.as_slice() {
        [] => "để trống".to_owned(),
        people => people::names(people, &view.directory),
    };
    format!("{who}, {} {}", layer(change.layer), span(change.span, view.team.zone))
}

/// The receipt of something asked for; what can be taken back has a button for it.
pub fn done(done: &DutyDone, view: &View) -> Message {
    let undo = match done {
        DutyDone::Changed { id, .. } => Button::duty(buttons::CANCEL, &DutyPress::EndChange(*id)),
        DutyDone::LeaveSet { id, .. } => Button::duty(buttons::CANCEL, &DutyPress::EndLeave(*id)),
        _ => None,
    };
    Message::quiet(Markup::new().text(receipt(done, view))).with(rows(undo, 1))
}

fn receipt(done: &DutyDone, view: &View) -> String {
    let zone = view.team.zone;
    let name = |id: &PersonId| people::name(id, &view.directory);
    match done {
        DutyDone::Planned { from: Some(from), next } => {
            let until = next.map(|next| format!(" đến {}", instant(next, zone)));
            format!(
                "Đã ghi nhận lịch trực, áp dụng từ {}{}. Xem: /lichtruc",
                instant(*from, zone),
                until.unwrap_or_default()
            )
        }
        DutyDone::Planned { from: None, .. } => {
            "Lịch trực đã như vậy, không có gì thay đổi.".to_owned()
        }
        DutyDone::Changed { id, change } => format!(
            "Đã ghi nhận thay đổi lịch trực: {}. Xem: /lichtruc. Bỏ: bấm {} hoặc /truc hủy {}",
            changed(change, view),
            buttons::CANCEL,
            id.0
        ),
        DutyDone::ChangeEnded => "Đã bỏ thay đổi đó. Xem: /lichtruc".to_owned(),
        DutyDone::LeaveSet { id, leave } => {
            let id = id.0;
            let words = days(leave.span.from, leave.span.to, zone);
            match &leave.stand_in {
                Some(other) => format!(
                    "Đã ghi nhận {} nghỉ {words}, {} trực thay. Hủy: /nghi hủy {id}",
                    name(&leave.person),
                    name(other)
                ),
                None => {
                    format!("Đã ghi nhận {} nghỉ {words}. Hủy: /nghi hủy {id}", name(&leave.person))
                }
            }
        }
        DutyDone::LeaveEnded => "Đã hủy kỳ nghỉ đó. Lịch trực: /truc".to_owned(),
        DutyDone::SwapProposed { swap } => format!(
            "Đã hỏi {} về ca {}. Lịch chưa đổi cho đến khi người đó đồng ý. Rút đề nghị: /doica hủy{}",
            name(&swap.to),
            span(swap.span, zone),
            in_both_chairs(swap, view)
        ),
        DutyDone::SwapAnswered { state: SwapState::Accepted } => {
            "Đã ghi nhận. Chờ Đội trưởng duyệt.".to_owned()
        }
        DutyDone::SwapAnswered { state: SwapState::Done } => {
            "Đã ghi nhận, ca đã đổi. Xem: /truc".to_owned()
        }
        DutyDone::SwapAnswered { .. } => "Đã ghi nhận, ca không đổi.".to_owned(),
        // A message of its own, with the link and its buttons.
        DutyDone::Feed { .. } => String::new(),
        DutyDone::FeedStopped => {
            "Đã ngừng liên kết lịch. Điện thoại đã thêm lịch này sẽ không nhận được lịch mới nữa."
                .to_owned()
        }
        DutyDone::WatchTaken => {
            "Đã ghi nhận anh/chị nhận ca. Chúc anh/chị trực yên lành.".to_owned()
        }
        DutyDone::CanaryAnswered { took_ms } => {
            format!("Đã ghi nhận, sau {}. Đường báo động hoạt động.", reach::took(*took_ms))
        }
    }
}
