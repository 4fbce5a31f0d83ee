//! The store on a real PostgreSQL.

mod conformance;
mod ground;
mod nodes;
mod opening;
