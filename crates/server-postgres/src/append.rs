//! One append: reads and writes under the lock, in one transaction.

use async_trait::async_trait;
use firebell_domain::{
    decide::KeyState,
    entity::Entity,
    id::{EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use firebell_server::store::{Append, Head, StoreError, StoredAnswer, Writes};
use uuid::Uuid;

use crate::{access, entities, error::bounded, jobs, keys, log, meta, pen::HeldPen};

/// Holds the pen.
pub(crate) struct PostgresAppend {
    pub(crate) pen: HeldPen,
}

impl PostgresAppend {
    fn workspace(&self) -> WorkspaceId {
        self.pen.head.workspace
    }

    /// A handful of statements, however many rows.
    async fn write(mut self, writes: &Writes) -> Result<(), StoreError> {
        let workspace = self.workspace();
        let db = &mut self.pen.db;
        log::insert(db, workspace, &writes.rows).await?;
        entities::put(db, workspace, &writes.entities).await?;
        log::insert_answers(db, workspace, &writes.answers).await?;
        keys::grant(db, workspace, &writes.keys_granted).await?;
        keys::used(db, workspace, &writes.keys_used).await?;
        jobs::finish_all(db, workspace, &writes.jobs_done).await?;
        if self.pen.waiting {
            jobs::release(&mut *db, workspace, &writes.released).await?;
        }
        jobs::put(db, workspace, &writes.jobs).await?;
        access::put(db, workspace, &writes.access).await?;
        if let Some(head) = writes.head.filter(|head| *head != self.pen.head) {
            meta::set_head(db, &head).await?;
        }
        self.pen.commit().await
    }
}

#[async_trait]
impl Append for PostgresAppend {
    fn head(&self) -> Head {
        self.pen.head
    }

    fn now(&self) -> Timestamp {
        self.pen.now
    }

    async fn entities(&mut self, ids: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = self.workspace();
        bounded(entities::with_incidents(&mut self.pen.db, workspace, ids)).await
    }

    async fn pages_of(&mut self, incidents: &[EntityId]) -> Result<Vec<Entity>, StoreError> {
        if incidents.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = self.workspace();
        bounded(entities::pages_of(&mut self.pen.db, workspace, incidents)).await
    }

    async fn directory_after(&mut self, seq: u64) -> Result<Vec<Entity>, StoreError> {
        let workspace = self.workspace();
        bounded(entities::directory_after(&mut self.pen.db, workspace, seq)).await
    }

    async fn jobs_due(&mut self, ids: &[Uuid]) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = self.workspace();
        bounded(jobs::due(&mut self.pen.db, workspace, ids)).await
    }

    async fn answers(&mut self, sets: &[SetId]) -> Result<Vec<StoredAnswer>, StoreError> {
        if sets.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = self.workspace();
        bounded(log::answers(&mut self.pen.db, workspace, sets)).await
    }

    async fn keys(&mut self, numbers: &[u64]) -> Result<Vec<(u64, KeyState)>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = self.workspace();
        bounded(keys::states(&mut self.pen.db, workspace, numbers)).await
    }

    async fn commit(self: Box<Self>, writes: &Writes) -> Result<(), StoreError> {
        bounded(self.write(writes)).await
    }
}
