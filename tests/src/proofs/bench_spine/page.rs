//! Declared at one desktop, rung at the other.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use firebell_client::api::table;
use serde_json::{Value, json};

use super::measure::{Line, Samples};
use super::raw_sqlite::{RawSqlite, fsync};
use crate::harness::company::Company;
use crate::harness::directory;
use crate::harness::headless::{Headless, SOON};
use crate::harness::server::sqlite_url;
use crate::harness::wait;
use crate::proof::Ground;

/// A file system in memory: there is nothing to sync.
const MEMORY: &str = "/dev/shm";
/// A page takes this long at worst, in milliseconds.
const WORST: f64 = 50.0;

pub(in crate::proofs) async fn measure(ground: &Ground) -> Result<Line> {
    let turns = ground.size().pick(40, 400);
    let memory = tempfile::Builder::new().prefix("fb-").tempdir_in(MEMORY)?;
    let place = ground.place("page")?;
    let mut durable = Way::lay(&place).await?;
    let mut fleeting = Way::lay(memory.path()).await?;
    let mut sqlite = RawSqlite::open(&place.join("raw.db")).await?;
    let mut file = File::create(place.join("raw"))?;
    let (mut ours, mut commits, mut syncs, mut unsynced) =
        (Samples::default(), Samples::default(), Samples::default(), Samples::default());
    for turn in 0..turns + 1 {
        let took = durable.page().await?;
        let without = fleeting.page().await?;
        let (commit, sync) = (sqlite.commit().await?, fsync(&mut file)?);
        // The first of everything warms up.
        if turn > 0 {
            ours.time(took);
            unsynced.time(without);
            commits.time(commit);
            syncs.time(sync);
        }
    }
    ensure!(durable.end().await? == turns + 1, "not every page rang once");
    ensure!(fleeting.end().await? == turns + 1, "not every page without sync rang once");
    let mut raw = Samples::default();
    raw.number(commits.p50() + syncs.p50() + unsynced.p50());
    Ok(Line::new("page, ms", "ms", ours, &raw).worst(WORST))
}

/// From one desktop to the other, with a server between.
struct Way {
    _company: Company,
    ana: Headless,
    ben: Headless,
    service: Value,
    rung: usize,
}

impl Way {
    async fn lay(folder: &Path) -> Result<Self> {
        let folder: PathBuf = folder.join("way");
        std::fs::create_dir_all(&folder)?;
        let url = sqlite_url(&folder.join("server.db"))?;
        let company = Company::found(&folder, &url, None, &["ivy", "ana", "ben"]).await?;
        let service = json!(directory::on_call(&company, "payments", "ben").await?);
        let (ana, ben) = (company.desktop("ana").await?, company.desktop("ben").await?);
        company.level(&[&ana, &ben]).await?;
        ben.online().await?;
        Ok(Self { _company: company, ana, ben, service, rung: 0 })
    }

    /// Declares; until the other's notifier has it.
    async fn page(&mut self) -> Result<std::time::Duration> {
        self.rung += 1;
        let form = json!({
            "summary": "Checkout fails for every customer", "description": "", "severity": 1,
            "service": self.service, "products": [], "detected_by": "customer",
            "impact_start": null, "restricted": false, "drill": false,
        });
        let started = Instant::now();
        table::dispatch(&self.ana, "declare_incident", form).await.context("declaring")?;
        let rung = async {
            self.ben.host().rung(self.rung).await;
            Ok(())
        };
        wait::within("the ring", SOON, rung).await?;
        Ok(started.elapsed())
    }

    /// How many different pages rang.
    async fn end(self) -> Result<usize> {
        let pages: std::collections::BTreeSet<_> =
            self.ben.host().rings().iter().map(|ring| ring.page).collect();
        self.ana.close().await;
        self.ben.close().await;
        Ok(pages.len())
    }
}
