//! Accounts: who may sign in, from which devices.
//!
//! - [`password`]: argon2id, off the async threads, a bounded number at a time;
//! - [`token`]: 256 random bits for a device or an invitation, of which the server keeps a hash;
//! - [`limit`]: how often somebody may try; [`entry`]: new accounts, sign-in, sessions.

pub mod entry;
pub mod limit;
pub mod password;
pub mod token;
