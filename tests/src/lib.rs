//! Whole programs of Firebell under test.
//!
//! - [`harness`] starts the real parts: displays, buses, notification daemons, databases, servers,
//!   windows, browsers, and ends them again;
//! - [`proof`] says what a proof is, [`proofs`] lists them, one file each;
//! - [`tour`] takes the desktop through one incident and takes a picture of each step,
//!   [`screens`] takes those that `docs/` shows.
//!
//! Nothing here sleeps: it waits for a condition, with a bound, and says what it waited for.

pub mod harness;
pub mod proof;
pub mod proofs;
pub mod screens;
pub mod tour;
