//! Feeding the index from its queue, off the write path: an index row costs several times what the
//! write itself costs, and nobody waits for it.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    incident::Incident,
    search::tokens,
    timeline::Entry,
};
use sqlx::SqliteConnection;
use tokio::sync::Notify;

use super::text_of;
use crate::{
    api::ApiError,
    store::{Store, StoreError, entity_id},
};

/// Entities indexed in one transaction: it holds the writer for some milliseconds only.
const BATCH: i64 = 200;
/// Of these, so many are the newest: what was just written is found while a long queue is worked off.
const NEWEST: i64 = 50;
/// How long after a change the index follows, so that a burst of changes is one piece of work.
const IDLE: Duration = Duration::from_millis(150);
/// Looks for work that nobody announced, after a failed write for one.
const LOOK: Duration = Duration::from_secs(60);
/// Row numbers of one millisecond.
const SLOTS: i64 = 1_024;

/// The task that feeds the index of a store. It ends with the store.
#[derive(Clone)]
pub(crate) struct Feed {
    work: Arc<Notify>,
}

impl Feed {
    /// Starts feeding; begins with what the queue holds.
    pub(crate) fn start(store: &Arc<Store>) -> Self {
        let work = Arc::new(Notify::new());
        work.notify_one();
        tokio::spawn(run(Arc::downgrade(store), Arc::clone(&work)));
        Self { work }
    }

    /// Something was written that may be in the queue.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }
}

async fn run(store: Weak<Store>, work: Arc<Notify>) {
    loop {
        // Woken or not, it looks.
        let _ = tokio::time::timeout(LOOK, work.notified()).await;
        tokio::time::sleep(IDLE).await;
        loop {
            let Some(store) = store.upgrade() else { return };
            match step(&store).await {
                Ok(0) => break,
                Ok(_) => tokio::task::yield_now().await,
                Err(error) => {
                    tracing::warn!(%error, "the search index waits");
                    break;
                }
            }
        }
    }
}

/// Indexes one batch of the queue; answers how many entities that were.
pub(crate) async fn step(store: &Store) -> Result<usize, ApiError> {
    let waits = sqlx::query_scalar!("SELECT 1 FROM search_queue LIMIT 1")
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::from)?;
    if waits.is_none() {
        return Ok(0);
    }
    let done = store.write(|writing| {
        Box::pin(async move {
            let queued = sqlx::query!(
                r#"SELECT id AS "id!", entity AS "entity!" FROM
                     (SELECT id, entity FROM search_queue ORDER BY id DESC LIMIT ?1)
                   UNION
                   SELECT id AS "id!", entity AS "entity!" FROM
                     (SELECT id, entity FROM search_queue ORDER BY id LIMIT ?2)"#,
                NEWEST,
                BATCH
            )
            .fetch_all(&mut writing.connection)
            .await?;
            for one in &queued {
                index(&mut writing.connection, entity_id(&one.entity)?).await?;
                sqlx::query!("DELETE FROM search_queue WHERE id = ?", one.id)
                    .execute(&mut writing.connection)
                    .await?;
            }
            Ok(queued.len())
        })
    });
    Ok(done.await?)
}

/// Puts one entity's words into the index as they are now, in place of what stood there.
async fn index(connection: &mut SqliteConnection, id: EntityId) -> Result<(), StoreError> {
    let key = id.0.as_bytes().as_slice();
    let body = sqlx::query_scalar!("SELECT body FROM entity WHERE id = ?", key)
        .fetch_optional(&mut *connection)
        .await?;
    let entity = body.map(|body| serde_json::from_slice::<Entity>(&body)).transpose()?;
    let stood =
        sqlx::query!(r#"SELECT rowid AS "rowid!", at FROM search_doc WHERE entity = ?"#, key)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(stood) = &stood {
        sqlx::query!("DELETE FROM search WHERE rowid = ?", stood.rowid)
            .execute(&mut *connection)
            .await?;
        sqlx::query!("DELETE FROM search_doc WHERE rowid = ?", stood.rowid)
            .execute(&mut *connection)
            .await?;
    }
    let Some((incident, at, words)) = entity.as_ref().and_then(document) else { return Ok(()) };
    let rowid = match stood {
        Some(stood) if stood.at == at => stood.rowid,
        _ => free(connection, at).await?,
    };
    let incident = incident.0.as_bytes().as_slice();
    sqlx::query!(
        "INSERT INTO search_doc (rowid, entity, incident, at) VALUES (?, ?, ?, ?)",
        rowid,
        key,
        incident,
        at
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("INSERT INTO search (rowid, tokens) VALUES (?, ?)", rowid, words)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// What stands in the index for an entity: its incident, its time, its tokens.
fn document(entity: &Entity) -> Option<(EntityId, i64, String)> {
    let at = match &entity.kind {
        kind if *kind == Kind::INCIDENT => Incident(entity).declared_at(),
        kind if *kind == Kind::ENTRY => Entry(entity).happened_at(),
        _ => return None,
    };
    let words = tokens(&text_of(entity)).join(" ");
    if words.is_empty() { None } else { Some((entity.incident?, at.0, words)) }
}

/// A free row number for a time: numbers order by age, so that the newest matches come first.
async fn free(connection: &mut SqliteConnection, at: i64) -> Result<i64, StoreError> {
    let mut first = at.saturating_mul(SLOTS);
    loop {
        let last = first + SLOTS - 1;
        let taken = sqlx::query_scalar!(
            r#"SELECT MAX(rowid) AS "rowid: i64" FROM search_doc WHERE rowid BETWEEN ? AND ?"#,
            first,
            last
        )
        .fetch_one(&mut *connection)
        .await?;
        match taken {
            None => return Ok(first),
            Some(taken) if taken < last => return Ok(taken + 1),
            // A thousand in one millisecond: an import. The next one has room.
            Some(_) => first += SLOTS,
        }
    }
}
