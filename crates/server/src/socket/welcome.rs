//! The first frame: which version, whose session, and how the desktop goes on.

use axum::extract::ws::Message;
use firebell_domain::chain::Hash;
use firebell_protocol::{
    MAX_FRAME, OLDEST_VERSION, VERSION,
    error::{ApiError, ErrorCode},
    frame::{Resume, ToServer},
    row::Cursor,
};
use futures_util::StreamExt;
use serde_json::Value;

use super::Stream;
use crate::{
    accounts::{entry::unavailable, token::Token},
    delivery::line::Session,
    node::Node,
    store::{Head, StoreError},
};

/// When a device spoke is noted at most so often, in milliseconds: every reconnect of every desktop
/// after a restart would be a write otherwise.
const SEEN_EVERY_MILLIS: i64 = 10 * 60 * 1_000;

/// What a desktop said about itself, checked.
pub(super) struct Hello {
    pub(super) session: Session,
    pub(super) cursor: Option<Cursor>,
    pub(super) keys_left: u32,
    pub(super) highest_key: u64,
}

/// Reads the first frame; none when the desktop went away.
pub(super) async fn hello(node: &Node, stream: &mut Stream) -> Result<Option<Hello>, ApiError> {
    let first = tokio::time::timeout(node.options.hello_within, first_text(stream)).await;
    let text = match first {
        Ok(Ok(Some(text))) => text,
        Ok(Ok(None)) => return Ok(None),
        Ok(Err(error)) => return Err(error),
        Err(_) => return Err(invalid("no hello in time")),
    };
    let raw: Value = serde_json::from_str(&text).map_err(|_| invalid("the hello is not JSON"))?;
    // The version first: a hello of another version may look different otherwise.
    let spoken = raw.get("protocol").and_then(Value::as_u64).unwrap_or_default();
    check_version(u32::try_from(spoken).unwrap_or(u32::MAX))?;
    let Ok(ToServer::Hello { token, device, cursor, keys_left, highest_key, .. }) =
        serde_json::from_value(raw)
    else {
        return Err(invalid("the first frame is no hello"));
    };
    let (session, record) = node.accounts.session(Token::sent(&token).hash()).await?;
    if session.device != device {
        // A copied database under another session would mix two lines of numbers.
        return Err(ApiError::of(ErrorCode::SignedOut, "the session belongs to another device"));
    }
    let now = node.options.clock.now();
    if record.seen_at.is_none_or(|seen| now.since(seen) > SEEN_EVERY_MILLIS) {
        node.store.device_seen(device).await.map_err(unavailable)?;
    }
    Ok(Some(Hello { session, cursor, keys_left, highest_key }))
}

async fn first_text(stream: &mut Stream) -> Result<Option<String>, ApiError> {
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(text)) if text.len() > MAX_FRAME => return Err(too_large()),
            Ok(Message::Text(text)) => return Ok(Some(text.as_str().to_owned())),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(Message::Binary(_)) => return Err(invalid("frames are texts")),
            Ok(Message::Close(_)) => return Ok(None),
            Err(error) => return unreadable(error).map_or(Ok(None), Err),
        }
    }
    Ok(None)
}

/// Whether this server speaks a version.
///
/// # Errors
/// `ProtocolVersion` with what this server speaks.
pub(crate) fn check_version(spoken: u32) -> Result<(), ApiError> {
    if (OLDEST_VERSION..=VERSION).contains(&spoken) {
        return Ok(());
    }
    let error = ApiError::of(ErrorCode::ProtocolVersion, "another version of the protocol");
    Err(error
        .with("spoken", spoken.to_string())
        .with("oldest", OLDEST_VERSION.to_string())
        .with("newest", VERSION.to_string()))
}

/// How a desktop with this cursor goes on.
pub(super) async fn resume(
    node: &Node,
    head: &Head,
    cursor: Option<Cursor>,
) -> Result<Resume, StoreError> {
    let Some(cursor) = cursor else { return Ok(Resume::Snapshot) };
    if cursor.workspace != head.workspace {
        return Ok(Resume::ChainBroken);
    }
    if cursor.epoch != head.epoch {
        return Ok(Resume::NewEpoch);
    }
    let stands = match cursor.seq {
        0 => Some(Hash::ZERO),
        seq => node.store.head_at(seq).await?,
    };
    if stands != Some(cursor.head) {
        return Ok(Resume::ChainBroken);
    }
    if head.seq.saturating_sub(cursor.seq) > node.options.max_behind {
        return Ok(Resume::Snapshot);
    }
    Ok(Resume::Rows)
}

/// The error for what a desktop sent, or none when the connection itself broke.
pub(super) fn unreadable(error: axum::Error) -> Option<ApiError> {
    use tungstenite::Error as Cause;
    match error.into_inner().downcast::<Cause>().map(|cause| *cause) {
        Ok(Cause::Capacity(_)) => Some(too_large()),
        Ok(Cause::Utf8(_)) => Some(invalid("frames are texts")),
        _ => None,
    }
}

pub(super) fn too_large() -> ApiError {
    ApiError::of(ErrorCode::TooLarge, "a frame is too large").with("max", MAX_FRAME.to_string())
}

pub(super) fn invalid(message: &str) -> ApiError {
    ApiError::of(ErrorCode::Invalid, message)
}
