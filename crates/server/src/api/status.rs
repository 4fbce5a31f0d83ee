//! For machines that watch the server.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use firebell_protocol::http::Health;

use crate::node::Node;

/// Whether the database answers, and what has to go out goes out.
pub(super) async fn health(State(node): State<Arc<Node>>) -> impl IntoResponse {
    let (status, word, seq) = match node.store.head().await {
        Ok(_) if node.stop.is_cancelled() => (StatusCode::SERVICE_UNAVAILABLE, "stopping", 0),
        Ok(_) if !node.appender.is_running() => {
            (StatusCode::SERVICE_UNAVAILABLE, "nothing can be written", 0)
        }
        Ok(_) if !node.beats.within(node.options.max_silence) => {
            (StatusCode::SERVICE_UNAVAILABLE, "rows or pages do not go out", 0)
        }
        Ok(head) => (StatusCode::OK, "ok", head.seq),
        Err(error) => {
            tracing::warn!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer", 0)
        }
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    (status, Json(Health { status: word.to_owned(), seq, version }))
}

pub(super) async fn metrics(State(node): State<Arc<Node>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], node.metrics.text())
}
