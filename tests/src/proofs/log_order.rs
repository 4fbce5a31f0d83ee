//! `log-order`: eight writers on two server processes on one PostgreSQL, one of which is killed and
//! frozen between lock and commit in turn. Readers that tail see every change once, in order, and end
//! with equal heads; a set that is sent again, to whichever server, gets its first answer.

mod fault;
mod nodes;
mod readers;
mod writers;

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use xtask::postgres::{Cluster, Durability};

use crate::harness::raw::Raw;
use crate::proof::{Ground, Proof, Report};
use nodes::Nodes;
use writers::Progress;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "log-order",
    line: "readers see every change once and in order, while servers that write are killed and frozen in mid-commit",
    run: |ground| Box::pin(run(ground)),
};

const WRITERS: u64 = 8;

async fn run(ground: Ground) -> Result<Report> {
    let changes: u64 = ground.size().pick(20_000, 1_000_000);
    let faults = ground.size().pick(12, 120);
    let cluster = Cluster::start(Durability::Full)?;
    let url = cluster.database("log")?;
    let mut nodes = Nodes::start(ground.folder(), &url, WRITERS).await?;
    let addresses = nodes.addresses();
    let progress = Arc::new(Progress::default());
    let begun = writers::sign_in(&addresses, WRITERS).await?;
    let start = begun[0].end().await?;
    let mut reading = JoinSet::new();
    for (index, raw) in readers::sign_in(&addresses).await?.into_iter().enumerate() {
        reading.spawn(readers::read(index, raw, start, addresses.clone(), progress.news()));
    }
    let mut writing = JoinSet::new();
    let started = Instant::now();
    for (index, raw) in begun.into_iter().enumerate() {
        let (addresses, progress) = (addresses.clone(), Arc::clone(&progress));
        let share = changes / WRITERS;
        writing.spawn(writers::write(index as u64, raw, share, addresses, progress));
    }
    // Untouched at first: what comes later is compared with this.
    let quiet = changes / 10;
    progress.reach(quiet).await?;
    let pace = quiet as f64 / started.elapsed().as_secs_f64();
    let told = fault::afflict(&mut nodes, &cluster, faults, |fault| {
        progress.reach(quiet + (changes - quiet) * fault / (faults + 1))
    })
    .await?;
    let mut written = Vec::new();
    while let Some(writer) = writing.join_next().await {
        written.push(writer?.context("a writer")?);
    }
    let under_faults =
        (changes - quiet) as f64 / (started.elapsed().as_secs_f64() - quiet as f64 / pace);
    let admin = Raw::sign_in(&addresses.url(0), "reader0").await?;
    let end = admin.end().await?;
    progress.end();
    let mut read = Vec::new();
    while let Some(reader) = reading.join_next().await {
        read.push(reader?.context("a reader")?);
    }
    let resent: u64 = written.iter().map(|one| one.resent).sum();
    for reader in &read {
        reader.saw_everything(end, start, &written)?;
    }
    ensure!(told.frozen_between > 0, "no freeze was between lock and commit");
    ensure!(told.killed_between > 0, "no kill was between lock and commit");
    Ok(Report::new(progress.changes(), "changes")
        .figure("writers", WRITERS)
        .figure("servers", 2)
        .figure("killed between lock and commit", told.killed_between)
        .figure("frozen between lock and commit", told.frozen_between)
        .figure("sets sent again, all answered as at first", resent)
        .figure("readers with equal heads", read.len())
        .figure("catch-ups of readers", read.iter().map(|one| one.catch_ups).sum::<u64>())
        .figure("pace under faults to pace before", format!("{:.2}", under_faults / pace))
        .figure("seen twice, out of order or never", 0))
}
