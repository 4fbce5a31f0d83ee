//! Now: open incidents, who is on call; and the list of all incidents.

use std::collections::BTreeMap;

use firebell_domain::{id::EntityId, incident::key_number};
use uuid::Uuid;

use super::{
    names::not_found,
    on_call, page,
    rows::{Listed, listed, named},
};
use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        incident::{BoardView, IncidentPage, IncidentRow, ListIncidents},
    },
    search,
    store::{Store, StoreError, entity_id},
};

/// Most rows on the board: more are on fire than anyone can read.
const BOARD: i64 = 200;
/// Most rows of a list's page.
const LIST: u32 = 200;

/// The board.
pub(crate) async fn board(client: &Client) -> Result<BoardView, ApiError> {
    let store = client.store()?;
    let directory = client.directory();
    let now = client.host().now();
    Ok(BoardView {
        incidents: open(client, &store, BOARD).await?,
        open: count_open(&store).await?,
        on_call: on_call::lines(&directory, client.settings_id(), now),
        last_synced: client.sync_state().last_synced,
        last_test_page: page::last_test(client, &store).await?,
        my_shift: client.me().and_then(|me| on_call::my_shift(&directory, me, now)),
    })
}

/// How many incidents are open.
async fn count_open(store: &Store) -> Result<u32, ApiError> {
    let count = sqlx::query_scalar!("SELECT count(*) FROM incident WHERE open = 1")
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::from)?;
    u32::try_from(count).map_err(ApiError::internal)
}

/// Open incidents, severity then newest first.
pub(crate) async fn open(
    client: &Client,
    store: &Store,
    limit: i64,
) -> Result<Vec<IncidentRow>, ApiError> {
    let rows = listed!(
        "WHERE i.open = 1 ORDER BY i.severity, i.declared_at DESC, i.id DESC LIMIT ?",
        limit
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    named(client, store, rows).await
}

/// A page of the list, newest first.
pub(crate) async fn list(client: &Client, asked: ListIncidents) -> Result<IncidentPage, ApiError> {
    let store = client.store()?;
    let limit = if asked.limit == 0 { LIST } else { asked.limit.min(LIST) };
    if !asked.text.trim().is_empty() {
        return found(client, &store, &asked, limit).await;
    }
    let after = asked.cursor.as_deref().map(Place::read).transpose()?.unwrap_or(Place::START);
    let mut rows = Vec::new();
    if asked.states.is_empty() {
        rows = all(&store, after, limit).await?;
    }
    // One short read for each state, each in the order of its index, merged.
    for state in &asked.states {
        rows.append(&mut in_state(&store, state, after, limit).await?);
    }
    rows.sort_unstable_by(|a, b| (b.declared_at, &b.id).cmp(&(a.declared_at, &a.id)));
    rows.truncate(limit as usize);
    let full = rows.len() == limit as usize;
    let next = rows.last().filter(|_| full).map(Place::of).transpose()?.map(|place| place.write());
    Ok(IncidentPage { rows: named(client, &store, rows).await?, next })
}

/// Incidents without an IM with the services that they are about, the oldest first, at most `limit` of
/// the newest.
pub(crate) async fn waiting(
    client: &Client,
    store: &Store,
    limit: u32,
) -> Result<Vec<(Option<EntityId>, IncidentRow)>, ApiError> {
    let mut listed = in_state(store, "new", Place::START, limit).await?;
    listed.reverse();
    let mut services = BTreeMap::new();
    for one in &listed {
        let service = one.service.as_ref().map(|id| entity_id(id)).transpose();
        let id = entity_id(&one.id).map_err(ApiError::internal)?;
        services.insert(id.to_string(), service.map_err(ApiError::internal)?);
    }
    let rows = named(client, store, listed).await?;
    Ok(rows.into_iter().map(|row| (services.get(&row.id).copied().flatten(), row)).collect())
}

async fn all(store: &Store, after: Place, limit: u32) -> Result<Vec<Listed>, ApiError> {
    let id = after.id.as_slice();
    listed!(
        "WHERE (i.declared_at, i.id) < (?, ?) ORDER BY i.declared_at DESC, i.id DESC LIMIT ?",
        after.declared_at,
        id,
        limit
    )
    .fetch_all(store.readers())
    .await
    .map_err(|error| StoreError::from(error).into())
}

async fn in_state(
    store: &Store,
    state: &str,
    after: Place,
    limit: u32,
) -> Result<Vec<Listed>, ApiError> {
    let id = after.id.as_slice();
    listed!(
        "WHERE i.state = ? AND (i.declared_at, i.id) < (?, ?)
         ORDER BY i.declared_at DESC, i.id DESC LIMIT ?",
        state,
        after.declared_at,
        id,
        limit
    )
    .fetch_all(store.readers())
    .await
    .map_err(|error| StoreError::from(error).into())
}

/// The list by words: incidents whose own words match, newest first.
async fn found(
    client: &Client,
    store: &Store,
    asked: &ListIncidents,
    limit: u32,
) -> Result<IncidentPage, ApiError> {
    let Some(words) = search::expression(store, &asked.text).await? else {
        return Ok(IncidentPage { rows: Vec::new(), next: None });
    };
    let before = asked.cursor.as_deref().map(|cursor| cursor.parse().map_err(|_| bad_cursor()));
    let before: i64 = before.transpose()?.unwrap_or(i64::MAX);
    let states = (!asked.states.is_empty()).then(|| serde_json::json!(asked.states).to_string());
    let rows = listed!(
        from "search s CROSS JOIN search_doc d ON d.rowid = s.rowid CROSS JOIN incident i ON i.id = d.entity",
        "WHERE s.search MATCH ?1 AND s.rowid < ?2
           AND (?3 IS NULL OR i.state IN (SELECT value FROM json_each(?3)))
         ORDER BY s.rowid DESC LIMIT ?4",
        words,
        before,
        states,
        limit
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    let next = match rows.last().filter(|_| rows.len() == limit as usize) {
        Some(last) => sqlx::query_scalar!(
            r#"SELECT rowid AS "rowid!" FROM search_doc WHERE entity = ?"#,
            last.id
        )
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::from)?,
        None => None,
    };
    let next = next.map(|rowid| rowid.to_string());
    Ok(IncidentPage { rows: named(client, store, rows).await?, next })
}

/// The row of one incident; none when it is not here or may not be seen.
pub(crate) async fn by_id(
    client: &Client,
    store: &Store,
    id: EntityId,
) -> Result<Option<IncidentRow>, ApiError> {
    let id = id.0.as_bytes().as_slice();
    let rows =
        listed!("WHERE i.id = ?", id).fetch_all(store.readers()).await.map_err(StoreError::from)?;
    Ok(named(client, store, rows).await?.pop())
}

/// The id behind what a window calls an incident: an id, or a key in any case.
pub(crate) async fn resolve(store: &Store, id_or_key: &str) -> Result<EntityId, ApiError> {
    if let Ok(id) = id_or_key.trim().parse() {
        return Ok(id);
    }
    let number = key_number(id_or_key).and_then(|number| i64::try_from(number).ok());
    let number = number.ok_or_else(|| not_found(id_or_key))?;
    let found = sqlx::query_scalar!("SELECT id FROM incident WHERE number = ? LIMIT 1", number)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::from)?;
    let found = found.ok_or_else(|| not_found(id_or_key))?;
    entity_id(&found).map_err(ApiError::internal)
}

/// Who is in command of which open incident: number of its key, by person. Restricted ones are not told.
pub(crate) async fn managing(store: &Store) -> Result<BTreeMap<EntityId, u64>, ApiError> {
    let rows = sqlx::query!(
        r#"SELECT im AS "im!", number AS "number!" FROM incident
           WHERE open = 1 AND im IS NOT NULL AND number IS NOT NULL AND restricted = 0
           ORDER BY +declared_at"#
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    let number = |number: i64| u64::try_from(number).map_err(ApiError::internal);
    rows.into_iter().map(|row| Ok((entity_id(&row.im)?, number(row.number)?))).collect()
}

fn bad_cursor() -> ApiError {
    ApiError::of(ErrorCode::Invalid, "not a cursor of this list")
}

/// Where a page of the list ended.
#[derive(Clone, Copy)]
struct Place {
    declared_at: i64,
    id: [u8; 16],
}

impl Place {
    /// Before everything.
    const START: Self = Self { declared_at: i64::MAX, id: [0xff; 16] };

    fn of(row: &Listed) -> Result<Self, ApiError> {
        let id = row.id.as_slice().try_into().map_err(ApiError::internal)?;
        Ok(Self { declared_at: row.declared_at, id })
    }

    fn write(self) -> String {
        format!("{}:{}", self.declared_at, Uuid::from_bytes(self.id))
    }

    fn read(cursor: &str) -> Result<Self, ApiError> {
        let (declared_at, id) = cursor.split_once(':').ok_or_else(bad_cursor)?;
        let id: Uuid = id.parse().map_err(|_| bad_cursor())?;
        let declared_at = declared_at.parse().map_err(|_| bad_cursor())?;
        Ok(Self { declared_at, id: id.into_bytes() })
    }
}
