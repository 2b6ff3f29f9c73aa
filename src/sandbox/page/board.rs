//! Which parts of the page changed since a browser last looked. A part has the revision in which it
//! last became different; a browser names the revision it has and is given what is younger, or waits.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Page, frame};
use crate::clock::real_timeout;

/// How long a browser waits at most for something new.
const WAIT: Duration = Duration::from_secs(25);

/// Every part as it was last rendered.
#[derive(Debug, Default)]
pub(super) struct Board {
    revision: u64,
    parts: BTreeMap<String, (u64, String)>,
}

impl Board {
    /// Takes the parts as they are now; what is different becomes the next revision.
    fn take(&mut self, parts: Vec<(String, String)>) {
        let next = self.revision.saturating_add(1);
        for (name, html) in parts {
            if self.parts.get(&name).is_none_or(|(_, old)| *old != html) {
                self.parts.insert(name, (next, html));
                self.revision = next;
            }
        }
    }

    fn younger(&self, than: u64) -> BTreeMap<&str, &str> {
        let young = self.parts.iter().filter(|(_, (revision, _))| *revision > than);
        young.map(|(name, (_, html))| (name.as_str(), html.as_str())).collect()
    }
}

impl Page {
    /// Names this run of the program: a browser that knows another must load the page again.
    pub(super) fn run(&self) -> String {
        format!("{}-{}", std::process::id(), self.0.sandbox.address().port())
    }

    /// Renders every part and returns the revision they stand at.
    pub(super) fn refresh(&self) -> u64 {
        // Rendered under the lock, so that two browsers cannot put an older state over a newer.
        let mut board = self.0.board.lock().unwrap_or_else(PoisonError::into_inner);
        board.take(frame::parts(self));
        board.revision
    }

    fn news(&self, since: u64) -> Option<Response> {
        let revision = self.refresh();
        let board = self.0.board.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = board.younger(since);
        (!parts.is_empty())
            .then(|| Json(json!({"revision": revision, "parts": parts})).into_response())
    }
}

/// `GET /changes/RUN/REVISION`: what is younger, as soon as there is anything.
pub(super) async fn changes(
    State(page): State<Page>,
    Path((run, since)): Path<(String, u64)>,
) -> Response {
    if run != page.run() {
        return StatusCode::GONE.into_response();
    }
    let mut changed = page.0.changed.subscribe();
    let mut closing = page.0.closing.subscribe();
    let wait = async {
        loop {
            changed.borrow_and_update();
            if let Some(news) = page.news(since) {
                return news;
            }
            tokio::select! {
                _ = changed.changed() => {}
                _ = closing.wait_for(|closing| *closing) => {
                    return StatusCode::SERVICE_UNAVAILABLE.into_response();
                }
            }
        }
    };
    let answer = real_timeout(WAIT, wait).await;
    answer.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response())
}
