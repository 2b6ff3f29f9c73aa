//! What happened in a drill, in the order in which it did.

use super::sheets::{LOG, block};
use super::{Block, Frame};
use crate::domain::drill::run::event::{EndHow, PauseWhy};
use crate::domain::time::Timestamp;
use crate::report::cell::Cell;
use crate::text::people;

/// Of the questions afterwards only when they were closed: the time of an answer may tell whose it is.
pub(super) fn log(frame: &Frame<'_>) -> Block {
    let mut all = [course(frame), papers(frame)].concat();
    all.sort_by_key(|(at, ..)| *at);
    let rows = all.into_iter().map(|(at, what, more)| vec![frame.at(at), what.into(), more.into()]);
    let rows: Vec<Vec<Cell>> = rows.collect();
    block(LOG, &["Thời gian", "Sự việc", "Chi tiết"], &[19, 26, 55], rows)
}

type Line = (Timestamp, &'static str, String);

/// From the start to the end.
fn course(frame: &Frame<'_>) -> Vec<Line> {
    let account = frame.account;
    let mut all: Vec<Line> = Vec::new();
    all.extend(account.started.map(|at| (at, "Bắt đầu diễn tập", String::new())));
    for one in &account.injects {
        let arrived = format!("{} ({}/{} người đã nhận)", one.title, one.delivered, one.to);
        all.extend(one.sent.map(|at| (at, "Gửi tình huống", arrived)));
    }
    for (from, to, why) in &account.pauses {
        all.push((*from, "Tạm dừng", paused(why).to_owned()));
        // What ended while it stood still was not taken up again.
        let over = account.ended.as_ref().map(|(at, _)| *at);
        let again = to.filter(|to| Some(*to) != over);
        all.extend(again.map(|at| (at, "Tiếp tục", String::new())));
    }
    for (at, seen) in &account.observations {
        all.push((*at, "Quan sát", frame.said(seen)));
    }
    if let Some((at, people)) = account.correction {
        all.push((at, "Đính chính", format!("đã tới {people} người")));
    }
    if let Some((at, how)) = &account.ended {
        all.push((*at, "Kết thúc diễn tập", ended(frame, how)));
    }
    all
}

/// What was agreed to and handed in.
fn papers(frame: &Frame<'_>) -> Vec<Line> {
    let drill = &frame.shown.drill;
    let by = |person| people::name(person, frame.directory);
    let (approved, report) = (drill.approved.as_ref(), &drill.report);
    let mut all: Vec<Line> = Vec::new();
    all.extend(approved.map(|(who, at)| (*at, "Duyệt kế hoạch diễn tập", by(who))));
    all.extend(drill.survey_closed.map(|at| (at, "Khép khảo sát", String::new())));
    let handed = report.submitted.as_ref();
    all.extend(handed.map(|(who, at)| (*at, "Nộp báo cáo", by(who))));
    let agreed = report.approved.as_ref();
    all.extend(agreed.map(|(who, at)| (*at, "Duyệt báo cáo", by(who))));
    all
}

/// Why it stood still.
pub(super) fn paused(why: &PauseWhy) -> &'static str {
    match why {
        PauseWhy::Lead => "theo lệnh",
        PauseWhy::Claimed { .. } => "có người báo sự cố thật",
        PauseWhy::Real { .. } => "có sự cố thật",
        PauseWhy::Away => "hệ thống gián đoạn",
        PauseWhy::Clock => "đồng hồ máy chủ bị chỉnh",
        PauseWhy::SessionOver => "hết phiên",
    }
}

/// How it ended.
pub(super) fn ended(frame: &Frame<'_>, how: &EndHow) -> String {
    match how {
        EndHow::Aborted { reason } => {
            format!("Dừng hẳn trước khi xong, lý do: {}.", frame.said(reason))
        }
        EndHow::Time => "Kết thúc khi hết giờ.".to_owned(),
        EndHow::Lead => "Kết thúc theo lệnh.".to_owned(),
    }
}
