//! A new desktop takes everything in, against the bare download of the same.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use firebell_protocol::http::SnapshotChunk;

use super::measure::{Line, Samples};
use super::stock::Stock;
use crate::harness::company::Company;
use crate::harness::headless::Headless;
use crate::harness::raw::Raw;
use crate::harness::wait;
use crate::proof::Ground;

/// A million entries take their time; a wait for them is bounded all the same.
const WHOLE: Duration = Duration::from_secs(1_800);

/// Where the desktop of the last turn stays, for what is measured next.
pub(super) fn desktop(ground: &Ground) -> Result<PathBuf> {
    ground.place("first-sync/desktop")
}

pub(super) async fn measure(ground: &Ground, company: &Company, stock: &Stock) -> Result<Line> {
    let turns = ground.size().pick(2, 3);
    let (mut ours, mut raw) = (Samples::default(), Samples::default());
    let mut usable = Samples::default();
    for _ in 0..turns {
        let folder = desktop(ground)?;
        fs::remove_dir_all(&folder)?;
        let (board, whole) = sync(&folder, company, stock).await?;
        usable.time(board);
        ours.time(whole);
        let place = ground.place("first-sync")?.join("raw");
        raw.time(download(&place, company, stock).await?);
    }
    println!("first sync: the board was usable after {:.0} ms", usable.p50());
    Ok(Line::new("first sync, ms", "ms", ours, &raw))
}

/// Until the board has all open incidents, and until everything is there.
async fn sync(folder: &Path, company: &Company, stock: &Stock) -> Result<(Duration, Duration)> {
    let started = Instant::now();
    let desktop = Headless::sign_in(folder, &company.server().url(), "ivy").await?;
    let shown = usize::try_from(stock.open.min(200))?;
    wait::until("a usable board", WHOLE, async || {
        let board = desktop.get_board(()).await?;
        Ok((board.incidents.len() == shown).then_some(()))
    })
    .await?;
    let usable = started.elapsed();
    wait::until("everything", WHOLE, async || Ok(desktop.cursor().await?)).await?;
    let whole = started.elapsed();
    desktop.close().await;
    Ok((usable, whole))
}

/// Signs in as well, takes the same chunks, writes their entities to a file and syncs it.
async fn download(path: &Path, company: &Company, stock: &Stock) -> Result<Duration> {
    let started = Instant::now();
    let raw = Raw::sign_in(&company.server().url(), "ivy").await?;
    let mut file = File::create(path)?;
    let (mut token, mut entities) = (None::<String>, 0);
    let least = stock.incidents + stock.entries;
    // A chunk has an entity at least, or it is the last of its priority: there are four.
    for _ in 0..2 * least {
        let query = token.map(|token| format!("?token={token}")).unwrap_or_default();
        let chunk: SnapshotChunk = raw.get(&format!("/snapshot{query}")).await?;
        for entity in &chunk.entities {
            file.write_all(entity.as_bytes())?;
        }
        entities += chunk.entities.len() as u64;
        match chunk.next {
            Some(next) => token = Some(next),
            None => break,
        }
    }
    file.sync_all()?;
    let took = started.elapsed();
    ensure!(entities >= least, "{entities} entities came, of {least}");
    Ok(took)
}
