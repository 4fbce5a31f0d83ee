//! Schema versions. All steps that are missing run in one transaction, and the file is copied before.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection, migrate::Migrator};

use super::StoreError;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The version that this program writes.
pub(super) fn newest() -> u32 {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    newest.and_then(|version| u32::try_from(version).ok()).unwrap_or(0)
}

/// Brings a file from one version up to another. A version is written in the same transaction as its
/// tables, so a file is never between two versions.
///
/// # Errors
/// When a step fails; then the file is as it was.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    from: u32,
    to: u32,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let missing = i64::from(from) + 1..=i64::from(to);
    for migration in MIGRATIONS.iter().filter(|step| missing.contains(&step.version)) {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *transaction).await?;
        let version = format!("PRAGMA user_version = {}", migration.version);
        sqlx::raw_sql(AssertSqlSafe(version)).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Where the copy of a file goes before it is brought up from a version.
pub(super) fn copy_of(path: &Path, version: u32) -> PathBuf {
    path.with_extension(format!("before-{version}.copy"))
}
