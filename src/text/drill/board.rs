//! What the lead of a drill looks at: the points before the start, and the board while it is played.

use super::{bold, button, line, name, row, rows, status, when};
use crate::domain::drill::notice::WordsFor;
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::state::{Stage, Status};
use crate::domain::drill::run::{DrillAct, board};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::notice::View;
use crate::domain::time::Timestamp;
use crate::text::markup::{Markup, one_line};
use crate::text::message::Message;

/// The points everybody looks at, before those of the scenario.
const POINTS: [&str; 2] =
    ["Đã kiểm tra liên lạc với người tham gia", "Đã đọc lại lời đính chính, sẵn sàng gửi"];

/// So many silent people are named.
const NAMED: usize = 5;

/// The card before the start.
pub fn go(shown: &ShownDrill, view: &View) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let (yes, no, silent) = board::rsvp(drill);
    let mut lines = vec![
        bold(format!("{code}: kiểm tra trước khi phát lệnh")),
        line(format!(
            "{} – bắt đầu {}",
            drill.planning.scenario.name,
            when(drill.planning.at, view)
        )),
        line(format!("Tham gia {yes}, không {no}, chưa trả lời {silent}.")),
    ];
    let own = shown.scenario.iter().flat_map(|scenario| scenario.checklist.iter());
    let points = POINTS.into_iter().map(str::to_owned).chain(own.cloned());
    let mut buttons = Vec::new();
    for (point, number) in points.zip(0_u32..) {
        let fine = drill.points.get(&number) == Some(&true);
        let sign = if fine { "✅" } else { "⬜" };
        lines.push(line(format!("{sign} {}. {point}", number.saturating_add(1))));
        if !fine {
            let press = DrillPress::act(code, DrillAct::Check(number, true));
            buttons.push(row([button(&format!("✔ {}. {point}", number.saturating_add(1)), press)]));
        }
    }
    if let (true, Some(scenario)) = (buttons.is_empty(), &shown.scenario) {
        lines.push(line(format!("Lời đính chính: {}", one_line(&scenario.correction, 200))));
    }
    if buttons.is_empty() {
        buttons.push(row([button("PHÁT LỆNH BẮT ĐẦU", DrillPress::act(code, DrillAct::Start))]));
    }
    buttons.push(row([
        button("Dời lịch", DrillPress::ask(code, WordsFor::Move)),
        button("Hủy", DrillPress::ask(code, WordsFor::Cancel)),
    ]));
    Message::quiet(Markup::lines(lines)).with(rows(buttons)).calling(true)
}

/// The board while it is played.
pub fn message(shown: &ShownDrill, view: &View) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let here = drill.people.values().filter(|one| one.here.is_some()).count();
    let mut lines = vec![
        bold(format!("{code}: {}", status(drill.status))),
        line(format!("Có mặt {here}/{}.", drill.players().count())),
    ];
    let zone = view.team.zone;
    let all = shown.scenario.as_ref().map(|scenario| board::lines(drill, scenario));
    let mut next = None;
    for one in all.iter().flatten() {
        let number = one.inject.place.saturating_add(1);
        let title = one_line(&one.inject.title, 60);
        let state = match (one.stage, one.due) {
            (Stage::Sent, _) => {
                let mut said = format!(
                    "đã gửi {}/{}, trả lời {}, trễ {}",
                    one.delivered, one.to, one.answered, one.late
                );
                if one.failed > 0 {
                    said = format!("{said}, không gửi được {}", one.failed);
                }
                said
            }
            (Stage::Held, _) => "đang giữ lại".to_owned(),
            (Stage::Skipped, _) => "bỏ qua".to_owned(),
            (Stage::Pending, Some(due)) => format!("gửi lúc {}", due.hour(zone)),
            (Stage::Pending, None) => "chờ điều kiện hoặc gửi tay".to_owned(),
        };
        let sign = match one.stage {
            Stage::Sent => "●",
            Stage::Held => "‖",
            Stage::Skipped => "×",
            Stage::Pending => "○",
        };
        lines.push(line(format!("{sign} {number}. {title}: {state}")));
        if one.stage == Stage::Sent && !one.silent.is_empty() && one.silent.len() <= NAMED {
            let names: Vec<String> = one.silent.iter().map(|id| name(id, view)).collect();
            lines.push(line(format!("   chưa trả lời: {}", names.join(", "))));
        }
        let open = matches!(one.stage, Stage::Pending | Stage::Held);
        let sooner = |(due, _): (Option<Timestamp>, u32)| match (one.due, due) {
            (Some(own), Some(other)) => own < other,
            (own, other) => own.is_some() && other.is_none(),
        };
        if open && next.is_none_or(sooner) {
            next = Some((one.due, one.inject.place));
        }
    }
    lines.push(line(format!("Cập nhật {}. Chi tiết: /dientap {code}", view.now.hour(zone))));
    let mut buttons = Vec::new();
    let act = |label: &str, act| button(label, DrillPress::act(code, act));
    if let (Some((_, place)), true) = (next, drill.status.is_live()) {
        let number = place.saturating_add(1);
        buttons.push(row([
            act(&format!("Gửi ngay {number}"), DrillAct::Send(place)),
            act(&format!("Giữ {number}"), DrillAct::Hold(place)),
            act(&format!("Bỏ qua {number}"), DrillAct::Skip(place)),
        ]));
    }
    match drill.status {
        Status::Running => {
            buttons.push(row([act("Tạm dừng", DrillAct::Pause), act("Kết thúc", DrillAct::End)]))
        }
        Status::Paused => buttons.extend(super::story::resume(shown)),
        _ => {}
    }
    Message::quiet(Markup::lines(lines)).with(rows(buttons))
}
