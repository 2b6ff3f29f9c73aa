//! `GET /healthz` and `GET /readyz`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Site;
use crate::engine::health::{Check, look};

/// The process answers; nothing more is asked.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether it can do its work, with the failing checks by name.
pub async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, Json<Value>) {
    let looked = look(&site.engine, &site.health).await;
    let names = |which: fn(&Check) -> bool| -> Vec<&'static str> {
        looked.checks.iter().filter(|check| which(check)).map(|check| check.name).collect()
    };
    let failing = names(|check| !check.ok);
    let degraded = names(|check| check.degraded);
    let (code, status) = match (failing.is_empty(), degraded.is_empty()) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "failing"),
        (true, false) => (StatusCode::OK, "degraded"),
        (true, true) => (StatusCode::OK, "ok"),
    };
    (code, Json(json!({ "status": status, "failing": failing, "degraded": degraded })))
}
