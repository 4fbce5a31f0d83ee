//! `page-node-loss`: two server processes on one PostgreSQL, 500 pages whose next step is due at once,
//! and one of the processes is killed in the middle of them, round after round. Every page rings at every
//! step, the log has each step once, and what a desktop at the other process hears twice is no more than
//! the dead one held by lease.

mod pages;
mod round;

use anyhow::{Result, ensure};
use xtask::postgres::{Cluster, Durability};

use crate::harness::company::{self, STEP_SECS};
use crate::harness::raw::Raw;
use crate::harness::server::Plan;
use crate::proof::{Ground, Proof, Report};
use round::{Nodes, Round};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "page-node-loss",
    line: "500 pages are due while one of two servers is killed: each rings, and each step is taken once",
    run: |ground| Box::pin(run(ground)),
};

/// Pages that are due together.
const PAGES: u64 = 500;
/// The database of the proof in its cluster.
const DATABASE: &str = "pages";

async fn run(ground: Ground) -> Result<Report> {
    let rounds: u32 = ground.size().pick(4, 20);
    let cluster = Cluster::start(Durability::Full)?;
    let url = cluster.database(DATABASE)?;
    let mut plans = Vec::new();
    for name in ["node-0", "node-1"] {
        plans.push(Plan::new(&ground.place(name)?, &url));
    }
    company::add(&plans[0], "ann", true)?;
    let mut nodes = Nodes::start(plans).await?;
    let ann = Raw::sign_in(&nodes.url(0), "ann").await?;
    let service = pages::service(&ann).await?;
    let begun = pages::declare(&ann, service, PAGES).await?;
    let mut told = Vec::new();
    for round in 1..=rounds {
        let doomed = round as usize % 2;
        let round = Round { cluster: &cluster, ann: &ann, step: round, doomed };
        told.push(round.play(&mut nodes).await?);
    }
    let ann = ann.at(&nodes.url(0))?;
    let steps = pages::steps(&ann, begun).await?;
    ensure!(steps.len() as u64 == PAGES, "{} pages instead of {PAGES}", steps.len());
    for (page, rang) in &steps {
        let wanted: Vec<u32> = (0..=rounds).collect();
        ensure!(*rang == wanted, "page {page} rang at the steps {rang:?}");
    }
    let middle = told.iter().filter(|one| one.before > 0 && one.before < PAGES).count();
    let held: u64 = told.iter().map(|one| one.held).sum();
    let twice: u64 = told.iter().map(|one| one.twice).sum();
    ensure!(middle > 0, "no server was killed in the middle of its pages");
    for one in &told {
        ensure!(one.twice <= one.held, "heard twice: {}, held: {}", one.twice, one.held);
    }
    let slowest = told.iter().map(|one| one.millis).max().unwrap_or_default();
    Ok(Report::new(PAGES * u64::from(rounds), "steps of pages")
        .figure("servers", 2)
        .figure("rounds, one server killed in each", rounds)
        .figure("killed in the middle of the pages", middle)
        .figure("steps held by a dead server's lease", held)
        .figure("rings heard twice on one connection", twice)
        .figure("steps in the log twice or never", 0)
        .figure("every page rang after the kill within, at most, ms", slowest)
        .figure("time-out of a step, s", STEP_SECS))
}
