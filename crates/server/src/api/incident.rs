//! One incident whole, and its history. Hidden and absent look alike, to the byte.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::PathRejection, rejection::QueryRejection},
};
use firebell_domain::{
    canonical,
    entity::{Entity, Kind},
    id::EntityId,
    permission,
};
use firebell_protocol::{
    error::ApiError,
    http::{History, IncidentDump},
};
use serde::Deserialize;

use super::{
    caller::Caller,
    failure::{Answer, Failure, not_found},
};
use crate::{delivery::batch::slots, node::Node};

/// Rows of one page of a history.
const PAGE_ROWS: usize = 200;
/// A page ends with the row in which it becomes larger than this, in bytes.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// All entities of an incident as they stand.
pub(super) async fn dump(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
    incident: Result<Path<EntityId>, PathRejection>,
) -> Answer<Json<IncidentDump>> {
    let Path(incident) = incident?;
    // Read before the entities: they are at least as new as this says.
    let seq = node.store.head().await?.seq;
    let entities = node.store.entities_of(incident).await?;
    if !sees(session.person, incident, &entities) {
        return Err(not_found());
    }
    Ok(Json(IncidentDump { seq, entities: texts(&entities)? }))
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

/// Rows of an incident, for its stream.
pub(super) async fn history(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
    incident: Result<Path<EntityId>, PathRejection>,
    query: Result<Query<After>, QueryRejection>,
) -> Answer<Json<History>> {
    let (Path(incident), Query(After { after })) = (incident?, query?);
    let mut rows = node.store.rows_of(incident, after, PAGE_ROWS).await?;
    // Asked after the rows were read: who lost sight meanwhile gets none of them.
    let entity = node.store.entities(&[incident]).await?;
    if !sees(session.person, incident, &entity) {
        return Err(not_found());
    }
    let mut bytes = 0;
    let full = rows.iter().position(|row| {
        bytes += row.row.len();
        bytes >= PAGE_BYTES
    });
    let more = rows.len() >= PAGE_ROWS || full.is_some();
    if let Some(last) = full {
        rows.truncate(last + 1);
    }
    let next = rows.last().map(|row| row.seq).filter(|_| more);
    Ok(Json(History { slots: slots(&rows, &std::collections::BTreeSet::new()), next }))
}

fn sees(person: EntityId, incident: EntityId, entities: &[Entity]) -> bool {
    let incident = entities.iter().find(|e| e.id == incident && e.kind == Kind::INCIDENT);
    incident.is_some_and(|incident| permission::may_see(person, incident))
}

/// Canonical bytes of entities, as the wire carries them.
pub(super) fn texts(entities: &[Entity]) -> Result<Vec<String>, Failure> {
    entities.iter().map(text).collect()
}

/// Canonical bytes of an entity, as the wire carries them.
pub(super) fn text(entity: &Entity) -> Result<String, Failure> {
    let bytes = canonical::to_bytes(entity).map_err(ApiError::internal)?;
    Ok(String::from_utf8(bytes).map_err(ApiError::internal)?)
}
