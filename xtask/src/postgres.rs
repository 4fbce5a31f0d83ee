//! A throw-away PostgreSQL: its own folder, its own socket, no port, gone when dropped.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::program::{Program, User};

/// How long the server may take to answer its first question, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether commits reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// They do not: for tests of rules, which need no disk.
    Off,
    /// They do, as in earnest: for tests of kills, and for figures.
    Full,
}

/// A running PostgreSQL of our own.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    postgres: Child,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    pub fn start(durability: Durability) -> Result<Self> {
        // The socket's whole path has to stay below 107 bytes, so the name is short.
        let folder = tempfile::Builder::new().prefix("fb-pg-").tempdir()?;
        let owner = owner()?;
        if let Some(owner) = owner {
            chown(folder.path(), Some(owner.uid), Some(owner.gid))?;
        }
        let data = folder.path().join("data");
        Program::new(tool("initdb")?)
            .args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data)
            .dir(folder.path())
            .user(owner)
            .limit(PATIENCE)
            .capture()
            .context("making a PostgreSQL cluster")?;
        let log = fs::File::create(folder.path().join("log"))?;
        let mut command = Command::new(tool("postgres")?);
        command
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "max_connections=200", "-c"])
            .arg(format!("unix_socket_directories={}", folder.path().display()))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A group of its own: Ctrl-C goes to us, and we end it in order.
            .process_group(0);
        if durability == Durability::Off {
            for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
                command.args(["-c", setting]);
            }
        }
        if let Some(owner) = owner {
            command.uid(owner.uid).gid(owner.gid);
        }
        let postgres = command.spawn().context("starting PostgreSQL")?;
        let mut cluster = Self { folder, postgres };
        cluster.await_ready()?;
        Ok(cluster)
    }

    /// Makes an empty database and gives its URL.
    pub fn database(&self, name: &str) -> Result<String> {
        self.sql("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(self.url(name))
    }

    /// Makes a database as a copy of another to which nobody is connected, and gives its URL.
    pub fn copy(&self, template: &str, name: &str) -> Result<String> {
        self.sql("postgres", &format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""))?;
        Ok(self.url(name))
    }

    /// The URL of a database in this cluster.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://postgres@localhost/{name}?host={}", self.folder.path().display())
    }

    /// Runs SQL and gives what it answers, a row a line, columns between bars.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String> {
        Program::new("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"])
            .arg(self.folder.path())
            .args(["-d", database, "-c", sql])
            .limit(PATIENCE)
            .capture()
            .map(|answer| answer.trim_end().to_owned())
    }

    /// The folder with the data, the socket and the log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn await_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.postgres.try_wait()?.is_some() {
                break;
            }
            let asked = Program::new("pg_isready").arg("-q").arg("-h").arg(self.folder.path());
            if asked.limit(Duration::from_secs(5)).answers() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        bail!("PostgreSQL did not become ready:\n{log}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let pid = i32::try_from(self.postgres.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // QUIT is PostgreSQL's "immediate": nothing here is worth an orderly end.
            kill_process(pid, Signal::QUIT).ok();
        }
        let started = Instant::now();
        while matches!(self.postgres.try_wait(), Ok(None)) && started.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        // Both fail when it has ended, which is what is wanted.
        self.postgres.kill().ok();
        self.postgres.wait().ok();
    }
}

/// PostgreSQL refuses to run as root: root starts it as its own user, or as nobody.
fn owner() -> Result<Option<User>> {
    if !User::is_root() {
        return Ok(None);
    }
    let found = User::named("postgres").or_else(|| User::named("nobody"));
    found.map(Some).context("there is no user \"postgres\" nor \"nobody\" to run PostgreSQL as")
}

/// A program of the newest PostgreSQL installed; Debian keeps most of them off the PATH.
fn tool(name: &str) -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists())
        .max_by_key(|path| version_in(path));
    Ok(newest.unwrap_or_else(|| PathBuf::from(name)))
}

fn version_in(path: &Path) -> u32 {
    path.components()
        .filter_map(|part| part.as_os_str().to_str()?.parse().ok())
        .next_back()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_starts_answers_copies_and_leaves_nothing() {
        let cluster = Cluster::start(Durability::Off).expect("a cluster");
        let folder = cluster.folder().to_owned();
        let url = cluster.database("first").expect("a database");
        assert!(url.ends_with(&format!("?host={}", folder.display())));
        cluster.sql("first", "CREATE TABLE t AS SELECT 7 AS n").expect("a table");
        cluster.copy("first", "second").expect("a copy");
        assert_eq!(cluster.sql("second", "SELECT n FROM t").expect("a row"), "7");
        assert!(cluster.sql("second", "SELECT no_such_thing").is_err());
        drop(cluster);
        assert!(!folder.exists(), "the folder is gone");
    }

    #[test]
    fn full_durability_is_really_on() {
        let cluster = Cluster::start(Durability::Full).expect("a cluster");
        assert_eq!(cluster.sql("postgres", "SHOW fsync").expect("asked"), "on");
        assert_eq!(cluster.sql("postgres", "SHOW synchronous_commit").expect("asked"), "on");
    }
}
