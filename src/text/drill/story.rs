//! What participants, managers and the lead are told as a drill goes on.

use super::{
    ONLY_DRILL, REAL, bold, button, kind, leads, line, name, reader, row, rows, said, setup, when,
};
use crate::domain::drill::notice::{DrillNotice, WordsFor};
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::event::{EndHow, PauseWhy, Presence, Reminder, Resume, Rsvp};
use crate::domain::drill::run::{DrillAct, board};
use crate::domain::drill::scenario::{Expect, Inject, InjectId};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::{Reader, View};
use crate::text::buttons;
use crate::text::markup::{Markup, paragraph};
use crate::text::message::{Button, Message};
use crate::text::words;

/// One message.
pub fn message(shown: &ShownDrill, notice: &DrillNotice, view: &View) -> Message {
    let code = &shown.drill.code;
    let (mut lines, mut buttons, calls) = match notice {
        DrillNotice::ToApprove { again } => to_approve(shown, *again, view),
        DrillNotice::Approved { agreed } => approved(shown, *agreed),
        DrillNotice::Invitation => invitation(shown, view),
        DrillNotice::Reminder { what } => reminder(shown, *what, view),
        DrillNotice::Off { to } => off(shown, *to, view),
        DrillNotice::LeadLeft => {
            let first = bold(format!("{code}: người chỉ đạo không còn trong danh bạ"));
            let second = line(format!("Xin giao người khác: /dientap {code} chỉ đạo ID"));
            (vec![first, second], Vec::new(), true)
        }
        DrillNotice::Sessions => super::setup::sessions_changed(shown, view),
        DrillNotice::GroupLost => {
            let first = bold(format!("{code}: tin không vào được nhóm riêng"));
            let second = "Xin xem bot còn trong nhóm không, và báo trực tiếp người trong nhóm.";
            (vec![first, line(second)], Vec::new(), true)
        }
        DrillNotice::Task { deputy } => (setup::task(shown, *deputy, view), Vec::new(), false),
        DrillNotice::Session { at, begins } => setup::session(shown, *at, *begins, view),
        DrillNotice::Started => started(shown),
        DrillNotice::Inject { inject } => of_story(shown, inject, view),
        DrillNotice::Paused { why } => paused(shown, why, view),
        DrillNotice::Resumed => {
            (vec![bold(format!("{code}: diễn tập tiếp tục"))], Vec::new(), false)
        }
        DrillNotice::ToJudge { inject } => super::judge::message(shown, inject, view),
        DrillNotice::Ended { how } => ended(shown, how),
        DrillNotice::Correction => correction(shown),
        DrillNotice::IsItReal => is_it_real(shown),
        DrillNotice::ReportIsReal { number } => report_is_real(shown, *number),
        DrillNotice::Became { incident, real } => {
            let what = if *real { "sự cố THẬT" } else { "sự cố diễn tập" };
            let lines = vec![bold(format!("{code}: đã ghi nhận {what} {incident}"))];
            let hint = format!("Xem: /suco {incident}");
            ([lines, vec![line(hint)]].concat(), Vec::new(), *real)
        }
        DrillNotice::Claimed { by } => claimed(shown, by, view),
        DrillNotice::RealIncident { incident } => real_incident(shown, incident),
        DrillNotice::Missed { due } => missed(shown, *due, view),
        DrillNotice::Survey { time } => super::after::survey(shown, *time),
        DrillNotice::ReportToMake { .. }
        | DrillNotice::ReportToApprove
        | DrillNotice::ReportApproved => super::after::report(shown, notice, view),
        DrillNotice::Item { .. } | DrillNotice::ItemDone { .. } | DrillNotice::ItemSeen { .. } => {
            super::items::told(shown, notice, view)
        }
        DrillNotice::QuickNote => (super::list::quick_note(shown, view), Vec::new(), false),
        DrillNotice::Corrected { people, took_ms, silent } => {
            corrected(shown, (*people, *took_ms), silent, view)
        }
        DrillNotice::Board | DrillNotice::Go => (Vec::new(), Vec::new(), false),
    };
    if stops(notice) && shown.drill.status.is_live() && plays(shown, view) {
        buttons.push(row([button(REAL, DrillPress::act(code, DrillAct::ClaimReal))]));
    }
    if lines.is_empty() {
        lines.push(line(format!("Cuộc diễn tập {code}")));
    }
    Message::quiet(Markup::lines(lines)).with(rows(buttons)).calling(calls)
}

/// It is known of everybody whether the correction arrived.
fn corrected(
    shown: &ShownDrill,
    (people, took_ms): (u64, i64),
    silent: &[PersonId],
    view: &View,
) -> Parts {
    let took = std::time::Duration::from_millis(u64::try_from(took_ms).unwrap_or(0));
    let (code, took) = (&shown.drill.code, words::duration(took));
    if silent.is_empty() {
        let first = format!("{code}: đính chính đã tới đủ {people} người sau {took}");
        return (vec![bold(first)], Vec::new(), false);
    }
    let first = format!("{code}: đính chính đã tới {people} người sau {took}");
    let names: Vec<String> = silent.iter().map(|id| name(id, view)).collect();
    let second = format!("Chưa tới: {}. Xin gọi điện cho từng người.", names.join(", "));
    (vec![bold(first), line(second)], Vec::new(), true)
}

/// Somebody claims that something is real.
fn claimed(shown: &ShownDrill, by: &PersonId, view: &View) -> Parts {
    let code = &shown.drill.code;
    let lines = vec![
        bold(format!("{code} dừng: {} báo SỰ CỐ THẬT", name(by, view))),
        line("Đang hỏi lại người báo; sau 2 phút không trả lời là sự cố thật."),
    ];
    let settle =
        |label: &str, real| button(label, DrillPress::act(code, DrillAct::SettleClaim(real)));
    (lines, vec![row([settle("Là sự cố thật", true), settle("Chỉ là diễn tập", false)])], true)
}

pub(super) type Parts = (Vec<Markup>, Vec<Vec<Button>>, bool);

/// In the chat of its own everybody may.
fn plays(shown: &ShownDrill, view: &View) -> bool {
    view.reader == Reader::Team
        || reader(view).is_some_and(|person| shown.drill.people.contains_key(person))
}

/// Messages of the story carry the button that stops it.
fn stops(notice: &DrillNotice) -> bool {
    matches!(
        notice,
        DrillNotice::Started
            | DrillNotice::Inject { .. }
            | DrillNotice::Resumed
            | DrillNotice::Paused { .. }
    )
}

/// What it is and when: the head of everything said before it begins.
fn head(shown: &ShownDrill, view: &View) -> Vec<Markup> {
    let planning = &shown.drill.planning;
    let mut lines = vec![
        bold(format!("{} – {}", shown.drill.code, planning.scenario.name)),
        line(format!(
            "Diễn tập {}, {}, dự kiến {}.",
            kind(planning.scenario.kind),
            when(planning.at, view),
            words::duration(planning.scenario.length)
        )),
        line(format!("Chỉ đạo diễn tập: {}.", name(&planning.lead, view))),
    ];
    lines.extend(setup::sessions(shown, view));
    lines
}

fn to_approve(shown: &ShownDrill, again: bool, view: &View) -> Parts {
    let code = &shown.drill.code;
    let first = if again {
        "Nhắc lại: xin duyệt cuộc diễn tập"
    } else {
        "Xin duyệt cuộc diễn tập"
    };
    let mut lines = vec![bold(first)];
    lines.extend(head(shown, view));
    lines.push(line(format!("Đơn vị tham gia: {}.", shown.drill.planning.units.len())));
    if let Some(scenario) = &shown.scenario {
        lines.push(line(paragraph(&scenario.summary, 400)));
    }
    let buttons = vec![row([
        button(buttons::APPROVE, DrillPress::act(code, DrillAct::Approve)),
        button(buttons::DISAPPROVE, DrillPress::ask(code, WordsFor::Decline)),
    ])];
    (lines, buttons, false)
}

fn approved(shown: &ShownDrill, agreed: bool) -> Parts {
    let code = &shown.drill.code;
    let lines = match agreed {
        true => vec![
            bold(format!("{code}: lãnh đạo đã duyệt")),
            line("Giấy mời đang được gửi tới người tham gia."),
        ],
        false => {
            let why = shown.drill.remark.as_ref().map(|why| said(shown, why)).unwrap_or_default();
            vec![
                bold(format!("{code}: chưa được duyệt")),
                line(format!("Lý do: {why}")),
                line(format!("Sửa xong, gửi duyệt lại: /dientap {code}")),
            ]
        }
    };
    (lines, Vec::new(), false)
}

fn rsvp(shown: &ShownDrill) -> Vec<Button> {
    let code = &shown.drill.code;
    row([
        button("Tham gia", DrillPress::act(code, DrillAct::Rsvp(Rsvp::Yes))),
        button("Không tham gia", DrillPress::act(code, DrillAct::Rsvp(Rsvp::No))),
        button("Cử người thay", DrillPress::ask(code, WordsFor::StandIn)),
    ])
}

fn invitation(shown: &ShownDrill, view: &View) -> Parts {
    let mut lines = vec![bold("Mời anh/chị tham gia diễn tập")];
    lines.extend(head(shown, view));
    lines.push(line("Mọi tin của cuộc diễn tập đều mở đầu và kết thúc bằng chữ DIỄN TẬP."));
    (lines, vec![rsvp(shown)], false)
}

fn reminder(shown: &ShownDrill, what: Reminder, view: &View) -> Parts {
    let left = match what {
        Reminder::Month => "Còn 30 ngày",
        Reminder::Fortnight => "Còn 14 ngày",
        Reminder::Week => "Còn 7 ngày",
        Reminder::ThreeDays => "Còn 3 ngày",
        Reminder::Day => "Còn 1 ngày",
        Reminder::TwoHours => "Còn 2 giờ",
    };
    let mut lines = vec![bold(format!("{left} tới cuộc diễn tập"))];
    lines.extend(head(shown, view));
    let code = &shown.drill.code;
    let buttons = match what {
        Reminder::TwoHours => row([
            button(
                "Có mặt tại hội trường",
                DrillPress::act(code, DrillAct::CheckIn(Presence::Hall)),
            ),
            button("Có mặt trực tuyến", DrillPress::act(code, DrillAct::CheckIn(Presence::Online))),
        ]),
        _ => rsvp(shown),
    };
    (lines, vec![buttons], false)
}

fn off(shown: &ShownDrill, to: Option<crate::domain::time::Timestamp>, view: &View) -> Parts {
    let code = &shown.drill.code;
    let why = shown.drill.remark.as_ref().map(|why| said(shown, why)).unwrap_or_default();
    let first = match to {
        Some(at) => format!("{code} dời sang {} (chờ duyệt lại)", when(at, view)),
        None => format!("{code} không tổ chức nữa"),
    };
    (vec![bold(first), line(format!("Lý do: {why}"))], Vec::new(), false)
}

fn started(shown: &ShownDrill) -> Parts {
    let code = &shown.drill.code;
    let mut lines = vec![bold(format!("BẮT ĐẦU DIỄN TẬP {code}"))];
    lines.extend(shown.scenario.iter().map(|scenario| line(paragraph(&scenario.setting, 1200))));
    lines.push(line(
        "Không thao tác trên hệ thống thật, không gọi ra ngoài nếu tình huống không yêu cầu.",
    ));
    lines.push(line(format!("Có chuyện thật: bấm {REAL}, mọi thứ dừng lại ngay.")));
    (lines, Vec::new(), true)
}

fn of_story(shown: &ShownDrill, id: &InjectId, view: &View) -> Parts {
    let code = &shown.drill.code;
    let Some(inject) = shown.scenario.as_ref().and_then(|scenario| scenario.inject(id)) else {
        return (vec![line(format!("Tình huống của {code}: /dientap {code}"))], Vec::new(), false);
    };
    let number = inject.place.saturating_add(1);
    let mut lines = vec![bold(format!("{code} – Tình huống {number}"))];
    lines.extend(inject.from.iter().map(|from| line(format!("Từ: {from}"))));
    lines.push(line(paragraph(&inject.body, 2000)));
    for attachment in &inject.attachments {
        lines.push(bold(format!("Tệp kèm: {}", attachment.name)));
        lines.push(Markup::new().code(paragraph(&attachment.text, 800)));
    }
    lines.extend(own_replies(shown, inject, view));
    let mut buttons = Vec::new();
    for (expect, of) in inject.expects.iter().zip(0_u32..) {
        match &expect.kind {
            Expect::Acknowledge => buttons.push(row([button(
                buttons::RECEIVED,
                DrillPress::act(code, DrillAct::Acknowledge(inject.place)),
            )])),
            Expect::Choose { choices, .. } => {
                for ((_, word), choice) in choices.iter().zip(0_u32..) {
                    let act = DrillAct::Choose(inject.place, of, choice);
                    buttons.push(row([button(word, DrillPress::act(code, act))]));
                }
            }
            Expect::Keyword { .. } | Expect::Judged { .. } | Expect::File { .. } => {
                let ask = DrillPress::ask(code, WordsFor::Reply(inject.place));
                let reply = button(buttons::ANSWER, ask);
                if !buttons.iter().flatten().any(|one: &Button| one.label == buttons::ANSWER) {
                    buttons.push(row([reply]));
                }
            }
            Expect::Report => lines.push(line("Báo cáo như thật: /baosuco, rồi chọn DIỄN TẬP.")),
            Expect::Step { .. } => {
                lines.push(line("Làm theo quy trình của sự cố diễn tập: /quytrinh"))
            }
        }
    }
    (lines, buttons, true)
}

/// What the reader has answered to it already.
fn own_replies(shown: &ShownDrill, inject: &Inject, view: &View) -> Option<Markup> {
    let person = reader(view)?;
    let played = shown.drill.injects.get(&inject.id)?;
    let at = played.replies.values().filter_map(|all| all.get(person)).map(|one| one.at).max()?;
    Some(line(format!("✔ Đã ghi nhận trả lời của anh/chị lúc {}.", at.hour(view.team.zone))))
}

fn paused(shown: &ShownDrill, why: &PauseWhy, view: &View) -> Parts {
    let code = &shown.drill.code;
    let (first, second) = match why {
        PauseWhy::Lead => (
            format!("TẠM DỪNG DIỄN TẬP {code}"),
            "Xin chờ thông báo tiếp; chưa có tình huống mới.".to_owned(),
        ),
        PauseWhy::Claimed { .. } => (
            format!("DỪNG DIỄN TẬP {code} – CÓ NGƯỜI BÁO SỰ CỐ THẬT"),
            "Chưa có tình huống mới cho tới khi làm rõ. Tin không có chữ DIỄN TẬP là thật.".to_owned(),
        ),
        PauseWhy::Real { incident } => (
            // In a group of its own others may read too.
            match reader(view) {
                Some(_) => format!("DỪNG DIỄN TẬP {code} – CÓ SỰ CỐ THẬT {incident}"),
                None => format!("DỪNG DIỄN TẬP {code} – CÓ SỰ CỐ THẬT"),
            },
            "Từ giờ mọi tin không có chữ DIỄN TẬP là THẬT. Ai có việc thật thì làm việc thật trước."
                .to_owned(),
        ),
        PauseWhy::Away => (
            format!("TẠM DỪNG DIỄN TẬP {code}"),
            "Hệ thống vừa gián đoạn. Thời gian gián đoạn không tính vào kết quả của ai.".to_owned(),
        ),
        PauseWhy::Clock => (
            format!("TẠM DỪNG DIỄN TẬP {code}"),
            "Đồng hồ máy chủ vừa bị chỉnh, cần kiểm tra lại lịch tình huống.".to_owned(),
        ),
        PauseWhy::SessionOver => (
            format!("HẾT PHIÊN DIỄN TẬP {code}"),
            format!(
                "{}Ngoài phiên, tin không có chữ DIỄN TẬP là thật.",
                setup::next_session(shown, view)
            ),
        ),
    };
    let buttons = if leads(shown, view) { resume(shown) } else { Vec::new() };
    (vec![bold(first), line(second)], buttons, true)
}

/// How it goes on, for its lead.
pub fn resume(shown: &ShownDrill) -> Vec<Vec<Button>> {
    let code = &shown.drill.code;
    let go = |label: &str, how| button(label, DrillPress::act(code, DrillAct::Resume(how)));
    vec![
        row([go("Tiếp tục, lùi lịch", Resume::Shift)]),
        row([go("Tiếp tục, bỏ tình huống đã lỡ", Resume::Skip)]),
        row([go("Tiếp tục, dồn cho kịp giờ", Resume::Compress)]),
        row([
            button("Kết thúc", DrillPress::act(code, DrillAct::End)),
            button("Đính chính", DrillPress::act(code, DrillAct::Correct)),
        ]),
    ]
}

fn ended(shown: &ShownDrill, how: &EndHow) -> Parts {
    let code = &shown.drill.code;
    let mut lines = vec![bold(format!("KẾT THÚC DIỄN TẬP {code}"))];
    match how {
        EndHow::Lead => {}
        EndHow::Time => lines.push(line("Đã hết giờ theo kế hoạch.")),
        EndHow::Aborted { reason: why } => {
            lines.push(line(format!("Dừng hẳn trước khi xong. Lý do: {}", said(shown, why))));
        }
    }
    lines.push(line("Cảm ơn anh/chị đã tham gia. Từ giờ mọi tin không có chữ DIỄN TẬP là thật."));
    (lines, Vec::new(), true)
}

fn correction(shown: &ShownDrill) -> Parts {
    let code = &shown.drill.code;
    let mut lines = vec![bold(format!("ĐÍNH CHÍNH – {code} LÀ DIỄN TẬP"))];
    lines.extend(shown.scenario.iter().map(|scenario| line(paragraph(&scenario.correction, 1500))));
    (lines, Vec::new(), true)
}

fn is_it_real(shown: &ShownDrill) -> Parts {
    let code = &shown.drill.code;
    let lines = vec![
        bold(format!("{code} đã dừng. Có đúng là sự cố thật không?")),
        line("Sau 2 phút không trả lời, hệ thống coi là thật và gọi người trực."),
    ];
    let buttons = vec![row([
        button(REAL, DrillPress::act(code, DrillAct::SettleClaim(true))),
        button(ONLY_DRILL, DrillPress::act(code, DrillAct::SettleClaim(false))),
    ])];
    (lines, buttons, true)
}

/// The question beside a report of somebody who plays.
fn report_is_real(shown: &ShownDrill, number: u32) -> Parts {
    let code = &shown.drill.code;
    let words = shown.drill.reports.get(&number).map(|heard| said(shown, &heard.words));
    let mut lines =
        vec![bold(format!("Đã ghi nhận. Báo cáo này thuộc diễn tập {code} hay là THẬT?"))];
    lines.extend(words.map(|words| line(paragraph(&words, 300))));
    lines.push(line("Sau 2 phút không trả lời là SỰ CỐ THẬT, người trực được gọi ngay."));
    let press = |real| DrillPress::act(code, DrillAct::SettleReport(Some(number), real));
    let open = shown.drill.reports.get(&number).is_some_and(|heard| heard.settled.is_none());
    let buttons = if open {
        vec![row([button(ONLY_DRILL, press(false)), button(REAL, press(true))])]
    } else {
        Vec::new()
    };
    (lines, buttons, true)
}

fn real_incident(shown: &ShownDrill, incident: &IncidentCode) -> Parts {
    let code = &shown.drill.code;
    (
        vec![
            bold(format!("Có sự cố thật {incident} khi đang diễn tập {code}")),
            line("Đề nghị tạm dừng. Người có việc thật được cho rút, không bị tính là không đạt."),
        ],
        vec![row([
            button("Tạm dừng", DrillPress::act(code, DrillAct::Pause)),
            button("Tiếp tục", DrillPress::show(code)),
        ])],
        true,
    )
}

fn missed(shown: &ShownDrill, due: crate::domain::time::Timestamp, view: &View) -> Parts {
    let code = &shown.drill.code;
    let lines = vec![
        bold(format!("{code}: chưa tổ chức đúng kế hoạch")),
        line(format!("Dự kiến bắt đầu {}, không ai phát lệnh. Xin chọn:", when(due, view))),
    ];
    let buttons = vec![
        row([
            button("Dời lịch", DrillPress::ask(code, WordsFor::Move)),
            button("Hủy", DrillPress::ask(code, WordsFor::Cancel)),
        ]),
        row([button("Đã tổ chức ngoài hệ thống", DrillPress::ask(code, WordsFor::Outside))]),
    ];
    (lines, buttons, false)
}

/// How many answered, for those who lead.
pub(super) fn answered(shown: &ShownDrill) -> usize {
    let Some(scenario) = &shown.scenario else { return 0 };
    board::lines(&shown.drill, scenario).iter().map(|line| line.answered).sum()
}
