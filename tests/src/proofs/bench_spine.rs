//! `bench-spine`: five measures, each against the raw limit of the same machine in the same run, ours and
//! raw in turn, so that a noisy neighbour hits both alike.
//!
//! - page: declared here, rung there, against a commit, an fsync, and the same way where nothing syncs;
//! - ingest: 32 clients, one durable change a request, against one commit a change;
//! - first sync: a new desktop, against download, write and fsync of the same snapshot;
//! - queries: board, timeline, search as JSON, against the same SQL;
//! - start: a painted board, against a bare window of the same WebKit.
//!
//! In CI size it shows that the work is done and prints the ratios; in full size it holds them to their goals.

mod first_sync;
mod ingest;
pub(in crate::proofs) mod measure;
pub(in crate::proofs) mod page;
mod queries;
pub(in crate::proofs) mod raw_sqlite;
mod start;
mod stock;

use anyhow::{Result, ensure};

use crate::harness::company::Company;
use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report, Size};
use measure::Line;
use stock::Stock;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "bench-spine",
    line: "page, ingest, first sync, queries and start against the raw limits of the same machine",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let size = ground.size();
    let mut lines = vec![page::measure(&ground).await?, ingest::measure(&ground).await?];
    let folder = ground.place("stock")?;
    let company =
        Company::found(&folder, &sqlite_url(&folder.join("server.db"))?, None, &["ivy"]).await?;
    let stock = Stock::lay_in(&company, size).await?;
    lines.push(first_sync::measure(&ground, &company, &stock).await?);
    lines.extend(queries::measure(&ground, &stock).await?);
    lines.extend(start::measure(&ground).await?);
    let mut report = Report::new(lines.iter().map(Line::cases).sum(), "measured turns")
        .figure("incidents", stock.incidents)
        .figure("entries", stock.entries);
    let mut missed = Vec::new();
    for line in &lines {
        println!("{line}");
        report = report.figure(line.name(), format!("{:.2}", line.ratio()));
        if size == Size::Full {
            missed.extend(line.misses());
        }
    }
    ensure!(missed.is_empty(), "goals that were missed:\n{}", missed.join("\n"));
    Ok(report)
}
