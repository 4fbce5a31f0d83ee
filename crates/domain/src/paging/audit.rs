//! Whether paging does what it promises, seen from what stands in the record.

use std::collections::BTreeMap;

use super::{Delivery, Page, PageState, delivery::retry_at, step};
use crate::{
    entity::{Entity, Kind},
    id::EntityId,
    incident::Incident,
    time::Timestamp,
};

/// How late a step may be before it counts as lost, in seconds: a process that dies with a step holds it
/// for its lease, 10 s, and the one that takes it over may be busy.
pub const LATE_SECS: i64 = 30;

/// How late a delivery may be before it counts as lost, in seconds: besides that, what waits for one address
/// goes together, a minute after the message before it.
pub(super) const DELIVERY_LATE_SECS: i64 = 180;

/// Something that is not as paging promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// What a page does next was due long ago: nobody takes it any further.
    PageOverdue {
        /// Which page.
        page: EntityId,
    },
    /// Something that should have gone by another channel long ago is still to go.
    DeliveryOverdue {
        /// Of which page.
        page: EntityId,
    },
    /// An incident that pages has neither an IM nor a page that rings, was acknowledged or says that
    /// nobody could be reached.
    NotPaged {
        /// Which incident.
        incident: EntityId,
    },
}

impl Finding {
    /// Its code, for logs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PageOverdue { .. } => "page_overdue",
            Self::DeliveryOverdue { .. } => "delivery_overdue",
            Self::NotPaged { .. } => "incident_not_paged",
        }
    }

    /// What it is about.
    #[must_use]
    pub fn about(self) -> EntityId {
        match self {
            Self::PageOverdue { page: id }
            | Self::DeliveryOverdue { page: id }
            | Self::NotPaged { incident: id } => id,
        }
    }
}

/// What is wrong with open incidents and their pages at `now`, by the server's clock; the world holds
/// these and the directory. A page stands still when it was to do something [`LATE_SECS`] ago and has
/// not: the rules themselves say so.
#[must_use]
pub fn audit(world: &BTreeMap<EntityId, Entity>, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut incidents = Vec::new();
    let mut last: BTreeMap<EntityId, (u32, PageState)> = BTreeMap::new();
    for entity in world.values() {
        if entity.kind == Kind::INCIDENT {
            incidents.push(entity);
        }
        if entity.kind != Kind::PAGE {
            continue;
        }
        let page = Page(entity);
        if step(world, entity, now.plus_secs(-LATE_SECS)).is_some() {
            findings.push(Finding::PageOverdue { page: entity.id });
        }
        let late = |(_, delivery): (String, Delivery)| {
            page.wants(&delivery) && retry_at(&delivery).plus_secs(DELIVERY_LATE_SECS) < now
        };
        if page.deliveries().any(late) {
            findings.push(Finding::DeliveryOverdue { page: entity.id });
        }
        // A call by hand goes on beside the page that the incident itself has.
        if let Some(incident) = page.incident().filter(|_| page.asked_by().is_none()) {
            let this = (page.cycle(), page.state());
            let known = last.entry(incident).or_insert(this);
            if known.0 < this.0 {
                *known = this;
            }
        }
    }
    for entity in incidents {
        let incident = Incident(entity);
        let pages = incident.state().is_open()
            && incident.severity().pages()
            && incident.im().is_none()
            && !incident.drill();
        let told = last.get(&entity.id).is_some_and(|(_, state)| *state != PageState::Closed);
        if pages && !told {
            findings.push(Finding::NotPaged { incident: entity.id });
        }
    }
    findings.sort_unstable();
    findings
}
