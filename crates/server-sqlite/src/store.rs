//! The store trait, answered by the rooms of this crate.

use std::path::Path;

use async_trait::async_trait;
use firebell_domain::{
    chain::Hash,
    entity::Entity,
    id::{DeviceId, EntityId},
    time::Timestamp,
};
use firebell_server::store::{
    Account, Append, ClaimedJob, DeviceRecord, Head, SnapshotKey, Store, StoreError, StoredRow,
};
use sqlx::{Row, Sqlite, Transaction};

use crate::{
    SqliteStore, access, accounts,
    append::{SqliteAppend, grant},
    error::failed,
    jobs,
    meta::{beyond, head, head_and_waiting, id_list, set_head},
    open::copy,
    record,
};

impl SqliteStore {
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    async fn begin(&self) -> Result<Box<dyn Append>, StoreError> {
        let mut transaction = self.write().await?;
        let (head, waiting) = head_and_waiting(&mut *transaction).await?;
        Ok(Box::new(SqliteAppend { transaction, head, now: self.clock.now(), waiting }))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        head(&self.readers).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.clock.now())
    }

    async fn new_epoch(&self, highest_key: u64) -> Result<Head, StoreError> {
        let mut db = self.write().await?;
        let mut head = head(&mut *db).await?;
        head.epoch += 1;
        head.next_key = beyond(head.next_key, highest_key);
        set_head(&mut db, &head).await?;
        db.commit().await.map_err(failed)?;
        Ok(head)
    }

    async fn raise_next_key(&self, highest_key: u64) -> Result<(), StoreError> {
        let mut db = self.write().await?;
        let mut head = head(&mut *db).await?;
        let next_key = beyond(head.next_key, highest_key);
        if next_key != head.next_key {
            head.next_key = next_key;
            set_head(&mut db, &head).await?;
        }
        db.commit().await.map_err(failed)
    }

    async fn rows_after(&self, seq: u64, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        record::rows_after(&self.readers, seq, limit).await
    }

    async fn rows_of(
        &self,
        incident: EntityId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError> {
        record::rows_of(&self.readers, incident, seq, limit).await
    }

    async fn head_at(&self, seq: u64) -> Result<Option<Hash>, StoreError> {
        record::head_at(&self.readers, seq).await
    }

    async fn entities(&self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        record::entities(&self.readers, ids).await
    }

    async fn directory(&self) -> Result<Vec<Entity>, StoreError> {
        record::directory_after(&self.readers, 0).await
    }

    async fn entities_of(&self, incident: EntityId) -> Result<Vec<Entity>, StoreError> {
        record::entities_of(&self.readers, incident).await
    }

    async fn snapshot_page(
        &self,
        key: SnapshotKey,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Entity>, StoreError> {
        record::snapshot_page(&self.readers, key, now, limit).await
    }

    async fn count_entities(&self) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar!("SELECT count(*) FROM entity")
            .fetch_one(&self.readers)
            .await
            .map_err(failed)?;
        Ok(count as u64)
    }

    async fn ringing_pages(&self) -> Result<Vec<Entity>, StoreError> {
        let bodies = sqlx::query_scalar!("SELECT body FROM entity WHERE ringing = 1 ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        record::read(bodies)
    }

    async fn claim_jobs(
        &self,
        lease_secs: u32,
        limit: usize,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        jobs::claim(&self.writer, self.clock.now(), lease_secs, limit).await
    }

    async fn release_jobs(&self, device: DeviceId) -> Result<(), StoreError> {
        jobs::release(&self.writer, &id_list([device.0]), self.clock.now()).await
    }

    async fn next_job_in(&self) -> Result<Option<i64>, StoreError> {
        jobs::next_in(&self.readers, self.clock.now()).await
    }

    async fn to_forget(
        &self,
        person: EntityId,
        device: DeviceId,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        access::to_forget(&self.readers, person, device).await
    }

    async fn forgotten(
        &self,
        device: DeviceId,
        incident: EntityId,
        seq: u64,
    ) -> Result<(), StoreError> {
        access::forgotten(&self.writer, device, incident, seq).await
    }

    async fn gained_after(
        &self,
        person: EntityId,
        seq: u64,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        access::gained_after(&self.readers, person, seq).await
    }

    async fn grant_keys(&self, device: DeviceId, count: u32) -> Result<Vec<u64>, StoreError> {
        let mut db = self.write().await?;
        let mut head = head(&mut *db).await?;
        let first = head.next_key;
        head.next_key += u64::from(count);
        for number in first..head.next_key {
            grant(&mut db, number, device).await?;
        }
        set_head(&mut db, &head).await?;
        db.commit().await.map_err(failed)?;
        Ok((first..head.next_key).collect())
    }

    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        accounts::account(&self.readers, name).await
    }

    async fn add_account(&self, account: &Account) -> Result<bool, StoreError> {
        accounts::add_account(&self.writer, account).await
    }

    async fn update_account(&self, account: &Account) -> Result<(), StoreError> {
        accounts::update_account(&self.writer, account).await
    }

    async fn add_invitation(
        &self,
        code: Hash,
        admin: bool,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        accounts::add_invitation(&self.writer, code, admin, expires_at).await
    }

    async fn use_invitation(&self, code: Hash) -> Result<Option<bool>, StoreError> {
        accounts::use_invitation(&self.writer, code, self.clock.now()).await
    }

    async fn put_device(&self, device: &DeviceRecord) -> Result<bool, StoreError> {
        accounts::put_device(&self.writer, device).await
    }

    async fn device_by_token(&self, token: Hash) -> Result<Option<DeviceRecord>, StoreError> {
        accounts::device_by_token(&self.readers, token).await
    }

    async fn devices(&self, person: Option<EntityId>) -> Result<Vec<DeviceRecord>, StoreError> {
        accounts::devices(&self.readers, person).await
    }

    async fn revoke_device(&self, device: DeviceId) -> Result<(), StoreError> {
        accounts::revoke_device(&self.writer, device).await
    }

    async fn device_seen(&self, device: DeviceId) -> Result<(), StoreError> {
        accounts::device_seen(&self.writer, device, self.clock.now()).await
    }

    async fn notify(&self, _seq: u64) -> Result<(), StoreError> {
        Ok(())
    }

    async fn hinted(&self) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.exists() {
            return Err(StoreError::Other("a backup does not replace a file".to_owned()));
        }
        copy(&self.file, to).await
    }

    async fn check(&self) -> Result<Vec<(String, bool, String)>, StoreError> {
        let integrity: String = sqlx::query("PRAGMA integrity_check(1)")
            .fetch_one(&self.readers)
            .await
            .map_err(failed)?
            .get(0);
        let synchronous: i64 =
            sqlx::query("PRAGMA synchronous").fetch_one(&self.writer).await.map_err(failed)?.get(0);
        let head = head(&self.readers).await?;
        let end = record::head_at(&self.readers, head.seq).await?;
        let version: String = sqlx::query("SELECT sqlite_version()")
            .fetch_one(&self.readers)
            .await
            .map_err(failed)?
            .get(0);
        Ok(vec![
            ("database".to_owned(), true, format!("SQLite {version}, {}", self.file.display())),
            (
                "durability".to_owned(),
                synchronous >= 2,
                format!("write-ahead log, synchronous {synchronous}"),
            ),
            ("integrity".to_owned(), integrity == "ok", integrity),
            (
                "record".to_owned(),
                end == Some(head.hash),
                format!("epoch {}, {} rows, head {:?}", head.epoch, head.seq, head.hash),
            ),
        ])
    }
}
