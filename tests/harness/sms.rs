//! An SMS gateway on loopback that answers as told and keeps what it took.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tokio::task::JoinSet;

/// How it answers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Answers {
    Status(u16),
    Busy(&'static str),
    Never,
}

/// The `Authorization` shown, and the body.
type Message = (Option<String>, Value);

#[derive(Clone)]
pub struct Gateway {
    pub url: String,
    pub taken: Arc<Mutex<Vec<Message>>>,
    pub answers: Arc<Mutex<Answers>>,
}

impl Gateway {
    pub async fn open(tasks: &mut JoinSet<()>) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/sms", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(Answers::Status(200)));
        let gateway = Self { url, taken: Arc::default(), answers };
        let router = Router::new().route("/sms", post(take)).with_state(gateway.clone());
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        gateway
    }

    pub fn answer(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    pub fn messages(&self) -> Vec<Value> {
        self.taken.lock().unwrap().iter().map(|(_, message)| message.clone()).collect()
    }
}

async fn take(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    axum::Json(message): axum::Json<Value>,
) -> Response {
    let token = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    gateway.taken.lock().unwrap().push((token, message));
    let answers = *gateway.answers.lock().unwrap();
    match answers {
        Answers::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answers::Busy(after) => {
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", after)]).into_response()
        }
        Answers::Never => std::future::pending().await,
    }
}
