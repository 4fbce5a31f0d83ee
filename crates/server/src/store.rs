//! What the server asks of a database, and no more. Two crates answer: `server-sqlite` and
//! `server-postgres`; one conformance suite holds both to it. A new noun of the domain adds no method.

mod columns;
mod documents;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use firebell_domain::{
    chain::Hash,
    decide::{KeyState, Refusal},
    entity::Entity,
    id::{DeviceId, EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub use columns::{Columns, bigint, recent_since};
pub use documents::{Documents, StoredDocument, StoredUpdate};
// The parts of a first sync, for stores.
pub use firebell_protocol::http::priority;

/// The most numbers that a report of a desktop may jump over.
pub const MAX_KEY_JUMP: u64 = 1_000_000;

/// A store shared by all parts of the server.
pub type SharedStore = Arc<dyn Store>;

/// Why a store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked or timed out; worth another try.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// What is stored cannot be read.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// It was written by a newer Firebell; nothing was touched.
    #[error("the database was written by a newer Firebell: {0}")]
    Newer(String),
    /// Anything else.
    #[error("the database refused: {0}")]
    Other(String),
}

/// What stands in a database, before anything is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No record.
    Nothing,
    /// A record of an older schema.
    Older,
    /// A record of this program's schema.
    Current,
}

/// The record's identity and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which record.
    pub workspace: WorkspaceId,
    /// Which life of it; a restore or failover starts a new one.
    pub epoch: u64,
    /// Last row; 0 for an empty record.
    pub seq: u64,
    /// Head of the chain after it.
    pub hash: Hash,
    /// The lowest key number given to nobody.
    pub next_key: u64,
}

/// A row as it is stored: indexed columns beside the verbatim bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Its place in the log.
    pub seq: u64,
    /// Its entity.
    pub entity: EntityId,
    /// The incident it belongs to; none is visible to everyone.
    pub incident: Option<EntityId>,
    /// Salt of its leaf.
    pub salt: [u8; 16],
    /// Head of the chain after it.
    pub head: Hash,
    /// Place of the last row of its change set: pages of the log never split a set.
    pub set_end: u64,
    /// Canonical bytes of a [`firebell_protocol::row::Row`].
    pub row: Vec<u8>,
}

/// What became of a set, kept so that a resend gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The set.
    pub set: SetId,
    /// From which device; none for the server's own.
    pub device: Option<DeviceId>,
    /// Hash of its changes, to tell another body under the same id.
    pub body: Hash,
    /// First and last row, when it was accepted.
    pub rows: Option<(u64, u64)>,
    /// Why not, when it was refused.
    pub refusal: Option<Refusal>,
}

/// Something to do at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum JobBody {
    /// Ask a page what it does next.
    StepPage {
        /// Which page.
        page: EntityId,
    },
    /// Start paging for an incident, after waiting for the rest of a push.
    StartPaging {
        /// Which incident.
        incident: EntityId,
        /// The change that caused it.
        cause: firebell_domain::id::ChangeId,
    },
    /// Look whether paging does what it promises; comes again by itself.
    Audit {
        /// After so many seconds.
        every_secs: u32,
    },
    /// Look who on call could not be rung; comes again by itself.
    CheckReadiness {
        /// After so many seconds.
        every_secs: u32,
    },
    /// Reach somebody by another channel than their desktop. Done outside of any append; what became of
    /// it ends the job.
    Deliver {
        /// Of which page.
        page: EntityId,
        /// Which of its deliveries.
        delivery: String,
    },
    /// Somebody was told of something just now: until it is due, nothing else goes to them by that channel.
    Quiet {},
    /// Look at a maintenance window, whose end may have come.
    ReviewMaintenance {
        /// Which window.
        maintenance: EntityId,
    },
}

/// A job to write. Its id is made from its cause, so writing it twice is writing it once; writing an
/// existing id moves its due time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Made from the cause.
    pub id: uuid::Uuid,
    /// When, by the database's clock.
    pub due_at: Timestamp,
    /// What.
    pub body: JobBody,
    /// The device whose push it waits for, if it does.
    pub waits_for: Option<DeviceId>,
}

/// A job held by lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: uuid::Uuid,
    /// Grows with each claim; finishing with an old one does nothing.
    pub fence: i64,
    /// When it was due.
    pub due_at: Timestamp,
    /// What.
    pub body: JobBody,
}

/// Who gains or loses sight of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessChange {
    /// The person.
    pub person: EntityId,
    /// The incident.
    pub incident: EntityId,
    /// Gains (`Backfill`) or loses (`Forget`, until the desktop confirms).
    pub gains: bool,
    /// As of this row.
    pub seq: u64,
}

/// Everything that a batch writes, in one transaction.
#[derive(Debug, Clone, Default)]
pub struct Writes {
    /// New rows, in order.
    pub rows: Vec<StoredRow>,
    /// Entities as they stand now.
    pub entities: Vec<Entity>,
    /// Answers to keep.
    pub answers: Vec<StoredAnswer>,
    /// Keys that became an incident's.
    pub keys_used: Vec<(u64, EntityId)>,
    /// Keys granted to devices.
    pub keys_granted: Vec<(u64, DeviceId)>,
    /// Jobs.
    pub jobs: Vec<NewJob>,
    /// Jobs that are done, by id and fence; an old fence ends nothing. Before `jobs`.
    pub jobs_done: Vec<(uuid::Uuid, i64)>,
    /// Devices whose push is over: what waited for them is due now. Before `jobs`.
    pub released: Vec<DeviceId>,
    /// Sight of incidents.
    pub access: Vec<AccessChange>,
    /// The record's end after the batch.
    pub head: Option<Head>,
}

/// One append: the lock is held from [`Store::begin`] to [`Append::commit`] or drop (which rolls back).
#[async_trait]
pub trait Append: Send {
    /// The record's end, read under the lock.
    fn head(&self) -> Head;

    /// The database's clock, read under the lock (`clock_timestamp()`), tests' offset added.
    fn now(&self) -> Timestamp;

    /// Whether any job waits for a device's push; a store that does not look says yes.
    fn waiting(&self) -> bool {
        true
    }

    /// Entities by id, and the incident of each; absent ones are left out.
    async fn entities(&mut self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError>;

    /// All pages of these incidents.
    async fn pages_of(&mut self, incidents: &[EntityId]) -> Result<Vec<Entity>, StoreError>;

    /// Entities of the directory that changed after `seq`; the caller keeps the rest in memory.
    async fn directory_after(&mut self, seq: u64) -> Result<Vec<Entity>, StoreError>;

    /// When these jobs are due; absent ones are left out.
    async fn jobs_due(
        &mut self,
        ids: &[uuid::Uuid],
    ) -> Result<Vec<(uuid::Uuid, Timestamp)>, StoreError>;

    /// Stored answers of these sets.
    async fn answers(&mut self, sets: &[SetId]) -> Result<Vec<StoredAnswer>, StoreError>;

    /// States of these key numbers; absent ones are free.
    async fn keys(&mut self, numbers: &[u64]) -> Result<Vec<(u64, KeyState)>, StoreError>;

    /// Writes and commits. When this returns `Ok`, the rows are durable.
    async fn commit(self: Box<Self>, writes: &Writes) -> Result<(), StoreError>;
}

/// An account that signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Sign-in name, lower case, unique.
    pub name: String,
    /// The person's entity.
    pub person: EntityId,
    /// argon2id in PHC form.
    pub password: String,
    /// Whether its person is made an administrator. Who is one is said by the person; this is for the
    /// moment between writing the two.
    pub admin: bool,
    /// False once it was disabled.
    pub active: bool,
}

/// A session token of a device, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRecord {
    /// The device.
    pub device: DeviceId,
    /// Whose.
    pub person: EntityId,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the token.
    pub token: Hash,
    /// Whether its access was ended.
    pub revoked: bool,
    /// When it last spoke.
    pub seen_at: Option<Timestamp>,
}

/// Part of a first sync, newest needs first.
///
/// An incident that was open when the snapshot started and stayed so comes under `BOARD` and `OPEN` alone.
/// One that changed since comes again under `RECENT` or `REST`, which go by the time of declaring: that
/// never changes, so nothing falls between two priorities however long the sync takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotKey {
    /// One of [`firebell_protocol::http::priority`].
    pub priority: u8,
    /// Place of the log when the snapshot started.
    pub start: u64,
    /// After this entity of the same priority.
    pub after: Option<EntityId>,
}

/// The database under the server.
#[async_trait]
pub trait Store: Documents + Send + Sync + 'static {
    /// A word for logs: `sqlite` or `postgres`.
    fn name(&self) -> &'static str;

    /// Takes the append lock and reads the head. Nothing but SQL happens until the commit.
    async fn begin(&self) -> Result<Box<dyn Append>, StoreError>;

    /// The record's end, outside of any append.
    async fn head(&self) -> Result<Head, StoreError>;

    /// The database's clock, tests' offset added.
    async fn now(&self) -> Result<Timestamp, StoreError>;

    /// Starts a new life of the record after a restore or failover: epoch + 1, and the next key beyond
    /// `highest_key`.
    async fn new_epoch(&self, highest_key: u64) -> Result<Head, StoreError>;

    /// Moves the next key beyond what a desktop reports after a restore. Numbers that this jumps over
    /// were granted in a life that is lost, and are accepted from whoever holds them. A jump of more
    /// than [`MAX_KEY_JUMP`] is a lie, and does nothing.
    async fn raise_next_key(&self, highest_key: u64) -> Result<(), StoreError>;

    /// Rows after `seq`, at most `limit` but never splitting a set.
    async fn rows_after(&self, seq: u64, limit: usize) -> Result<Vec<StoredRow>, StoreError>;

    /// Rows of one incident after `seq`.
    async fn rows_of(
        &self,
        incident: EntityId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError>;

    /// Head of the chain after the row `seq`; none beyond the end.
    async fn head_at(&self, seq: u64) -> Result<Option<Hash>, StoreError>;

    /// Entities by id.
    async fn entities(&self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError>;

    /// The whole directory.
    async fn directory(&self) -> Result<Vec<Entity>, StoreError>;

    /// All entities of an incident, itself included.
    async fn entities_of(&self, incident: EntityId) -> Result<Vec<Entity>, StoreError>;

    /// A page of a first sync by keyset; entities with `seq` up to the newest. Fewer than `limit` means
    /// that this priority is done. The incident of each is named in it, so that the caller can leave out
    /// what the person may not see. `now` is when the snapshot started, on every page of it.
    async fn snapshot_page(
        &self,
        key: SnapshotKey,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Entity>, StoreError>;

    /// How many entities there are.
    async fn count_entities(&self) -> Result<u64, StoreError>;

    /// Pages that ring now.
    async fn ringing_pages(&self) -> Result<Vec<Entity>, StoreError>;

    /// Takes due jobs by lease, timed by the database's clock.
    async fn claim_jobs(
        &self,
        lease_secs: u32,
        limit: usize,
    ) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Makes jobs that wait for a device's push due now.
    async fn release_jobs(&self, device: DeviceId) -> Result<(), StoreError>;

    /// Milliseconds until the next job is due (or its lease ends); none when there is none.
    async fn next_job_in(&self) -> Result<Option<i64>, StoreError>;

    /// Incidents that this person may not see any more, with the row that hid each, and of which this
    /// device has not confirmed that it purged them since.
    async fn to_forget(
        &self,
        person: EntityId,
        device: DeviceId,
    ) -> Result<Vec<(EntityId, u64)>, StoreError>;

    /// A desktop purged an incident that row `seq` hid. An older confirmation changes nothing.
    async fn forgotten(
        &self,
        device: DeviceId,
        incident: EntityId,
        seq: u64,
    ) -> Result<(), StoreError>;

    /// Incidents that this person came to see after row `seq`, with the row.
    async fn gained_after(
        &self,
        person: EntityId,
        seq: u64,
    ) -> Result<Vec<(EntityId, u64)>, StoreError>;

    /// Grants fresh keys to a device.
    async fn grant_keys(&self, device: DeviceId, count: u32) -> Result<Vec<u64>, StoreError>;

    /// An account by name.
    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError>;

    /// Writes an account; false when the name is taken.
    async fn add_account(&self, account: &Account) -> Result<bool, StoreError>;

    /// Changes password or activity of an account.
    async fn update_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Writes an invitation (hash of its code).
    async fn add_invitation(
        &self,
        code: Hash,
        admin: bool,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Uses an invitation once; none when there is none, it expired or was used. The answer says
    /// whether it makes an administrator.
    async fn use_invitation(&self, code: Hash) -> Result<Option<bool>, StoreError>;

    /// Writes a device with its token, replacing an earlier one of the same person. False when the
    /// device id belongs to somebody else.
    async fn put_device(&self, device: &DeviceRecord) -> Result<bool, StoreError>;

    /// The device of a token.
    async fn device_by_token(&self, token: Hash) -> Result<Option<DeviceRecord>, StoreError>;

    /// All devices of a person, or of everyone.
    async fn devices(&self, person: Option<EntityId>) -> Result<Vec<DeviceRecord>, StoreError>;

    /// Ends a device's access.
    async fn revoke_device(&self, device: DeviceId) -> Result<(), StoreError>;

    /// Notes that a device spoke.
    async fn device_seen(&self, device: DeviceId) -> Result<(), StoreError>;

    /// Tells the other nodes that rows came; a hint, outside of any append.
    async fn notify(&self, seq: u64) -> Result<(), StoreError>;

    /// Waits for a hint from another node; a store with one node never answers.
    async fn hinted(&self) -> Result<(), StoreError>;

    /// Writes a consistent copy of everything to a file or folder.
    async fn backup(&self, to: &Path) -> Result<(), StoreError>;

    /// What `doctor` reports: lines of (what, fine?, detail).
    async fn check(&self) -> Result<Vec<(String, bool, String)>, StoreError>;
}
