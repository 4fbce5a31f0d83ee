//! The directory in memory: small as a whole, read by every decision and every page.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, Kind, World},
    id::EntityId,
};

/// The directory as of a row.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// As of this row.
    pub seq: u64,
    /// Its entities.
    pub entities: BTreeMap<EntityId, Entity>,
}

impl Directory {
    /// Takes what changed up to `seq`.
    pub fn refresh(&mut self, changed: Vec<Entity>, seq: u64) {
        self.entities.extend(changed.into_iter().map(|entity| (entity.id, entity)));
        self.seq = seq;
    }

    /// The people.
    pub fn people(&self) -> impl Iterator<Item = EntityId> + '_ {
        self.entities.values().filter(|e| e.kind == Kind::PERSON).map(|e| e.id)
    }
}

impl World for Directory {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(&id)
    }
}
