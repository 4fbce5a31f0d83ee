//! Reading entities as they are shown, and small things by name.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    entity::{Entity, Kind},
    id::{ChangeId, EntityId},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Store, StoreError, blob, entity_id};
use crate::{api::ApiError, replica::OutboxSet};

impl Store {
    /// An entity as it is shown.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn entity(&self, id: EntityId) -> Result<Option<Entity>, ApiError> {
        let key = blob(id.0);
        let body = sqlx::query_scalar!("SELECT body FROM entity WHERE id = ?", key)
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::from)?;
        Ok(body.as_deref().map(parse).transpose()?)
    }

    /// Entities as they are shown; absent ones are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn entities(&self, ids: &[EntityId]) -> Result<BTreeMap<EntityId, Entity>, ApiError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids = json_of(ids)?;
        let bodies = sqlx::query_scalar!(
            "SELECT body FROM entity WHERE id IN (SELECT unhex(value) FROM json_each(?))",
            ids
        )
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::from)?;
        let entities = bodies.iter().map(|body| parse(body).map(|entity| (entity.id, entity)));
        Ok(entities.collect::<Result<_, StoreError>>()?)
    }

    /// Which of these entities are here.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn present(&self, ids: &[EntityId]) -> Result<BTreeSet<EntityId>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = json_of(ids)?;
        let found = sqlx::query_scalar!(
            "SELECT id FROM entity WHERE id IN (SELECT unhex(value) FROM json_each(?))",
            ids
        )
        .fetch_all(self.readers())
        .await?;
        found.iter().map(|id| entity_id(id)).collect()
    }

    /// Entities of an incident of one kind as they are shown, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn entities_of(
        &self,
        incident: EntityId,
        kind: &Kind,
    ) -> Result<Vec<Entity>, ApiError> {
        let (incident, kind) = (blob(incident.0), kind.as_str());
        let bodies = sqlx::query_scalar!(
            "SELECT body FROM entity WHERE incident = ? AND kind = ? ORDER BY id",
            incident,
            kind
        )
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::from)?;
        Ok(bodies.iter().map(|body| parse(body)).collect::<Result<_, StoreError>>()?)
    }

    /// The changes of sets that the server has not accepted, of all that touch this entity: stamps that
    /// are this desktop's word only.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn unsent_changes(&self, entity: EntityId) -> Result<BTreeSet<ChangeId>, ApiError> {
        let key = blob(entity.0);
        let bodies = sqlx::query_scalar!(
            "SELECT outbox.body FROM outbox_touches JOIN outbox USING (number)
             WHERE entity = ? AND last IS NULL",
            key
        )
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::from)?;
        let mut changes = BTreeSet::new();
        for body in bodies {
            let parsed: Vec<serde_json::Value> =
                serde_json::from_slice(&body).map_err(StoreError::from)?;
            changes.extend(
                parsed
                    .iter()
                    .filter_map(|change| change.get("id")?.as_str()?.parse::<ChangeId>().ok()),
            );
        }
        Ok(changes)
    }

    /// Change sets that wait for the server, accepted ones whose rows have not arrived left out, and
    /// documents of which something does.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn unsent_count(&self) -> Result<u32, ApiError> {
        let count = sqlx::query_scalar!("SELECT count(*) FROM outbox WHERE last IS NULL")
            .fetch_one(self.readers())
            .await
            .map_err(StoreError::from)?;
        let documents = self.unsent_documents().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX).saturating_add(documents))
    }

    /// All sets whose rows have not arrived, in order; for exports.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn unsent_sets(&self) -> Result<Vec<OutboxSet>, ApiError> {
        let mut connection = self.readers().acquire().await.map_err(StoreError::from)?;
        Ok(super::load::all_sets(&mut connection).await?.into_values().collect())
    }

    /// Something that was remembered under a name: a draft, a choice.
    ///
    /// # Errors
    /// When the file cannot be read. A value of another shape counts as absent: a newer version may have
    /// written it.
    pub async fn local<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let value = sqlx::query_scalar!("SELECT value FROM local WHERE name = ?", name)
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::from)?;
        Ok(value.and_then(|value| serde_json::from_str(&value).ok()))
    }

    /// Remembers something under a name, or forgets it.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn set_local<T: Serialize>(
        &self,
        name: &str,
        value: Option<&T>,
    ) -> Result<(), ApiError> {
        let name = name.to_owned();
        let value = value.map(serde_json::to_string).transpose().map_err(ApiError::internal)?;
        let write = self.write(move |writing| {
            Box::pin(async move {
                match value {
                    Some(value) => sqlx::query!(
                        "INSERT INTO local (name, value) VALUES (?1, ?2)
                         ON CONFLICT (name) DO UPDATE SET value = ?2",
                        name,
                        value
                    ),
                    None => sqlx::query!("DELETE FROM local WHERE name = ?", name),
                }
                .execute(&mut writing.connection)
                .await?;
                Ok(())
            })
        });
        Ok(write.await?)
    }
}

/// Ids as SQL reads them out of JSON: `unhex` makes their bytes.
fn json_of(ids: &[EntityId]) -> Result<String, StoreError> {
    let ids: Vec<_> = ids.iter().map(|id| id.0.simple().to_string()).collect();
    Ok(serde_json::to_string(&ids)?)
}

/// An entity from its bytes.
pub(super) fn parse(body: &[u8]) -> Result<Entity, StoreError> {
    Ok(serde_json::from_slice(body)?)
}
