//! A workspace on this computer: one SQLite file, one writer, several readers.
//!
//! WAL with `synchronous=FULL`, read back at start: what was answered "saved" survives the death of the
//! program and of the power. All writes go through one task that takes whatever has arrived into one
//! transaction and answers after the commit; what changed is announced after the commit too.

mod directory;
mod document;
mod error;
mod examine;
mod execute;
mod file;
mod forget;
mod history;
mod identity;
mod life;
mod load;
mod migrate;
mod open;
mod outbox;
mod projection;
mod read;
mod receive;
mod save;
mod snapshot;
mod state;
mod verbatim;
mod writer;

pub use directory::Directory;
pub use document::Parts as DocumentParts;
pub use error::StoreError;
pub use history::MissingHistory;
pub use identity::{Identity, change_id, entity_id, set_id};
pub use open::{Opened, Store};
pub use snapshot::Progress;
pub use state::SyncStart;
pub use writer::{Changed, Writing};

pub(crate) use file::{Sniffed, sniff, wal_of};
pub(crate) use identity::blob;

#[cfg(test)]
mod tests;
