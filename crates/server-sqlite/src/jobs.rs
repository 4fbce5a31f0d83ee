//! Jobs: due times, leases, fences.

use firebell_domain::time::Timestamp;
use firebell_server::store::{ClaimedJob, NewJob, StoreError, bigint};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::Uuid;

use crate::{
    append::ROWS,
    error::failed,
    meta::{id_list, uuid},
};

/// Writes jobs, or moves them. Whoever holds an old one must not end the new one.
pub(crate) async fn put(db: &mut SqliteConnection, jobs: &[NewJob]) -> Result<(), StoreError> {
    if jobs.is_empty() {
        return Ok(());
    }
    let fence = next_fence(&mut *db).await?;
    for chunk in jobs.chunks(ROWS) {
        let bodies = chunk
            .iter()
            .map(|job| serde_json::to_vec(&job.body))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut query =
            QueryBuilder::<Sqlite>::new("INSERT INTO job (id, due_at, waits_for, body, fence) ");
        query.push_values(chunk.iter().zip(&bodies), |mut values, (job, body)| {
            values
                .push_bind(job.id.as_bytes().as_slice())
                .push_bind(job.due_at.0)
                .push_bind(job.waits_for.as_ref().map(|device| device.0.as_bytes().as_slice()))
                .push_bind(body.as_slice())
                .push_bind(fence);
        });
        query.push(
            " ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at,
               waits_for = excluded.waits_for, body = excluded.body, leased_until = NULL,
               fence = excluded.fence",
        );
        query.build().execute(&mut *db).await.map_err(failed)?;
    }
    Ok(())
}

/// When these jobs are due.
pub(crate) async fn due(
    db: impl SqliteExecutor<'_>,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    let ids = id_list(ids.iter().copied());
    let rows = sqlx::query!(
        "SELECT id, due_at FROM job WHERE id IN (SELECT unhex(value) FROM json_each(?))",
        ids
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| Ok((uuid(&row.id)?, Timestamp(row.due_at)))).collect()
}

pub(crate) async fn claim(
    db: &SqlitePool,
    now: Timestamp,
    lease_secs: u32,
    limit: usize,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let fence = next_fence(db).await?;
    let (until, now, limit) = (now.plus_secs(i64::from(lease_secs)).0, now.0, bigint(limit));
    let rows = sqlx::query!(
        r#"UPDATE job SET fence = ?4, leased_until = ?1 WHERE id IN (
               SELECT id FROM job
               WHERE due_at <= ?2 AND (leased_until IS NULL OR leased_until <= ?2)
               ORDER BY due_at, id LIMIT ?3)
           RETURNING id AS "id!", fence AS "fence!", due_at AS "due_at!", body AS "body!""#,
        until,
        now,
        limit,
        fence
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        let id = uuid(&row.id)?;
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

/// Ends jobs, but for those that somebody else has by now.
pub(crate) async fn finish(
    db: &mut SqliteConnection,
    done: &[(Uuid, i64)],
) -> Result<(), StoreError> {
    if done.is_empty() {
        return Ok(());
    }
    let done: Vec<_> = done.iter().map(|(id, fence)| (id.simple().to_string(), fence)).collect();
    let done =
        serde_json::to_string(&done).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query!(
        "DELETE FROM job WHERE (id, fence) IN
             (SELECT unhex(r.value ->> 0), r.value ->> 1 FROM json_each(?) AS r)",
        done
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn next_fence(db: impl SqliteExecutor<'_>) -> Result<i64, StoreError> {
    sqlx::query_scalar!(r#"UPDATE job_fence SET last = last + 1 RETURNING last AS "last!""#)
        .fetch_one(db)
        .await
        .map_err(failed)
}

/// `devices` as [`crate::meta::id_list`] makes it.
pub(crate) async fn release(
    db: impl SqliteExecutor<'_>,
    devices: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE job SET due_at = min(due_at, ?), waits_for = NULL
         WHERE waits_for IN (SELECT unhex(value) FROM json_each(?))",
        now.0,
        devices
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(crate) async fn next_in(db: &SqlitePool, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let at = sqlx::query_scalar!(
        r#"SELECT min(max(due_at, coalesce(leased_until, due_at))) AS "at: i64" FROM job"#
    )
    .fetch_one(db)
    .await
    .map_err(failed)?;
    Ok(at.map(|at| Timestamp(at).since(now).max(0)))
}
