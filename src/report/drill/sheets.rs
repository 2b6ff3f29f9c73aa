//! The tables of a report: the same in the document and in the workbook.

use super::{Block, Frame};
use crate::domain::drill::account::{OfInject, OfQuestion};
use crate::domain::drill::figures::Tally;
use crate::domain::drill::run::event::Presence;
use crate::domain::drill::run::state::Stage;
use crate::domain::drill::scenario::Expect;
use crate::domain::ids::UnitCode;
use crate::domain::playbook::model::Answer;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::report::table::Table;
use crate::text::drill::{item_stands, mark, middle};
use crate::text::{people, words};

impl Frame<'_> {
    /// Words that were not removed.
    pub(super) fn said(&self, text: &Text) -> String {
        self.shown.said(text).unwrap_or(words::REMOVED).to_owned()
    }

    pub(super) fn day(&self, at: Timestamp) -> String {
        at.local(self.zone).format("%d/%m/%Y").to_string()
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        at.local(self.zone).format("%H:%M:%S %d/%m/%Y").to_string()
    }

    pub(super) fn unit(&self, unit: Option<&UnitCode>) -> String {
        unit.map_or_else(
            || "Không thuộc đơn vị".to_owned(),
            |one| people::unit(one, self.directory),
        )
    }
}

fn block(
    name: &'static str,
    columns: &'static [&'static str],
    widths: &'static [usize],
    rows: Vec<Vec<String>>,
) -> Block {
    Block::Table(Table { name, columns, rows }, widths)
}

/// Met, late, missed, of those wrong, not counted, undelivered, and the middle of the times.
fn tally(tally: &Tally) -> Vec<String> {
    let counts = [tally.met, tally.late, tally.missed, tally.not_counted, tally.undelivered];
    counts.iter().map(ToString::to_string).chain([middle(tally)]).collect()
}

/// Everything in one line.
pub(super) fn whole(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let attendance = &account.attendance;
    let rate = |part: usize, of: usize| match of {
        0 => "–".to_owned(),
        of => format!("{}%", part.saturating_mul(100).saturating_div(of)),
    };
    let all = &account.all;
    let line = |name: &str, value: String| vec![name.to_owned(), value];
    let rows = vec![
        line("Người được mời", attendance.invited.to_string()),
        line("Có mặt hoặc có trả lời", attendance.came.to_string()),
        line("Tỷ lệ tham dự", rate(attendance.came, attendance.invited)),
        line("Báo không tham gia", attendance.declined.to_string()),
        line("Rút để xử lý việc thật (không tính là không đạt)", attendance.released.to_string()),
        line("Kỳ vọng đạt đúng hạn", all.met.to_string()),
        line("Kỳ vọng đạt nhưng trễ", all.late.to_string()),
        line("Kỳ vọng không đạt", all.missed.to_string()),
        line("Trong đó chọn sai", all.wrong.to_string()),
        line("Không tính (rút, vắng, hết giờ trước hạn)", all.not_counted.to_string()),
        line("Tin không gửi được", all.undelivered.to_string()),
        line("Thời gian đáp ứng trung vị", middle(all)),
        line("Phiếu khảo sát", format!("{}/{}", account.survey.answered, account.survey.asked)),
    ];
    block("Tổng hợp", &["Chỉ số", "Giá trị"], &[70, 30], rows)
}

/// By objective.
pub(super) fn objectives(frame: &Frame<'_>) -> Block {
    let one = |(one, number): (&crate::domain::drill::account::OfObjective, usize)| {
        let given = one.mark.map_or_else(|| "chưa đánh giá".to_owned(), mark);
        let why = one.reason.as_ref().map(|why| frame.said(why)).unwrap_or_default();
        vec![number.to_string(), one.title.clone(), one.capability.clone(), given, why]
    };
    let rows = frame.account.objectives.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Mục tiêu", "Năng lực", "Đánh giá", "Lý do"];
    block("Mục tiêu", columns, &[7, 33, 17, 20, 23], rows)
}

/// Times and counts by objective.
pub(super) fn scores(frame: &Frame<'_>) -> Block {
    let one = |one: &crate::domain::drill::account::OfObjective| {
        [vec![one.title.clone()], tally(&one.tally)].concat()
    };
    let rows = frame.account.objectives.iter().map(one).collect();
    let columns =
        &["Mục tiêu", "Đạt", "Trễ", "Không đạt", "Không tính", "Không gửi được", "Trung vị"];
    block("Chỉ số thời gian", columns, &[30, 7, 7, 11, 11, 13, 21], rows)
}

/// By unit and objective.
pub(super) fn units(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let mut rows = Vec::new();
    for unit in &account.by_unit {
        // In the order of the scenario.
        for objective in &account.objectives {
            let of = unit.objectives.iter().find(|(id, _)| *id == objective.objective);
            let Some((_, of)) = of else { continue };
            let head = vec![frame.unit(unit.unit.as_ref()), objective.title.clone()];
            rows.push([head, tally(of)].concat());
        }
    }
    let columns = &[
        "Đơn vị",
        "Mục tiêu",
        "Đạt",
        "Trễ",
        "Không đạt",
        "Không tính",
        "Không gửi được",
        "Trung vị",
    ];
    block("Đơn vị", columns, &[18, 20, 7, 7, 11, 11, 12, 14], rows)
}

/// The injects, planned and played.
pub(super) fn injects(frame: &Frame<'_>) -> Block {
    let start = frame.account.started;
    let one = |(one, number): (&OfInject, usize)| {
        let planned = match (one.planned_ms, start) {
            _ if one.contingency => "theo diễn biến".to_owned(),
            (Some(ms), Some(start)) => start.shifted(ms).hour(frame.zone),
            _ => "theo lệnh".to_owned(),
        };
        let actual = match (one.stage, one.sent) {
            (Stage::Sent, Some(at)) => at.hour(frame.zone),
            (Stage::Skipped, _) => "bỏ qua".to_owned(),
            _ => "không gửi".to_owned(),
        };
        let arrived = format!("{}/{}", one.delivered, one.to);
        vec![number.to_string(), one.title.clone(), planned, actual, arrived]
    };
    let rows = frame.account.injects.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Tình huống", "Dự kiến sớm nhất", "Thực tế", "Đã nhận"];
    block("Tình huống", columns, &[8, 47, 16, 15, 14], rows)
}

/// Each expectation.
pub(super) fn expectations(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let one = |one: &crate::domain::drill::figures::OfExpectation| {
        let inject = account.injects.iter().find(|inject| inject.inject == one.inject);
        let inject = inject.map(|inject| inject.title.clone()).unwrap_or_default();
        [vec![inject, expected(frame, one)], tally(&one.tally)].concat()
    };
    let rows = account.expectations.iter().map(one).collect();
    let columns = &[
        "Tình huống",
        "Kỳ vọng",
        "Đạt",
        "Trễ",
        "Không đạt",
        "Không tính",
        "Không gửi được",
        "Trung vị",
    ];
    block("Kỳ vọng & điểm", columns, &[20, 18, 7, 7, 11, 11, 12, 14], rows)
}

/// What was expected, in words.
fn expected(frame: &Frame<'_>, one: &crate::domain::drill::figures::OfExpectation) -> String {
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
    let one = |(one, number): (&crate::domain::drill::account::OfPerson, usize)| {
        let how = match (&one.stand_in, one.presence) {
            (Some(by), _) => format!("cử thay: {}", people::name(by, frame.directory)),
            (None, Some(Presence::Hall)) => "tại hội trường".to_owned(),
            (None, Some(Presence::Online)) => "trực tuyến".to_owned(),
            (None, None) if one.came => "có trả lời".to_owned(),
            (None, None) if one.declined => "báo không tham gia".to_owned(),
            (None, None) => "vắng".to_owned(),
        };
        let how = if one.released { format!("{how}; rút vì việc thật") } else { how };
        vec![
            number.to_string(),
            people::name(&one.person, frame.directory),
            frame.unit(one.unit.as_ref()),
            one.parts.join(", "),
            how,
        ]
    };
    let rows = frame.account.people.iter().zip(1..).map(one).collect();
    let columns = &["STT", "Họ tên", "Đơn vị", "Vai", "Tham dự"];
    block("Điểm danh", columns, &[8, 24, 26, 22, 20], rows)
}

/// What people said, by question: how often each choice, and every sentence; never who.
pub(super) fn survey(frame: &Frame<'_>) -> Block {
    let mut rows = Vec::new();
    for question in &frame.account.survey.questions {
        let answers = answers(frame, question);
        let answers = if answers.is_empty() { vec![("–".to_owned(), 0)] } else { answers };
        for (words, count) in answers {
            rows.push(vec![question.label.clone(), words, count.to_string()]);
        }
    }
    block("Khảo sát", &["Câu hỏi", "Trả lời", "Số phiếu"], &[45, 40, 15], rows)
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
    let one = |item: &crate::domain::drill::account::OfItem| {
        let who = match (&item.owner, &item.unit) {
            (Some(owner), _) => people::name(owner, frame.directory),
            (None, unit) => frame.unit(unit.as_ref()),
        };
        let stands = frame.shown.drill.items.get(&item.number);
        let stands = stands.map(|one| item_stands(one, frame.now)).unwrap_or_default();
        let (words, due) = (frame.said(&item.words), frame.day(item.due));
        vec![item.number.to_string(), words, who, String::new(), due, stands.to_owned()]
    };
    let rows = frame.account.items.iter().map(one).collect();
    let columns = &["STT", "Nội dung", "Chủ trì", "Phối hợp", "Thời hạn", "Trạng thái"];
    block("Khắc phục", columns, &[7, 34, 20, 11, 15, 13], rows)
}

/// What shows that nothing was altered.
pub(super) fn record(frame: &Frame<'_>) -> Block {
    let account = frame.account;
    let line = |name: &str, value: String| vec![name.to_owned(), value];
    let (seq, hash) = frame.head;
    let mut rows = vec![
        line("Mã cuộc diễn tập", account.code.to_string()),
        line(
            "Kịch bản",
            format!("{}, phiên bản {}", account.scenario.id, account.scenario.version),
        ),
        line("Mã băm kịch bản (SHA-256)", account.scenario.hash.clone()),
        line("Mã băm số liệu báo cáo (SHA-256)", frame.digest.to_owned()),
        line("Dòng cuối của sổ cái khi lập báo cáo", seq.to_string()),
        line("Mã băm của dòng đó", hash.to_owned()),
    ];
    if let Some(approved) = &frame.shown.drill.report.digest {
        let fits = if approved == frame.digest { "khớp" } else { "KHÔNG khớp" };
        rows.push(line("Mã băm khi lãnh đạo duyệt", format!("{approved} ({fits})")));
    }
    rows.push(line("Lập lúc", frame.time(frame.now)));
    block("Nhật ký", &["Mục", "Giá trị"], &[35, 65], rows)
}
