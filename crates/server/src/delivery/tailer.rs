//! The tailer: one loop for each process that reads the log in order, its own rows included, and hands
//! it to the connections. Commits here, hints of other processes and a poll wake it; what it sends
//! comes from the store alone.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use firebell_domain::{
    document::document_id,
    entity::Kind,
    id::EntityId,
    incident,
    outcome::{Op, Outcome},
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::ToClient,
};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{batch::Batch, rings};
use crate::{
    documents::rooms,
    node::Node,
    store::{StoreError, StoredRow},
};

/// Rows read at once.
const PAGE_ROWS: usize = 500;
/// The poll that stands behind all hints.
const POLL: Duration = Duration::from_secs(1);
/// Pause after the database failed.
const RETRY: Duration = Duration::from_millis(250);

/// What a row means to delivery; its change is not read.
#[derive(Deserialize)]
struct Glance {
    outcome: Outcome,
}

/// Runs until `stop`.
pub async fn run(node: Arc<Node>, mut newest: watch::Receiver<u64>, stop: CancellationToken) {
    loop {
        let done = step(&node, node.hub.tail()).await;
        if done.is_ok() {
            node.beats.tailer.beat();
        }
        match done {
            Ok(true) => {}
            Ok(false) => tokio::select! {
                () = stop.cancelled() => return,
                changed = newest.changed() => if changed.is_err() { return },
                () = hint(&node) => {}
                () = tokio::time::sleep(POLL) => {}
            },
            Err(error) => {
                node.metrics.store_failures.inc();
                tracing::warn!(%error, "the tailer cannot read the log");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(RETRY) => {}
                }
            }
        }
    }
}

async fn hint(node: &Node) {
    if node.store.hinted().await.is_err() {
        // The poll goes on; hints come back when the database does.
        tokio::time::sleep(POLL).await;
    }
}

/// Sends what came after row `at`; false when nothing did.
async fn step(node: &Node, at: u64) -> Result<bool, StoreError> {
    let rows = node.store.rows_after(at, PAGE_ROWS).await?;
    let Some(last) = rows.last().map(|row| row.seq) else { return Ok(false) };
    let mut news = News::default();
    for row in &rows {
        news.read(row);
    }
    // Before anything that may fail: who left must not stay because the database does.
    for person in &news.left {
        node.hub.close_person(*person, &ApiError::of(ErrorCode::Revoked, "the account was ended"));
    }
    // Then sight: from here on nobody is sent what they may not see any more.
    let access: Vec<EntityId> = news.access.iter().copied().collect();
    node.sight.refresh(&access).await?;
    if !news.rung.is_empty() {
        news.rung.retain(|(_, person)| node.hub.has(*person));
        for (person, ring) in rings::rings(&node.store, &news.rung).await? {
            let sent = node.hub.send(person, &ToClient::Ring(ring));
            node.metrics.rings.inc_by(sent as u64);
        }
    }
    let count = rows.len() as u64;
    let changes_access =
        |row: &StoredRow| row.incident == Some(row.entity) && news.access.contains(&row.entity);
    for batch in Batch::cut(rows, changes_access) {
        // Once here rather than once for each connection.
        node.sight.learn(batch.incidents()).await?;
        node.hub.publish(&Arc::new(batch));
    }
    for (incident, at) in news.documents {
        rooms::follow(node, incident, at).await?;
    }
    node.metrics.rows.inc_by(count);
    node.metrics.tail_seq.set(i64::try_from(last).unwrap_or(i64::MAX));
    Ok(true)
}

/// What rows mean to delivery, besides being sent.
#[derive(Default)]
struct News {
    /// Incidents of which other people may see something now.
    access: BTreeSet<EntityId>,
    /// Pages and people they ring.
    rung: Vec<(EntityId, EntityId)>,
    /// People who left.
    left: Vec<EntityId>,
    /// Incidents of which the log says how far the document is.
    documents: Vec<(EntityId, u64)>,
}

impl News {
    fn read(&mut self, row: &StoredRow) {
        let Ok(Glance { outcome }) = serde_json::from_slice(&row.row) else { return };
        if outcome.kind == Kind::DOCUMENT
            && let Some(incident) = outcome.incident
        {
            let at = outcome.ops.iter().find_map(|op| match op {
                Op::Set { field, value, .. } if field == "at" => value.as_u64(),
                _ => None,
            });
            let own = outcome.entity == document_id(incident);
            self.documents.extend(at.filter(|_| own).map(|at| (incident, at)));
        } else if outcome.kind == Kind::INCIDENT && outcome.ops.iter().any(changes_access) {
            self.access.insert(outcome.entity);
        } else if outcome.kind == Kind::PERSON && outcome.ops.iter().any(ends_account) {
            self.left.push(outcome.entity);
        } else {
            self.rung.extend(rings::rung_by(&outcome));
        }
    }
}

fn changes_access(op: &Op) -> bool {
    match op {
        // A declaration says `false` where nothing stood: that hides nothing and shows nothing.
        Op::Set { field, value, was } => field == "restricted" && (*value == true || *was == true),
        Op::Add { list, .. } | Op::Remove { list, .. } => list == incident::MEMBERS,
        Op::Unknown => false,
    }
}

fn ends_account(op: &Op) -> bool {
    matches!(op, Op::Set { field, value, .. } if field == "active" && *value == false)
}
