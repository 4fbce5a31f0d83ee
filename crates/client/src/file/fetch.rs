//! Files on their way from the server, piece by piece, from where it stopped.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use firebell_domain::{chain::Hash, file::FileRef};
use firebell_protocol::http::UPLOAD_PIECE;

use super::{Shelf, send::not_saved, shelf::Spot};
use crate::{
    Client,
    api::{ApiError, ErrorCode},
};

/// How long somebody who looks waits for another fetch of the same file.
const WAIT: Duration = Duration::from_secs(60);

impl Client {
    /// Fetches what open incidents need and was not there when it was tried last.
    pub(super) async fn fetch_wanted(&self, shelf: &Arc<Shelf>) {
        let (due, _) = shelf.due(Instant::now());
        for wanted in due {
            if self.reach_files().is_none() {
                return;
            }
            let spot = wanted.spot;
            let came = match self.named_file(spot.entry, spot.hash).await {
                Ok(Some((_, file))) => self.fetch_file(shelf, &spot, &file).await.is_ok(),
                // The entry went out of sight: nothing is wanted of it.
                Ok(None) => true,
                Err(_) => false,
            };
            shelf.tried(&spot, came, Instant::now());
        }
    }

    /// Has a file here when this answers.
    ///
    /// # Errors
    /// `Offline`; `NotFound` when its author's desktop has not sent it yet; `Invalid` when what came is not
    /// what the record names; `NotSaved` when the disk refuses.
    pub(crate) async fn fetch_file(
        &self,
        shelf: &Arc<Shelf>,
        spot: &Spot,
        file: &FileRef,
    ) -> Result<(), ApiError> {
        let Spot { incident, hash, .. } = *spot;
        let until = Instant::now() + WAIT;
        loop {
            let mut settled = std::pin::pin!(shelf.settled.notified());
            settled.as_mut().enable();
            if shelf.has(incident, hash) {
                return Ok(());
            }
            if shelf.begin(incident, hash) {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, settled).await.is_err() {
                return Err(ApiError::of(ErrorCode::Offline, "the file is still coming"));
            }
        }
        let came = self.fetch_now(shelf, spot, file).await;
        // What passes by itself is no failure to show: it is tried again, or when somebody looks.
        let lasting = came.as_ref().err().filter(|e| !e.retryable && e.code != ErrorCode::NotFound);
        shelf.ended(incident, hash, lasting.cloned());
        if came.is_ok() || lasting.is_some() {
            self.tell_files(incident);
        }
        came
    }

    async fn fetch_now(&self, shelf: &Shelf, spot: &Spot, file: &FileRef) -> Result<(), ApiError> {
        let offline = |what: &str| ApiError::of(ErrorCode::Offline, what);
        let _turn = shelf.fetching.acquire().await.map_err(ApiError::internal)?;
        let (http, token) = self.reach_files().ok_or_else(|| offline("not connected"))?;
        let address = format!("/entries/{}/files/{}", spot.entry, spot.hash);
        let part = shelf.part(spot.incident, spot.hash).map_err(not_saved)?;
        let mut here = fs::metadata(&part).map_or(0, |found| found.len());
        if here > file.bytes {
            fs::remove_file(&part).map_err(not_saved)?;
            here = 0;
        }
        let mut kept =
            OpenOptions::new().create(true).append(true).open(&part).map_err(not_saved)?;
        // One turn for each piece; every turn brings at least a byte, or ends it.
        for _ in 0..=file.bytes / UPLOAD_PIECE + 1 {
            if here >= file.bytes {
                break;
            }
            let end = file.bytes.min(here + UPLOAD_PIECE);
            let piece = http.get_range(&address, token.reveal(), here..end).await?;
            if piece.len() as u64 != end - here {
                return Err(offline("an answer was cut off"));
            }
            kept.write_all(&piece).map_err(not_saved)?;
            here = end;
            shelf.moved(spot.incident, spot.hash, here);
        }
        drop(kept);
        let bytes = fs::read(&part).map_err(not_saved)?;
        fs::remove_file(&part).map_err(not_saved)?;
        if Hash::of(&bytes) != spot.hash {
            return Err(ApiError::field("file", "error-file-hash"));
        }
        shelf.keep(spot.incident, spot.hash, &bytes).map_err(not_saved)?;
        // Between the answers the person may have lost sight of the incident, and its files with it:
        // rows go first, so either this sees that, or the file goes after this.
        if self.named_file(spot.entry, spot.hash).await?.is_none() {
            fs::remove_file(shelf.path(spot.incident, spot.hash)).map_err(not_saved)?;
            return Err(ApiError::of(ErrorCode::NotFound, "the entry is gone"));
        }
        Ok(())
    }
}
