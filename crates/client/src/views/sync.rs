//! What has left this desktop, what waits, what was refused.

use super::on_call;
use crate::{
    Client,
    api::{
        ApiError,
        sync::{SyncView, SyncWord},
    },
    file::not_saved,
    store::StoreError,
};

/// The sync state, with whom to phone meanwhile.
pub(crate) async fn view(client: &Client) -> Result<SyncView, ApiError> {
    let state = client.sync_state();
    let (waiting, conflicts) = match client.store() {
        Err(_) => (0, 0),
        Ok(store) => {
            let row = sqlx::query!(
                r#"SELECT (SELECT COUNT(*) FROM outbox WHERE last IS NULL) AS "waiting!: i64",
                     (SELECT COUNT(DISTINCT root) FROM refused) AS "conflicts!: i64""#
            )
            .fetch_one(store.readers())
            .await
            .map_err(StoreError::from)?;
            let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
            // Text that was written in a document and not sent is not sent either.
            let documents = store.unsent_documents().await?;
            (count(row.waiting).saturating_add(documents), count(row.conflicts))
        }
    };
    let waiting = waiting.saturating_add(unsent_files(client).await?);
    let now = client.host().now();
    let lines = on_call::lines(&client.directory(), client.settings_id(), now);
    Ok(SyncView {
        word: word(state.solo, state.online, waiting, conflicts),
        waiting,
        conflicts,
        online: state.online,
        offline_since: state.offline_since,
        last_synced: state.last_synced,
        blocked: state.blocked,
        keys_left: state.keys_left,
        clock_skew: state.clock_skew,
        chain_broken: state.chain_broken,
        direct_dial: on_call::direct_dial(&lines),
        cannot_ring: state.cannot_ring,
        first_sync: state.first_sync,
    })
}

/// Files that wait to be sent, of entries that stand.
async fn unsent_files(client: &Client) -> Result<u32, ApiError> {
    let Ok(shelf) = client.shelf() else { return Ok(0) };
    let mut count = 0;
    for spot in shelf.unsent().map_err(not_saved)? {
        count += u32::from(client.named_file(spot.entry, spot.hash).await?.is_some());
    }
    Ok(count)
}

fn word(solo: bool, online: bool, waiting: u32, conflicts: u32) -> SyncWord {
    match (conflicts, solo) {
        (1.., _) => SyncWord::Conflict,
        (0, true) => SyncWord::Saved,
        (0, false) if online && waiting == 0 => SyncWord::Sent,
        (0, false) => SyncWord::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_word_says_what_matters_most() {
        assert_eq!(word(true, true, 1, 0), SyncWord::Saved);
        assert_eq!(word(false, true, 0, 0), SyncWord::Sent);
        assert_eq!(word(false, true, 2, 0), SyncWord::Waiting);
        assert_eq!(word(false, false, 0, 0), SyncWord::Waiting);
        assert_eq!(word(false, true, 0, 1), SyncWord::Conflict);
        assert_eq!(word(true, true, 0, 1), SyncWord::Conflict);
    }
}
