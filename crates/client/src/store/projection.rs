//! What lists read, kept beside the entities that it is read off, in the same transaction.

use firebell_domain::{
    change::{Author, Change},
    document::Document,
    entity::Entity,
    id::EntityId,
    incident::{Incident, key_number},
    paging::Page,
    production_change::line_at,
    timeline::{Entry, EntryKind, line},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{StoreError, blob, document, load::signed};
use crate::replica::{Line, LogRow, OutboxSet};

/// What lists read off entities that are shown otherwise than before; gathered, so that a first sync
/// writes a thousand with one statement each.
#[derive(Debug, Default)]
pub(super) struct Projections {
    incidents: Vec<Value>,
    pages: Vec<Value>,
    entries: Vec<Value>,
    words: Vec<Value>,
    documents: Vec<Value>,
}

impl Projections {
    /// Adds an entity as it is shown now.
    pub(super) fn add(&mut self, entity: &Entity, unsent: bool) {
        match entity.kind.as_str() {
            "incident" => {
                self.incidents.push(incident(entity, unsent));
                self.words.push(hex(entity.id.0));
            }
            "entry" => {
                self.entries.extend(entry(entity));
                self.words.push(hex(entity.id.0));
            }
            "page" => self.pages.push(page(entity)),
            "document" => {
                let at = Document(entity).at();
                self.documents.extend(entity.incident.map(|id| json!([hex(id.0), at])));
            }
            _ => {}
        }
    }

    /// Writes what was added.
    pub(super) async fn save(self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let Self { incidents, pages, entries, words, documents } = self;
        if !documents.is_empty() {
            document::note(connection, documents).await?;
        }
        if !incidents.is_empty() {
            save_incidents(connection, &Value::Array(incidents).to_string()).await?;
        }
        if !pages.is_empty() {
            save_pages(connection, &Value::Array(pages).to_string()).await?;
        }
        if !entries.is_empty() {
            save_entries(connection, &Value::Array(entries).to_string()).await?;
        }
        if !words.is_empty() {
            index(connection, &Value::Array(words).to_string()).await?;
        }
        Ok(())
    }
}

/// An id as SQL reads it out of JSON: `unhex` makes its bytes.
fn hex(id: Uuid) -> Value {
    Value::String(id.simple().to_string())
}

fn hex_of(id: Option<EntityId>) -> Value {
    id.map_or(Value::Null, |id| hex(id.0))
}

fn incident(entity: &Entity, unsent: bool) -> Value {
    let incident = Incident(entity);
    let (state, times) = (incident.state(), incident.times());
    let over_at = entity.stamp("state").filter(|_| !state.is_open()).map(|stamp| stamp.at);
    json!([
        hex(entity.id.0),
        incident.key().and_then(key_number),
        incident.summary(),
        incident.severity(),
        state,
        state.is_open(),
        hex_of(incident.service()),
        hex_of(incident.im()),
        entity.stamp("im").map(|stamp| hex(stamp.change.0)),
        incident.declared_at(),
        hex_of(incident.declared_by()),
        times.impact_start,
        times.impact_end,
        over_at,
        incident.restricted(),
        incident.drill(),
        unsent
    ])
}

fn page(entity: &Entity) -> Value {
    let page = Page(entity);
    let started_at = entity.get::<i64>("started_at").unwrap_or_default();
    json!([
        hex(entity.id.0),
        hex_of(page.incident()),
        entity.text("state"),
        page.cycle(),
        started_at,
        page.test()
    ])
}

fn entry(entity: &Entity) -> Option<Value> {
    let entry = Entry(entity);
    let message = entry.kind() == EntryKind::Message;
    Some(json!([hex(entity.id.0), hex(entity.incident?.0), entry.happened_at(), message]))
}

async fn save_incidents(connection: &mut SqliteConnection, rows: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO incident (id, number, summary, severity, state, open, service, im, im_change,
            declared_at, declared_by, impact_start, impact_end, over_at, restricted, drill, unsent)
         SELECT unhex(r.value ->> 0), r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4,
            r.value ->> 5, unhex(r.value ->> 6), unhex(r.value ->> 7), unhex(r.value ->> 8),
            r.value ->> 9, unhex(r.value ->> 10), r.value ->> 11, r.value ->> 12, r.value ->> 13,
            r.value ->> 14, r.value ->> 15, r.value ->> 16
         FROM json_each(?) AS r WHERE true
         ON CONFLICT (id) DO UPDATE SET number = excluded.number, summary = excluded.summary,
            severity = excluded.severity, state = excluded.state, open = excluded.open,
            service = excluded.service, im = excluded.im, im_change = excluded.im_change,
            declared_at = excluded.declared_at, declared_by = excluded.declared_by,
            impact_start = excluded.impact_start, impact_end = excluded.impact_end,
            over_at = excluded.over_at, restricted = excluded.restricted, drill = excluded.drill,
            unsent = excluded.unsent",
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_pages(connection: &mut SqliteConnection, rows: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO page (id, incident, state, cycle, started_at, test)
         SELECT unhex(r.value ->> 0), unhex(r.value ->> 1), r.value ->> 2, r.value ->> 3, r.value ->> 4,
            r.value ->> 5
         FROM json_each(?) AS r WHERE true
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, cycle = excluded.cycle,
            started_at = excluded.started_at, test = excluded.test",
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_entries(connection: &mut SqliteConnection, rows: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO stream (id, incident, at, message)
         SELECT unhex(r.value ->> 0), unhex(r.value ->> 1), r.value ->> 2, r.value ->> 3
         FROM json_each(?) AS r WHERE true
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, message = excluded.message",
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Their words are to be indexed, off this path.
async fn index(connection: &mut SqliteConnection, ids: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO search_queue (entity) SELECT unhex(r.value) FROM json_each(?) AS r WHERE true
         ON CONFLICT (entity) DO NOTHING",
        ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An entity is not shown any more.
pub(super) async fn drop_entity(
    connection: &mut SqliteConnection,
    id: EntityId,
) -> Result<(), StoreError> {
    let key = blob(id.0);
    sqlx::query!("DELETE FROM incident WHERE id = ?", key).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM page WHERE id = ?", key).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM stream WHERE id = ?", key).execute(&mut *connection).await?;
    let indexed = sqlx::query_scalar!("SELECT rowid FROM search_doc WHERE entity = ?", key)
        .fetch_optional(&mut *connection)
        .await?;
    if indexed.is_some() {
        index(connection, &Value::Array(vec![hex(id.0)]).to_string()).await
    } else {
        Ok(())
    }
}

/// Lines of the program about a set that was not sent yet.
pub(super) async fn save_lines(
    connection: &mut SqliteConnection,
    set: &OutboxSet,
) -> Result<(), StoreError> {
    let unsent = blob(set.id.0);
    sqlx::query!("DELETE FROM stream WHERE unsent = ?", unsent).execute(&mut *connection).await?;
    let author = Author::Person(set.person);
    for (raw, outcome) in set.changes.iter().zip(&set.outcomes) {
        let Ok(change) = Change::deserialize(raw) else { continue };
        let Some(incident) = outcome.incident else { continue };
        if line(&change, author, outcome).is_none() {
            continue;
        }
        let body = Line { author, change: raw.clone(), outcome: outcome.clone() };
        let body = serde_json::to_vec(&body)?;
        let (id, incident) = (blob(change.id.0), blob(incident.0));
        let at = line_at(&change).0;
        sqlx::query!(
            "INSERT INTO stream (id, incident, at, message, unsent, body) VALUES (?, ?, ?, 0, ?, ?)
             ON CONFLICT (id) DO NOTHING",
            id,
            incident,
            at,
            unsent,
            body
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// A row of the log that belongs to an incident: its history, and the line that tells of it.
pub(super) async fn save_row(
    connection: &mut SqliteConnection,
    row: &LogRow,
    life: u64,
) -> Result<(), StoreError> {
    let LogRow { row, bytes } = row;
    let Some(incident) = row.outcome.incident else { return Ok(()) };
    let (seq, life) = (signed(row.seq), signed(life));
    let (incident, entity) = (blob(incident.0), blob(row.outcome.entity.0));
    let kind = row.outcome.kind.as_str();
    let change = row.stamp().map(|stamp| blob(stamp.change.0));
    let bytes = bytes.as_bytes();
    sqlx::query!(
        "INSERT INTO history (seq, incident, entity, kind, change, life, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (seq) DO UPDATE SET incident = ?2, entity = ?3, kind = ?4, change = ?5, life = ?6,
                                         row = ?7",
        seq,
        incident,
        entity,
        kind,
        change,
        life,
        bytes
    )
    .execute(&mut *connection)
    .await?;
    let known = row.known_change();
    let Some(known) = known.filter(|known| line(known, row.author, &row.outcome).is_some()) else {
        return Ok(());
    };
    let (id, at) = (blob(known.id.0), line_at(&known).0);
    sqlx::query!(
        "INSERT INTO stream (id, incident, at, message, seq) VALUES (?1, ?2, ?3, 0, ?4)
         ON CONFLICT (id) DO UPDATE SET seq = ?4, unsent = NULL, body = NULL",
        id,
        incident,
        at,
        seq
    )
    .execute(connection)
    .await?;
    Ok(())
}
