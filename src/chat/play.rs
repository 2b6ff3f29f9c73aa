//! Playbooks: `/quytrinh`, `/xong`, `/boqua`, `/duyet`, the buttons of a step, and words in answer to it.

use std::time::Duration;

use super::Turn;
use super::aim::read_code;
use super::command::{Name, first_word, shortened};
use super::step::Step;
use super::values;
use crate::domain::envelope::{Command, FilesTo};
use crate::domain::fold::fold;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::Aim;
use crate::domain::notice::{Answer, Ask};
use crate::domain::playbook::PlaybookId;
use crate::domain::playbook::run::PlayAct;
use crate::domain::step_press::{StepReason, StepVerb};

/// So long after its button files sent in that chat belong to a step.
const OPEN: Duration = Duration::from_secs(10 * 60);

/// Which step is meant, and what follows.
type Meant<'a> = (IncidentCode, u32, &'a str);

impl Turn<'_> {
    /// `/quytrinh [CODE [playbook]]`.
    pub(super) fn playbooks(&self, arguments: &str) -> Result<Step, Step> {
        let (first, rest) = first_word(arguments);
        if first.is_empty() && self.incoming.about.is_empty() {
            return Ok(Step::say(Answer::Playbooks));
        }
        let (code, rest) = match (read_code(first), self.about()) {
            (Some(code), _) => (code, rest),
            (None, Some(about)) => (about.clone(), arguments),
            (None, None) => self.aim(Name::Playbooks, arguments)?,
        };
        if rest.is_empty() {
            return Ok(Step::say(Answer::Runs { code }));
        }
        let start = PlayAct::Start(PlaybookId::new(shortened(rest)));
        Ok(play(Aim::typed(code), start))
    }

    /// `/xong`, `/boqua`, `/duyet`, `/khongduyet`, each with `CODE.STEP`, or in answer to the step.
    pub(super) fn on_step(&self, name: Name, arguments: &str) -> Step {
        let Some((code, step, rest)) = self.step_meant(arguments) else {
            return match self.about() {
                Some(code) => Step::say(Answer::Runs { code: code.clone() }),
                None => Step::usage(name.word()),
            };
        };
        if name == Name::Step {
            return match rest.is_empty() {
                true => Step::say(Answer::Step { code, step }),
                false => self.step_told(code, step, rest),
            };
        }
        let verb = match name {
            Name::StepSkip => StepVerb::Skip,
            Name::Approve => StepVerb::Approve,
            Name::Decline => StepVerb::Decline,
            _ => StepVerb::Done,
        };
        match (verb, declines(rest)) {
            (StepVerb::Approve, Some(why)) => {
                self.with_reason(code, step, StepReason::Decline, why)
            }
            (StepVerb::Approve, None) => play(Aim::typed(code), PlayAct::Approve(step)),
            (StepVerb::Skip, _) => self.with_reason(code, step, StepReason::Skip, rest),
            (StepVerb::Decline, _) => self.with_reason(code, step, StepReason::Decline, rest),
            _ => play(Aim::typed(code), PlayAct::Done(step)),
        }
    }

    fn with_reason(&self, code: IncidentCode, step: u32, why: StepReason, words: &str) -> Step {
        let aim = self.today(code);
        if words.trim().is_empty() {
            return Step::ask(Ask::StepWhy { aim, step, why });
        }
        play(aim, why.act(step, words))
    }

    /// `SC-2026-0001.7`, `SC-2026-0001 7`, or `7` in answer to something of that incident; nothing at all in
    /// answer to the step itself.
    fn step_meant<'w>(&self, arguments: &'w str) -> Option<Meant<'w>> {
        let (first, rest) = first_word(arguments);
        let dotted = first.rsplit_once('.');
        if let Some((code, step)) =
            dotted.and_then(|(code, step)| Some((read_code(code)?, step.parse().ok()?)))
        {
            return Some((code, step, rest));
        }
        if let Some(code) = read_code(first) {
            let (step, rest) = first_word(rest);
            return Some((code, step.parse().ok()?, rest));
        }
        // In answer to a step everything is about that one, unless a number stands alone.
        let about = self.about().cloned();
        let alone = rest.is_empty() || self.incoming.step.is_none();
        if let (Some(code), Ok(step), true) = (about, first.parse(), alone) {
            return Some((code, step, rest));
        }
        let (code, step) = *self.incoming.step.clone()?;
        Some((code, step, arguments.trim()))
    }

    /// What of a command about a step is kept as words: the answer, or the reason.
    pub(super) fn kept_of_step<'w>(&self, name: Name, arguments: &'w str) -> &'w str {
        let rest = self.step_meant(arguments).map_or(arguments, |(_, _, rest)| rest);
        match name {
            Name::Step => answer_or_reason(rest),
            Name::Approve => declines(rest).unwrap_or(rest),
            _ => rest,
        }
    }

    /// A button on a step.
    pub(super) fn step_pressed(&self, aim: Aim, verb: StepVerb, step: u32) -> Step {
        let why = |why| Step::ask(Ask::StepWhy { aim: aim.clone(), step, why });
        let act = match verb {
            StepVerb::Show => return Step::say(Answer::Step { code: aim.code, step }),
            StepVerb::Skip => return why(StepReason::Skip),
            StepVerb::Fail => return why(StepReason::Fail),
            StepVerb::Decline => return why(StepReason::Decline),
            StepVerb::Stop => return why(StepReason::Stop),
            StepVerb::Ask(which) => return Step::ask(Ask::StepQuestion { aim, step, which }),
            StepVerb::Proof => {
                let until = self.context.now.plus(OPEN);
                let files = Some(Some(FilesTo { code: aim.code.clone(), step: Some(step), until }));
                let ask = Step::say(Answer::StepProof { code: aim.code, step });
                return ask.changing(|change| change.files = files);
            }
            StepVerb::Take => PlayAct::Take(step),
            StepVerb::Done => PlayAct::Done(step),
            StepVerb::Approve => PlayAct::Approve(step),
            StepVerb::Retry => PlayAct::Retry(step),
            StepVerb::Redo => PlayAct::Redo(step),
            StepVerb::Answer(which, choice) => PlayAct::Choose(step, which, choice),
        };
        play(aim, act)
    }

    /// Words in answer to a step. Nothing where they are something else.
    pub(super) fn said_to_step(&self, words: &str) -> Option<Step> {
        let (code, step) = *self.incoming.step.clone()?;
        let known = step_word(&values::courteous(words)).is_some();
        let asks = self.context.incidents.open_question(&code, step).is_some();
        (known || asks).then(|| self.step_told(code, step, words))
    }

    /// What a button of the step says, with the reason after it; or the answer to its question.
    fn step_told(&self, code: IncidentCode, step: u32, words: &str) -> Step {
        let aim = self.today(code.clone());
        // With courtesies around it the word stands alone; what follows one is its reason.
        let alone = || step_word(&values::courteous(words)).map(|(verb, _)| (verb, usize::MAX));
        let Some((verb, rest)) = step_word(words).or_else(alone) else {
            return match self.context.incidents.open_question(&code, step) {
                Some(which) => play(aim, PlayAct::Answer(step, which, words.to_owned())),
                None => Step::say(Answer::Step { code, step }),
            };
        };
        let why = match verb {
            StepVerb::Skip => StepReason::Skip,
            StepVerb::Fail => StepReason::Fail,
            StepVerb::Decline => StepReason::Decline,
            StepVerb::Stop => StepReason::Stop,
            plain => return self.step_pressed(aim, plain, step),
        };
        let reason = words.split_whitespace().skip(rest).collect::<Vec<_>>().join(" ");
        self.with_reason(code, step, why, &reason)
    }
}

/// The reason of somebody who says no where he was asked to agree: `không` alone, or before a mark and a
/// reason. "Không có ý kiến gì" is none.
fn declines(words: &str) -> Option<&str> {
    let folded = fold(words);
    let said = folded.trim();
    if ["khong", "khong duyet", "khong dong y"].contains(&said) {
        return Some("");
    }
    let after =
        words.split_once([':', ',', '.']).map(|(before, after)| (fold(before), after.trim()));
    match after {
        Some((before, why)) if ["khong", "khong duyet"].contains(&before.trim()) => Some(why),
        _ => None,
    }
}

/// Words to a step without the word of the button that they give the reason of.
pub(super) fn answer_or_reason(words: &str) -> &str {
    let takes = step_word(words).map_or(0, |(_, takes)| takes);
    (0..takes).fold(words, |rest, _| first_word(rest).1)
}

/// The button whose word begins these words, and how many words that takes.
fn step_word(words: &str) -> Option<(StepVerb, usize)> {
    const WORDS: [(&str, StepVerb); 13] = [
        ("khong lam duoc", StepVerb::Fail),
        ("khong duyet", StepVerb::Decline),
        ("dung quy trinh", StepVerb::Stop),
        ("bo qua", StepVerb::Skip),
        ("thu lai", StepVerb::Retry),
        ("xin duyet", StepVerb::Done),
        ("nhan buoc", StepVerb::Take),
        ("da xong", StepVerb::Done),
        ("xong roi", StepVerb::Done),
        ("dong y", StepVerb::Approve),
        ("xong", StepVerb::Done),
        ("nhan", StepVerb::Take),
        ("duyet", StepVerb::Approve),
    ];
    let folded = fold(words);
    let said: Vec<&str> = folded.split_whitespace().collect();
    WORDS.into_iter().find_map(|(word, verb)| {
        let takes = word.split(' ').count();
        let begins = said.get(..takes).is_some_and(|said| said.join(" ") == word);
        // Only what needs a reason may go on; "Nhận được thư lúc 8 giờ" is an answer.
        let reasoned =
            matches!(verb, StepVerb::Fail | StepVerb::Decline | StepVerb::Stop | StepVerb::Skip);
        (begins && (reasoned || said.len() == takes)).then_some((verb, takes))
    })
}

/// Something about a playbook.
pub(super) fn play(aim: Aim, act: PlayAct) -> Step {
    Step::of(Command::Play(aim, Box::new(act)))
}
