//! Rows of the log, and the answers that go with them.

use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId, SetId, WorkspaceId},
};
use firebell_server::store::{StoreError, StoredAnswer, StoredRow, bigint};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::{
    error::{corrupt, failed},
    meta::hash,
};

/// A row as PostgreSQL gives it.
struct LogRow {
    seq: i64,
    entity: Uuid,
    incident: Option<Uuid>,
    salt: Vec<u8>,
    head: Vec<u8>,
    set_end: i64,
    body: Vec<u8>,
}

impl LogRow {
    fn read(self) -> Result<StoredRow, StoreError> {
        Ok(StoredRow {
            seq: self.seq as u64,
            entity: EntityId(self.entity),
            incident: self.incident.map(EntityId),
            salt: self.salt.try_into().map_err(|_| corrupt("a salt has not 16 bytes"))?,
            head: hash(&self.head)?,
            set_end: self.set_end as u64,
            row: self.body,
        })
    }
}

/// Rows after `seq`, at most `limit` but never splitting a set.
pub(crate) async fn rows_after(
    db: &PgPool,
    workspace: WorkspaceId,
    seq: u64,
    limit: usize,
) -> Result<Vec<StoredRow>, StoreError> {
    let to = seq.saturating_add(limit.max(1) as u64);
    let mut rows = between(db, workspace, seq, to).await?;
    match (rows.iter().rposition(|row| row.set_end == row.seq), rows.first()) {
        // A set larger than the limit comes whole nevertheless.
        (None, Some(first)) => between(db, workspace, seq, first.set_end).await,
        (None, None) => Ok(rows),
        (Some(last), _) => {
            rows.truncate(last + 1);
            Ok(rows)
        }
    }
}

async fn between(
    db: &PgPool,
    workspace: WorkspaceId,
    after: u64,
    to: u64,
) -> Result<Vec<StoredRow>, StoreError> {
    let (after, to) = (bigint(after), bigint(to));
    // Numbers have no gaps, so there are no more than this; whatever was asked, it is bounded.
    let limit = to.saturating_sub(after).max(0);
    let rows = sqlx::query_as!(
        LogRow,
        "SELECT seq, entity, incident, salt, head, set_end, body FROM log
         WHERE workspace = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
        workspace.0,
        after,
        to,
        limit
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(LogRow::read).collect()
}

/// Rows of one incident after `seq`.
pub(crate) async fn rows_of(
    db: &PgPool,
    workspace: WorkspaceId,
    incident: EntityId,
    seq: u64,
    limit: usize,
) -> Result<Vec<StoredRow>, StoreError> {
    let rows = sqlx::query_as!(
        LogRow,
        "SELECT seq, entity, incident, salt, head, set_end, body FROM log
         WHERE workspace = $1 AND incident = $2 AND seq > $3 ORDER BY seq LIMIT $4",
        workspace.0,
        incident.0,
        bigint(seq),
        bigint(limit)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(LogRow::read).collect()
}

/// Head of the chain after the row `seq`; none beyond the end.
pub(crate) async fn head_at(
    db: &PgPool,
    workspace: WorkspaceId,
    seq: u64,
) -> Result<Option<Hash>, StoreError> {
    if seq == 0 {
        return Ok(Some(Hash::ZERO));
    }
    let head = sqlx::query_scalar!(
        "SELECT head FROM log WHERE workspace = $1 AND seq = $2",
        workspace.0,
        bigint(seq)
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    head.map(|head| hash(&head)).transpose()
}

/// Appends rows.
pub(crate) async fn insert(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    rows: &[StoredRow],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let seqs: Vec<i64> = rows.iter().map(|row| bigint(row.seq)).collect();
    let entities: Vec<Uuid> = rows.iter().map(|row| row.entity.0).collect();
    let incidents: Vec<Option<Uuid>> = rows.iter().map(|row| row.incident.map(|id| id.0)).collect();
    let salts: Vec<&[u8]> = rows.iter().map(|row| row.salt.as_slice()).collect();
    let heads: Vec<&[u8]> = rows.iter().map(|row| row.head.0.as_slice()).collect();
    let ends: Vec<i64> = rows.iter().map(|row| bigint(row.set_end)).collect();
    let bodies: Vec<&[u8]> = rows.iter().map(|row| row.row.as_slice()).collect();
    sqlx::query!(
        "INSERT INTO log (workspace, seq, entity, incident, salt, head, set_end, body)
         SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::bytea[], $6::bytea[],
                                  $7::bigint[], $8::bytea[])",
        workspace.0,
        &seqs,
        &entities,
        incidents.as_slice() as &[Option<Uuid>],
        salts.as_slice() as &[&[u8]],
        heads.as_slice() as &[&[u8]],
        &ends,
        bodies.as_slice() as &[&[u8]]
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Stored answers of these sets.
pub(crate) async fn answers(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    sets: &[SetId],
) -> Result<Vec<StoredAnswer>, StoreError> {
    let ids: Vec<Uuid> = sets.iter().map(|set| set.0).collect();
    let rows = sqlx::query!(
        "SELECT change_set, device, body, first, last, refusal FROM answer
         WHERE workspace = $1 AND change_set = ANY ($2)",
        workspace.0,
        &ids
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
                set: SetId(row.change_set),
                device: row.device.map(DeviceId),
                body: hash(&row.body)?,
                rows: row.first.zip(row.last).map(|(first, last)| (first as u64, last as u64)),
                refusal: row.refusal.map(read).transpose()?,
            })
        })
        .collect()
}

/// Keeps answers. A second answer to a set is a defect, and fails.
pub(crate) async fn insert_answers(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    answers: &[StoredAnswer],
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let sets: Vec<Uuid> = answers.iter().map(|answer| answer.set.0).collect();
    let devices: Vec<Option<Uuid>> = answers.iter().map(|a| a.device.map(|id| id.0)).collect();
    let bodies: Vec<&[u8]> = answers.iter().map(|answer| answer.body.0.as_slice()).collect();
    let firsts: Vec<Option<i64>> = answers.iter().map(|a| a.rows.map(|r| bigint(r.0))).collect();
    let lasts: Vec<Option<i64>> = answers.iter().map(|a| a.rows.map(|r| bigint(r.1))).collect();
    let refusals = answers
        .iter()
        .map(|answer| answer.refusal.as_ref().map(serde_json::to_vec).transpose())
        .collect::<Result<Vec<Option<Vec<u8>>>, _>>()
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query!(
        "INSERT INTO answer (workspace, change_set, device, body, first, last, refusal)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bigint[], $6::bigint[],
                                  $7::bytea[])",
        workspace.0,
        &sets,
        devices.as_slice() as &[Option<Uuid>],
        bodies.as_slice() as &[&[u8]],
        firsts.as_slice() as &[Option<i64>],
        lasts.as_slice() as &[Option<i64>],
        refusals.as_slice() as &[Option<Vec<u8>>]
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}
