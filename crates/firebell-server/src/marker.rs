//! How far the record got, in a small file beside a SQLite file. Whoever puts a backup in its place
//! leaves that file alone, and so the next start notices that time went back.
//!
//! It may be behind the record, never ahead of it, so it never stops a server without a reason. Without
//! it (another folder, another disk) nothing is noticed: `new-epoch` is the administrator's to run.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use firebell_server::store::{Head, SharedStore};
use tokio::sync::watch;

/// The file is written at most so often.
const EVERY: Duration = Duration::from_secs(1);

/// Where a record's end is noted.
#[derive(Debug, Clone)]
pub(crate) struct Marker(Arc<Path>);

impl Marker {
    /// The marker of a SQLite file: its name and `.head`.
    pub(crate) fn beside(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push(".head");
        Self(PathBuf::from(name).into())
    }

    /// The epoch and row that this record had reached; none when that was not noted.
    pub(crate) fn reached(&self, head: &Head) -> Option<(u64, u64)> {
        let text = std::fs::read_to_string(&self.0).ok()?;
        let mut words = text.split_whitespace();
        let same = words.next()? == head.workspace.to_string();
        let reached = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        same.then_some(reached)
    }

    /// Refuses a record that ends before what it had reached.
    ///
    /// # Errors
    /// In words, with what to do.
    pub(crate) fn check(&self, head: &Head) -> Result<(), String> {
        match self.reached(head) {
            Some((epoch, seq)) if (epoch, seq) > (head.epoch, head.seq) => Err(format!(
                "the database ends at row {} of epoch {}, but it had reached row {seq} of epoch \
                 {epoch}. If it was restored from a backup, run `firebell-server new-epoch` first: \
                 desktops then offer again what the backup does not know",
                head.seq, head.epoch
            )),
            _ => Ok(()),
        }
    }

    /// Notes the record's end. What was noted before stands until the new note is whole.
    pub(crate) fn write(&self, head: &Head) -> io::Result<()> {
        let mut part = self.0.as_os_str().to_owned();
        part.push(".part");
        std::fs::write(&part, format!("{} {} {}\n", head.workspace, head.epoch, head.seq))?;
        std::fs::rename(&part, &self.0)
    }

    /// Notes the record's end once.
    pub(crate) async fn note(&self, store: &SharedStore) {
        let noted = match store.head().await {
            Ok(head) => self.write(&head).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = noted {
            tracing::warn!(error, "how far the record got was not noted beside it");
        }
    }

    /// Notes the record's end whenever it moved, until nothing can move it any more.
    pub(crate) async fn keep(self, store: SharedStore, mut newest: watch::Receiver<u64>) {
        loop {
            self.note(&store).await;
            tokio::time::sleep(EVERY).await;
            if newest.changed().await.is_err() {
                return;
            }
        }
    }
}
