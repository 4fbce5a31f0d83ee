//! Looking a file over before it is opened for writing: a file that cannot be used stays as it is.

use std::{collections::BTreeSet, path::Path};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions,
};

use super::{StoreError, load, migrate, open::reader_options};

/// Small tables whose loss would lose a person's words; checked at every start.
const PRECIOUS: [&str; 6] =
    ["desktop", "outbox", "outbox_touches", "refused", "own_accepted", "local"];

/// How much of a file is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What a person has not sent yet.
    Precious,
    /// All pages.
    Whole,
}

/// Looks for damage in a file of this schema version without writing to it: its pages, its tables, and
/// whether what was not sent can be read.
///
/// # Errors
/// `Damaged` with what was found, or `Corrupt` when something stored has another shape.
pub(super) async fn examine(path: &Path, version: u32, reach: Reach) -> Result<(), StoreError> {
    let mut connection = reader_options(path).connect().await?;
    let found = look(&mut connection, version, reach).await;
    connection.close().await?;
    found
}

async fn look(
    connection: &mut SqliteConnection,
    version: u32,
    reach: Reach,
) -> Result<(), StoreError> {
    // First, because the checks name tables.
    let here = parts(connection).await?;
    if let Some(missing) = expected(version).await?.difference(&here).next() {
        return Err(StoreError::Damaged(format!("it lacks {missing}")));
    }
    if reach == Reach::Whole {
        quick_check(connection, "5").await?;
    }
    for table in PRECIOUS {
        quick_check(connection, table).await?;
    }
    if version == migrate::newest() {
        // SQLite calls pages whole that hold a damaged text; a set that cannot be read would never go out.
        load::all_sets(connection).await?;
        super::open::read_directory(connection).await?;
    }
    Ok(())
}

async fn quick_check(connection: &mut SqliteConnection, what: &str) -> Result<(), StoreError> {
    let sql = AssertSqlSafe(format!("PRAGMA quick_check({what})"));
    let lines: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await?;
    match lines.into_iter().find(|line| line != "ok") {
        Some(line) => Err(StoreError::Damaged(line)),
        None => Ok(()),
    }
}

/// What the steps up to a version make, made anew in memory.
async fn expected(version: u32) -> Result<BTreeSet<String>, StoreError> {
    let mut memory = SqliteConnectOptions::new().in_memory(true).connect().await?;
    migrate::run(&mut memory, 0, version).await?;
    parts(&mut memory).await
}

/// Tables with their columns, indexes and the rest, a line each. Tables that an extension keeps for
/// itself are left out: another version of SQLite may make others.
async fn parts(connection: &mut SqliteConnection) -> Result<BTreeSet<String>, StoreError> {
    let sql = "SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\"
                 FROM pragma_table_list t, pragma_table_info(t.name) c
                 WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite%'
               UNION ALL
               SELECT type || ' ' || name FROM sqlite_schema
                 WHERE type IN ('index', 'trigger', 'view') AND name NOT LIKE 'sqlite%'";
    Ok(sqlx::query_scalar(sql).fetch_all(connection).await?.into_iter().collect())
}
