//! The server's record in PostgreSQL: the store for several nodes behind a load balancer.
//!
//! A node has one connection for appends, which holds the workspace's advisory lock from
//! [`begin`](firebell_server::store::Store::begin) to the commit, two for jobs, two for hints, and a few
//! for everything else. They are sessions with settings of their own, so a pooler between node and
//! database must not share them between transactions.

mod access;
mod accounts;
mod append;
mod backup;
mod check;
mod clock;
mod documents;
mod entities;
mod error;
mod hints;
mod jobs;
mod keys;
mod log;
mod meta;
mod migrate;
mod open;
mod pen;
mod store;

pub use open::PostgresStore;
