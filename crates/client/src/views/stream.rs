//! The stream of an incident: lines that people wrote and lines that the program says, in one order.

use std::collections::BTreeMap;

use firebell_domain::{
    change::Change,
    entity::{Entity, World},
    id::EntityId,
    role::Role,
    timeline::{Arg, Entry, Line, line},
};
use firebell_protocol::row::Row;
use serde::Deserialize;
use uuid::Uuid;

use super::names::{entry_kind_view, name, person};
use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        timeline::{EntryView, ListStream, StreamPage},
    },
    replica,
    store::{Directory, Store, StoreError, entity_id},
    words::Words,
};

/// Most lines of one page.
const LINES: u32 = 500;

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
    let limit = if asked.limit == 0 { LINES } else { asked.limit.min(LINES) };
    let before = asked.before.as_deref().map(Place::read).transpose()?.unwrap_or(Place::END);
    let mut lines = read(&store, incident, before, limit, asked.entries_only).await?;
    let full = lines.len() == limit as usize;
    let older = lines.last().filter(|_| full).map(|line| Place::of(line).map(Place::write));
    let older = older.transpose()?;
    lines.reverse();
    let lines: Vec<(Placed, Option<Line>)> = lines
        .into_iter()
        .map(|placed| {
            let line = placed.line();
            (placed, line)
        })
        .collect();
    let ended = ended_roles(&store, lines.iter().filter_map(|(_, line)| line.as_ref())).await?;
    let said = Said { directory: &client.directory(), ended: &ended, words: &client.words() };
    let mut entries = Vec::with_capacity(lines.len());
    for (placed, line) in &lines {
        // A line of a newer version is kept, and shown once this program understands it.
        entries.extend(said.entry(placed, line.as_ref())?);
    }
    Ok(StreamPage { entries, older })
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
    /// What the program says, and about which change.
    fn line(&self) -> Option<Line> {
        if self.entity.is_some() {
            return None;
        }
        let said = match (&self.row, &self.line) {
            (Some(row), _) => {
                let row: Row = serde_json::from_slice(row).ok()?;
                replica::Line { author: row.author, change: row.change, outcome: row.outcome }
            }
            (None, Some(line)) => serde_json::from_slice(line).ok()?,
            (None, None) => return None,
        };
        line(&Change::deserialize(&said.change).ok()?, said.author, &said.outcome)
    }
}

/// The assignments that "role ended" lines name: whose role it was stands only there.
async fn ended_roles(
    store: &Store,
    lines: impl Iterator<Item = &Line>,
) -> Result<BTreeMap<EntityId, Entity>, ApiError> {
    let ended: Vec<EntityId> = lines
        .filter(|line| line.message_id == ROLE_ENDED)
        .flat_map(|line| &line.args)
        .filter_map(|(_, arg)| if let Arg::Entity(id) = arg { Some(*id) } else { None })
        .collect();
    if ended.is_empty() { Ok(BTreeMap::new()) } else { store.entities(&ended).await }
}

const ROLE_ENDED: &str = "timeline-role-ended";

/// Makes lines readable.
struct Said<'a> {
    directory: &'a Directory,
    ended: &'a BTreeMap<EntityId, Entity>,
    words: &'a Words,
}

impl Said<'_> {
    fn entry(&self, placed: &Placed, line: Option<&Line>) -> Result<Option<EntryView>, ApiError> {
        if let Some(body) = &placed.entity {
            let entity: Entity = serde_json::from_slice(body).map_err(ApiError::internal)?;
            return Ok(Some(self.written(placed, &entity)));
        }
        let Some(line) = line else { return Ok(None) };
        let id = entity_id(&placed.id)?;
        Ok(Some(EntryView {
            id: id.to_string(),
            kind: entry_kind_view(line.kind),
            at: placed.at,
            entered_at: placed.at,
            author: None,
            text: String::new(),
            message_id: Some(line.message_id.to_owned()),
            args: self.args(line),
            mentions: Vec::new(),
            retracted: false,
            edited: false,
            unsent: placed.unsent.is_some(),
            stamps: BTreeMap::new(),
        }))
    }

    fn written(&self, placed: &Placed, entity: &Entity) -> EntryView {
        let entry = Entry(entity);
        let stamps = [
            ("text", "text"),
            ("at", "happened_at"),
            ("kind", "entry"),
            ("retracted", "retracted"),
        ];
        let stamps = stamps.into_iter().filter_map(|(name, field)| {
            Some((name.to_owned(), entity.stamp(field)?.change.to_string()))
        });
        EntryView {
            id: entity.id.to_string(),
            kind: entry_kind_view(entry.kind()),
            at: entry.happened_at().0,
            entered_at: entry.written_at().0,
            author: entry.author().map(|id| person(self.directory, id)),
            text: entry.text().to_owned(),
            message_id: None,
            args: BTreeMap::new(),
            mentions: entry.mentions().into_iter().map(|id| person(self.directory, id)).collect(),
            retracted: entry.retracted(),
            edited: entry.edited(),
            unsent: placed.unsent.is_some() || placed.touched == Some(1),
            stamps: stamps.collect(),
        }
    }

    fn args(&self, line: &Line) -> BTreeMap<String, String> {
        let mut args: BTreeMap<String, String> =
            line.args.iter().map(|(name, arg)| ((*name).to_owned(), self.arg(arg))).collect();
        if line.message_id == ROLE_ENDED
            && let Some((_, Arg::Entity(id))) = line.args.first()
            && let Some(assignment) = self.ended.get(id)
        {
            let role = Role(assignment);
            args.insert("role".to_owned(), role.role().to_owned());
            let who = role.person().map(|id| name(self.directory, id));
            args.insert("person".to_owned(), who.unwrap_or_default());
        }
        args
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Entity(id) if self.directory.entity(*id).is_none() => String::new(),
            Arg::Entity(id) => name(self.directory, *id),
            Arg::Entities(ids) => {
                let names: Vec<String> = ids.iter().map(|id| name(self.directory, *id)).collect();
                self.words.list(&names)
            }
            Arg::None => String::new(),
            Arg::Time(at) => at.0.to_string(),
        }
    }
}

/// Where a page of the stream ended.
#[derive(Clone, Copy)]
struct Place {
    at: i64,
    id: [u8; 16],
}

impl Place {
    /// After everything.
    const END: Self = Self { at: i64::MAX, id: [0xff; 16] };

    fn of(line: &Placed) -> Result<Self, ApiError> {
        let id = line.id.as_slice().try_into().map_err(ApiError::internal)?;
        Ok(Self { at: line.at, id })
    }

    fn write(self) -> String {
        format!("{}:{}", self.at, Uuid::from_bytes(self.id))
    }

    fn read(cursor: &str) -> Result<Self, ApiError> {
        let bad = || ApiError::of(ErrorCode::Invalid, "not a cursor of a stream");
        let (at, id) = cursor.split_once(':').ok_or_else(bad)?;
        let id: Uuid = id.parse().map_err(|_| bad())?;
        Ok(Self { at: at.parse().map_err(|_| bad())?, id: id.into_bytes() })
    }
}
