//! Uploads that nobody goes on with are thrown away.

use std::{sync::Arc, time::Duration};

use firebell_domain::time::Timestamp;
use futures_util::TryStreamExt;
use object_store::{ObjectMeta, path::Path};
use tokio_util::sync::CancellationToken;

use super::{Files, PARTIAL, failed};
use crate::{node::Node, store::StoreError};

/// A piece that is older than this is thrown away: a desktop that comes back later begins anew.
pub(super) const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(60 * 60);

impl Files {
    /// Throws away pieces that are too old at `now`; answers how many.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let partial = Path::from(PARTIAL);
        let parts: Vec<ObjectMeta> =
            self.0.objects.list(Some(&partial)).try_collect().await.map_err(failed)?;
        let mut swept = 0;
        for part in parts {
            let came = part.location.filename().and_then(came_at);
            if came.is_none_or(|came| now.since(came) > KEPT_MILLIS) {
                self.remove(&part.location).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// Sweeps until the process ends.
pub(crate) async fn run(node: Arc<Node>, stop: CancellationToken) {
    // Without files there is nothing to sweep; the loop stays, because one that ends is a defect.
    let Some(files) = node.options.files.clone() else { return stop.cancelled().await };
    loop {
        if let Err(error) = files.sweep(node.options.clock.now()).await {
            tracing::warn!(%error, "old uploads stay");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Which piece this is.
pub(super) fn index_of(name: &str) -> Option<usize> {
    name.split_once('-')?.0.parse().ok()
}

/// When it came.
fn came_at(name: &str) -> Option<Timestamp> {
    name.split_once('-')?.1.parse().ok().map(Timestamp)
}
