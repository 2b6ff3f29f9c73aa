//! Files people send, and `/bangchung`: which incident they belong to, and who has what.

use std::time::Duration;

use super::Turn;
use super::command::{Heard, Name, first_word};
use super::step::Step;
use super::typed::report;
use super::values;
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{Asked, Command, FilesTo, Waiting};
use crate::domain::evidence::{Attached, Attachment, EvidenceRefusal, Form, Joins, read_sha256};
use crate::domain::fold::fold;
use crate::domain::ids::{DrillCode, IncidentCode};
use crate::domain::incident::act::{Act, Aim};
use crate::domain::notice::{Answer, Ask};
use crate::domain::refusal::Refusal;
use crate::text::{evidence, typed};

/// So long after `/bangchung CODE` files sent there belong to it.
const OPEN: Duration = Duration::from_secs(10 * 60);

impl Turn<'_> {
    /// A file, with or without words. `None` where it concerns nobody here.
    pub(super) fn with_file(
        &self,
        attached: &Attached,
        words: &str,
        heard: &Heard<'_>,
    ) -> Option<Step> {
        match (&attached.joins, heard) {
            (Joins::Incident(code), _) => {
                return Some(self.put(code, &attached.file, words).silent());
            }
            (Joins::Drill(code, place), _) => {
                return Some(drill_part(code, *place, attached.file.form));
            }
            (Joins::Withheld, _) => return None,
            (Joins::Aside, _) => return self.waits_too(),
            (Joins::First, Heard::Command { name: Name::Evidence, arguments }) => {
                return Some(match self.aim(Name::Evidence, arguments) {
                    Ok((code, rest)) => self.put(&code, &attached.file, rest),
                    Err(question) => question,
                });
            }
            (Joins::First, Heard::Command { name, arguments }) => {
                return Some(self.with_command(&attached.file, self.typed(*name, arguments)));
            }
            _ => {}
        }
        if let Some(step) = self.file_in_drill(attached.file.form, words) {
            return Some(step);
        }
        let silent = fold(words).trim().is_empty();
        if self.incoming.about.len() > 1 {
            return Some(self.about_several(words));
        }
        match (self.about(), self.asked()) {
            (Some(code), _) => Some(self.put(code, &attached.file, words)),
            (None, Some(Asked::ReportWords)) if silent => {
                Some(report(Some(evidence::untitled(attached.file.form))))
            }
            (None, Some(Asked::Note { code })) if silent => {
                Some(self.put(code, &attached.file, words))
            }
            (None, None | Some(Asked::Choice(_))) => match (self.files_to(), self.waiting()) {
                (Some(code), _) => Some(self.put(code, &attached.file, words)),
                (None, Some(waiting)) => Some(self.note_on(waiting, words)),
                (None, None) => self.file_out_of_the_blue(&attached.file, words),
            },
            // A question waits: words answer it, and without any it is asked again.
            _ if silent => self.wordless(),
            _ => self.spoken(words),
        }
    }

    /// Where files go for a while after `/bangchung CODE`.
    fn files_to(&self) -> Option<&IncidentCode> {
        let session = self.context.session.filter(|_| self.incoming.to_us)?;
        let files = session.files.as_ref().filter(|files| files.until > self.context.now)?;
        Some(&files.code)
    }

    /// A file whose words are a command: where that asks or shows something of one incident, the file is
    /// evidence of it. What else takes no file is told of by whoever finds that out.
    fn with_command(&self, file: &Attachment, step: Step) -> Step {
        let about = match &step.command {
            Command::Say(answer @ (Answer::Ask(_) | Answer::Incident { .. })) => {
                answer.code().cloned().map(|code| (code, answer.clone()))
            }
            _ => None,
        };
        match about {
            Some((code, answer)) => {
                let put = Command::Act(Aim::typed(code), Act::Attach(vec![file.clone()]));
                Step { command: put, ..step }.also(answer)
            }
            None => step,
        }
    }

    /// Soon after a report a file belongs to it, after several it waits for the right one; otherwise its
    /// sender has to say where it belongs.
    fn file_out_of_the_blue(&self, file: &Attachment, words: &str) -> Option<Step> {
        if !self.incoming.route.private {
            return None;
        }
        match self.just_reported() {
            Err(off) => Some(off),
            Ok(codes) => Some(match codes.as_slice() {
                [] => Step::usage(Name::Evidence.word()),
                [only] => self.put(only, file, words),
                _ => self.wait(codes, words),
            }),
        }
    }

    /// The next part of an album whose first part waits to be told where it belongs waits with it.
    fn waits_too(&self) -> Option<Step> {
        let waiting = self.context.session?.waiting.as_ref()?;
        if waiting.files.is_empty() {
            return None;
        }
        let files = self.with_this(&waiting.files);
        let waiting = Some(Some(Waiting { files, ..waiting.clone() }));
        let ask = Step::say(Answer::Ask(Ask::NoteOn { codes: Vec::new() }));
        Some(ask.silent().changing(|change| change.waiting = waiting))
    }

    /// Words, or a file with or without words, belong to this incident.
    pub(super) fn put_words(&self, code: &IncidentCode, words: &str) -> Step {
        match self.incoming.file() {
            Some(file) => self.put(code, file, words),
            None => Step::act(code.clone(), Act::Note(words.to_owned())),
        }
    }

    /// The file belongs to this incident; words with it are a note.
    fn put(&self, code: &IncidentCode, file: &Attachment, words: &str) -> Step {
        if fold(words).trim().is_empty() {
            Step::act(code.clone(), Act::Attach(vec![file.clone()]))
        } else {
            Step::act(code.clone(), Act::Note(words.to_owned()))
        }
    }

    /// `/bangchung CODE …`.
    pub(super) fn evidence(&self, code: IncidentCode, rest: &str) -> Result<Step, Step> {
        let (first, after) = first_word(rest);
        if first.is_empty() {
            return Ok(self.evidence_of(code));
        }
        if let Some(sha256) = read_sha256(first) {
            return Ok(Step::act(code, Act::Describe(sha256, after.to_owned())));
        }
        let number = first.trim_end_matches(['.', ')']).parse::<u32>();
        let Ok(number) = number else {
            return Err(match first.len() {
                20.. => Step::refuse(Refusal::Evidence(EvidenceRefusal::BadHash)),
                _ => Step::usage(Name::Evidence.word()),
            });
        };
        let (verb, rest) = first_word(after);
        if values::is_one_of(verb, typed::RECEIVE) {
            return Ok(Step::act(code, Act::Receive(number)));
        }
        if !values::is_one_of(verb, typed::HAND) {
            return Err(Step::usage(Name::Evidence.word()));
        }
        let (person, reason) = first_word(rest);
        if person.is_empty() {
            return Ok(Step::ask(Ask::Hand { aim: self.today(code), number }));
        }
        let to = self.person_named(person);
        Ok(Step::act(code, Act::Hand(number, to, reason.to_owned())))
    }

    /// What there is, and files sent from now on belong to it.
    pub(super) fn evidence_of(&self, code: IncidentCode) -> Step {
        let until = self.context.now.plus(OPEN);
        let files = Some(Some(FilesTo { code: code.clone(), step: None, until }));
        let said = Step::of(Command::Say(Answer::Evidence { code })).ending();
        said.changing(|change| change.files = files)
    }
}

/// A later part of an album of a drill belongs where the first one does.
fn drill_part(code: &DrillCode, place: Option<u32>, form: Form) -> Step {
    let act = match place {
        Some(place) => DrillAct::File(place, String::new()),
        None => DrillAct::Observe(evidence::untitled(form).to_owned()),
    };
    Step::of(Command::Drill(DrillWish::Act(code.clone(), Box::new(act)))).silent()
}
