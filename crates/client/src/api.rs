//! What a window may ask of the client: the names, arguments and answers of every command and query.
//!
//! The shell (`src-tauri`) and `devhost` both expose exactly these. TypeScript gets the same types,
//! generated into `ui/src/host/generated/`; a test regenerates them and fails when they differ.
//!
//! Conventions
//! - Ids are UUIDs as strings, times are milliseconds since 1970 UTC (`i64`, a `number` in TypeScript).
//! - A command answers with the view it changed or a small receipt; a failure is an [`ApiError`].
//! - `seen` is the stamp of the field that the author was looking at when they changed it (the view
//!   carries stamps), so that two people who change the same field are told, not overwritten.

pub mod directory;
pub mod document;
pub mod file;
pub mod incident;
pub mod intake;
pub mod on_call;
pub mod page;
pub mod queue;
pub mod readiness;
pub mod role;
pub mod session;
pub mod sync;
pub mod table;
pub mod timeline;
#[cfg(test)]
mod typescript;

pub use firebell_protocol::error::{ApiError, ErrorCode, FieldError};
