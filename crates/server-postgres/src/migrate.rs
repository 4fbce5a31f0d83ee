//! The schema: made when there is none, brought up to date when it is older, left as it is when it is
//! newer.

use std::time::Duration;

use firebell_server::store::StoreError;
use sqlx::{
    PgPool,
    migrate::{Migrate, MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::error::failed;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Brings the schema up to date, on a connection without the limits of daily work. Nodes that start at
/// the same time wait for each other.
pub(crate) async fn migrate(options: PgConnectOptions) -> Result<(), StoreError> {
    let one = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
    let db = one.connect_with(options).await.map_err(failed)?;
    // The role of a node may read the schema's version but not change the schema.
    if !is_current(&db).await? {
        MIGRATIONS.run(&db).await.map_err(refused)?;
    }
    db.close().await;
    Ok(())
}

/// Which schema this program brings.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

async fn is_current(db: &PgPool) -> Result<bool, StoreError> {
    let known =
        sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "known!""#)
            .fetch_one(db)
            .await
            .map_err(failed)?;
    if !known {
        return Ok(false);
    }
    let mut db = db.acquire().await.map_err(failed)?;
    let applied = db.list_applied_migrations("_sqlx_migrations").await.map_err(refused)?;
    if let Some(version) = applied.iter().map(|one| one.version).max().filter(|v| *v > newest()) {
        return Err(newer(version));
    }
    let is_applied = |version| applied.iter().any(|one| one.version == version);
    Ok(MIGRATIONS.iter().all(|migration| is_applied(migration.version)))
}

fn newer(version: i64) -> StoreError {
    StoreError::Newer(format!(
        "the database has schema {version}, this program knows up to {}",
        newest()
    ))
}

fn refused(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => failed(error),
        MigrateError::ExecuteMigration(error, version) => match failed(error) {
            StoreError::Other(text) => StoreError::Other(format!("migration {version}: {text}")),
            other => other,
        },
        MigrateError::VersionMissing(version) => newer(version),
        other => StoreError::Corrupt(other.to_string()),
    }
}
