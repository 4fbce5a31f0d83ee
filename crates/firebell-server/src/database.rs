//! From an address to a store.

use std::{path::PathBuf, sync::Arc};

use firebell_server::store::{SharedStore, Standing, StoreError};
use firebell_server_postgres::PostgresStore;
use firebell_server_sqlite::SqliteStore;

use crate::{channels::secret_beside, files::files_beside, marker::Marker};

/// An open database.
pub(crate) struct Database {
    /// Its record.
    pub(crate) store: SharedStore,
    /// Where it is noted how far the record got; only for a file, which is easily put back.
    pub(crate) marker: Option<Marker>,
    /// Where its server's secret is, unless another place is given; only for a file, for the same reason
    /// that nodes on PostgreSQL have to be given one: each has a folder of its own.
    pub(crate) secret: Option<PathBuf>,
    /// Where files are, unless another place is given; only for a file, for the same reason.
    pub(crate) files: Option<PathBuf>,
}

/// Opens the database, makes it if there is none, and brings its schema up to this version.
///
/// # Errors
/// [`StoreError`]; what a newer version wrote is left untouched.
pub(crate) async fn open(url: &str) -> Result<Database, StoreError> {
    if is_postgres(url) {
        let store = Arc::new(PostgresStore::open(url).await?);
        return Ok(Database { store, marker: None, secret: None, files: None });
    }
    let store = Arc::new(SqliteStore::open(url).await?);
    let marker = Some(Marker::beside(store.file()));
    let secret = Some(secret_beside(store.file()));
    let files = Some(files_beside(store.file()));
    Ok(Database { store, marker, secret, files })
}

/// Opens a database that is there and has this version's schema: who looks at a database, or mistypes
/// its address, must not make or change one.
///
/// # Errors
/// In words, with what to do.
pub(crate) async fn open_existing(url: &str) -> Result<Database, String> {
    let standing = if is_postgres(url) {
        PostgresStore::standing(url).await
    } else {
        SqliteStore::standing(url).await
    };
    match standing.map_err(|error| error.to_string())? {
        Standing::Current => open(url).await.map_err(|error| error.to_string()),
        Standing::Nothing => {
            Err("there is no record in this database; `firebell-server migrate` makes one".into())
        }
        Standing::Older => {
            Err("this database is of an older version; back it up as it is, then run \
                 `firebell-server migrate`"
                .into())
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
