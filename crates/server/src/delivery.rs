//! Telling desktops what happened.
//!
//! - [`tailer`]: one loop for each process reads the log in order, its own rows included, and hands
//!   them on; nothing else sends rows;
//! - [`batch`]: rows that travel together, encoded once for all who see the same of them;
//! - [`line`]: the bounded queue in front of one connection, urgent frames ahead of rows; [`hub`]: all
//!   lines of this process;
//! - [`sight`]: who may see which incident now; [`access`]: `Forget` and `Backfill`;
//! - [`rings`]: `Ring` frames, from rows and for what still stands.

pub mod access;
pub mod batch;
pub mod hub;
pub mod line;
pub mod rings;
pub mod sight;
pub mod tailer;
