//! What a desktop needs to ring, read off a page and its incident.

use firebell_domain::{entity::Entity, id::EntityId, incident::Incident, paging::Page};
use firebell_protocol::frame::Ring;

/// A ring and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingCall {
    /// Who should hear it.
    pub people: Vec<EntityId>,
    /// What their desktops get.
    pub ring: Ring,
}

/// The ring of a page as it stands; none before its first step or when its incident is not known.
#[must_use]
pub fn ring(page: &Entity, incident: Option<&Entity>) -> Option<Ring> {
    let view = Page(page);
    if view.incident().is_some() != incident.is_some() {
        return None;
    }
    let step = view.step()?;
    let paged_at = view.rang_at()?;
    let about = incident.map(Incident);
    let restricted = about.is_some_and(Incident::restricted);
    Some(Ring {
        page: page.id,
        incident: view.incident(),
        cycle: view.cycle(),
        step,
        key: about.and_then(Incident::key).map(str::to_owned),
        severity: about.map_or(3, |incident| incident.severity().into()),
        // Locked screens show it, so nothing of a restricted incident is in it.
        summary: about.filter(|_| !restricted).map(|incident| incident.summary().to_owned()),
        restricted,
        drill: about.is_some_and(Incident::drill),
        test: view.test(),
        declared_at: about.map_or(paged_at, Incident::declared_at),
        paged_at,
        held_by: view.acknowledged_by().or_else(|| about.and_then(Incident::im)),
    })
}
