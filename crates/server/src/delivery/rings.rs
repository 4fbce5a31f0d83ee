//! `Ring` frames: from the rows of pages, and on connect for what still stands.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    outcome::{Op, Outcome},
    paging::{Page, PageState, RUNG, Rung},
    permission,
};
use firebell_protocol::frame::Ring;
use serde::Deserialize;

use crate::{
    append,
    store::{SharedStore, StoreError},
};

/// Whom a row rings, with the page; nobody when it is not the step of a page.
#[must_use]
pub fn rung_by(outcome: &Outcome) -> Vec<(EntityId, EntityId)> {
    if outcome.kind != Kind::PAGE {
        return Vec::new();
    }
    let rung = outcome.ops.iter().filter_map(|op| match op {
        Op::Add { list, value, .. } if list == RUNG => Rung::deserialize(value).ok(),
        _ => None,
    });
    rung.map(|rung| (outcome.entity, rung.person)).collect()
}

/// Rings for these people as their pages stand now; a page that was answered meanwhile rings nobody.
///
/// # Errors
/// [`StoreError`] of the store.
pub async fn rings(
    store: &SharedStore,
    rung: &[(EntityId, EntityId)],
) -> Result<Vec<(EntityId, Ring)>, StoreError> {
    let mut pages: Vec<EntityId> = rung.iter().map(|(page, _)| *page).collect();
    pages.dedup();
    let pages = by_id(store.entities(&pages).await?);
    let incidents = incidents_of(store, pages.values()).await?;
    let ring = |(page, person): &(EntityId, EntityId)| {
        Some((*person, ring_for(pages.get(page)?, &incidents, *person)?))
    };
    Ok(rung.iter().filter_map(ring).collect())
}

/// Rings that still stand for a person, see [`Page::rings_for`].
///
/// # Errors
/// [`StoreError`] of the store.
pub async fn standing(store: &SharedStore, person: EntityId) -> Result<Vec<Ring>, StoreError> {
    let mut pages = store.ringing_pages().await?;
    pages.retain(|page| Page(page).rings_for(person));
    if pages.is_empty() {
        return Ok(Vec::new());
    }
    let incidents = incidents_of(store, pages.iter()).await?;
    Ok(pages.iter().filter_map(|page| ring_for(page, &incidents, person)).collect())
}

/// The ring of a page for one person: of the last step that rang them.
fn ring_for(
    page: &Entity,
    incidents: &BTreeMap<EntityId, Entity>,
    person: EntityId,
) -> Option<Ring> {
    let view = Page(page);
    if view.state() != PageState::Ringing {
        return None;
    }
    let incident = view.incident().and_then(|id| incidents.get(&id));
    if incident.is_some_and(|incident| !permission::may_see(person, incident)) {
        return None;
    }
    let last = view.rung().into_iter().rfind(|rung| rung.person == person)?;
    let ring = append::ring(page, incident)?;
    Some(Ring { step: last.step, paged_at: last.at, ..ring })
}

async fn incidents_of(
    store: &SharedStore,
    pages: impl Iterator<Item = &Entity>,
) -> Result<BTreeMap<EntityId, Entity>, StoreError> {
    let mut ids: Vec<EntityId> = pages.filter_map(|page| page.incident).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(by_id(store.entities(&ids).await?))
}

fn by_id(entities: Vec<Entity>) -> BTreeMap<EntityId, Entity> {
    entities.into_iter().map(|entity| (entity.id, entity)).collect()
}
