//! What PostgreSQL says, in the server's words.

use std::{future::Future, time::Duration};

use firebell_server::store::StoreError;

/// The longest that anything but a backup may take. PostgreSQL ends slow statements earlier; this is for
/// a network that swallows the answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// Sorts an error: worth another try, unreadable, or a defect.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    let text = error.to_string();
    match &error {
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => StoreError::Corrupt(text),
        _ if is_gone(&error) => StoreError::Unavailable(text),
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            match &*code {
                // Serialization, deadlock, lock timeout, cancelled by timeout, standby of a failover.
                "40001" | "40P01" | "55P03" | "57014" | "25006" => StoreError::Unavailable(text),
                // A damaged page, a damaged index.
                "XX001" | "XX002" => StoreError::Corrupt(text),
                // Out of memory, disk or connections; an error of the machine below.
                code if code.starts_with("53") || code.starts_with("58") => {
                    StoreError::Unavailable(text)
                }
                _ => StoreError::Other(text),
            }
        }
        _ => StoreError::Other(text),
    }
}

/// Whether the connection is lost, so that another one may do better.
pub(crate) fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            // Connection lost; ended by an administrator, a crash or a start; idle for too long.
            code.starts_with("08") || code.starts_with("57P") || matches!(&*code, "25P03" | "25P04")
        }
        _ => false,
    }
}

/// Waits no longer than is sensible.
pub(crate) async fn bounded<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| silent())?
}

/// The network swallowed an answer.
pub(crate) fn silent() -> StoreError {
    StoreError::Unavailable("the database does not answer".to_owned())
}

/// A stored value that cannot be what it should be.
pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(what.to_owned())
}
