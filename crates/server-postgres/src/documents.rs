//! State documents: their updates, and states to read them from.

use async_trait::async_trait;
use firebell_domain::id::EntityId;
use firebell_server::store::{Documents, StoreError, StoredDocument, StoredUpdate, bigint};

use crate::{
    PostgresStore,
    error::{bounded, failed},
};

#[async_trait]
impl Documents for PostgresStore {
    async fn take_document_update(
        &self,
        incident: EntityId,
        person: EntityId,
        body: &[u8],
    ) -> Result<u64, StoreError> {
        bounded(async {
            self.clock.keep(&self.pool).await?;
            let mut db = self.pool.begin().await.map_err(failed)?;
            // The lock on this row is what puts the updates of one document in the order of their commits.
            let at = sqlx::query_scalar!(
                "INSERT INTO document (workspace, incident, at) VALUES ($1, $2, 1)
                 ON CONFLICT (workspace, incident) DO UPDATE SET at = document.at + 1 RETURNING at",
                self.workspace.0,
                incident.0
            )
            .fetch_one(&mut *db)
            .await
            .map_err(failed)?;
            sqlx::query!(
                "INSERT INTO document_update (workspace, incident, at, person, taken_at, body)
                 VALUES ($1, $2, $3, $4, firebell_now(), $5)",
                self.workspace.0,
                incident.0,
                at,
                person.0,
                body
            )
            .execute(&mut *db)
            .await
            .map_err(failed)?;
            db.commit().await.map_err(failed)?;
            Ok(at as u64)
        })
        .await
    }

    async fn document(&self, incident: EntityId) -> Result<StoredDocument, StoreError> {
        let state = bounded(async {
            sqlx::query!(
                "SELECT at, body FROM document_state WHERE workspace = $1 AND incident = $2
                 ORDER BY at DESC LIMIT 1",
                self.workspace.0,
                incident.0
            )
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)
        })
        .await?;
        let (state_at, state) = state.map(|row| (row.at as u64, row.body)).unwrap_or_default();
        let updates = self.document_updates(incident, state_at, usize::MAX).await?;
        Ok(StoredDocument { state_at, state, updates })
    }

    async fn document_updates(
        &self,
        incident: EntityId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredUpdate>, StoreError> {
        bounded(async {
            let rows = sqlx::query!(
                "SELECT at, person, body FROM document_update
                 WHERE workspace = $1 AND incident = $2 AND at > $3 ORDER BY at LIMIT $4",
                self.workspace.0,
                incident.0,
                bigint(after),
                bigint(limit)
            )
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
            let updates = rows.into_iter().map(|row| StoredUpdate {
                at: row.at as u64,
                person: EntityId(row.person),
                body: row.body,
            });
            Ok(updates.collect())
        })
        .await
    }

    async fn keep_document_state(
        &self,
        incident: EntityId,
        at: u64,
        state: &[u8],
    ) -> Result<(), StoreError> {
        bounded(async {
            sqlx::query!(
                "INSERT INTO document_state (workspace, incident, at, body) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (workspace, incident, at) DO NOTHING",
                self.workspace.0,
                incident.0,
                bigint(at),
                state
            )
            .execute(&self.pool)
            .await
            .map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn documents_to_note(
        &self,
        every_millis: i64,
        limit: usize,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        bounded(async {
            self.clock.keep(&self.pool).await?;
            let rows = sqlx::query!(
                "SELECT incident, at FROM document
                 WHERE workspace = $1 AND at > noted AND noted_at <= firebell_now() - $2::bigint
                 ORDER BY noted_at LIMIT $3",
                self.workspace.0,
                every_millis,
                bigint(limit)
            )
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
            Ok(rows.into_iter().map(|row| (EntityId(row.incident), row.at as u64)).collect())
        })
        .await
    }

    async fn document_noted(&self, incident: EntityId, at: u64) -> Result<(), StoreError> {
        bounded(async {
            sqlx::query!(
                "UPDATE document SET noted = greatest(noted, $3), noted_at = firebell_now()
                 WHERE workspace = $1 AND incident = $2",
                self.workspace.0,
                incident.0,
                bigint(at)
            )
            .execute(&self.pool)
            .await
            .map_err(failed)?;
            Ok(())
        })
        .await
    }
}
