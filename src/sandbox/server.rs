//! HTTP: finds the bot and the method in the address, meets the faults that were ordered, and
//! turns answers and refusals into Telegram's envelope.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State as Extracted};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::faults::Fault;
use super::inbox::Look;
use super::methods::{self, Refusal};
use super::shown::{Entry, Outcome};
use super::wire::{Door, Knife};
use super::{Sandbox, Shared};
use crate::clock;
use crate::domain::time::Timestamp;

/// Serves the sandbox until the future is dropped.
pub(super) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let door = Door(tokio::net::TcpListener::from_std(listener)?);
    let router = Router::new().fallback(handle).with_state(Sandbox(shared));
    axum::serve(door, router.into_make_service_with_connect_info::<Knife>()).await
}

/// What goes back over the wire.
enum Reply {
    Answer(Result<Value, Refusal>),
    Raw(StatusCode, &'static str, &'static str),
    /// Nothing at all: the connection is cut.
    Cut,
}

async fn handle(
    Extracted(sandbox): Extracted<Sandbox>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    uri: Uri,
    body: Bytes,
) -> Response {
    let now = sandbox.with(|_, now| now.wall);
    let mut response = respond(&sandbox, &knife, &uri, &body).await;
    // Telegram's own clock, which clients compare theirs with.
    let date = clock_words(now);
    if let Ok(date) = header::HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// As HTTP writes an instant.
fn clock_words(at: Timestamp) -> String {
    let utc = chrono::DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
    utc.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

async fn respond(sandbox: &Sandbox, knife: &Knife, uri: &Uri, body: &Bytes) -> Response {
    if let Some(path) = uri.path().strip_prefix("/file/bot") {
        return match download(sandbox, path).await {
            Fetched::Bytes(bytes) => bytes.into_response(),
            Fetched::Not(reply) => sent(reply, knife),
        };
    }
    let reply = match address(uri, &sandbox.0.token) {
        Err(refusal) => Reply::Answer(Err(refusal)),
        Ok(method) => {
            let body = serde_json::from_slice(body).unwrap_or_else(|_| json!({}));
            answer(sandbox, &method, body).await
        }
    };
    sent(reply, knife)
}

fn sent(reply: Reply, knife: &Knife) -> Response {
    match reply {
        Reply::Answer(Ok(result)) => envelope(200, &json!({"ok": true, "result": result})),
        Reply::Answer(Err(refusal)) => {
            let mut object = json!({"ok": false, "error_code": refusal.code,
                "description": refusal.description});
            if let Some(parameters) = refusal.parameters {
                super::updates::merge(&mut object, json!({"parameters": parameters}));
            }
            envelope(refusal.code, &object)
        }
        Reply::Raw(status, kind, text) => {
            (status, [(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Reply::Cut => {
            knife.cut();
            StatusCode::OK.into_response()
        }
    }
}

fn envelope(status: u16, object: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], object.to_string()).into_response()
}

/// The method, in lower case, of `/bot<TOKEN>/<Method>`.
fn address(uri: &Uri, token: &str) -> Result<String, Refusal> {
    let path = uri.path().strip_prefix("/bot").and_then(|path| path.split_once('/'));
    match path {
        Some((given, method)) if given == token => Ok(method.to_ascii_lowercase()),
        Some(_) => Err(Refusal::new(401, "Unauthorized")),
        None => Err(Refusal::new(404, "Not Found")),
    }
}

async fn answer(sandbox: &Sandbox, method: &str, body: Value) -> Reply {
    let polling = method == "getupdates";
    let _busy = (!polling).then(|| Busy::new(&sandbox.0.in_flight));
    let fault = sandbox.with(|state, _| state.faults.take(method));
    if let Some(Fault::Slow(span)) = fault {
        clock::real_sleep(span).await;
    }
    let instead = fault.as_ref().and_then(instead);
    if let Some(reply) = instead {
        sandbox.with(|state, now| {
            if polling {
                state.polls += 1;
            } else {
                state.journal.push(entry(state, now, method, &body, Outcome::NotTaken, None));
            }
        });
        return reply;
    }
    let lost = fault == Some(Fault::DropAfter);
    let reply =
        if polling { poll(sandbox, &body).await } else { act(sandbox, method, &body, lost) };
    if lost { Reply::Cut } else { reply }
}

/// What comes of fetching a file.
enum Fetched {
    Bytes(Vec<u8>),
    Not(Reply),
}

/// `TOKEN/PATH` behind `/file/bot`, with the faults ordered for the method `download`.
async fn download(sandbox: &Sandbox, path: &str) -> Fetched {
    let _busy = Busy::new(&sandbox.0.in_flight);
    let fault = sandbox.with(|state, _| state.faults.take("download"));
    if let Some(Fault::Slow(span)) = fault {
        clock::real_sleep(span).await;
    }
    if let Some(reply) = fault.as_ref().and_then(instead) {
        return Fetched::Not(reply);
    }
    if fault == Some(Fault::DropAfter) {
        return Fetched::Not(Reply::Cut);
    }
    let path = path.split_once('/').filter(|(token, _)| *token == sandbox.0.token);
    let Some((_, path)) = path else {
        return Fetched::Not(Reply::Answer(Err(Refusal::new(401, "Unauthorized"))));
    };
    // Clients may write the path as one segment.
    let path = path.replace("%2F", "/");
    let bytes = sandbox.with(|state, _| state.files.by_path(&path).map(|file| file.bytes.clone()));
    match bytes {
        Some(bytes) => Fetched::Bytes(bytes),
        None => Fetched::Not(Reply::Answer(Err(Refusal::new(404, "Not Found")))),
    }
}

/// What a fault that keeps the call from taking effect sends back.
fn instead(fault: &Fault) -> Option<Reply> {
    Some(match fault {
        Fault::Slow(_) | Fault::DropAfter => return None,
        Fault::DropBefore => Reply::Cut,
        Fault::Status(code) => {
            let words = StatusCode::from_u16(*code).ok().and_then(|code| code.canonical_reason());
            Reply::Answer(Err(Refusal::new(*code, words.unwrap_or("Error"))))
        }
        Fault::Garbage => Reply::Raw(StatusCode::OK, "application/json", "{\"ok\":tr"),
        Fault::BadGatewayPage => Reply::Raw(
            StatusCode::BAD_GATEWAY,
            "text/html",
            "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        ),
        Fault::Says(code, words) => Reply::Answer(Err(Refusal::new(*code, *words))),
        Fault::RetryAfter(seconds) => Reply::Answer(Err(Refusal::too_many(*seconds))),
    })
}

fn act(sandbox: &Sandbox, method: &str, body: &Value, lost: bool) -> Reply {
    let result = sandbox.with(|state, now| {
        let result = methods::call(state, now, method, body);
        let made = result.as_ref().ok().and_then(|made| made.get("message_id")?.as_i64());
        let outcome = match &result {
            Err(refusal) => {
                Outcome::Refused { code: refusal.code, description: refusal.description.clone() }
            }
            Ok(_) if lost => Outcome::ReplyLost,
            Ok(_) => Outcome::Done,
        };
        state.journal.push(entry(state, now, method, body, outcome, made));
        result
    });
    Reply::Answer(result)
}

fn entry(
    state: &super::state::State,
    now: clock::Reading,
    method: &str,
    body: &Value,
    outcome: Outcome,
    made: Option<i64>,
) -> Entry {
    let query = body.get("callback_query_id").and_then(Value::as_str);
    let query = query.and_then(|id| state.queries.get(id));
    let named = made.or_else(|| body.get("message_id").and_then(Value::as_i64));
    Entry {
        at: now.wall,
        method: method.to_owned(),
        chat: methods::chat_id(body).or_else(|| query.map(|query| query.chat)),
        message_id: named
            .and_then(|id| i32::try_from(id).ok())
            .or_else(|| query.map(|query| query.message_id)),
        body: body.clone(),
        outcome,
    }
}

/// The longest Telegram holds a poll open.
const LONGEST_POLL: u64 = 50;

async fn poll(sandbox: &Sandbox, body: &Value) -> Reply {
    let number = |name: &str| body.get(name).and_then(Value::as_i64);
    let allowed = body
        .get("allowed_updates")
        .and_then(Value::as_array)
        .map(|kinds| kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>());
    let limit = usize::try_from(number("limit").unwrap_or(100)).unwrap_or(100).clamp(1, 100);
    let timeout = u64::try_from(number("timeout").unwrap_or(0)).unwrap_or(0).min(LONGEST_POLL);
    let offset = number("offset").unwrap_or(0);
    // Counted only once it has begun: whoever sees the count knows that this poll is the youngest.
    let ticket = sandbox.with(|state, _| {
        state.polls += 1;
        state.inbox.begin_poll(offset, allowed)
    });
    // Whoever polled before must notice at once that it has been replaced.
    sandbox.0.woken.notify_waiters();
    let waiting = async {
        loop {
            // Registered before looking, or an update between the two would be slept over.
            let mut woken = pin!(sandbox.0.woken.notified());
            woken.as_mut().enable();
            let (look, unreachable, webhook) = sandbox.with(|state, now| {
                let unreachable = state.faults.unreachable;
                let look = if unreachable {
                    Look::Empty
                } else {
                    state.inbox.look(ticket, limit, now.mono)
                };
                (look, unreachable, !state.webhook.is_empty())
            });
            match look {
                _ if unreachable => return Reply::Cut,
                _ if webhook => return Reply::Answer(Err(hooked())),
                Look::Found(updates) => return Reply::Answer(Ok(Value::Array(updates))),
                Look::Superseded => return Reply::Answer(Err(conflict())),
                Look::Empty => woken.await,
            }
        }
    };
    let reply = clock::real_timeout(Duration::from_secs(timeout), waiting).await;
    reply.unwrap_or_else(|| Reply::Answer(Ok(json!([]))))
}

fn hooked() -> Refusal {
    Refusal::new(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to \
         delete the webhook first",
    )
}

fn conflict() -> Refusal {
    Refusal::new(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance \
         is running",
    )
}

/// Counts a call as being handled for as long as it lives.
struct Busy<'a>(&'a AtomicUsize);

impl<'a> Busy<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
