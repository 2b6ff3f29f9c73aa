//! A scenario as whoever leads the drill reads it, from the setting to the questions after the end.

use crate::domain::drill::scenario::{
    Audience, DrillKind, Expect, Expectation, Inject, Objective, PartWho, Scenario, Trigger,
};
use crate::domain::playbook::model::Answer;
use crate::text::words;

/// What a kind of drill is called.
pub fn kind(kind: DrillKind) -> &'static str {
    match kind {
        DrillKind::TableTop => "diễn tập bàn giấy",
        DrillKind::Functional => "diễn tập chức năng",
        DrillKind::CommCheck => "kiểm tra liên lạc",
    }
}

/// Who plays a part.
pub fn who(who: PartWho) -> &'static str {
    match who {
        PartWho::Unit => "người tham gia của từng đơn vị",
        PartWho::Team => "thành viên Đội tham gia",
        PartWho::Lead => "Đội trưởng, Phó Đội trưởng",
        PartWho::Managers => "lãnh đạo",
        PartWho::Role(role) => words::role(role),
    }
}

/// The page, line by line.
pub fn lines(scenario: &Scenario) -> Vec<String> {
    let mut page = Page { scenario, lines: Vec::new() };
    page.head();
    page.line(0, "");
    page.line(0, "Mục tiêu:");
    scenario.objectives.iter().for_each(|objective| page.objective(objective));
    for (number, inject) in (1_u32..).zip(scenario.in_order()) {
        page.line(0, "");
        page.inject(number, inject);
    }
    page.after();
    page.lines
}

/// When an inject goes out.
pub fn when(scenario: &Scenario, trigger: &Trigger) -> String {
    let titled = |id| scenario.inject(id).map_or("?", |inject| inject.title.as_str());
    let later = |delay: &std::time::Duration| match delay.is_zero() {
        true => "ngay".to_owned(),
        false => words::duration(*delay),
    };
    match trigger {
        Trigger::At { offset } if offset.is_zero() => "khi bắt đầu".to_owned(),
        Trigger::At { offset } => format!("{} từ lúc bắt đầu", words::duration(*offset)),
        Trigger::After { inject, delay } => format!("{} sau «{}»", later(delay), titled(inject)),
        Trigger::OnAnswer { inject, expect, value, delay } => {
            let word = value.as_deref().and_then(|value| {
                let expect = scenario.inject(inject)?.expectation(expect)?;
                let Expect::Choose { choices, .. } = &expect.kind else { return None };
                choices.iter().find(|(one, _)| one == value).map(|(_, word)| word.as_str())
            });
            let chosen = word.map(|word| format!(", chọn “{word}”")).unwrap_or_default();
            format!("{} sau khi «{}» được trả lời{chosen}", later(delay), titled(inject))
        }
        Trigger::OnSilence { inject, delay, .. } => {
            format!("{} sau khi «{}» quá hạn mà không ai trả lời", later(delay), titled(inject))
        }
        Trigger::ByHand => "khi người điều hành bấm gửi".to_owned(),
    }
}

struct Page<'a> {
    scenario: &'a Scenario,
    lines: Vec<String>,
}

impl Page<'_> {
    fn line(&mut self, depth: usize, words: &str) {
        if words.is_empty() {
            self.lines.push(String::new());
        }
        for line in words.trim_end().lines() {
            self.lines.push(format!("{}{line}", "   ".repeat(depth)).trim_end().to_owned());
        }
    }

    fn head(&mut self) {
        let one = self.scenario;
        self.line(0, &format!("{} ({}, bản {})", one.title, one.id, one.version));
        self.line(0, &one.summary);
        if let Some(not_for) = &one.not_for {
            self.line(0, &format!("Không dùng khi: {not_for}"));
        }
        self.line(0, &format!("Hình thức: {}, {}", kind(one.kind), words::duration(one.length)));
        self.line(0, "Các vai:");
        for part in &one.parts {
            self.line(1, &format!("- {}: {}", part.title, who(part.who)));
        }
        self.line(0, "");
        self.line(0, "Người tham gia đọc lúc bắt đầu:");
        self.line(1, &one.setting);
        if !one.checklist.is_empty() {
            self.line(0, "");
            self.line(0, "Xem trước khi bắt đầu:");
            one.checklist.iter().for_each(|point| self.line(1, &format!("- {point}")));
        }
    }

    fn objective(&mut self, objective: &Objective) {
        self.line(1, &format!("- {} ({})", objective.title, objective.capability));
        let guide = &objective.guide;
        let marks = [
            ("Đạt trọn vẹn", &guide.performed),
            ("Đạt, còn vướng", &guide.some),
            ("Vướng nhiều", &guide.major),
            ("Không làm được", &guide.unable),
        ];
        for (mark, words) in marks {
            self.line(2, &format!("{mark}: {words}"));
        }
    }

    fn inject(&mut self, number: u32, inject: &Inject) {
        let spare = if inject.contingency { " [dự phòng]" } else { "" };
        self.line(0, &format!("{number}. {}{spare}", inject.title));
        self.line(1, &format!("Gửi: {}", when(self.scenario, &inject.trigger)));
        let to: Vec<&str> = inject.to.iter().map(|to| self.part(to)).collect();
        self.line(1, &format!("Tới: {}", to.join("; ")));
        if let Some(from) = &inject.from {
            self.line(1, &format!("Lời của: {from}"));
        }
        self.line(2, &inject.body);
        for attachment in &inject.attachments {
            self.line(1, &format!("Kèm tệp {}", attachment.name));
        }
        for expect in &inject.expects {
            let line = self.expected(expect);
            self.line(1, &line);
        }
    }

    fn part(&self, to: &Audience) -> &str {
        match to {
            Audience::Everyone => "mọi người tham gia",
            Audience::Part(id) => self.scenario.part(id).map_or("?", |part| part.title.as_str()),
        }
    }

    fn expected(&self, expect: &Expectation) -> String {
        let objective = self.scenario.objective(&expect.objective);
        let objective = objective.map_or("?", |one| one.title.as_str());
        format!(
            "Mong đợi: {}; tốt nhất trong {}, chậm nhất {} ({objective})",
            what(&expect.kind),
            words::duration(expect.target),
            words::duration(expect.expires),
        )
    }

    fn after(&mut self) {
        let one = self.scenario;
        self.line(0, "");
        let anonymous = if one.anonymous { " (không ghi tên)" } else { "" };
        self.line(0, &format!("Hỏi sau buổi diễn tập{anonymous}:"));
        for asked in &one.survey {
            let optional = if asked.optional { " (có thể bỏ qua)" } else { "" };
            let question = &asked.question;
            self.line(1, &format!("- {}{}{optional}", question.label, answers(&question.answer)));
        }
        self.line(0, "");
        self.line(0, "Lời đính chính soạn sẵn:");
        self.line(1, &one.correction);
        if !one.sources.is_empty() {
            self.line(0, "");
            self.line(0, "Tài liệu đã dựa vào:");
            one.sources.iter().for_each(|source| self.line(1, &format!("- {source}")));
        }
    }
}

/// What meets an expectation.
fn what(kind: &Expect) -> String {
    match kind {
        Expect::Acknowledge => "bấm đã nhận tin".to_owned(),
        Expect::Choose { choices, right } => {
            let words = choices.iter().map(|(value, word)| {
                let mark = if right.contains(value) { " ✓" } else { "" };
                format!("“{word}”{mark}")
            });
            format!("chọn {}", words.collect::<Vec<_>>().join(" / "))
        }
        Expect::Report => "báo sự cố trong diễn tập".to_owned(),
        Expect::Step { playbook, step: None } => format!("mở quy trình {playbook}"),
        Expect::Step { playbook, step: Some(step) } => {
            format!("xong bước {step} của quy trình {playbook}")
        }
        Expect::Keyword { any } => format!("trả lời có một ý trong: {}", any.join(", ")),
        Expect::File { count } => format!("gửi {count} tệp hoặc ảnh"),
        Expect::Judged { what } => format!("người đánh giá xem: {}", what.trim_end_matches('.')),
    }
}

fn answers(answer: &Answer) -> String {
    match answer {
        Answer::YesNo => " (có / không)".to_owned(),
        Answer::Number { min, max } => format!(" ({min}–{max})"),
        Answer::Choice(all) => {
            let words: Vec<&str> = all.iter().map(|(_, word)| word.as_str()).collect();
            format!(" ({})", words.join(" / "))
        }
        Answer::Words { .. } => String::new(),
    }
}
