//! The HTTP API under `/api/v1`, and the few pages beside it.
//!
//! One file for each noun: [`account`], [`log`], [`snapshot`], [`incident`], [`device`],
//! [`file`], [`intake`], [`channel`]; [`link`] is the
//! short address for people, [`acknowledge`] the page behind a link in an e-mail, [`status`] is for
//! machines. [`caller`] says who asks, [`failure`] how an
//! error leaves, [`listener`] how connections come in.

mod account;
mod acknowledge;
mod calendar;
mod caller;
mod channel;
mod device;
mod document;
mod failure;
mod file;
mod incident;
mod intake;
mod link;
pub(crate) mod listener;
mod log;
mod snapshot;
mod status;

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Response as HttpResponse},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use firebell_protocol::{
    MAX_FRAME,
    error::{ApiError, ErrorCode},
};
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use crate::{node::Node, socket};
use failure::Failure;

/// Largest JSON body of a request. Change sets travel by socket; forms are small.
const MAX_BODY: usize = 64 * 1024;
/// Names a request in logs and in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All routes.
pub(crate) fn router(node: Arc<Node>) -> Router {
    let api = Router::new()
        .route("/login", post(account::login))
        .route("/logout", post(account::logout))
        .route("/invitations", post(account::invite))
        .route("/invitations/accept", post(account::accept))
        .route("/devices", get(device::list))
        .route("/devices/{id}/revoke", post(device::revoke))
        .route("/calendar", post(calendar::key))
        .route("/channels", get(channel::list))
        .route("/channels/email/test", post(channel::test_mail))
        .route("/webhooks/{id}/test", post(channel::test_webhook))
        .route("/webhooks/{id}/secret", post(channel::secret))
        .route("/log", get(log::page))
        .route("/snapshot", get(snapshot::chunk))
        .route("/incidents/{id}", get(incident::dump))
        .route("/incidents/{id}/history", get(incident::history))
        .route(
            "/incidents/{id}/document",
            post(document::exchange).layer(DefaultBodyLimit::max(MAX_FRAME)),
        )
        .route("/entries/{entry}/files/{hash}", get(file::download))
        .route("/entries/{entry}/files/{hash}/upload", get(file::state).patch(file::take))
        .route("/socket", get(socket::upgrade));
    // The addresses that senders of these formats know.
    let intake = Router::new()
        .route("/api/v1/intake/alertmanager", post(intake::alertmanager))
        .route("/api/v1/intake/json", post(intake::json))
        .route("/v2/enqueue", post(intake::enqueue))
        .route("/v2/change/enqueue", post(intake::enqueue_change))
        .layer(DefaultBodyLimit::max(intake::MAX_BODY));
    Router::new()
        .nest("/api/v1", api)
        .merge(intake)
        .route("/healthz", get(status::health))
        .route("/metrics", get(status::metrics))
        .route("/hot", get(link::declare))
        .route("/calendar/{person}/{key}", get(calendar::of_person))
        .route("/calendar/{person}/{key}/{schedule}", get(calendar::of_schedule))
        .route("/a/{token}", get(acknowledge::ask).post(acknowledge::answer))
        .fallback(link::incident)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&node), observe))
        .with_state(node)
}

/// Bounds the time of a request, counts it, and writes one line about it: route, status and id, never
/// what was asked.
async fn observe(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // Ours, whatever the request says: what somebody else wrote does not get into logs.
    let id = Uuid::now_v7();
    let answer = tokio::time::timeout(node.options.request_within, next.run(request)).await;
    let mut answer = answer.unwrap_or_else(|_| {
        Failure(ApiError::of(ErrorCode::Offline, "the request took too long")).into_response()
    });
    node.metrics.requests.inc();
    if answer.status().is_server_error() {
        node.metrics.defects.inc();
    }
    tracing::info!(
        method = %method,
        route = route.as_deref().unwrap_or("other"),
        status = answer.status().as_u16(),
        millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        request = %id,
        "request"
    );
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    answer
}

/// A panic ends one request, not the process. Its text stays here.
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> HttpResponse<Body> {
    tracing::error!("a request panicked");
    Failure(ApiError::of(ErrorCode::Internal, "a defect of the server")).into_response()
}
