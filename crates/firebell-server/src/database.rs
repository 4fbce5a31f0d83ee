//! From an address to a store.

use std::sync::Arc;

use firebell_server::store::{SharedStore, StoreError};
use firebell_server_postgres::PostgresStore;
use firebell_server_sqlite::SqliteStore;

/// Opens the database, and brings its schema up to this version.
///
/// # Errors
/// [`StoreError`]; what a newer version wrote is left untouched.
pub(crate) async fn open(url: &str) -> Result<SharedStore, StoreError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Arc::new(PostgresStore::open(url).await?));
    }
    Ok(Arc::new(SqliteStore::open(url).await?))
}
