//! Answers that somebody has to judge.

use super::story::Parts;
use super::{bold, button, line, name, row, said};
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::run::event::Reply;
use crate::domain::drill::scenario::{Expect, InjectId};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::notice::View;
use crate::text::markup::one_line;

/// So many answers are shown at once.
const SHOWN: usize = 8;

/// The answers to one inject that nobody has judged yet.
pub(super) fn message(shown: &ShownDrill, id: &InjectId, view: &View) -> Parts {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let inject = shown.scenario.as_ref().and_then(|scenario| scenario.inject(id));
    let (Some(inject), Some(played)) = (inject, drill.injects.get(id)) else {
        return (Vec::new(), Vec::new(), false);
    };
    let number = inject.place.saturating_add(1);
    let mut lines = vec![bold(format!("{code} – Chấm trả lời tình huống {number}"))];
    let (mut buttons, mut open, mut done) = (Vec::new(), 0_usize, 0_usize);
    for (expect, of) in inject.expects.iter().zip(0_u32..) {
        let Expect::Judged { what } = &expect.kind else { continue };
        lines.push(line(format!("Cần thấy: {}", one_line(what, 200))));
        for (person, replied) in played.replies.get(&expect.id).into_iter().flatten() {
            let Reply::Said { words } = &replied.reply else { continue };
            if played.verdict(&expect.id, person).is_some() {
                done = done.saturating_add(1);
                continue;
            }
            open = open.saturating_add(1);
            if open > SHOWN {
                continue;
            }
            let words = one_line(&said(shown, words), 250);
            lines.push(line(format!("{open}. {}: {words}", name(person, view))));
            let seen = |fine| DrillAct::Seen(inject.place, of, person.clone(), fine);
            buttons.push(row([
                button(&format!("{open}. Đạt"), DrillPress::act(code, seen(true))),
                button(&format!("{open}. Chưa đạt"), DrillPress::act(code, seen(false))),
            ]));
        }
    }
    let more = open.saturating_sub(SHOWN);
    if more > 0 {
        lines.push(line(format!(
            "còn {more} trả lời nữa, hiện tiếp khi chấm xong các trả lời trên."
        )));
    }
    if done > 0 {
        lines.push(line(format!("Đã chấm {done}.")));
    }
    (lines, buttons, false)
}
