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

use crate::{
    PostgresStore, access, accounts, append::PostgresAppend, backup::backup, check::check,
    entities, error::bounded, jobs, keys, log, meta, pen::HeldPen,
};

impl PostgresStore {
    async fn take_pen(&self) -> Result<HeldPen, StoreError> {
        // Before the lock: nothing that is not the append's happens under it.
        self.clock.keep(&self.pool).await?;
        self.pen.take().await
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn begin(&self) -> Result<Box<dyn Append>, StoreError> {
        let pen = bounded(self.take_pen()).await?;
        Ok(Box::new(PostgresAppend { pen }))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        bounded(meta::read(&self.pool, self.workspace)).await.map(|meta| meta.head)
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        bounded(self.clock.now(&self.pool)).await
    }

    async fn new_epoch(&self, highest_key: u64) -> Result<Head, StoreError> {
        bounded(async {
            let mut pen = self.take_pen().await?;
            let mut head = pen.head;
            head.epoch += 1;
            head.next_key = meta::beyond(head.next_key, highest_key);
            meta::set_head(&mut pen.db, &head).await?;
            pen.commit().await?;
            Ok(head)
        })
        .await
    }

    async fn raise_next_key(&self, highest_key: u64) -> Result<(), StoreError> {
        // Nearly every report is of a number below the counter: no lock for those.
        let known = self.head().await?.next_key;
        if meta::beyond(known, highest_key) == known {
            return Ok(());
        }
        bounded(async {
            let mut pen = self.take_pen().await?;
            let mut head = pen.head;
            head.next_key = meta::beyond(head.next_key, highest_key);
            meta::set_head(&mut pen.db, &head).await?;
            pen.commit().await
        })
        .await
    }

    async fn rows_after(&self, seq: u64, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        bounded(log::rows_after(&self.pool, self.workspace, seq, limit)).await
    }

    async fn rows_of(
        &self,
        incident: EntityId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError> {
        bounded(log::rows_of(&self.pool, self.workspace, incident, seq, limit)).await
    }

    async fn head_at(&self, seq: u64) -> Result<Option<Hash>, StoreError> {
        bounded(log::head_at(&self.pool, self.workspace, seq)).await
    }

    async fn entities(&self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        bounded(entities::by_id(&self.pool, self.workspace, ids)).await
    }

    async fn directory(&self) -> Result<Vec<Entity>, StoreError> {
        bounded(entities::directory_after(&self.pool, self.workspace, 0)).await
    }

    async fn entities_of(&self, incident: EntityId) -> Result<Vec<Entity>, StoreError> {
        bounded(entities::of_incident(&self.pool, self.workspace, incident)).await
    }

    async fn snapshot_page(
        &self,
        key: SnapshotKey,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Entity>, StoreError> {
        bounded(entities::snapshot_page(&self.pool, self.workspace, key, now, limit)).await
    }

    async fn count_entities(&self) -> Result<u64, StoreError> {
        bounded(entities::count(&self.pool, self.workspace)).await
    }

    async fn ringing_pages(&self) -> Result<Vec<Entity>, StoreError> {
        bounded(entities::ringing(&self.jobs, self.workspace)).await
    }

    async fn claim_jobs(
        &self,
        lease_secs: u32,
        limit: usize,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        bounded(async {
            self.clock.keep(&self.jobs).await?;
            jobs::claim(&self.jobs, self.workspace, lease_secs, limit).await
        })
        .await
    }

    async fn release_jobs(&self, device: DeviceId) -> Result<(), StoreError> {
        bounded(async {
            self.clock.keep(&self.jobs).await?;
            jobs::release(&self.jobs, self.workspace, &[device]).await
        })
        .await
    }

    async fn next_job_in(&self) -> Result<Option<i64>, StoreError> {
        bounded(async {
            self.clock.keep(&self.jobs).await?;
            jobs::next_in(&self.jobs, self.workspace).await
        })
        .await
    }

    async fn to_forget(
        &self,
        person: EntityId,
        device: DeviceId,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        bounded(access::to_forget(&self.pool, self.workspace, person, device)).await
    }

    async fn forgotten(
        &self,
        device: DeviceId,
        incident: EntityId,
        seq: u64,
    ) -> Result<(), StoreError> {
        bounded(access::forgotten(&self.pool, self.workspace, device, incident, seq)).await
    }

    async fn gained_after(
        &self,
        person: EntityId,
        seq: u64,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        bounded(access::gained_after(&self.pool, self.workspace, person, seq)).await
    }

    async fn grant_keys(&self, device: DeviceId, count: u32) -> Result<Vec<u64>, StoreError> {
        bounded(async {
            let mut pen = self.take_pen().await?;
            let mut head = pen.head;
            let first = head.next_key;
            head.next_key += u64::from(count);
            let numbers: Vec<u64> = (first..head.next_key).collect();
            let granted: Vec<_> = numbers.iter().map(|number| (*number, device)).collect();
            keys::grant(&mut pen.db, self.workspace, &granted).await?;
            meta::set_head(&mut pen.db, &head).await?;
            pen.commit().await?;
            Ok(numbers)
        })
        .await
    }

    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        bounded(accounts::account(&self.pool, self.workspace, name)).await
    }

    async fn add_account(&self, account: &Account) -> Result<bool, StoreError> {
        bounded(accounts::add_account(&self.pool, self.workspace, account)).await
    }

    async fn update_account(&self, account: &Account) -> Result<(), StoreError> {
        bounded(accounts::update_account(&self.pool, self.workspace, account)).await
    }

    async fn add_invitation(
        &self,
        code: Hash,
        admin: bool,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        bounded(accounts::add_invitation(&self.pool, self.workspace, code, admin, expires_at)).await
    }

    async fn use_invitation(&self, code: Hash) -> Result<Option<bool>, StoreError> {
        bounded(async {
            self.clock.keep(&self.pool).await?;
            accounts::use_invitation(&self.pool, self.workspace, code).await
        })
        .await
    }

    async fn put_device(&self, device: &DeviceRecord) -> Result<bool, StoreError> {
        bounded(accounts::put_device(&self.pool, self.workspace, device)).await
    }

    async fn device_by_token(&self, token: Hash) -> Result<Option<DeviceRecord>, StoreError> {
        bounded(accounts::device_by_token(&self.pool, self.workspace, token)).await
    }

    async fn devices(&self, person: Option<EntityId>) -> Result<Vec<DeviceRecord>, StoreError> {
        bounded(accounts::devices(&self.pool, self.workspace, person)).await
    }

    async fn revoke_device(&self, device: DeviceId) -> Result<(), StoreError> {
        bounded(accounts::revoke_device(&self.pool, self.workspace, device)).await
    }

    async fn device_seen(&self, device: DeviceId) -> Result<(), StoreError> {
        bounded(async {
            self.clock.keep(&self.pool).await?;
            accounts::device_seen(&self.pool, self.workspace, device).await
        })
        .await
    }

    async fn notify(&self, seq: u64) -> Result<(), StoreError> {
        bounded(self.hints.tell(seq)).await
    }

    async fn hinted(&self) -> Result<(), StoreError> {
        self.hints.heard().await;
        Ok(())
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup(&self.options, to).await
    }

    async fn check(&self) -> Result<Vec<(String, bool, String)>, StoreError> {
        bounded(check(self)).await
    }
}
