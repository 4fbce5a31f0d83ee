//! The task that sends and fetches files while a workspace is open.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use firebell_domain::{
    entity::{Entity, Kind},
    file::{self, FileRef},
    id::EntityId,
    incident::{Incident, State},
};

use super::{Shelf, shelf::Spot};
use crate::{
    Client,
    api::{ApiError, sync::Event},
    client::WeakClient,
};

/// It is looked after so long when nothing waits, and after [`SOON`] when something does: the line may be
/// back.
const LOOK: Duration = Duration::from_secs(60);
/// See [`LOOK`].
const SOON: Duration = Duration::from_secs(3);

/// Sends and fetches until the workspace is closed.
pub(crate) async fn run(client: WeakClient, shelf: Arc<Shelf>) {
    loop {
        let waits = shelf.unsent().is_ok_and(|unsent| !unsent.is_empty());
        let (_, next) = shelf.due(Instant::now());
        let pause = if waits { SOON } else { LOOK }.min(next.unwrap_or(LOOK).max(SOON));
        let _ = tokio::time::timeout(pause, shelf.wake.notified()).await;
        let Some(client) = client.upgrade() else { return };
        client.send_files(&shelf).await;
        client.fetch_wanted(&shelf).await;
    }
}

impl Client {
    /// Has the files of changed entries fetched whose incident is open.
    pub(crate) async fn want_files(
        &self,
        changed: impl IntoIterator<Item = (EntityId, EntityId)>,
    ) -> Result<(), ApiError> {
        let (store, Ok(shelf)) = (self.store()?, self.shelf()) else { return Ok(()) };
        for (incident, entry) in changed {
            let of = store.entities(&[incident, entry]).await?;
            let (Some(incident), Some(entry)) = (of.get(&incident), of.get(&entry)) else {
                continue;
            };
            if matches!(Incident(incident).state(), State::New | State::Fixing) {
                want(&shelf, incident.id, entry);
            }
        }
        Ok(())
    }

    /// An entry and its incident, and the file of this hash.
    pub(crate) async fn named_file(
        &self,
        entry: EntityId,
        hash: firebell_domain::chain::Hash,
    ) -> Result<Option<(Spot, FileRef)>, ApiError> {
        let found = self.store()?.entity(entry).await?;
        let found = found.filter(|found| found.kind == Kind::ENTRY);
        Ok(found.and_then(|found| {
            let spot = Spot { incident: found.incident?, entry, hash };
            Some((spot, file::file(&found, hash)?))
        }))
    }

    /// Views of this incident read again.
    pub(super) fn tell_files(&self, incident: EntityId) {
        let incidents = vec![incident.to_string()];
        self.host().emit(Event::Changed { incidents, directory: false });
        self.host().emit(Event::Sync {});
    }

    /// Deletes what no entry names any more and nobody used for long.
    pub(crate) async fn sweep_files(&self) -> Result<(), ApiError> {
        let (store, shelf) = (self.store()?, self.shelf()?);
        for incident in shelf.incidents().map_err(super::send::not_saved)? {
            let entries = store.entities_of(incident, &Kind::ENTRY).await?;
            let named = entries.iter().flat_map(every_hash).collect();
            let swept = shelf.sweep_incident(incident, &named, std::time::SystemTime::now());
            let swept = swept.map_err(super::send::not_saved)?;
            if swept > 0 {
                tracing::info!(swept, "files that no entry names were deleted");
            }
        }
        Ok(())
    }
}

/// Hashes that an entry names or named.
fn every_hash(entry: &Entity) -> impl Iterator<Item = firebell_domain::chain::Hash> + '_ {
    let list = entry.lists.get(file::FILES).into_iter().flatten();
    list.filter_map(|(id, _)| firebell_domain::chain::Hash::from_hex(id))
}

fn want(shelf: &Shelf, incident: EntityId, entry: &Entity) {
    for file in file::files(entry) {
        let spot = Spot { incident, entry: entry.id, hash: file.hash };
        if !shelf.is_unsent(&spot) {
            shelf.want(spot);
        }
    }
}
