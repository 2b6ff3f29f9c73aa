//! The sandbox's SMS gateway: takes what the webhook channel posts and shows it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use tokio::net::TcpListener;

/// One message as it was posted.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Sms {
    /// To whom.
    pub person: String,
    /// The number.
    pub phone: String,
    /// The words.
    pub text: String,
    /// The incident.
    pub code: String,
    /// What kind of message.
    pub kind: String,
}

type Listener = Box<dyn Fn(&Sms) + Send + Sync>;

/// A gateway on loopback; clones share it.
#[derive(Clone, Default)]
pub struct Gateway(Arc<Inner>);

#[derive(Default)]
struct Inner {
    taken: Mutex<Vec<Sms>>,
    listener: Mutex<Option<Listener>>,
    status: Mutex<Option<StatusCode>>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

impl Gateway {
    /// Listens on a free port; the caller owns the returned task.
    pub async fn bind(
        self,
    ) -> std::io::Result<(SocketAddr, impl Future<Output = std::io::Result<()>> + Send + 'static)>
    {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/sms", post(take)).with_state(self);
        Ok((address, async move { axum::serve(listener, router).await }))
    }

    /// Everything taken so far.
    pub fn taken(&self) -> Vec<Sms> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls `listener` for each message from now on.
    pub fn on_message(&self, listener: Listener) {
        *self.0.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    /// Answers with `status` from now on, taking nothing; `None` works again.
    pub fn answer_with(&self, status: Option<StatusCode>) {
        *self.0.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}

async fn take(State(gateway): State<Gateway>, Json(sms): Json<Sms>) -> StatusCode {
    let inner = &gateway.0;
    if let Some(status) = *inner.status.lock().unwrap_or_else(PoisonError::into_inner) {
        return status;
    }
    if let Some(listener) = &*inner.listener.lock().unwrap_or_else(PoisonError::into_inner) {
        listener(&sms);
    }
    inner.taken.lock().unwrap_or_else(PoisonError::into_inner).push(sms);
    StatusCode::OK
}
