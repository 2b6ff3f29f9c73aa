//! Words in answer to a question. Whatever one of its buttons does can be typed: the number of the
//! answer, its words, or what people say for it.

use super::Turn;
use super::aim::read_code;
use super::command::Name;
use super::meant;
use super::play::play;
use super::spoken::{LONGEST_COMMAND, note};
use super::step::Step;
use super::typed::{button_word, closed};
use super::values::{self, is_one_of};
use super::words::taken_back;
use crate::domain::access;
use crate::domain::envelope::{Command, DirectoryCommand};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, Aim};
use crate::domain::notice::{Again, Ask, MoreStep, Shown};
use crate::domain::playbook::run::PlayAct;
use crate::domain::press::{Choice, Verb};
use crate::domain::roster::decide::Wish;
use crate::domain::values::Tri;
use crate::text::ask::{offered, ways_out};
use crate::text::{ButtonAction, typed};

impl Turn<'_> {
    /// Words while this question waits.
    pub(super) fn chosen_by_words(&self, ask: &Ask, words: &str) -> Step {
        match (ask, values::number(words)) {
            (Ask::RedactWhy(code, seq), _) => {
                return taken_back(code.clone(), *seq, words).ending();
            }
            (Ask::Redact(code), Some(entry)) => {
                let seq = i64::try_from(entry).unwrap_or(0);
                return Step::ask(Ask::RedactWhy(code.clone(), seq));
            }
            (Ask::StepQuestion { aim, step, which }, _) => {
                let said = PlayAct::Answer(*step, *which, words.to_owned());
                return play(aim.clone(), said).ending();
            }
            (Ask::StepWhy { aim, step, why }, _) => {
                return play(aim.clone(), why.act(*step, words)).ending();
            }
            _ => {}
        }
        let step = self.offered_by(ask, words).or_else(|| {
            let said = values::courteous(words);
            self.in_words(ask, words, &said).map(Step::answered)
        });
        step.unwrap_or_else(|| self.missed(ask, words))
    }

    /// One of the answers a question offers: by its number, its code or its words.
    pub(super) fn offered_by(&self, ask: &Ask, words: &str) -> Option<Step> {
        let data = self.as_offered(ask, words, &values::courteous(words))?;
        Some(self.pressed(&data).answered())
    }

    /// Words while it waits whether the report concerns state secrets. What was said may be secret: it
    /// is not taken before the question is answered.
    pub(super) fn on_secrecy(&self, words: &str) -> Step {
        let said = values::courteous(words);
        if let Some(data) = self.as_offered(&Ask::ReportSecrecy, words, &said) {
            return self.pressed(&data);
        }
        match values::answer(words) {
            Some(Tri::No) => self.chosen(Choice::SecrecyNo),
            Some(Tri::Yes) => self.chosen(Choice::SecrecyYes),
            Some(Tri::Unknown) => self.chosen(Choice::SecrecyUnknown),
            None => Step::again(Ask::ReportSecrecy, Again::NotRecorded),
        }
    }

    /// The button of the question whose number, code or words these are, by what it says when pressed.
    /// Of two alike neither is meant.
    fn as_offered(&self, ask: &Ask, words: &str, said: &str) -> Option<String> {
        let incidents = self.asked_about(ask);
        let offered = offered(ask, &incidents, self.context.directory);
        let number = values::number(words).and_then(|number| number.checked_sub(1));
        // An answer that is an incident may also be named by its code.
        let named = read_code(words).map(|code| code.to_string());
        let named = named.and_then(|code| offered.iter().position(|one| one.words == code));
        let button = match number.or(named) {
            Some(index) => offered.get(index)?.button.clone(),
            None => {
                let is =
                    |label: &str| is_one_of(words, &[label]) || values::courteous(label) == said;
                let outs = ways_out(ask, &incidents);
                let outs = outs.into_iter().filter(|button| is(&button.label));
                let mut meant = offered
                    .into_iter()
                    .filter(|one| is(&one.words) || is(&one.button.label))
                    .map(|one| one.button)
                    .chain(outs);
                match (meant.next(), meant.next()) {
                    (Some(only), None) => only,
                    _ => return None,
                }
            }
        };
        match button.action {
            ButtonAction::Press(data) => Some(data),
            ButtonAction::Url(_) => None,
        }
    }

    /// What people say instead of pressing. `None` where it is no answer to this question.
    fn in_words(&self, ask: &Ask, words: &str, said: &str) -> Option<Step> {
        let is_button = || self.said_button(words, None).is_some();
        let named = || self.somebody(words).or_else(|| self.somebody(said));
        let on = |aim: &Aim, act: Act| Some(Step::on(aim.clone(), act));
        match ask {
            Ask::Severity(aim) => on(aim, Act::Severity(values::severity(said)?)),
            Ask::Category(aim) => on(aim, Act::Category(values::category(said)?)),
            Ask::Tlp(aim) => on(aim, Act::Tlp(values::tlp(words)?)),
            Ask::Flags(aim) => {
                let flag = values::flag(said)?;
                Some(Step::ask(Ask::Flag { aim: aim.clone(), flag }))
            }
            Ask::Flag { aim, flag } => {
                on(aim, Act::Flag(*flag, values::answer(words)?, String::new()))
            }
            Ask::CloseHow(aim) if is_one_of(said, typed::DEALT_WITH) => {
                Some(Step::ask(Ask::CloseWords { aim: aim.clone(), false_alarm: false }))
            }
            // A summary, or a reason, without the choice between them first.
            Ask::CloseHow(aim) => {
                let reason = values::leading(words, typed::FALSE_ALARM).is_some();
                let summary = words.split_whitespace().count() > 2 && !is_button();
                (reason || summary).then(|| closed(aim.clone(), words, false))
            }
            Ask::NoticedAt(aim) => self.noticed_in_words(aim, words),
            Ask::Which { verb, .. } => {
                let code = read_code(words)?;
                let seen = self.which_named(verb, &code);
                Some(seen.unwrap_or_else(|| Step::again(ask.clone(), Again::NoSuchIncident)))
            }
            Ask::MergeInto { aim, .. } => {
                let main = read_code(words)?;
                Some(Step::of(Command::Merge { duplicate: aim.clone(), main }))
            }
            Ask::Assign(aim) if !is_button() => on(aim, Act::Assign(named()?)),
            Ask::Hand { aim, number } => on(aim, Act::Hand(*number, named()?, String::new())),
            Ask::Invite => Some(
                named()
                    .map_or_else(|| self.typed(Name::Invite, words), |person| self.invites(person)),
            ),
            Ask::Unlink => Some(named().map_or_else(
                || self.typed(Name::Unlink, words),
                |person| Step::of(Command::Directory(DirectoryCommand::Unlink { person })),
            )),
            Ask::Drill { code, what } => Some(self.words_for(code.clone(), *what, words)),
            Ask::Book(ask) => self.answers_book(ask, words),
            Ask::More { aim, step } => self.more_in_words(aim, *step, words, said),
            _ => None,
        }
    }

    /// Of which incident, where that was none of those offered: any that the person may see, as if it had
    /// been offered too. Whether the act fits it is said of it.
    fn which_named(&self, verb: &Verb, code: &IncidentCode) -> Option<Step> {
        let shown = self.context.incidents.shown(code)?;
        access::sees(self.person, &shown.incident, self.context.directory).then_some(())?;
        let episodes = vec![shown.incident.episode];
        let ask = Ask::Which { verb: verb.clone(), codes: vec![code.clone()], episodes };
        let only = offered(&ask, &[shown], self.context.directory).into_iter().next()?;
        match only.button.action {
            ButtonAction::Press(data) => Some(self.pressed(&data)),
            ButtonAction::Url(_) => None,
        }
    }

    /// What answers nothing: a command by its word leaves the question, anything else has it asked
    /// again. Of the questions after a report nothing that is said is lost.
    fn missed(&self, ask: &Ask, words: &str) -> Step {
        let again = |why| Step::again(ask.clone(), why);
        let number = values::number(words).is_some();
        // The code of an incident places what waits for one.
        if let (Some(step), false) = (self.placed(words), number) {
            return step;
        }
        let short = number || words.chars().count() <= LONGEST_COMMAND;
        // Said about this very incident, it is not lost and never on another one.
        if let (Some(code), false) = (self.about(), short) {
            return note(code, words).then_again(ask.clone(), Again::KeptAsNote);
        }
        if !self.incoming.route.private {
            return again(Again::NotUnderstood);
        }
        let command = self.said_button(words, None).or_else(|| meant::surely(words, None));
        if let Some(step) = command.or_else(|| meant::perhaps(words)) {
            return step.answered();
        }
        match ask {
            Ask::NoticedAt(aim) | Ask::More { aim, step: MoreStep::When } if !number => {
                note(&aim.code, words).then_again(ask.clone(), Again::KeptAsNote)
            }
            Ask::More { aim, .. } if !short => {
                note(&aim.code, words).then_again(ask.clone(), Again::KeptAsNote)
            }
            _ if short => again(Again::NotUnderstood),
            _ => {
                let soon = self.soon_after(words).map(Step::answered);
                soon.unwrap_or_else(|| again(Again::NotRecorded))
            }
        }
    }

    /// The command of a button whose word this is, on the incident of the card that was answered.
    pub(super) fn said_button(&self, words: &str, about: Option<&IncidentCode>) -> Option<Step> {
        if is_one_of(words, typed::TAKE_WATCH) {
            return Some(self.on_duty(Name::Duty, words));
        }
        if is_one_of(words, typed::RECEIVED) && about.is_none() && self.tested() {
            return Some(Step::of(Command::Roster(Wish::AnswerCanary(None))));
        }
        if let Some(step) = self.said_feed(words).or_else(|| self.said_still_right(words)) {
            return Some(step);
        }
        if is_one_of(words, typed::RECEIVED) {
            return Some(self.received(about));
        }
        let (name, code) = button_word(words)?;
        Some(match about.filter(|_| code.is_empty() && name.concerns_an_incident()) {
            Some(about) => self.typed(name, about.as_str()),
            None => self.typed(name, code),
        })
    }

    /// `Đã nhận tin`: the one piece of evidence that waits for this person.
    fn received(&self, about: Option<&IncidentCode>) -> Step {
        let incidents = self.context.incidents;
        let open = incidents.open_for(&self.person.id).into_iter().map(|brief| brief.code);
        let codes = about.map_or_else(|| open.collect(), |code| vec![code.clone()]);
        let shown = codes.iter().filter_map(|code| incidents.shown(code));
        let mut waiting = shown.flat_map(|shown| {
            let mine = shown.incident.evidence.iter().zip(1_u32..);
            let mine = mine.filter(|(piece, _)| piece.handed_to.as_ref() == Some(&self.person.id));
            let code = shown.incident.code.clone();
            mine.map(move |(_, number)| (code.clone(), number)).collect::<Vec<_>>()
        });
        match (waiting.next(), waiting.next()) {
            (Some((code, number)), None) => Step::act(code, Act::Receive(number)),
            _ => Step::usage(Name::Evidence.word()),
        }
    }

    /// The incidents a question's answers stand for, in the episode it was asked in.
    fn asked_about(&self, ask: &Ask) -> Vec<Shown> {
        let shown = |code: &IncidentCode| self.context.incidents.shown(code);
        let mut incidents: Vec<Shown> = match ask {
            Ask::Which { codes, .. } => codes.iter().filter_map(shown).collect(),
            Ask::MergeInto { aim, codes } => {
                [&aim.code].into_iter().chain(codes).filter_map(shown).collect()
            }
            other => other.code().and_then(shown).into_iter().collect(),
        };
        for shown in &mut incidents {
            let asked = ask.episode_of(&shown.incident.code);
            shown.incident.episode = asked.unwrap_or(shown.incident.episode);
        }
        incidents
    }
}
