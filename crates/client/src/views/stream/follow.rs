//! What is new in a stream since a mark.

use firebell_domain::id::EntityId;

use super::{Placed, count, views};
use crate::{
    Client,
    api::{
        ApiError,
        timeline::{FollowStream, StreamChanges, StreamMark},
    },
    store::{Store, StoreError},
};

/// Most lines that one answer tells of; with more it is cheaper to read the stream anew.
const MOST: u32 = 2_000;

/// Up to where the stream is here.
pub(super) async fn mark(store: &Store, incident: EntityId) -> Result<StreamMark, ApiError> {
    let id = incident.0.as_bytes().as_slice();
    let row = sqlx::query!(
        r#"SELECT
             coalesce((SELECT epoch FROM snapshot), (SELECT epoch FROM desktop), 0) AS "life!: i64",
             coalesce((SELECT max(seq) FROM history WHERE incident = ?), 0) AS "seq!: i64""#,
        id
    )
    .fetch_one(store.readers())
    .await
    .map_err(StoreError::from)?;
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(StreamMark { life: number(row.life), seq: number(row.seq) })
}

/// What is new or otherwise since `asked.mark`: lines that rows of the log are about, all that is not sent
/// yet, and what was not settled then.
pub(crate) async fn follow(
    client: &Client,
    incident: EntityId,
    asked: &FollowStream,
) -> Result<StreamChanges, ApiError> {
    let store = client.store()?;
    let mark = mark(&store, incident).await?;
    let count = count(&store, incident).await?;
    let anew = StreamChanges { entries: Vec::new(), gone: Vec::new(), count, mark, anew: true };
    if mark.life != asked.mark.life || asked.unsettled.len() > MOST as usize {
        return Ok(anew);
    }
    let mut ids = touched(&store, incident, asked.mark.seq).await?;
    if ids.len() > MOST as usize {
        return Ok(anew);
    }
    let unsettled: Vec<EntityId> =
        asked.unsettled.iter().filter_map(|id| id.parse().ok()).collect();
    ids.extend(unsettled.iter().map(|id| id.0.simple().to_string()));
    ids.sort_unstable();
    ids.dedup();
    let lines = read(&store, incident, &ids).await?;
    let entries = views(client, &store, &lines).await?;
    let still = |id: &&EntityId| !lines.iter().any(|line| line.id == id.0.as_bytes());
    let gone = unsettled.iter().filter(still).map(EntityId::to_string).collect();
    Ok(StreamChanges { entries, gone, count, mark, anew: false })
}

/// Ids in hexadecimal of lines that may be otherwise than they were at `seq`; one more than [`MOST`] at most.
async fn touched(store: &Store, incident: EntityId, seq: u64) -> Result<Vec<String>, ApiError> {
    let id = incident.0.as_bytes().as_slice();
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let limit = MOST + 1;
    // A line of the program has its change's id.
    let ids = sqlx::query_scalar!(
        r#"SELECT lower(hex(id)) AS "id!: String" FROM (
             SELECT CASE kind WHEN 'entry' THEN entity ELSE change END AS id
               FROM history WHERE incident = ?1 AND seq > ?2
             UNION SELECT id FROM entity WHERE unsent = 1 AND incident = ?1 AND kind = 'entry'
             UNION SELECT id FROM stream WHERE unsent IS NOT NULL AND incident = ?1
           ) WHERE id IS NOT NULL LIMIT ?3"#,
        id,
        seq,
        limit
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    Ok(ids)
}

async fn read(store: &Store, incident: EntityId, ids: &[String]) -> Result<Vec<Placed>, ApiError> {
    let incident = incident.0.as_bytes().as_slice();
    let ids = serde_json::to_string(ids).map_err(ApiError::internal)?;
    sqlx::query_as!(
        Placed,
        r#"SELECT s.id AS "id!", s.at AS "at!", s.unsent, h.row AS "row?", s.body AS "line?",
             e.body AS "entity?", e.unsent AS "touched?"
           FROM json_each(?) AS r
           JOIN stream s ON s.id = unhex(r.value)
           LEFT JOIN history h ON h.seq = s.seq
           LEFT JOIN entity e ON e.id = s.id
           WHERE s.incident = ?"#,
        ids,
        incident
    )
    .fetch_all(store.readers())
    .await
    .map_err(ApiError::internal)
}
