//! Widespread incidents, as the contract has them: the ladder, the holder and the end are those of the
//! whole; a part keeps its own facts and has no moment of its own.

use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::values::{Outcome, Role, Severity, Tlp};

use super::model::{Expected, Model, When};

/// How far apart reports may be that look like one widespread incident.
const WITHIN: i64 = 1_800_000;

impl Model {
    /// Where an act on a part belongs, and whether that is the whole.
    pub fn whole_of(&self, code: IncidentCode, act: &Act) -> (IncidentCode, Act, bool) {
        let parent = self.cases.get(&code).and_then(|case| case.parent.clone());
        let of_the_whole = matches!(
            act,
            Act::Acknowledge | Act::HandBack | Act::KeepAlive | Act::Assign(_) | Act::Raise(_)
        );
        match parent.filter(|_| of_the_whole) {
            Some(parent) if matches!(act, Act::Raise(_)) => (parent, Act::Raise(None), true),
            Some(parent) => (parent, act.clone(), true),
            None => (code, act.clone(), false),
        }
    }

    /// What an act on one incident means for those it belongs together with.
    pub fn follow(&mut self, code: &IncidentCode, act: &Act, when: When) {
        match act {
            Act::Close(Closing::FalseAlarm(_)) => self.release_parts(code),
            Act::Close(Closing::Summary(_)) => {
                for part in self.parts_of(code) {
                    let part = self.cases.get_mut(&part);
                    part.into_iter().for_each(|case| case.close(Outcome::Incident, None));
                }
            }
            Act::Severity(_) => self.lift(code),
            Act::Tlp(tlp) => self.label(code, *tlp),
            Act::TakeOut => self.leave(code),
            Act::Reopen => self.open_again(code, when),
            _ => {}
        }
    }

    /// It is as severe as that at least. A lead may have set the whole lower: only what changes lifts it.
    pub fn rise(&mut self, code: &IncidentCode, severity: Severity) {
        let Some(case) = self.cases.get_mut(code).filter(|case| case.severity < severity) else {
            return;
        };
        case.severity = severity;
        self.lift(code);
    }

    /// The whole is never less severe than a part becomes.
    pub fn lift(&mut self, part: &IncidentCode) {
        let Some(case) = self.cases.get(part) else { return };
        let (severity, parent) = (case.severity, case.parent.clone());
        let whole = parent.and_then(|parent| self.cases.get_mut(&parent));
        whole
            .into_iter()
            .filter(|whole| whole.open())
            .for_each(|whole| whole.severity = whole.severity.max(severity));
    }

    /// Nor less strict.
    fn label(&mut self, part: &IncidentCode, tlp: Tlp) {
        let parent = self.cases.get(part).and_then(|case| case.parent.clone());
        let whole = parent.and_then(|parent| self.cases.get_mut(&parent));
        whole.into_iter().for_each(|whole| whole.tlp = whole.tlp.max(tlp));
    }

    /// Whether a label shows no more than the parts allow.
    pub fn may_label(&self, whole: &IncidentCode, act: &Act) -> bool {
        let Act::Tlp(to) = act else { return true };
        let stricter = |part: &IncidentCode| self.cases.get(part).is_some_and(|c| c.tlp > *to);
        !self.parts_of(whole).iter().any(stricter)
    }

    /// A whole that was none lets its parts go.
    pub fn release_parts(&mut self, whole: &IncidentCode) {
        self.parts_of(whole).iter().for_each(|part| self.leave(part));
    }

    pub fn parts_of(&self, whole: &IncidentCode) -> Vec<IncidentCode> {
        let parts = self.cases.iter().filter(|(_, case)| case.parent.as_ref() == Some(whole));
        parts.map(|(code, _)| code.clone()).collect()
    }

    /// The parts that ended with a whole are opened again with it; a part opened alone leaves it.
    fn open_again(&mut self, code: &IncidentCode, when: When) {
        let whole = self.cases.get_mut(code).and_then(|case| case.ended_with.take());
        if let Some(whole) = whole.and_then(|whole| self.cases.get_mut(&whole)) {
            whole.parts.retain(|one| one != code);
        }
        let parts = self.cases.values_mut().filter(|case| case.ended_with.as_ref() == Some(code));
        for part in parts {
            part.reopen(when);
            part.ended_with = None;
            part.parent = Some(code.clone());
        }
    }

    fn leave(&mut self, part: &IncidentCode) {
        let parent = self.cases.get_mut(part).and_then(|case| case.parent.take());
        let whole = parent.and_then(|parent| self.cases.get_mut(&parent));
        whole.into_iter().for_each(|whole| whole.parts.retain(|one| one != part));
    }

    /// A lead deals with several as one.
    pub fn group(&mut self, person: &PersonId, codes: &[IncidentCode], when: When) -> Expected {
        let mut parts: Vec<IncidentCode> = Vec::new();
        for code in codes {
            if !self.cases.contains_key(code) || !self.staff.is(person, &[Role::Lead]) {
                return Expected::Refused;
            }
            if !parts.contains(code) {
                parts.push(code.clone());
            }
        }
        let wide = |code: &IncidentCode| self.cases.get(code).is_some_and(|c| !c.parts.is_empty());
        let parent = parts.first().is_some_and(wide).then(|| parts.remove(0));
        let joins = |code: &IncidentCode| {
            let case = self.cases.get(code);
            case.is_some_and(|c| c.parent.is_none() && c.parts.is_empty() && c.before_resolved())
        };
        let takes = |code: &IncidentCode| {
            let case = self.cases.get(code);
            case.is_some_and(|case| case.parent.is_none() && case.before_resolved())
        };
        let alone = parts.len() < 2 && parent.is_none();
        if alone || parts.is_empty() || !parts.iter().all(joins) || !parent.iter().all(takes) {
            return Expected::Refused;
        }
        let whole = parent.unwrap_or_else(|| self.open_whole(person, &parts, when));
        for part in &parts {
            self.join(&whole, part, when);
        }
        Expected::Grouped(whole)
    }

    fn open_whole(
        &mut self,
        person: &PersonId,
        parts: &[IncidentCode],
        when: When,
    ) -> IncidentCode {
        let cases = || parts.iter().filter_map(|part| self.cases.get(part));
        let severity = cases().map(|case| case.severity).max();
        let tlp = cases().map(|case| case.tlp).max();
        let category = cases().next().and_then(|case| case.category);
        let code = self.new_case(severity.unwrap_or(Severity::Medium), None, category, None);
        if let (Some(case), Some(tlp)) = (self.cases.get_mut(&code), tlp) {
            case.tlp = tlp;
            case.reported_by = Some(person.clone());
            case.reported_at = when.wall;
        }
        code
    }

    fn join(&mut self, whole: &IncidentCode, part: &IncidentCode, when: When) {
        let Some(case) = self.cases.get_mut(part) else { return };
        case.helpers.extend(case.holder.take());
        case.parent = Some(whole.clone());
        case.assigned = None;
        case.taken_after = when.head;
        let (severity, tlp) = (case.severity, case.tlp);
        if let Some(case) = self.cases.get_mut(whole) {
            case.parts.push(part.clone());
            case.tlp = case.tlp.max(tlp);
            case.severity = case.severity.max(severity);
        }
    }

    /// The same with all of a category that came about the same time.
    pub fn group_alike(&mut self, person: &PersonId, aim: &Aim, when: When) -> Expected {
        let Some(case) = self.cases.get(&aim.code) else { return Expected::Refused };
        let may =
            self.staff.is(person, &[Role::Lead]) && aim.episode.is_none_or(|e| e == case.episode);
        let alone = case.parent.is_none() && case.parts.is_empty() && case.before_resolved();
        if !may || !alone {
            return Expected::Refused;
        }
        let (category, begin) = (case.category, case.reported_at - WITHIN);
        let alike: Vec<_> = self
            .cases
            .iter()
            .filter(|(_, one)| one.before_resolved() && one.parent.is_none())
            .filter(|(_, one)| category.is_some() && one.category == category)
            .collect();
        let wide = alike.iter().rev().find(|(_, one)| !one.parts.is_empty());
        let mut codes: Vec<IncidentCode> = alike
            .iter()
            .filter(|(_, one)| one.parts.is_empty() && one.reported_at >= begin)
            .map(|(code, _)| (*code).clone())
            .collect();
        if !codes.contains(&aim.code) {
            codes.push(aim.code.clone());
        }
        codes.sort();
        let codes: Vec<_> =
            wide.map(|(code, _)| (*code).clone()).into_iter().chain(codes).collect();
        self.group(person, &codes, when)
    }
}
