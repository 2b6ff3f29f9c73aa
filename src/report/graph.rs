//! A playbook as a picture: what a file says in blocks, drawn as boxes with their ways side by side, as SVG
//! or in the words of Mermaid.

mod drawn;
mod mermaid;

use crate::domain::directory::Directory;
use crate::domain::playbook::Library;
use crate::domain::playbook::model::{Does, Playbook, Step, StepId, Task};
use crate::text::play::condition::Asked;
use crate::text::play::{page, told};
use crate::text::words;

/// A playbook to be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chart {
    /// What it is called.
    pub title: String,
    /// Its phases, in order.
    pub phases: Vec<String>,
    /// Its steps.
    pub items: Vec<Item>,
}

/// One box with the ways that lead out of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The step's id.
    pub id: String,
    /// What it is.
    pub shape: Shape,
    /// What it says.
    pub title: String,
    /// Below that: who does it, and by when.
    pub note: String,
    /// Its phase, by its place in the list.
    pub phase: Option<usize>,
    /// The blocks it leads to.
    pub ways: Vec<Branch>,
}

/// What a box stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Something for people; its ways are for when it fails.
    Task,
    /// One of its ways is gone.
    Choice,
    /// Its only way is gone again and again.
    Loop,
    /// All of its ways are gone.
    Together,
    /// Another playbook.
    Call,
    /// A wait.
    Wait,
    /// The end of the playbook.
    End,
    /// The end of its block.
    Out,
}

/// A way out of a box.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// When it is gone.
    pub label: String,
    /// Whether only when something failed.
    pub failure: bool,
    /// What stands on it.
    pub items: Vec<Item>,
}

impl Chart {
    /// The picture of `playbook`; what it calls is named as `library` has it.
    pub fn of(playbook: &Playbook, library: &Library) -> Self {
        let draft = Draft { playbook, library, asked: Asked::of(playbook) };
        Self {
            title: format!("{} (bản {})", playbook.title, playbook.version),
            phases: playbook.phases.iter().map(|phase| phase.title.clone()).collect(),
            items: draft.block(&playbook.start),
        }
    }

    /// In the words of Mermaid.
    pub fn mermaid(&self) -> String {
        mermaid::written(self)
    }

    /// As SVG.
    pub fn svg(&self) -> String {
        drawn::svg(self)
    }
}

/// Whether what comes after these is reached from their end.
fn leads_on(items: &[Item]) -> bool {
    let Some(last) = items.last() else { return true };
    match last.shape {
        Shape::End => false,
        Shape::Choice => last.ways.iter().any(|way| leads_on(&way.items)),
        Shape::Together => last.ways.iter().all(|way| leads_on(&way.items)),
        _ => true,
    }
}

struct Draft<'a> {
    playbook: &'a Playbook,
    library: &'a Library,
    asked: Asked<'a>,
}

impl Draft<'_> {
    fn block(&self, start: &StepId) -> Vec<Item> {
        let mut items = Vec::new();
        let mut at = Some(start);
        while let Some(step) = at.and_then(|id| self.playbook.steps.get(id)) {
            items.push(self.item(step));
            at = step.next.as_ref();
        }
        items
    }

    fn item(&self, step: &Step) -> Item {
        let (shape, title, note) = self.face(step);
        let only = step.only_if.as_ref().map(|one| format!("chỉ khi {}", self.asked.said(one)));
        let note = [only, Some(note).filter(|note| !note.is_empty())];
        let note: Vec<String> = note.into_iter().flatten().collect();
        let named = |phase: &String| self.playbook.phases.iter().position(|one| one.id == *phase);
        Item {
            id: step.id.to_string(),
            shape,
            title,
            note: note.join(" · "),
            phase: step.phase.as_ref().and_then(named),
            ways: self.ways(step),
        }
    }

    fn face(&self, step: &Step) -> (Shape, String, String) {
        let plain = |shape, title: String| (shape, title, String::new());
        match &step.does {
            Does::Task(task) => (Shape::Task, task.title.clone(), note(task)),
            Does::If { condition, .. } => {
                plain(Shape::Choice, format!("Nếu {}?", self.asked.said(condition)))
            }
            Does::Switch { on, .. } => plain(Shape::Choice, self.asked.label(on)),
            Does::While { condition, max, .. } => {
                let title = format!("Lặp lại khi {}", self.asked.said(condition));
                (Shape::Loop, title, format!("tối đa {max} lần"))
            }
            Does::Parallel { .. } => plain(Shape::Together, "Làm cùng lúc".to_owned()),
            Does::Call { playbook, .. } => {
                let title = self.library.get(playbook).map(|one| one.title.clone());
                let title = title.unwrap_or_else(|| playbook.to_string());
                (Shape::Call, title, "quy trình khác".to_owned())
            }
            Does::Wait { time } => plain(Shape::Wait, format!("Chờ {}", words::duration(*time))),
            Does::End { playbook: true } => plain(Shape::End, "Kết thúc quy trình".to_owned()),
            Does::End { playbook: false } => plain(Shape::Out, "Hết phần này".to_owned()),
        }
    }

    fn ways(&self, step: &Step) -> Vec<Branch> {
        let way = |label: String, start: &StepId| Branch {
            label,
            failure: false,
            items: self.block(start),
        };
        let yes = || "Đúng".to_owned();
        let mut ways = match &step.does {
            Does::If { then, otherwise, .. } => {
                let no = "Không".to_owned();
                let other = match otherwise {
                    Some(other) => way(no, other),
                    None => Branch { label: no, failure: false, items: Vec::new() },
                };
                vec![way(yes(), then), other]
            }
            Does::Switch { on, cases, default } => {
                let mut ways: Vec<Branch> = cases
                    .iter()
                    .map(|(word, block)| way(self.asked.word(on, word), block))
                    .collect();
                ways.extend(default.as_ref().map(|block| way("khác".to_owned(), block)));
                ways
            }
            Does::While { body, .. } => vec![way(yes(), body)],
            Does::Parallel { branches } => {
                branches.iter().map(|branch| way(String::new(), branch)).collect()
            }
            _ => Vec::new(),
        };
        let failures = [("quá thời hạn", &step.on_timeout), ("không làm được", &step.on_failure)];
        for (label, block) in failures {
            if let Some(block) = block {
                ways.push(Branch { failure: true, ..way(label.to_owned(), block) });
            }
        }
        ways
    }
}

/// Who does it, and by when.
fn note(task: &Task) -> String {
    let who = told::whom(&task.who, &Directory::default());
    match (task.due, task.timeout) {
        (Some(due), _) => format!("{who} · {}", page::due_in(due, task.due_from)),
        (None, Some(last)) => format!("{who} · {}", words::duration(last)),
        (None, None) => who,
    }
}
