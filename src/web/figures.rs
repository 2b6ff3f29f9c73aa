//! `GET /metrics`: the figures in Prometheus' text form. Of incidents, real ones only.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use super::Site;
use crate::domain::notice::Priority;
use crate::domain::time::Timestamp;
use crate::domain::values::{ChannelKind, Severity};
use crate::ledger::queries::Figures;

/// Reads the figures and writes them out.
pub async fn metrics(State(site): State<Arc<Site>>) -> Response {
    let figures = match site.engine.reader().figures() {
        Ok(figures) => figures,
        Err(error) => {
            tracing::error!(%error, "the figures cannot be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let configured = &site.engine.settings().channels;
    let polled = configured.contains(&ChannelKind::Telegram).then(|| site.health.last_poll());
    let outside = Outside {
        now: site.engine.clock().now(),
        polled,
        down: site.health.down(),
        channels: configured.clone(),
    };
    match text(&figures, &outside) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What is measured outside the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outside {
    /// The instant of the measurement.
    pub now: Timestamp,
    /// When Telegram last answered a poll, where it is configured.
    pub polled: Option<Timestamp>,
    /// The channels that do not answer.
    pub down: Vec<ChannelKind>,
    /// The configured channels.
    pub channels: Vec<ChannelKind>,
}

/// The figures as text.
pub fn text(figures: &Figures, outside: &Outside) -> Result<String, prometheus::Error> {
    let sheet = Sheet(Registry::new());
    incidents(&sheet, figures)?;
    outbox(&sheet, figures, outside.now)?;
    downloads(&sheet, figures)?;
    canaries(&sheet, figures)?;
    let age = |at: Timestamp| whole_seconds(outside.now, at);
    let late = figures.first_due.map_or(0, age);
    sheet.gauge("trucban_due_late_seconds", "How late the earliest due moment is.", late)?;
    if let Some(beat) = figures.beat {
        let help = "Since the last sign of life.";
        sheet.gauge("trucban_heartbeat_age_seconds", help, age(beat))?;
    }
    if let Some(polled) = outside.polled {
        let help = "Since Telegram last answered a poll.";
        sheet.gauge("trucban_telegram_poll_age_seconds", help, age(polled))?;
    }
    let down = sheet.gauges("trucban_channel_down", "1 while it does not answer.", &["channel"])?;
    for channel in &outside.channels {
        let value = i64::from(outside.down.contains(channel));
        down.with_label_values(&[channel.as_str()]).set(value);
    }
    TextEncoder::new().encode_to_string(&sheet.0.gather())
}

fn incidents(sheet: &Sheet, figures: &Figures) -> Result<(), prometheus::Error> {
    let open = sheet.gauges("trucban_incidents_open", "Open incidents.", &["severity"])?;
    for severity in Severity::ALL {
        let found = figures.open.iter().find(|(which, _)| which == severity);
        open.with_label_values(&[severity.as_str()]).set(found.map_or(0, |(_, n)| whole(*n)));
    }
    let help = "Open incidents nobody holds.";
    sheet.gauge("trucban_incidents_unheld", help, whole(figures.unheld))?;
    let help = "Open incidents whose ladder is spent and which nobody has.";
    sheet.gauge("trucban_incidents_nobody_reached", help, whole(figures.nobody))?;
    sheet.gauge("trucban_ledger_entries", "Entries of the ledger.", figures.entries)
}

fn outbox(sheet: &Sheet, figures: &Figures, now: Timestamp) -> Result<(), prometheus::Error> {
    let labels = &["channel", "priority"];
    let queued = sheet.gauges("trucban_outbox_queued", "Waiting messages.", labels)?;
    let help = "How long the oldest waiting message could have been tried.";
    let oldest = sheet.gauges("trucban_outbox_oldest_seconds", help, labels)?;
    for (channel, rank, count, since) in &figures.queued {
        let labels = &[channel.as_str(), word(Priority::from_rank(*rank))];
        queued.with_label_values(labels).set(whole(*count));
        oldest.with_label_values(labels).set(whole_seconds(now, *since));
    }
    let opts = Opts::new("trucban_outbox_ended_total", "Ended messages.");
    let ended = IntCounterVec::new(opts, &["channel", "state"])?;
    sheet.0.register(Box::new(ended.clone()))?;
    for (channel, state, count) in &figures.ended {
        ended.with_label_values(&[channel.as_str(), state.as_str()]).inc_by(*count);
    }
    Ok(())
}

fn downloads(sheet: &Sheet, figures: &Figures) -> Result<(), prometheus::Error> {
    let help = "Files of evidence that wait to be fetched.";
    sheet.gauge("trucban_downloads_waiting", help, whole(figures.downloads))?;
    let help = "Files of evidence that could not be fetched and were given up.";
    let failed = IntCounter::new("trucban_downloads_failed_total", help)?;
    failed.inc_by(figures.not_fetched);
    sheet.0.register(Box::new(failed))
}

/// Seconds from a test of the way to the officer on duty until it was answered.
const ANSWERED: [f64; 8] = [5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0];

fn canaries(sheet: &Sheet, figures: &Figures) -> Result<(), prometheus::Error> {
    let help = "From a test of the way to the officer on duty until it was answered.";
    let opts = HistogramOpts::new("trucban_canary_seconds", help).buckets(ANSWERED.to_vec());
    let answered = Histogram::with_opts(opts)?;
    for ms in &figures.tests.took_ms {
        answered.observe(Duration::from_millis(*ms).as_secs_f64());
    }
    sheet.0.register(Box::new(answered))?;
    if let Some(last) = figures.tests.last() {
        let help = "How long the newest answer to such a test took.";
        sheet.gauge("trucban_canary_last_seconds", help, whole(last.as_secs()))?;
    }
    let help = "Such tests that were not answered in time.";
    let missed = IntCounter::new("trucban_canary_missed_total", help)?;
    missed.inc_by(figures.tests.missed);
    sheet.0.register(Box::new(missed))
}

fn word(priority: Priority) -> &'static str {
    match priority {
        Priority::CriticalPage => "critical_page",
        Priority::Page => "page",
        Priority::DrillPage => "drill_page",
        Priority::Reply => "reply",
        Priority::Card => "card",
        Priority::Edit => "edit",
        Priority::Notice => "notice",
        Priority::Broadcast => "broadcast",
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn whole_seconds(now: Timestamp, since: Timestamp) -> i64 {
    whole(now.since(since).as_secs())
}

/// One measurement being written: nothing is kept between two.
struct Sheet(Registry);

impl Sheet {
    fn gauge(&self, name: &str, help: &str, value: i64) -> Result<(), prometheus::Error> {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value);
        self.0.register(Box::new(gauge))
    }

    fn gauges(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntGaugeVec, prometheus::Error> {
        let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(gauges.clone()))?;
        Ok(gauges)
    }
}
