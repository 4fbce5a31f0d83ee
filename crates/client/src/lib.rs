//! A Firebell desktop without a window: its SQLite, outbox, search, sync and session.
//!
//! What a newcomer looks for:
//! - [`api`]: what a window may ask; [`host`]: what a window must be able to do; [`Client`]: the handle;
//! - [`replica`]: what happens to changes and rows, pure; [`store`]: the same on SQLite;
//! - [`sync`]: the conversation with a server, pure, and its driver; [`transport`]: streams to it;
//! - `session`: who is signed in where; `ring`: pages that ring, `wake`: after the
//!   computer slept, `walk`: the way of a test page; `queue`, `swap`: what people are told of by a notice; `file`: pictures and files; `bad_file`: files that cannot be used.

pub mod api;
mod bad_file;
mod client;
mod commands;
mod file;
pub mod host;
mod mention;
mod outbox;
mod queue;
pub mod replica;
mod ring;
mod sample;
mod search;
mod session;
pub mod store;
mod swap;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod transport;
mod views;
mod wake;
mod walk;
pub mod words;

pub use client::{Client, Setup};
pub use session::{SoloBackend, SoloServer};
pub use store::Directory;
