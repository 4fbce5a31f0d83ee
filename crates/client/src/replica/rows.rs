//! Rows of the log: checked against the chain, then folded.

use firebell_domain::{
    chain::Hash,
    entity::{Kind, Stamp},
    id::{ChangeId, EntityId},
    outcome,
    timeline::Entry,
};
use firebell_protocol::row::{Row, Slot};

use super::slice::{Notice, Slice, Working, Writes};

/// A place of the log and the head of the chain there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Last row read; 0 before the first.
    pub seq: u64,
    /// Head after it.
    pub head: Hash,
}

impl Place {
    /// Before the first row.
    pub const START: Place = Place { seq: 0, head: Hash::ZERO };
}

/// Why rows were not applied. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Rows are missing before the first of these.
    #[error("rows are missing: expected {expected}, got {got}")]
    Gap {
        /// The next row.
        expected: u64,
        /// What came.
        got: u64,
    },
    /// The record does not extend what this desktop has seen.
    #[error("the record does not extend what this desktop has seen, at row {seq}")]
    ChainBroken {
        /// Last row of what was sent.
        seq: u64,
    },
    /// A row is of a shape that this version cannot read at all.
    #[error("row {seq} cannot be read: {why}")]
    Unreadable {
        /// Which.
        seq: u64,
        /// Why.
        why: String,
    },
}

/// A row with its verbatim bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// As read.
    pub row: Row,
    /// As sent.
    pub bytes: String,
}

/// Rows that extend the chain, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Those that the person may see.
    pub rows: Vec<LogRow>,
    /// The end after them.
    pub place: Place,
}

impl Batch {
    /// Entities that the rows are about.
    pub fn entities(&self) -> impl Iterator<Item = EntityId> + '_ {
        self.rows.iter().map(|row| row.row.outcome.entity)
    }
}

/// Checks slots against the chain: they follow `from` without gaps, and their leafs lead to `head`.
/// Slots that were read before are left out.
///
/// # Errors
/// [`ApplyError`]; then nothing of them may be applied.
pub fn verify(from: Place, slots: &[Slot], head: Hash) -> Result<Batch, ApplyError> {
    let mut place = from;
    let mut rows = Vec::with_capacity(slots.len());
    let mut last = 0;
    for slot in slots {
        let seq = slot.seq();
        last = seq;
        if seq <= place.seq {
            continue;
        }
        if seq != place.seq + 1 {
            return Err(ApplyError::Gap { expected: place.seq + 1, got: seq });
        }
        let leaf = slot.leaf().ok_or(ApplyError::ChainBroken { seq })?;
        place = Place { seq, head: place.head.extend(seq, leaf) };
        if let Slot::Row { row: bytes, .. } = slot {
            let row: Row = serde_json::from_str(bytes)
                .map_err(|error| ApplyError::Unreadable { seq, why: error.to_string() })?;
            if row.seq != seq {
                return Err(ApplyError::ChainBroken { seq });
            }
            rows.push(LogRow { row, bytes: bytes.clone() });
        }
    }
    // Slots that end before `from` prove nothing: their head lies in the past.
    if last == place.seq && place.head != head {
        return Err(ApplyError::ChainBroken { seq: last });
    }
    Ok(Batch { rows, place })
}

/// Folds checked rows. `slice` holds the entities of the batch, this desktop's sets that stand in it or
/// were accepted up to its end, and the entities of those.
#[must_use]
pub fn apply_rows(slice: &Slice, batch: &Batch) -> Writes {
    let mut working = Working::on(slice);
    for LogRow { row, .. } in &batch.rows {
        let id = row.outcome.entity;
        let before = working.confirmed(id).cloned();
        if before.as_ref().is_some_and(|entity| entity.seq >= row.seq) {
            continue;
        }
        let stamp = row.stamp().unwrap_or(Stamp {
            // A change of a newer shape: who and when stand in the row itself.
            change: ChangeId(row.set.0),
            author: row.author,
            at: row.received_at,
        });
        let new = before.is_none();
        let after = outcome::fold(before, &row.outcome, &stamp, Some(row.seq));
        if new && after.kind == Kind::ENTRY && !Entry(&after).mentions().is_empty() {
            working.writes.notices.push(Notice::Mentions { entry: id });
        }
        working.confirm(after);
    }
    for LogRow { row, .. } in &batch.rows {
        if row.index + 1 == row.of
            && let Some(set) = working.set(row.set).cloned()
        {
            working.drop_set(&set);
            working.writes.kept.push(set);
        }
    }
    working.settle(batch.place.seq);
    working.writes.rows.clone_from(&batch.rows);
    working.writes.place = Some(batch.place);
    working.finish()
}
