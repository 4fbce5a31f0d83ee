//! The shared server of Firebell, above a narrow store trait. It orders everybody's changes, pages
//! people, and tells every desktop what happened.

pub mod accounts;
mod api;
pub mod append;
pub mod audit;
pub mod beat;
pub mod channel;
pub mod clock;
#[cfg(any(feature = "conformance", test))]
pub mod conformance;
pub mod delivery;
pub mod documents;
pub mod files;
pub mod intake;
mod markup;
#[cfg(any(feature = "memory", test))]
pub mod memory;
pub mod metrics;
pub mod node;
mod paging;
pub mod presence;
mod readiness;
mod revocation;
mod server;
mod socket;
pub mod solo;
pub mod store;
#[cfg(test)]
mod tests;

pub use firebell_protocol::error;
pub use node::Options;
pub use server::Server;
