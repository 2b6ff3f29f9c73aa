//! What a plan holds beside its scenario and its time, in words.

use super::{bold, button, leads, line, name, row, when};
use crate::domain::drill::notice::WordsFor;
use crate::domain::drill::press::DrillPress;
use crate::domain::drill::run::files::FileOf;
use crate::domain::drill::run::sittings;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::evidence::NotTaken;
use crate::domain::ids::DrillCode;
use crate::domain::notice::View;
use crate::domain::time::Timestamp;
use crate::text::evidence;
use crate::text::markup::Markup;
use crate::text::message::{Button, Message};

/// Who helps, the further sessions and the group, where there are any.
pub fn lines(shown: &ShownDrill, view: &View) -> Vec<Markup> {
    let planning = &shown.drill.planning;
    let mut lines: Vec<Markup> = sessions(shown, view).into_iter().collect();
    if let Some(deputy) = &planning.deputy {
        lines.push(line(format!("Phó chỉ đạo: {}.", name(deputy, view))));
    }
    if !planning.evaluators.is_empty() {
        let names: Vec<String> = planning.evaluators.iter().map(|id| name(id, view)).collect();
        lines.push(line(format!("Giám khảo: {}.", names.join(", "))));
    }
    if planning.chat.is_some() {
        lines.push(line("Có nhóm riêng: thông báo chung được gửi cả vào nhóm."));
    }
    lines
}

/// The further sessions.
pub fn sessions(shown: &ShownDrill, view: &View) -> Option<Markup> {
    let sessions = &shown.drill.planning.sessions;
    let all: Vec<String> = sessions.iter().map(|at| when(*at, view)).collect();
    (!all.is_empty()).then(|| line(format!("Các phiên sau: {}.", all.join("; "))))
}

/// The buttons by which they are set before the start.
pub fn buttons(shown: &ShownDrill) -> Vec<Button> {
    let ask = |label: &str, what| button(label, DrillPress::ask(&shown.drill.code, what));
    row([
        ask("Phó chỉ đạo", WordsFor::Deputy),
        ask("Giám khảo", WordsFor::Evaluators),
        ask("Các phiên", WordsFor::Sessions),
    ])
}

/// How the group of its own is named.
pub fn hint(shown: &ShownDrill) -> Markup {
    let code = &shown.drill.code;
    let words = match shown.drill.planning.chat {
        None => format!("Nhóm riêng: mời bot vào nhóm, rồi gửi trong nhóm /dientap {code} nhóm"),
        Some(_) => format!("Thôi dùng nhóm riêng: /dientap {code} nhóm không"),
    };
    line(words)
}

/// How further sessions are said.
pub fn how_to_sessions(code: &DrillCode) -> Message {
    let lines = vec![
        line(
            "Chưa rõ ngày giờ của các phiên. Mỗi phiên ghi ngày và giờ, cách nhau bằng dấu chấm phẩy.",
        ),
        line(format!("Ví dụ: /dientap {code} phiên 24/11/2026 8h; 25/11/2026 8h")),
    ];
    Message::quiet(Markup::lines(lines))
}

/// Whoever helps to hold it hears that he does.
pub fn task(shown: &ShownDrill, deputy: bool, view: &View) -> Vec<Markup> {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let (what, how) = match deputy {
        true => ("phó chỉ đạo", "Anh/chị làm được mọi việc của người chỉ đạo, và không đóng vai."),
        false => ("giám khảo", "Anh/chị xem trả lời, ghi quan sát và chấm; không đóng vai."),
    };
    let planning = &drill.planning;
    vec![
        bold(format!("{code}: anh/chị là {what}")),
        line(format!("{}, bắt đầu {}.", planning.scenario.name, when(planning.at, view))),
        line(how),
        line(format!("Xem: /dientap {code}")),
    ]
}

/// Another session follows.
pub fn session(
    shown: &ShownDrill,
    at: Timestamp,
    begins: bool,
    view: &View,
) -> (Vec<Markup>, Vec<Vec<Button>>, bool) {
    let code = &shown.drill.code;
    let leads = leads(shown, view);
    if !begins {
        let first = bold(format!("{code}: phiên sau bắt đầu {}", when(at, view)));
        return (
            vec![first, line("Xin sẵn sàng; người chỉ đạo cho tiếp tục mới có tình huống.")],
            Vec::new(),
            false,
        );
    }
    let first = bold(format!("{code}: đến giờ phiên sau ({})", when(at, view)));
    let lines = vec![first, line("Không có gì tự bắt đầu. Sẵn sàng thì chọn cách tiếp tục.")];
    let open = leads && sittings::between(&shown.drill, view.now);
    let buttons = if open { super::story::resume(shown) } else { Vec::new() };
    (lines, buttons, true)
}

/// When its sessions are has changed, and has to be agreed to.
pub fn sessions_changed(shown: &ShownDrill, view: &View) -> (Vec<Markup>, Vec<Vec<Button>>, bool) {
    let planning = &shown.drill.planning;
    let all = [planning.at].into_iter().chain(planning.sessions.iter().copied());
    let all: Vec<String> = all.map(|at| when(at, view)).collect();
    let lines = vec![
        bold(format!("{}: lịch các phiên thay đổi (chờ duyệt lại)", shown.drill.code)),
        line(format!("Các phiên: {}.", all.join("; "))),
    ];
    (lines, Vec::new(), false)
}

/// When the session after the one that is over should begin.
pub fn next_session(shown: &ShownDrill, view: &View) -> String {
    match sittings::next(&shown.drill) {
        Some(at) => format!("Phiên sau: {}. ", when(at, view)),
        None => "Phiên sau sẽ có thông báo. ".to_owned(),
    }
}

/// A file that was sent is not kept.
pub fn file_not_taken(code: &DrillCode, because: &NotTaken) -> Message {
    let first = format!("{code}: tệp vừa gửi không được lưu vì {}.", evidence::why(because));
    let second = match because {
        NotTaken::Secrets(_) => "Bot không giữ gì của tệp này. Xin bỏ phần đó rồi gửi lại.",
        NotTaken::NotFetched => "Xin anh/chị gửi lại tệp này.",
        _ => "Xin gửi ảnh, PDF hoặc văn bản.",
    };
    Message::quiet(Markup::lines(vec![bold(first), line(second)]))
}

/// So many files of one place: `ảnh, tệp kèm: 2`.
pub fn files(shown: &ShownDrill, of: &FileOf) -> Option<String> {
    let files = shown.drill.files.iter().filter(|file| file.of == *of);
    let kept = files.filter(|file| file.stored().is_some()).count();
    (kept > 0).then(|| format!(" (ảnh, tệp kèm: {kept})"))
}
