//! State documents in memory.

use async_trait::async_trait;
use firebell_domain::{id::EntityId, time::Timestamp};

use super::{MemoryRecord, MemoryStore, tables::Tables};
use crate::store::{Documents, StoreError, StoredDocument, StoredUpdate};

/// One document.
#[derive(Debug, Clone, Default)]
pub(super) struct Stored {
    updates: Vec<StoredUpdate>,
    /// As of which update, and the state.
    states: Vec<(u64, Vec<u8>)>,
    noted: u64,
    noted_at: Option<Timestamp>,
}

impl Stored {
    fn at(&self) -> u64 {
        self.updates.len() as u64
    }

    fn after(&self, after: u64, limit: usize) -> Vec<StoredUpdate> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        self.updates.iter().skip(after).take(limit).cloned().collect()
    }
}

impl Tables {
    fn take_update(&mut self, incident: EntityId, person: EntityId, body: &[u8]) -> u64 {
        let document = self.documents.entry(incident).or_default();
        let at = document.at() + 1;
        document.updates.push(StoredUpdate { at, person, body: body.to_vec() });
        at
    }

    fn stored_document(&self, incident: EntityId) -> StoredDocument {
        let Some(document) = self.documents.get(&incident) else {
            return StoredDocument::default();
        };
        let (state_at, state) =
            document.states.iter().max_by_key(|(at, _)| *at).cloned().unwrap_or_default();
        let updates = document.after(state_at, usize::MAX);
        StoredDocument { state_at, state, updates }
    }

    fn to_note(&self, until: Timestamp, limit: usize) -> Vec<(EntityId, u64)> {
        let due = |document: &Stored| {
            document.at() > document.noted && document.noted_at.is_none_or(|at| at <= until)
        };
        let documents = self.documents.iter().filter(|(_, document)| due(document));
        documents.map(|(incident, document)| (*incident, document.at())).take(limit).collect()
    }
}

#[async_trait]
impl Documents for MemoryStore {
    async fn take_document_update(
        &self,
        incident: EntityId,
        person: EntityId,
        body: &[u8],
    ) -> Result<u64, StoreError> {
        Ok(self.tables().take_update(incident, person, body))
    }

    async fn document(&self, incident: EntityId) -> Result<StoredDocument, StoreError> {
        Ok(self.tables().stored_document(incident))
    }

    async fn document_updates(
        &self,
        incident: EntityId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredUpdate>, StoreError> {
        let tables = self.tables();
        let document = tables.documents.get(&incident);
        Ok(document.map(|document| document.after(after, limit)).unwrap_or_default())
    }

    async fn keep_document_state(
        &self,
        incident: EntityId,
        at: u64,
        state: &[u8],
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let states = &mut tables.documents.entry(incident).or_default().states;
        if states.iter().all(|(other, _)| *other != at) {
            states.push((at, state.to_vec()));
        }
        Ok(())
    }

    async fn documents_to_note(
        &self,
        every_millis: i64,
        limit: usize,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        let until = self.clock().plus_millis(-every_millis);
        Ok(self.tables().to_note(until, limit))
    }

    async fn document_noted(&self, incident: EntityId, at: u64) -> Result<(), StoreError> {
        let now = self.clock();
        if let Some(document) = self.tables().documents.get_mut(&incident) {
            document.noted = document.noted.max(at);
            document.noted_at = Some(now);
        }
        Ok(())
    }
}

impl MemoryRecord {
    /// See [`Documents::take_document_update`].
    pub fn take_document_update(
        &mut self,
        incident: EntityId,
        person: EntityId,
        body: &[u8],
    ) -> u64 {
        self.tables.take_update(incident, person, body)
    }

    /// See [`Documents::document`].
    #[must_use]
    pub fn document(&self, incident: EntityId) -> StoredDocument {
        self.tables.stored_document(incident)
    }
}
