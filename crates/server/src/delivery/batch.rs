//! Rows that travel together. The frame is encoded once for all who see the same of it.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use axum::extract::ws::Utf8Bytes;
use firebell_domain::{chain::Hash, id::EntityId};
use firebell_protocol::{
    MAX_FRAME,
    frame::ToClient,
    row::{Slot, salt_to_hex},
};

use crate::store::StoredRow;

/// Rows are cut into frames of about this many bytes, so that a ring never waits long behind one.
const TARGET_BYTES: usize = 256 * 1024;
/// A change set is cut only when it would come near to the largest frame. A row is written twice into
/// its frame's JSON escapes at worst, hence the fourth.
const SET_BYTES: usize = MAX_FRAME / 4;
/// Encoded forms kept for one batch: everyone's, and those with something hidden.
const MAX_FORMS: usize = 8;

/// Rows in order, without gaps.
pub struct Batch {
    rows: Vec<StoredRow>,
    incidents: Vec<EntityId>,
    access: bool,
    bytes: usize,
    forms: Mutex<Vec<(BTreeSet<EntityId>, Utf8Bytes)>>,
}

impl Batch {
    /// Cuts rows into batches. `access` says for a row whether it changes who may see its incident.
    #[must_use]
    pub fn cut(rows: Vec<StoredRow>, access: impl Fn(&StoredRow) -> bool) -> Vec<Self> {
        let (mut batches, mut open, mut bytes) = (Vec::new(), Vec::new(), 0);
        for row in rows {
            bytes += row.row.len();
            let ends_set = row.seq >= row.set_end;
            open.push(row);
            if (ends_set && bytes >= TARGET_BYTES) || bytes >= SET_BYTES {
                batches.push(Self::of(std::mem::take(&mut open), &access));
                bytes = 0;
            }
        }
        if !open.is_empty() {
            batches.push(Self::of(open, &access));
        }
        batches
    }

    fn of(rows: Vec<StoredRow>, access: impl Fn(&StoredRow) -> bool) -> Self {
        let incidents: BTreeSet<EntityId> = rows.iter().filter_map(|row| row.incident).collect();
        Self {
            access: rows.iter().any(access),
            bytes: rows.iter().map(|row| row.row.len()).sum(),
            incidents: incidents.into_iter().collect(),
            rows,
            forms: Mutex::new(Vec::new()),
        }
    }

    /// The rows of it after `seq`; none when there are no such rows.
    #[must_use]
    pub fn after(&self, seq: u64) -> Option<Self> {
        let rows: Vec<StoredRow> = self.rows.iter().filter(|r| r.seq > seq).cloned().collect();
        (!rows.is_empty()).then(|| Self::of(rows, |_| self.access))
    }

    /// Place of its first row.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.seq)
    }

    /// Incidents that rows of it belong to.
    #[must_use]
    pub fn incidents(&self) -> &[EntityId] {
        &self.incidents
    }

    /// Whether a row of it changes who may see an incident.
    #[must_use]
    pub fn changes_access(&self) -> bool {
        self.access
    }

    /// Place of its last row.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.rows.last().map_or(0, |row| row.seq)
    }

    /// Size of its rows in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The `Rows` frame for somebody who may not see the `hidden` incidents.
    #[must_use]
    pub fn frame(&self, hidden: &BTreeSet<EntityId>) -> Utf8Bytes {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, form)) = forms.iter().find(|(of, _)| of == hidden) {
            return form.clone();
        }
        let frame = ToClient::Rows { slots: slots(&self.rows, hidden), head: self.head() };
        let form = encode(&frame);
        if forms.len() < MAX_FORMS {
            forms.push((hidden.clone(), form.clone()));
        }
        form
    }

    fn head(&self) -> Hash {
        self.rows.last().map_or(Hash::ZERO, |row| row.head)
    }
}

/// The slots of rows for somebody who may not see the `hidden` incidents.
#[must_use]
pub fn slots(rows: &[StoredRow], hidden: &BTreeSet<EntityId>) -> Vec<Slot> {
    rows.iter().map(|row| slot(row, row.incident.is_some_and(|id| hidden.contains(&id)))).collect()
}

fn slot(row: &StoredRow, hidden: bool) -> Slot {
    let leaf = || Slot::Leaf { seq: row.seq, leaf: Hash::leaf(&row.salt, &row.row) };
    if hidden {
        return leaf();
    }
    // Rows are written as JSON texts; one that is not would be damage, and its leaf still proves the
    // chain.
    match std::str::from_utf8(&row.row) {
        Ok(text) => Slot::Row { seq: row.seq, salt: salt_to_hex(&row.salt), row: text.to_owned() },
        Err(_) => leaf(),
    }
}

/// A frame as text.
#[must_use]
pub fn encode(frame: &ToClient) -> Utf8Bytes {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            // Frames are plain data; this cannot happen, and must not end the process if it does.
            tracing::error!(%error, "a frame could not be written");
            Utf8Bytes::from_static(r#"{"frame":"unknown"}"#)
        }
    }
}

#[cfg(test)]
mod tests {
    use firebell_domain::chain::Hash;
    use uuid::Uuid;

    use super::*;

    fn row(seq: u64, set_end: u64, incident: Option<u128>, bytes: usize) -> StoredRow {
        let id = |n: u128| EntityId(Uuid::from_u128(n));
        StoredRow {
            seq,
            entity: id(u128::from(seq)),
            incident: incident.map(id),
            salt: [7; 16],
            head: Hash::of(&seq.to_be_bytes()),
            set_end,
            row: vec![b'x'; bytes],
        }
    }

    #[test]
    fn a_hidden_row_travels_as_its_leaf_and_each_form_is_encoded_once() {
        let batches = Batch::cut(vec![row(1, 1, None, 5), row(2, 2, Some(9), 5)], |_| false);
        assert_eq!(batches.len(), 1);
        let hidden = BTreeSet::from([EntityId(Uuid::from_u128(9))]);
        let all = batches[0].frame(&BTreeSet::new());
        let less = batches[0].frame(&hidden);
        let slots = |text: &str| match serde_json::from_str(text).expect("frame") {
            ToClient::Rows { slots, head } => (slots, head),
            other => panic!("{other:?}"),
        };
        let ((all_slots, head), (less_slots, less_head)) = (slots(&all), slots(&less));
        assert_eq!(head, less_head);
        assert!(matches!(all_slots[1], Slot::Row { .. }));
        assert!(matches!(less_slots[1], Slot::Leaf { .. }));
        assert_eq!(all_slots[1].leaf(), less_slots[1].leaf());
        assert_eq!(batches[0].frame(&hidden).as_ptr(), less.as_ptr(), "not encoded again");
    }

    #[test]
    fn a_set_is_cut_only_when_it_would_not_fit_a_frame() {
        let set = |n: u64, bytes| (1..=n).map(|seq| row(seq, n, None, bytes)).collect::<Vec<_>>();
        assert_eq!(Batch::cut(set(10, TARGET_BYTES / 5), |_| false).len(), 1);
        assert_eq!(Batch::cut(set(10, SET_BYTES / 2), |_| false).len(), 5);
    }
}
