//! `GET /lich/{token}`: duty as a calendar that telephones subscribe to. Whoever has the link reads it,
//! so it says who is on duty when and nothing else.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike as _, Months, NaiveTime, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Component as _, Event, EventLike as _};

use super::Site;
use crate::domain::directory::Directory;
use crate::domain::roster::feed::FeedOf;
use crate::domain::roster::shifts::Shift;
use crate::domain::roster::{Layer, Span};
use crate::domain::time::{Timestamp, start_of};
use crate::engine::link::FeedLink;
use crate::text::web as said;

/// What has been stays to be seen for at least so long.
const BEFORE: Duration = Duration::from_secs(35 * 24 * 3600);

/// What comes is shown at least so far.
const AHEAD: Duration = Duration::from_secs(92 * 24 * 3600);

/// How often a telephone should look again.
const AGAIN: chrono::Duration = chrono::Duration::hours(1);

/// The calendar, for whoever has its link.
pub async fn serve(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    let Ok(secret) = site.secret().await else {
        return (StatusCode::SERVICE_UNAVAILABLE, said::FAILED_WHAT).into_response();
    };
    let directory = match site.engine.reader().directory() {
        Ok(directory) => directory,
        Err(error) => {
            tracing::error!(%error, "a calendar could not be read");
            return (StatusCode::SERVICE_UNAVAILABLE, said::FAILED_WHAT).into_response();
        }
    };
    let link = FeedLink::read(&token, secret);
    let Some(link) = link.filter(|link| holds(link, &directory)) else {
        return (StatusCode::NOT_FOUND, said::FEED_GONE).into_response();
    };
    let words = match &link.of {
        FeedOf::Drills => super::drills::calendar(&site.engine),
        of => {
            let (team, now) = (&site.engine.settings().team.name, site.engine.clock().now());
            Ok(calendar(of, &directory, team, now))
        }
    };
    let words = match words {
        Ok(words) => words,
        Err(error) => {
            tracing::error!(%error, "the calendar of drills could not be read");
            return (StatusCode::SERVICE_UNAVAILABLE, said::FAILED_WHAT).into_response();
        }
    };
    let kind = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (kind, words).into_response()
}

/// Whether the link is the calendar's newest, and its person is still in the Team.
fn holds(link: &FeedLink, directory: &Directory) -> bool {
    let there = match &link.of {
        FeedOf::Person(person) => directory.in_team(person),
        FeedOf::Team | FeedOf::Drills => true,
    };
    let newest = directory.roster.feed(&link.of).map(|feed| feed.number);
    there && newest == Some(link.number)
}

fn calendar(of: &FeedOf, directory: &Directory, team: &str, now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&said::feed_name(*of == FeedOf::Team, team)).ttl(&AGAIN);
    // A stretch is cut off by the edges of what is shown: they move once a month and not every hour.
    let zone = directory.calendar.zone;
    let from = month_of(now.minus(BEFORE), 0, zone);
    let span = Span { from, to: month_of(now.plus(AHEAD), 1, zone) };
    for layer in Layer::ALL {
        let shifts = directory.roster.shifts(*layer, span, &directory.calendar);
        for shift in &shifts {
            let Some(summary) = summary(of, (*layer, shift), now, directory, team) else {
                continue;
            };
            let uid = format!("{}-{}@trucban", layer.as_str(), shift.span.from.millis());
            let mut event = Event::with_uid(&uid);
            event
                .summary(&summary)
                .timestamp(utc(now))
                .starts(utc(shift.span.from))
                .ends(utc(shift.span.to));
            calendar.push(event.done());
        }
    }
    calendar.to_string()
}

/// The beginning of the month of an instant, or of one so many months later.
fn month_of(at: Timestamp, later: u32, zone: Tz) -> Timestamp {
    let day = at.date(zone);
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(later)));
    start_of(first.unwrap_or(day).and_time(NaiveTime::MIN), zone)
}

/// What a stretch is called; nothing where it does not concern the calendar's person.
fn summary(
    of: &FeedOf,
    (layer, shift): (Layer, &Shift),
    now: Timestamp,
    directory: &Directory,
    team: &str,
) -> Option<String> {
    let seated = shift.chair.people();
    match of {
        FeedOf::Person(person) => {
            let mine = seated.iter().any(|one| &one.person == person);
            mine.then(|| said::own_shift(layer, team))
        }
        FeedOf::Team | FeedOf::Drills => {
            // Who has left was there before.
            let there = |id| shift.span.to <= now || directory.in_team(id);
            let seated = seated.iter().filter(|one| there(&one.person));
            let names: Vec<&str> = seated.map(|one| directory.name(&one.person)).collect();
            Some(said::team_shift(layer, &names))
        }
    }
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default()
}
