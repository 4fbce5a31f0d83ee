//! Purging an incident that the person may not see any more: no byte of it stays in the file.

use std::collections::BTreeSet;

use firebell_domain::{decide::Refusal, id::EntityId, time::Timestamp};

use super::{Store, StoreError, Writing, blob, document, entity_id, load, save::save, state};
use crate::{
    file,
    replica::{OutboxSet, forget, scrub},
};

impl Store {
    /// Purges an incident: rows, search, history, rings, files, own accepted sets. Only the person's own words
    /// that were not sent, or were refused, stay. When this answers, nothing of it stands in the file or
    /// in its write-ahead log.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses; then the server must not be told that it is done.
    pub async fn forget(&self, incident: EntityId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |writing| Box::pin(purge(writing, incident, now))).await?;
        let files = self.files();
        let forgotten = tokio::task::spawn_blocking(move || file::forget(&files, incident));
        let forgotten = forgotten.await.map_err(|error| StoreError::NotSaved(error.to_string()))?;
        forgotten.map_err(|error| StoreError::NotSaved(error.to_string()))?;
        self.truncate_log().await
    }
}

async fn purge(
    writing: &mut Writing,
    incident: EntityId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let key = blob(incident.0);
    let ids = sqlx::query_scalar!(
        "SELECT id FROM entity WHERE incident = ?1
         UNION SELECT id FROM entity_confirmed WHERE incident = ?1",
        key
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut ids: BTreeSet<EntityId> =
        ids.iter().map(|id| entity_id(id)).collect::<Result<_, _>>()?;
    let numbers = sqlx::query_scalar!("SELECT number FROM outbox WHERE incident = ?", key)
        .fetch_all(&mut *connection)
        .await?;
    let mut sets = load::slice(connection, &ids).await?.unsent;
    for number in numbers {
        load::add_set(connection, number, &mut sets).await?;
    }
    ids.extend(sets.values().flat_map(OutboxSet::entities));
    let mut slice = load::slice(connection, &ids).await?;
    slice.unsent.append(&mut sets);
    let writes = forget(&slice, incident);
    let life = state::life(connection).await?;
    save(writing, writes, life, now).await?;
    rest(writing, incident).await?;
    writing.changed.incidents.insert(incident);
    writing.changed.sync = true;
    Ok(())
}

/// Everything that is not an entity.
async fn rest(writing: &mut Writing, incident: EntityId) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let key = blob(incident.0);
    sqlx::query!("DELETE FROM history WHERE incident = ?", key).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM history_missing WHERE incident = ?", key)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM stream WHERE incident = ?", key).execute(&mut *connection).await?;
    document::purge(connection, incident).await?;
    sqlx::query!("DELETE FROM rings_shown WHERE incident = ?", key)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM own_accepted WHERE incident = ?", key)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "DELETE FROM search_queue WHERE entity IN (SELECT entity FROM search_doc WHERE incident = ?)",
        key
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM search WHERE rowid IN (SELECT rowid FROM search_doc WHERE incident = ?)",
        key
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("DELETE FROM search_doc WHERE incident = ?", key)
        .execute(&mut *connection)
        .await?;
    let refused = sqlx::query!("SELECT id, refusal FROM refused WHERE incident = ?", key)
        .fetch_all(&mut *connection)
        .await?;
    for row in refused {
        let refusal: Refusal = serde_json::from_str(&row.refusal)?;
        let scrubbed = serde_json::to_string(&scrub(refusal))?;
        sqlx::query!("UPDATE refused SET refusal = ? WHERE id = ?", scrubbed, row.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
