//! What tests of this crate share: a record that decides like a server, and people who use it.

mod host;
mod record;

pub(crate) use host::TestHost;
pub(crate) use record::Record;

use firebell_domain::{
    change::{Body, Change, ChangeSet},
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
    incident::{DetectedBy, IncidentChange, Severity},
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use uuid::Uuid;

/// The record of all tests.
pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(0xf1be));
/// When tests begin.
pub(crate) const BEGIN: Timestamp = Timestamp(1_700_000_000_000);

/// An entity by a small number.
pub(crate) fn entity(n: u128) -> EntityId {
    EntityId(Uuid::from_u128(n))
}

/// A device by a small number.
pub(crate) fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(0xde << 32 | n))
}

/// Makes change sets with ids from a counter.
#[derive(Debug, Clone)]
pub(crate) struct Pen {
    next: u128,
    /// The author's clock.
    pub(crate) now: Timestamp,
}

impl Pen {
    /// Ids of different pens differ.
    pub(crate) fn new(number: u128) -> Self {
        Self { next: number << 64, now: BEGIN }
    }

    pub(crate) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    pub(crate) fn change(&mut self, entity: EntityId, body: Body) -> Change {
        self.now = self.now.plus_millis(1);
        let id = ChangeId(self.id());
        Change { id, entity, at: self.now, seen: std::collections::BTreeMap::new(), body }
    }

    pub(crate) fn set(&mut self, changes: Vec<Change>) -> ChangeSet {
        ChangeSet { id: SetId(self.id()), changes }
    }

    pub(crate) fn one(&mut self, entity: EntityId, body: Body) -> ChangeSet {
        let change = self.change(entity, body);
        self.set(vec![change])
    }

    pub(crate) fn declare(
        &mut self,
        id: EntityId,
        number: Option<u64>,
        summary: &str,
        restricted: bool,
    ) -> ChangeSet {
        self.one(
            id,
            Body::Incident(IncidentChange::Declare {
                number,
                summary: summary.to_owned(),
                description: String::new(),
                severity: Severity::Three,
                service: None,
                products: Vec::new(),
                detected_by: DetectedBy::Observation,
                impact_start: None,
                restricted,
                drill: false,
            }),
        )
    }

    pub(crate) fn incident(&mut self, id: EntityId, change: IncidentChange) -> ChangeSet {
        self.one(id, Body::Incident(change))
    }

    pub(crate) fn write(&mut self, id: EntityId, incident: EntityId, text: &str) -> ChangeSet {
        let happened_at = self.now.plus_millis(1);
        self.one(
            id,
            Body::Entry(EntryChange::add(incident, EntryKind::Observation, text, happened_at)),
        )
    }
}
