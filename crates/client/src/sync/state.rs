//! What a window is told about the conversation.

use crate::api::ApiError;

/// How the conversation stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The server runs inside this process.
    pub solo: bool,
    /// Connected now.
    pub online: bool,
    /// Since when not, in milliseconds since 1970.
    pub offline_since: Option<i64>,
    /// Last word from the server.
    pub last_synced: Option<i64>,
    /// Why the server refuses this desktop altogether.
    pub blocked: Option<ApiError>,
    /// Keys left in reserve.
    pub keys_left: u32,
    /// Milliseconds that this computer's clock is ahead of the server's.
    pub clock_skew: i64,
    /// The record does not extend what this desktop has seen.
    pub chain_broken: bool,
    /// Why rings could not be shown.
    pub cannot_ring: Option<String>,
    /// First sync: how far in percent; none when done.
    pub first_sync: Option<u8>,
}
