//! The directory in memory: forms, pages and on-call arithmetic ask it all the time, and it is small.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, Kind, World},
    id::EntityId,
};

/// All people, services, products, teams, schedules, policies and settings as they are shown now.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    entities: BTreeMap<EntityId, Entity>,
}

impl Directory {
    /// From its entities.
    #[must_use]
    pub fn of(entities: impl IntoIterator<Item = Entity>) -> Self {
        Self { entities: entities.into_iter().map(|entity| (entity.id, entity)).collect() }
    }

    /// Entities of one kind, in the order of their ids.
    pub fn of_kind<'a>(&'a self, kind: &Kind) -> impl Iterator<Item = &'a Entity> + use<'a> {
        let kind = kind.clone();
        self.entities.values().filter(move |entity| entity.kind == kind)
    }

    /// All entities, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = &Entity> {
        self.entities.values()
    }

    /// The same with some entities as they are now; none is gone.
    #[must_use]
    pub(super) fn with(&self, changes: &BTreeMap<EntityId, Option<Entity>>) -> Self {
        let mut entities = self.entities.clone();
        for (id, entity) in changes {
            match entity {
                Some(entity) => entities.insert(*id, entity.clone()),
                None => entities.remove(id),
            };
        }
        Self { entities }
    }
}

impl World for Directory {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(&id)
    }
}
