//! Full-text search over incidents and the lines of their streams, in English and Chinese (X1, T3, D4).
//!
//! Words are made by [`firebell_domain::search`]; the index is an FTS5 table, fed from a queue off the
//! write path ([`feed`]). Its row numbers order by age, so the newest matches come first without
//! sorting, whatever the number of matches.

mod excerpt;
pub(crate) mod feed;

use firebell_domain::{
    entity::{Entity, Kind},
    incident::{Incident, key},
    search::{query, similarity, tokens},
    timeline::Entry,
};

use crate::{
    Client,
    api::{ApiError, incident::IncidentRow, sync::SearchHit},
    store::{StoreError, entity_id},
    views::{board, names::state_word, rows::visible},
};

/// Most hits of one search.
const HITS: u32 = 50;
/// Look-alikes that the declare form shows.
const SIMILAR: usize = 5;
/// Open incidents that are compared with what is being declared.
const COMPARED: i64 = 200;
/// From how many thousandths on two summaries are alike.
const ALIKE: u16 = 150;

/// What the search box shows.
pub(crate) async fn hits(client: &Client, words: &str) -> Result<Vec<SearchHit>, ApiError> {
    let store = client.store()?;
    let Some(expression) = query(words) else { return Ok(Vec::new()) };
    // CROSS JOIN keeps the order: matches by age first, then one look-up for each that is shown.
    let rows = sqlx::query!(
        r#"SELECT d.incident AS "incident!", d.at AS "at!", e.body AS "body!", i.number,
             i.summary AS "summary!", i.severity AS "severity!", i.state AS "state!",
             i.restricted AS "restricted!"
           FROM search s
           CROSS JOIN search_doc d ON d.rowid = s.rowid
           CROSS JOIN entity e ON e.id = d.entity
           CROSS JOIN incident i ON i.id = d.incident
           WHERE s.search MATCH ? ORDER BY s.rowid DESC LIMIT ?"#,
        expression,
        HITS
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    let mut hits = Vec::with_capacity(rows.len());
    for row in rows {
        let incident = entity_id(&row.incident)?;
        if row.restricted != 0 && !visible(client, &store, incident).await? {
            continue;
        }
        let entity: Entity = serde_json::from_slice(&row.body).map_err(StoreError::from)?;
        let number = row.number.and_then(|number| u64::try_from(number).ok());
        hits.push(SearchHit {
            incident: incident.to_string(),
            key: number.map(key),
            summary: row.summary,
            severity: u8::try_from(row.severity).unwrap_or(3),
            state: state_word(&row.state),
            entry: (entity.kind == Kind::ENTRY).then(|| entity.id.to_string()),
            excerpt: excerpt::around(&text_of(&entity), words),
            at: row.at,
        });
    }
    Ok(hits)
}

/// The words under which an entity is found. A withdrawn line is found no more.
fn text_of(entity: &Entity) -> String {
    if entity.kind == Kind::ENTRY {
        let entry = Entry(entity);
        return if entry.retracted() { String::new() } else { entry.text().to_owned() };
    }
    let incident = Incident(entity);
    let key = incident.key().unwrap_or_default();
    // The key goes last: an excerpt begins with the summary, and the key stands beside it anyway.
    format!("{}\n{}\n{key}", incident.summary(), entity.text("description"))
}

/// Open incidents that look like what is being declared, the most alike first (D4).
pub(crate) async fn similar(client: &Client, summary: &str) -> Result<Vec<IncidentRow>, ApiError> {
    let wanted = tokens(summary);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let store = client.store()?;
    let mut alike: Vec<(u16, IncidentRow)> = board::open(client, &store, COMPARED)
        .await?
        .into_iter()
        .map(|row| (similarity(&wanted, &tokens(&row.summary)), row))
        .filter(|(share, _)| *share >= ALIKE)
        .collect();
    alike.sort_by_key(|(share, row)| std::cmp::Reverse((*share, row.declared_at)));
    Ok(alike.into_iter().take(SIMILAR).map(|(_, row)| row).collect())
}
