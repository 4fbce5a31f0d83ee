//! The schema: made when there is none, brought up to date when it is older, left as it is when it is
//! newer.

use std::time::Duration;

use firebell_server::store::{Standing, StoreError};
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
    let applied = applied(db).await?;
    Ok(MIGRATIONS.iter().all(|migration| applied.contains(&migration.version)))
}

/// What stands in a database; nothing is done to it.
pub(crate) async fn standing(db: &PgPool) -> Result<Standing, StoreError> {
    if applied(db).await?.is_empty() {
        return Ok(Standing::Nothing);
    }
    if !is_current(db).await? {
        return Ok(Standing::Older);
    }
    // A schema that no node has served yet.
    let begun: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM meta)")
        .fetch_one(db)
        .await
        .map_err(failed)?;
    Ok(if begun { Standing::Current } else { Standing::Nothing })
}

/// The migrations that ran.
async fn applied(db: &PgPool) -> Result<Vec<i64>, StoreError> {
    let known =
        sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "known!""#)
            .fetch_one(db)
            .await
            .map_err(failed)?;
    if !known {
        return Ok(Vec::new());
    }
    let mut db = db.acquire().await.map_err(failed)?;
    let applied = db.list_applied_migrations("_sqlx_migrations").await.map_err(refused)?;
    let applied: Vec<i64> = applied.iter().map(|one| one.version).collect();
    match applied.iter().max() {
        Some(version) if *version > newest() => Err(newer(*version)),
        _ => Ok(applied),
    }
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
