//! The log by pages, for a desktop that catches up.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use firebell_domain::{chain::Hash, id::EntityId};
use firebell_protocol::{MAX_ROWS, http::LogPage};
use serde::Deserialize;

use super::{
    caller::Caller,
    failure::{Answer, stopping},
};
use crate::{
    delivery::batch::slots,
    node::Node,
    store::{StoreError, StoredRow},
};

/// A page ends where it becomes larger than this, in bytes.
const PAGE_BYTES: usize = 2 * 1024 * 1024;
/// Rows read at once.
const READ_ROWS: usize = 200;

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

pub(super) async fn page(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
    query: Result<Query<After>, QueryRejection>,
) -> Answer<Json<LogPage>> {
    let Query(After { after, limit }) = query?;
    let limit = limit.unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    let rows = {
        let _turn = node.resuming.acquire().await.map_err(stopping)?;
        read(&node, after, limit).await?
    };
    let mut incidents: Vec<EntityId> = rows.iter().filter_map(|row| row.incident).collect();
    incidents.sort_unstable();
    incidents.dedup();
    let hidden = node.sight.hidden_by_now(session.person, &incidents).await?;
    let end = node.store.head().await?;
    let head = match rows.last() {
        Some(row) => row.head,
        None if after == 0 => Hash::ZERO,
        None => node.store.head_at(after).await?.unwrap_or(end.hash),
    };
    let slots = slots(&rows, &hidden);
    Ok(Json(LogPage { epoch: end.epoch, slots, head, last: end.seq }))
}

/// Whole sets after a row: about `limit` rows or [`PAGE_BYTES`], whichever comes first, and at least one
/// set if there is one. Read by few, because rows may be long.
async fn read(node: &Node, after: u64, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
    let (mut rows, mut bytes, mut at) = (Vec::new(), 0, after);
    while rows.len() < limit && bytes < PAGE_BYTES {
        let more = node.store.rows_after(at, READ_ROWS.min(limit - rows.len())).await?;
        let Some(last) = more.last() else { break };
        at = last.seq;
        bytes += more.iter().map(|row| row.row.len()).sum::<usize>();
        rows.extend(more);
    }
    Ok(rows)
}
