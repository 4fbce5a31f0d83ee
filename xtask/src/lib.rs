//! What building and proving Firebell asks of a machine: other programs with a time limit, Debian
//! packages, a throw-away PostgreSQL.
//!
//! The commands themselves are in the binary; the harness of `tests` uses this library too, so that
//! there is one way to start and to end another program.

pub mod leftover;
pub mod package;
pub mod postgres;
pub mod program;
pub mod stage;
pub mod workspace;
