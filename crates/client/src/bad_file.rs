//! Files that cannot be used: they stay as they are, and what was not sent is saved beside them, as far
//! as it can be read.

mod scan;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, Row, sqlite::SqliteConnectOptions};

use crate::{api::ApiError, session::write_private, store::StoreError};

/// Why the window shows no board.
#[derive(Debug, Clone)]
pub(crate) struct Unusable {
    /// What is wrong.
    pub(crate) error: ApiError,
    /// Where change sets that were not sent were saved.
    pub(crate) rescued: Option<PathBuf>,
    /// How many.
    pub(crate) count: u32,
}

impl Unusable {
    pub(crate) fn without_rescue(error: ApiError) -> Self {
        Self { error, rescued: None, count: 0 }
    }
}

/// Says what is wrong with a file, and saves what was not sent into `folder`.
pub(crate) async fn unusable(path: &Path, folder: &Path, error: StoreError) -> Unusable {
    let error = match error {
        // Another instance has it: nothing is wrong with what is in it.
        locked @ StoreError::Locked { .. } => return Unusable::without_rescue(locked.into()),
        StoreError::Damaged(why) | StoreError::Corrupt(why) | StoreError::Other(why) => {
            StoreError::Unreadable { path: path.to_owned(), why }
        }
        other => other,
    };
    let sets = match read_sets(path).await {
        Ok(sets) => sets,
        Err(why) => {
            tracing::warn!(%why, "the outbox cannot be read as a table; looking at its pages");
            scan::sets(path).unwrap_or_default()
        }
    };
    let count = u32::try_from(sets.len()).unwrap_or(u32::MAX);
    let mut unusable = Unusable { error: error.into(), rescued: None, count };
    if sets.is_empty() {
        return unusable;
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let target = folder.join(format!("{stem}.unsent.json"));
    let document = json!({ "firebell": "unsent change sets", "from": stem, "sets": sets });
    let written = serde_json::to_vec_pretty(&document)
        .map_err(|error| error.to_string())
        .and_then(|bytes| write_private(&target, &bytes).map_err(|error| error.to_string()));
    match written {
        Ok(()) => unusable.rescued = Some(target),
        Err(why) => tracing::error!(%why, "change sets that were not sent could not be saved"),
    }
    unusable
}

/// Reads unsent and refused sets from a file that SQLite can still open, without writing to it.
async fn read_sets(path: &Path) -> Result<Vec<Value>, sqlx::Error> {
    // `immutable` keeps SQLite from touching anything, but hides what is in the write-ahead log.
    let has_log = crate::store::wal_of(path).exists();
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(!has_log)
        .disable_statement_logging()
        .connect()
        .await?;
    let mut sets = Vec::new();
    for (table, what) in [("outbox", "unsent"), ("refused", "refused")] {
        // A file of a newer version may have other columns; these are what matters.
        let sql = sqlx::AssertSqlSafe(format!("SELECT id, written_at, body FROM {table}"));
        for row in sqlx::query(sql).fetch_all(&mut connection).await? {
            let (id, body): (Vec<u8>, Vec<u8>) = (row.try_get(0)?, row.try_get(2)?);
            let written_at: i64 = row.try_get(1)?;
            sets.extend(set(what, &id, written_at, &body));
        }
    }
    connection.close().await?;
    Ok(sets)
}

/// A set as it is saved; none when its bytes are none.
fn set(what: &str, id: &[u8], written_at: i64, body: &[u8]) -> Option<Value> {
    let id = uuid::Uuid::from_slice(id).ok()?;
    let changes: Value = serde_json::from_slice(body).ok()?;
    changes
        .is_array()
        .then(|| json!({ "state": what, "id": id, "written_at": written_at, "changes": changes }))
}
