//! Kills and freezes a node at the moment when it holds the append lock.

use std::time::Duration;

use anyhow::{Result, bail};
use rand::RngExt;
use xtask::postgres::Cluster;

use super::nodes::{self, Nodes};
use crate::harness::wait;

/// How often a node is stopped to see whether it holds the lock.
const TRIES: u32 = 400;
/// How long it runs between two looks, at most.
const RUN: Duration = Duration::from_millis(20);
/// The database takes the lock from a frozen node after 2 s; this is far more.
const FREED: Duration = Duration::from_secs(30);

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) killed_between: u64,
    pub(super) frozen_between: u64,
}

/// So many faults, the nodes and the kinds in turn; each when `reached` says so.
pub(super) async fn afflict<F: Future<Output = Result<()>>>(
    nodes: &mut Nodes,
    cluster: &Cluster,
    faults: u64,
    reached: impl Fn(u64) -> F,
) -> Result<Told> {
    let mut told = Told::default();
    for fault in 0..faults {
        reached(fault).await?;
        let node = usize::try_from(fault / 2)? % nodes::COUNT;
        stop_with_lock(nodes, cluster, node).await?;
        if fault % 2 == 0 {
            // The database must take the lock away, or nobody else could write.
            let what = format!("{} to lose the lock", nodes::name(node));
            let lost = async || Ok((!holds(cluster, node)?).then_some(()));
            wait::until(&what, FREED, lost).await?;
            nodes.node(node).process().thaw()?;
            told.frozen_between += 1;
        } else {
            nodes.node(node).kill()?;
            nodes.again(node).await?;
            told.killed_between += 1;
        }
    }
    Ok(told)
}

/// Freezes a node at a moment when it has the lock and has not committed.
async fn stop_with_lock(nodes: &mut Nodes, cluster: &Cluster, node: usize) -> Result<()> {
    for _ in 0..TRIES {
        nodes.node(node).process().freeze()?;
        // Twice: what was on its way to the database when it froze is done by the second look.
        if holds(cluster, node)? && holds(cluster, node)? {
            return Ok(());
        }
        nodes.node(node).process().thaw()?;
        // The instant of the next look is a random one.
        nodes.node(node).process().runs_for(RUN.mul_f64(rand::rng().random())).await?;
    }
    bail!("{} never held the lock in {TRIES} looks", nodes::name(node))
}

/// Whether a node is between lock and commit: it holds an advisory lock, and waits for nothing.
fn holds(cluster: &Cluster, node: usize) -> Result<bool> {
    let sql = format!(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND granted AND application_name = '{}'
           AND state = 'idle in transaction'",
        nodes::name(node)
    );
    Ok(cluster.sql("log", &sql)? != "0")
}
