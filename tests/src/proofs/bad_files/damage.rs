//! What can happen to a file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use firebell_client::api::ErrorCode;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::base::{Base, Files};

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Damage {
    /// The file ends too early.
    Truncated,
    /// The write-ahead log does.
    LogTruncated,
    /// One bit of the header is another.
    HeaderBit,
    /// A few bits of one page are others.
    PageBits,
    /// One bit of the write-ahead log is another.
    LogBit,
    /// A page is all zeroes.
    ZeroPage,
    /// A page is noise.
    NoisePage,
    /// Two pages have changed places.
    SwappedPages,
    /// A newer program wrote it.
    Newer,
    /// A newer program wrote it, and that stands in the write-ahead log alone.
    NewerInLog,
    /// Tables of a newer version, and the version of this one: a migration that did not end.
    HalfMigrated,
    /// A table is missing.
    TableMissing,
    /// Another program's database.
    Foreign,
    /// No database at all.
    NoDatabase,
    /// The list of workspaces is damaged, the database is not.
    DesktopFile,
}

impl Damage {
    pub(super) const ALL: [Self; 15] = [
        Self::Truncated,
        Self::LogTruncated,
        Self::HeaderBit,
        Self::PageBits,
        Self::LogBit,
        Self::ZeroPage,
        Self::NoisePage,
        Self::SwappedPages,
        Self::Newer,
        Self::NewerInLog,
        Self::HalfMigrated,
        Self::TableMissing,
        Self::Foreign,
        Self::NoDatabase,
        Self::DesktopFile,
    ];

    /// It is about the write-ahead log.
    pub(super) fn needs_log(self) -> bool {
        matches!(self, Self::LogTruncated | Self::LogBit)
    }

    /// A log beside it would undo it.
    pub(super) fn needs_closed(self) -> bool {
        matches!(self, Self::Newer | Self::Foreign | Self::NoDatabase)
    }
}

/// What was done.
pub(super) struct Done {
    pub(super) what: String,
    /// Pages of the file that are not what they were; none when that cannot be said.
    pub(super) pages: Option<BTreeSet<u64>>,
    /// The code with which it has to be refused; none when it may be used after all.
    pub(super) code: Option<ErrorCode>,
}

/// Damages an image.
pub(super) async fn damage(
    kind: Damage,
    files: &Files,
    base: &Base,
    rng: &mut StdRng,
) -> Result<Done> {
    let mut bytes = fs::read(&files.database)?;
    let size = bytes.len() as u64;
    let count = size / base.page;
    let any_page = |rng: &mut StdRng| rng.random_range(1..=count);
    let place = |page: u64| usize::try_from((page - 1) * base.page);
    let length = usize::try_from(base.page)?;
    let unreadable = Some(ErrorCode::StoreUnreadable);
    let done = |what: String, pages: Option<BTreeSet<u64>>, code: Option<ErrorCode>| {
        Ok(Done { what, pages, code })
    };
    match kind {
        Damage::Truncated => {
            let keep = rng.random_range(1..size);
            cut(&files.database, keep)?;
            let lost = keep / base.page + 1..=count;
            done(format!("{keep} of {size} bytes are left"), Some(lost.collect()), None)
        }
        Damage::LogTruncated => {
            let size = fs::metadata(&files.log)?.len();
            let keep = rng.random_range(0..size);
            cut(&files.log, keep)?;
            done(format!("{keep} of {size} bytes of the log are left"), None, None)
        }
        Damage::HeaderBit => {
            let (byte, bit) = (rng.random_range(0..100), rng.random_range(0..8));
            bytes[byte] ^= 1 << bit;
            fs::write(&files.database, bytes)?;
            done(format!("bit {bit} of byte {byte} is another"), Some([1].into()), None)
        }
        Damage::PageBits => {
            let page = any_page(rng);
            let bits = rng.random_range(1..20);
            for _ in 0..bits {
                bytes[place(page)? + rng.random_range(0..length)] ^= 1 << rng.random_range(0..8);
            }
            fs::write(&files.database, bytes)?;
            done(format!("{bits} bits of page {page} are others"), Some([page].into()), None)
        }
        Damage::LogBit => {
            let mut log = fs::read(&files.log)?;
            let (byte, bit) = (rng.random_range(0..log.len()), rng.random_range(0..8));
            log[byte] ^= 1 << bit;
            fs::write(&files.log, log)?;
            done(format!("bit {bit} of byte {byte} of the log is another"), None, None)
        }
        Damage::ZeroPage | Damage::NoisePage => {
            let page = any_page(rng);
            let there = &mut bytes[place(page)?..place(page)? + length];
            there.fill(0);
            if kind == Damage::NoisePage {
                rng.fill_bytes(there);
            }
            fs::write(&files.database, bytes)?;
            done(format!("page {page} is overwritten"), Some([page].into()), None)
        }
        Damage::SwappedPages => {
            let (one, other) = (any_page(rng), any_page(rng));
            for byte in 0..length {
                bytes.swap(place(one)? + byte, place(other)? + byte);
            }
            fs::write(&files.database, bytes)?;
            done(format!("pages {one} and {other} are swapped"), Some([one, other].into()), None)
        }
        Damage::Newer => {
            let version = rng.random_range(2..1_000);
            sql(&files.database, &format!("PRAGMA user_version = {version}"), true).await?;
            let newer = Some(ErrorCode::StoreNewer);
            done(format!("version {version}"), Some(BTreeSet::new()), newer)
        }
        Damage::NewerInLog => {
            let version = rng.random_range(2..1_000);
            sql(&files.database, &format!("PRAGMA user_version = {version}"), false).await?;
            ensure!(files.log.exists(), "the version is not in a log");
            let newer = Some(ErrorCode::StoreNewer);
            done(format!("version {version} in the log"), Some(BTreeSet::new()), newer)
        }
        Damage::HalfMigrated => {
            let steps = [
                "CREATE TABLE theory (id BLOB NOT NULL PRIMARY KEY) STRICT",
                "ALTER TABLE entity ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0",
                "DROP INDEX incident_board",
                "ALTER TABLE outbox ADD COLUMN room TEXT",
            ];
            let step = steps.choose(rng).copied().unwrap_or_default();
            sql(&files.database, step, rng.random()).await?;
            done(step.to_owned(), None, None)
        }
        Damage::TableMissing => {
            let tables = [
                "entity",
                "entity_confirmed",
                "incident",
                "page",
                "history",
                "stream",
                "keys",
                "rings_shown",
                "local",
                "search_queue",
                "refused",
                "own_accepted",
                "snapshot",
            ];
            let table = tables.choose(rng).copied().unwrap_or_default();
            sql(&files.database, &format!("DROP TABLE {table}"), rng.random()).await?;
            done(format!("there is no table {table}"), None, unreadable)
        }
        Damage::Foreign => {
            fs::remove_file(&files.database)?;
            sql(&files.database, "CREATE TABLE recipes (name TEXT)", true).await?;
            done("another program's database".to_owned(), None, unreadable)
        }
        Damage::NoDatabase => {
            let length = rng.random_range(1..10_000);
            let mut noise = vec![0; length];
            rng.fill_bytes(&mut noise);
            fs::write(&files.database, noise)?;
            done(format!("{length} bytes of noise"), None, unreadable)
        }
        Damage::DesktopFile => {
            let path = files.folder.join("desktop.json");
            let size = fs::metadata(&path)?.len();
            let keep = rng.random_range(0..size);
            cut(&path, keep)?;
            let what = format!("{keep} of {size} bytes of the list of workspaces are left");
            done(what, Some(BTreeSet::new()), unreadable)
        }
    }
}

fn cut(path: &Path, keep: u64) -> Result<()> {
    Ok(fs::File::options().write(true).open(path)?.set_len(keep)?)
}

/// Changes a file through SQLite; what was changed stays in the log beside it unless it is closed in
/// order.
async fn sql(path: &Path, sql: &str, in_order: bool) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut file = options.pragma("journal_mode", "WAL").connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut file).await?;
    if in_order {
        file.close().await?;
        return Ok(());
    }
    // As a killed program leaves it: its last connection does not take the log into the file.
    let kept = |end: &str| format!("{}{end}", path.display());
    for end in ["", "-wal"] {
        fs::copy(kept(end), kept(&format!("{end}.kept")))?;
    }
    file.close().await?;
    for end in ["", "-wal"] {
        fs::rename(kept(&format!("{end}.kept")), kept(end))?;
    }
    fs::remove_file(kept("-shm")).ok();
    Ok(())
}
