//! What can go wrong with a store.

use std::path::PathBuf;

use firebell_domain::decide::Refusal;

use crate::{
    api::{ApiError, ErrorCode},
    replica::ApplyError,
};

/// What can go wrong with a store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be read as a Firebell database. It was not touched.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file was written by a newer Firebell. It was not touched.
    #[error("{} was written by a newer Firebell", path.display())]
    Newer {
        /// Which.
        path: PathBuf,
    },
    /// Another instance of the program has the file open.
    #[error("{} is open in another instance", path.display())]
    Locked {
        /// Which.
        path: PathBuf,
    },
    /// The disk is full or refuses to write, or another program holds the file. Nothing was changed.
    #[error("not saved: {0}")]
    NotSaved(String),
    /// SQLite found the file damaged: it must not be written to any more.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// What is stored is not what was expected.
    #[error("the file holds something unreadable: {0}")]
    Corrupt(String),
    /// The rules refuse it as things stand here.
    #[error("refused: {0:?}")]
    Refused(Box<Refusal>),
    /// Rows do not fit.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else.
    #[error("the database refused: {0}")]
    Other(String),
}

/// Primary result codes of SQLite, see <https://www.sqlite.org/rescode.html>.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const NOTADB: i32 = 26;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        if let sqlx::Error::Database(database) = &error {
            let primary =
                database.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
            return match primary {
                Some(code::BUSY | code::READONLY | code::IOERR | code::FULL | code::CANTOPEN) => {
                    Self::NotSaved(text)
                }
                Some(code::CORRUPT | code::NOTADB) => Self::Damaged(text),
                _ => Self::Other(text),
            };
        }
        match error {
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(text),
            sqlx::Error::Io(_) => Self::NotSaved(text),
            _ => Self::Other(text),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Unreadable { path, why } => {
                ApiError::of(ErrorCode::StoreUnreadable, message)
                    .with("path", path.display().to_string())
                    .with("why", why)
            }
            StoreError::Newer { path } => ApiError::of(ErrorCode::StoreNewer, message)
                .with("path", path.display().to_string()),
            StoreError::Locked { path } => ApiError::of(ErrorCode::StoreUnreadable, message)
                .with("path", path.display().to_string())
                .with("why", "it is open in another window"),
            StoreError::Corrupt(why) | StoreError::Damaged(why) => {
                ApiError::of(ErrorCode::StoreUnreadable, message).with("why", why)
            }
            StoreError::NotSaved(_) => ApiError::of(ErrorCode::NotSaved, message),
            StoreError::Refused(refusal) => crate::outbox::refusal_error(&refusal),
            StoreError::Apply(_) | StoreError::Other(_) => ApiError::internal(message),
            StoreError::Closed => ApiError::of(ErrorCode::SignedOut, message),
        }
    }
}
