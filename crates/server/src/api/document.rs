//! The state document of an incident.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use firebell_domain::id::EntityId;
use firebell_protocol::document::{Exchange, Exchanged};

use super::{
    caller::{Caller, Form},
    failure::Answer,
};
use crate::{documents::exchange, node::Node};

/// A desktop gives what it wrote and gets what it lacks.
pub(super) async fn exchange(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
    incident: Result<Path<EntityId>, PathRejection>,
    Form(asked): Form<Exchange>,
) -> Answer<Json<Exchanged>> {
    let Path(incident) = incident?;
    Ok(Json(exchange::exchange(&node, &session, incident, &asked).await?))
}
