//! Devices and their sessions.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use firebell_domain::id::DeviceId;
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    http::Device,
};

use super::{
    caller::Caller,
    failure::{Answer, not_found},
};
use crate::node::Node;

/// Own devices; an administrator sees everybody's.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
) -> Answer<Json<Vec<Device>>> {
    let of = if caller.is_admin(&node).await? { None } else { Some(caller.0.person) };
    let devices = node.store.devices(of).await?.into_iter().map(|record| Device {
        id: record.device,
        name: record.name,
        person: record.person,
        seen_at: record.seen_at,
        revoked: record.revoked,
    });
    Ok(Json(devices.collect()))
}

/// Ends a device's access: one's own, or as an administrator anybody's.
pub(super) async fn revoke(
    State(node): State<Arc<Node>>,
    caller: Caller,
    device: Result<Path<DeviceId>, PathRejection>,
) -> Answer<StatusCode> {
    let Path(device) = device?;
    let of = if caller.is_admin(&node).await? { None } else { Some(caller.0.person) };
    if !node.store.devices(of).await?.iter().any(|record| record.device == device) {
        return Err(not_found());
    }
    node.store.revoke_device(device).await?;
    node.hub.close_device(device, &ApiError::of(ErrorCode::Revoked, "the session was ended"));
    tracing::info!(%device, by = %caller.0.person, "a device was revoked");
    Ok(StatusCode::NO_CONTENT)
}
