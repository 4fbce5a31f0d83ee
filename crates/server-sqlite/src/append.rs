//! One append on the writer connection.

use async_trait::async_trait;
use firebell_domain::{
    canonical,
    decide::KeyState,
    entity::Entity,
    id::{DeviceId, EntityId, SetId},
    time::Timestamp,
};
use firebell_server::store::{Append, Columns, Head, StoreError, StoredAnswer, Writes, bigint};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use crate::{
    access,
    error::{corrupt, failed},
    jobs, meta,
    meta::{id_list, uuid},
    record,
};

/// Rows of one INSERT: enough to make the cost of a statement small, few enough for SQLite's limit of
/// parameters.
pub(crate) const ROWS: usize = 64;

/// Holds the writer connection, in a transaction.
pub(crate) struct SqliteAppend {
    pub(crate) transaction: Transaction<'static, Sqlite>,
    pub(crate) head: Head,
    pub(crate) now: Timestamp,
    /// Whether any job waits for a device's push.
    pub(crate) waiting: bool,
}

#[async_trait]
impl Append for SqliteAppend {
    fn head(&self) -> Head {
        self.head
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn waiting(&self) -> bool {
        self.waiting
    }

    async fn entities(&mut self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        record::with_incidents(&mut *self.transaction, ids).await
    }

    async fn pages_of(&mut self, incidents: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        record::pages_of(&mut *self.transaction, incidents).await
    }

    async fn directory_after(&mut self, seq: u64) -> Result<Vec<Entity>, StoreError> {
        record::directory_after(&mut *self.transaction, seq).await
    }

    async fn jobs_due(&mut self, ids: &[Uuid]) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        jobs::due(&mut *self.transaction, ids).await
    }

    async fn answers(&mut self, sets: &[SetId]) -> Result<Vec<StoredAnswer>, StoreError> {
        if sets.is_empty() {
            return Ok(Vec::new());
        }
        record::answers(&mut *self.transaction, sets).await
    }

    async fn keys(&mut self, numbers: &[u64]) -> Result<Vec<(u64, KeyState)>, StoreError> {
        let numbers = serde_json::to_string(numbers).unwrap_or_default();
        let rows = sqlx::query!(
            "SELECT number, device, incident FROM incident_key
             WHERE number IN (SELECT value FROM json_each(?))",
            numbers
        )
        .fetch_all(&mut *self.transaction)
        .await
        .map_err(failed)?;
        rows.into_iter()
            .map(|row| {
                let state = match (row.incident, row.device) {
                    (Some(incident), _) => KeyState::Used(EntityId(uuid(&incident)?)),
                    (None, Some(device)) => KeyState::Granted(DeviceId(uuid(&device)?)),
                    (None, None) => return Err(corrupt("a key belongs to nobody")),
                };
                Ok((row.number as u64, state))
            })
            .collect()
    }

    async fn commit(mut self: Box<Self>, writes: &Writes) -> Result<(), StoreError> {
        let db = &mut *self.transaction;
        insert_rows(db, writes).await?;
        put_entities(db, &writes.entities).await?;
        insert_answers(db, &writes.answers).await?;
        for (number, device) in &writes.keys_granted {
            grant(db, *number, *device).await?;
        }
        use_keys(db, &writes.keys_used).await?;
        jobs::finish(&mut *db, &writes.jobs_done).await?;
        if !writes.released.is_empty() {
            let devices = id_list(writes.released.iter().map(|device| device.0));
            jobs::release(&mut *db, &devices, self.now).await?;
        }
        jobs::put(db, &writes.jobs).await?;
        for change in &writes.access {
            access::put(db, change).await?;
        }
        if let Some(head) = writes.head.filter(|head| *head != self.head) {
            meta::set_head(db, &head).await?;
        }
        self.transaction.commit().await.map_err(failed)
    }
}

async fn insert_rows(db: &mut SqliteConnection, writes: &Writes) -> Result<(), StoreError> {
    for chunk in writes.rows.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO log (seq, entity, incident, salt, head, set_end, body) ",
        );
        query.push_values(chunk, |mut values, row| {
            values
                .push_bind(bigint(row.seq))
                .push_bind(row.entity.0.as_bytes().as_slice())
                .push_bind(row.incident.as_ref().map(|id| id.0.as_bytes().as_slice()))
                .push_bind(row.salt.as_slice())
                .push_bind(row.head.0.as_slice())
                .push_bind(bigint(row.set_end))
                .push_bind(row.row.as_slice());
        });
        query.build().execute(&mut *db).await.map_err(failed)?;
    }
    Ok(())
}

async fn put_entities(db: &mut SqliteConnection, entities: &[Entity]) -> Result<(), StoreError> {
    for chunk in entities.chunks(ROWS) {
        let bodies = chunk.iter().map(canonical::to_bytes).collect::<Result<Vec<_>, _>>().map_err(
            |error| StoreError::Corrupt(format!("an entity cannot be written: {error}")),
        )?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO entity
             (id, kind, incident, seq, directory, open, ringing, declared_at, body) ",
        );
        query.push_values(chunk.iter().zip(&bodies), |mut values, (entity, body)| {
            let columns = Columns::of(entity);
            values
                .push_bind(entity.id.0.as_bytes().as_slice())
                .push_bind(entity.kind.as_str())
                .push_bind(entity.incident.as_ref().map(|id| id.0.as_bytes().as_slice()))
                .push_bind(bigint(entity.seq))
                .push_bind(entity.kind.is_directory())
                .push_bind(columns.open)
                .push_bind(columns.ringing)
                .push_bind(columns.declared_at.map(|at| at.0))
                .push_bind(body.as_slice());
        });
        query.push(
            " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, open = excluded.open,
               ringing = excluded.ringing, declared_at = excluded.declared_at, body = excluded.body",
        );
        query.build().execute(&mut *db).await.map_err(failed)?;
    }
    Ok(())
}

async fn insert_answers(
    db: &mut SqliteConnection,
    answers: &[StoredAnswer],
) -> Result<(), StoreError> {
    for chunk in answers.chunks(ROWS) {
        let refusals = chunk
            .iter()
            .map(|answer| answer.refusal.as_ref().map(serde_json::to_vec).transpose())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO answer (change_set, device, body, first, last, refusal) ",
        );
        query.push_values(chunk.iter().zip(&refusals), |mut values, (answer, refusal)| {
            values
                .push_bind(answer.set.0.as_bytes().as_slice())
                .push_bind(answer.device.as_ref().map(|id| id.0.as_bytes().as_slice()))
                .push_bind(answer.body.0.as_slice())
                .push_bind(answer.rows.map(|rows| bigint(rows.0)))
                .push_bind(answer.rows.map(|rows| bigint(rows.1)))
                .push_bind(refusal.as_deref());
        });
        query.build().execute(&mut *db).await.map_err(failed)?;
    }
    Ok(())
}

/// A number is in the reserve of a device.
pub(crate) async fn grant(
    db: &mut SqliteConnection,
    number: u64,
    device: DeviceId,
) -> Result<(), StoreError> {
    let (number, device) = (bigint(number), device.0.as_bytes().as_slice());
    sqlx::query!("INSERT INTO incident_key (number, device) VALUES (?, ?)", number, device)
        .execute(db)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Numbers are the keys of incidents.
async fn use_keys(db: &mut SqliteConnection, used: &[(u64, EntityId)]) -> Result<(), StoreError> {
    for chunk in used.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO incident_key (number, incident) ");
        query.push_values(chunk, |mut values, (number, incident)| {
            values.push_bind(bigint(*number)).push_bind(incident.0.as_bytes().as_slice());
        });
        query.push(" ON CONFLICT (number) DO UPDATE SET incident = excluded.incident");
        query.build().execute(&mut *db).await.map_err(failed)?;
    }
    Ok(())
}
