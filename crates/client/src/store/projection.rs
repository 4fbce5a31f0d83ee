//! What lists read, kept beside the entities that it is read off, in the same transaction.

use firebell_domain::{
    change::{Author, Change},
    entity::Entity,
    id::EntityId,
    incident::{Incident, State, key_number},
    paging::Page,
    timeline::{Entry, EntryKind, line},
};
use serde::Deserialize;
use sqlx::SqliteConnection;

use super::{StoreError, blob, load::signed};
use crate::replica::{Line, LogRow, OutboxSet};

/// An entity is shown otherwise than before.
pub(super) async fn save_entity(
    connection: &mut SqliteConnection,
    entity: &Entity,
    unsent: bool,
) -> Result<(), StoreError> {
    match entity.kind.as_str() {
        "incident" => {
            save_incident(connection, entity, unsent).await?;
            index(connection, entity.id).await
        }
        "entry" => {
            save_entry(connection, entity).await?;
            index(connection, entity.id).await
        }
        "page" => save_page(connection, entity).await,
        _ => Ok(()),
    }
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
    if indexed.is_some() { index(connection, id).await } else { Ok(()) }
}

/// Its words are to be indexed, off this path.
async fn index(connection: &mut SqliteConnection, id: EntityId) -> Result<(), StoreError> {
    let key = blob(id.0);
    sqlx::query!(
        "INSERT INTO search_queue (entity) VALUES (?) ON CONFLICT (entity) DO NOTHING",
        key
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_incident(
    connection: &mut SqliteConnection,
    entity: &Entity,
    unsent: bool,
) -> Result<(), StoreError> {
    let incident = Incident(entity);
    let state = incident.state();
    let id = blob(entity.id.0);
    let number = incident.key().and_then(key_number).map(signed);
    let (summary, severity) = (incident.summary(), u8::from(incident.severity()));
    let (word, open) = (state_word(state), state.is_open());
    let service = incident.service().map(|id| blob(id.0));
    let im = incident.im().map(|id| blob(id.0));
    let im_change = entity.stamp("im").map(|stamp| blob(stamp.change.0));
    let declared_by = incident.declared_by().map(|id| blob(id.0));
    let declared_at = incident.declared_at().0;
    let times = incident.times();
    let (impact_start, impact_end) =
        (times.impact_start.map(|t| t.0), times.impact_end.map(|t| t.0));
    let over_at = entity.stamp("state").filter(|_| !open).map(|stamp| stamp.at.0);
    let (restricted, drill) = (incident.restricted(), incident.drill());
    sqlx::query!(
        "INSERT INTO incident (id, number, summary, severity, state, open, service, im, im_change,
            declared_at, declared_by, impact_start, impact_end, over_at, restricted, drill, unsent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (id) DO UPDATE SET number = ?2, summary = ?3, severity = ?4, state = ?5, open = ?6,
            service = ?7, im = ?8, im_change = ?9, declared_at = ?10, declared_by = ?11,
            impact_start = ?12, impact_end = ?13, over_at = ?14, restricted = ?15, drill = ?16,
            unsent = ?17",
        id,
        number,
        summary,
        severity,
        word,
        open,
        service,
        im,
        im_change,
        declared_at,
        declared_by,
        impact_start,
        impact_end,
        over_at,
        restricted,
        drill,
        unsent
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The word of a state, as on the wire.
fn state_word(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Fixing => "fixing",
        State::Resolved => "resolved",
        State::Closed => "closed",
        State::FalseAlarm => "false_alarm",
    }
}

async fn save_page(connection: &mut SqliteConnection, entity: &Entity) -> Result<(), StoreError> {
    let page = Page(entity);
    let id = blob(entity.id.0);
    let incident = page.incident().map(|id| blob(id.0));
    let (state, cycle, test) = (entity.text("state"), page.cycle(), page.test());
    let started_at = entity.get::<i64>("started_at").unwrap_or_default();
    sqlx::query!(
        "INSERT INTO page (id, incident, state, cycle, started_at, test)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET state = ?3, cycle = ?4, started_at = ?5, test = ?6",
        id,
        incident,
        state,
        cycle,
        started_at,
        test
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_entry(connection: &mut SqliteConnection, entity: &Entity) -> Result<(), StoreError> {
    let Some(incident) = entity.incident else { return Ok(()) };
    let entry = Entry(entity);
    let (id, incident, at) = (blob(entity.id.0), blob(incident.0), entry.happened_at().0);
    let message = entry.kind() == EntryKind::Message;
    sqlx::query!(
        "INSERT INTO stream (id, incident, at, message) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET at = ?3, message = ?4",
        id,
        incident,
        at,
        message
    )
    .execute(connection)
    .await?;
    Ok(())
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
        sqlx::query!(
            "INSERT INTO stream (id, incident, at, message, unsent, body) VALUES (?, ?, ?, 0, ?, ?)
             ON CONFLICT (id) DO NOTHING",
            id,
            incident,
            change.at.0,
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
    let id = blob(known.id.0);
    sqlx::query!(
        "INSERT INTO stream (id, incident, at, message, seq) VALUES (?1, ?2, ?3, 0, ?4)
         ON CONFLICT (id) DO UPDATE SET seq = ?4, unsent = NULL, body = NULL",
        id,
        incident,
        known.at.0,
        seq
    )
    .execute(connection)
    .await?;
    Ok(())
}
