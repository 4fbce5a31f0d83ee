//! Appending: the one place where the record grows.
//!
//! [`batch`] decides a batch in memory and says what to write; it does no I/O, so the real server and
//! a simulation run the same code. [`Appender`] drives it: everything that arrived while the last
//! commit was in flight is the next batch.

pub mod batch;
mod directory;
mod driver;
mod own;
pub(crate) mod quiet;
mod request;
mod ring;
#[cfg(test)]
mod tests;

pub use batch::{Decided, Loaded, Needs, decide_batch, further, needs};
pub use directory::Directory;
pub use driver::Appender;
pub use own::Own;
pub use quiet::{Asked, Told};
pub use request::{Request, Work};
pub use ring::{RingCall, ring};

use firebell_domain::id::EntityId;

use crate::store::AccessChange;

/// What a commit of this node did, for everybody who has to act on it. Rows themselves come from the
/// log, never from here.
#[derive(Debug, Clone, Default)]
pub struct AppendEvent {
    /// Last row of the log after it.
    pub seq: u64,
    /// Rings to send now, ahead of rows.
    pub rings: Vec<RingCall>,
    /// Pages that were answered or ended, or whose step changed.
    pub pages_changed: Vec<EntityId>,
    /// Who gained or lost sight of what.
    pub access: Vec<AccessChange>,
    /// Whether jobs were written, so that who waits for the next one should look again.
    pub jobs_changed: bool,
}
