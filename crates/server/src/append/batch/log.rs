//! Rows of the log, and the entities that they leave.

use firebell_domain::{
    canonical,
    chain::Hash,
    change::{Author, ChangeSet, MAX_CHANGES},
    decide::{Accepted, Decision, Effect, stamp},
    entity::{Entity, Kind},
    id::{DeviceId, EntityId},
    outcome::{Outcome, fold},
};
use firebell_protocol::row::NewRow;

use super::{Batch, Cause};
use crate::store::{StoreError, StoredRow};

/// Who appends.
#[derive(Clone, Copy)]
pub(super) struct By {
    pub(super) author: Author,
    pub(super) device: Option<DeviceId>,
}

impl Batch<'_> {
    /// Appends the rows of an accepted set and folds them. Answers its first and last row.
    pub(super) fn append(
        &mut self,
        set: &ChangeSet,
        by: By,
        outcomes: &[Outcome],
        effects: &[Effect],
    ) -> Result<(u64, u64), StoreError> {
        for effect in effects {
            if let Effect::AccessChanged { incident } = effect {
                let new = self.made.contains(incident);
                self.sight.before(*incident, new, self.loaded);
            }
        }
        let of = outcomes.len();
        let first = self.loaded.head.seq + 1;
        let last = self.loaded.head.seq + of as u64;
        for (index, (change, outcome)) in set.changes.iter().zip(outcomes).enumerate() {
            let seq = self.loaded.head.seq + 1;
            let row = canonical::to_bytes(&NewRow {
                seq,
                set: set.id,
                index: index as u32,
                of: of as u32,
                author: by.author,
                device: by.device,
                received_at: self.loaded.now,
                change,
                outcome,
            })
            .map_err(|error| StoreError::Corrupt(format!("a row cannot be written: {error}")))?;
            let salt = (self.salts)();
            let head = &mut self.loaded.head;
            head.hash = head.hash.extend(seq, Hash::leaf(&salt, &row));
            head.seq = seq;
            self.writes.rows.push(StoredRow {
                seq,
                entity: outcome.entity,
                incident: outcome.incident,
                salt,
                head: head.hash,
                set_end: last,
                row,
            });
            let before = self.take(outcome.entity);
            if before.is_none() {
                self.made.insert(outcome.entity);
            }
            self.put(fold(before, outcome, &stamp(change, by.author), Some(seq)));
        }
        Ok((first, last))
    }

    /// Appends what the server itself does. False when the rules refuse it, which they should not.
    ///
    /// No answer is kept or read for it: nobody sends it again, and whether a step was taken is read off
    /// its page. The ids of these sets are no secret, so an answer that stands under one of them says
    /// nothing: somebody may have sent a set of that id before.
    pub(super) fn append_own(&mut self, set: &ChangeSet) -> Result<bool, StoreError> {
        // Opening a restricted incident to a whole team may be more changes than a set holds.
        let mut parts = set.changes.chunks(MAX_CHANGES).enumerate();
        parts.try_fold(true, |fine, (part, changes)| {
            let id = if part == 0 { set.id } else { set.id.derived(&format!("part-{part}")) };
            let set = ChangeSet { id, changes: changes.to_vec() };
            Ok(fine && self.append_part(&set)?)
        })
    }

    fn append_part(&mut self, set: &ChangeSet) -> Result<bool, StoreError> {
        let by = By { author: Author::Server, device: None };
        match self.ask(by.author, by.device, set) {
            Decision::Accepted(Accepted { outcomes, effects }) => {
                let (_, last) = self.append(set, by, &outcomes, &effects)?;
                self.carry_out(effects, Cause::SERVER, last)?;
                Ok(true)
            }
            Decision::Refused(refusal) => {
                tracing::error!(set = %set.id, ?refusal, "the rules refuse a step of the server");
                Ok(false)
            }
            Decision::Undecided => Ok(false),
        }
    }

    fn take(&mut self, id: EntityId) -> Option<Entity> {
        self.loaded.entities.remove(&id).or_else(|| self.loaded.directory.entities.remove(&id))
    }

    fn put(&mut self, entity: Entity) {
        self.touched.insert(entity.id);
        if entity.kind == Kind::PAGE
            && let Some(incident) = entity.incident
        {
            self.pages.entry(incident).or_default().insert(entity.id);
        }
        if entity.kind.is_directory() {
            self.loaded.directory.entities.insert(entity.id, entity);
        } else {
            self.loaded.entities.insert(entity.id, entity);
        }
    }
}
