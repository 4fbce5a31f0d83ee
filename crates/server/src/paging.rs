//! The driver of the paging engine: takes due jobs by lease and has the appender do them.
//!
//! What a page does next is `domain::paging`; that it is done in one transaction with its rows is
//! `append`; here is only when to look. Due times are in the database and timed by its clock, so any
//! process of any number takes over what another one left.

use std::{sync::Arc, time::Duration};

use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use crate::{
    append::AppendEvent,
    channel::Deliveries,
    node::Node,
    store::{ClaimedJob, JobBody, StoreError},
};

/// How long a job is held. A process that dies with it delays it by no more than this.
const LEASE_SECS: u32 = 10;
/// Jobs taken at once; they are done in one transaction.
const MAX_CLAIM: usize = 100;
/// Deliveries that are sorted together, about.
const MAX_AWAY: usize = 1_000;
/// The poll that stands behind all wake-ups.
const POLL: Duration = Duration::from_secs(1);
/// Pause after the database failed.
const RETRY: Duration = Duration::from_millis(500);

/// Runs until `stop`.
pub(crate) async fn run(
    node: Arc<Node>,
    mut events: broadcast::Receiver<AppendEvent>,
    stop: CancellationToken,
) {
    let deliveries = Deliveries::new(Arc::clone(&node));
    loop {
        let pause = match due(&node, &deliveries).await {
            Ok(pause) => pause,
            Err(error) => {
                node.metrics.store_failures.inc();
                tracing::warn!(%error, "due pages cannot be taken");
                RETRY
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            () = node.due.notified() => {}
            alive = new_jobs(&mut events) => if !alive { return },
        }
    }
}

/// Does all that is due; the answer is how long to wait for more.
async fn due(node: &Node, deliveries: &Deliveries) -> Result<Duration, StoreError> {
    // All that is due is sorted by address together: what one claim left would be a message of its own.
    let mut away = Vec::new();
    loop {
        let wait = node.store.next_job_in().await?;
        node.beats.paging.beat();
        let millis = wait.map(|millis| u64::try_from(millis).unwrap_or(0));
        let jobs = match millis {
            Some(0) => node.store.claim_jobs(LEASE_SECS, MAX_CLAIM).await?,
            Some(_) | None => Vec::new(),
        };
        if jobs.is_empty() || away.len() >= MAX_AWAY {
            if !away.is_empty() {
                deliveries.begin(std::mem::take(&mut away)).await?;
            }
            if jobs.is_empty() {
                // Nothing is due, or another process was faster.
                let pause = millis.filter(|millis| *millis > 0).map(Duration::from_millis);
                return Ok(pause.map_or(POLL, |pause| POLL.min(pause)));
            }
        }
        let now = node.store.now().await?;
        for job in &jobs {
            let late = now.since(job.due_at).max(0);
            let late = Duration::from_millis(late.unsigned_abs());
            node.metrics.job_lag.observe(late.as_secs_f64());
        }
        let count = jobs.len() as u64;
        let audits = jobs.iter().any(|job| matches!(job.body, JobBody::Audit { .. }));
        let checks = jobs.iter().any(|job| matches!(job.body, JobBody::CheckReadiness { .. }));
        // First what rings: the rest may wait for another computer.
        let (others, here): (Vec<ClaimedJob>, Vec<ClaimedJob>) =
            jobs.into_iter().partition(|job| matches!(job.body, JobBody::Deliver { .. }));
        let done = node.appender.run_jobs(here).await;
        away.extend(others);
        node.metrics.jobs.inc_by(count);
        if audits {
            node.audit_due.notify_one();
        }
        if checks {
            node.readiness_due.notify_one();
        }
        // A job that cannot be done must not keep from going what was claimed with it.
        if let Err(error) = done {
            deliveries.begin(away).await?;
            return Err(error);
        }
    }
}

/// Waits until jobs were written here; false when the appender is gone.
async fn new_jobs(events: &mut broadcast::Receiver<AppendEvent>) -> bool {
    loop {
        match events.recv().await {
            Ok(event) if event.jobs_changed => return true,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return true,
            Err(RecvError::Closed) => return false,
        }
    }
}
