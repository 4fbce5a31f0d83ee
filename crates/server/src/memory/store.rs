//! The tables behind the store trait.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use firebell_domain::{
    chain::Hash,
    decide::KeyState,
    entity::{Entity, Kind},
    id::{DeviceId, EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use super::tables::{Invited, Tables};
use crate::store::{
    Account, Append, ClaimedJob, Columns, DeviceRecord, Head, SnapshotKey, Store, StoreError,
    StoredAnswer, StoredRow, Writes,
};

/// A store that forgets everything when it is dropped. Clones share their content.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    tables: Mutex<Tables>,
    clock: Mutex<Option<Timestamp>>,
    pen: Arc<tokio::sync::Mutex<()>>,
    fault: Mutex<Option<Fault>>,
}

/// What goes wrong, for tests of what stands above a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing can be begun.
    Unavailable,
    /// Entities cannot be read, outside of an append.
    Unreadable,
    /// Beginning an append and reading the log panic, as a defect would.
    Panics,
    /// A commit that holds this set fails.
    Refuses(SetId),
}

impl MemoryStore {
    /// An empty record.
    #[must_use]
    pub fn new(workspace: WorkspaceId) -> Self {
        let shared = Shared {
            tables: Mutex::new(Tables::new(workspace)),
            clock: Mutex::new(None),
            pen: Arc::default(),
            fault: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Stops the clock at an instant; it is the system's until then.
    pub fn set_now(&self, now: Timestamp) {
        *self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Another record with the same content, as a restored backup.
    #[must_use]
    pub fn copy(&self) -> Self {
        let clock = *self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = Mutex::new(self.tables().clone());
        let shared = Shared {
            tables,
            clock: Mutex::new(clock),
            pen: Arc::default(),
            fault: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Goes wrong from now on, or no longer.
    pub fn set_fault(&self, fault: Option<Fault>) {
        *self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn fault(&self) -> Option<Fault> {
        *self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn panic_if_asked(&self) {
        assert_ne!(self.fault(), Some(Fault::Panics), "a fault was asked for");
    }

    pub(super) fn clock(&self) -> Timestamp {
        let set = *self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner);
        set.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }

    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.shared.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct MemoryAppend {
    store: MemoryStore,
    head: Head,
    now: Timestamp,
    _pen: OwnedMutexGuard<()>,
}

#[async_trait]
impl Append for MemoryAppend {
    fn head(&self) -> Head {
        self.head
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn waiting(&self) -> bool {
        self.store.tables().waiting()
    }

    async fn entities(&mut self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        Ok(self.store.tables().with_incidents(ids))
    }

    async fn pages_of(&mut self, incidents: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        Ok(self.store.tables().pages_of(incidents))
    }

    async fn directory_after(&mut self, seq: u64) -> Result<Vec<Entity>, StoreError> {
        Ok(self.store.tables().directory_after(seq))
    }

    async fn jobs_due(&mut self, ids: &[Uuid]) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        Ok(self.store.tables().jobs_due(ids))
    }

    async fn answers(&mut self, sets: &[SetId]) -> Result<Vec<StoredAnswer>, StoreError> {
        let tables = self.store.tables();
        Ok(sets.iter().filter_map(|set| tables.answers.get(set)).cloned().collect())
    }

    async fn keys(&mut self, numbers: &[u64]) -> Result<Vec<(u64, KeyState)>, StoreError> {
        let tables = self.store.tables();
        Ok(numbers.iter().filter_map(|n| tables.keys.get(n).map(|state| (*n, *state))).collect())
    }

    async fn commit(self: Box<Self>, writes: &Writes) -> Result<(), StoreError> {
        let now = self.store.clock();
        let mut tables = self.store.tables();
        let fault = self.store.fault();
        if writes.answers.iter().any(|answer| fault == Some(Fault::Refuses(answer.set))) {
            return Err(StoreError::Other("a fault was asked for".to_owned()));
        }
        let duplicate = writes.answers.iter().any(|a| tables.answers.contains_key(&a.set));
        if duplicate {
            return Err(StoreError::Other("an answer is written twice".to_owned()));
        }
        tables.apply(writes, now);
        Ok(())
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn begin(&self) -> Result<Box<dyn Append>, StoreError> {
        if self.fault() == Some(Fault::Unavailable) {
            return Err(StoreError::Unavailable("a fault was asked for".to_owned()));
        }
        self.panic_if_asked();
        let pen = self.shared.pen.clone().lock_owned().await;
        let head = self.tables().head;
        Ok(Box::new(MemoryAppend { store: self.clone(), head, now: self.clock(), _pen: pen }))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        Ok(self.tables().head)
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.clock())
    }

    async fn new_epoch(&self, highest_key: u64) -> Result<Head, StoreError> {
        let _pen = self.shared.pen.lock().await;
        let mut tables = self.tables();
        tables.head.epoch += 1;
        tables.raise_next_key(highest_key);
        Ok(tables.head)
    }

    async fn raise_next_key(&self, highest_key: u64) -> Result<(), StoreError> {
        let _pen = self.shared.pen.lock().await;
        self.tables().raise_next_key(highest_key);
        Ok(())
    }

    async fn rows_after(&self, seq: u64, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        self.panic_if_asked();
        Ok(self.tables().rows_after(seq, limit).to_vec())
    }

    async fn rows_of(
        &self,
        incident: EntityId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let tables = self.tables();
        let rows = tables.log.iter().skip(seq as usize);
        Ok(rows.filter(|row| row.incident == Some(incident)).take(limit).cloned().collect())
    }

    async fn head_at(&self, seq: u64) -> Result<Option<Hash>, StoreError> {
        Ok(self.tables().head_at(seq))
    }

    async fn entities(&self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        if self.fault() == Some(Fault::Unreadable) {
            return Err(StoreError::Unavailable("a fault was asked for".to_owned()));
        }
        let tables = self.tables();
        Ok(ids.iter().filter_map(|id| tables.entities.get(id)).cloned().collect())
    }

    async fn directory(&self) -> Result<Vec<Entity>, StoreError> {
        Ok(self.tables().directory_after(0))
    }

    async fn entities_of(&self, incident: EntityId) -> Result<Vec<Entity>, StoreError> {
        Ok(self.tables().of_incident(incident).cloned().collect())
    }

    async fn snapshot_page(
        &self,
        key: SnapshotKey,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Entity>, StoreError> {
        Ok(self.tables().snapshot_page(key, now, limit))
    }

    async fn count_entities(&self) -> Result<u64, StoreError> {
        Ok(self.tables().entities.len() as u64)
    }

    async fn ringing_pages(&self) -> Result<Vec<Entity>, StoreError> {
        let tables = self.tables();
        let rings = |e: &&Entity| e.kind == Kind::PAGE && Columns::of(e).ringing;
        Ok(tables.entities.values().filter(rings).cloned().collect())
    }

    async fn claim_jobs(
        &self,
        lease_secs: u32,
        limit: usize,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        Ok(self.tables().claim_jobs(self.clock(), lease_secs, limit))
    }

    async fn release_jobs(&self, device: DeviceId) -> Result<(), StoreError> {
        self.tables().release_jobs(device, self.clock());
        Ok(())
    }

    async fn next_job_in(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.tables().next_job_in(self.clock()))
    }

    async fn to_forget(
        &self,
        person: EntityId,
        device: DeviceId,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        Ok(self.tables().to_forget(person, device))
    }

    async fn forgotten(
        &self,
        device: DeviceId,
        incident: EntityId,
        seq: u64,
    ) -> Result<(), StoreError> {
        self.tables().forgotten(device, incident, seq);
        Ok(())
    }

    async fn gained_after(
        &self,
        person: EntityId,
        seq: u64,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        Ok(self.tables().gained_after(person, seq))
    }

    async fn grant_keys(&self, device: DeviceId, count: u32) -> Result<Vec<u64>, StoreError> {
        let _pen = self.shared.pen.lock().await;
        Ok(self.tables().grant_keys(device, count))
    }

    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.tables().accounts.get(name).cloned())
    }

    async fn add_account(&self, account: &Account) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let free = !tables.accounts.contains_key(&account.name);
        if free {
            tables.accounts.insert(account.name.clone(), account.clone());
        }
        Ok(free)
    }

    async fn update_account(&self, account: &Account) -> Result<(), StoreError> {
        match self.tables().accounts.get_mut(&account.name) {
            Some(stored) => *stored = account.clone(),
            None => return Err(StoreError::Other("there is no such account".to_owned())),
        }
        Ok(())
    }

    async fn add_invitation(
        &self,
        code: Hash,
        admin: bool,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.tables().invitations.insert(code, Invited { admin, expires_at });
        Ok(())
    }

    async fn use_invitation(&self, code: Hash) -> Result<Option<bool>, StoreError> {
        let now = self.clock();
        let mut tables = self.tables();
        let live = tables.invitations.get(&code).is_some_and(|i| i.expires_at > now);
        Ok(if live { tables.invitations.remove(&code).map(|i| i.admin) } else { None })
    }

    async fn put_device(&self, device: &DeviceRecord) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let mine = tables.devices.get(&device.device).is_none_or(|d| d.person == device.person);
        if mine {
            tables.devices.insert(device.device, device.clone());
        }
        Ok(mine)
    }

    async fn device_by_token(&self, token: Hash) -> Result<Option<DeviceRecord>, StoreError> {
        Ok(self.tables().devices.values().find(|device| device.token == token).cloned())
    }

    async fn devices(&self, person: Option<EntityId>) -> Result<Vec<DeviceRecord>, StoreError> {
        let tables = self.tables();
        let wanted = |d: &&DeviceRecord| person.is_none_or(|person| d.person == person);
        Ok(tables.devices.values().filter(wanted).cloned().collect())
    }

    async fn revoke_device(&self, device: DeviceId) -> Result<(), StoreError> {
        if let Some(device) = self.tables().devices.get_mut(&device) {
            device.revoked = true;
        }
        Ok(())
    }

    async fn device_seen(&self, device: DeviceId) -> Result<(), StoreError> {
        let now = self.clock();
        if let Some(device) = self.tables().devices.get_mut(&device) {
            device.seen_at = Some(now);
        }
        Ok(())
    }

    async fn notify(&self, _seq: u64) -> Result<(), StoreError> {
        Ok(())
    }

    async fn hinted(&self) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn backup(&self, _to: &Path) -> Result<(), StoreError> {
        Err(StoreError::Other("a store in memory has no backup".to_owned()))
    }

    async fn check(&self) -> Result<Vec<(String, bool, String)>, StoreError> {
        Ok(vec![("record".to_owned(), true, "in memory".to_owned())])
    }
}
