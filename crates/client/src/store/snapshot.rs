//! A first sync: chunks of entities as they come, resumable, and what is left to do at the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
};

use firebell_domain::{
    chain::Hash,
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
};
use firebell_protocol::http::{History, IncidentDump, SnapshotChunk};
use sqlx::SqliteConnection;

use super::{
    Store, StoreError, Writing, blob, entity_id,
    load::{self, signed, unsigned},
    projection,
    read::parse,
    save::{note, save},
    state,
};
use crate::replica::{LogRow, OutboxSet, Place, Restored, Slice, apply_snapshot, offer, restore};
use firebell_protocol::row::Slot;

/// How far a first sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Life of the record that it reads.
    pub epoch: u64,
    /// The log goes on from here when it is done.
    pub start: u64,
    /// Head of the chain there.
    pub head: Hash,
    /// Token of the next chunk; none when only the end is left.
    pub next: Option<String>,
    /// Priority of the last chunk: with 1 the board is whole.
    pub priority: u8,
    /// Entities so far.
    pub done: u64,
    /// Entities in all.
    pub total: u64,
}

impl Progress {
    /// In percent.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let share = (self.done * 100).checked_div(self.total).unwrap_or(100);
        u8::try_from(share.min(100)).unwrap_or(100)
    }
}

impl Store {
    /// How far the first sync is; none when none is under way.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn snapshot(&self) -> Result<Option<Progress>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        progress(&mut connection).await
    }

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

    /// The token with which the server does not go on any more is dropped: the first sync begins anew.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn drop_snapshot(&self) -> Result<(), StoreError> {
        self.write(|writing| {
            Box::pin(async move {
                sqlx::query!("DELETE FROM snapshot").execute(&mut writing.connection).await?;
                Ok(())
            })
        })
        .await
    }

    /// Writes a chunk; the last one ends the first sync. An entity that is not newer than what is here
    /// changes nothing, unless what is here belongs to an earlier life of the record.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses; `Corrupt` when the chunk cannot be read.
    pub async fn save_chunk(
        &self,
        chunk: SnapshotChunk,
        now: Timestamp,
    ) -> Result<Option<Progress>, StoreError> {
        let mut chunk = chunk;
        let entities = parse_all(std::mem::take(&mut chunk.entities))?;
        self.write(move |writing| Box::pin(save_chunk(writing, chunk, entities, now))).await
    }

    /// Writes all entities of an incident that the person may see now; its older rows are fetched next.
    ///
    /// # Errors
    /// See [`Store::save_chunk`].
    pub async fn save_incident(
        &self,
        dump: IncidentDump,
        incident: EntityId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let entities = parse_all(dump.entities)?;
        self.write(move |writing| {
            Box::pin(async move {
                let life = state::life(&mut writing.connection).await?;
                save_entities(writing, entities, life, now).await?;
                want_history(&mut writing.connection, std::iter::once(incident), true).await
            })
        })
        .await
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

/// How far the first sync is.
pub(super) async fn progress(
    connection: &mut SqliteConnection,
) -> Result<Option<Progress>, StoreError> {
    let row = sqlx::query!("SELECT epoch, start, head, next, priority, done, total FROM snapshot")
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Progress {
            epoch: unsigned(row.epoch),
            start: unsigned(row.start),
            head: Hash::from_slice(&row.head)
                .ok_or_else(|| StoreError::Corrupt("a head is not 32 bytes".to_owned()))?,
            next: row.next,
            priority: u8::try_from(row.priority).unwrap_or(0),
            done: unsigned(row.done),
            total: unsigned(row.total),
        })
    })
    .transpose()
}

async fn save_chunk(
    writing: &mut Writing,
    chunk: SnapshotChunk,
    entities: Vec<Verbatim>,
    now: Timestamp,
) -> Result<Option<Progress>, StoreError> {
    let (epoch, start, head) = (signed(chunk.epoch), signed(chunk.start), chunk.head.0.to_vec());
    let (done, total) = (signed(chunk.done), signed(chunk.total));
    sqlx::query!(
        "INSERT INTO snapshot (one, epoch, start, head, next, priority, done, total)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (one) DO UPDATE SET epoch = ?1, start = ?2, head = ?3, next = ?4, priority = ?5,
                                         done = ?6, total = ?7",
        epoch,
        start,
        head,
        chunk.next,
        chunk.priority,
        done,
        total
    )
    .execute(&mut writing.connection)
    .await?;
    let incidents: Vec<EntityId> = entities
        .iter()
        .filter(|(entity, _)| entity.kind == Kind::INCIDENT)
        .map(|(entity, _)| entity.id)
        .collect();
    save_entities(writing, entities, chunk.epoch, now).await?;
    let ahead = chunk.priority <= 1;
    want_history(&mut writing.connection, incidents.into_iter(), ahead).await?;
    writing.changed.sync = true;
    if chunk.next.is_some() {
        return progress(&mut writing.connection).await;
    }
    finish(writing, chunk.epoch, Place { seq: chunk.start, head: chunk.head }, now).await?;
    Ok(None)
}

/// An entity of a snapshot with its canonical bytes.
type Verbatim = (Entity, String);

/// Reads entities, outside of the writer: a thousand take as long as writing them.
fn parse_all(bodies: Vec<String>) -> Result<Vec<Verbatim>, StoreError> {
    bodies.into_iter().map(|body| Ok((serde_json::from_str(&body)?, body))).collect()
}

/// Writes entities verbatim; those that unsent sets touch are folded anew.
async fn save_entities(
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
fn hex_list(ids: impl Iterator<Item = EntityId>) -> String {
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

async fn finish(
    writing: &mut Writing,
    epoch: u64,
    place: Place,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let before = state::desktop(connection).await?;
    let new_life = before.epoch.is_some_and(|before| before != epoch);
    let mut offers = Vec::new();
    let mut stale = BTreeSet::new();
    if new_life {
        offers = own_accepted(connection, writing.identity.person).await?;
        let life = signed(epoch);
        let ids = sqlx::query_scalar!("SELECT id FROM entity WHERE seq > 0 AND life <> ?", life)
            .fetch_all(&mut *connection)
            .await?;
        stale = ids.iter().map(|id| entity_id(id)).collect::<Result<_, _>>()?;
        // Rows of the earlier life tell of places that mean something else now.
        sqlx::query!("DELETE FROM stream WHERE seq IS NOT NULL").execute(&mut *connection).await?;
        sqlx::query!("DELETE FROM history").execute(&mut *connection).await?;
        sqlx::query!("UPDATE history_missing SET after = 0").execute(&mut *connection).await?;
    }
    let slice = whole_outbox(connection, &offers, stale).await?;
    let writes = restore(&slice, Restored { place, new_life, offers });
    let epoch_column = signed(epoch);
    sqlx::query!("UPDATE desktop SET epoch = ?, chain_broken = 0 WHERE one = 1", epoch_column)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM snapshot").execute(&mut *connection).await?;
    save(writing, writes, epoch, now).await
}

/// All sets, and the entities that they, `offers` and `stale` are about.
async fn whole_outbox(
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
async fn own_accepted(
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

/// Older rows of these incidents are not here.
async fn want_history(
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

fn ignore_absent(error: io::Error) -> Result<(), StoreError> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(StoreError::NotSaved(error.to_string())),
    }
}
