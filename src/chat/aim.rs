//! Which incident is meant: the code that was typed, the card that was answered, or the only one
//! for which the command makes sense.

use super::command::{Name, first_word, shortened};
use super::step::Step;
use super::{Brief, Turn};
use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Answer, Ask, MoreStep};
use crate::domain::press::Verb;
use crate::domain::refusal::Refusal;
use crate::domain::values::{Role, Status};

/// How many incidents a question offers.
pub const OFFERED: usize = 10;

/// What a person typed as a code: any case, with or without `#`, with the dashes telephones make
/// and the comma that follows it in a sentence.
pub fn read_code(typed: &str) -> Option<IncidentCode> {
    let typed = typed.trim().trim_end_matches(['.', ',', ':', ';', '!', '?', ')']);
    let typed = typed.trim_start_matches(['#', '(']);
    let dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}');
    let plain: String = typed.chars().map(|c| if dash(c) { '-' } else { c }).collect();
    // A date such as 2026-11-21 has the shape of a code too.
    let begins_with_letter = plain.starts_with(|c: char| c.is_ascii_alphabetic());
    (begins_with_letter && plain.is_ascii()).then(|| IncidentCode::read(&plain)).flatten()
}

/// The button that does what the command does.
pub(super) fn verb(name: Name) -> Verb {
    match name {
        Name::Acknowledge => Verb::Acknowledge,
        Name::HandBack => Verb::HandBack,
        Name::KeepAlive => Verb::KeepAlive,
        Name::Assign => Verb::Assign,
        Name::Note => Verb::Note,
        Name::More => Verb::More(MoreStep::Kind),
        Name::Severity => Verb::Severity,
        Name::Category => Verb::Category,
        Name::Flag => Verb::Flags,
        Name::Tlp => Verb::Tlp,
        Name::Raise => Verb::Raise,
        Name::Contain => Verb::Contain,
        Name::Resolve => Verb::Resolve,
        Name::Close => Verb::Close,
        Name::Reopen => Verb::Reopen,
        Name::Evidence => Verb::Evidence,
        Name::Redact => Verb::Words,
        Name::Group => Verb::Group,
        Name::TakeOut => Verb::TakeOut,
        Name::WhyCalled => Verb::WhyCalled,
        Name::Merge => Verb::Merge,
        Name::Playbooks => Verb::Runs,
        Name::Show
        | Name::Step
        | Name::StepDone
        | Name::StepSkip
        | Name::Approve
        | Name::Decline
        | Name::Start
        | Name::Help
        | Name::Cancel
        | Name::Report
        | Name::Invite
        | Name::Unlink
        | Name::Figures
        | Name::Duty
        | Name::DutyWeeks
        | Name::Swap
        | Name::Leave
        | Name::Drills
        | Name::Correction
        | Name::Contacts => Verb::Show,
    }
}

/// Whether it changes so much that nobody means it without saying of what.
fn asks_even_of_one(name: Name) -> bool {
    matches!(name, Name::Reopen | Name::TakeOut | Name::Merge | Name::Group)
}

impl<'a> Turn<'a> {
    /// The incident of a command that takes nothing else; what follows its code is ignored.
    pub(super) fn aim_alone(&self, name: Name, arguments: &str) -> Result<IncidentCode, Step> {
        let (first, _) = first_word(arguments);
        match read_code(first) {
            Some(code) => Ok(code),
            None if first.is_empty() || !self.incoming.about.is_empty() => self.meant(name),
            None => Err(Step::refuse(Refusal::UnknownIncident(shortened(first)))),
        }
    }

    /// The incident of a command that takes more, and the rest of its arguments.
    pub(super) fn aim<'t>(
        &self,
        name: Name,
        arguments: &'t str,
    ) -> Result<(IncidentCode, &'t str), Step> {
        let (first, rest) = first_word(arguments);
        match read_code(first) {
            Some(code) => Ok((code, rest)),
            None => Ok((self.meant(name)?, arguments.trim())),
        }
    }

    /// The incident meant when no code was given.
    pub(super) fn meant(&self, name: Name) -> Result<IncidentCode, Step> {
        if let Some(code) = self.about() {
            return Ok(code.clone());
        }
        let mut codes = self.candidates(name);
        let about = &self.incoming.about;
        if !about.is_empty() {
            codes.retain(|code| about.contains(code));
            // Why none of them will do is said of the one that is chosen.
            if codes.is_empty() {
                codes.clone_from(about);
            }
        }
        match (codes.pop(), codes.is_empty()) {
            (None, _) => Err(Step::say(Answer::NothingFits { verb: verb(name) })),
            (Some(only), true) if !asks_even_of_one(name) => Ok(only),
            (Some(last), _) => {
                codes.push(last);
                codes.truncate(OFFERED);
                let episode = |code: &IncidentCode| self.today(code.clone()).episode;
                let episodes = codes.iter().map(|code| episode(code).unwrap_or_default()).collect();
                Err(Step::ask(Ask::Which { verb: verb(name), codes, episodes }))
            }
        }
    }

    fn candidates(&self, name: Name) -> Vec<IncidentCode> {
        match name {
            Name::Reopen => return self.context.incidents.ended_for(&self.person.id),
            Name::TakeOut => return self.context.incidents.parts_for(&self.person.id),
            _ => {}
        }
        let open = self.context.incidents.open_for(&self.person.id);
        let mine = |brief: &Brief| brief.holder.as_ref() == Some(&self.person.id);
        let held = |brief: &Brief| brief.holder.is_some();
        let before_resolved =
            |brief: &Brief| !matches!(brief.status, Status::Resolved | Status::Closed);
        let leads = self.person.roles.contains(&Role::Lead);
        let any_mine = open.iter().any(mine);
        let fits = |brief: &Brief| match name {
            Name::Acknowledge => before_resolved(brief) && !held(brief),
            Name::KeepAlive => before_resolved(brief) && mine(brief),
            Name::HandBack if leads && !any_mine => before_resolved(brief) && held(brief),
            Name::HandBack => before_resolved(brief) && mine(brief),
            Name::Assign | Name::Raise => before_resolved(brief),
            Name::Contain => matches!(brief.status, Status::Reported | Status::Acknowledged),
            Name::Resolve => matches!(brief.status, Status::Acknowledged | Status::Contained),
            Name::Close => leads || mine(brief),
            Name::Note
            | Name::More
            | Name::Severity
            | Name::Category
            | Name::Flag
            | Name::Tlp
            | Name::Evidence
            | Name::Merge
            | Name::Group
            | Name::WhyCalled
            | Name::Redact => true,
            _ => false,
        };
        open.iter().filter(|brief| fits(brief)).map(|brief| brief.code.clone()).collect()
    }
}
