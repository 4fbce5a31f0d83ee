//! State documents on the server (C3): what desktops exchange, who looks at what, and what the log says.
//!
//! - [`copy`]: a document in memory, and what it answers; no I/O, so that a simulation runs the same code;
//! - [`rooms`]: who looks at which document, and telling them;
//! - [`exchange`](exchange::exchange): a desktop gives what it wrote and gets what it lacks;
//! - [`notes`]: "document X is at n", in the log.

pub mod copy;
pub mod exchange;
pub mod notes;
pub mod rooms;
#[cfg(test)]
mod tests;

pub use copy::{Copy, Taken};
pub use rooms::Rooms;
