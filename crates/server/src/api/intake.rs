//! Where monitoring systems report (D2); `docs/intake.md` says it to their administrators.
//!
//! They try again after a 503 and take any 4xx for final, 429 included: whatever keeps a report from being
//! stored is a 503 here.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use firebell_domain::intake::Format;
use firebell_protocol::error::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    caller::bearer,
    failure::{Answer, Failure},
};
use crate::{accounts::token::Token, intake, intake::events, node::Node};

/// Largest body of a report: about five thousand alerts of one group. Alertmanager takes "too large" for
/// final, so this is far above what `max_alerts` of our example lets through.
pub(super) const MAX_BODY: usize = 4 * 1024 * 1024;
/// Largest body of an event, as PagerDuty has it: its token is in it, so anybody may send one.
const MAX_EVENT: usize = 512 * 1024;

/// A group of alerts by Alertmanager's webhook.
pub(super) async fn alertmanager(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<serde_json::Value>> {
    let source = intake::source(&node, &token(&headers)?, Format::Alertmanager).await?;
    let group: intake::alertmanager::Group = read(&whole(body)?)?;
    intake::take(&node, source.id, group.signal()).await?;
    Ok(Json(json!({ "status": "ok" })))
}

/// An alert by plain JSON.
pub(super) async fn json(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let source = intake::source(&node, &token(&headers)?, Format::Json).await?;
    let alert: intake::json::Alert = read(&whole(body)?)?;
    let missing = |field: &str| ApiError::field(field, "error-text-empty");
    let signal = alert.signal().map_err(missing)?;
    let key = signal.shown_key();
    intake::take(&node, source.id, signal).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "status": "accepted", "dedup_key": key })))
        .into_response())
}

/// An alert by the Events API.
pub(super) async fn enqueue(
    State(node): State<Arc<Node>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    answer(event(&node, body).await)
}

async fn event(node: &Node, body: Result<Bytes, BytesRejection>) -> Result<String, Wrong> {
    let event: events::Event = read_event(body)?;
    let token = Token::sent(&event.routing_key);
    let source = intake::source(node, &token, Format::Events).await?;
    let signal = event.signal().map_err(Wrong::Event)?;
    let key = signal.shown_key();
    intake::take(node, source.id, signal).await?;
    Ok(key)
}

/// A change to production by the Events API.
pub(super) async fn enqueue_change(
    State(node): State<Arc<Node>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    answer(changed(&node, body).await)
}

async fn changed(node: &Node, body: Result<Bytes, BytesRejection>) -> Result<String, Wrong> {
    let event: events::ChangeEvent = read_event(body)?;
    let token = Token::sent(&event.routing_key);
    let source = intake::source(node, &token, Format::Events).await?;
    let reported = event.reported().map_err(Wrong::Event)?;
    intake::take_change(node, source, reported).await?;
    Ok(String::new())
}

/// Why an event is not taken.
enum Wrong {
    /// The event itself.
    Event(&'static str),
    /// Anything else.
    Api(ApiError),
}

impl From<ApiError> for Wrong {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// In the words of the Events API.
fn answer(answer: Result<String, Wrong>) -> Response {
    let invalid = |why: &str| {
        let body = json!({
            "status": "invalid event", "message": "Event object is invalid", "errors": [why],
        });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    match answer {
        Ok(key) => {
            let mut body = json!({ "status": "success", "message": "Event processed" });
            if !key.is_empty() {
                body["dedup_key"] = key.into();
            }
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
        Err(Wrong::Event(why)) => invalid(why),
        Err(Wrong::Api(error)) if error.code == ErrorCode::SignedOut => {
            invalid("'routing_key' lets nobody in")
        }
        Err(Wrong::Api(error)) => Failure(error).into_response(),
    }
}

fn read_event<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Wrong> {
    let body = whole(body)?;
    if body.len() > MAX_EVENT {
        return Err(ApiError::of(ErrorCode::TooLarge, "the body is too large").into());
    }
    serde_json::from_slice(&body).map_err(|_| {
        Wrong::Event("the body is no event: routing_key and event_action are required")
    })
}

fn token(headers: &HeaderMap) -> Result<Token, ApiError> {
    bearer(headers).ok_or_else(|| ApiError::of(ErrorCode::SignedOut, "a token is missing"))
}

/// The body, whatever type its sender says that it has.
fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, ApiError> {
    body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::of(ErrorCode::TooLarge, "the body is too large")
        } else {
            // It broke off under way: it comes again.
            ApiError::of(ErrorCode::Offline, "the body did not come whole")
        }
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|_| ApiError::of(ErrorCode::Invalid, "the body cannot be read"))
}
