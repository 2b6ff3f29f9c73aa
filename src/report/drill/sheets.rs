//! The tables of a report: the same in the document and in the workbook.

use std::time::Duration;

use super::{Block, Frame};
use crate::domain::drill::account::{OfInject, OfItem, OfObjective, OfPerson, OfQuestion};
use crate::domain::drill::figures::{OfExpectation, Tally};
use crate::domain::drill::run::event::Presence;
use crate::domain::drill::run::state::Stage;
use crate::domain::drill::scenario::Expect;
use crate::domain::ids::UnitCode;
use crate::domain::playbook::model::Answer;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::report::cell::Cell;
use crate::report::table::Table;
use crate::text::drill::{TOO_FEW, item_stands, mark, scenario, status};
use crate::text::{people, words};

/// The sheets of the workbook, in their order.
pub(super) const ORDER: [&str; 12] = [
    WHOLE,
    DRILL,
    OBJECTIVES,
    SCORES,
    PEOPLE,
    INJECTS,
    EXPECTATIONS,
    UNITS,
    ITEMS,
    SURVEY,
    LOG,
    RECORD,
];

const WHOLE: &str = "Tổng hợp";
const DRILL: &str = "Cuộc diễn tập";
const OBJECTIVES: &str = "Mục tiêu";
const SCORES: &str = "Chỉ số thời gian";
const PEOPLE: &str = "Điểm danh";
const INJECTS: &str = "Tình huống";
const EXPECTATIONS: &str = "Kỳ vọng & điểm";
const UNITS: &str = "Đơn vị";
const ITEMS: &str = "Khắc phục";
const SURVEY: &str = "Khảo sát";
pub(super) const LOG: &str = "Nhật ký";
const RECORD: &str = "Mã băm";

/// What a tally says, and how wide each is.
const TALLY: [&str; 7] =
    ["Đạt", "Trễ", "Không đạt", "Không tính", "Không gửi được", "Thời gian trung vị", "Số lần đo"];
const TALLIED: [usize; 9] = [21, 18, 6, 6, 9, 9, 9, 15, 7];

/// Columns of which two say what of, and the others the tally.
const fn tallied(one: &'static str, other: &'static str) -> [&'static str; 9] {
    let [met, late, missed, not_counted, undelivered, middle, times] = TALLY;
    [one, other, met, late, missed, not_counted, undelivered, middle, times]
}

impl Frame<'_> {
    /// Words that were not removed.
    pub(super) fn said(&self, text: &Text) -> String {
        self.shown.said(text).unwrap_or(words::REMOVED).to_owned()
    }

    pub(super) fn day(&self, at: Timestamp) -> String {
        Cell::Day(at.date(self.zone)).to_string()
    }

    /// When, by the clock of the province.
    pub(super) fn at(&self, at: Timestamp) -> Cell {
        Cell::Time(at.local(self.zone).naive_local())
    }

    pub(super) fn unit(&self, unit: Option<&UnitCode>) -> String {
        unit.map_or_else(
            || "Không thuộc đơn vị".to_owned(),
            |one| people::unit(one, self.directory),
        )
    }
}

pub(super) fn block(
    name: &'static str,
    columns: &'static [&'static str],
    widths: &'static [usize],
    rows: Vec<Vec<Cell>>,
) -> Block {
    Block::Table(Table { name, columns, rows }, widths)
}

/// What is said once: its name, and its value.
fn line(name: &str, value: impl Into<Cell>) -> Vec<Cell> {
    vec![name.into(), value.into()]
}

fn span(ms: i64) -> Cell {
    Cell::Span(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// The middle of the times; words where there are too few.
fn middle(tally: &Tally) -> Cell {
    tally.median().map_or_else(|| TOO_FEW.into(), span)
}

/// By the columns of [`TALLY`].
fn tally(tally: &Tally) -> Vec<Cell> {
    let counts = [tally.met, tally.late, tally.missed, tally.not_counted, tally.undelivered];
    let after = [middle(tally), Cell::count(tally.times.len())];
    counts.into_iter().map(Cell::count).chain(after).collect()
}

/// Everything in one line each.
pub(super) fn whole(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let attendance = &account.attendance;
    let all = &account.all;
    let count = |name: &str, count: usize| line(name, Cell::count(count));
    let rows = vec![
        count("Người được mời", attendance.invited),
        count("Có mặt hoặc có trả lời", attendance.came),
        line("Tỷ lệ tham dự", Cell::share(attendance.came, attendance.invited)),
        count("Báo không tham gia", attendance.declined),
        count("Rút để xử lý việc thật (không tính là không đạt)", attendance.released),
        count("Kỳ vọng đạt đúng hạn", all.met),
        count("Kỳ vọng đạt nhưng trễ", all.late),
        count("Kỳ vọng không đạt", all.missed),
        count("Trong đó chọn sai", all.wrong),
        count("Không tính (rút, vắng, hết giờ trước hạn)", all.not_counted),
        count("Tin không gửi được", all.undelivered),
        line("Thời gian đáp ứng trung vị", middle(all)),
        count("Số lần đo thời gian đáp ứng", all.times.len()),
        count("Người được hỏi ý kiến", account.survey.asked),
        count("Phiếu khảo sát nhận được", account.survey.answered),
    ];
    block(WHOLE, &["Chỉ số", "Giá trị"], &[70, 30], rows)
}

/// What was held, and when.
pub(super) fn drill(frame: &Frame<'_>) -> Block {
    let (account, drill) = (frame.account, &frame.shown.drill);
    let at = |at: Option<Timestamp>| at.map_or_else(|| "–".into(), |at| frame.at(at));
    let ended = account.ended.as_ref().map(|(at, _)| *at);
    let until = ended.unwrap_or(frame.now);
    let stood = account.started.map_or(0, |start| drill.paused_within(start, until));
    let sent = account.injects.iter().filter(|one| one.sent.is_some()).count();
    let rows = vec![
        line("Mã", account.code.as_str()),
        line("Kịch bản", account.scenario.name.as_str()),
        line("Hình thức", scenario::kind(account.scenario.kind)),
        line("Chỉ đạo diễn tập", people::name(&account.lead, frame.directory)),
        line("Bắt đầu theo kế hoạch", frame.at(account.planned)),
        line("Bắt đầu", at(account.started)),
        line("Kết thúc", at(ended)),
        line("Số lần tạm dừng", Cell::count(account.pauses.len())),
        line("Tổng thời gian tạm dừng", span(stood)),
        line("Số đơn vị", Cell::count(account.units.len())),
        line("Số tình huống của kịch bản", Cell::count(account.injects.len())),
        line("Số tình huống đã gửi", Cell::count(sent)),
        line("Trạng thái", status(drill.status)),
    ];
    block(DRILL, &["Mục", "Nội dung"], &[40, 60], rows)
}

/// By objective.
pub(super) fn objectives(frame: &Frame<'_>) -> Block {
    let one = |(one, number): (&OfObjective, usize)| {
        let given = one.mark.map_or_else(|| "chưa đánh giá".to_owned(), mark);
        let why = one.reason.as_ref().map(|why| frame.said(why)).unwrap_or_default();
        let (title, ability) = (one.title.as_str().into(), one.capability.as_str().into());
        vec![Cell::count(number), title, ability, given.into(), why.into()]
    };
    let rows = frame.account.objectives.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Mục tiêu", "Năng lực", "Đánh giá", "Lý do"];
    block(OBJECTIVES, columns, &[7, 33, 17, 20, 23], rows)
}

/// Times and counts by objective.
pub(super) fn scores(frame: &Frame<'_>) -> Block {
    const COLUMNS: [&str; 9] = tallied("Mục tiêu", "Năng lực");
    let one = |one: &OfObjective| {
        let head = vec![one.title.as_str().into(), one.capability.as_str().into()];
        [head, tally(&one.tally)].concat()
    };
    let rows = frame.account.objectives.iter().map(one).collect();
    block(SCORES, &COLUMNS, &TALLIED, rows)
}

/// By unit and objective.
pub(super) fn units(frame: &Frame<'_>) -> Block {
    const COLUMNS: [&str; 9] = tallied("Đơn vị", "Mục tiêu");
    let account = frame.account;
    let mut rows = Vec::new();
    for unit in &account.by_unit {
        // In the order of the scenario.
        for objective in &account.objectives {
            let of = unit.objectives.iter().find(|(id, _)| *id == objective.objective);
            let Some((_, of)) = of else { continue };
            let unit = frame.unit(unit.unit.as_ref());
            rows.push([vec![unit.into(), objective.title.as_str().into()], tally(of)].concat());
        }
    }
    block(UNITS, &COLUMNS, &TALLIED, rows)
}

/// The injects, planned and played.
pub(super) fn injects(frame: &Frame<'_>) -> Block {
    let start = frame.account.started;
    let one = |(one, number): (&OfInject, usize)| {
        let planned = match (one.planned_ms, start) {
            _ if one.contingency => "theo diễn biến".into(),
            (Some(ms), Some(start)) => frame.at(start.shifted(ms)),
            _ => "theo lệnh".into(),
        };
        let actual = match (one.stage, one.sent) {
            (Stage::Sent, Some(at)) => frame.at(at),
            (Stage::Skipped, _) => "bỏ qua".into(),
            _ => "không gửi".into(),
        };
        let (to, delivered) = (Cell::count(one.to), Cell::count(one.delivered));
        vec![Cell::count(number), one.title.as_str().into(), planned, actual, to, delivered]
    };
    let rows = frame.account.injects.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Tình huống", "Dự kiến sớm nhất", "Thực tế", "Gửi tới", "Đã nhận"];
    block(INJECTS, columns, &[7, 35, 19, 19, 10, 10], rows)
}

/// Each expectation.
pub(super) fn expectations(frame: &Frame<'_>) -> Block {
    const COLUMNS: [&str; 9] = tallied("Tình huống", "Kỳ vọng");
    let account = frame.account;
    let one = |one: &OfExpectation| {
        let inject = account.injects.iter().find(|inject| inject.inject == one.inject);
        let inject = inject.map_or("", |inject| inject.title.as_str());
        [vec![inject.into(), expected(frame, one).into()], tally(&one.tally)].concat()
    };
    let rows = account.expectations.iter().map(one).collect();
    block(EXPECTATIONS, &COLUMNS, &TALLIED, rows)
}

/// What was expected, in words.
fn expected(frame: &Frame<'_>, one: &OfExpectation) -> String {
    let inject = frame.shown.scenario.as_ref().and_then(|scenario| scenario.inject(&one.inject));
    let kind = inject.and_then(|inject| inject.expectation(&one.expect)).map(|one| &one.kind);
    match kind {
        Some(Expect::Acknowledge) => "xác nhận đã nhận tin".to_owned(),
        Some(Expect::Choose { .. }) => "chọn phương án".to_owned(),
        Some(Expect::Report) => "báo cáo sự cố".to_owned(),
        Some(Expect::Step { .. }) => "làm theo quy trình".to_owned(),
        Some(Expect::Keyword { .. }) => "trả lời đủ ý".to_owned(),
        Some(Expect::File { .. }) => "gửi tệp".to_owned(),
        Some(Expect::Judged { what }) => what.clone(),
        None => one.expect.to_string(),
    }
}

/// Who took part.
pub(super) fn people(frame: &Frame<'_>) -> Block {
    let one = |(one, number): (&OfPerson, usize)| {
        let how = match (&one.stand_in, one.presence) {
            (Some(by), _) => format!("cử thay: {}", people::name(by, frame.directory)),
            (None, Some(Presence::Hall)) => "tại hội trường".to_owned(),
            (None, Some(Presence::Online)) => "trực tuyến".to_owned(),
            (None, None) if one.came => "có trả lời".to_owned(),
            (None, None) if one.declined => "báo không tham gia".to_owned(),
            (None, None) => "vắng".to_owned(),
        };
        let how = if one.released { format!("{how}; rút vì việc thật") } else { how };
        let since = one.since.map_or_else(|| "".into(), |at| frame.at(at));
        vec![
            Cell::count(number),
            people::name(&one.person, frame.directory).into(),
            frame.unit(one.unit.as_ref()).into(),
            one.parts.join(", ").into(),
            how.into(),
            since,
        ]
    };
    let rows = frame.account.people.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Họ tên", "Đơn vị", "Vai", "Tham dự", "Điểm danh lúc"];
    block(PEOPLE, columns, &[7, 19, 19, 19, 17, 19], rows)
}

/// What people said, by question: how often each choice, and every sentence; never who.
pub(super) fn survey(frame: &Frame<'_>) -> Block {
    let mut rows = Vec::new();
    for question in &frame.account.survey.questions {
        let answers = answers(frame, question);
        let answers = if answers.is_empty() { vec![("–".to_owned(), 0)] } else { answers };
        for (words, count) in answers {
            rows.push(vec![question.label.as_str().into(), words.into(), Cell::count(count)]);
        }
    }
    block(SURVEY, &["Câu hỏi", "Trả lời", "Số phiếu"], &[45, 40, 15], rows)
}

fn answers(frame: &Frame<'_>, question: &OfQuestion) -> Vec<(String, usize)> {
    let said: Vec<String> = question.answers.iter().map(|one| frame.said(one)).collect();
    let count = |value: &str| said.iter().filter(|one| one.as_str() == value).count();
    match &question.answer {
        Answer::YesNo => vec![("Có".to_owned(), count("1")), ("Không".to_owned(), count("2"))],
        Answer::Choice(all) => {
            all.iter().map(|(value, word)| (word.clone(), count(value))).collect()
        }
        Answer::Number { .. } | Answer::Words { .. } => {
            said.into_iter().map(|words| (words, 1)).collect()
        }
    }
}

/// What is to be made better.
pub(super) fn items(frame: &Frame<'_>) -> Block {
    let one = |item: &OfItem| {
        let who = match (&item.owner, &item.unit) {
            (Some(owner), _) => people::name(owner, frame.directory),
            (None, unit) => frame.unit(unit.as_ref()),
        };
        let stands = frame.shown.drill.items.get(&item.number);
        let stands = stands.map(|one| item_stands(one, frame.now)).unwrap_or_default();
        let (words, due) = (frame.said(&item.words), Cell::Day(item.due.date(frame.zone)));
        let number = Cell::Count(u64::from(item.number));
        vec![number, words.into(), who.into(), "".into(), due, stands.into()]
    };
    let rows = frame.account.items.iter().map(one).collect();
    let columns = &["STT", "Nội dung", "Chủ trì", "Phối hợp", "Thời hạn", "Trạng thái"];
    block(ITEMS, columns, &[7, 33, 20, 12, 14, 14], rows)
}

/// What shows that nothing was altered.
pub(super) fn record(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let (seq, hash) = frame.head;
    let mut rows = vec![
        line("Mã cuộc diễn tập", account.code.as_str()),
        line(
            "Kịch bản",
            format!("{}, phiên bản {}", account.scenario.id, account.scenario.version),
        ),
        line("Mã băm kịch bản (SHA-256)", account.scenario.hash.as_str()),
        line("Mã băm số liệu báo cáo (SHA-256)", frame.digest),
        line("Dòng cuối của sổ cái khi lập báo cáo", Cell::Count(u64::try_from(seq).unwrap_or(0))),
        line("Mã băm của dòng đó", hash),
    ];
    if let Some(approved) = &frame.shown.drill.report.digest {
        let fits = if approved == frame.digest { "khớp" } else { "KHÔNG khớp" };
        rows.push(line("Mã băm khi lãnh đạo duyệt", format!("{approved} ({fits})")));
    }
    rows.push(line("Lập lúc", frame.at(frame.now)));
    block(RECORD, &["Mục", "Giá trị"], &[35, 65], rows)
}
