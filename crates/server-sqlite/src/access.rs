//! Who gained or lost sight of which incident, and which desktops purged it.

use firebell_domain::id::{DeviceId, EntityId};
use firebell_server::store::{AccessChange, StoreError, bigint};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{error::failed, meta::uuid};

pub(crate) async fn put(
    db: &mut SqliteConnection,
    change: &AccessChange,
) -> Result<(), StoreError> {
    let person = change.person.0.as_bytes().as_slice();
    let incident = change.incident.0.as_bytes().as_slice();
    let (gains, seq) = (change.gains, bigint(change.seq));
    sqlx::query!(
        "INSERT INTO sight (person, incident, gains, seq) VALUES (?, ?, ?, ?)
         ON CONFLICT (person, incident) DO UPDATE SET gains = excluded.gains, seq = excluded.seq",
        person,
        incident,
        gains,
        seq
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(crate) async fn to_forget(
    db: &SqlitePool,
    person: EntityId,
    device: DeviceId,
) -> Result<Vec<(EntityId, u64)>, StoreError> {
    let (person, device) = (person.0.as_bytes().as_slice(), device.0.as_bytes().as_slice());
    let rows = sqlx::query!(
        "SELECT s.incident, s.seq FROM sight s
         LEFT JOIN forgotten f ON f.device = ? AND f.incident = s.incident
         WHERE s.person = ? AND s.gains = 0 AND (f.seq IS NULL OR f.seq < s.seq)",
        device,
        person
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| Ok((EntityId(uuid(&row.incident)?), row.seq as u64))).collect()
}

pub(crate) async fn forgotten(
    db: &SqlitePool,
    device: DeviceId,
    incident: EntityId,
    seq: u64,
) -> Result<(), StoreError> {
    let seq = bigint(seq);
    let (device, incident) = (device.0.as_bytes().as_slice(), incident.0.as_bytes().as_slice());
    sqlx::query!(
        "INSERT INTO forgotten (device, incident, seq) VALUES (?, ?, ?)
         ON CONFLICT (device, incident) DO UPDATE SET seq = max(seq, excluded.seq)",
        device,
        incident,
        seq
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(crate) async fn gained_after(
    db: &SqlitePool,
    person: EntityId,
    seq: u64,
) -> Result<Vec<(EntityId, u64)>, StoreError> {
    let (person, seq) = (person.0.as_bytes().as_slice(), bigint(seq));
    let rows = sqlx::query!(
        "SELECT incident, seq FROM sight WHERE person = ? AND gains = 1 AND seq > ? ORDER BY seq",
        person,
        seq
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| Ok((EntityId(uuid(&row.incident)?), row.seq as u64))).collect()
}
