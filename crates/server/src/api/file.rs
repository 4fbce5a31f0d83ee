//! Files of entries: uploads that go on where they stopped, and downloads that can (T1).
//!
//! Both are reached through an entry that names the hash. Who may not see its incident, or names a hash
//! that the entry does not have, gets the answer for what does not exist.

mod range;

use std::sync::Arc;

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{
        Path, Query, Request, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use firebell_domain::{
    chain::Hash,
    entity::Kind,
    file::{self, FileRef},
    id::EntityId,
    permission,
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    http::{UPLOAD_PIECE, UploadState},
};
use futures_util::stream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{
    caller::Caller,
    failure::{Answer, Failure, not_found, stopping},
};
use crate::{
    files::{Files, NotTaken, Place},
    node::Node,
};

/// Bytes of a download that are read and held at once.
const READ_BYTES: u64 = 256 * 1024;
/// How far an upload got, for programs that ask with `HEAD`.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

type Named = Result<Path<(EntityId, String)>, PathRejection>;

/// How far an upload got.
pub(super) async fn state(
    State(node): State<Arc<Node>>,
    caller: Caller,
    named: Named,
) -> Answer<Response> {
    let (files, place, file) = find(&node, &caller, named).await?;
    let state = files.state(&place, caller.0.device, &file).await?;
    Ok(told(state))
}

#[derive(Deserialize)]
pub(super) struct At {
    at: u64,
}

/// The next piece of an upload.
pub(super) async fn take(
    State(node): State<Arc<Node>>,
    caller: Caller,
    named: Named,
    at: Result<Query<At>, QueryRejection>,
    request: Request,
) -> Answer<Response> {
    let Query(At { at }) = at?;
    let (files, place, file) = find(&node, &caller, named).await?;
    let _turn = files.turn().await.map_err(stopping)?;
    let most = usize::try_from(UPLOAD_PIECE).unwrap_or(usize::MAX);
    let piece = to_bytes(request.into_body(), most).await.map_err(|_| {
        ApiError::of(ErrorCode::TooLarge, "the piece is too large, or the line broke")
    })?;
    let now = node.options.clock.now();
    let taken = files.take(&place, caller.0.device, &file, (at, piece), now).await;
    taken.map(told).map_err(not_taken)
}

fn told(state: UploadState) -> Response {
    let mut response = Json(state).into_response();
    response.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(state.received));
    response
}

fn not_taken(why: NotTaken) -> Failure {
    Failure(match why {
        NotTaken::Elsewhere(state) => {
            ApiError::of(ErrorCode::Conflict, "the upload stands elsewhere")
                .with("received", state.received.to_string())
        }
        NotTaken::WrongSize => ApiError::field("bytes", "error-file-length"),
        NotTaken::WrongHash => ApiError::field("hash", "error-file-hash"),
        NotTaken::TooMany => ApiError::of(ErrorCode::TooMany, "too many unfinished uploads"),
        NotTaken::Store(error) => return error.into(),
    })
}

/// The bytes of a file, or a range of them.
pub(super) async fn download(
    State(node): State<Arc<Node>>,
    caller: Caller,
    named: Named,
    headers: HeaderMap,
) -> Answer<Response> {
    let (files, place, file) = find(&node, &caller, named).await?;
    if !files.has(&place).await? {
        // Only told to who may see the entry: its author's desktop has not sent the bytes yet.
        let Failure(error) = not_found();
        return Err(Failure(error.with("file", "not_sent_yet")));
    }
    let tag = format!("\"{}\"", place.hash);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| known.split(',').any(|k| k.trim() == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(files, place, &file, &headers)
    };
    let set = response.headers_mut();
    let name = utf8_percent_encode(&file::saved_as(&file.name), NON_ALPHANUMERIC).to_string();
    for (name, value) in [
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_TYPE, file::OTHER.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ] {
        set.insert(name, HeaderValue::from_str(&value).map_err(ApiError::internal)?);
    }
    Ok(response)
}

fn body(files: Files, place: Place, file: &FileRef, headers: &HeaderMap) -> Response {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, range) = match range::read(asked, file.bytes) {
        range::Asked::Everything => (StatusCode::OK, 0..file.bytes),
        range::Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        range::Asked::Outside => {
            let unknown = [(header::CONTENT_RANGE, format!("bytes */{}", file.bytes))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, unknown).into_response();
        }
    };
    let (length, of) = (range.end - range.start, file.bytes);
    let part = format!("bytes {}-{}/{of}", range.start, range.end.saturating_sub(1));
    let pieces = stream::unfold((files, range), move |(files, range)| async move {
        if range.is_empty() {
            return None;
        }
        let end = range.end.min(range.start + READ_BYTES);
        let read = files.read(&place, range.start..end).await;
        let piece: Result<Bytes, std::io::Error> = match read {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(std::io::Error::other("the file is gone")),
            Err(error) => Err(std::io::Error::other(error)),
        };
        let next = if piece.is_ok() { end..range.end } else { range.end..range.end };
        Some((piece, (files, next)))
    });
    let mut response = (status, Body::from_stream(pieces)).into_response();
    let set = response.headers_mut();
    set.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(part) = HeaderValue::from_str(&part)
    {
        set.insert(header::CONTENT_RANGE, part);
    }
    response
}

/// The file that an entry names, for somebody who may see the entry.
async fn find(node: &Node, caller: &Caller, named: Named) -> Answer<(Files, Place, FileRef)> {
    let Path((entry, hash)) = named?;
    let hash = Hash::from_hex(&hash).ok_or_else(not_found)?;
    let found = node.store.entities(&[entry]).await?;
    let found = found.iter().find(|e| e.id == entry && e.kind == Kind::ENTRY);
    let (found, incident) =
        found.and_then(|found| Some((found, found.incident?))).ok_or_else(not_found)?;
    // Read after the entry: who lost sight meanwhile gets nothing of it.
    let of = node.store.entities(&[incident]).await?;
    let of = of.iter().find(|e| e.id == incident && e.kind == Kind::INCIDENT);
    if !of.is_some_and(|of| permission::may_see(caller.0.person, of)) {
        return Err(not_found());
    }
    let file = file::file(found, hash).ok_or_else(not_found)?;
    let files = node.options.files.clone().ok_or_else(|| {
        ApiError::of(ErrorCode::Refused, "this server keeps no files").with("refusal", "no_files")
    })?;
    Ok((files, Place { incident, entry, hash }, file))
}
