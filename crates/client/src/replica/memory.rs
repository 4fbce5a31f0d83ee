//! A desktop's record in memory, on the same functions as the SQLite store: for simulations of many
//! desktops, and as the model that the store is held to.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    canonical,
    chain::Hash,
    change::ChangeSet,
    decide::Refusal,
    entity::Entity,
    id::{DeviceId, EntityId, SetId, WorkspaceId},
    incident,
    time::Timestamp,
};
use firebell_protocol::{
    VERSION,
    frame::{Ring, SetAnswer, ToServer, Verdict},
    http::{IncidentDump, SnapshotChunk},
    row::{Cursor, Slot},
};

use super::{
    ApplyError, Executed, Notice, OutboxSet, Place, RefusedSet, Restored, Shown, Slice, Waiting,
    Who, Writes, answer, apply_rows, apply_snapshot, execute, forget, offer, plan, restore, scrub,
    verify,
};

/// A first sync under way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Snapshot {
    epoch: u64,
    place: Place,
    next: Option<String>,
}

/// One desktop in memory. What a crash loses is kept apart from what it does not, see
/// [`MemoryReplica::crash`].
#[derive(Debug, Clone)]
pub struct MemoryReplica {
    workspace: WorkspaceId,
    person: EntityId,
    device: DeviceId,
    slice: Slice,
    visible: BTreeMap<EntityId, Entity>,
    cursor: Option<(u64, Place)>,
    /// The life of the record that it met first, then that of its last cursor: what was accepted in it
    /// is asked about again in another.
    life: Option<u64>,
    snapshot: Option<Snapshot>,
    next_number: u64,
    kept: BTreeMap<SetId, OutboxSet>,
    refused: BTreeMap<SetId, RefusedSet>,
    history: BTreeMap<u64, String>,
    keys: BTreeSet<u64>,
    rings: BTreeSet<(EntityId, u32)>,
    chain_broken: bool,
    notices: Vec<Notice>,
    knows_changes: bool,
    // Volatile.
    flight: BTreeSet<SetId>,
    held: BTreeSet<SetId>,
}

impl MemoryReplica {
    /// An empty desktop.
    #[must_use]
    pub fn new(workspace: WorkspaceId, person: EntityId, device: DeviceId) -> Self {
        Self {
            workspace,
            person,
            device,
            slice: Slice::default(),
            visible: BTreeMap::new(),
            cursor: None,
            life: None,
            snapshot: None,
            next_number: 1,
            kept: BTreeMap::new(),
            refused: BTreeMap::new(),
            history: BTreeMap::new(),
            keys: BTreeSet::new(),
            rings: BTreeSet::new(),
            chain_broken: false,
            notices: Vec::new(),
            knows_changes: true,
            flight: BTreeSet::new(),
            held: BTreeSet::new(),
        }
    }

    /// Makes it a desktop of an older version that knows no kind of change: it goes on folding.
    pub fn forget_change_kinds(&mut self) {
        self.knows_changes = false;
    }

    /// It is upgraded again.
    pub fn upgrade(&mut self) {
        self.knows_changes = true;
    }

    /// Its person.
    #[must_use]
    pub fn person(&self) -> EntityId {
        self.person
    }

    /// Its device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// What its person sees; a `World` for deciding.
    #[must_use]
    pub fn visible(&self) -> &BTreeMap<EntityId, Entity> {
        &self.visible
    }

    /// What the server confirmed.
    #[must_use]
    pub fn confirmed(&self) -> &BTreeMap<EntityId, Entity> {
        &self.slice.confirmed
    }

    /// Sets whose rows have not arrived, in order.
    pub fn unsent(&self) -> impl Iterator<Item = &OutboxSet> {
        self.slice.unsent.values()
    }

    /// Refused sets that wait for their author.
    pub fn refused(&self) -> impl Iterator<Item = &RefusedSet> {
        self.refused.values()
    }

    /// Own sets that were accepted and arrived.
    pub fn kept(&self) -> impl Iterator<Item = &OutboxSet> {
        self.kept.values()
    }

    /// Up to where it has the log; none before its first sync has finished.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        let (epoch, place) = self.cursor?;
        Some(Cursor { workspace: self.workspace, epoch, seq: place.seq, head: place.head })
    }

    /// Whether the server's record failed to extend what it saw.
    #[must_use]
    pub fn chain_broken(&self) -> bool {
        self.chain_broken
    }

    /// What its person was told since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Lines of the program in an incident's stream: how many of its rows this version can put in words.
    #[must_use]
    pub fn lines(&self) -> usize {
        let rows = self
            .history
            .values()
            .filter_map(|row| serde_json::from_str::<firebell_protocol::row::Row>(row).ok());
        rows.filter(|row| self.knows_changes && row.known_change().is_some()).count()
    }

    /// The lowest key number of its reserve.
    #[must_use]
    pub fn next_key(&self) -> Option<u64> {
        self.keys.first().copied()
    }

    /// Keys for the reserve.
    pub fn add_keys(&mut self, numbers: impl IntoIterator<Item = u64>) {
        self.keys.extend(numbers);
    }

    /// The first frame.
    #[must_use]
    pub fn hello(&self, token: String) -> ToServer {
        let in_incidents = self
            .visible
            .values()
            .filter_map(|entity| incident::key_number(entity.text("key")))
            .max();
        let highest_key = in_incidents.max(self.keys.last().copied()).unwrap_or(0);
        ToServer::Hello {
            protocol: VERSION,
            token,
            device: self.device,
            cursor: self.cursor(),
            keys_left: u32::try_from(self.keys.len()).unwrap_or(u32::MAX),
            highest_key,
        }
    }

    /// Its person does something.
    ///
    /// # Errors
    /// The refusal when the rules refuse it as things stand here.
    pub fn execute(&mut self, now: Timestamp, set: &ChangeSet) -> Result<Executed, Refusal> {
        let who = Who {
            person: self.person,
            device: self.device,
            number: self.next_number,
            now,
            again: false,
        };
        let (writes, executed) = execute(&self.slice, &self.visible, who, set)?;
        self.write(writes);
        Ok(executed)
    }

    /// The next push, if there is anything to send.
    pub fn push(&mut self) -> Option<ToServer> {
        let waiting: Vec<Waiting> = self
            .slice
            .unsent
            .values()
            .filter(|set| set.accepted.is_none())
            .map(|set| Waiting {
                number: set.number,
                id: set.id,
                after: set.after.clone(),
                referee: self.knows_changes && set.is_referee(),
                again: set.again,
                bytes: set.changes.iter().map(|change| change.to_string().len()).sum(),
            })
            .collect();
        let push = plan(&waiting, &self.flight, &self.held);
        if push.sets.is_empty() {
            return None;
        }
        self.flight.extend(&push.sets);
        let sets =
            push.sets.iter().filter_map(|id| self.slice.set(*id)).map(OutboxSet::to_push).collect();
        Some(ToServer::Push { sets, more: push.more })
    }

    /// Answers to a push.
    pub fn take_answers(&mut self, answers: &[SetAnswer]) {
        let seq = self.cursor.map_or(0, |(_, place)| place.seq);
        for given in answers {
            self.flight.remove(&given.id);
            if matches!(given.verdict, Verdict::NotNow { .. }) {
                self.held.insert(given.id);
            }
            let writes = answer(&self.slice, seq, self.next_number, given);
            self.write(writes);
        }
    }

    /// Sets that were answered "not now" may be tried again.
    pub fn release_held(&mut self) {
        self.held.clear();
    }

    /// Rows of the log.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing was changed then, except that a broken chain is remembered.
    pub fn take_rows(&mut self, slots: &[Slot], head: Hash) -> Result<(), ApplyError> {
        let Some((_, place)) = self.cursor.filter(|_| !self.chain_broken) else { return Ok(()) };
        let batch = verify(place, slots, head).inspect_err(|error| {
            self.chain_broken |= matches!(error, ApplyError::ChainBroken { .. });
        })?;
        let writes = apply_rows(&self.slice, &batch);
        self.write(writes);
        Ok(())
    }

    /// The server says which life its record is in.
    pub fn welcome(&mut self, epoch: u64) {
        self.life.get_or_insert(epoch);
    }

    /// The server says that its record does not extend what this desktop saw.
    pub fn set_chain_broken(&mut self) {
        self.chain_broken = true;
    }

    /// Token of the next chunk of a first sync that is under way (`Some(None)`: from the beginning).
    #[must_use]
    pub fn wants_chunk(&self) -> Option<Option<String>> {
        match (&self.cursor, &self.snapshot) {
            (_, Some(snapshot)) => Some(snapshot.next.clone()),
            (None, None) => Some(None),
            (Some(_), None) => None,
        }
    }

    /// The desktop is too far behind: it takes a snapshot and keeps what it has meanwhile.
    pub fn begin_snapshot(&mut self) {
        self.cursor = None;
        self.snapshot = None;
    }

    /// The record has begun a new life: what is here is shown until the snapshot replaces it, and own
    /// sets of the earlier life wait to be offered again.
    pub fn begin_life(&mut self) {
        self.begin_snapshot();
        self.chain_broken = false;
        self.slice.stale = self.slice.confirmed.keys().copied().collect();
        self.history.clear();
        let writes = offer(&self.slice, self.kept.values().cloned().collect());
        self.write(writes);
    }

    /// A chunk of a first sync. Says whether it was the last.
    pub fn take_chunk(&mut self, chunk: &SnapshotChunk) -> bool {
        let place = Place { seq: chunk.start, head: chunk.head };
        let other_life = self.life.is_some_and(|life| life != chunk.epoch);
        if self.snapshot.is_none() && other_life {
            // A restore came while a first sync was under way: the same number says something else now.
            self.slice.stale = self.slice.confirmed.keys().copied().collect();
        }
        let began = self.snapshot.get_or_insert(Snapshot { epoch: chunk.epoch, place, next: None });
        let entities: Vec<Entity> =
            chunk.entities.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
        let ids: Vec<EntityId> = entities.iter().map(|entity| entity.id).collect();
        let (epoch, place) = (began.epoch, began.place);
        began.next.clone_from(&chunk.next);
        let writes = apply_snapshot(&self.slice, entities);
        self.write(writes);
        for id in ids {
            self.slice.stale.remove(&id);
        }
        if chunk.next.is_some() {
            return false;
        }
        self.finish_snapshot(epoch, place);
        true
    }

    fn finish_snapshot(&mut self, epoch: u64, place: Place) {
        let new_life = self.life.is_some_and(|life| life != epoch);
        let offers = if new_life { self.kept.values().cloned().collect() } else { Vec::new() };
        let writes = restore(&self.slice, Restored { place, new_life, offers });
        self.slice.stale.clear();
        self.snapshot = None;
        self.cursor = Some((epoch, place));
        self.life = Some(epoch);
        self.write(writes);
    }

    /// Entities of an incident that its person may see now.
    pub fn take_incident(&mut self, dump: &IncidentDump) {
        let entities =
            dump.entities.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
        let writes = apply_snapshot(&self.slice, entities);
        self.write(writes);
    }

    /// Its person may not see this incident any more, because of row `seq`. The answer tells the server so.
    pub fn forget(&mut self, incident: EntityId, seq: u64) -> ToServer {
        let of_incident: BTreeSet<EntityId> = self
            .slice
            .confirmed
            .values()
            .filter(|entity| entity.incident == Some(incident))
            .map(|entity| entity.id)
            .collect();
        let writes = forget(&self.slice, incident);
        self.write(writes);
        self.history.retain(|_, row| {
            serde_json::from_str::<firebell_protocol::row::Row>(row)
                .is_ok_and(|row| !of_incident.contains(&row.outcome.entity))
        });
        self.kept.retain(|_, set| set.incident != Some(incident));
        for refused in self.refused.values_mut().filter(|set| set.incident == Some(incident)) {
            refused.refusal = scrub(refused.refusal.clone());
        }
        ToServer::Forgotten { incident, seq }
    }

    /// Whether this ring is to be shown: each (page, step) once.
    pub fn rings(&mut self, ring: &Ring) -> bool {
        self.rings.insert((ring.page, ring.step))
    }

    /// Its author has dealt with a refused set: it and what built on it go.
    pub fn dismiss(&mut self, root: SetId) {
        self.refused.retain(|_, set| set.root != root && set.id != root);
    }

    /// The connection ended: what was on its way is sent again.
    pub fn disconnect(&mut self) {
        self.flight.clear();
        self.held.clear();
    }

    /// The program died and started again: only what was written is left.
    pub fn crash(&mut self) {
        self.disconnect();
        self.notices.clear();
    }

    /// One hash over all confirmed entities in canonical form: equal replicas have equal digests.
    ///
    /// # Panics
    /// Never: what was folded has a canonical form.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let entities: Vec<&Entity> = self.slice.confirmed.values().collect();
        Hash::of(&canonical::to_bytes(&entities).unwrap_or_default())
    }

    fn write(&mut self, writes: Writes) {
        for (id, shown) in writes.entities {
            let (visible, confirmed) = match shown {
                Shown::Confirmed(entity) => (Some(entity.clone()), Some(entity)),
                Shown::WithUnsent { visible, confirmed } => (Some(visible), confirmed),
                Shown::Gone => (None, None),
            };
            set_or_remove(&mut self.visible, id, visible);
            set_or_remove(&mut self.slice.confirmed, id, confirmed);
        }
        for (number, set) in writes.outbox {
            self.next_number = self.next_number.max(number + 1);
            set_or_remove(&mut self.slice.unsent, number, set);
        }
        for mut set in writes.refused {
            if !self.refused.contains_key(&set.root) {
                set.root = set.id;
            }
            self.kept.remove(&set.id);
            self.refused.insert(set.id, set);
        }
        self.kept.extend(writes.kept.into_iter().map(|set| (set.id, set)));
        self.history.extend(writes.rows.into_iter().map(|row| (row.row.seq, row.bytes)));
        if let (Some(place), Some((_, here))) = (writes.place, self.cursor.as_mut()) {
            *here = place;
        }
        for number in writes.keys_used {
            self.keys.remove(&number);
        }
        self.notices.extend(writes.notices);
    }
}

fn set_or_remove<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}
