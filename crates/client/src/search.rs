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
    search::{self, similarity, tokens},
    timeline::Entry,
};

use crate::{
    Client,
    api::{ApiError, incident::IncidentRow, sync::SearchHit},
    store::{Store, StoreError, entity_id},
    views::{board, names::state_word, rows::visible},
};

/// Most hits of one search.
const HITS: u32 = 50;
/// Beginnings of so many letters have an index of their own: `prefix` of the table.
const INDEXED: std::ops::RangeInclusive<usize> = 2..=3;
/// The most words that one beginning is replaced by.
const WORDS: usize = 64;
/// What joins the parts of a compound, see [`firebell_domain::search`].
const JOINERS: [char; 4] = ['-', '\'', '.', '_'];
/// Look-alikes that the declare form shows.
const SIMILAR: usize = 5;
/// Open incidents that are compared with what is being declared.
const COMPARED: i64 = 200;
/// From how many thousandths on two summaries are alike.
const ALIKE: u16 = 150;

/// What the search box shows.
pub(crate) async fn hits(client: &Client, words: &str) -> Result<Vec<SearchHit>, ApiError> {
    let store = client.store()?;
    let Some(expression) = expression(&store, words).await? else { return Ok(Vec::new()) };
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

/// What a person typed, as a `MATCH` expression; `None` when there is no word in it.
///
/// FTS5 finds rows by a whole word one by one, the newest first, and stops when there are enough. Rows by
/// the beginning of a word it gathers all before the first, unless beginnings of that length have an index
/// of their own: of a million lines that name a gateway, that takes as long as a person notices. So other
/// beginnings are looked up among the words of the index first, and a single letter is a word.
pub(crate) async fn expression(store: &Store, typed: &str) -> Result<Option<String>, StoreError> {
    let mut parts = Vec::new();
    for term in search::terms(typed) {
        parts.push(match term.beginning() {
            Some(letter) if letter.len() == 1 => search::any_of(&[letter.to_owned()]),
            Some(beginning) if !INDEXED.contains(&beginning.chars().count()) => {
                match words_from(store, beginning).await? {
                    Some(words) if !words.is_empty() => search::any_of(&words),
                    // Too many; or perhaps an accent, which the index does not have.
                    _ => term.expression(),
                }
            }
            _ => term.expression(),
        });
    }
    Ok(search::all_of(&parts))
}

/// The words of the index that begin so; none when they are more than [`WORDS`]. From each word it goes to
/// the next without looking at the rows of either, and past compounds (`gateway-12`): their parts are
/// words of their own, and the first of them begins so as well.
async fn words_from(store: &Store, beginning: &str) -> Result<Option<Vec<String>>, StoreError> {
    let mut connection = store.readers().acquire().await?;
    let end = format!("{beginning}\u{10FFFF}");
    let mut from = beginning.to_owned();
    let mut words = Vec::new();
    for _ in 0..WORDS {
        // Not checked when this is built: the table is each reading connection's own.
        let word: Option<String> =
            sqlx::query_scalar("SELECT term FROM search_word WHERE term >= ? AND term < ? LIMIT 1")
                .bind(&from)
                .bind(&end)
                .fetch_optional(&mut *connection)
                .await?;
        let Some(word) = word else { return Ok(Some(words)) };
        match word.split_once(JOINERS) {
            None => {
                from = format!("{word}/");
                words.push(word);
            }
            // What comes after all that is joined in this way: `-`, `'` and `.` are before the digits,
            // `_` is before the letters.
            Some((part, _)) => {
                let by_line = word[part.len()..].starts_with('_');
                from = format!("{part}{}", if by_line { '`' } else { '/' });
            }
        }
    }
    Ok(None)
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
