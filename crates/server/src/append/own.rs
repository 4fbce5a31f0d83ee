//! What the server itself makes of the record as it stands.
//!
//! A desktop sends a finished set. What a monitoring system says must be looked at under the lock first:
//! two processes that hear of the same alert at the same instant make one incident of it, because the
//! second one sees what the first one wrote.

use std::fmt;

use firebell_domain::{change::ChangeSet, id::EntityId};

use super::Loaded;
use crate::store::StoreError;

/// How often what is loaded may name more to load. Each answer of [`Own::wants`] builds on the one before.
pub(crate) const MAX_ROUNDS: usize = 4;

/// Work of the server's own that is decided under the append lock.
pub trait Own: fmt::Debug + Send + Sync {
    /// Entities that it wants to see, as far as what is loaded says so; those that are loaded already may
    /// be among them. Asked until it names nothing new, [`MAX_ROUNDS`] times at most.
    fn wants(&self, loaded: &Loaded) -> Vec<EntityId>;

    /// What it appends, each set on its own. What was not loaded counts as absent.
    fn sets(&self, loaded: &Loaded) -> Vec<ChangeSet>;
}

/// The rules refuse what the server made itself: a defect, and nothing of it stands.
pub(super) fn refused() -> StoreError {
    StoreError::Other("the rules refuse what the server made".to_owned())
}
