//! Who gains or loses sight of an incident by a batch.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, World},
    id::EntityId,
    permission::may_see,
};

use super::Loaded;
use crate::store::AccessChange;

/// Incidents whose audience may have changed: as they stood before the batch, and the last row that
/// touched it.
#[derive(Default)]
pub(super) struct Sight {
    incidents: BTreeMap<EntityId, (Option<Entity>, u64)>,
}

impl Sight {
    /// The audience is about to change. An incident that the batch itself made was seen by nobody.
    pub(super) fn before(&mut self, incident: EntityId, new: bool, loaded: &Loaded) {
        self.incidents.entry(incident).or_insert_with(|| {
            let before = loaded.entity(incident).filter(|_| !new).cloned();
            (before, 0)
        });
    }

    /// The audience changed with this row.
    pub(super) fn changed(&mut self, incident: EntityId, seq: u64) {
        if let Some((_, last)) = self.incidents.get_mut(&incident) {
            *last = seq;
        }
    }

    /// Who gained and who lost by the whole batch.
    pub(super) fn changes(&self, loaded: &Loaded) -> Vec<AccessChange> {
        let mut changes = Vec::new();
        for (&incident, (before, seq)) in &self.incidents {
            let (Some(before), Some(after)) = (before, loaded.entity(incident)) else { continue };
            for person in loaded.directory.people() {
                let gains = may_see(person, after);
                if gains != may_see(person, before) {
                    changes.push(AccessChange { person, incident, gains, seq: *seq });
                }
            }
        }
        changes
    }
}
