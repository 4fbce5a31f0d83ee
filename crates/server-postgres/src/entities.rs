//! Entities as they stand.

use std::collections::BTreeMap;

use firebell_domain::{
    canonical,
    entity::Entity,
    id::{EntityId, WorkspaceId},
    time::Timestamp,
};
use firebell_server::store::{Columns, SnapshotKey, StoreError, bigint, priority, recent_since};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::error::failed;

/// Entities by id.
pub(crate) async fn by_id(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    ids: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND id = ANY ($2)",
        workspace.0,
        &uuids(ids)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// Entities by id, and the incident of each.
pub(crate) async fn with_incidents(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    ids: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND id IN (
             SELECT unnest($2::uuid[])
             UNION SELECT incident FROM entity WHERE workspace = $1 AND id = ANY ($2))",
        workspace.0,
        &uuids(ids)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// All pages of these incidents.
pub(crate) async fn pages_of(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    incidents: &[EntityId],
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND kind = 'page' AND incident = ANY ($2)",
        workspace.0,
        &uuids(incidents)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// All entities of an incident, itself included.
pub(crate) async fn of_incident(
    db: &PgPool,
    workspace: WorkspaceId,
    incident: EntityId,
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND incident = $2 ORDER BY id",
        workspace.0,
        incident.0
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// Entities of the directory that changed after `seq`.
pub(crate) async fn directory_after(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    seq: u64,
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND directory AND seq > $2",
        workspace.0,
        bigint(seq)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// Pages that ring now.
pub(crate) async fn ringing(
    db: &PgPool,
    workspace: WorkspaceId,
) -> Result<Vec<Entity>, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE workspace = $1 AND ringing ORDER BY id",
        workspace.0
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    read(bodies)
}

/// How many there are.
pub(crate) async fn count(db: &PgPool, workspace: WorkspaceId) -> Result<u64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM entity WHERE workspace = $1"#,
        workspace.0
    )
    .fetch_one(db)
    .await
    .map_err(failed)?;
    Ok(count as u64)
}

/// Writes entities as they stand now; of two with one id, the later.
pub(crate) async fn put(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    entities: &[Entity],
) -> Result<(), StoreError> {
    if entities.is_empty() {
        return Ok(());
    }
    // One statement cannot touch a row twice.
    let entities: Vec<&Entity> = entities
        .iter()
        .map(|entity| (entity.id, entity))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect();
    let columns: Vec<Columns> = entities.iter().map(|entity| Columns::of(entity)).collect();
    let ids: Vec<Uuid> = entities.iter().map(|entity| entity.id.0).collect();
    let kinds: Vec<&str> = entities.iter().map(|entity| entity.kind.as_str()).collect();
    let incidents: Vec<Option<Uuid>> =
        entities.iter().map(|entity| entity.incident.map(|id| id.0)).collect();
    let seqs: Vec<i64> = entities.iter().map(|entity| bigint(entity.seq)).collect();
    let directory: Vec<bool> = entities.iter().map(|entity| entity.kind.is_directory()).collect();
    let open: Vec<bool> = columns.iter().map(|columns| columns.open).collect();
    let ringing: Vec<bool> = columns.iter().map(|columns| columns.ringing).collect();
    let declared: Vec<Option<i64>> =
        columns.iter().map(|columns| columns.declared_at.map(|at| at.0)).collect();
    let bodies =
        entities.iter().map(canonical::to_bytes).collect::<Result<Vec<Vec<u8>>, _>>().map_err(
            |error| StoreError::Corrupt(format!("an entity cannot be written: {error}")),
        )?;
    sqlx::query!(
        "INSERT INTO entity
             (workspace, id, kind, incident, seq, directory, open, ringing, declared_at, body)
         SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::boolean[],
                                  $7::boolean[], $8::boolean[], $9::bigint[], $10::bytea[])
         ON CONFLICT (workspace, id) DO UPDATE SET seq = excluded.seq, open = excluded.open,
             ringing = excluded.ringing, declared_at = excluded.declared_at, body = excluded.body",
        workspace.0,
        &ids,
        kinds.as_slice() as &[&str],
        incidents.as_slice() as &[Option<Uuid>],
        &seqs,
        &directory,
        &open,
        &ringing,
        declared.as_slice() as &[Option<i64>],
        &bodies
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// A page of a first sync. See [`SnapshotKey`] for what the priorities hold.
pub(crate) async fn snapshot_page(
    db: &PgPool,
    workspace: WorkspaceId,
    key: SnapshotKey,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Entity>, StoreError> {
    let after = key.after.map_or(Uuid::nil(), |id| id.0);
    let group = match key.after {
        None => None,
        Some(_) => sqlx::query_scalar!(
            "SELECT incident FROM entity WHERE workspace = $1 AND id = $2",
            workspace.0,
            after
        )
        .fetch_optional(db)
        .await
        .map_err(failed)?
        .flatten(),
    };
    let mut bodies = Vec::new();
    // First what belongs to no incident: the directory, or (last of all) test pages.
    if group.is_none() && matches!(key.priority, priority::BOARD | priority::REST) {
        bodies = sqlx::query_scalar!(
            "SELECT body FROM entity
             WHERE workspace = $1 AND incident IS NULL AND directory = $2 AND id > $3
             ORDER BY id LIMIT $4",
            workspace.0,
            key.priority == priority::BOARD,
            after,
            bigint(limit)
        )
        .fetch_all(db)
        .await
        .map_err(failed)?;
    }
    let rest = limit.saturating_sub(bodies.len());
    if rest > 0 {
        // No incident has the id nil: from the first incident, the whole of it.
        let from = group.map_or((Uuid::nil(), Uuid::nil()), |group| (group, after));
        bodies.extend(of_incidents(db, workspace, key, from, now, rest).await?);
    }
    read(bodies)
}

/// Entities of the incidents of a priority, after `from` (incident, entity). An incident is an entity
/// of itself, so a page needs no more incidents than entities and the one where it starts.
async fn of_incidents(
    db: &PgPool,
    workspace: WorkspaceId,
    key: SnapshotKey,
    from: (Uuid, Uuid),
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let limit = bigint(limit);
    // Both parts are ordered, so the sort above them stops where the page ends.
    let bodies = match key.priority {
        priority::BOARD | priority::OPEN => {
            sqlx::query_scalar!(
                "SELECT e.body FROM (
                     SELECT id FROM entity WHERE workspace = $1 AND open AND id >= $2
                     ORDER BY id LIMIT $4::bigint + 1) i
                 CROSS JOIN LATERAL (
                     SELECT id, body FROM entity
                     WHERE workspace = $1 AND incident = i.id AND (i.id > $2 OR id > $3)
                       AND ($5 OR kind IN ('incident', 'page'))
                     ORDER BY id LIMIT $4) e
                 ORDER BY i.id, e.id LIMIT $4",
                workspace.0,
                from.0,
                from.1,
                limit,
                key.priority == priority::OPEN
            )
            .fetch_all(db)
            .await
        }
        _ => {
            sqlx::query_scalar!(
                "SELECT e.body FROM (
                     SELECT id FROM entity
                     WHERE workspace = $1 AND kind = 'incident' AND id >= $2
                       AND (declared_at >= $5) = $6 AND NOT (open AND seq <= $7)
                     ORDER BY id LIMIT $4::bigint + 1) i
                 CROSS JOIN LATERAL (
                     SELECT id, body FROM entity
                     WHERE workspace = $1 AND incident = i.id AND (i.id > $2 OR id > $3)
                     ORDER BY id LIMIT $4) e
                 ORDER BY i.id, e.id LIMIT $4",
                workspace.0,
                from.0,
                from.1,
                limit,
                recent_since(now).0,
                key.priority == priority::RECENT,
                bigint(key.start)
            )
            .fetch_all(db)
            .await
        }
    };
    bodies.map_err(failed)
}

fn uuids(ids: &[EntityId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

/// Entities from their bodies.
fn read(bodies: Vec<Vec<u8>>) -> Result<Vec<Entity>, StoreError> {
    let read = |body: Vec<u8>| {
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::Corrupt(format!("an entity cannot be read: {error}")))
    };
    bodies.into_iter().map(read).collect()
}
