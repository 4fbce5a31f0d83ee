//! Whose file it is, and ids as SQLite keeps them.

use firebell_domain::id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId};
use uuid::Uuid;

use super::StoreError;

/// Whose file it is: a desktop keeps one, and so one line of numbers, for each workspace and person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The record.
    pub workspace: WorkspaceId,
    /// The person.
    pub person: EntityId,
    /// This desktop.
    pub device: DeviceId,
}

/// An id as SQLite keeps it: 16 bytes.
pub(crate) fn blob(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// An entity's id from its 16 bytes.
///
/// # Errors
/// `Corrupt` when they are not 16.
pub fn entity_id(bytes: &[u8]) -> Result<EntityId, StoreError> {
    uuid(bytes).map(EntityId)
}

/// A change set's id from its 16 bytes.
///
/// # Errors
/// `Corrupt` when they are not 16.
pub fn set_id(bytes: &[u8]) -> Result<SetId, StoreError> {
    uuid(bytes).map(SetId)
}

/// A change's id from its 16 bytes.
///
/// # Errors
/// `Corrupt` when they are not 16.
pub fn change_id(bytes: &[u8]) -> Result<ChangeId, StoreError> {
    uuid(bytes).map(ChangeId)
}

/// The desktop row's ids.
pub(super) fn identity(
    workspace: &[u8],
    person: &[u8],
    device: &[u8],
) -> Result<Identity, StoreError> {
    Ok(Identity {
        workspace: WorkspaceId(uuid(workspace)?),
        person: entity_id(person)?,
        device: DeviceId(uuid(device)?),
    })
}
