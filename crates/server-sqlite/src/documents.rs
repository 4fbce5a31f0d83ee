//! State documents: their updates, and states to read them from.

use async_trait::async_trait;
use firebell_domain::id::EntityId;
use firebell_server::store::{Documents, StoreError, StoredDocument, StoredUpdate, bigint};

use crate::{SqliteStore, error::failed, meta::uuid};

#[async_trait]
impl Documents for SqliteStore {
    async fn take_document_update(
        &self,
        incident: EntityId,
        person: EntityId,
        body: &[u8],
    ) -> Result<u64, StoreError> {
        let (key, person) = (incident.0.as_bytes().as_slice(), person.0.as_bytes().as_slice());
        let now = self.clock.now().0;
        let mut db = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let at = sqlx::query_scalar!(
            r#"INSERT INTO document (incident, at) VALUES (?, 1)
               ON CONFLICT (incident) DO UPDATE SET at = at + 1 RETURNING at AS "at!""#,
            key
        )
        .fetch_one(&mut *db)
        .await
        .map_err(failed)?;
        sqlx::query!(
            "INSERT INTO document_update (incident, at, person, taken_at, body)
             VALUES (?, ?, ?, ?, ?)",
            key,
            at,
            person,
            now,
            body
        )
        .execute(&mut *db)
        .await
        .map_err(failed)?;
        db.commit().await.map_err(failed)?;
        Ok(at as u64)
    }

    async fn document(&self, incident: EntityId) -> Result<StoredDocument, StoreError> {
        let key = incident.0.as_bytes().as_slice();
        let state = sqlx::query!(
            "SELECT at, body FROM document_state WHERE incident = ? ORDER BY at DESC LIMIT 1",
            key
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
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
        let key = incident.0.as_bytes().as_slice();
        let (after, limit) = (bigint(after), bigint(limit));
        let rows = sqlx::query!(
            "SELECT at, person, body FROM document_update
             WHERE incident = ? AND at > ? ORDER BY at LIMIT ?",
            key,
            after,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let update = |row: (i64, Vec<u8>, Vec<u8>)| {
            Ok(StoredUpdate { at: row.0 as u64, person: EntityId(uuid(&row.1)?), body: row.2 })
        };
        rows.into_iter().map(|row| update((row.at, row.person, row.body))).collect()
    }

    async fn keep_document_state(
        &self,
        incident: EntityId,
        at: u64,
        state: &[u8],
    ) -> Result<(), StoreError> {
        let (key, at) = (incident.0.as_bytes().as_slice(), bigint(at));
        sqlx::query!(
            "INSERT INTO document_state (incident, at, body) VALUES (?, ?, ?)
             ON CONFLICT (incident, at) DO NOTHING",
            key,
            at,
            state
        )
        .execute(&self.writer)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn documents_to_note(
        &self,
        every_millis: i64,
        limit: usize,
    ) -> Result<Vec<(EntityId, u64)>, StoreError> {
        let (until, limit) = (self.clock.now().plus_millis(-every_millis).0, bigint(limit));
        let rows = sqlx::query!(
            "SELECT incident, at FROM document WHERE at > noted AND noted_at <= ?
             ORDER BY noted_at LIMIT ?",
            until,
            limit
        )
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(|row| Ok((EntityId(uuid(&row.incident)?), row.at as u64))).collect()
    }

    async fn document_noted(&self, incident: EntityId, at: u64) -> Result<(), StoreError> {
        let (key, at) = (incident.0.as_bytes().as_slice(), bigint(at));
        let now = self.clock.now().0;
        sqlx::query!(
            "UPDATE document SET noted = max(noted, ?), noted_at = ? WHERE incident = ?",
            at,
            now,
            key
        )
        .execute(&self.writer)
        .await
        .map_err(failed)?;
        Ok(())
    }
}
