//! A step as whoever does it reads it: what to do, why, how, what is still missing, until when.

use super::{page, refused, told};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::notice::{Ask as Question, Reader, View};
use crate::domain::playbook::model::{Answer, Ask, DueFrom, Task, Whom};
use crate::domain::playbook::run::decide;
use crate::domain::playbook::run::event::{Call, StepNumber};
use crate::domain::playbook::run::state::{Over, Pending, Run, Token, Waits};
use crate::domain::press::Verb;
use crate::domain::step_press::{StepReason, StepVerb};
use crate::text::markup::{Markup, one_line, paragraph};
use crate::text::message::{Button, Message, rows};
use crate::text::{buttons, card, people, words};

/// How much of the way to do it is shown, in UTF-16 units.
const HOW_UNITS: usize = 1_800;

/// A step that goes on.
struct Live<'a> {
    incident: &'a Incident,
    run: &'a Run,
    token: &'a Token,
    pending: &'a Pending,
    task: Option<&'a Task>,
    number: StepNumber,
    view: &'a View,
}

/// The task of a step, from the copy of its run.
pub fn task<'a>(run: &Run, view: &'a View, step: StepNumber) -> Option<&'a Task> {
    decide::task(run, view.plays.bundles.get(&run.hash)?, step)
}

/// A step, because `call`; on request where there is none.
pub fn message(code: &IncidentCode, step: StepNumber, call: Option<Call>, view: &View) -> Message {
    let gone = || {
        Message::quiet(
            Markup::new()
                .text(format!("{code} không có bước số {step} đang chờ. Xem: /quytrinh {code}")),
        )
    };
    let Some(shown) = card::find(view, code).filter(|shown| card::may_see(&shown.incident, view))
    else {
        return gone();
    };
    let incident = &shown.incident;
    let Some(run) = incident.run_of(step) else { return gone() };
    let token = run.tokens.get(&step).filter(|_| run.is_live());
    // Nobody reads more than the incident's label lets him; of RED in private only what he asks for.
    let asked = call.is_none() && matches!(view.reader, Reader::Person(_));
    if !asked && !card::shows_content(incident, view) {
        return hidden(incident, step, call, token.is_some(), view);
    }
    match token.map(|token| (token, &token.waits)) {
        Some((token, Waits::Task(pending))) => {
            let task = task(run, view, step);
            let live = Live { incident, run, token, pending, task, number: step, view };
            Message::quiet(live.text(call)).with(live.buttons()).calling(calls(call))
        }
        Some((_, Waits::Decision { why, title, .. })) => {
            let title = title.as_deref().unwrap_or(&run.title);
            let said = Markup::lines([
                head(code, step, title),
                Markup::new().text(format!("Bước này đã dừng: {}.", told::why(*why))),
                Markup::new().text(format!(
                    "Quy trình “{}” chờ người giữ sự cố chọn cách đi tiếp.",
                    run.title
                )),
            ]);
            let key = |verb, label| buttons::on(incident, Verb::Step(verb, step), label);
            let keys = [
                key(StepVerb::Retry, buttons::RETRY),
                key(StepVerb::Skip, buttons::PASS),
                key(StepVerb::Stop, buttons::STOP),
            ];
            Message::quiet(said).with(rows(keys.into_iter().flatten(), 3)).calling(calls(call))
        }
        _ => match run.over.iter().find(|over| over.number == step) {
            Some(over) => Message::quiet(ended(code, over, view)),
            None => gone(),
        },
    }
}

/// A step whose words may not stand here.
fn hidden(
    incident: &Incident,
    step: StepNumber,
    call: Option<Call>,
    waits: bool,
    view: &View,
) -> Message {
    let code = &incident.code;
    if !waits || call == Some(Call::Dropped) {
        let said = format!("{code} · Bước {step} của quy trình không còn chờ làm.");
        return Message::quiet(Markup::new().text(said));
    }
    let alone = matches!(view.reader, Reader::Person(_));
    let how =
        if alone { "Xem nội dung: bấm nút dưới đây" } else { "Xem trong chat riêng" };
    let said = format!(
        "{code} · Bước {step} của quy trình cần anh/chị. {how}, hoặc gửi /buoc {code}.{step}"
    );
    let key = buttons::on(incident, Verb::Step(StepVerb::Show, step), &format!("Bước {step}"));
    let keys = rows(key.filter(|_| alone), 1);
    Message::quiet(Markup::new().text(said)).with(keys).calling(calls(call))
}

/// Whether it should make a sound.
fn calls(call: Option<Call>) -> bool {
    matches!(
        call,
        Some(
            Call::Untaken(_)
                | Call::Approval
                | Call::Failed
                | Call::Begun
                | Call::Late
                | Call::Reminder
        )
    )
}

fn head(code: &IncidentCode, step: StepNumber, title: &str) -> Markup {
    Markup::new().bold(format!("{code} · Bước {step}: {}", one_line(title, 200)))
}

fn ended(code: &IncidentCode, over: &Over, view: &View) -> Markup {
    let (how, by) = (refused::over(over.how), people::actor(&over.at.by, &view.directory));
    let at = words::moment(over.at.at, view.now, view.team.zone);
    let title = one_line(&over.title, 200);
    Markup::new().text(format!("{code} · Bước {}: “{title}” {how} lúc {at} ({by}).", over.number))
}

impl Live<'_> {
    fn text(&self, call: Option<Call>) -> Markup {
        if call == Some(Call::Reminder) {
            return self.reminder();
        }
        let line = |words: String| Markup::new().text(words);
        let mut lines = vec![head(&self.incident.code, self.number, &self.pending.title)];
        lines.extend(call.and_then(|call| self.because(call)).map(line));
        // First what must not be cut.
        lines.push(line(self.who()));
        lines.extend(self.times().map(line));
        if let Some(task) = self.task {
            lines.extend(
                task.why.as_ref().map(|why| line(format!("Vì sao: {}", one_line(why, 300)))),
            );
            lines.extend(task.how.as_ref().map(|how| how_to(how)));
            lines.extend(self.questions(task));
            lines.extend(self.proof(task).map(line));
            lines.extend(self.approval(task).map(line));
            for (label, said) in
                [("Lời cho người dân", &task.citizens), ("Lời cho báo chí", &task.press)]
            {
                lines.extend(
                    said.as_ref().map(|said| line(format!("{label}: “{}”", paragraph(said, 700)))),
                );
            }
            lines.extend((!task.legal.is_empty()).then(|| line(legal(task))));
        }
        Markup::lines(lines)
    }

    /// Whoever has it has read all of it: what is still missing, and how much time is left.
    fn reminder(&self) -> Markup {
        let line = |words: String| Markup::new().text(words);
        let mut lines = vec![head(&self.incident.code, self.number, &self.pending.title)];
        lines.extend(self.because(Call::Reminder).map(line));
        lines.extend(self.times().map(line));
        lines.extend(self.left().map(line));
        let task = self.task;
        let open = task.iter().flat_map(|task| &task.asks);
        let open = open.filter(|ask| !ask.optional && !self.pending.answered.contains(&ask.set));
        let open: Vec<String> =
            open.map(|ask| format!("☐ {}", one_line(&ask.question.label, 200))).collect();
        let proof = task
            .and_then(|task| task.evidence.as_ref())
            .is_some_and(|proof| decide::has(self.incident, self.pending) < proof.count);
        if open.is_empty() && !proof {
            lines.push(line("Không còn thiếu gì. Làm xong, xin bấm nút dưới đây.".to_owned()));
        }
        lines.extend(open.into_iter().map(line));
        lines.extend(task.filter(|_| proof).and_then(|task| self.proof(task)).map(line));
        let (code, step) = (&self.incident.code, self.number);
        lines.push(line(format!("Cả bước: /buoc {code}.{step}")));
        Markup::lines(lines)
    }

    /// How much time is left until it is late.
    fn left(&self) -> Option<String> {
        let due = self.pending.due.filter(|due| *due > self.view.now)?;
        Some(format!("Còn {}.", words::duration(due.since(self.view.now))))
    }

    /// Why the reader is told.
    fn because(&self, call: Call) -> Option<String> {
        let asked = || self.pending.approval.as_ref();
        let name = |id| people::name(id, &self.view.directory);
        Some(match call {
            Call::Begun => return None,
            Call::Untaken(_) if self.pending.taken.is_none() => {
                "Chưa ai nhận bước này. Anh/chị làm được, xin bấm Nhận bước.".to_owned()
            }
            Call::Untaken(_) => return None,
            Call::Approval => match asked() {
                Some(asked) => format!("{} xin anh/chị duyệt bước này.", name(&asked.by)),
                None => return None,
            },
            Call::Late => "Bước này đã quá hạn.".to_owned(),
            Call::Lapsed => "Chưa ai duyệt bước này trong thời hạn. Xin bấm Xin duyệt lại, hoặc gọi người duyệt.".to_owned(),
            Call::Agreed => "Đã được duyệt, xin làm ngay.".to_owned(),
            Call::Declined => "Không được duyệt. Lý do ở dòng thời gian của sự cố.".to_owned(),
            Call::Reminder => "Nhắc: bước này vẫn đang chờ anh/chị.".to_owned(),
            Call::Failed | Call::Dropped => return None,
        })
    }

    fn questions(&self, task: &Task) -> Vec<Markup> {
        let mut lines = Vec::new();
        // The one whose answers stand on the buttons is set apart.
        let bundle = self.view.plays.bundles.get(&self.run.hash);
        let open = bundle.map(|bundle| decide::open_questions(self.run, bundle, self.number));
        let current = open.and_then(|open| open.first().copied());
        for (place, ask) in (0_u32..).zip(&task.asks) {
            let value = self.run.vars(self.token.frame).and_then(|vars| vars.get(&ask.set));
            let answered = self.pending.answered.contains(&ask.set);
            let mark = if answered { "☑" } else { "☐" };
            let said = match value.filter(|_| answered) {
                Some(value) => format!(": {}", super::list::value(value, &ask.question)),
                None if ask.optional => " (không bắt buộc)".to_owned(),
                None => String::new(),
            };
            let said = format!("{mark} {}{said}", one_line(&ask.question.label, 200));
            let now = current == Some(place) && self.pending.approval.is_none();
            lines.push(if now { Markup::new().bold(said) } else { Markup::new().text(said) });
        }
        lines
    }

    fn proof(&self, task: &Task) -> Option<String> {
        let proof = task.evidence.as_ref()?;
        let kinds: Vec<_> = proof.kinds.iter().copied().collect();
        let what = proof
            .what
            .as_ref()
            .map(|what| format!(" – {}", one_line(what, 160)))
            .unwrap_or_default();
        let has = decide::has(self.incident, self.pending);
        let how = if has < proof.count {
            ". Gửi bằng cách trả lời tin này kèm ảnh hoặc tệp"
        } else {
            ""
        };
        Some(format!("Chứng cứ: {has}/{} {}{what}{how}.", proof.count, refused::proof(&kinds)))
    }

    fn approval(&self, task: &Task) -> Option<String> {
        let approval = task.approval.as_ref()?;
        let by = told::whom(&approval.by, &self.view.directory);
        let number = if approval.quorum > 1 {
            format!("{} người trong ", approval.quorum)
        } else {
            String::new()
        };
        Some(match (&self.pending.approval, self.pending.agreed) {
            (Some(asked), _) => {
                let until = words::moment(asked.until, self.view.now, self.view.team.zone);
                format!("Đang chờ {number}{by} duyệt, đến {until}.")
            }
            (None, true) => "Đã được duyệt.".to_owned(),
            (None, false) if approval.after => format!("Làm xong, {number}{by} duyệt."),
            (None, false) => format!("Phải được {number}{by} duyệt trước khi làm."),
        })
    }

    fn who(&self) -> String {
        let name = |id| people::name(id, &self.view.directory);
        match (&self.pending.taken, &self.pending.who) {
            (Some((person, _)), _) => format!("Người làm: {}", name(person)),
            (None, Whom::Holder) => match self.incident.holder() {
                Some(holder) => format!("Người làm: {}", name(holder)),
                None => "Người làm: người giữ sự cố (hiện chưa ai giữ)".to_owned(),
            },
            (None, who) => {
                format!("Người làm: {} (chưa ai nhận)", told::whom(who, &self.view.directory))
            }
        }
    }

    fn times(&self) -> Option<String> {
        let moment = |at| words::moment(at, self.view.now, self.view.team.zone);
        let due = self.pending.due.map(|at| {
            let late =
                if self.pending.late || at < self.view.now { " – đã quá hạn" } else { "" };
            let since = self.pending.due_since_detected;
            let since = since
                .map(|since| format!(" ({})", page::due_in(since, DueFrom::Detected)))
                .unwrap_or_default();
            format!("Hạn: {}{since}{late}", moment(at))
        });
        let last = self.pending.timeout.map(|at| format!("chậm nhất {}", moment(at)));
        let all: Vec<String> = due.into_iter().chain(last).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    fn buttons(&self) -> Vec<Vec<Button>> {
        let on = |verb: StepVerb, label: &str| {
            buttons::on(self.incident, Verb::Step(verb, self.number), label)
        };
        if self.pending.approval.is_some() {
            let keys = [
                on(StepVerb::Approve, buttons::APPROVE),
                on(StepVerb::Decline, buttons::DISAPPROVE),
            ];
            return rows(keys.into_iter().flatten(), 2);
        }
        let mut keys = Vec::new();
        let bundle = self.view.plays.bundles.get(&self.run.hash);
        let open = bundle
            .map(|bundle| decide::open_questions(self.run, bundle, self.number))
            .unwrap_or_default();
        let ask = open.first().and_then(|which| {
            let place = usize::try_from(*which).ok()?;
            Some((*which, self.task?.asks.get(place)?))
        });
        if let Some((which, ask)) = ask {
            keys.extend(self.answers(which, ask));
        }
        let answered = !self.pending.answered.is_empty();
        let redo = answered.then(|| on(StepVerb::Redo, buttons::CORRECT)).flatten();
        let mine = matches!(&self.view.reader, Reader::Person(person)
            if self.pending.taken.as_ref().is_some_and(|(taken, _)| taken == person)
                || (self.pending.who == Whom::Holder && self.incident.holder() == Some(person)));
        let before =
            self.task.and_then(|task| task.approval.as_ref()).is_some_and(|one| !one.after);
        let done =
            if before && !self.pending.agreed { buttons::ASK_APPROVAL } else { buttons::DONE };
        let take = (!mine).then(|| on(StepVerb::Take, buttons::STEP_TAKE)).flatten();
        let wants_proof = self.task.and_then(|task| task.evidence.as_ref());
        let proof = wants_proof.and_then(|_| on(StepVerb::Proof, buttons::EVIDENCE));
        keys.extend(rows([take, on(StepVerb::Done, done), proof].into_iter().flatten(), 3));
        keys.extend(rows(
            [on(StepVerb::Fail, buttons::FAIL), on(StepVerb::Skip, buttons::PASS), redo]
                .into_iter()
                .flatten(),
            3,
        ));
        keys
    }

    /// The buttons that answer a question, or one that asks it in words.
    fn answers(&self, which: u32, ask: &Ask) -> Vec<Vec<Button>> {
        let key = |choice: u32, label: &str| {
            buttons::on(
                self.incident,
                Verb::Step(StepVerb::Answer(which, choice), self.number),
                label,
            )
        };
        match &ask.question.answer {
            Answer::YesNo => {
                rows([key(0, buttons::YES), key(1, buttons::NO)].into_iter().flatten(), 2)
            }
            Answer::Choice(all) => {
                let keys = (0_u32..).zip(all).filter_map(|(place, (_, word))| key(place, word));
                rows(keys, 2)
            }
            Answer::Number { .. } | Answer::Words { .. } => {
                let label = format!("{}: {}", buttons::ANSWER, ask.question.label);
                let key = buttons::on(
                    self.incident,
                    Verb::Step(StepVerb::Ask(which), self.number),
                    &label,
                );
                rows(key, 1)
            }
        }
    }
}

/// How to do it, with what is to be copied set apart.
fn how_to(how: &str) -> Markup {
    let how = paragraph(how, HOW_UNITS);
    let mut said = Markup::new().text("Cách làm: ");
    for (place, part) in how.split('`').enumerate() {
        said = if place % 2 == 1 { said.code(part) } else { said.text(part) };
    }
    said
}

fn legal(task: &Task) -> String {
    let one = |legal: &crate::domain::playbook::model::Legal| {
        let mark = if legal.certain { "" } else { " (cần đối chiếu văn bản)" };
        format!("{}{mark}", one_line(&legal.reference, 200))
    };
    let all: Vec<String> = task.legal.iter().map(one).collect();
    format!("Căn cứ: {}.", all.join("; "))
}

/// What is asked about a step.
pub fn asked(ask: &Question, view: &View) -> Vec<Markup> {
    let shown = ask.code().and_then(|code| card::find(view, code));
    let shows = shown.is_some_and(|shown| card::shows_content(&shown.incident, view));
    if view.reader == Reader::Team && !shows {
        let said = "Xin trả lời trong chat riêng với bot.";
        return vec![Markup::new().text(said)];
    }
    match ask {
        Question::StepQuestion { aim, step, which } => question(&aim.code, *step, *which, view),
        Question::StepWhy { aim, step, why } => reason(&aim.code, *step, *why, view),
        _ => Vec::new(),
    }
}

/// The question of a step that words answer.
fn question(code: &IncidentCode, step: StepNumber, which: u32, view: &View) -> Vec<Markup> {
    let shown = card::find(view, code);
    let task = shown.and_then(|shown| task(shown.incident.run_of(step)?, view, step));
    let ask = usize::try_from(which).ok().and_then(|which| task?.asks.get(which));
    match ask {
        Some(ask) => vec![
            Markup::new().bold(&ask.question.label),
            Markup::new().text(refused::wanted(&ask.question.answer)),
        ],
        None => vec![
            Markup::new()
                .text(format!("{code}: câu hỏi này không còn chờ trả lời. Xem: /quytrinh {code}")),
        ],
    }
}

/// Why is asked in words.
fn reason(code: &IncidentCode, step: StepNumber, why: StepReason, view: &View) -> Vec<Markup> {
    let shown = card::find(view, code);
    let title = shown.and_then(|shown| {
        let run = shown.incident.run_of(step)?;
        Some(run.task(step).map_or_else(|| run.title.clone(), |pending| pending.title.clone()))
    });
    let title = title.map(|title| format!(" “{}”", one_line(&title, 120))).unwrap_or_default();
    let said = match why {
        StepReason::Skip => format!("Vì sao bỏ qua bước{title}?"),
        StepReason::Fail => format!("Bước{title} vướng ở đâu?"),
        StepReason::Decline => format!("Vì sao không duyệt bước{title}?"),
        StepReason::Stop => "Vì sao dừng quy trình này?".to_owned(),
    };
    vec![Markup::new().bold(said)]
}
