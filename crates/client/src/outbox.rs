//! What a person may do about sets that were refused.

use std::collections::BTreeMap;

use firebell_domain::{
    decide::Refusal,
    entity::Entity,
    id::{EntityId, SetId},
};

use crate::{
    Client,
    api::{ApiError, ErrorCode},
    commands::refusal,
};

impl Client {
    /// The author has read a refused set: it and what was refused with it are forgotten.
    ///
    /// # Errors
    /// `NotFound` when there is no such set; `NotSaved` when the disk refuses.
    pub async fn dismiss_refused(&self, root: SetId) -> Result<(), ApiError> {
        let store = self.store()?;
        if store.refused_tail(root).await?.is_empty() {
            return Err(not_found());
        }
        Ok(store.dismiss_refused(root).await?)
    }

    /// Issues a refused set and all that was refused with it anew, on top of what stands now.
    ///
    /// # Errors
    /// `NotFound` when there is no such set; the refusal when the rules still refuse it here, and then it
    /// stays in the inbox.
    pub async fn reapply_refused(&self, root: SetId) -> Result<(), ApiError> {
        let store = self.writable()?;
        if store.refused_tail(root).await?.is_empty() {
            return Err(not_found());
        }
        let (now, host) = (self.host().now(), self.shared_host());
        let done = store.reapply_refused(root, now, move || host.new_id()).await;
        done.map_err(|error| self.api_error(error))
    }
}

fn not_found() -> ApiError {
    ApiError::of(ErrorCode::NotFound, "there is no such refused set")
}

/// A refusal where nobody knows names.
pub(crate) fn refusal_error(why: &Refusal) -> ApiError {
    refusal::error(&BTreeMap::<EntityId, Entity>::new(), why)
}
