//! What crosses Firebell's wire, and nothing about how either side stores it.
//!
//! - [`frame`]: frames of the WebSocket, both ways; [`http`]: bodies of the HTTP API;
//! - [`document`]: what state documents exchange;
//! - [`row`]: rows of the log as they are hashed, stored and sent;
//! - [`error`]: codes on which programs act.
//!
//! Sizes are bounded here, once, for both sides.

pub mod document;
pub mod error;
pub mod frame;
pub mod http;
pub mod row;

/// The version that this program speaks.
pub const VERSION: u32 = 1;
/// The oldest version that it still understands.
pub const OLDEST_VERSION: u32 = 1;
/// The largest frame and HTTP body in bytes: 100 changes with the longest texts fit.
pub const MAX_FRAME: usize = 8 * 1024 * 1024;
/// The most change sets in one push.
pub const MAX_PUSH: usize = 200;
/// The most rows in one page of the log; a page never splits a change set.
pub const MAX_ROWS: usize = 2_000;
/// Keys that a desktop keeps in reserve (D6).
pub const KEY_RESERVE: u32 = 20;
/// The most keys granted at once.
pub const MAX_KEYS: u32 = 100;
/// A side that heard nothing for so long pings; after twice as long the connection counts as dead.
pub const HEARTBEAT_SECS: u64 = 10;
