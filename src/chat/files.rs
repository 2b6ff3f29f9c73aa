//! Files people send, and `/bangchung`: which incident they belong to, and who has what.

use std::time::Duration;

use super::Turn;
use super::command::{Heard, Name, first_word};
use super::spoken::which;
use super::step::Step;
use super::typed::report;
use super::values;
use crate::domain::envelope::{Command, Session, Waiting};
use crate::domain::evidence::{Attached, Attachment, EvidenceRefusal, Joins, read_sha256};
use crate::domain::fold::fold;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::Act;
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
            (Joins::Withheld, _) => return None,
            (Joins::Aside, _) => return self.waits_too(),
            (Joins::First, Heard::Command { name: Name::Evidence, arguments }) => {
                return Some(match self.aim(Name::Evidence, arguments) {
                    Ok((code, rest)) => self.put(&code, &attached.file, rest),
                    Err(question) => question,
                });
            }
            (Joins::First, Heard::Command { name, arguments }) => {
                return Some(self.typed(*name, arguments));
            }
            _ => {}
        }
        let silent = fold(words).trim().is_empty();
        let to_us = self.incoming.to_us;
        if self.incoming.about.len() > 1 {
            return Some(self.about_several(words));
        }
        match (self.context.session.filter(|_| to_us), self.about()) {
            (_, Some(code)) => Some(self.put(code, &attached.file, words)),
            (Some(Session::ReportWords), None) if silent => {
                Some(report(Some(evidence::untitled(attached.file.form))))
            }
            (Some(Session::Evidence { code, until }), None) if *until > self.context.now => {
                Some(self.put(code, &attached.file, words))
            }
            (Some(Session::Note { code }), None) if silent => {
                Some(self.put(code, &attached.file, words))
            }
            (None | Some(Session::Evidence { .. } | Session::Asked(_)), None) => {
                self.file_out_of_the_blue(&attached.file, words)
            }
            (Some(Session::NoteOn { waiting, codes }), None) => {
                Some(self.note_on(waiting, codes, words))
            }
            // A question waits: words answer it, and without any it is asked again.
            _ if silent => self.wordless(),
            _ => self.spoken(words),
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
                _ => {
                    let (said, files) = (self.saying(words), vec![file.clone()]);
                    which(Waiting { said, files }, codes)
                }
            }),
        }
    }

    /// The next part of an album whose first part waits to be told where it belongs waits with it.
    fn waits_too(&self) -> Option<Step> {
        match self.context.session {
            Some(Session::NoteOn { waiting, codes }) if !waiting.files.is_empty() => {
                let files = self.with_this(&waiting.files);
                let waiting = Waiting { files, said: waiting.said.clone() };
                Some(which(waiting, codes.clone()).silent())
            }
            _ => None,
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
        let session = Session::Evidence { code: code.clone(), until };
        let said = Step::of(Command::Say(Answer::Evidence { code }));
        Step { session: Some(Some(Box::new(session))), ..said }
    }
}
