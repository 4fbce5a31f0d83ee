//! The conversation with a server. [`Engine`] is a state machine without input or output: frames,
//! answers and time go in, effects come out as data. [`Driver`] carries them out, one after the other.

mod driver;
mod effect;
mod engine;
mod fetch;
mod link;
mod push;
mod rows;
mod state;

pub(crate) use driver::{Driver, Parts};
pub use effect::{Effect, Input};
pub use engine::Engine;
pub use fetch::{Fetch, Fetched};
pub use link::Now;
pub use state::SyncState;

#[cfg(test)]
mod tests;
