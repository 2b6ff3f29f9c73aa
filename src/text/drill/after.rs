//! After a drill: the questions to everybody, the marks of its objectives, what was seen, and its report.

use super::story::Parts;
use super::{bold, button, leads, line, name, reader, row, rows, said, when};
use crate::domain::drill::figures::{Tally, figures};
use crate::domain::drill::notice::{DrillNotice, WordsFor};
use crate::domain::drill::press::{DrillPress, DrillVerb};
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::run::after;
use crate::domain::drill::run::event::Mark;
use crate::domain::drill::run::files::FileOf;
use crate::domain::drill::run::state::Status;
use crate::domain::drill::scenario::{Objective, Scenario};
use crate::domain::drill::shown::ShownDrill;
use crate::domain::notice::View;
use crate::domain::playbook::model::Answer;
use crate::domain::values::Role;
use crate::text::buttons;
use crate::text::markup::{Markup, paragraph};
use crate::text::message::{Button, Message};
use crate::text::words;

/// What is said where there are too few to speak of their middle.
pub const TOO_FEW: &str = "không đủ dữ liệu";

/// Every mark, with its letter, its words and what the button says.
pub const MARKS: [(Mark, &str, &str); 5] = [
    (Mark::Performed, "P", "thực hiện tốt"),
    (Mark::Some, "S", "có vướng mắc nhỏ"),
    (Mark::Major, "M", "có vướng mắc lớn"),
    (Mark::Unable, "U", "không thực hiện được"),
    (Mark::NotApplicable, "N/A", "không áp dụng"),
];

/// A mark in words.
pub fn mark(mark: Mark) -> String {
    let found = MARKS.iter().find(|(one, _, _)| *one == mark);
    found.map(|(_, letter, words)| format!("{letter} – {words}")).unwrap_or_default()
}

/// The middle of times in words, with how many it rests on.
fn middle(tally: &Tally) -> String {
    let count = tally.times.len();
    match tally.median() {
        Some(ms) => {
            let span = std::time::Duration::from_millis(u64::try_from(ms).unwrap_or(0));
            format!("{} (n={count})", words::duration(span))
        }
        None => format!("{TOO_FEW} (n={count})"),
    }
}

/// Asks whoever has not answered.
pub(super) fn survey(shown: &ShownDrill, time: u32) -> Parts {
    let code = &shown.drill.code;
    let again = if time > 1 { "Nhắc lại: " } else { "" };
    let mut lines = vec![bold(format!("{again}Rút kinh nghiệm sau diễn tập {code}"))];
    let Some(scenario) = shown.scenario.as_ref().filter(|one| !one.survey.is_empty()) else {
        lines.push(line("Cảm ơn anh/chị đã tham gia."));
        return (lines, Vec::new(), false);
    };
    lines.push(line(format!(
        "{} câu hỏi ngắn, nhận ý kiến trong 48 giờ sau diễn tập.",
        scenario.survey.len()
    )));
    if scenario.anonymous {
        lines.push(line("Ý kiến được giữ ẩn danh: không ghi người, tin nhắn hay giờ chính xác."));
    }
    let (asked, buttons) = asked(shown, scenario, 0);
    lines.extend(asked);
    (lines, buttons, false)
}

/// One question with what answers it.
fn asked(shown: &ShownDrill, scenario: &Scenario, place: u32) -> (Vec<Markup>, Vec<Vec<Button>>) {
    let code = &shown.drill.code;
    let Some(asked) = after::question(scenario, place) else { return Default::default() };
    let number = place.saturating_add(1);
    let mut lines =
        vec![bold(format!("Câu {number}/{}: {}", scenario.survey.len(), asked.question.label))];
    let choice = |label: &str, choice: usize| {
        let act = DrillAct::Survey(place, choice.saturating_add(1).to_string());
        button(label, DrillPress::act(code, act))
    };
    let mut all = match &asked.question.answer {
        Answer::YesNo => vec![row([choice("Có", 0), choice("Không", 1)])],
        Answer::Choice(choices) => {
            choices.iter().enumerate().map(|(at, (_, word))| row([choice(word, at)])).collect()
        }
        Answer::Number { min, max } => {
            lines.push(line(format!("Xin trả lời bằng một số từ {min} đến {max}.")));
            vec![row([button(buttons::ANSWER, DrillPress::ask(code, WordsFor::Opinion(place)))])]
        }
        Answer::Words { .. } => {
            vec![row([button(buttons::ANSWER, DrillPress::ask(code, WordsFor::Opinion(place)))])]
        }
    };
    if asked.optional {
        let next = DrillVerb::Survey(number);
        all.push(row([button("Bỏ qua câu này", DrillPress::of(code, next))]));
    }
    (lines, all)
}

/// The question at this place; past the last one, thanks. What the reader answered is not shown: the
/// message stays in a chat.
pub(super) fn question(shown: &ShownDrill, place: u32, _view: &View) -> Message {
    let code = &shown.drill.code;
    let open = shown.drill.ended.is_some() && shown.drill.survey_closed.is_none();
    let found = shown.scenario.as_ref().filter(|_| open);
    match found.map(|scenario| asked(shown, scenario, place)) {
        Some((lines, buttons)) if !lines.is_empty() => {
            Message::quiet(Markup::lines(lines)).with(rows(buttons))
        }
        Some(_) => Message::quiet(Markup::lines(vec![
            bold(format!("Đã ghi nhận ý kiến về {code}. Cảm ơn anh/chị.")),
            line(format!("Sửa một câu: /dientap {code} ý kiến SỐ CÂU")),
        ])),
        None => Message::quiet(line(format!("{code}: hiện không nhận ý kiến."))),
    }
}

fn is_staff(shown: &ShownDrill, view: &View) -> bool {
    reader(view).is_some_and(|person| shown.drill.is_staff(person))
}

/// An objective with its guide and the marks; past the last one, all of them.
pub(super) fn rating(shown: &ShownDrill, place: u32, view: &View) -> Message {
    let Some(scenario) = &shown.scenario else { return super::gone(&shown.drill.code) };
    match after::objective(scenario, place) {
        Some(objective) => one_objective(shown, scenario, objective, place, view),
        None => Message::quiet(Markup::lines(all_marks(shown, scenario))),
    }
}

fn one_objective(
    shown: &ShownDrill,
    scenario: &Scenario,
    objective: &Objective,
    place: u32,
    view: &View,
) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let number = place.saturating_add(1);
    let count = scenario.objectives.len();
    let guide = &objective.guide;
    let mut lines = vec![
        bold(format!("{code} – Mục tiêu {number}/{count}: {}", objective.title)),
        line(format!("P: {}", guide.performed)),
        line(format!("S: {}", guide.some)),
        line(format!("M: {}", guide.major)),
        line(format!("U: {}", guide.unable)),
    ];
    let all = figures(drill, scenario);
    if let Some(tally) = all.objectives.get(&objective.id).filter(|one| one.counted() > 0) {
        lines.push(line(format!(
            "Kỳ vọng: đạt {}, trễ {}, không đạt {}, không tính {}; thời gian trung vị: {}.",
            tally.met,
            tally.late,
            tally.missed,
            tally.not_counted,
            middle(tally)
        )));
    }
    let given = drill.marks.get(objective.id.as_str());
    if let Some((one, why)) = given {
        lines.push(bold(format!("✔ {}", mark(*one))));
        lines.extend(why.as_ref().map(|why| line(format!("Lý do: {}", said(shown, why)))));
    }
    let mut buttons = Vec::new();
    if is_staff(shown, view) && drill.status == Status::Ended {
        let rate = |(one, letter, _): &(Mark, &str, &str)| {
            let label = match one {
                Mark::NotApplicable => "Không áp dụng",
                _ => letter,
            };
            button(label, DrillPress::act(code, DrillAct::Rate(place, *one, String::new())))
        };
        buttons.push(row(MARKS.iter().take(4).map(rate)));
        buttons.push(row(MARKS.iter().skip(4).map(rate)));
        if given.is_some() {
            let ask = DrillPress::ask(code, WordsFor::RateReason(place));
            buttons.push(row([button("Ghi lý do", ask)]));
        }
    }
    let to = |label: &str, place| button(label, DrillPress::of(code, DrillVerb::Rating(place)));
    let before = place.checked_sub(1).and_then(|place| to("◀ Trước", place));
    let next = if usize::try_from(number).is_ok_and(|number| number < count) {
        to("Tiếp ▶", number)
    } else {
        to("Xem tất cả", number)
    };
    buttons.push(row([before, next]));
    Message::quiet(Markup::lines(lines)).with(rows(buttons))
}

fn all_marks(shown: &ShownDrill, scenario: &Scenario) -> Vec<Markup> {
    let drill = &shown.drill;
    let mut lines = vec![bold(format!("{}: đánh giá theo mục tiêu", drill.code))];
    for (objective, number) in scenario.objectives.iter().zip(1_u32..) {
        let given = drill.marks.get(objective.id.as_str());
        let word = given.map_or_else(|| "chưa đánh giá".to_owned(), |(one, _)| mark(*one));
        lines.push(line(format!("{number}. {}: {word}", objective.title)));
    }
    lines.push(line(format!("Đánh giá: /dientap {} đánh giá SỐ P|S|M|U|N lý do", drill.code)));
    lines
}

/// What was seen, for those who may read it.
pub(super) fn observations(shown: &ShownDrill, view: &View) -> Message {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let mut lines = vec![bold(format!("{code}: quan sát ({})", drill.observations.len()))];
    let all = is_staff(shown, view);
    for (one, place) in drill.observations.iter().zip(0_u32..) {
        if all || reader(view) == Some(&one.by) {
            let (hour, by) = (one.at.hour(view.team.zone), name(&one.by, view));
            let files = super::setup::files(shown, &FileOf::Seen(place)).unwrap_or_default();
            lines.push(line(format!("{hour} {by}: {}{files}", said(shown, &one.words))));
        }
    }
    lines.push(line(format!(
        "Ghi thêm: /dientap {code} quan sát NỘI DUNG, hoặc gửi ảnh với chữ đó làm chú thích"
    )));
    let write = button("Ghi quan sát", DrillPress::ask(code, WordsFor::Observe));
    Message::quiet(Markup::lines(lines)).with(rows([row([write])]))
}

/// What is said about the report.
pub(super) fn report(shown: &ShownDrill, notice: &DrillNotice, view: &View) -> Parts {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    let made =
        line(format!("Tạo dự thảo trên máy chủ: trucban report drill {code} -o {code}.docx"));
    match notice {
        DrillNotice::ReportToMake { again } => {
            let first = if *again { "đến hạn báo cáo" } else { "chuẩn bị báo cáo" };
            let due = drill.report.due.map(|at| when(at, view)).unwrap_or_default();
            let mut lines = vec![
                bold(format!("{code}: {first} kết quả diễn tập")),
                line(format!("Hạn: {due}.")),
            ];
            lines.extend(super::late(drill.report.due, drill.report.asked.filter(|_| *again)));
            lines.push(made);
            lines
                .push(line(format!("Đánh giá đủ mục tiêu rồi trình: /dientap {code} nộp báo cáo")));
            (lines, buttons(shown, view), false)
        }
        DrillNotice::ReportToApprove => {
            let mut lines = vec![
                bold(format!("Xin duyệt báo cáo kết quả diễn tập {code}")),
                line(paragraph(&drill.planning.scenario.name, 200)),
            ];
            lines.extend(shown.scenario.as_ref().map(|scenario| distribution(shown, scenario)));
            lines.push(made);
            lines.push(line("Duyệt rồi, cuộc diễn tập được khóa; kiến nghị vẫn được theo dõi."));
            (lines, buttons(shown, view), false)
        }
        _ => {
            let by = drill.report.approved.as_ref().map(|(by, _)| name(by, view));
            let lines = vec![
                bold(format!("{code}: báo cáo đã được duyệt, cuộc diễn tập đã đóng")),
                line(format!("Người duyệt: {}.", by.unwrap_or_default())),
            ];
            (lines, Vec::new(), false)
        }
    }
}

/// How many objectives got each mark.
fn distribution(shown: &ShownDrill, scenario: &Scenario) -> Markup {
    let all = figures(&shown.drill, scenario);
    let of = |(mark, letter, _): &(Mark, &str, &str)| {
        format!("{letter} {}", all.marks.get(mark).copied().unwrap_or_default())
    };
    let marks: Vec<String> = MARKS.iter().map(of).collect();
    line(format!("Đánh giá mục tiêu: {}.", marks.join(", ")))
}

/// What may be done with a drill that is over, by whoever reads.
pub(super) fn buttons(shown: &ShownDrill, view: &View) -> Vec<Vec<Button>> {
    let (drill, code) = (&shown.drill, &shown.drill.code);
    if drill.ended.is_none() {
        return Vec::new();
    }
    let mut all = Vec::new();
    let of = |label: &str, verb| button(label, DrillPress::of(code, verb));
    let act = |label: &str, act| button(label, DrillPress::act(code, act));
    if is_staff(shown, view) && drill.status == Status::Ended {
        all.push(row([of("Đánh giá mục tiêu", DrillVerb::Rating(0))]));
    }
    if leads(shown, view) && drill.status == Status::Ended {
        all.push(row([act("Nộp báo cáo", DrillAct::SubmitReport)]));
    }
    let manages = |person| view.directory.has_role(person, Role::Manager);
    if reader(view).is_some_and(manages) && drill.status == Status::Reported {
        all.push(row([act("Duyệt báo cáo", DrillAct::ApproveReport)]));
    }
    all.push(row([of("Kiến nghị", DrillVerb::Items)]));
    all
}
