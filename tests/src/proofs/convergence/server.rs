//! The server's side of the simulated network: what it sends to whom.

use std::collections::BTreeMap;

use firebell_domain::{entity::Entity, id::EntityId, permission};
use firebell_protocol::{
    frame::Resume,
    http::{IncidentDump, SnapshotChunk, priority},
    row::{Cursor, Slot, salt_to_hex},
};
use firebell_server::{
    memory::MemoryRecord,
    store::{SnapshotKey, StoredRow},
};
use serde::{Deserialize, Serialize};

/// A snapshot's place, in its token.
#[derive(Serialize, Deserialize)]
struct Token {
    epoch: u64,
    start: u64,
    head: firebell_domain::chain::Hash,
    key: SnapshotKey,
}

/// How a desktop goes on from its cursor.
pub(super) fn resume(record: &MemoryRecord, cursor: Option<Cursor>) -> Resume {
    let head = record.head();
    let Some(cursor) = cursor else { return Resume::Snapshot };
    if cursor.epoch != head.epoch {
        return Resume::NewEpoch;
    }
    let here = if cursor.seq == 0 {
        Some(firebell_domain::chain::Hash::ZERO)
    } else {
        record.head_at(cursor.seq)
    };
    if here == Some(cursor.head) { Resume::Rows } else { Resume::ChainBroken }
}

/// Slots after `seq` for a person, with the head after them and their last place.
pub(super) fn slots(
    record: &MemoryRecord,
    person: EntityId,
    seq: u64,
    limit: usize,
) -> Option<(Vec<Slot>, firebell_domain::chain::Hash, u64)> {
    let rows = record.rows_after(seq, limit);
    let last = rows.last()?;
    let slots = rows.iter().map(|row| slot(record, person, row)).collect();
    Some((slots, last.head, last.seq))
}

fn slot(record: &MemoryRecord, person: EntityId, row: &StoredRow) -> Slot {
    let bytes = String::from_utf8_lossy(&row.row).into_owned();
    let salt = salt_to_hex(&row.salt);
    let shown = Slot::Row { seq: row.seq, salt, row: bytes };
    if sees(record, person, row.incident) {
        return shown;
    }
    let leaf = shown.leaf().unwrap_or(firebell_domain::chain::Hash::ZERO);
    Slot::Leaf { seq: row.seq, leaf }
}

/// Whether a person may see what belongs to this incident.
pub(super) fn sees(record: &MemoryRecord, person: EntityId, incident: Option<EntityId>) -> bool {
    incident.is_none_or(|id| record.entity(id).is_some_and(|e| permission::may_see(person, e)))
}

/// The next chunk of a first sync. A token of an earlier life of the record is no good any more.
pub(super) fn chunk(
    record: &MemoryRecord,
    person: EntityId,
    token: Option<&str>,
    limit: usize,
) -> Option<SnapshotChunk> {
    let head = record.head();
    let token = match token {
        None => Token {
            epoch: head.epoch,
            start: head.seq,
            head: head.hash,
            key: SnapshotKey { priority: priority::BOARD, after: None, start: head.seq },
        },
        Some(token) => {
            serde_json::from_str(token).ok().filter(|t: &Token| t.epoch == head.epoch)?
        }
    };
    let page = record.snapshot_page(token.key, record.now(), limit);
    let next = match page.last() {
        Some(last) => Some(SnapshotKey { after: Some(last.id), ..token.key }),
        None if token.key.priority < priority::REST => {
            Some(SnapshotKey { priority: token.key.priority + 1, after: None, ..token.key })
        }
        None => None,
    };
    let visible = page.iter().filter(|entity| sees(record, person, entity.incident));
    let entities = visible.map(bytes).collect();
    let next = next.and_then(|key| serde_json::to_string(&Token { key, ..token }).ok());
    Some(SnapshotChunk {
        epoch: token.epoch,
        start: token.start,
        head: token.head,
        entities,
        priority: token.key.priority,
        next,
        done: 0,
        total: 0,
    })
}

/// All of an incident as it stands.
pub(super) fn dump(record: &MemoryRecord, incident: EntityId) -> IncidentDump {
    let entities = record.entities_of(incident).map(bytes).collect();
    IncidentDump { seq: record.head().seq, entities }
}

/// What a desktop of this person must hold in the end.
pub(super) fn expected(record: &MemoryRecord, person: EntityId) -> BTreeMap<EntityId, Entity> {
    record
        .entities()
        .filter(|entity| sees(record, person, entity.incident))
        .map(|entity| (entity.id, entity.clone()))
        .collect()
}

fn bytes(entity: &Entity) -> String {
    firebell_domain::canonical::to_bytes(entity)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}
