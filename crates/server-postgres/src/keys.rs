//! Numbers of incident keys.

use std::collections::BTreeMap;

use firebell_domain::{
    decide::KeyState,
    id::{DeviceId, EntityId, WorkspaceId},
};
use firebell_server::store::{StoreError, bigint};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::error::{corrupt, failed};

/// States of these numbers; absent ones are free.
pub(crate) async fn states(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    numbers: &[u64],
) -> Result<Vec<(u64, KeyState)>, StoreError> {
    let numbers: Vec<i64> = numbers.iter().copied().map(bigint).collect();
    let rows = sqlx::query!(
        "SELECT number, device, incident FROM incident_key
         WHERE workspace = $1 AND number = ANY ($2)",
        workspace.0,
        &numbers
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|row| {
            let state = match (row.incident, row.device) {
                (Some(incident), _) => KeyState::Used(EntityId(incident)),
                (None, Some(device)) => KeyState::Granted(DeviceId(device)),
                (None, None) => return Err(corrupt("a key belongs to nobody")),
            };
            Ok((row.number as u64, state))
        })
        .collect()
}

/// Numbers are in the reserves of devices. One that is given already is a defect, and fails.
pub(crate) async fn grant(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    granted: &[(u64, DeviceId)],
) -> Result<(), StoreError> {
    if granted.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = granted.iter().map(|(number, _)| bigint(*number)).collect();
    let devices: Vec<Uuid> = granted.iter().map(|(_, device)| device.0).collect();
    sqlx::query!(
        "INSERT INTO incident_key (workspace, number, device)
         SELECT $1, * FROM unnest($2::bigint[], $3::uuid[])",
        workspace.0,
        &numbers,
        &devices
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Numbers are keys of incidents.
pub(crate) async fn used(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    used: &[(u64, EntityId)],
) -> Result<(), StoreError> {
    if used.is_empty() {
        return Ok(());
    }
    // One statement cannot touch a row twice.
    let (numbers, incidents): (Vec<i64>, Vec<Uuid>) = used
        .iter()
        .map(|(number, incident)| (bigint(*number), incident.0))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .unzip();
    sqlx::query!(
        "INSERT INTO incident_key (workspace, number, incident)
         SELECT $1, * FROM unnest($2::bigint[], $3::uuid[])
         ON CONFLICT (workspace, number) DO UPDATE SET incident = excluded.incident",
        workspace.0,
        &numbers,
        &incidents
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}
