//! The tables beside the state document.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, Kind, World},
    id::EntityId,
    production_change::{ProductionChange, ProductionState},
    workstream::{Workstream, WorkstreamState},
};

use super::names::person;
use crate::{
    Client,
    api::{
        ApiError,
        document::{
            ProductionChangeView, ProductionStateView, TablesView, WorkstreamStateView,
            WorkstreamView,
        },
    },
    store::Store,
};

/// Fields of a change to production as the view names them, and as they are kept.
const CHANGE_FIELDS: [(&str, &str); 8] = [
    ("what", "what"),
    ("who", "who"),
    ("at", "happened_at"),
    ("how", "how"),
    ("why", "why"),
    ("revert", "revert"),
    ("state", "state"),
    ("retracted", "retracted"),
];
/// The same of a workstream.
const WORKSTREAM_FIELDS: [(&str, &str); 5] = [
    ("name", "name"),
    ("goal", "goal"),
    ("owner", "owner"),
    ("state", "state"),
    ("retracted", "retracted"),
];

/// Both tables of an incident.
pub(crate) async fn view(
    client: &Client,
    store: &Store,
    incident: EntityId,
) -> Result<TablesView, ApiError> {
    let directory = client.directory();
    let mut changes = Vec::new();
    for entity in store.entities_of(incident, &Kind::PRODUCTION_CHANGE).await? {
        let unsent = !store.unsent_changes(entity.id).await?.is_empty();
        changes.push(production_change(&*directory, &entity, unsent));
    }
    changes.sort_by_key(|change| change.at);
    let mut workstreams = Vec::new();
    for entity in store.entities_of(incident, &Kind::WORKSTREAM).await? {
        let unsent = !store.unsent_changes(entity.id).await?.is_empty();
        workstreams.push(workstream(&*directory, &entity, unsent));
    }
    Ok(TablesView { changes, workstreams })
}

fn production_change(directory: &dyn World, entity: &Entity, unsent: bool) -> ProductionChangeView {
    let change = ProductionChange(entity);
    ProductionChangeView {
        id: entity.id.to_string(),
        what: change.what().to_owned(),
        who: change.who().map(|id| person(directory, id)),
        at: change.happened_at().0,
        how: change.how().to_owned(),
        why: change.why().to_owned(),
        revert: change.revert().to_owned(),
        state: match change.state() {
            ProductionState::Planned => ProductionStateView::Planned,
            ProductionState::Doing => ProductionStateView::Doing,
            ProductionState::Done => ProductionStateView::Done,
            ProductionState::Reverted => ProductionStateView::Reverted,
        },
        retracted: change.retracted(),
        unsent,
        stamps: stamps(entity, &CHANGE_FIELDS),
    }
}

fn workstream(directory: &dyn World, entity: &Entity, unsent: bool) -> WorkstreamView {
    let workstream = Workstream(entity);
    WorkstreamView {
        id: entity.id.to_string(),
        name: workstream.name().to_owned(),
        goal: workstream.goal().to_owned(),
        owner: workstream.owner().map(|id| person(directory, id)),
        state: match workstream.state() {
            WorkstreamState::Active => WorkstreamStateView::Active,
            WorkstreamState::Blocked => WorkstreamStateView::Blocked,
            WorkstreamState::Done => WorkstreamStateView::Done,
            WorkstreamState::Dropped => WorkstreamStateView::Dropped,
        },
        retracted: workstream.retracted(),
        unsent,
        stamps: stamps(entity, &WORKSTREAM_FIELDS),
    }
}

fn stamps(entity: &Entity, fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let stamp = |(name, field): &(&str, &str)| {
        Some(((*name).to_owned(), entity.stamp(field)?.change.to_string()))
    };
    fields.iter().filter_map(stamp).collect()
}

/// As the rules name it.
pub(crate) fn production_state(view: ProductionStateView) -> ProductionState {
    match view {
        ProductionStateView::Planned => ProductionState::Planned,
        ProductionStateView::Doing => ProductionState::Doing,
        ProductionStateView::Done => ProductionState::Done,
        ProductionStateView::Reverted => ProductionState::Reverted,
    }
}

/// See [`production_state`].
pub(crate) fn workstream_state(view: WorkstreamStateView) -> WorkstreamState {
    match view {
        WorkstreamStateView::Active => WorkstreamState::Active,
        WorkstreamStateView::Blocked => WorkstreamState::Blocked,
        WorkstreamStateView::Done => WorkstreamState::Done,
        WorkstreamStateView::Dropped => WorkstreamState::Dropped,
    }
}
