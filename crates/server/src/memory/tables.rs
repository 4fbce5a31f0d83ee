//! The tables that a database would hold.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    chain::Hash,
    decide::KeyState,
    entity::{Entity, Kind},
    id::{DeviceId, EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use firebell_protocol::http::priority;
use uuid::Uuid;

use crate::store::{
    Account, ClaimedJob, Columns, DeviceRecord, Head, MAX_KEY_JUMP, NewJob, SnapshotKey,
    StoredAnswer, StoredRow, Writes, recent_since,
};

/// A job and who holds it.
#[derive(Debug, Clone)]
struct Job {
    job: NewJob,
    fence: i64,
    leased_until: Option<Timestamp>,
}

/// An invitation.
#[derive(Debug, Clone)]
pub(super) struct Invited {
    pub(super) admin: bool,
    pub(super) expires_at: Timestamp,
}

/// Everything.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    pub(super) head: Head,
    pub(super) log: Vec<StoredRow>,
    pub(super) entities: BTreeMap<EntityId, Entity>,
    /// Entities by incident and id, none first: the order of a snapshot.
    order: BTreeSet<(Option<EntityId>, EntityId)>,
    pub(super) answers: BTreeMap<SetId, StoredAnswer>,
    pub(super) keys: BTreeMap<u64, KeyState>,
    jobs: BTreeMap<Uuid, Job>,
    /// The last that was given; none is given twice, not even to a job written again under its old id.
    fence: i64,
    access: BTreeMap<(EntityId, EntityId), (bool, u64)>,
    forgotten: BTreeMap<(DeviceId, EntityId), u64>,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) invitations: BTreeMap<Hash, Invited>,
    pub(super) devices: BTreeMap<DeviceId, DeviceRecord>,
    pub(super) documents: BTreeMap<EntityId, super::documents::Stored>,
}

impl Tables {
    pub(super) fn new(workspace: WorkspaceId) -> Self {
        Self {
            head: Head { workspace, epoch: 1, seq: 0, hash: Hash::ZERO, next_key: 1 },
            log: Vec::new(),
            entities: BTreeMap::new(),
            order: BTreeSet::new(),
            answers: BTreeMap::new(),
            keys: BTreeMap::new(),
            jobs: BTreeMap::new(),
            fence: 0,
            access: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            accounts: BTreeMap::new(),
            invitations: BTreeMap::new(),
            devices: BTreeMap::new(),
            documents: BTreeMap::new(),
        }
    }

    pub(super) fn apply(&mut self, writes: &Writes, now: Timestamp) {
        self.log.extend(writes.rows.iter().cloned());
        for entity in &writes.entities {
            self.order.insert((entity.incident, entity.id));
            self.entities.insert(entity.id, entity.clone());
        }
        self.answers.extend(writes.answers.iter().map(|answer| (answer.set, answer.clone())));
        for (number, device) in &writes.keys_granted {
            self.keys.insert(*number, KeyState::Granted(*device));
        }
        for (number, incident) in &writes.keys_used {
            self.keys.insert(*number, KeyState::Used(*incident));
        }
        for (id, fence) in &writes.jobs_done {
            self.finish_job(*id, *fence);
        }
        for device in &writes.released {
            self.release_jobs(*device, now);
        }
        for job in &writes.jobs {
            // Whoever holds the old one must not end the new one.
            self.fence += 1;
            let held = Job { job: job.clone(), fence: self.fence, leased_until: None };
            self.jobs.insert(job.id, held);
        }
        for change in &writes.access {
            let key = (change.person, change.incident);
            self.access.insert(key, (change.gains, change.seq));
        }
        if let Some(head) = writes.head {
            self.head = head;
        }
    }

    /// Entities and the incident of each.
    pub(super) fn with_incidents(&self, ids: &[EntityId]) -> Vec<Entity> {
        let found = || ids.iter().filter_map(|id| self.entities.get(id));
        let wanted: BTreeSet<EntityId> =
            found().flat_map(|entity| entity.incident.into_iter().chain([entity.id])).collect();
        wanted.iter().filter_map(|id| self.entities.get(id)).cloned().collect()
    }

    pub(super) fn of_incident(&self, incident: EntityId) -> impl Iterator<Item = &Entity> {
        let (first, last) = (EntityId(Uuid::nil()), EntityId(Uuid::max()));
        self.order
            .range((Some(incident), first)..=(Some(incident), last))
            .filter_map(|(_, id)| self.entities.get(id))
    }

    pub(super) fn pages_of(&self, incidents: &[EntityId]) -> Vec<Entity> {
        incidents
            .iter()
            .flat_map(|incident| self.of_incident(*incident))
            .filter(|entity| entity.kind == Kind::PAGE)
            .cloned()
            .collect()
    }

    pub(super) fn directory_after(&self, seq: u64) -> Vec<Entity> {
        self.entities
            .values()
            .filter(|entity| entity.kind.is_directory() && entity.seq > seq)
            .cloned()
            .collect()
    }

    pub(super) fn rows_after(&self, seq: u64, limit: usize) -> &[StoredRow] {
        let from = (seq as usize).min(self.log.len());
        let rest = &self.log[from..];
        let mut rows = &rest[..limit.min(rest.len())];
        if let Some(last) = rows.last()
            && last.set_end > last.seq
        {
            let whole = rows.iter().rposition(|row| row.set_end == row.seq).map_or(0, |i| i + 1);
            rows = &rows[..whole];
        }
        match rest.first() {
            // A set larger than the limit comes whole nevertheless.
            Some(first) if rows.is_empty() => &rest[..=(first.set_end - first.seq) as usize],
            _ => rows,
        }
    }

    pub(super) fn head_at(&self, seq: u64) -> Option<Hash> {
        match seq.checked_sub(1) {
            None => Some(Hash::ZERO),
            Some(index) => self.log.get(index as usize).map(|row| row.head),
        }
    }

    pub(super) fn snapshot_page(
        &self,
        key: SnapshotKey,
        now: Timestamp,
        limit: usize,
    ) -> Vec<Entity> {
        let cut = recent_since(now);
        let from = key.after.map_or(std::ops::Bound::Unbounded, |id| {
            let incident = self.entities.get(&id).and_then(|entity| entity.incident);
            std::ops::Bound::Excluded((incident, id))
        });
        let wanted = |incident: Option<EntityId>, entity: &Entity| {
            let Some(incident) = incident.and_then(|id| self.entities.get(&id)) else {
                let directory = entity.kind.is_directory();
                return key.priority == if directory { priority::BOARD } else { priority::REST };
            };
            let columns = Columns::of(incident);
            match key.priority {
                priority::BOARD => {
                    columns.open && (entity.kind == Kind::INCIDENT || entity.kind == Kind::PAGE)
                }
                priority::OPEN => columns.open,
                _ if columns.open && incident.seq <= key.start => false,
                priority::RECENT => columns.declared_at >= Some(cut),
                _ => columns.declared_at < Some(cut),
            }
        };
        self.order
            .range((from, std::ops::Bound::Unbounded))
            .filter_map(|(incident, id)| {
                self.entities.get(id).filter(|entity| wanted(*incident, entity))
            })
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn claim_jobs(
        &mut self,
        now: Timestamp,
        lease_secs: u32,
        limit: usize,
    ) -> Vec<ClaimedJob> {
        self.fence += 1;
        let fence = self.fence;
        let mut due: Vec<&mut Job> = self
            .jobs
            .values_mut()
            .filter(|held| held.job.due_at <= now && held.leased_until.is_none_or(|at| at <= now))
            .collect();
        due.sort_by_key(|held| (held.job.due_at, held.job.id));
        due.into_iter()
            .take(limit)
            .map(|held| {
                held.fence = fence;
                held.leased_until = Some(now.plus_secs(i64::from(lease_secs)));
                ClaimedJob {
                    id: held.job.id,
                    fence: held.fence,
                    due_at: held.job.due_at,
                    body: held.job.body.clone(),
                }
            })
            .collect()
    }

    fn finish_job(&mut self, id: Uuid, fence: i64) {
        if self.jobs.get(&id).is_some_and(|held| held.fence == fence) {
            self.jobs.remove(&id);
        }
    }

    pub(super) fn jobs_due(&self, ids: &[Uuid]) -> Vec<(Uuid, Timestamp)> {
        ids.iter().filter_map(|id| Some((*id, self.jobs.get(id)?.job.due_at))).collect()
    }

    pub(super) fn release_jobs(&mut self, device: DeviceId, now: Timestamp) {
        for held in self.jobs.values_mut().filter(|held| held.job.waits_for == Some(device)) {
            held.job.waits_for = None;
            held.job.due_at = held.job.due_at.min(now);
        }
    }

    /// Whether any job waits for a device's push.
    pub(super) fn waiting(&self) -> bool {
        self.jobs.values().any(|held| held.job.waits_for.is_some())
    }

    pub(super) fn next_job_in(&self, now: Timestamp) -> Option<i64> {
        let at = |held: &Job| held.job.due_at.max(held.leased_until.unwrap_or(held.job.due_at));
        self.jobs.values().map(at).min().map(|at| at.since(now).max(0))
    }

    pub(super) fn to_forget(&self, person: EntityId, device: DeviceId) -> Vec<(EntityId, u64)> {
        let lost = self.access.iter().filter(|((who, incident), (gains, seq))| {
            let confirmed = self.forgotten.get(&(device, *incident));
            *who == person && !gains && confirmed.is_none_or(|confirmed| confirmed < seq)
        });
        lost.map(|((_, incident), (_, seq))| (*incident, *seq)).collect()
    }

    pub(super) fn forgotten(&mut self, device: DeviceId, incident: EntityId, seq: u64) {
        let confirmed = self.forgotten.entry((device, incident)).or_default();
        *confirmed = seq.max(*confirmed);
    }

    pub(super) fn gained_after(&self, person: EntityId, seq: u64) -> Vec<(EntityId, u64)> {
        let gained = self
            .access
            .iter()
            .filter(|((who, _), (gains, at))| *who == person && *gains && *at > seq);
        gained.map(|((_, incident), (_, at))| (*incident, *at)).collect()
    }

    pub(super) fn grant_keys(&mut self, device: DeviceId, count: u32) -> Vec<u64> {
        let first = self.head.next_key;
        self.head.next_key += u64::from(count);
        let numbers: Vec<u64> = (first..self.head.next_key).collect();
        self.keys.extend(numbers.iter().map(|number| (*number, KeyState::Granted(device))));
        numbers
    }

    pub(super) fn raise_next_key(&mut self, highest_key: u64) {
        if highest_key.saturating_sub(self.head.next_key) < MAX_KEY_JUMP {
            self.head.next_key = self.head.next_key.max(highest_key + 1);
        }
    }
}
