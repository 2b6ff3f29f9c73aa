//! A playbook as an officer reads it, from the first step to the last.

use super::condition::Asked;
use super::{refused, told};
use crate::domain::directory::Directory;
use crate::domain::playbook::model::{
    Answer, Approval, Ask, Does, DueFrom, Legal, Playbook, Proof, Step, StepId, Task,
};
use crate::text::words;

/// The page, line by line.
pub fn lines(playbook: &Playbook, directory: &Directory) -> Vec<String> {
    let mut page = Page {
        playbook,
        directory,
        asked: Asked::of(playbook),
        lines: Vec::new(),
        phase: None,
        number: 0,
    };
    page.head();
    page.block(&playbook.start, 0);
    page.lines
}

struct Page<'a> {
    playbook: &'a Playbook,
    directory: &'a Directory,
    asked: Asked<'a>,
    lines: Vec<String>,
    phase: Option<&'a str>,
    number: u32,
}

impl<'a> Page<'a> {
    fn line(&mut self, depth: usize, words: &str) {
        for line in words.trim_end().lines() {
            self.lines.push(format!("{}{line}", "   ".repeat(depth)).trim_end().to_owned());
        }
    }

    fn head(&mut self) {
        let playbook = self.playbook;
        let (id, version) = (&playbook.id, playbook.version);
        self.line(0, &format!("{} ({id}, bản {version})", playbook.title));
        self.line(0, &playbook.summary);
        if playbook.shared {
            self.line(0, "Dùng chung: chỉ chạy khi quy trình khác gọi.");
        }
        if let Some(not_for) = &playbook.not_for {
            self.line(0, &format!("Không dùng khi: {not_for}"));
        }
        for fits in fits(playbook) {
            self.line(0, &fits);
        }
        if !playbook.args.is_empty() {
            self.line(0, "Nơi gọi cho biết:");
            for (name, question) in &playbook.args {
                let words = format!("- {} ({})", question.label, kind(&question.answer));
                self.line(1, &words.replace("“”", name.as_str()));
            }
        }
        if !playbook.first.is_empty() {
            self.line(0, "Người báo đọc được ngay:");
            playbook.first.iter().for_each(|one| self.line(1, &format!("- {one}")));
        }
    }

    fn block(&mut self, start: &'a StepId, depth: usize) {
        let mut at = Some(start);
        while let Some(step) = at.and_then(|id| self.playbook.steps.get(id)) {
            self.step(step, depth);
            at = step.next.as_ref();
        }
    }

    fn step(&mut self, step: &'a Step, depth: usize) {
        let phase = step.phase.as_deref();
        if phase.is_some() && phase != self.phase {
            self.phase = phase;
            let title = phase.and_then(|phase| self.playbook.phase(phase)).unwrap_or_default();
            self.lines.push(String::new());
            self.line(depth, &format!("── {} ──", title.to_uppercase()));
        }
        if let Some(condition) = &step.only_if {
            let words = format!("(chỉ khi {})", self.asked.said(condition));
            self.line(depth, &words);
        }
        self.does(step, depth);
        let inside = depth.saturating_add(1);
        for (when, block) in
            [("Quá thời hạn:", &step.on_timeout), ("Không làm được:", &step.on_failure)]
        {
            if let Some(block) = block {
                self.line(inside, when);
                self.block(block, inside.saturating_add(1));
            }
        }
    }

    fn does(&mut self, step: &'a Step, depth: usize) {
        let inside = depth.saturating_add(1);
        match &step.does {
            Does::Task(task) => self.task(step, task, depth),
            Does::If { condition, then, otherwise } => {
                let condition = self.asked.said(condition);
                self.line(depth, &format!("▸ Nếu {condition}:"));
                self.block(then, inside);
                if let Some(otherwise) = otherwise {
                    self.line(depth, "▸ Nếu không:");
                    self.block(otherwise, inside);
                }
            }
            Does::Switch { on, cases, default } => {
                let label = self.asked.label(on);
                for (word, block) in cases {
                    let word = self.asked.word(on, word);
                    self.line(depth, &format!("▸ Nếu {label} là {word}:"));
                    self.block(block, inside);
                }
                if let Some(block) = default {
                    self.line(depth, &format!("▸ {label} là câu trả lời khác:"));
                    self.block(block, inside);
                }
            }
            Does::While { condition, body, max } => {
                let condition = self.asked.said(condition);
                self.line(depth, &format!("▸ Lặp lại khi {condition} (tối đa {max} lần):"));
                self.block(body, inside);
            }
            Does::Parallel { branches } => {
                self.line(
                    depth,
                    &format!("▸ Cùng lúc {} việc, xong cả mới đi tiếp:", branches.len()),
                );
                for (number, branch) in (1_u32..).zip(branches) {
                    self.line(inside, &format!("▪ Việc {number}:"));
                    self.block(branch, inside.saturating_add(1));
                }
            }
            Does::Call { playbook, .. } => {
                self.line(depth, &format!("▸ Chạy quy trình {playbook}"));
            }
            Does::Wait { time } => self.line(depth, &format!("▸ Chờ {}", words::duration(*time))),
            Does::End { playbook: true } => self.line(depth, "■ Kết thúc quy trình"),
            Does::End { playbook: false } => self.line(depth, "■ Hết phần này"),
        }
    }

    fn task(&mut self, step: &Step, task: &Task, depth: usize) {
        self.number = self.number.saturating_add(1);
        let head = format!("{}. {}  [{}]", self.number, task.title, step.id);
        self.line(depth, &head);
        let inside = depth.saturating_add(1);
        let who = format!("Ai làm: {}{}", told::whom(&task.who, self.directory), times(task));
        self.line(inside, &who);
        let said = |label: &str, words: &Option<String>| {
            words.as_ref().map(|words| format!("{label}: {words}"))
        };
        if let Some(why) = said("Vì sao", &task.why) {
            self.line(inside, &why);
        }
        if let Some(how) = &task.how {
            self.line(inside, "Cách làm:");
            self.line(inside.saturating_add(1), how);
        }
        task.asks.iter().for_each(|ask| self.line(inside, &asks(ask)));
        let more = [
            task.evidence.as_ref().map(proof),
            task.approval.as_ref().map(|one| approval(one, self.directory)),
            (!task.legal.is_empty()).then(|| legal(&task.legal)),
            said("Lời cho người dân", &task.citizens),
            said("Lời cho báo chí", &task.press),
            said("Khi diễn tập", &task.drill),
        ];
        more.into_iter().flatten().for_each(|words| self.line(inside, &words));
    }
}

/// When it is offered.
fn fits(playbook: &Playbook) -> Vec<String> {
    let fits = &playbook.fits;
    let list = |label: &str, words: Vec<&str>| {
        (!words.is_empty()).then(|| format!("{label}: {}", words.join(", ")))
    };
    let lists = [
        list("Loại sự cố", fits.categories.iter().map(|one| words::category(*one)).collect()),
        list("Cờ", fits.flags.iter().map(|one| words::flag(*one)).collect()),
        list("Từ trong tin báo", fits.tags.iter().map(String::as_str).collect()),
        list("Mức độ", fits.severities.iter().map(|one| words::severity(*one)).collect()),
    ];
    lists.into_iter().flatten().collect()
}

/// The times of a step, after whoever does it.
fn times(task: &Task) -> String {
    let one = |label: &str, time: Option<std::time::Duration>| {
        time.map(|time| format!("; {label} {}", words::duration(time)))
    };
    let mut all: Vec<String> = [
        one("nhận trong", task.ack),
        task.due.map(|due| format!("; hạn {}", due_in(due, task.due_from))),
        one("nhắc mỗi", task.remind),
        one("coi như không làm được sau", task.timeout),
    ]
    .into_iter()
    .flatten()
    .collect();
    if task.required {
        all.push("; bắt buộc".to_owned());
    }
    all.concat()
}

/// How long there is, and since when that counts.
pub fn due_in(due: std::time::Duration, from: DueFrom) -> String {
    match from {
        DueFrom::Start => words::duration(due),
        // In hours, as the law says it.
        DueFrom::Detected if due.as_secs().is_multiple_of(3_600) => {
            format!("{} giờ kể từ lúc phát hiện", due.as_secs() / 3_600)
        }
        DueFrom::Detected => format!("{} kể từ lúc phát hiện", words::duration(due)),
    }
}

fn asks(ask: &Ask) -> String {
    let optional = if ask.optional { ", không bắt buộc" } else { "" };
    format!("Hỏi: {} ({}{optional})", ask.question.label, kind(&ask.question.answer))
}

/// What answers a question, in brackets.
fn kind(answer: &Answer) -> String {
    match answer {
        Answer::YesNo => "Có / Không".to_owned(),
        Answer::Number { min, max } => format!("số từ {min} đến {max}"),
        Answer::Choice(all) => {
            let words: Vec<&str> = all.iter().map(|(_, word)| word.as_str()).collect();
            words.join(" / ")
        }
        Answer::Words { example: Some(example), .. } => format!("viết như: {example}"),
        Answer::Words { .. } => "viết bằng chữ".to_owned(),
    }
}

fn proof(proof: &Proof) -> String {
    let kinds: Vec<_> = proof.kinds.iter().copied().collect();
    let what = proof.what.as_ref().map(|what| format!(" – {what}")).unwrap_or_default();
    format!("Chứng cứ: {} {}{what}", proof.count, refused::proof(&kinds))
}

fn approval(approval: &Approval, directory: &Directory) -> String {
    let number = if approval.quorum > 1 {
        format!("{} người trong ", approval.quorum)
    } else {
        String::new()
    };
    let by = told::whom(&approval.by, directory);
    let when = if approval.after { "sau khi làm" } else { "trước khi làm" };
    let time = words::duration(approval.expires);
    format!("Duyệt: {number}{by}, {when}, trong {time}")
}

fn legal(all: &[Legal]) -> String {
    let one = |legal: &Legal| {
        let mark = if legal.certain { "" } else { " (cần đối chiếu văn bản)" };
        format!("{}{mark}", legal.reference)
    };
    format!("Căn cứ: {}", all.iter().map(one).collect::<Vec<_>>().join("; "))
}
