//! What SQLite itself still reads of an image, in a copy.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use firebell_client::store::set_id;
use firebell_domain::id::SetId;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::base::Files;

/// Opens a copy of an image.
async fn open(files: &Files, scratch: &Path) -> Result<SqliteConnection> {
    let copy = scratch.join("copy.db");
    let beside = |end: &str| PathBuf::from(format!("{}{end}", copy.display()));
    for end in ["", "-wal", "-shm"] {
        fs::remove_file(beside(end)).ok();
    }
    fs::copy(&files.database, &copy)?;
    if files.log.exists() {
        fs::copy(&files.log, beside("-wal"))?;
    }
    let options = SqliteConnectOptions::new().filename(&copy).create_if_missing(false);
    Ok(options.disable_statement_logging().connect().await?)
}

/// Sets that were not sent, if the table can be read from end to end.
pub(super) async fn unsent(files: &Files, scratch: &Path) -> Result<BTreeSet<SetId>> {
    let mut file = open(files, scratch).await?;
    let mut found = BTreeSet::new();
    for row in sqlx::query("SELECT id, body FROM outbox").fetch_all(&mut file).await? {
        let (id, body): (Vec<u8>, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        // What is no set any more is nobody's word.
        let whole = serde_json::from_slice::<Value>(&body).is_ok_and(|body| body.is_array());
        found.extend(set_id(&id).ok().filter(|_| whole));
    }
    file.close().await?;
    Ok(found)
}

/// Whether SQLite finds nothing wrong.
pub(super) async fn is_whole(files: &Files, scratch: &Path) -> bool {
    let look = async {
        let mut file = open(files, scratch).await?;
        let said: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut file).await?;
        file.close().await?;
        anyhow::Ok(said == ["ok"])
    };
    look.await.unwrap_or(false)
}

/// The size of a page, and the pages on which the outbox stands.
pub(super) async fn outbox_pages(files: &Files, scratch: &Path) -> Result<(u64, BTreeSet<u64>)> {
    let mut file = open(files, scratch).await?;
    let size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut file).await?;
    let pages: Vec<i64> = sqlx::query_scalar("SELECT pageno FROM dbstat WHERE name = 'outbox'")
        .fetch_all(&mut file)
        .await?;
    file.close().await?;
    let pages = pages.into_iter().map(u64::try_from).collect::<Result<_, _>>()?;
    Ok((u64::try_from(size)?, pages))
}
