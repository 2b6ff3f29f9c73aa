//! `POST /intake/v1/events`. A 202 says that every incident is on disk; nothing else is stored
//! under a key, so that whatever else was answered can be sent again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};

use super::alert::{self, Batch, MAX_KEY, Problem, hex};
use super::doors::{Door, Doors, IntakeConfig, NoRandomness};
use crate::domain::envelope::{Actor, Command, Done, Envelope, Receipt};
use crate::engine::{Engine, Fault};

/// Largest body, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

/// So much of a body that is too large is still read, so that its sender hears the answer.
const READ_AT_MOST: usize = 8 * MAX_BODY;

/// When to come again after a fault of ours, in seconds.
const COME_AGAIN: u64 = 5;

struct Intake {
    engine: Engine,
    doors: Doors,
}

/// The endpoints for alerts of other systems.
pub fn router(engine: Engine, intakes: &[IntakeConfig]) -> Result<Router, NoRandomness> {
    let intake = Arc::new(Intake { engine, doors: Doors::new(intakes)? });
    Ok(Router::new().route("/intake/v1/events", post(events)).with_state(intake))
}

/// Why a request got no 202.
enum Turned {
    Unknown,
    TooMany(Duration),
    TooLarge,
    Wrong(Vec<Problem>),
    NotStored,
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        let error = |status: StatusCode, words: &str| (status, Json(json!({ "error": words })));
        let mut response = match &self {
            Self::Unknown => error(StatusCode::UNAUTHORIZED, "no valid token").into_response(),
            Self::TooMany(_) => {
                error(StatusCode::TOO_MANY_REQUESTS, "too many requests").into_response()
            }
            Self::TooLarge => {
                error(StatusCode::PAYLOAD_TOO_LARGE, "the body is over 1 MiB").into_response()
            }
            Self::Wrong(problems) => {
                let body = json!({ "error": "not accepted", "problems": problems });
                (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
            }
            Self::NotStored => {
                error(StatusCode::SERVICE_UNAVAILABLE, "not stored; send it again").into_response()
            }
        };
        let headers = response.headers_mut();
        match self {
            Self::Unknown => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooMany(wait) => {
                let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
            }
            Self::NotStored => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(COME_AGAIN));
            }
            _ => {}
        }
        response
    }
}

async fn events(State(intake): State<Arc<Intake>>, request: Request) -> Response {
    match take(&intake, request).await {
        Ok(answer) => (StatusCode::ACCEPTED, Json(answer)).into_response(),
        Err(turned) => turned.into_response(),
    }
}

/// Who, how often, how much, what, and only then the engine.
async fn take(intake: &Intake, request: Request) -> Result<Value, Turned> {
    let (parts, body) = request.into_parts();
    let token = bearer(&parts.headers).ok_or(Turned::Unknown)?;
    let door = intake.doors.open(token).ok_or(Turned::Unknown)?;
    door.pass(intake.engine.clock().read().mono).map_err(Turned::TooMany)?;
    let body = whole(body).await?;
    let given = idempotency_key(&parts.headers)?;
    let value: Value = serde_json::from_slice(&body)
        .map_err(|error| Turned::Wrong(vec![Problem::body(format!("is not JSON: {error}"))]))?;
    let batch = read(intake, &value).await?;
    let key = match given.or(batch.key) {
        Some(key) => key,
        None => random_key().map_err(|_| Turned::NotStored)?,
    };
    file(intake, door, &key, batch.alerts).await
}

async fn whole(body: Body) -> Result<Bytes, Turned> {
    match to_bytes(body, READ_AT_MOST).await {
        Ok(body) if body.len() <= MAX_BODY => Ok(body),
        // An error while reading is a body without end, or a sender who is gone.
        _ => Err(Turned::TooLarge),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Turned> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(key) if key.len() <= MAX_KEY => Ok((!key.is_empty()).then(|| key.to_owned())),
        _ => Err(Turned::Wrong(vec![Problem {
            index: None,
            field: "Idempotency-Key",
            problem: format!("must be at most {MAX_KEY} visible ASCII characters"),
        }])),
    }
}

/// Reads the body against the units there are.
async fn read(intake: &Intake, body: &Value) -> Result<Batch, Turned> {
    // Most bodies name no unit, and asking the writer for the directory costs a turn.
    let directory = match alert::names_units(body) {
        true => Some(intake.engine.call(|tx, _| tx.directory()).await.map_err(not_stored)?),
        false => None,
    };
    let known = |unit: &_| directory.as_ref().is_some_and(|known| known.units.contains_key(unit));
    alert::read(body, &known).map_err(Turned::Wrong)
}

async fn file(
    intake: &Intake,
    door: &Door,
    key: &str,
    alerts: Vec<crate::domain::alert::Alert>,
) -> Result<Value, Turned> {
    let actor = Actor::Intake(door.name.clone());
    let envelope =
        Envelope::new(format!("intake:{}:{key}", door.name), actor, Command::Alerts(alerts));
    match intake.engine.submit(envelope).await {
        Ok(Receipt::Done(Done::Filed(filed))) => Ok(json!({ "incidents": filed })),
        Ok(other) => {
            tracing::error!(intake = %door.name, ?other, "alerts were not filed");
            Err(Turned::Wrong(vec![Problem::body("was refused")]))
        }
        Err(fault) => Err(not_stored(fault)),
    }
}

fn not_stored(fault: Fault) -> Turned {
    tracing::error!(%fault, "an alert was not stored");
    Turned::NotStored
}

/// A key of its own for what nobody can recognise.
fn random_key() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hex(&bytes))
}
