//! Opens an image as a start of the program does, and judges what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use firebell_client::api::incident::DeclareForm;
use firebell_client::api::session::StartView;
use firebell_client::api::{ApiError, ErrorCode};
use firebell_domain::id::SetId;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::base::{Base, Files};
use super::damage::Done;
use super::oracle;
use crate::harness::headless::Headless;
use crate::proof::Ground;

/// Checksums by file; none of one that is not there.
type Sums = BTreeMap<PathBuf, Option<[u8; 32]>>;

/// What became of an image that was treated rightly.
pub(super) struct Verdict {
    pub(super) unusable: bool,
    pub(super) rescued: u64,
}

/// Judges.
pub(super) async fn judge(
    ground: &Ground,
    files: &Files,
    base: &Base,
    done: &Done,
) -> Result<Verdict> {
    let scratch = ground.place("scratch")?;
    let before = sums(files)?;
    let mut readable = oracle::unsent(files, &scratch).await.unwrap_or_default();
    let whole = oracle::is_whole(files, &scratch).await;
    // Where the pages with unsent sets are as they were, all of them can be read, however bad the rest.
    let intact = done.pages.as_ref().is_some_and(|pages| pages.is_disjoint(&base.precious));
    if intact {
        readable.extend(&base.unsent);
    }
    let desktop = Headless::start(&files.folder, "ann").await?;
    let verdict = match desktop.get_start(()).await? {
        StartView::Unusable { error, rescued, rescued_count } => {
            same(&before, &sums(files)?).with_context(|| format!("it was refused: {error}"))?;
            code(&error, done)?;
            let refused = desktop.declare_incident(form()).await.map_err(|error| error.code);
            ensure!(refused.as_ref().err() == Some(&error.code), "a write answers {refused:?}");
            let saved = saved(rescued.map(PathBuf::from), rescued_count)?;
            // The list of workspaces names the database; without it nobody looks for one.
            if error.args.get("path").is_some_and(|path| path.ends_with(".db")) {
                let missing: Vec<_> = readable.difference(&saved).collect();
                ensure!(missing.is_empty(), "{} readable sets were not saved", missing.len());
            }
            desktop.close().await;
            same(&before, &sums(files)?).context("when the program ended")?;
            Verdict { unusable: true, rescued: saved.len() as u64 }
        }
        StartView::Ready { .. } => {
            ensure!(done.code.is_none(), "it is used, and should not be");
            used(desktop, files, &scratch, readable, whole).await?;
            Verdict { unusable: false, rescued: 0 }
        }
        other => bail!("the window shows {other:?}"),
    };
    Ok(verdict)
}

fn code(error: &ApiError, done: &Done) -> Result<()> {
    let clear = [ErrorCode::StoreUnreadable, ErrorCode::StoreNewer].contains(&error.code);
    ensure!(clear, "the code is {:?}: {}", error.code, error.message);
    ensure!(done.code.is_none_or(|code| code == error.code), "the code is {:?}", error.code);
    ensure!(error.args.contains_key("path"), "it does not say which file: {:?}", error.args);
    Ok(())
}

/// It is used: everything that SQLite reads is there, another write is kept, and the file is no worse.
async fn used(
    desktop: Headless,
    files: &Files,
    scratch: &Path,
    readable: BTreeSet<SetId>,
    whole: bool,
) -> Result<()> {
    // All of it, the words too: what SQLite calls whole may hold a damaged text.
    let here: BTreeSet<SetId> =
        desktop.store()?.unsent_sets().await?.into_iter().map(|set| set.id).collect();
    let missing: Vec<_> = readable.difference(&here).collect();
    ensure!(missing.is_empty(), "{} readable sets are gone", missing.len());
    let written = desktop.declare_incident(form()).await;
    desktop.close().await;
    let after = oracle::unsent(files, scratch).await.context("the outbox after it was used")?;
    let missing: Vec<_> = here.difference(&after).collect();
    ensure!(missing.is_empty(), "{} sets were lost by using it", missing.len());
    if written.is_ok() {
        ensure!(after.len() > here.len(), "what was answered \"saved\" is not there");
    }
    if whole {
        written.context("a whole file takes another write")?;
        ensure!(oracle::is_whole(files, scratch).await, "a whole file was damaged by using it");
    }
    Ok(())
}

fn form() -> DeclareForm {
    DeclareForm { summary: "one more".to_owned(), severity: Some(3), ..DeclareForm::default() }
}

/// The sets in the file that the window names.
fn saved(file: Option<PathBuf>, count: u32) -> Result<BTreeSet<SetId>> {
    let Some(file) = file else {
        ensure!(count == 0, "{count} sets are said to be saved nowhere");
        return Ok(BTreeSet::new());
    };
    let document: Value = serde_json::from_slice(&fs::read(&file)?)?;
    let sets = document.get("sets").and_then(Value::as_array).context("the file has sets")?;
    ensure!(sets.len() == count as usize, "{count} sets are said to be saved, {} are", sets.len());
    let ids = sets.iter().map(|set| {
        ensure!(set.get("changes").is_some_and(Value::is_array), "a set without changes was saved");
        let id = set.get("id").and_then(Value::as_str).context("a saved set has an id")?;
        Ok(id.parse()?)
    });
    ids.collect()
}

/// Whether the files are as they were.
fn same(before: &Sums, after: &Sums) -> Result<()> {
    let changed = before.iter().filter(|(path, sum)| after.get(*path) != Some(*sum));
    let changed: Vec<_> = changed.map(|(path, _)| path.extension().unwrap_or_default()).collect();
    ensure!(changed.is_empty(), "it was called unusable, and changed: {changed:?}");
    Ok(())
}

/// Checksums of the files that must stay as they are. An empty one is none: SQLite leaves an empty log
/// beside a file that it has only read.
fn sums(files: &Files) -> Result<Sums> {
    let list = files.folder.join("desktop.json");
    let mut sums = BTreeMap::new();
    for path in [&files.database, &files.log, &list] {
        let bytes = if path.exists() { Some(fs::read(path)?) } else { None };
        let bytes = bytes.filter(|bytes| !bytes.is_empty());
        sums.insert(path.clone(), bytes.map(|bytes| Sha256::digest(&bytes).into()));
    }
    Ok(sums)
}
