//! A server's record without a server.

use firebell_domain::{
    chain::Hash,
    entity::Entity,
    id::{DeviceId, EntityId, WorkspaceId},
    paging::Outcome,
    time::Timestamp,
};
use firebell_protocol::frame::SetAnswer;

use super::tables::Tables;
use crate::{
    append::{AppendEvent, Directory, Loaded, Request, Work, decide_batch, needs},
    store::{Head, JobBody, SnapshotKey, StoreError, StoredRow},
};

/// What one batch did.
#[derive(Debug, Clone, Default)]
pub struct Appended {
    /// One answer for each request, in order.
    pub answers: Vec<SetAnswer>,
    /// What a server would tell.
    pub event: AppendEvent,
}

/// A copy of a record, as a backup of its database.
#[derive(Debug, Clone)]
pub struct Backup(Tables);

/// A record that decides at once and keeps everything in memory. Time and salts are the caller's, so
/// the same calls always make the same record.
#[derive(Debug, Clone)]
pub struct MemoryRecord {
    pub(super) tables: Tables,
    directory: Directory,
    now: Timestamp,
    salt: u64,
}

impl MemoryRecord {
    /// An empty record.
    #[must_use]
    pub fn new(workspace: WorkspaceId, now: Timestamp) -> Self {
        Self { tables: Tables::new(workspace), directory: Directory::default(), now, salt: 0 }
    }

    /// Sets the database's clock.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The database's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The record's end.
    #[must_use]
    pub fn head(&self) -> Head {
        self.tables.head
    }

    /// One batch of change sets.
    ///
    /// # Errors
    /// See [`decide_batch`].
    pub fn push(&mut self, requests: Vec<Request>) -> Result<Appended, StoreError> {
        self.batch(&requests.into_iter().map(Work::Set).collect::<Vec<_>>())
    }

    /// Does what is due by now, and what becomes due at once by that.
    ///
    /// # Errors
    /// See [`decide_batch`].
    pub fn run_due_jobs(&mut self) -> Result<Appended, StoreError> {
        const LEASE_SECS: u32 = 10;
        const LIMIT: usize = 1_000;
        let jobs = self.tables.claim_jobs(self.now, LEASE_SECS, LIMIT);
        // No channel leads out of memory.
        let nowhere = || Outcome::Failed { reason: "no channel".to_owned() };
        let work = jobs.into_iter().map(|job| match job.body {
            JobBody::Deliver { .. } => Work::Delivered(job, nowhere()),
            _ => Work::Job(job),
        });
        self.batch(&work.collect::<Vec<_>>())
    }

    /// Milliseconds until the next job is due.
    #[must_use]
    pub fn next_job_in(&self) -> Option<i64> {
        self.tables.next_job_in(self.now)
    }

    fn batch(&mut self, work: &[Work]) -> Result<Appended, StoreError> {
        let needs = needs(work);
        let tables = &self.tables;
        let mut entities = tables.with_incidents(&needs.entities);
        entities.retain(|entity| !entity.kind.is_directory());
        entities.extend(tables.pages_of(&needs.pages_of));
        let answers = needs.answers.iter().filter_map(|id| tables.answers.get(id));
        let keys = needs.keys.iter().filter_map(|n| tables.keys.get(n).map(|state| (*n, *state)));
        let mut loaded = Loaded {
            head: tables.head,
            now: self.now,
            directory: std::mem::take(&mut self.directory),
            entities: entities.into_iter().map(|entity| (entity.id, entity)).collect(),
            answers: answers.map(|answer| (answer.set, answer.clone())).collect(),
            keys: keys.collect(),
            marks: tables.jobs_due(&needs.marks).into_iter().collect(),
            waiting: tables.waiting(),
        };
        let salt = &mut self.salt;
        let mut salts = || {
            *salt += 1;
            u128::from(*salt).to_be_bytes()
        };
        let decided = decide_batch(&mut loaded, work, &mut salts);
        if decided.is_ok() {
            self.directory = loaded.directory;
        } else {
            self.directory.refresh(self.tables.directory_after(0), self.tables.head.seq);
        }
        let decided = decided?;
        self.tables.apply(&decided.writes, self.now);
        Ok(Appended { answers: decided.answers, event: decided.event })
    }

    /// Rows after `seq`, at most `limit`, never splitting a set.
    #[must_use]
    pub fn rows_after(&self, seq: u64, limit: usize) -> &[StoredRow] {
        self.tables.rows_after(seq, limit)
    }

    /// Head of the chain after a row.
    #[must_use]
    pub fn head_at(&self, seq: u64) -> Option<Hash> {
        self.tables.head_at(seq)
    }

    /// An entity as it stands.
    #[must_use]
    pub fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.tables.entities.get(&id)
    }

    /// All entities as they stand, by id.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.tables.entities.values()
    }

    /// All entities of an incident, itself included.
    pub fn entities_of(&self, incident: EntityId) -> impl Iterator<Item = &Entity> {
        self.tables.of_incident(incident)
    }

    /// See [`crate::store::Store::snapshot_page`].
    #[must_use]
    pub fn snapshot_page(&self, key: SnapshotKey, now: Timestamp, limit: usize) -> Vec<Entity> {
        self.tables.snapshot_page(key, now, limit)
    }

    /// See [`crate::store::Store::to_forget`].
    #[must_use]
    pub fn to_forget(&self, person: EntityId, device: DeviceId) -> Vec<(EntityId, u64)> {
        self.tables.to_forget(person, device)
    }

    /// See [`crate::store::Store::forgotten`].
    pub fn forgotten(&mut self, device: DeviceId, incident: EntityId, seq: u64) {
        self.tables.forgotten(device, incident, seq);
    }

    /// See [`crate::store::Store::gained_after`].
    #[must_use]
    pub fn gained_after(&self, person: EntityId, seq: u64) -> Vec<(EntityId, u64)> {
        self.tables.gained_after(person, seq)
    }

    /// Grants fresh keys to a device.
    pub fn grant_keys(&mut self, device: DeviceId, count: u32) -> Vec<u64> {
        self.tables.grant_keys(device, count)
    }

    /// See [`crate::store::Store::raise_next_key`].
    pub fn raise_next_key(&mut self, highest_key: u64) {
        self.tables.raise_next_key(highest_key);
    }

    /// A copy as it stands now.
    #[must_use]
    pub fn backup(&self) -> Backup {
        Backup(self.tables.clone())
    }

    /// Goes back to a copy and starts a new epoch. Salts go on, so the new life's chain differs from
    /// the lost one even when the same sets are offered again.
    pub fn restore(&mut self, backup: &Backup, highest_key: u64) {
        let epoch = self.tables.head.epoch.max(backup.0.head.epoch) + 1;
        self.tables = backup.0.clone();
        self.tables.head.epoch = epoch;
        self.tables.raise_next_key(highest_key);
        self.directory = Directory::default();
        self.directory.refresh(self.tables.directory_after(0), self.tables.head.seq);
    }
}
