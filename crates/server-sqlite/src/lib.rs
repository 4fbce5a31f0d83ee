//! The server's record in one SQLite file: the store for a server without a database of its own, and
//! for a desktop that runs alone.
//!
//! WAL and `synchronous=FULL`, read back at the start: what was answered survives a power cut. One
//! writer connection is the append lock; readers have connections of their own.

mod access;
mod accounts;
mod append;
mod clock;
mod documents;
mod error;
mod jobs;
mod meta;
mod open;
mod record;
mod store;

pub use open::SqliteStore;
