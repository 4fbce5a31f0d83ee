//! What a function of the replica looks at, and what it wants written.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    entity::Entity,
    id::{EntityId, SetId},
};

use super::{
    rows::{LogRow, Place},
    set::{OutboxSet, RefusedSet},
};

/// A part of the record as this desktop holds it: some confirmed entities and every outbox set that
/// touches one of them. [`super::MemoryReplica`] holds one slice of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// Confirmed entities.
    pub confirmed: BTreeMap<EntityId, Entity>,
    /// Sets whose rows have not arrived, by number.
    pub unsent: BTreeMap<u64, OutboxSet>,
    /// Entities whose confirmed part is of an earlier life of the record: a snapshot replaces them
    /// whatever their `seq`.
    pub stale: BTreeSet<EntityId>,
}

impl Slice {
    /// An unsent set by id.
    #[must_use]
    pub fn set(&self, id: SetId) -> Option<&OutboxSet> {
        self.unsent.values().find(|set| set.id == id)
    }

    /// An entity as it is shown.
    #[must_use]
    pub fn shown(&self, id: EntityId) -> Shown {
        show(self.confirmed.get(&id), self.unsent.values(), id)
    }
}

/// An entity with its two faces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nothing unsent touches it.
    Confirmed(Entity),
    /// Unsent sets touch it.
    WithUnsent {
        /// What is shown.
        visible: Entity,
        /// What the server confirmed; none when it exists on this desktop only.
        confirmed: Option<Entity>,
    },
    /// There is nothing to show.
    Gone,
}

impl Shown {
    /// What a person sees.
    #[must_use]
    pub fn visible(&self) -> Option<&Entity> {
        match self {
            Self::Confirmed(entity) | Self::WithUnsent { visible: entity, .. } => Some(entity),
            Self::Gone => None,
        }
    }
}

/// Something that a person should be told besides what views show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An incident's key belonged to somebody else: it has another one now.
    KeyChanged {
        /// The incident.
        incident: EntityId,
        /// The number that was asked for.
        old: u64,
        /// The number that it has.
        new: u64,
    },
    /// A line of somebody else's names people.
    Mentions {
        /// The line.
        entry: EntityId,
    },
}

/// What is to be written, in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writes {
    /// Entities as they stand now.
    pub entities: BTreeMap<EntityId, Shown>,
    /// Outbox sets by number: as they are now, or gone.
    pub outbox: BTreeMap<u64, Option<OutboxSet>>,
    /// Sets that were refused.
    pub refused: Vec<RefusedSet>,
    /// Own sets that were accepted and have arrived, kept to be offered again after a restore.
    pub kept: Vec<OutboxSet>,
    /// Rows of the log, for histories and the program's own lines.
    pub rows: Vec<LogRow>,
    /// Up to where the log was read.
    pub place: Option<Place>,
    /// Numbers that left the reserve.
    pub keys_used: Vec<u64>,
    /// What to tell.
    pub notices: Vec<Notice>,
}

/// A slice with what was decided so far.
pub(super) struct Working<'a> {
    below: &'a Slice,
    confirmed: BTreeMap<EntityId, Entity>,
    forgotten: BTreeSet<EntityId>,
    /// Entities to show anew.
    pub(super) touched: BTreeSet<EntityId>,
    /// What was decided besides entities.
    pub(super) writes: Writes,
}

impl<'a> Working<'a> {
    pub(super) fn on(below: &'a Slice) -> Self {
        Self {
            below,
            confirmed: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            touched: BTreeSet::new(),
            writes: Writes::default(),
        }
    }

    pub(super) fn confirmed(&self, id: EntityId) -> Option<&Entity> {
        if self.forgotten.contains(&id) {
            return None;
        }
        self.confirmed.get(&id).or_else(|| self.below.confirmed.get(&id))
    }

    pub(super) fn is_stale(&self, id: EntityId) -> bool {
        self.below.stale.contains(&id) && !self.confirmed.contains_key(&id)
    }

    pub(super) fn confirm(&mut self, entity: Entity) {
        self.touched.insert(entity.id);
        self.confirmed.insert(entity.id, entity);
    }

    pub(super) fn forget(&mut self, id: EntityId) {
        self.touched.insert(id);
        self.forgotten.insert(id);
    }

    /// The sets that wait, in the order of their numbers, as they are by now.
    pub(super) fn sets(&self) -> impl Iterator<Item = &OutboxSet> {
        let untouched = self
            .below
            .unsent
            .iter()
            .filter(|(number, _)| !self.writes.outbox.contains_key(number))
            .map(|(_, set)| set);
        let mut sets: Vec<&OutboxSet> =
            untouched.chain(self.writes.outbox.values().flatten()).collect();
        sets.sort_by_key(|set| set.number);
        sets.into_iter()
    }

    pub(super) fn set(&self, id: SetId) -> Option<&OutboxSet> {
        self.sets().find(|set| set.id == id)
    }

    pub(super) fn put(&mut self, set: OutboxSet) {
        self.touched.extend(set.entities());
        self.writes.outbox.insert(set.number, Some(set));
    }

    pub(super) fn drop_set(&mut self, set: &OutboxSet) {
        self.touched.extend(set.entities());
        self.writes.outbox.insert(set.number, None);
    }

    /// The sets whose accepted rows lie within what was read leave the outbox.
    pub(super) fn settle(&mut self, seq: u64) {
        let settled: Vec<OutboxSet> = self
            .sets()
            .filter(|set| set.accepted.is_some_and(|(_, last)| last <= seq))
            .cloned()
            .collect();
        for set in settled {
            self.drop_set(&set);
            self.writes.kept.push(set);
        }
    }

    /// Shows every touched entity anew.
    pub(super) fn finish(mut self) -> Writes {
        let sets: Vec<&OutboxSet> = self.sets().collect();
        let entities = self
            .touched
            .iter()
            .map(|id| (*id, show(self.confirmed(*id), sets.iter().copied(), *id)))
            .collect();
        self.writes.entities = entities;
        self.writes
    }
}

fn show<'s>(
    confirmed: Option<&Entity>,
    sets: impl Iterator<Item = &'s OutboxSet>,
    id: EntityId,
) -> Shown {
    let mut visible = confirmed.cloned();
    let mut unsent = false;
    for set in sets.filter(|set| set.outcomes.iter().any(|outcome| outcome.entity == id)) {
        visible = set.fold_into(visible, id);
        unsent = true;
    }
    match visible {
        None => Shown::Gone,
        Some(entity) if !unsent => Shown::Confirmed(entity),
        Some(visible) => Shown::WithUnsent { visible, confirmed: confirmed.cloned() },
    }
}
