//! The stream of an incident: lines that people wrote and lines that the program says, in one order.

mod follow;
mod said;

use firebell_domain::{change::Change, entity::Entity, id::EntityId, timeline::line};
use firebell_protocol::row::Row;
use serde::Deserialize;
use uuid::Uuid;

pub(crate) use follow::follow;
pub(crate) use said::{Said, Source, link_view};

use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        timeline::{EntryView, ListStream, StreamPage},
    },
    replica,
    store::{Store, StoreError, entity_id},
};

/// Most lines of one page.
pub(crate) const LINES: u32 = 500;

/// A line as the projection has it, with the text it points at.
struct Placed {
    id: Vec<u8>,
    at: i64,
    unsent: Option<Vec<u8>>,
    /// A [`Row`], for a line of the program that the server confirmed.
    row: Option<Vec<u8>>,
    /// A [`replica::Line`], for one that it did not.
    line: Option<Vec<u8>>,
    /// The entity, for a line that somebody wrote.
    entity: Option<Vec<u8>>,
    /// Unsent sets touch that entity.
    touched: Option<i64>,
}

/// One page of the stream, oldest first.
pub(crate) async fn page(
    client: &Client,
    incident: EntityId,
    asked: &ListStream,
) -> Result<StreamPage, ApiError> {
    let store = client.store()?;
    // Read first: what comes in between is in the page and told of again, never in neither.
    let mark = follow::mark(&store, incident).await?;
    let limit = if asked.limit == 0 { LINES } else { asked.limit.min(LINES) };
    let before = asked.before.as_deref().map(Place::read).transpose()?.unwrap_or(Place::END);
    let mut lines = read(&store, incident, before, limit, asked.entries_only).await?;
    let full = lines.len() == limit as usize;
    let older = lines.last().filter(|_| full).map(|line| line.place().map(Place::write));
    let older = older.transpose()?;
    lines.reverse();
    let count = count(&store, incident).await?;
    Ok(StreamPage { entries: views(client, &store, &lines).await?, older, count, mark })
}

/// Lines as a window shows them. A line of a newer version is kept, and shown once this program
/// understands it.
async fn views(
    client: &Client,
    store: &Store,
    lines: &[Placed],
) -> Result<Vec<EntryView>, ApiError> {
    let mut sources = Vec::with_capacity(lines.len());
    for placed in lines {
        sources.push(placed.source()?);
    }
    let mut others: Vec<EntityId> = sources.iter().flatten().flat_map(Source::others).collect();
    others.sort_unstable();
    others.dedup();
    let others = store.entities(&others).await?;
    let (directory, words) = (client.directory(), client.words());
    let said = Said { client, directory: &directory, others: &others, words: &words };
    let mut views = Vec::with_capacity(lines.len());
    for (placed, source) in lines.iter().zip(&sources) {
        let Some(source) = source else { continue };
        views.push(match source {
            Source::Written(entity) => {
                said.written(entity, placed.unsent.is_some() || placed.touched == Some(1))
            }
            Source::Program(line) => {
                let id = entity_id(&placed.id)?.to_string();
                said.program(id, placed.at, line, placed.unsent.is_some())
            }
        });
    }
    Ok(views)
}

/// How many lines a stream has.
pub(crate) async fn count(store: &Store, incident: EntityId) -> Result<u32, ApiError> {
    let id = incident.0.as_bytes().as_slice();
    let count = sqlx::query_scalar!("SELECT COUNT(*) FROM stream WHERE incident = ?", id)
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::from)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

async fn read(
    store: &Store,
    incident: EntityId,
    before: Place,
    limit: u32,
    entries_only: bool,
) -> Result<Vec<Placed>, ApiError> {
    let (incident, id) = (incident.0.as_bytes().as_slice(), before.id.as_slice());
    // Two texts rather than one with a condition: each uses an index of its own.
    let lines = if entries_only {
        sqlx::query_as!(
            Placed,
            r#"SELECT s.id AS "id!", s.at AS "at!", s.unsent, h.row AS "row?", s.body AS "line?",
                 e.body AS "entity?", e.unsent AS "touched?"
               FROM stream s
               LEFT JOIN history h ON h.seq = s.seq
               LEFT JOIN entity e ON e.id = s.id
               WHERE s.incident = ? AND s.message = 0 AND (s.at, s.id) < (?, ?)
               ORDER BY s.at DESC, s.id DESC LIMIT ?"#,
            incident,
            before.at,
            id,
            limit
        )
        .fetch_all(store.readers())
        .await
    } else {
        sqlx::query_as!(
            Placed,
            r#"SELECT s.id AS "id!", s.at AS "at!", s.unsent, h.row AS "row?", s.body AS "line?",
                 e.body AS "entity?", e.unsent AS "touched?"
               FROM stream s
               LEFT JOIN history h ON h.seq = s.seq
               LEFT JOIN entity e ON e.id = s.id
               WHERE s.incident = ? AND (s.at, s.id) < (?, ?)
               ORDER BY s.at DESC, s.id DESC LIMIT ?"#,
            incident,
            before.at,
            id,
            limit
        )
        .fetch_all(store.readers())
        .await
    };
    lines.map_err(ApiError::internal)
}

impl Placed {
    fn place(&self) -> Result<Place, ApiError> {
        let id = self.id.as_slice().try_into().map_err(ApiError::internal)?;
        Ok(Place { at: self.at, id })
    }

    /// Who says it: somebody, or the program about a change.
    fn source(&self) -> Result<Option<Source>, ApiError> {
        if let Some(body) = &self.entity {
            let entity: Entity = serde_json::from_slice(body).map_err(ApiError::internal)?;
            return Ok(Some(Source::Written(entity)));
        }
        let said = match (&self.row, &self.line) {
            (Some(row), _) => serde_json::from_slice(row).ok().map(|row: Row| replica::Line {
                author: row.author,
                change: row.change,
                outcome: row.outcome,
            }),
            (None, Some(line)) => serde_json::from_slice(line).ok(),
            (None, None) => None,
        };
        Ok(said.and_then(|said| {
            let change = Change::deserialize(&said.change).ok()?;
            line(&change, said.author, &said.outcome).map(Source::Program)
        }))
    }
}

/// Where a page of the stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) at: i64,
    pub(crate) id: [u8; 16],
}

impl Place {
    /// After everything.
    pub(crate) const END: Self = Self { at: i64::MAX, id: [0xff; 16] };

    pub(crate) fn write(self) -> String {
        format!("{}:{}", self.at, Uuid::from_bytes(self.id))
    }

    pub(crate) fn read(cursor: &str) -> Result<Self, ApiError> {
        let bad = || ApiError::of(ErrorCode::Invalid, "not a cursor of a stream");
        let (at, id) = cursor.split_once(':').ok_or_else(bad)?;
        let id: Uuid = id.parse().map_err(|_| bad())?;
        Ok(Self { at: at.parse().map_err(|_| bad())?, id: id.into_bytes() })
    }
}
