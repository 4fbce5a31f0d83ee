//! `cargo xtask prepare`: what sqlx knows about every query, per crate.
//!
//! sqlx names a cached answer by a hash of the SQL alone, so two crates with the same query for two
//! databases must not share a folder: each keeps its own `.sqlx`, see `docs/adr/0002-stores.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use xtask::postgres::{Cluster, Durability};
use xtask::workspace;

use crate::cargo::cargo;

/// A crate with queries.
struct Store {
    package: &'static str,
    folder: &'static str,
    /// The variable that the crate's `sqlx.toml` names.
    variable: &'static str,
    database: Database,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Database {
    Sqlite,
    Postgres,
}

const STORES: &[Store] = &[
    Store {
        package: "firebell-client",
        folder: "crates/client",
        variable: "FIREBELL_SQLX_CLIENT",
        database: Database::Sqlite,
    },
    Store {
        package: "firebell-server-sqlite",
        folder: "crates/server-sqlite",
        variable: "FIREBELL_SQLX_SERVER_SQLITE",
        database: Database::Sqlite,
    },
    Store {
        package: "firebell-server-postgres",
        folder: "crates/server-postgres",
        variable: "FIREBELL_SQLX_SERVER_POSTGRES",
        database: Database::Postgres,
    },
];

/// What a `.sqlx` folder holds, by file name.
type Cache = BTreeMap<String, Vec<u8>>;

/// Writes the `.sqlx` of the crates named, or of all.
pub(crate) fn write(names: &[String]) -> Result<()> {
    each(names, |store, fresh| {
        let kept = workspace::path(store.folder).join(".sqlx");
        if read(&kept)? == fresh {
            println!("{}: {} queries, unchanged", store.package, fresh.len());
            return Ok(());
        }
        if kept.exists() {
            fs::remove_dir_all(&kept)?;
        }
        fs::create_dir_all(&kept)?;
        for (name, bytes) in &fresh {
            fs::write(kept.join(name), bytes)?;
        }
        println!("{}: {} queries, written", store.package, fresh.len());
        Ok(())
    })
}

/// Fails when the `.sqlx` of a crate named, or of any, is not what would be written.
pub(crate) fn check(names: &[String]) -> Result<()> {
    each(names, |store, fresh| {
        let kept = read(&workspace::path(store.folder).join(".sqlx"))?;
        let drift: Vec<_> = differences(&kept, &fresh);
        if !drift.is_empty() {
            bail!(
                "{}/.sqlx is out of date ({}); run `cargo xtask prepare`",
                store.folder,
                drift.join(", ")
            );
        }
        println!("{}: {} queries, as written", store.package, fresh.len());
        Ok(())
    })
}

/// Asks a fresh, migrated database about every query of the stores named, or of all.
fn each(names: &[String], mut then: impl FnMut(&Store, Cache) -> Result<()>) -> Result<()> {
    let short = |store: &Store| store.package.strip_prefix("firebell-").unwrap_or_default();
    let known = |name: &String| STORES.iter().any(|store| short(store) == name);
    if let Some(stranger) = names.iter().find(|name| !known(name)) {
        bail!(
            "\"{stranger}\" has no queries; those with some: client, server-sqlite, server-postgres"
        );
    }
    let work = tempfile::tempdir()?;
    let cluster = Cluster::start(Durability::Off)?;
    let wanted = |store: &&Store| names.is_empty() || names.iter().any(|name| name == short(store));
    for store in STORES.iter().filter(wanted) {
        let migrations = workspace::path(store.folder).join("migrations");
        if !migrations.exists() {
            println!("{}: no migrations yet", store.package);
            continue;
        }
        let url = match store.database {
            Database::Sqlite => {
                format!("sqlite:{}", work.path().join(store.package).display())
            }
            Database::Postgres => cluster.database(store.package)?,
        };
        migrate(&url, &migrations)?;
        let fresh = ask(store, &url, &work)?;
        then(store, fresh)?;
    }
    Ok(())
}

fn migrate(url: &str, migrations: &Path) -> Result<()> {
    cargo("run")
        .args(["--quiet", "-p", "xtask", "--features", "migrate", "--bin", "xtask-migrate", "--"])
        .arg(url)
        .arg(migrations)
        .run()
}

/// Compiles the crate against the database; the query macros write what they learn.
fn ask(store: &Store, url: &str, work: &TempDir) -> Result<Cache> {
    let answers: PathBuf = work.path().join(format!("{}.sqlx", store.package));
    fs::create_dir_all(&answers)?;
    // The macros run only when the crate is compiled, so it has to look changed.
    let main = workspace::path(store.folder).join("src/lib.rs");
    let file = fs::File::options().append(true).open(&main);
    file.and_then(|file| file.set_modified(SystemTime::now())).context("touching src/lib.rs")?;
    cargo("check")
        .args(["-p", store.package, "--all-targets"])
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &answers)
        .env(store.variable, url)
        .run()?;
    read(&answers)
}

fn read(folder: &Path) -> Result<Cache> {
    if !folder.exists() {
        return Ok(Cache::new());
    }
    let mut cache = Cache::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            cache.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(cache)
}

/// Names what was added, removed or changed.
fn differences(kept: &Cache, fresh: &Cache) -> Vec<String> {
    let gone = kept.keys().filter(|name| !fresh.contains_key(*name)).map(|name| format!("-{name}"));
    let changed = fresh.iter().filter(|(name, bytes)| kept.get(*name) != Some(bytes));
    gone.chain(changed.map(|(name, _)| format!("+{name}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_what_is_gone_new_and_changed() {
        let cache = |pairs: &[(&str, &str)]| -> Cache {
            pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect()
        };
        let kept = cache(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let fresh = cache(&[("b", "1"), ("c", "2"), ("d", "1")]);
        assert_eq!(differences(&kept, &fresh), ["-a", "+c", "+d"]);
        assert!(differences(&kept, &kept).is_empty());
    }
}
