//! The database's clock: `firebell_now()`, the same for all nodes.

use std::path::PathBuf;

use firebell_domain::time::Timestamp;
use firebell_server::store::StoreError;
use sqlx::PgPool;

use crate::error::failed;

/// Names a file with signed milliseconds that are added to the clock: tests push time instead of
/// sleeping.
const OFFSET_FILE: &str = "FIREBELL_CLOCK_OFFSET_FILE";

/// Keeps the database's offset in step with tests' file. Without the file it does nothing.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    offset_file: Option<PathBuf>,
}

impl Clock {
    /// Reads once whether there is an offset file.
    pub(crate) fn new() -> Self {
        Self { offset_file: std::env::var_os(OFFSET_FILE).map(PathBuf::from) }
    }

    /// Now.
    pub(crate) async fn now(&self, pool: &PgPool) -> Result<Timestamp, StoreError> {
        self.keep(pool).await?;
        let now = sqlx::query_scalar!(r#"SELECT firebell_now() AS "now!""#).fetch_one(pool).await;
        now.map(Timestamp).map_err(failed)
    }

    /// Before anything that asks the database for the time. Never under the append lock.
    pub(crate) async fn keep(&self, pool: &PgPool) -> Result<(), StoreError> {
        let text = self.offset_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        // A file that is being written is empty for a moment; what it said before goes on.
        let Some(ms) = text.and_then(|text| text.trim().parse::<i64>().ok()) else {
            return Ok(());
        };
        sqlx::query!("UPDATE clock_offset SET ms = $1 WHERE ms <> $1", ms)
            .execute(pool)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
