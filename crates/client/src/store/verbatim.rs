//! Entities of a snapshot, written as they came: many with one statement.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{entity::Entity, id::EntityId, time::Timestamp};
use sqlx::SqliteConnection;

use super::{
    StoreError, Writing, blob, entity_id,
    load::{self, signed},
    projection,
    save::{note, save},
};
use crate::replica::apply_snapshot;

/// An entity of a snapshot with its canonical bytes.
pub(super) type Verbatim = (Entity, String);

/// Reads entities, outside of the writer: a thousand take as long as writing them.
pub(super) fn parse_all(bodies: Vec<String>) -> Result<Vec<Verbatim>, StoreError> {
    bodies.into_iter().map(|body| Ok((serde_json::from_str(&body)?, body))).collect()
}

/// Writes entities verbatim; those that unsent sets touch are folded anew.
pub(super) async fn save_entities(
    writing: &mut Writing,
    entities: Vec<Verbatim>,
    life: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let held = held(connection, &entities).await?;
    let current = signed(life);
    let (mut fresh, mut folded) = (Vec::with_capacity(entities.len()), Vec::new());
    for verbatim in entities {
        match held.get(&verbatim.0.id) {
            Some(held) if held.unsent => folded.push(verbatim.0),
            Some(held) if held.life == current && held.seq >= signed(verbatim.0.seq) => {}
            Some(_) | None => fresh.push(verbatim),
        }
    }
    let mut projections = projection::Projections::default();
    for (entity, _) in &fresh {
        projections.add(entity, false);
        note(&mut writing.changed, entity.id, Some(entity));
    }
    put_verbatim(connection, &fresh, current).await?;
    projections.save(connection).await?;
    fold_in(writing, folded, life, now).await
}

/// What is here of an entity.
struct Held {
    seq: i64,
    life: i64,
    unsent: bool,
}

async fn held(
    connection: &mut SqliteConnection,
    entities: &[Verbatim],
) -> Result<BTreeMap<EntityId, Held>, StoreError> {
    let ids = hex_list(entities.iter().map(|(entity, _)| entity.id));
    let rows = sqlx::query!(
        r#"SELECT e.id, e.seq, e.life, e.unsent AS "unsent: bool"
           FROM json_each(?) AS r JOIN entity e ON e.id = unhex(r.value)"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let held = Held { seq: row.seq, life: row.life, unsent: row.unsent };
            Ok((entity_id(&row.id)?, held))
        })
        .collect()
}

/// Ids as a JSON array that SQL reads with `unhex`.
pub(super) fn hex_list(ids: impl Iterator<Item = EntityId>) -> String {
    let ids = ids.map(|id| serde_json::Value::String(id.0.simple().to_string()));
    serde_json::Value::Array(ids.collect()).to_string()
}

/// Rows of one statement. Each statement is a hop to SQLite's thread and back, which costs more than a
/// row does.
const ROWS: usize = 50;

/// Writes entities that replace what is here, many with one statement. Not a checked query: the number
/// of rows is part of its text. [`super::save`] writes the same columns one by one.
async fn put_verbatim(
    connection: &mut SqliteConnection,
    entities: &[Verbatim],
    life: i64,
) -> Result<(), StoreError> {
    for rows in entities.chunks(ROWS) {
        let mut insert = sqlx::QueryBuilder::new(
            "INSERT INTO entity (id, kind, incident, seq, life, unsent, body) ",
        );
        insert.push_values(rows, |mut row, (entity, body)| {
            row.push_bind(blob(entity.id.0))
                .push_bind(entity.kind.as_str())
                .push_bind(entity.incident.map(|id| blob(id.0)))
                .push_bind(signed(entity.seq))
                .push_bind(life)
                .push_bind(0_i64)
                .push_bind(body.as_bytes());
        });
        insert.push(
            " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, life = excluded.life, \
             body = excluded.body",
        );
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Entities of a snapshot that unsent sets touch.
async fn fold_in(
    writing: &mut Writing,
    entities: Vec<Entity>,
    life: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    if entities.is_empty() {
        return Ok(());
    }
    let connection = &mut writing.connection;
    let ids: BTreeSet<EntityId> = entities.iter().map(|entity| entity.id).collect();
    let mut slice = load::slice(connection, &ids).await?;
    let current = signed(life);
    for id in &ids {
        let key = blob(id.0);
        let stale = sqlx::query_scalar!(
            "SELECT id FROM entity_confirmed WHERE id = ? AND life <> ?",
            key,
            current
        )
        .fetch_optional(&mut *connection)
        .await?;
        if stale.is_some() {
            slice.stale.insert(*id);
        }
    }
    let writes = apply_snapshot(&slice, entities);
    save(writing, writes, life, now).await?;
    for id in ids {
        // The same `seq` in another life is another life's all the same.
        let key = blob(id.0);
        sqlx::query!("UPDATE entity SET life = ? WHERE id = ?", current, key)
            .execute(&mut writing.connection)
            .await?;
        sqlx::query!("UPDATE entity_confirmed SET life = ? WHERE id = ?", current, key)
            .execute(&mut writing.connection)
            .await?;
    }
    Ok(())
}
