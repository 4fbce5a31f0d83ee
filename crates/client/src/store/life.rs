//! The record's lives: a restored server begins a new one. What was here is copied first, and own sets
//! that the earlier life accepted are offered again.

use std::{collections::BTreeSet, io, path::PathBuf};

use firebell_domain::{id::EntityId, time::Timestamp};
use sqlx::SqliteConnection;

use super::{
    Store, StoreError, document, entity_id,
    load::{self, unsigned},
    save::save,
    state,
};
use crate::replica::{OutboxSet, Slice, offer};

impl Store {
    /// Copies the file before the record's new life replaces what is in it.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn keep_copy(&self) -> Result<PathBuf, StoreError> {
        let epoch = sqlx::query_scalar!("SELECT epoch FROM desktop WHERE one = 1")
            .fetch_one(self.readers())
            .await?;
        let copy = self.path().with_extension(format!("epoch-{}.copy", epoch.unwrap_or(0)));
        if copy.exists() {
            return Ok(copy);
        }
        // Under another name until it is whole.
        let part = copy.with_extension("part");
        std::fs::remove_file(&part).or_else(ignore_absent)?;
        super::open::private(&part)?;
        let name = part.display().to_string();
        sqlx::query("VACUUM INTO ?").bind(name).execute(self.readers()).await?;
        std::fs::rename(&part, &copy).map_err(|error| StoreError::NotSaved(error.to_string()))?;
        Ok(copy)
    }

    /// The server says which life its record is in. A desktop without a place in any notes it: what is
    /// accepted before its first sync is done is lost with this life, should another one begin meanwhile.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn meet_life(&self, epoch: u64) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let epoch = load::signed(epoch);
                sqlx::query!("UPDATE desktop SET epoch = coalesce(epoch, ?)", epoch)
                    .execute(&mut writing.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The record has begun a new life: there is no place in its log yet, and own sets that the earlier
    /// one accepted wait to be offered again. What is here is shown until the snapshot replaces it.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn begin_life(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let person = writing.identity.person;
                let connection = &mut writing.connection;
                sqlx::query!("UPDATE desktop SET seq = NULL, head = NULL, chain_broken = 0")
                    .execute(&mut *connection)
                    .await?;
                sqlx::query!("DELETE FROM snapshot").execute(&mut *connection).await?;
                document::offer(connection).await?;
                let offers = own_accepted(connection, person).await?;
                let slice = whole_outbox(connection, &offers, BTreeSet::new()).await?;
                let life = state::life(connection).await?;
                save(writing, offer(&slice, offers), life, now).await
            })
        })
        .await
    }

    /// Deletes copies that were made of this file before a new life of the record or a change of its
    /// schema, once the file itself was found whole.
    ///
    /// # Errors
    /// `NotSaved` when one cannot be deleted.
    pub fn drop_copies(&self) -> Result<(), StoreError> {
        for copy in self.copies()? {
            std::fs::remove_file(copy).or_else(ignore_absent)?;
        }
        Ok(())
    }

    /// Copies of this file that are still there.
    ///
    /// # Errors
    /// `NotSaved` when the folder cannot be read.
    pub fn copies(&self) -> Result<Vec<PathBuf>, StoreError> {
        let not_saved = |error: io::Error| StoreError::NotSaved(error.to_string());
        let (Some(folder), Some(stem)) = (self.path().parent(), self.path().file_stem()) else {
            return Ok(Vec::new());
        };
        let stem = format!("{}.", stem.to_string_lossy());
        let mut copies = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(not_saved)? {
            let entry = entry.map_err(not_saved)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&stem) && (name.ends_with(".copy") || name.ends_with(".part")) {
                copies.push(entry.path());
            }
        }
        Ok(copies)
    }
}

/// All sets, and the entities that they, `offers` and `stale` are about.
pub(super) async fn whole_outbox(
    connection: &mut SqliteConnection,
    offers: &[OutboxSet],
    stale: BTreeSet<EntityId>,
) -> Result<Slice, StoreError> {
    let sets = load::all_sets(connection).await?;
    let mut ids: BTreeSet<EntityId> =
        sets.values().chain(offers).flat_map(OutboxSet::entities).collect();
    ids.extend(&stale);
    let mut slice = load::slice(connection, &ids).await?;
    slice.unsent = sets;
    slice.stale = stale;
    Ok(slice)
}

/// Own sets that were accepted within the last 30 days, in order.
pub(super) async fn own_accepted(
    connection: &mut SqliteConnection,
    person: EntityId,
) -> Result<Vec<OutboxSet>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, number, incident, written_at, body, outcomes FROM own_accepted ORDER BY number"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OutboxSet {
                number: unsigned(row.number),
                id: super::set_id(&row.id)?,
                person,
                incident: row.incident.as_deref().map(entity_id).transpose()?,
                written_at: Timestamp(row.written_at),
                again: true,
                after: Vec::new(),
                accepted: None,
                changes: serde_json::from_slice(&row.body)?,
                outcomes: serde_json::from_slice(&row.outcomes)?,
            })
        })
        .collect()
}

fn ignore_absent(error: io::Error) -> Result<(), StoreError> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(StoreError::NotSaved(error.to_string())),
    }
}
