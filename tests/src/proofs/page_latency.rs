//! `page-latency`: from an accepted change to the call of the notifier at another desktop. One page at a
//! time, and a storm of 100 at once until the last one; each against the raw limits of the same machine
//! in the same run. In CI size the ratios are printed, in full size held to their goals.

mod storm;

use anyhow::{Result, ensure};

use super::bench_spine::{measure::Line, page};
use crate::proof::{Ground, Proof, Report, Size};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "page-latency",
    line: "from a declaration to the other desktop's notifier: one page, and a storm of 100",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let size = ground.size();
    let lines = [page::measure(&ground).await?, storm::measure(&ground).await?];
    let cases = lines.iter().map(Line::cases).sum();
    let mut report = Report::new(cases, "measured turns").figure("pages in a storm", storm::PAGES);
    let mut missed = Vec::new();
    for line in &lines {
        println!("{line}");
        report = report.figure(line.name(), line.figure());
        if size == Size::Full {
            missed.extend(line.misses());
        }
    }
    ensure!(missed.is_empty(), "goals that were missed:\n{}", missed.join("\n"));
    Ok(report)
}
