//! HTTP as a task of the program: served until it is to stop, and then not held up by anybody.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::{real_sleep, real_timeout};

/// Longest time for one request, its body included.
const REQUEST_TAKES: Duration = Duration::from_secs(30);

/// What a request that is under way may still take once the program is to stop.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// After so long connections that still do not end are left to the end of the process.
const GOODBYE: Duration = Duration::from_secs(5);

/// Serves until `stop` says so.
pub async fn serve(
    listener: TcpListener,
    router: axum::Router,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let hurry = stop.clone();
    let router = router
        .layer(from_fn(move |request: Request, next: Next| in_time(request, next, hurry.clone())));
    let ended = stopped(stop.clone());
    let serving = axum::serve(listener, router).with_graceful_shutdown(ended);
    tokio::select! {
        served = serving.into_future() => served?,
        () = async { stopped(stop).await; real_sleep(GOODBYE).await } => {
            tracing::warn!("stopped with connections that do not end");
        }
    }
    Ok(())
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender ends with the program; then this ends as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A sender whose request never ends is not waited for.
async fn in_time(request: Request, next: Next, stop: watch::Receiver<bool>) -> Response {
    let hurried = async {
        stopped(stop).await;
        real_sleep(LAST_WORDS).await;
    };
    let answer = async {
        tokio::select! {
            answer = next.run(request) => Some(answer),
            () = hurried => None,
        }
    };
    match real_timeout(REQUEST_TAKES, answer).await {
        Some(Some(answer)) => answer,
        Some(None) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        None => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}
