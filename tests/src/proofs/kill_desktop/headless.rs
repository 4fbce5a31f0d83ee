//! Kills of the client: a process of its own writes, and is killed; then its file is looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_domain::id::{EntityId, SetId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::file::{self, Found};
use crate::harness::company::Company;
use crate::harness::headless::{Headless, SOON};
use crate::harness::process::{Process, built};
use crate::harness::server::sqlite_url;
use crate::harness::tap::Tap;
use crate::proof::Ground;

/// The longest that a writer lives after its first write, or after its start when that is to be killed.
const LIFE: Duration = Duration::from_millis(150);
/// The seed of the instants; each kill has its own from it.
const SEED: u64 = 0x6b69_6c6c;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) kills: u64,
    pub(super) saved: u64,
    pub(super) opening: u64,
    pub(super) offline: u64,
    pub(super) waiting: u64,
    pub(super) accepted: u64,
    /// Words written in state documents.
    pub(super) typed: u64,
}

/// What a writer said that it saved before it was killed.
#[derive(Default)]
struct Said {
    sets: BTreeSet<SetId>,
    /// Words by the incident in whose document they stand.
    words: Vec<(EntityId, String)>,
}

/// Kills it so many times, always the same desktop: what one kill left is there for the next.
pub(super) async fn kill(ground: &Ground, kills: u64) -> Result<Told> {
    let url = sqlite_url(&ground.folder().join("record.db"))?;
    let company = Company::found(ground.folder(), &url, None, &["ann"]).await?;
    let wire = Tap::start(company.server().address()).await?;
    let desktop = company.desktop_by("ann", &wire.url()).await?;
    let folder = desktop.folder().to_owned();
    desktop.close().await;
    let mut told = Told::default();
    let mut promised = BTreeSet::new();
    let mut words = Vec::new();
    for number in 0..kills {
        let mut rng = StdRng::seed_from_u64(SEED + number);
        // Half of them with a server that takes away what waits, half without.
        let offline = number % 2 == 1;
        if offline {
            wire.cut();
            told.offline += 1;
        } else {
            wire.mend(company.server().address());
        }
        // One in four has hardly begun.
        let opening = number % 4 == 3;
        told.opening += u64::from(opening);
        let saved = one(ground, &folder, number, opening, &mut rng).await?;
        promised.extend(saved.sets);
        words.extend(saved.words);
        let scratch = ground.place("scratch")?;
        let found = file::look(&folder, &scratch).await;
        let found = found.with_context(|| format!("after kill {number}"))?;
        missing(&promised, &found).with_context(|| format!("after kill {number}"))?;
        unwritten(&words, &found).with_context(|| format!("after kill {number}"))?;
        told.waiting += found.waiting.len() as u64;
        told.kills += 1;
    }
    told.saved = promised.len() as u64;
    told.typed = words.len() as u64;
    ensure!(told.typed > kills / 2, "only {} words were typed", told.typed);
    ensure!(told.saved > kills, "only {} writes were answered", told.saved);
    wire.mend(company.server().address());
    told.accepted = settle(&company, &folder, &promised).await?;
    Ok(told)
}

/// Starts a writer and kills it; answers what it said was saved.
async fn one(
    ground: &Ground,
    folder: &Path,
    number: u64,
    opening: bool,
    rng: &mut StdRng,
) -> Result<Said> {
    let mut command = Command::new(built("firebell-write-until-killed")?);
    command.arg(folder).arg(number.to_string());
    let mut writer = Process::start("writer", command, ground.folder())?;
    if !opening {
        let saved = |line: &str| line.starts_with("saved ").then_some(());
        writer.line("a first write", SOON, saved).await?;
    }
    writer.runs_for(LIFE.mul_f64(rng.random())).await?;
    writer.kill()?;
    let said = fs::read_to_string(ground.folder().join("writer.out"))?;
    // A line without its end was not said.
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut saved = Said::default();
    for line in whole.lines() {
        if let Some(id) = line.strip_prefix("saved ") {
            saved.sets.insert(id.parse()?);
        } else if let Some(typed) = line.strip_prefix("typed ") {
            let (incident, word) = typed.split_once(' ').context("an incident and a word")?;
            saved.words.push((incident.parse()?, word.to_owned()));
        }
    }
    Ok(saved)
}

/// Every word that was answered stands in its document, once.
fn unwritten(words: &[(EntityId, String)], found: &Found) -> Result<()> {
    for (incident, word) in words {
        let text = found.documents.get(incident).map_or("", String::as_str);
        let times = text.matches(word.as_str()).count();
        ensure!(times == 1, "an answered word stands {times} times in its document");
    }
    Ok(())
}

fn missing(promised: &BTreeSet<SetId>, found: &Found) -> Result<()> {
    let lost: Vec<_> = promised.difference(&found.all).collect();
    ensure!(lost.is_empty(), "{} answered writes are lost: {lost:?}", lost.len());
    Ok(())
}

/// The desktop comes back, sends what waits, and each answered write stands in the record once.
async fn settle(company: &Company, folder: &Path, promised: &BTreeSet<SetId>) -> Result<u64> {
    let desktop = Headless::open(folder, "ann").await?;
    desktop.online().await?;
    desktop.sent().await?;
    let end = company.level(&[&desktop]).await?;
    desktop.close().await;
    let (mut at, mut stands) = (0, BTreeSet::new());
    while at < end.seq {
        let page = company.admin().log(at, 2_000).await?;
        for slot in &page.slots {
            let firebell_protocol::row::Slot::Row { row, seq, .. } = slot else { continue };
            let row: firebell_protocol::row::Row = serde_json::from_str(row)?;
            at = *seq;
            if row.index == 0 {
                ensure!(stands.insert(row.set), "set {} stands twice", row.set);
            }
        }
    }
    let refused = file::look(folder, folder).await?.refused;
    let neither = promised.iter().filter(|id| !stands.contains(id) && !refused.contains(id));
    let neither: Vec<_> = neither.collect();
    ensure!(neither.is_empty(), "neither accepted nor shown as refused: {neither:?}");
    Ok(promised.intersection(&stands).count() as u64)
}
