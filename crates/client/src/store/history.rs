//! Older rows of incidents: which are missing, and those that were fetched.

use firebell_domain::id::EntityId;
use firebell_protocol::{http::History, row::Slot};
use sqlx::SqliteConnection;

use super::{
    Store, StoreError, Writing, blob, entity_id,
    load::{signed, unsigned},
    projection,
    read::parse,
    state,
    verbatim::hex_list,
};
use crate::replica::LogRow;

/// An incident of which older rows are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingHistory {
    /// Which.
    pub incident: EntityId,
    /// They are here up to this row.
    pub after: u64,
}

impl Store {
    /// The next incident whose older rows are to be fetched without being asked for.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn next_history(&self) -> Result<Option<MissingHistory>, StoreError> {
        let row = sqlx::query!(
            "SELECT incident, after FROM history_missing WHERE ahead = 1 ORDER BY incident DESC LIMIT 1"
        )
        .fetch_optional(self.readers())
        .await?;
        row.map(|row| {
            Ok(MissingHistory { incident: entity_id(&row.incident)?, after: unsigned(row.after) })
        })
        .transpose()
    }

    /// Whether older rows of this incident are not here, and up to where they are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn missing_history(
        &self,
        incident: EntityId,
    ) -> Result<Option<MissingHistory>, StoreError> {
        let key = blob(incident.0);
        let after =
            sqlx::query_scalar!("SELECT after FROM history_missing WHERE incident = ?", key)
                .fetch_optional(self.readers())
                .await?;
        Ok(after.map(|after| MissingHistory { incident, after: unsigned(after) }))
    }

    /// Writes older rows of an incident; says where to go on.
    ///
    /// # Errors
    /// See [`Store::save_chunk`].
    pub async fn save_history(
        &self,
        incident: EntityId,
        page: History,
    ) -> Result<Option<u64>, StoreError> {
        self.write(move |writing| Box::pin(save_history(writing, incident, page))).await
    }
}

/// Older rows of these incidents are not here.
pub(super) async fn want_history(
    connection: &mut SqliteConnection,
    incidents: impl Iterator<Item = EntityId>,
    ahead: bool,
) -> Result<(), StoreError> {
    let ids = hex_list(incidents);
    // Rows up to the place before are here already, unless they were missing before.
    sqlx::query!(
        "INSERT INTO history_missing (incident, after, ahead)
         SELECT unhex(r.value),
            coalesce((SELECT max(seq) FROM history WHERE incident = unhex(r.value)), 0), ?2
         FROM json_each(?1) AS r WHERE true
         ON CONFLICT (incident) DO UPDATE SET ahead = max(ahead, excluded.ahead)",
        ids,
        ahead
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_history(
    writing: &mut Writing,
    incident: EntityId,
    page: History,
) -> Result<Option<u64>, StoreError> {
    let connection = &mut writing.connection;
    let key = blob(incident.0);
    let entity = sqlx::query_scalar!("SELECT body FROM entity WHERE id = ?", key)
        .fetch_optional(&mut *connection)
        .await?;
    // It was purged while its rows were on their way: they must not come back.
    let Some(_) = entity.as_deref().map(parse).transpose()? else {
        sqlx::query!("DELETE FROM history_missing WHERE incident = ?", key)
            .execute(connection)
            .await?;
        return Ok(None);
    };
    let life = state::life(connection).await?;
    for slot in page.slots {
        let Slot::Row { row: bytes, .. } = slot else { continue };
        let row = serde_json::from_str(&bytes)?;
        projection::save_row(connection, &LogRow { row, bytes }, life).await?;
    }
    match page.next {
        Some(next) => {
            let next = signed(next);
            sqlx::query!("UPDATE history_missing SET after = ? WHERE incident = ?", next, key)
                .execute(connection)
                .await?;
        }
        None => {
            sqlx::query!("DELETE FROM history_missing WHERE incident = ?", key)
                .execute(connection)
                .await?;
        }
    }
    writing.changed.incidents.insert(incident);
    Ok(page.next)
}
