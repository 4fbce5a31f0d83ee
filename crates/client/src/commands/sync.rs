//! What waits, what was refused, and what to do about it.

use firebell_domain::id::SetId;

use crate::{
    Client,
    api::{
        ApiError,
        sync::{ConflictView, SyncView},
    },
    views::{conflict, names::not_found, sync},
};

impl Client {
    /// `get_sync`.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn get_sync(&self, _: ()) -> Result<SyncView, ApiError> {
        sync::view(self).await
    }

    /// `list_conflicts`: one item for each refused root.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn list_conflicts(&self, _: ()) -> Result<Vec<ConflictView>, ApiError> {
        conflict::list(self).await
    }

    /// `dismiss_conflict`: its author has read it; it and what built on it are forgotten.
    ///
    /// # Errors
    /// `NotFound` when there is no such item.
    pub async fn dismiss_conflict(&self, root: String) -> Result<(), ApiError> {
        self.dismiss_refused(set(&root)?).await
    }

    /// `reapply_conflict`: issues it and all that built on it anew, on top of what stands now.
    ///
    /// # Errors
    /// `NotFound` when there is no such item; `Refused` when the rules refuse it as things stand here.
    pub async fn reapply_conflict(&self, root: String) -> Result<(), ApiError> {
        self.reapply_refused(set(&root)?).await
    }
}

fn set(text: &str) -> Result<SetId, ApiError> {
    text.parse().map_err(|_| not_found(text))
}
