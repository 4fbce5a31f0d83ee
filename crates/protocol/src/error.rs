//! One shape for everything that can go wrong, over IPC and HTTP alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A failure as a window sees it: a code to act on, never a text to match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiError {
    /// What went wrong; the UI's one table turns it into words and an action.
    pub code: ErrorCode,
    /// English, for logs and for people who read them. Never shown to a user.
    pub message: String,
    /// Values for the words of the code (`key`, `by`, `at` …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// Which fields of a form are wrong and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

/// One wrong field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldError {
    /// The field's name in the command's arguments.
    pub field: String,
    /// Fluent message id of the objection (`error-summary-empty`, `error-end-before-start` …).
    pub message_id: String,
}

/// Codes on which the UI acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// One or more fields are wrong; see `fields`.
    Invalid,
    /// The thing does not exist, or this person may not see it (the two are not told apart).
    NotFound,
    /// The rules refuse it as things stand (`args.refusal` names the rule).
    Refused,
    /// Somebody changed the same field meanwhile (`args.by`, `args.at`, `args.now`).
    Conflict,
    /// Nobody is signed in on this desktop.
    SignedOut,
    /// Name or password is wrong.
    WrongPassword,
    /// This device's access was ended.
    Revoked,
    /// Program and server do not speak the same protocol version.
    ProtocolVersion,
    /// Larger than the wire allows.
    TooLarge,
    /// The server cannot be reached; `retryable`.
    Offline,
    /// Too many attempts; try later.
    TooMany,
    /// The keychain of the operating system is not available; ask for consent to keep a file.
    NoKeychain,
    /// The data file cannot be read (`args.path`, `args.why`).
    StoreUnreadable,
    /// The data file was written by a newer Firebell (`args.path`).
    StoreNewer,
    /// The disk is full or refused the write; what was typed is kept in the window.
    NotSaved,
    /// A defect of ours; details are in the log.
    Internal,
}

impl ApiError {
    /// An error of a code, with words for the log.
    #[must_use]
    pub fn of(code: ErrorCode, message: impl Into<String>) -> Self {
        let retryable =
            matches!(code, ErrorCode::Offline | ErrorCode::TooMany | ErrorCode::NotSaved);
        Self { code, message: message.into(), args: BTreeMap::new(), fields: Vec::new(), retryable }
    }

    /// The same with a value for its words.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// One wrong field of a form.
    #[must_use]
    pub fn field(field: &str, message_id: &str) -> Self {
        let mut error = Self::of(ErrorCode::Invalid, format!("{field}: {message_id}"));
        error
            .fields
            .push(FieldError { field: field.to_owned(), message_id: message_id.to_owned() });
        error
    }

    /// Arguments that do not fit a command: a defect of the caller.
    #[must_use]
    pub fn bad_arguments(error: serde_json::Error) -> Self {
        Self::of(ErrorCode::Invalid, format!("arguments do not fit: {error}"))
    }

    /// A defect of ours; `error` goes to the log, not to a window.
    #[must_use]
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::of(ErrorCode::Internal, error.to_string())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
