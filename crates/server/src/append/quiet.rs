//! One message a minute for each address, whichever server sends it.
//!
//! Who was told of something is a job of the database that does nothing but stand there until people may
//! be told of something else. Asking and marking is one step under the append lock, so of two servers
//! that ask at the same time one is told to wait.

use firebell_domain::{
    id::{EntityId, WorkspaceId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::store::ClaimedJob;

/// After a message to somebody by a channel, the next one to them waits so long: what comes meanwhile goes
/// together. A storm of incidents is two messages, not hundreds; the desktop rings for each all the same.
pub(crate) const QUIET_SECS: i64 = 60;
/// How long the mark stands while a message is under way: as long as the leases of its jobs, so that what
/// a server that died had begun goes again at once when they end.
const BEGUN_SECS: i64 = 10;

/// Deliveries that want to go to one address now.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The mark of the address, see [`mark`].
    pub mark: Uuid,
    /// Their jobs: where they may not go yet, these are due when they may.
    pub jobs: Vec<ClaimedJob>,
}

/// What became of a message that was let go.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// The mark of the address.
    pub mark: Uuid,
    /// When it was let go.
    pub begun_at: Timestamp,
    /// Whether it went. One that did not leaves nobody in peace.
    pub went: bool,
    /// For how long nothing else goes there, if it went.
    pub for_secs: i64,
}

impl Told {
    /// Where the mark stood that this message made.
    pub(super) fn begun_until(&self) -> Timestamp {
        begun_until(self.begun_at)
    }

    /// Until when nothing else goes there.
    pub(super) fn until(&self) -> Timestamp {
        self.begun_at.plus_secs(self.for_secs)
    }
}

/// Until when the mark of a message that begins now stands.
pub(super) fn begun_until(now: Timestamp) -> Timestamp {
    now.plus_secs(BEGUN_SECS)
}

/// The mark of an address: one job for all servers.
#[must_use]
pub(crate) fn mark(workspace: WorkspaceId, address: &str) -> Uuid {
    EntityId(workspace.0).derived(&format!("quiet:{address}")).0
}
