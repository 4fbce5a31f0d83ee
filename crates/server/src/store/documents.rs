//! What the server asks of a database for state documents.

use async_trait::async_trait;
use firebell_domain::id::EntityId;

use super::StoreError;

/// An update of a document as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUpdate {
    /// Its number, from 1 without gaps.
    pub at: u64,
    /// Who sent it.
    pub person: EntityId,
    /// The update.
    pub body: Vec<u8>,
}

/// A document: its newest state and the updates after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredDocument {
    /// As of which update the state is; 0 without one.
    pub state_at: u64,
    /// The state; empty without one.
    pub state: Vec<u8>,
    /// Updates after that, in order.
    pub updates: Vec<StoredUpdate>,
}

/// State documents. Their updates are durable when they were taken, numbered without gaps in the order of
/// their commits, and never rewritten: a state only saves reading them again.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Takes an update; the answer is its number.
    async fn take_document_update(
        &self,
        incident: EntityId,
        person: EntityId,
        body: &[u8],
    ) -> Result<u64, StoreError>;

    /// A document; an empty one where nothing was written.
    async fn document(&self, incident: EntityId) -> Result<StoredDocument, StoreError>;

    /// Updates after this one, at most `limit`.
    async fn document_updates(
        &self,
        incident: EntityId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredUpdate>, StoreError>;

    /// Keeps the state as of an update. Kept twice is kept once.
    async fn keep_document_state(
        &self,
        incident: EntityId,
        at: u64,
        state: &[u8],
    ) -> Result<(), StoreError>;

    /// Documents that are further than the log says, and of which it said nothing for `every_millis`, by
    /// the database's clock: how far each is.
    async fn documents_to_note(
        &self,
        every_millis: i64,
        limit: usize,
    ) -> Result<Vec<(EntityId, u64)>, StoreError>;

    /// The log says now that a document is so far.
    async fn document_noted(&self, incident: EntityId, at: u64) -> Result<(), StoreError>;
}
