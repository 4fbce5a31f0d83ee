//! Loading the slice of the record that a function of the replica looks at.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    entity::Entity,
    id::{EntityId, SetId},
    time::Timestamp,
};
use sqlx::SqliteConnection;

use super::{StoreError, blob, entity_id, read::parse, set_id};
use crate::replica::{OutboxSet, Slice};

/// Confirmed entities of these ids, and every set that touches one of them.
pub(super) async fn slice(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<EntityId>,
) -> Result<Slice, StoreError> {
    let mut slice = Slice::default();
    for id in ids {
        let key = blob(id.0);
        let row = sqlx::query!(
            r#"SELECT e.unsent, e.body, c.body AS "confirmed?: Vec<u8>"
               FROM entity e LEFT JOIN entity_confirmed c ON c.id = e.id WHERE e.id = ?"#,
            key
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { continue };
        let body = if row.unsent == 0 { Some(row.body) } else { row.confirmed };
        if let Some(body) = body {
            slice.confirmed.insert(*id, parse(&body)?);
        }
        if row.unsent != 0 {
            touching(connection, *id, &mut slice.unsent).await?;
        }
    }
    Ok(slice)
}

/// Sets, and what deciding anew about their entities needs.
pub(super) async fn slice_of(
    connection: &mut SqliteConnection,
    mut sets: BTreeMap<u64, OutboxSet>,
) -> Result<Slice, StoreError> {
    let ids = sets.values().flat_map(OutboxSet::entities).collect();
    let mut slice = slice(connection, &ids).await?;
    slice.unsent.append(&mut sets);
    Ok(slice)
}

/// Adds the sets that touch an entity. Sets that could not be decided touch it too, although nothing of
/// them shows.
pub(super) async fn touching(
    connection: &mut SqliteConnection,
    id: EntityId,
    into: &mut BTreeMap<u64, OutboxSet>,
) -> Result<(), StoreError> {
    let key = blob(id.0);
    let numbers = sqlx::query_scalar!("SELECT number FROM outbox_touches WHERE entity = ?", key)
        .fetch_all(&mut *connection)
        .await?;
    for number in numbers {
        if !into.contains_key(&unsigned(number)) {
            add_set(connection, number, into).await?;
        }
    }
    Ok(())
}

/// Adds a set by number.
pub(super) async fn add_set(
    connection: &mut SqliteConnection,
    number: i64,
    into: &mut BTreeMap<u64, OutboxSet>,
) -> Result<(), StoreError> {
    let row = sqlx::query_as!(
        StoredSet,
        "SELECT number, id, person, incident, written_at, again, \
        after, first, last, body, outcomes FROM outbox WHERE number = ?",
        number
    )
    .fetch_optional(connection)
    .await?;
    if let Some(row) = row {
        into.insert(unsigned(number), row.read()?);
    }
    Ok(())
}

/// All sets, by number.
pub(super) async fn all_sets(
    connection: &mut SqliteConnection,
) -> Result<BTreeMap<u64, OutboxSet>, StoreError> {
    let rows = sqlx::query_as!(
        StoredSet,
        "SELECT number, id, person, incident, written_at, again, \
        after, first, last, body, outcomes FROM outbox ORDER BY number"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((unsigned(row.number), row.read()?))).collect()
}

/// The number of a set, if it is in the outbox.
pub(super) async fn number_of(
    connection: &mut SqliteConnection,
    id: SetId,
) -> Result<Option<i64>, StoreError> {
    let key = blob(id.0);
    Ok(sqlx::query_scalar!("SELECT number FROM outbox WHERE id = ?", key)
        .fetch_optional(connection)
        .await?)
}

/// What a person sees of these entities and of the incidents that they belong to: what deciding looks at.
pub(super) async fn world(
    connection: &mut SqliteConnection,
    ids: impl IntoIterator<Item = EntityId>,
) -> Result<BTreeMap<EntityId, Entity>, StoreError> {
    let mut world: BTreeMap<EntityId, Entity> = BTreeMap::new();
    let mut open: Vec<EntityId> = ids.into_iter().collect();
    while let Some(id) = open.pop() {
        if world.contains_key(&id) {
            continue;
        }
        let key = blob(id.0);
        let body = sqlx::query_scalar!("SELECT body FROM entity WHERE id = ?", key)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(body) = body {
            let entity = parse(&body)?;
            open.extend(entity.incident);
            world.insert(id, entity);
        }
    }
    Ok(world)
}

/// A set as it is stored.
pub(super) struct StoredSet {
    pub(super) number: i64,
    id: Vec<u8>,
    person: Vec<u8>,
    incident: Option<Vec<u8>>,
    written_at: i64,
    again: i64,
    after: String,
    first: Option<i64>,
    last: Option<i64>,
    body: Vec<u8>,
    outcomes: Vec<u8>,
}

impl StoredSet {
    pub(super) fn read(self) -> Result<OutboxSet, StoreError> {
        Ok(OutboxSet {
            number: unsigned(self.number),
            id: set_id(&self.id)?,
            person: entity_id(&self.person)?,
            incident: self.incident.as_deref().map(entity_id).transpose()?,
            written_at: Timestamp(self.written_at),
            again: self.again != 0,
            after: serde_json::from_str(&self.after)?,
            accepted: self.first.zip(self.last).map(|(f, l)| (unsigned(f), unsigned(l))),
            changes: serde_json::from_slice(&self.body)?,
            outcomes: serde_json::from_slice(&self.outcomes)?,
        })
    }
}

/// SQLite's integers are signed; ours never reach the difference.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// See [`unsigned`].
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
