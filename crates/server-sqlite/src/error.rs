//! What SQLite says, in the server's words.

use firebell_server::store::StoreError;

/// SQLite's primary result codes on which we act.
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOTADB: i32 = 26;

/// Sorts an error: worth another try, unreadable, or a defect.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    let text = error.to_string();
    match &error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_) => StoreError::Unavailable(text),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => StoreError::Corrupt(text),
        sqlx::Error::Database(database) => {
            let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
            // The upper bits say more than we need.
            match code & 0xff {
                PERM | BUSY | LOCKED | READONLY | IOERR | FULL | CANTOPEN => {
                    StoreError::Unavailable(text)
                }
                CORRUPT | NOTADB => StoreError::Corrupt(text),
                _ => StoreError::Other(text),
            }
        }
        _ => StoreError::Other(text),
    }
}

/// A stored value that cannot be what it should be.
pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(what.to_owned())
}
