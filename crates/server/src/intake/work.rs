//! What intake asks of the record, decided under the append lock.

use firebell_domain::{
    change::ChangeSet,
    entity::{Entity, Kind},
    id::EntityId,
    intake::{self, Reported, Signal},
};

use crate::append::{Loaded, Own};

/// A source said something of an alert.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) source: EntityId,
    pub(super) signal: Signal,
}

impl Own for Heard {
    fn wants(&self, loaded: &Loaded) -> Vec<EntityId> {
        intake::wanted(loaded, self.source, &self.signal)
    }

    fn sets(&self, loaded: &Loaded) -> Vec<ChangeSet> {
        let windows = loaded.directory.entities.values().filter(|e| e.kind == Kind::MAINTENANCE);
        let windows: Vec<&Entity> = windows.collect();
        intake::receive(loaded, windows, self.source, &self.signal, loaded.now)
            .into_iter()
            .collect()
    }
}

/// A source reported a change to production.
#[derive(Debug)]
pub(super) struct Deployed {
    pub(super) source: EntityId,
    pub(super) change: Reported,
    /// Incidents that were open and of its service a moment ago.
    pub(super) incidents: Vec<EntityId>,
}

impl Own for Deployed {
    fn wants(&self, loaded: &Loaded) -> Vec<EntityId> {
        let mut wanted = intake::written(self.source, &self.change, &self.incidents, loaded.now);
        wanted.extend(&self.incidents);
        wanted
    }

    fn sets(&self, loaded: &Loaded) -> Vec<ChangeSet> {
        intake::record(loaded, self.source, &self.change, &self.incidents, loaded.now)
            .into_iter()
            .collect()
    }
}
