//! Believable databases: a desktop with a company's incidents, and words that it could not send yet.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use firebell_client::api::incident::DeclareForm;
use firebell_client::api::timeline::{AddEntry, EntryKindView};
use firebell_domain::id::SetId;
use rand::RngExt;
use rand::rngs::StdRng;

use super::damage::Damage;
use super::oracle;
use crate::harness::company::Company;
use crate::harness::headless::{self, Headless};
use crate::harness::server::sqlite_url;
use crate::harness::tap::Tap;
use crate::proof::Ground;

const SENT: usize = 12;
const UNSENT: usize = 25;

/// A desktop's folder to make images of.
pub(super) struct Base {
    folder: PathBuf,
    database: String,
    /// Sets that were not sent.
    pub(super) unsent: BTreeSet<SetId>,
    /// Pages of the file on which they stand.
    pub(super) precious: BTreeSet<u64>,
    /// Size of a page.
    pub(super) page: u64,
}

/// An image: the files of one desktop.
pub(super) struct Files {
    pub(super) folder: PathBuf,
    pub(super) database: PathBuf,
    pub(super) log: PathBuf,
}

/// One that was closed in order, and one that was not: its last writes are in the log beside it.
pub(super) struct Bases {
    closed: Base,
    live: Base,
}

impl Bases {
    /// The one that this damage is done to.
    pub(super) fn pick(&self, kind: Damage, rng: &mut StdRng) -> &Base {
        if kind.needs_log() || (!kind.needs_closed() && rng.random()) {
            &self.live
        } else {
            &self.closed
        }
    }
}

impl Base {
    /// A copy to damage.
    pub(super) fn copy_to(&self, place: &Path) -> Result<Files> {
        copy(&self.folder, place)?;
        let database = place.join(&self.database);
        let log = place.join(format!("{}-wal", self.database));
        Ok(Files { folder: place.to_owned(), database, log })
    }

    async fn of(folder: PathBuf, scratch: &Path) -> Result<Self> {
        let database = headless::database(&folder)?;
        let database = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files = Files {
            log: folder.join(format!("{database}-wal")),
            database: folder.join(&database),
            folder: folder.clone(),
        };
        let unsent = oracle::unsent(&files, scratch).await.context("the base can be read")?;
        let (page, precious) = oracle::outbox_pages(&files, scratch).await?;
        Ok(Self { folder, database, unsent, precious, page })
    }
}

/// Makes them on a real server, which then goes away.
pub(super) async fn make(ground: &Ground) -> Result<Bases> {
    let place = ground.place("company")?;
    let url = sqlite_url(&place.join("record.db"))?;
    let company = Company::found(&place, &url, None, &["ann", "bob"]).await?;
    let wire = Tap::start(company.server().address()).await?;
    let desktop = company.desktop_by("ann", &wire.url()).await?;
    write(&desktop, SENT).await?;
    company.level(&[&desktop]).await?;
    // A tidy end, so that what was sent is in the file; what was not is then in its log too.
    let folder = desktop.folder().to_owned();
    desktop.close().await;
    wire.cut();
    let desktop = Headless::open(&folder, "ann").await?;
    write(&desktop, UNSENT).await?;
    let (live, closed) = (ground.folder().join("live"), ground.folder().join("closed"));
    copy(&folder, &live)?;
    desktop.close().await;
    copy(&folder, &closed)?;
    let scratch = ground.place("scratch")?;
    Ok(Bases { closed: Base::of(closed, &scratch).await?, live: Base::of(live, &scratch).await? })
}

/// Incidents with lines, short and long.
async fn write(desktop: &Headless, count: usize) -> Result<()> {
    for number in 0..count {
        let form = DeclareForm {
            summary: format!("checkout fails 结账失败 {number}"),
            description: "all of Europe. ".repeat(number * 40),
            severity: Some(3),
            ..DeclareForm::default()
        };
        let incident = desktop.declare_incident(form).await?.id;
        for text in ["seen by two customers".to_owned(), "a stack trace\n".repeat(number * 60)] {
            if text.is_empty() {
                continue;
            }
            let kind = EntryKindView::Observation;
            let form =
                AddEntry { incident: incident.clone(), kind, text, at: None, files: Vec::new() };
            desktop.add_entry(form).await?;
        }
    }
    Ok(())
}

/// Copies a folder's files, without the ones that only mean something to a running program.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let passing = [".db-shm", ".lock"].iter().any(|end| name.to_string_lossy().ends_with(end));
        if entry.file_type()?.is_file() && !passing {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
