//! The audit: does every open page make the progress that its policy demands? Only then an external
//! heartbeat is pinged, so that silence is an alarm, whatever it is that went silent.
//!
//! A job of the database says when; whichever node takes it looks, so there is one look at a time for
//! all of them, and none if no node takes jobs. What is wrong is logged with a code and counted, and
//! mended where that cannot do harm: a page that stands still is taken its next step.

mod heartbeat;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use firebell_domain::{
    entity::Entity,
    id::EntityId,
    paging::{Finding, audit},
    time::Timestamp,
};
use firebell_protocol::http::priority;
use tokio_util::sync::CancellationToken;

pub use heartbeat::{Heartbeat, HeartbeatError};

use crate::{
    append::batch::step_job,
    node::{NO_FENCE, Node},
    store::{ClaimedJob, JobBody, SnapshotKey, StoreError},
};

/// Entities of one read.
const PAGE: usize = 1_000;
/// The most entities that one look reads: beyond that it says that it did not see everything.
const MOST: usize = 200_000;
/// A heartbeat that failed is sent again so often in all before the next look.
const TRIES: u32 = 3;

/// Why no heartbeat is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    /// See [`Finding`].
    Found(Finding),
    /// There is more than one look can read.
    Incomplete,
}

/// Runs until `stop`.
pub(crate) async fn run(node: Arc<Node>, stop: CancellationToken) {
    let work = async {
        loop {
            node.audit_due.notified().await;
            match look(&node).await {
                Ok(wrong) if wrong.is_empty() => ping(&node).await,
                Ok(wrong) => report(&node, &wrong).await,
                Err(error) => {
                    node.metrics.store_failures.inc();
                    tracing::warn!(code = "audit_failed", %error, "the audit cannot read");
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Plans the next look; there is one job for all nodes.
///
/// # Errors
/// [`StoreError`] of the store.
pub(crate) async fn plant(node: &Node) -> Result<(), StoreError> {
    node.plant("audit", JobBody::Audit { every_secs: node.options.audit_every_secs }).await
}

/// What is wrong: now, and still after whatever was under way has had its time.
async fn look(node: &Node) -> Result<BTreeSet<Wrong>, StoreError> {
    node.metrics.audits.inc();
    let first = once(node).await?;
    if first.is_empty() {
        return Ok(first);
    }
    tokio::time::sleep(node.options.audit_settle).await;
    let second = once(node).await?;
    Ok(first.intersection(&second).copied().collect())
}

async fn once(node: &Node) -> Result<BTreeSet<Wrong>, StoreError> {
    let now = node.store.now().await?;
    let (mut world, complete) = board(node, now).await?;
    // Tests have no incident.
    let tests = node.store.ringing_pages().await?.into_iter().filter(|p| p.incident.is_none());
    world.extend(tests.map(|page| (page.id, page)));
    let mut wrong: BTreeSet<Wrong> = audit(&world, now).into_iter().map(Wrong::Found).collect();
    if !complete {
        wrong.insert(Wrong::Incomplete);
    }
    Ok(wrong)
}

/// The directory and open incidents with their pages, and whether that is all of them.
async fn board(
    node: &Node,
    now: Timestamp,
) -> Result<(BTreeMap<EntityId, Entity>, bool), StoreError> {
    let mut key = SnapshotKey { priority: priority::BOARD, start: u64::MAX >> 1, after: None };
    let mut read = 0;
    let mut world = BTreeMap::new();
    while read < MOST {
        let page = node.store.snapshot_page(key, now, PAGE).await?;
        let count = page.len();
        read += count;
        key.after = page.last().map(|entity| entity.id);
        world.extend(page.into_iter().map(|entity| (entity.id, entity)));
        if count < PAGE {
            return Ok((world, true));
        }
    }
    Ok((world, false))
}

async fn report(node: &Node, wrong: &BTreeSet<Wrong>) {
    let mut steps = Vec::new();
    for one in wrong {
        node.metrics.audit_findings.inc();
        match one {
            Wrong::Found(finding) => {
                let (code, about) = (finding.code(), finding.about());
                tracing::error!(code, %about, "paging does not do what it promises");
            }
            Wrong::Incomplete => {
                tracing::error!(code = "audit_incomplete", "more is open than an audit reads");
            }
        }
        if let Wrong::Found(Finding::PageOverdue { page }) = *one {
            let body = JobBody::StepPage { page };
            let (id, due_at) = (step_job(page), Timestamp::MIN);
            steps.push(ClaimedJob { id, fence: NO_FENCE, due_at, body });
        }
    }
    let count = steps.len();
    match node.appender.run_jobs(steps).await {
        Ok(()) if count > 0 => tracing::warn!(count, "pages that stood still go on"),
        Ok(()) => {}
        Err(error) => tracing::error!(%error, "pages that stand still cannot be taken on"),
    }
}

async fn ping(node: &Node) {
    let Some(heartbeat) = &node.options.audit_heartbeat else { return };
    for _ in 0..TRIES {
        match heartbeat.ping().await {
            Ok(()) => {
                node.metrics.heartbeats.inc();
                return;
            }
            Err(error) => {
                node.metrics.heartbeat_failures.inc();
                tracing::warn!(code = "heartbeat_failed", %error, "the heartbeat was not taken");
            }
        }
    }
}
