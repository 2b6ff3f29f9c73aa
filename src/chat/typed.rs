//! A typed command becomes what it asks for, or the question for what is missing.

use std::time::Duration;

use super::aim::{OFFERED, read_code};
use super::command::{Name, first_word, shortened};
use super::step::Step;
use super::{Turn, link, period, values};
use crate::domain::envelope::{Command, DirectoryCommand, Report};
use crate::domain::fold::{fold, strip_prefix};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::{Act, Aim, Closing};
use crate::domain::notice::{Answer, Ask, MoreStep};
use crate::domain::refusal::Refusal;
use crate::domain::search::Query;
use crate::domain::values::{Flag, Tri};
use crate::text::typed;

/// How long an invitation can be used.
pub const INVITATION_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

impl Turn<'_> {
    /// A command. Whoever types one that does something has left the question before it, so that
    /// words meant for something else never answer it.
    pub(super) fn typed(&self, name: Name, arguments: &str) -> Step {
        let step = self.carried_out(name, arguments).unwrap_or_else(|question| question);
        let looks_up = matches!(step.command, Command::Say(_)) && name.only_looks_up();
        let asked = self.context.session.and_then(|session| session.asked.as_ref());
        let moved_on = step.change.asked.is_none() && asked.is_some() && !looks_up;
        let step = if moved_on { step.ending() } else { step };
        let left = step.change.asked.is_some() && self.report_half_made().is_some();
        match name {
            Name::Cancel | Name::Report => step,
            _ if left => step.also(Answer::ReportLeft),
            _ => step,
        }
    }

    fn carried_out(&self, name: Name, arguments: &str) -> Result<Step, Step> {
        Ok(match name {
            Name::Start if arguments.is_empty() => {
                Step::say(Answer::Welcome { roles: self.roles() })
            }
            Name::Start => link(arguments, self.incoming.account),
            Name::Help => Step::say(Answer::Help { roles: self.roles() }),
            Name::Cancel => self.cancelled(),
            Name::Report if arguments.is_empty() => Step::ask(Ask::ReportSecrecy),
            Name::Report => report(Some(arguments)),
            Name::Show => self.shown(arguments)?,
            Name::Acknowledge => Step::act(self.aim_alone(name, arguments)?, Act::Acknowledge),
            Name::HandBack => Step::act(self.aim_alone(name, arguments)?, Act::HandBack),
            Name::KeepAlive => Step::act(self.aim_alone(name, arguments)?, Act::KeepAlive),
            Name::Raise => Step::act(self.aim_alone(name, arguments)?, Act::Raise(None)),
            Name::Contain => Step::act(self.aim_alone(name, arguments)?, Act::Contain),
            Name::Resolve => Step::act(self.aim_alone(name, arguments)?, Act::Resolve),
            Name::Reopen => Step::act(self.aim_alone(name, arguments)?, Act::Reopen),
            Name::More => {
                let aim = self.today(self.aim_alone(name, arguments)?);
                Step::ask(Ask::More { aim, step: MoreStep::Kind })
            }
            Name::Merge => self.merged(arguments)?,
            Name::Invite => self.invited(arguments)?,
            Name::Unlink => self.unlinked(arguments)?,
            Name::Group => self.grouped(arguments)?,
            Name::TakeOut => Step::act(self.aim_alone(name, arguments)?, Act::TakeOut),
            Name::WhyCalled => self.why_called(self.aim_alone(name, arguments)?),
            Name::Figures => self.figures(arguments),
            Name::Duty | Name::DutyWeeks | Name::Swap | Name::Leave => {
                self.on_duty(name, arguments)
            }
            Name::Contacts => self.contacts(arguments),
            Name::Drills => self.drills(arguments),
            Name::Correction => self.corrected(arguments),
            Name::Playbooks => self.playbooks(arguments)?,
            Name::Step | Name::StepDone | Name::StepSkip | Name::Approve | Name::Decline => {
                self.on_step(name, arguments)
            }
            Name::Redact if arguments.is_empty() && !self.incoming.route.private => {
                Step::say(Answer::OnlyInPrivate)
            }
            Name::Assign
            | Name::Note
            | Name::Severity
            | Name::Category
            | Name::Flag
            | Name::Tlp
            | Name::Evidence
            | Name::Redact
            | Name::Close => {
                let (code, rest) = self.aim(name, arguments)?;
                self.with_more(name, code, rest)?
            }
        })
    }

    /// The commands that take something beside the code.
    fn with_more(&self, name: Name, code: IncidentCode, rest: &str) -> Result<Step, Step> {
        Ok(match name {
            Name::Note if rest.is_empty() => Step::ask(Ask::Note(code)),
            Name::Note => Step::act(code, noted(rest)),
            Name::Close if rest.is_empty() => Step::ask(Ask::CloseHow(self.today(code))),
            Name::Close => closed(self.today(code), rest, false),
            Name::Assign if rest.is_empty() => Step::ask(Ask::Assign(self.today(code))),
            Name::Assign => Step::act(code, Act::Assign(self.person_named(rest))),
            Name::Severity => match values::severity(rest) {
                Some(severity) => Step::act(code, Act::Severity(severity)),
                None => Step::ask(Ask::Severity(self.today(code))),
            },
            Name::Category => match values::category(rest) {
                Some(category) => Step::act(code, Act::Category(category)),
                None => Step::ask(Ask::Category(self.today(code))),
            },
            Name::Flag if rest.is_empty() => Step::ask(Ask::Flags(self.today(code))),
            Name::Flag => match (flagged(code.clone(), rest), values::flag(rest)) {
                (Some(step), _) => step,
                (None, Some(flag)) => Step::ask(Ask::Flag { aim: self.today(code), flag }),
                (None, None) => Step::ask(Ask::Flags(self.today(code))),
            },
            Name::Evidence => self.evidence(code, rest)?,
            Name::Redact => self.taken_back(code, rest),
            Name::Tlp => match values::tlp(rest) {
                Some(label) => Step::act(code, Act::Tlp(label)),
                None => Step::ask(Ask::Tlp(self.today(code))),
            },
            _ => Step::usage(name.word()),
        })
    }

    /// The incident as it stands now: a question is about this episode and no later one.
    pub(super) fn today(&self, code: IncidentCode) -> Aim {
        let episode = self.context.incidents.shown(&code).map(|shown| shown.incident.episode);
        Aim { code, episode }
    }

    /// `/huy`.
    pub(super) fn cancelled(&self) -> Step {
        let session = self.context.session.cloned().unwrap_or_default();
        match (session.asked, session.waiting, session.files) {
            (Some(asked), _, _) => self.still_waiting(left(asked.code()).ending()),
            (None, Some(_), _) => {
                let dropped = Step::say(Answer::Dropped { late: false });
                dropped.changing(|change| change.waiting = Some(None))
            }
            (None, None, Some(files)) => {
                left(Some(&files.code)).changing(|change| change.files = Some(None))
            }
            (None, None, None) => Step::say(Answer::NothingToLeave),
        }
    }

    fn shown(&self, arguments: &str) -> Result<Step, Step> {
        let (incidents, person) = (self.context.incidents, &self.person.id);
        if arguments.is_empty() && self.incoming.about.is_empty() {
            return Ok(Step::say(incidents.listed(person)));
        }
        let (first, _) = first_word(arguments);
        if let (None, Some(words)) = (read_code(first), Query::new(arguments)) {
            let private = self.incoming.route.private;
            return Ok(Step::say(incidents.found(person, &words, private)));
        }
        let code = self.aim_alone(Name::Show, arguments)?;
        Ok(Step::say(Answer::Incident { code }))
    }

    fn figures(&self, arguments: &str) -> Step {
        let span = period::read(arguments);
        let counted = span.and_then(|span| self.context.incidents.figures(&self.person.id, span));
        counted.map_or_else(|| Step::usage(Name::Figures.word()), Step::say)
    }

    /// Two codes; the answered card is the duplicate where only one is typed. What is missing is
    /// asked for, the duplicate first.
    fn merged(&self, arguments: &str) -> Result<Step, Step> {
        let known = |typed: &str| {
            let unknown = || Step::refuse(Refusal::UnknownIncident(shortened(typed)));
            read_code(typed).ok_or_else(unknown)
        };
        let (first, rest) = first_word(arguments);
        let (second, _) = first_word(rest);
        let (duplicate, main) = match (self.about(), first, second) {
            (_, "", _) => return Ok(self.merge_into(self.today(self.meant(Name::Merge)?))),
            (Some(about), first, "") => (about.clone(), known(first)?),
            (None, first, "") => return Ok(self.merge_into(self.today(known(first)?))),
            (_, first, second) => (known(first)?, known(second)?),
        };
        Ok(Step::of(Command::Merge { duplicate: Aim::typed(duplicate), main }))
    }

    /// Of which one is it a duplicate? Those that look alike come first.
    pub(super) fn merge_into(&self, aim: Aim) -> Step {
        let incidents = self.context.incidents;
        let alike = incidents.shown(&aim.code).map(|shown| shown.incident.similar);
        let alike = alike.unwrap_or_default();
        let open = incidents.open_for(&self.person.id).into_iter().map(|brief| brief.code);
        let mut codes: Vec<IncidentCode> = open.filter(|code| *code != aim.code).collect();
        codes.sort_by_key(|code| !alike.contains(code));
        codes.truncate(OFFERED);
        Step::ask(Ask::MergeInto { aim, codes })
    }

    fn invited(&self, arguments: &str) -> Result<Step, Step> {
        if !self.incoming.route.private {
            return Err(Step::say(Answer::OnlyInPrivate));
        }
        if arguments.is_empty() {
            return Err(Step::ask(Ask::Invite));
        }
        Ok(self.invites(self.person_named(arguments)))
    }

    /// An invitation for this person.
    pub(super) fn invites(&self, person: PersonId) -> Step {
        let expires = self.context.now.plus(INVITATION_LIFE);
        let code = (self.context.fresh)();
        Step::of(Command::Directory(DirectoryCommand::Invite { person, code, expires }))
    }

    /// A lost telephone: its account is let go at once. Whose it is is said in private only.
    fn unlinked(&self, arguments: &str) -> Result<Step, Step> {
        if !self.incoming.route.private {
            return Err(Step::say(Answer::OnlyInPrivate));
        }
        if arguments.is_empty() {
            return Err(Step::ask(Ask::Unlink));
        }
        let person = self.person_named(arguments);
        Ok(Step::of(Command::Directory(DirectoryCommand::Unlink { person })))
    }

    /// Codes, and what follows them as the name of a new widespread incident. Without any it is asked
    /// which one to begin with.
    fn grouped(&self, arguments: &str) -> Result<Step, Step> {
        let (mut codes, mut rest) = (Vec::new(), arguments.trim());
        loop {
            let (first, after) = first_word(rest);
            let Some(code) = read_code(first) else { break };
            codes.push(code);
            rest = after;
        }
        if codes.is_empty() && rest.is_empty() {
            return Ok(Step::of(Command::GroupAlike(self.today(self.meant(Name::Group)?))));
        }
        if codes.is_empty() {
            return Err(Step::usage(Name::Group.word()));
        }
        Ok(Step::of(Command::Group { codes, title: rest.to_owned() }))
    }

    /// The one active person with this id or name. Where there is none it is what was typed: who may
    /// not do what is asked hears that, and not who there is.
    pub(super) fn person_named(&self, typed: &str) -> PersonId {
        self.somebody(typed).unwrap_or_else(|| PersonId::new(shortened(typed)))
    }

    /// The one active person with this id or name.
    pub(super) fn somebody(&self, typed: &str) -> Option<PersonId> {
        let directory = self.context.directory;
        let active = || directory.people.values().filter(|person| person.active);
        let (word, _) = first_word(typed);
        if let Some(person) = active().find(|one| one.id.as_str().eq_ignore_ascii_case(word)) {
            return Some(person.id.clone());
        }
        let wanted = values::plain(typed);
        let mut named = active().filter(|one| values::plain(directory.name(&one.id)) == wanted);
        match (named.next(), named.next()) {
            (Some(person), None) => Some(person.id.clone()),
            _ => None,
        }
    }

    pub(super) fn roles(&self) -> Vec<crate::domain::values::Role> {
        self.person.roles.iter().copied().collect()
    }
}

/// A note, for everybody concerned where it says so.
fn noted(words: &str) -> Act {
    match for_all(words) {
        Some(rest) => Act::NoteToAll(rest.to_owned()),
        None => Act::Note(words.to_owned()),
    }
}

/// What is said to everybody concerned, where that is how the words begin.
pub(super) fn for_all(words: &str) -> Option<&str> {
    let said = typed::FOR_ALL.iter().find_map(|mark| strip_prefix(words, mark));
    said.map(str::trim).filter(|rest| !rest.is_empty())
}

/// A report, with or without words; the conversation is over with it, and files sent next are about it.
pub(super) fn report(words: Option<&str>) -> Step {
    let words = words.map(str::to_owned);
    let step = Step::of(Command::Report(Report { words })).ending();
    step.changing(|change| change.files = Some(None))
}

/// A step was left; an incident it was about goes on.
fn left(code: Option<&IncidentCode>) -> Step {
    Step::say(match code {
        Some(code) => Answer::StillStands { code: code.clone() },
        None => Answer::Left,
    })
}

/// Closing with words. Words that begin with "reported by mistake" are the reason of a false alarm.
pub(super) fn closed(aim: Aim, words: &str, false_alarm: bool) -> Step {
    let reason = values::leading(words, typed::FALSE_ALARM);
    let words = reason.unwrap_or(words).trim();
    let false_alarm = false_alarm || reason.is_some();
    if words.is_empty() {
        return Step::ask(Ask::CloseWords { aim, false_alarm });
    }
    let closing = if false_alarm { Closing::FalseAlarm } else { Closing::Summary };
    Step::on(aim, Act::Close(closing(words.to_owned())))
}

fn flagged(code: IncidentCode, rest: &str) -> Option<Step> {
    let (flag, value, reason) = flag_said(rest)?;
    Some(Step::act(code, Act::Flag(flag, value, reason.to_owned())))
}

/// A flag, its value, and the reason.
pub(super) fn flag_said(words: &str) -> Option<(Flag, Tri, &str)> {
    let (word, after) = first_word(words);
    let named = values::flag(word).map(|flag| (flag, after));
    let (flag, rest) = named.or_else(|| values::leading_flag(words))?;
    let (value, reason) = values::leading_answer(rest)?;
    Some((flag, value, reason.trim()))
}

/// The command a button's word stands for, when the message is just that word, or the word and a
/// code.
pub(super) fn button_word(words: &str) -> Option<(Name, &str)> {
    let short = words.len() <= 200;
    let (words, code) = match words.trim().rsplit_once(char::is_whitespace) {
        Some((before, last)) if read_code(last).is_some() => (before, last),
        _ => (words, ""),
    };
    let spoken = values::plain(words);
    let (_, name) = typed::BUTTONS.iter().find(|(label, _)| short && fold(label) == spoken)?;
    let name = Name::of(name)?;
    (code.is_empty() || name.concerns_an_incident()).then_some((name, code))
}
