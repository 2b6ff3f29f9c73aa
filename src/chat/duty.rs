//! `/truc`, `/lichtruc`, `/doica`, `/nghi`, and the buttons about who is on duty.

use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::Turn;
use super::command::Name;
use super::step::Step;
use super::values::{is_one_of, leading};
use super::when::hour;
use crate::domain::duty_notice::DutyAnswer;
use crate::domain::envelope::Command;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::Answer;
use crate::domain::press::DutyPress;
use crate::domain::roster::decide::Wish;
use crate::domain::roster::feed::{FeedOf, FeedWish};
use crate::domain::roster::{Layer, RosterId, Span};
use crate::domain::time::{Timestamp, end_of, start_of};
use crate::text::typed;

/// What is said of calendars for telephones: the words, whether of everybody's, and what is wished.
const FEEDS: [(&[&str], bool, FeedWish); 6] = [
    (typed::OWN_FEED, false, FeedWish::Have),
    (typed::TEAM_FEED, true, FeedWish::Have),
    (typed::NEW_FEED, false, FeedWish::Renew),
    (typed::NEW_TEAM_FEED, true, FeedWish::Renew),
    (typed::NO_FEED, false, FeedWish::Stop),
    (typed::NO_TEAM_FEED, true, FeedWish::Stop),
];

/// So long a turn of a day may be: that of the day with an hour more.
const TURN_OF_A_DAY: Duration = Duration::from_secs(25 * 3600);

impl Turn<'_> {
    /// One of the commands about duty.
    pub(super) fn on_duty(&self, name: Name, arguments: &str) -> Step {
        match name {
            _ if is_one_of(arguments, typed::TAKE_WATCH) => {
                Step::of(Command::Roster(Wish::TakeWatch))
            }
            Name::DutyWeeks if !arguments.is_empty() => self.feed_typed(arguments),
            Name::DutyWeeks => Step::say(Answer::Duty(DutyAnswer::Weeks)),
            Name::Swap if arguments.is_empty() => Step::say(Answer::Duty(DutyAnswer::WhichShift)),
            Name::Swap => match taken_back(arguments) {
                Some(which) => self.withdrawn(which),
                None => self.swapped(arguments),
            },
            Name::Leave if arguments.is_empty() => Step::say(Answer::Duty(DutyAnswer::LeaveHow)),
            Name::Leave => match taken_back(arguments) {
                Some(Some(id)) => Step::of(Command::Roster(Wish::EndLeave(id))),
                Some(None) => Step::say(Answer::Duty(DutyAnswer::LeaveHow)),
                None => self.away(arguments),
            },
            _ if arguments.is_empty() => Step::say(Answer::Duty(DutyAnswer::Now)),
            _ => match taken_back(arguments) {
                Some(Some(id)) => Step::of(Command::Roster(Wish::EndChange(id))),
                Some(None) => Step::say(Answer::Duty(DutyAnswer::Changes)),
                None => self.seated(arguments),
            },
        }
    }

    /// A button about duty.
    pub(super) fn duty_pressed(&self, press: DutyPress) -> Step {
        match press {
            DutyPress::TakeWatch(since) => Step::of(Command::Roster(Wish::TakeWatchOf(since))),
            DutyPress::Swap { id, agreed } => {
                Step::of(Command::Roster(Wish::AnswerSwap { id, agreed })).in_place()
            }
            DutyPress::Decide { id, agreed } => {
                Step::of(Command::Roster(Wish::DecideSwap { id, agreed })).in_place()
            }
            DutyPress::Shift { layer, at } => match self.shift(layer, at) {
                Some(span) => {
                    Step::say(Answer::Duty(DutyAnswer::WithWhom { layer, span })).in_place()
                }
                None => Step::say(Answer::Duty(DutyAnswer::NoShift)),
            },
            DutyPress::Give { layer, span, to } => match self.part(layer, span) {
                Some(span) => Step::of(Command::Roster(Wish::Swap { layer, span, to })).in_place(),
                None => Step::say(Answer::Duty(DutyAnswer::NoShift)),
            },
            DutyPress::EndChange(id) => Step::of(Command::Roster(Wish::EndChange(id))).in_place(),
            DutyPress::Canary(id) => Step::of(Command::Roster(Wish::AnswerCanary(Some(id)))),
            DutyPress::Feed { team, wish } => self.feed(team, wish).in_place(),
            DutyPress::EndLeave(id) => Step::of(Command::Roster(Wish::EndLeave(id))).in_place(),
        }
    }

    /// Why the speaker was called is for him alone.
    pub(super) fn why_called(&self, code: IncidentCode) -> Step {
        let private = self.incoming.route.private;
        Step::say(if private { Answer::WhyCalled { code } } else { Answer::OnlyInPrivate })
    }

    /// Whether a test of the way waits for the speaker's answer.
    pub(super) fn tested(&self) -> bool {
        let canary = self.context.directory.roster.canary.as_ref();
        canary.is_some_and(|canary| canary.waiting.contains(&self.person.id))
    }

    /// A calendar for telephones; its link is a secret of whoever asks.
    fn feed(&self, team: bool, wish: FeedWish) -> Step {
        if !self.incoming.route.private {
            return Step::say(Answer::OnlyInPrivate);
        }
        let of = if team { FeedOf::Team } else { FeedOf::Person(self.person.id.clone()) };
        Step::of(Command::Roster(Wish::Feed { of, wish }))
    }

    /// `/dientap liên kết`: the same for drills.
    pub(super) fn drills_feed(&self, arguments: &str) -> Option<Step> {
        let feeds = FEEDS.iter().filter(|(_, team, _)| !team);
        let (.., wish) = feeds.into_iter().find(|(words, ..)| is_one_of(arguments, words))?;
        if !self.incoming.route.private {
            return Some(Step::say(Answer::OnlyInPrivate));
        }
        let (of, wish) = (FeedOf::Drills, *wish);
        Some(Step::of(Command::Roster(Wish::Feed { of, wish })))
    }

    /// `/lichtruc liên kết`.
    fn feed_typed(&self, arguments: &str) -> Step {
        let said = FEEDS.iter().find(|(words, ..)| is_one_of(arguments, words));
        said.map_or_else(
            || Step::usage(Name::DutyWeeks.word()),
            |(_, team, wish)| self.feed(*team, *wish),
        )
    }

    /// The button of a calendar whose word this is.
    pub(super) fn said_feed(&self, words: &str) -> Option<Step> {
        let label = |said: &[&str]| said.first().is_some_and(|label| is_one_of(words, &[*label]));
        let (_, team, wish) = FEEDS.iter().find(|(said, ..)| label(said))?;
        Some(self.feed(*team, *wish))
    }

    /// The stretch of the speaker's own duty around an instant.
    fn shift(&self, layer: Layer, at: Timestamp) -> Option<Span> {
        let directory = self.context.directory;
        let at = at.max(self.context.now);
        let shift = directory.roster.shift_at(layer, at, &directory.calendar)?;
        let mine = shift.chair.people().iter().any(|one| one.person == self.person.id);
        let from = shift.span.from.max(self.context.now);
        mine.then_some(Span { from, to: shift.span.to })
    }

    /// What of a stretch is still the speaker's own duty.
    fn part(&self, layer: Layer, span: Span) -> Option<Span> {
        let part = self.shift(layer, span.from)?.cut(span);
        part.is_ahead(self.context.now).then_some(part)
    }

    /// `/doica hủy [41]`: of several the list says which there are.
    fn withdrawn(&self, which: Option<RosterId>) -> Step {
        let roster = &self.context.directory.roster;
        let mut asked = roster.asked_by(&self.person.id, self.context.now).map(|(id, _)| *id);
        let only = match (asked.next(), asked.next()) {
            (Some(id), None) => Some(id),
            _ => None,
        };
        match which.or(only) {
            Some(id) => Step::of(Command::Roster(Wish::AnswerSwap { id, agreed: false })),
            None => Step::say(Answer::Duty(DutyAnswer::WhichShift)),
        }
    }

    /// `/doica 25/11 p-004`: one's turn on that day. A turn of a day is given whole; of a longer one only
    /// what is written, and hours always as they are written.
    fn swapped(&self, arguments: &str) -> Step {
        let zone = self.context.zone;
        let Some((days, person)) = stretch(arguments, self.context.now, zone) else {
            return Step::usage(Name::Swap.word());
        };
        let directory = self.context.directory;
        let mine = |layer: &Layer| {
            let shifts = directory.shifts(*layer, days).into_iter();
            let own = shifts.filter(|shift| shift.chair.ids().contains(&self.person.id));
            own.filter_map(|shift| self.shift(*layer, shift.span.from))
                .map(|span| (*layer, span))
                .collect::<Vec<_>>()
        };
        let own: Vec<(Layer, Span)> = Layer::ALL.iter().flat_map(mine).collect();
        // The turn that begins on that day, rather than the end of the one before.
        let begins = own.iter().find(|(_, span)| days.holds(span.from));
        let Some((layer, whole)) = begins.or(own.first()).copied() else {
            return Step::say(Answer::Duty(DutyAnswer::NoShift));
        };
        let midnight = |at: Timestamp| at.local(zone).time() == NaiveTime::MIN;
        let by_days = midnight(days.from) && midnight(days.to);
        let span = if by_days && whole.to.since(whole.from) <= TURN_OF_A_DAY {
            whole
        } else {
            whole.cut(days)
        };
        if person.is_empty() {
            return Step::say(Answer::Duty(DutyAnswer::WithWhom { layer, span }));
        }
        let to = self.person_named(person);
        Step::of(Command::Roster(Wish::Swap { layer, span, to }))
    }

    /// `/nghi 25/11 27/11 [p-004]`; before the days a lead may name whose leave it is.
    fn away(&self, arguments: &str) -> Step {
        let (whose, rest) = self.named_before(arguments);
        let Some((span, stand_in)) = stretch(rest, self.context.now, self.context.zone) else {
            return Step::usage(Name::Leave.word());
        };
        let person = whose.unwrap_or_else(|| self.person.id.clone());
        let stand_in = (!stand_in.is_empty()).then(|| self.person_named(stand_in));
        Step::of(Command::Roster(Wish::Leave { person, span, stand_in }))
    }

    /// `/truc [dự bị] p-004 25/11 26/11`.
    fn seated(&self, arguments: &str) -> Step {
        let (layer, rest) = match leading(arguments, typed::BACKUP) {
            Some(rest) => (Layer::Backup, rest),
            None => (Layer::Duty, arguments),
        };
        let (who, rest) = self.named_before(rest);
        let span = stretch(rest, self.context.now, self.context.zone);
        match (who, span) {
            (Some(person), Some((span, ""))) => {
                let people = vec![person];
                Step::of(Command::Roster(Wish::Change { layer, span, instead_of: None, people }))
            }
            _ => Step::usage(Name::Duty.word()),
        }
    }

    /// A person before the first date, and what follows.
    fn named_before<'t>(&self, arguments: &'t str) -> (Option<PersonId>, &'t str) {
        let begins = |token: &str| day(token, self.context.now, self.context.zone).is_some();
        let mut at = 0_usize;
        for token in arguments.split_inclusive(char::is_whitespace) {
            if begins(token.trim()) || hour(token.trim()).is_some() {
                break;
            }
            at = at.saturating_add(token.len());
        }
        let (who, rest) = arguments.split_at_checked(at).unwrap_or((arguments, ""));
        ((!who.trim().is_empty()).then(|| self.person_named(who.trim())), rest)
    }
}

/// `hủy 41`, or `hủy` alone, after a command.
fn taken_back(arguments: &str) -> Option<Option<RosterId>> {
    let (first, rest) = super::command::first_word(arguments);
    is_one_of(first, typed::CANCEL).then(|| rest.parse().ok().map(RosterId))
}

/// `25/11`, `25/11 27/11`, `7h30 25/11 7h30 26/11`, and what follows. Days without hours are meant
/// whole, the last one included.
fn stretch(text: &str, now: Timestamp, zone: Tz) -> Option<(Span, &str)> {
    let (first, rest) = point(text, now, zone)?;
    let (last, rest) = match point(rest, now, zone) {
        Some((last, rest)) => (last, rest),
        None => ((first.0, None), rest),
    };
    let from = start_of(first.0.and_time(first.1.unwrap_or(NaiveTime::MIN)), zone);
    let to = match last.1 {
        Some(time) => end_of(last.0.and_time(time), zone),
        None => end_of(last.0.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN), zone),
    };
    Some((Span { from, to }, rest.trim()))
}

/// A date with an hour before or after it.
type Point = (NaiveDate, Option<NaiveTime>);

fn point(text: &str, now: Timestamp, zone: Tz) -> Option<(Point, &str)> {
    let (first, rest) = super::command::first_word(text);
    let next = |text| super::command::first_word(text);
    if let Some(time) = hour(first) {
        let (second, rest) = next(rest);
        return Some(((day(second, now, zone)?, Some(time)), rest));
    }
    let date = day(first, now, zone)?;
    let (second, after) = next(rest);
    // An hour after a date belongs to it, unless another date follows the hour.
    match hour(second) {
        Some(time) if day(next(after).0, now, zone).is_none() => Some(((date, Some(time)), after)),
        _ => Some(((date, None), rest)),
    }
}

/// `25/11`, `25/11/2026`, `2026-11-25`; without a year the next such day, today included.
fn day(token: &str, now: Timestamp, zone: Tz) -> Option<NaiveDate> {
    // Letters make it something else: `nv.01.05` is a person.
    let token = token.trim_matches(|c: char| !c.is_alphanumeric());
    if let Ok(day) = token.parse() {
        return Some(day);
    }
    let today = now.date(zone);
    let mut parts = token.split(['/', '-', '.']);
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    match parts.next() {
        Some(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, month, day),
        None => [today.year(), today.year().saturating_add(1)]
            .into_iter()
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= today),
    }
}
