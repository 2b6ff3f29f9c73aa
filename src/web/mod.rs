//! HTTP for people and for machines that watch: health, figures, and the one-person page.

mod drills;
pub mod feed;
pub mod figures;
pub mod page;
pub mod press;
pub mod ready;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use tokio::sync::OnceCell;

use crate::engine::health::Health;
use crate::engine::{Engine, Fault};

/// Largest form, in bytes.
const FORM: usize = 8 * 1024;

/// What every page needs.
#[derive(Debug)]
pub struct Site {
    engine: Engine,
    health: Health,
    secret: OnceCell<Vec<u8>>,
}

impl Site {
    /// The secret under which links are made; asked of the database once.
    async fn secret(&self) -> Result<&[u8], Fault> {
        let read = || self.engine.call(|tx, _| tx.secret("page_link"));
        self.secret.get_or_try_init(read).await.map(Vec::as_slice)
    }
}

/// Health, figures, and the pages by which people outside chat answer.
pub fn router(engine: Engine, health: Health) -> Router {
    let site = Arc::new(Site { engine, health, secret: OnceCell::new() });
    Router::new()
        .route("/healthz", get(ready::alive))
        .route("/readyz", get(ready::ready))
        .route("/metrics", get(figures::metrics))
        .route("/lich/{token}", get(feed::serve))
        .route("/p/{token}", get(press::show).post(press::take))
        .layer(DefaultBodyLimit::max(FORM))
        .with_state(site)
}
