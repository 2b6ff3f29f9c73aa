//! Whether people can be reached: the table for the leads and for `duty check`, and the daily test.

use std::time::Duration;

use crate::domain::directory::Directory;
use crate::domain::duty_notice::Unanswered;
use crate::domain::ids::PersonId;
use crate::domain::notice::View;
use crate::domain::press::DutyPress;
use crate::domain::reach::{Red, Tests};
use crate::domain::roster::RosterId;
use crate::domain::time::Timestamp;
use crate::text::markup::Markup;
use crate::text::message::{Button, Message, rows};
use crate::text::{buttons, people, words};
use chrono_tz::Tz;

use super::found;

/// What a look at everybody came to; both lists may be shorter than what they are of.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What is to be mended.
    pub found: &'a [Red],
    /// How many in all.
    pub red: usize,
    /// Those of whom nothing is to be mended.
    pub reachable: &'a [PersonId],
    /// How many in all.
    pub green: usize,
}

impl Table<'_> {
    /// Its lines, the heading first.
    pub fn lines(&self, directory: &Directory, zone: Tz) -> Vec<String> {
        if self.red == 0 {
            return vec![format!(
                "🟢 Kiểm tra liên lạc: cả {} người liên lạc được, lịch trực 14 ngày tới đủ người.",
                self.green
            )];
        }
        let mut lines = vec![format!(
            "Kiểm tra liên lạc: 🔴 {} mục cần sửa, 🟢 {} người liên lạc được",
            self.red, self.green
        )];
        lines.extend(self.found.iter().map(|red| {
            let words = found(&red.finding, directory, zone);
            match red.again {
                0 => format!("🔴 {words}"),
                again => format!("🔴 {words} (và {again} lần khác)"),
            }
        }));
        let more = self.red.saturating_sub(self.found.len());
        if more > 0 {
            lines.push(format!("… và {more} mục khác. Xem hết: trucban duty check"));
        }
        if !self.reachable.is_empty() {
            let more = match self.green.saturating_sub(self.reachable.len()) {
                0 => String::new(),
                more => format!(" và {more} người khác"),
            };
            let names: Vec<String> =
                self.reachable.iter().map(|id| people::name(id, directory)).collect();
            lines.push(format!("🟢 {}{more}", names.join(", ")));
        }
        lines
    }
}

/// The table as the leads get it.
pub(super) fn table(
    found: &[Red],
    red: usize,
    reachable: &[PersonId],
    green: usize,
    view: &View,
) -> Message {
    let table = Table { found, red, reachable, green };
    let lines = table.lines(&view.directory, view.team.zone);
    let mut shown = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let heading = place == 0 && lines.len() > 1;
        shown.push(if heading { Markup::new().bold(line) } else { Markup::new().text(line) });
    }
    Message::quiet(Markup::lines(shown)).calling(table.red > 0)
}

/// The test itself. It says first that nothing has happened.
pub(super) fn canary(id: RosterId, until: Timestamp, view: &View) -> Message {
    let button = Button::duty(buttons::RECEIVED, &DutyPress::Canary(id));
    Message::quiet(Markup::lines([
        Markup::new().bold("Kiểm tra đường báo động hằng ngày – không có sự cố"),
        Markup::new().text(format!(
            "Anh/chị đang trực: xin bấm {} trước {}, hoặc gõ: {}",
            buttons::RECEIVED,
            until.hour(view.team.zone),
            buttons::RECEIVED
        )),
    ]))
    .with(rows(button, 1))
    .calling(true)
}

/// Nobody answered in time.
pub(super) fn missed(unanswered: &[Unanswered], view: &View) -> Message {
    let mut lines =
        vec![Markup::new().bold("⚠ Người trực chưa trả lời kiểm tra đường báo động (quá 10 phút)")];
    lines.extend(unanswered.iter().map(|one| {
        let who = people::reach(&one.person, &view.directory, true);
        Markup::new().text(if one.arrived {
            format!("{who}: tin đã gửi tới. Xin gọi điện, nhắc bật âm báo và mở chat với bot.")
        } else {
            format!(
                "{who}: tin chưa gửi tới được. Xin gọi điện, và nhờ quản trị xem trucban doctor."
            )
        })
    }));
    lines.push(Markup::new().text("Không phải sự cố. Cần người khác trực: /truc NGƯỜI TỪ ĐẾN"));
    Message::quiet(Markup::lines(lines)).calling(true)
}

/// How long an answer took.
pub(super) fn took(ms: u64) -> String {
    words::duration(Duration::from_millis(ms))
}

/// How tests went, in one line.
pub fn tests(tests: &Tests) -> String {
    if tests.sent == 0 {
        return "Kiểm tra đường báo động: chưa có lần nào".to_owned();
    }
    let median = tests.median().map(|median| format!(", trung vị {}", words::duration(median)));
    let missed = match tests.missed {
        0 => String::new(),
        missed => format!(", {missed} lần không trả lời kịp"),
    };
    format!("Kiểm tra đường báo động: {} lần{}{missed}", tests.sent, median.unwrap_or_default())
}
