//! Who gained or lost sight of which incident, and which desktops purged it.

use std::collections::BTreeMap;

use firebell_domain::id::{DeviceId, EntityId, WorkspaceId};
use firebell_server::store::{AccessChange, StoreError, bigint};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::error::failed;

/// Writes changes of sight; of two for one person and incident, the later.
pub(crate) async fn put(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    changes: &[AccessChange],
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    // One statement cannot touch a row twice.
    let changes: BTreeMap<(EntityId, EntityId), &AccessChange> =
        changes.iter().map(|change| ((change.person, change.incident), change)).collect();
    let people: Vec<Uuid> = changes.values().map(|change| change.person.0).collect();
    let incidents: Vec<Uuid> = changes.values().map(|change| change.incident.0).collect();
    let gains: Vec<bool> = changes.values().map(|change| change.gains).collect();
    let seqs: Vec<i64> = changes.values().map(|change| bigint(change.seq)).collect();
    sqlx::query!(
        "INSERT INTO sight (workspace, person, incident, gains, seq)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::bigint[])
         ON CONFLICT (workspace, person, incident)
             DO UPDATE SET gains = excluded.gains, seq = excluded.seq",
        workspace.0,
        &people,
        &incidents,
        &gains,
        &seqs
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// What a person may not see any more and this device has not purged.
pub(crate) async fn to_forget(
    db: &PgPool,
    workspace: WorkspaceId,
    person: EntityId,
    device: DeviceId,
) -> Result<Vec<(EntityId, u64)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT s.incident, s.seq FROM sight s
         LEFT JOIN forgotten f
             ON f.workspace = s.workspace AND f.device = $3 AND f.incident = s.incident
         WHERE s.workspace = $1 AND s.person = $2 AND NOT s.gains
           AND (f.seq IS NULL OR f.seq < s.seq)
         ORDER BY s.incident",
        workspace.0,
        person.0,
        device.0
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|row| (EntityId(row.incident), row.seq as u64)).collect())
}

/// A desktop purged an incident that row `seq` hid.
pub(crate) async fn forgotten(
    db: &PgPool,
    workspace: WorkspaceId,
    device: DeviceId,
    incident: EntityId,
    seq: u64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO forgotten (workspace, device, incident, seq) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace, device, incident)
             DO UPDATE SET seq = greatest(forgotten.seq, excluded.seq)",
        workspace.0,
        device.0,
        incident.0,
        bigint(seq)
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Incidents that a person came to see after row `seq`, with the row.
pub(crate) async fn gained_after(
    db: &PgPool,
    workspace: WorkspaceId,
    person: EntityId,
    seq: u64,
) -> Result<Vec<(EntityId, u64)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT incident, seq FROM sight
         WHERE workspace = $1 AND person = $2 AND gains AND seq > $3 ORDER BY seq, incident",
        workspace.0,
        person.0,
        bigint(seq)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|row| (EntityId(row.incident), row.seq as u64)).collect())
}
