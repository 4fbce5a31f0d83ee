//! Files on their way to the server, piece by piece, from where it stopped.

use std::io;

use bytes::Bytes;
use firebell_domain::file::FileRef;
use firebell_protocol::http::{UPLOAD_PIECE, UploadState};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{Shelf, shelf::Spot};
use crate::{
    Client,
    api::{ApiError, ErrorCode},
    session::Secret,
    transport::Http,
};

/// How often an upload may find that it stands elsewhere than it thought.
const MAX_ELSEWHERE: u32 = 5;

impl Client {
    /// Sends what the server does not have yet, one after the other, as far as it goes.
    pub(super) async fn send_files(&self, shelf: &Shelf) {
        let unsent = shelf.unsent().unwrap_or_else(|error| {
            tracing::error!(%error, "it cannot be read which files were not sent");
            Vec::new()
        });
        for spot in unsent {
            let Some((http, token)) = self.reach_files() else { return };
            let Ok(Some((_, file))) = self.named_file(spot.entry, spot.hash).await else {
                continue;
            };
            let failed =
                shelf.way(spot.incident, spot.hash).is_some_and(|way| way.failure.is_some());
            if failed || !shelf.begin(spot.incident, spot.hash) {
                continue;
            }
            let sent = self.send_file(shelf, (&http, &token), &spot, &file).await;
            let (failure, over) = match sent {
                Ok(()) => match shelf.note_sent(&spot) {
                    Ok(()) => (None, false),
                    Err(error) => (Some(not_saved(error)), false),
                },
                // The entry is not there yet; it is on its way, or was refused.
                Err(error) if error.code == ErrorCode::NotFound => (None, false),
                Err(error) if error.retryable => (None, true),
                Err(error) => {
                    tracing::warn!(%error, "a file was not sent");
                    (Some(error), false)
                }
            };
            let tell = over || failure.is_some() || !shelf.is_unsent(&spot);
            shelf.ended(spot.incident, spot.hash, failure);
            if tell {
                self.tell_files(spot.incident);
            }
            if over {
                return;
            }
        }
    }

    async fn send_file(
        &self,
        shelf: &Shelf,
        (http, token): (&Http, &Secret),
        spot: &Spot,
        file: &FileRef,
    ) -> Result<(), ApiError> {
        let path = shelf.path(spot.incident, spot.hash);
        let mut bytes = match tokio::fs::File::open(&path).await {
            Ok(bytes) => bytes,
            Err(_) => return Err(ApiError::field("file", "error-file-gone")),
        };
        let upload = format!("/entries/{}/files/{}/upload", spot.entry, spot.hash);
        let mut state: UploadState = http.get(&upload, token.reveal()).await?;
        let mut elsewhere = 0;
        // One turn for each piece, and a few for finding out where it stands.
        for _ in 0..file.bytes / UPLOAD_PIECE + 2 + u64::from(MAX_ELSEWHERE) {
            if state.done {
                return Ok(());
            }
            shelf.moved(spot.incident, spot.hash, state.received);
            self.tell_files(spot.incident);
            let piece = read(&mut bytes, state.received).await.map_err(not_saved)?;
            let at = format!("{upload}?at={}", state.received);
            state = match http.patch(&at, token.reveal(), piece).await {
                Ok(state) => state,
                Err(error) if error.code == ErrorCode::Conflict && elsewhere < MAX_ELSEWHERE => {
                    elsewhere += 1;
                    http.get(&upload, token.reveal()).await?
                }
                Err(error) => return Err(error),
            };
        }
        Err(ApiError::of(ErrorCode::Offline, "the upload does not get on"))
    }
}

async fn read(file: &mut tokio::fs::File, from: u64) -> io::Result<Bytes> {
    file.seek(io::SeekFrom::Start(from)).await?;
    let mut piece = Vec::new();
    file.take(UPLOAD_PIECE).read_to_end(&mut piece).await?;
    Ok(piece.into())
}

/// A disk that refuses.
#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
pub(crate) fn not_saved(error: io::Error) -> ApiError {
    ApiError::of(ErrorCode::NotSaved, error.to_string())
}
