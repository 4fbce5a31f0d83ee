//! SQLite without anything around it: what a durable commit costs on this disk.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};
use uuid::Uuid;

/// What a change weighs.
const WEIGHT: usize = 300;
/// What is synced to disk by itself.
const BLOCK: usize = 4_096;

/// A table that takes one change a commit.
pub(in crate::proofs) struct RawSqlite {
    file: SqliteConnection,
    pub(in crate::proofs) rows: u64,
}

impl RawSqlite {
    pub(in crate::proofs) async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut file = options.connect().await?;
        let table = "CREATE TABLE IF NOT EXISTS log
            (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL) STRICT";
        sqlx::query(table).execute(&mut file).await?;
        Ok(Self { file, rows: 0 })
    }

    /// One row, durable when this answers.
    pub(in crate::proofs) async fn commit(&mut self) -> Result<Duration> {
        let started = Instant::now();
        sqlx::query("INSERT INTO log (id, body) VALUES (?, ?)")
            .bind(Uuid::now_v7().as_bytes().to_vec())
            .bind(vec![b'x'; WEIGHT])
            .execute(&mut self.file)
            .await?;
        let took = started.elapsed();
        self.rows += 1;
        Ok(took)
    }

    /// How many rows it really has.
    pub(in crate::proofs) async fn count(&mut self) -> Result<u64> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM log").fetch_one(&mut self.file).await?;
        Ok(u64::try_from(count)?)
    }
}

/// A file that grows by a block and is synced.
pub(in crate::proofs) fn fsync(file: &mut File) -> Result<Duration> {
    let started = Instant::now();
    file.write_all(&[0; BLOCK])?;
    file.sync_data()?;
    Ok(started.elapsed())
}
