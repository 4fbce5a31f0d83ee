//! `convergence`: five desktops and a server over a network that drops, doubles and reorders; crashes,
//! restarts, an older desktop, a restore from backup. Everything runs on the very functions that the
//! real desktop and the real server run, in one thread, from one seed.

mod acts;
mod check;
mod desktop;
mod plan;
mod server;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use anyhow::{Context, Result, bail};

use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "convergence",
    line: "whatever the network does, all replicas end equal and every change is accepted once or shown as refused",
    run: |ground| Box::pin(async move { tokio::task::spawn_blocking(move || run(&ground)).await? }),
};

/// Names one seed to replay, so that a failure can be looked at.
const SEED: &str = "FIREBELL_SEED";

fn run(ground: &Ground) -> Result<Report> {
    if let Ok(seed) = std::env::var(SEED) {
        let seed = seed.parse().context("the seed is a number")?;
        let told = plan::play(seed)?;
        return Ok(report(1, &told));
    }
    let seeds = ground.size().pick(1_000, 100_000);
    let next = AtomicU64::new(1);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let told = thread::scope(|scope| {
        let work: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut told = check::Told::default();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed > seeds {
                            return Ok(told);
                        }
                        let one = plan::play(seed).with_context(|| {
                            format!("seed {seed}; replay it with {SEED}={seed}")
                        })?;
                        told.add(&one);
                    }
                })
            })
            .collect();
        let mut told = check::Told::default();
        for worker in work {
            match worker.join() {
                Ok(Ok(one)) => told.add(&one),
                Ok(Err(error)) => return Err(error),
                Err(_) => bail!("a worker panicked; its seed is above"),
            }
        }
        Ok(told)
    })?;
    told.covers_everything()?;
    Ok(report(seeds, &told))
}

fn report(seeds: u64, told: &check::Told) -> Report {
    Report::new(seeds, "seeds")
        .figure("changes accepted", told.accepted)
        .figure("sets refused and shown", told.refused)
        .figure("of which dependents", told.dependents)
        .figure("keys given anew", told.keys_anew)
        .figure("crashes", told.crashes)
        .figure("restores", told.restores)
        .figure("incidents forgotten", told.forgotten)
        .figure("frames dropped", told.dropped)
        .figure("differences", 0)
}
