//! A first sync: chunks of entities as they come, resumable, and what is left to do at the end.

use std::collections::BTreeSet;

use firebell_domain::{chain::Hash, entity::Kind, id::EntityId, time::Timestamp};
use firebell_protocol::http::{IncidentDump, SnapshotChunk, priority};
use sqlx::SqliteConnection;

use super::{
    Store, StoreError, Writing, entity_id,
    history::want_history,
    life::{own_accepted, whole_outbox},
    load::{signed, unsigned},
    save::save,
    state,
    verbatim::{Verbatim, parse_all, save_entities},
};
use crate::replica::{Place, Restored, restore};

/// How far a first sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Life of the record that it reads.
    pub epoch: u64,
    /// The log goes on from here when it is done.
    pub start: u64,
    /// Head of the chain there.
    pub head: Hash,
    /// Token of the next chunk; none when only the end is left.
    pub next: Option<String>,
    /// Priority of the last chunk; after [`priority::BOARD`] the board is whole.
    pub priority: u8,
    /// Entities so far.
    pub done: u64,
    /// Entities in all.
    pub total: u64,
}

impl Progress {
    /// In percent.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let share = (self.done * 100).checked_div(self.total).unwrap_or(100);
        u8::try_from(share.min(100)).unwrap_or(100)
    }
}

impl Store {
    /// How far the first sync is; none when none is under way.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn snapshot(&self) -> Result<Option<Progress>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        progress(&mut connection).await
    }

    /// The token with which the server does not go on any more is dropped: the first sync begins anew.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn drop_snapshot(&self) -> Result<(), StoreError> {
        self.write(|writing| {
            Box::pin(async move {
                sqlx::query!("DELETE FROM snapshot").execute(&mut writing.connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// Writes a chunk; the last one ends the first sync. An entity that is not newer than what is here
    /// changes nothing, unless what is here belongs to an earlier life of the record.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses; `Corrupt` when the chunk cannot be read.
    pub async fn save_chunk(
        &self,
        chunk: SnapshotChunk,
        now: Timestamp,
    ) -> Result<Option<Progress>, StoreError> {
        let mut chunk = chunk;
        let entities = parse_all(std::mem::take(&mut chunk.entities))?;
        self.write(move |writing| Box::pin(save_chunk(writing, chunk, entities, now))).await
    }

    /// Writes all entities of an incident that the person may see now; its older rows are fetched next.
    ///
    /// # Errors
    /// See [`Store::save_chunk`].
    pub async fn save_incident(
        &self,
        dump: IncidentDump,
        incident: EntityId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entities = parse_all(dump.entities)?;
        self.write(move |writing| {
            Box::pin(async move {
                let life = state::life(&mut writing.connection).await?;
                save_entities(writing, entities, life, now).await?;
                want_history(&mut writing.connection, std::iter::once(incident), true).await
            })
        })
        .await
    }
}

/// How far the first sync is.
pub(super) async fn progress(
    connection: &mut SqliteConnection,
) -> Result<Option<Progress>, StoreError> {
    let row = sqlx::query!("SELECT epoch, start, head, next, priority, done, total FROM snapshot")
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Progress {
            epoch: unsigned(row.epoch),
            start: unsigned(row.start),
            head: Hash::from_slice(&row.head)
                .ok_or_else(|| StoreError::Corrupt("a head is not 32 bytes".to_owned()))?,
            next: row.next,
            priority: u8::try_from(row.priority).unwrap_or(0),
            done: unsigned(row.done),
            total: unsigned(row.total),
        })
    })
    .transpose()
}

async fn save_chunk(
    writing: &mut Writing,
    chunk: SnapshotChunk,
    entities: Vec<Verbatim>,
    now: Timestamp,
) -> Result<Option<Progress>, StoreError> {
    let (epoch, start, head) = (signed(chunk.epoch), signed(chunk.start), chunk.head.0.to_vec());
    let (done, total) = (signed(chunk.done), signed(chunk.total));
    sqlx::query!(
        "INSERT INTO snapshot (one, epoch, start, head, next, priority, done, total)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (one) DO UPDATE SET epoch = ?1, start = ?2, head = ?3, next = ?4, priority = ?5,
                                         done = ?6, total = ?7",
        epoch,
        start,
        head,
        chunk.next,
        chunk.priority,
        done,
        total
    )
    .execute(&mut writing.connection)
    .await?;
    let incidents: Vec<EntityId> = entities
        .iter()
        .filter(|(entity, _)| entity.kind == Kind::INCIDENT)
        .map(|(entity, _)| entity.id)
        .collect();
    save_entities(writing, entities, chunk.epoch, now).await?;
    let ahead = chunk.priority <= priority::RECENT;
    want_history(&mut writing.connection, incidents.into_iter(), ahead).await?;
    writing.changed.sync = true;
    if chunk.next.is_some() {
        return progress(&mut writing.connection).await;
    }
    finish(writing, chunk.epoch, Place { seq: chunk.start, head: chunk.head }, now).await?;
    Ok(None)
}

async fn finish(
    writing: &mut Writing,
    epoch: u64,
    place: Place,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let before = state::desktop(connection).await?;
    let new_life = before.epoch.is_some_and(|before| before != epoch);
    let mut offers = Vec::new();
    let mut stale = BTreeSet::new();
    if new_life {
        offers = own_accepted(connection, writing.identity.person).await?;
        let life = signed(epoch);
        let ids = sqlx::query_scalar!("SELECT id FROM entity WHERE seq > 0 AND life <> ?", life)
            .fetch_all(&mut *connection)
            .await?;
        stale = ids.iter().map(|id| entity_id(id)).collect::<Result<_, _>>()?;
        // Rows of the earlier life tell of places that mean something else now.
        sqlx::query!("DELETE FROM stream WHERE seq IS NOT NULL").execute(&mut *connection).await?;
        sqlx::query!("DELETE FROM history").execute(&mut *connection).await?;
        sqlx::query!("UPDATE history_missing SET after = 0").execute(&mut *connection).await?;
    }
    let slice = whole_outbox(connection, &offers, stale).await?;
    let writes = restore(&slice, Restored { place, new_life, offers });
    let epoch_column = signed(epoch);
    sqlx::query!("UPDATE desktop SET epoch = ?, chain_broken = 0 WHERE one = 1", epoch_column)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM snapshot").execute(&mut *connection).await?;
    save(writing, writes, epoch, now).await
}
