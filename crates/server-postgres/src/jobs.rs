//! Jobs: due times, leases, fences, all by the database's clock.

use std::collections::BTreeMap;

use firebell_domain::{
    id::{DeviceId, WorkspaceId},
    time::Timestamp,
};
use firebell_server::store::{ClaimedJob, NewJob, StoreError, bigint};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::error::failed;

/// Writes jobs, or moves them. Whoever holds an old one must not end the new one.
pub(crate) async fn put(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    jobs: &[NewJob],
) -> Result<(), StoreError> {
    if jobs.is_empty() {
        return Ok(());
    }
    // One statement cannot touch a row twice.
    let jobs: BTreeMap<Uuid, &NewJob> = jobs.iter().map(|job| (job.id, job)).collect();
    let ids: Vec<Uuid> = jobs.keys().copied().collect();
    let due: Vec<i64> = jobs.values().map(|job| job.due_at.0).collect();
    let waits: Vec<Option<Uuid>> = jobs.values().map(|job| job.waits_for.map(|id| id.0)).collect();
    let bodies = jobs
        .values()
        .map(|job| serde_json::to_vec(&job.body))
        .collect::<Result<Vec<Vec<u8>>, _>>()
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query!(
        "INSERT INTO job (workspace, id, due_at, waits_for, body)
         SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::bytea[])
         ON CONFLICT (workspace, id) DO UPDATE SET due_at = excluded.due_at,
             waits_for = excluded.waits_for, body = excluded.body, leased_until = NULL,
             fence = excluded.fence",
        workspace.0,
        &ids,
        &due,
        waits.as_slice() as &[Option<Uuid>],
        &bodies
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// When these jobs are due.
pub(crate) async fn due(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, due_at FROM job WHERE workspace = $1 AND id = ANY ($2)",
        workspace.0,
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|row| (row.id, Timestamp(row.due_at))).collect())
}

/// Takes due jobs. Nodes that claim at the same time pass over each other's.
pub(crate) async fn claim(
    db: &PgPool,
    workspace: WorkspaceId,
    lease_secs: u32,
    limit: usize,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let rows = sqlx::query!(
        "WITH clock AS MATERIALIZED (SELECT firebell_now() AS now),
         due AS MATERIALIZED (
             SELECT id FROM job
             WHERE workspace = $1 AND due_at <= (SELECT now FROM clock)
               AND (leased_until IS NULL OR leased_until <= (SELECT now FROM clock))
             ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE job SET fence = nextval('job_fence'),
             leased_until = (SELECT now FROM clock) + $3
         FROM due WHERE job.workspace = $1 AND job.id = due.id
         RETURNING job.id, job.fence, job.due_at, job.body",
        workspace.0,
        bigint(limit),
        i64::from(lease_secs) * 1_000
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id;
        match serde_json::from_slice(&row.body) {
            Ok(body) => {
                jobs.push(ClaimedJob { id, fence: row.fence, due_at: Timestamp(row.due_at), body })
            }
            // It stays leased, and is complained about again when that ends. The others must go on:
            // somebody waits to be paged.
            Err(_) => tracing::error!(job = %id, "a job cannot be read"),
        }
    }
    jobs.sort_by_key(|job| (job.due_at, job.id));
    Ok(jobs)
}

/// Ends the jobs of a batch, but for those that somebody else has by now.
pub(crate) async fn finish_all(
    db: &mut PgConnection,
    workspace: WorkspaceId,
    done: &[(Uuid, i64)],
) -> Result<(), StoreError> {
    if done.is_empty() {
        return Ok(());
    }
    let (ids, fences): (Vec<Uuid>, Vec<i64>) = done.iter().copied().unzip();
    sqlx::query!(
        "DELETE FROM job USING unnest($2::uuid[], $3::bigint[]) AS done (id, fence)
         WHERE job.workspace = $1 AND job.id = done.id AND job.fence = done.fence",
        workspace.0,
        &ids,
        &fences
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// What waited for these devices is due now. Rows are locked in one order, so that two who release do
/// not wait for each other.
pub(crate) async fn release(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    devices: &[DeviceId],
) -> Result<(), StoreError> {
    if devices.is_empty() {
        return Ok(());
    }
    let devices: Vec<Uuid> = devices.iter().map(|device| device.0).collect();
    sqlx::query!(
        "WITH clock AS MATERIALIZED (SELECT firebell_now() AS now),
         waiting AS MATERIALIZED (
             SELECT id FROM job WHERE workspace = $1 AND waits_for = ANY ($2)
             ORDER BY id FOR UPDATE)
         UPDATE job SET due_at = least(due_at, (SELECT now FROM clock)), waits_for = NULL
         FROM waiting WHERE job.workspace = $1 AND job.id = waiting.id",
        workspace.0,
        &devices
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Milliseconds until the next job is due, or its lease ends.
pub(crate) async fn next_in(
    db: &PgPool,
    workspace: WorkspaceId,
) -> Result<Option<i64>, StoreError> {
    let wait = sqlx::query_scalar!(
        "SELECT greatest(min(greatest(due_at, coalesce(leased_until, due_at))) - firebell_now(), 0)
         FROM job WHERE workspace = $1 HAVING count(*) > 0",
        workspace.0
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    Ok(wait.flatten())
}
