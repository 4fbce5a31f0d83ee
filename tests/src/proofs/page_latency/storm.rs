//! Many pages at once, until the last one is at the notifier.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use firebell_domain::id::EntityId;
use firebell_domain::incident::Severity;

use crate::harness::company::Company;
use crate::harness::directory;
use crate::harness::headless::{Headless, SOON};
use crate::harness::incident;
use crate::harness::raw::Talk;
use crate::harness::server::sqlite_url;
use crate::harness::wait;
use crate::proof::Ground;
use crate::proofs::bench_spine::{
    measure::{Goal, Line, Samples},
    raw_sqlite::RawSqlite,
};

/// How many.
pub(super) const PAGES: usize = 100;
/// The last of them is there within this, in milliseconds.
const LAST: f64 = 500.0;

/// A storm, against as many durable commits of SQLite, one a page.
pub(super) async fn measure(ground: &Ground) -> Result<Line> {
    let storms = ground.size().pick(3, 20);
    let place = ground.place("storm")?;
    let url = sqlite_url(&place.join("server.db"))?;
    let company = Company::found(&place, &url, None, &["ivy", "ben"]).await?;
    let service = directory::on_call(&company, "payments", "ben").await?;
    let ben = company.desktop("ben").await?;
    company.level(&[&ben]).await?;
    ben.online().await?;
    let mut sqlite = RawSqlite::open(&place.join("raw.db")).await?;
    let [mut ours, mut answers, mut raw] = [(); 3].map(|()| Samples::default());
    let here = company.admin().end().await?;
    let mut talk = company.admin().talk(Some(here)).await?;
    let mut number = 0;
    for turn in 0..=storms {
        let (answered, took) = storm(&mut talk, &ben, service, &mut number).await?;
        let started = Instant::now();
        for _ in 0..PAGES {
            sqlite.commit().await?;
        }
        // The first of everything warms up.
        if turn > 0 {
            answers.time(answered);
            ours.time(took);
            raw.time(started.elapsed());
        }
        company.level(&[&ben]).await?;
    }
    ben.close().await;
    println!("storm of pages: answered after {:.2} ms (p99 {:.2})", answers.p50(), answers.p99());
    Ok(Line::new("storm of pages, last one, ms", "ms", ours, &raw)
        .goal(Goal::AtMost(2.0))
        .worst(LAST))
}

/// Declares all of them in one push; until the server has answered, and until the last is at Ben's notifier.
async fn storm(
    talk: &mut Talk,
    ben: &Headless,
    service: EntityId,
    number: &mut u64,
) -> Result<(Duration, Duration)> {
    let before = pages(ben);
    let next = *number + PAGES as u64;
    let sets = incident::storm(service, Severity::Two, *number + 1..next + 1)?;
    *number = next;
    let started = Instant::now();
    let answers = talk.push(sets).await?;
    let answered = started.elapsed();
    incident::all_accepted(&answers)?;
    let rung = async {
        // Each page rings once; a ring too many would end this too early, and is found below.
        ben.host().rung(before.len() + PAGES).await;
        Ok(())
    };
    wait::within("the last ring of a storm", SOON, rung).await?;
    let took = started.elapsed();
    ensure!(pages(ben).len() == before.len() + PAGES, "a page rang twice, another one never");
    Ok((answered, took))
}

fn pages(ben: &Headless) -> BTreeSet<uuid::Uuid> {
    ben.host().rings().iter().map(|ring| ring.page).collect()
}
