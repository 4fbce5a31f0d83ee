//! Reading the log and the entities.

use firebell_domain::{
    chain::Hash,
    entity::Entity,
    id::{EntityId, SetId},
    time::Timestamp,
};
use firebell_server::store::{
    SnapshotKey, StoreError, StoredAnswer, StoredRow, bigint, priority, recent_since,
};
use sqlx::{SqliteExecutor, SqlitePool};

use crate::{
    error::{corrupt, failed},
    meta::{hash, id_list, uuid},
};

/// A row of the log as SQLite gives it.
struct LogRow {
    seq: i64,
    entity: Vec<u8>,
    incident: Option<Vec<u8>>,
    salt: Vec<u8>,
    head: Vec<u8>,
    set_end: i64,
    body: Vec<u8>,
}

impl LogRow {
    fn read(self) -> Result<StoredRow, StoreError> {
        let incident = self.incident.as_deref().map(uuid).transpose()?;
        Ok(StoredRow {
            seq: self.seq as u64,
            entity: EntityId(uuid(&self.entity)?),
            incident: incident.map(EntityId),
            salt: self.salt.try_into().map_err(|_| corrupt("a salt has not 16 bytes"))?,
            head: hash(&self.head)?,
            set_end: self.set_end as u64,
            row: self.body,
        })
    }
}

pub(crate) async fn rows_after(
    db: &SqlitePool,
    seq: u64,
    limit: usize,
) -> Result<Vec<StoredRow>, StoreError> {
    let (after, to) = (bigint(seq), bigint(seq.saturating_add(limit.max(1) as u64)));
    let rows = between(db, after, to).await?;
    let last = rows.iter().rposition(|row| row.set_end == row.seq);
    match (last, rows.first()) {
        // A set larger than the limit comes whole nevertheless.
        (None, Some(first)) => between(db, after, bigint(first.set_end)).await,
        (None, None) => Ok(rows),
        (Some(last), _) => Ok(rows.into_iter().take(last + 1).collect()),
    }
}

async fn between(db: &SqlitePool, after: i64, to: i64) -> Result<Vec<StoredRow>, StoreError> {
    // Numbers have no gaps, so there are no more than this; whatever was asked, it is bounded.
    let limit = to.saturating_sub(after).max(0);
    let rows = sqlx::query_as!(
        LogRow,
        "SELECT seq, entity, incident, salt, head, set_end, body FROM log
         WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        after,
        to,
        limit
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(LogRow::read).collect()
}

pub(crate) async fn rows_of(
    db: &SqlitePool,
    incident: EntityId,
    seq: u64,
    limit: usize,
) -> Result<Vec<StoredRow>, StoreError> {
    let (incident, seq, limit) = (incident.0.as_bytes().as_slice(), bigint(seq), bigint(limit));
    let rows = sqlx::query_as!(
        LogRow,
        "SELECT seq, entity, incident, salt, head, set_end, body FROM log
         WHERE incident = ? AND seq > ? ORDER BY seq LIMIT ?",
        incident,
        seq,
        limit
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(LogRow::read).collect()
}

pub(crate) async fn head_at(db: &SqlitePool, seq: u64) -> Result<Option<Hash>, StoreError> {
    if seq == 0 {
        return Ok(Some(Hash::ZERO));
    }
    let seq = bigint(seq);
    let head = sqlx::query_scalar!("SELECT head FROM log WHERE seq = ?", seq)
        .fetch_optional(db)
        .await
        .map_err(failed)?;
    head.map(|head| hash(&head)).transpose()
}

/// Entities from their bodies.
pub(crate) fn read(bodies: Vec<Vec<u8>>) -> Result<Vec<Entity>, StoreError> {
    let read = |body: Vec<u8>| {
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::Corrupt(format!("an entity cannot be read: {error}")))
    };
    bodies.into_iter().map(read).collect()
}

pub(crate) async fn entities(
    db: impl SqliteExecutor<'_>,
    ids: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let ids = id_list(ids.iter().map(|id| id.0));
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE id IN (SELECT unhex(value) FROM json_each(?))",
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// Entities and the incident of each.
pub(crate) async fn with_incidents(
    db: impl SqliteExecutor<'_>,
    ids: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let ids = id_list(ids.iter().map(|id| id.0));
    let bodies = sqlx::query_scalar!(
        r#"WITH wanted (id) AS MATERIALIZED (SELECT unhex(value) FROM json_each(?))
           SELECT body AS "body!: Vec<u8>" FROM entity WHERE id IN (
               SELECT id FROM wanted
               UNION SELECT incident FROM entity WHERE id IN (SELECT id FROM wanted))"#,
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

pub(crate) async fn pages_of(
    db: impl SqliteExecutor<'_>,
    incidents: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let ids = id_list(incidents.iter().map(|id| id.0));
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity
         WHERE kind = 'page' AND incident IN (SELECT unhex(value) FROM json_each(?))",
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

pub(crate) async fn entities_of(
    db: &SqlitePool,
    incident: EntityId,
) -> Result<Vec<Entity>, StoreError> {
    let incident = incident.0.as_bytes().as_slice();
    let bodies =
        sqlx::query_scalar!("SELECT body FROM entity WHERE incident = ? ORDER BY id", incident)
            .fetch_all(db)
            .await
            .map_err(failed)?;
    read(bodies)
}

pub(crate) async fn directory_after(
    db: impl SqliteExecutor<'_>,
    seq: u64,
) -> Result<Vec<Entity>, StoreError> {
    let seq = bigint(seq);
    let bodies =
        sqlx::query_scalar!("SELECT body FROM entity WHERE directory = 1 AND seq > ?", seq)
            .fetch_all(db)
            .await
            .map_err(failed)?;
    read(bodies)
}

pub(crate) async fn answers(
    db: impl SqliteExecutor<'_>,
    sets: &[SetId],
) -> Result<Vec<StoredAnswer>, StoreError> {
    let ids = id_list(sets.iter().map(|id| id.0));
    let rows = sqlx::query!(
        "SELECT change_set, device, body, first, last, refusal FROM answer
         WHERE change_set IN (SELECT unhex(value) FROM json_each(?))",
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    let read = |refusal: Vec<u8>| {
        serde_json::from_slice(&refusal).map_err(|_| corrupt("a refusal cannot be read"))
    };
    rows.into_iter()
        .map(|row| {
            Ok(StoredAnswer {
                set: SetId(uuid(&row.change_set)?),
                device: row.device.as_deref().map(uuid).transpose()?.map(Into::into),
                body: hash(&row.body)?,
                rows: row.first.zip(row.last).map(|(first, last)| (first as u64, last as u64)),
                refusal: row.refusal.map(read).transpose()?,
            })
        })
        .collect()
}

/// A page of a first sync. See [`firebell_server::store::SnapshotKey`] for what the priorities hold.
pub(crate) async fn snapshot_page(
    db: &SqlitePool,
    key: SnapshotKey,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Entity>, StoreError> {
    let after = key.after.map_or(Vec::new(), |id| id.0.as_bytes().to_vec());
    let group = match key.after {
        None => None,
        Some(_) => sqlx::query_scalar!("SELECT incident FROM entity WHERE id = ?", after)
            .fetch_optional(db)
            .await
            .map_err(failed)?
            .flatten(),
    };
    let mut bodies = Vec::new();
    // First what belongs to no incident: the directory, or (last of all) test pages.
    if group.is_none() && matches!(key.priority, priority::BOARD | priority::REST) {
        let (directory, limit) = (i64::from(key.priority == priority::BOARD), bigint(limit));
        bodies = sqlx::query_scalar!(
            "SELECT body FROM entity WHERE incident IS NULL AND directory = ? AND id > ?
             ORDER BY id LIMIT ?",
            directory,
            after,
            limit
        )
        .fetch_all(db)
        .await
        .map_err(failed)?;
    }
    let rest = bigint(limit.saturating_sub(bodies.len()));
    let after = if group.is_none() { Vec::new() } else { after };
    let group = group.unwrap_or_default();
    let (start, cut) = (bigint(key.start), recent_since(now).0);
    bodies.extend(match key.priority {
        priority::BOARD | priority::OPEN => {
            let whole = i64::from(key.priority == priority::OPEN);
            sqlx::query_scalar!(
                r#"SELECT e.body AS "body!: Vec<u8>"
                   FROM entity i INDEXED BY entity_open
                   CROSS JOIN entity e INDEXED BY entity_of_incident ON e.incident = i.id
                   WHERE i.open = 1 AND i.id >= ?1 AND (i.id > ?1 OR e.id > ?2)
                     AND (?3 OR e.kind IN ('incident', 'page'))
                   ORDER BY i.id, e.id LIMIT ?4"#,
                group,
                after,
                whole,
                rest
            )
            .fetch_all(db)
            .await
            .map_err(failed)?
        }
        _ => {
            let recent = i64::from(key.priority == priority::RECENT);
            sqlx::query_scalar!(
                r#"SELECT e.body AS "body!: Vec<u8>"
                   FROM entity i INDEXED BY entity_incident
                   CROSS JOIN entity e INDEXED BY entity_of_incident ON e.incident = i.id
                   WHERE i.kind = 'incident' AND i.id >= ?1 AND (i.id > ?1 OR e.id > ?2)
                     AND (i.declared_at >= ?3) = ?4 AND NOT (i.open = 1 AND i.seq <= ?5)
                   ORDER BY i.id, e.id LIMIT ?6"#,
                group,
                after,
                cut,
                recent,
                start,
                rest
            )
            .fetch_all(db)
            .await
            .map_err(failed)?
        }
    });
    read(bodies)
}
