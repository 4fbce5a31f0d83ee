//! What a desktop does with changes and rows, without input or output: the same functions drive the
//! SQLite store and [`MemoryReplica`], with which thousands of desktops are simulated.
//!
//! A function takes the [`Slice`] of the record that it touches and answers with [`Writes`]: data that
//! the store turns into one transaction. Confirmed entities pass through `domain::outcome::fold` alone;
//! what is shown is the confirmed entity with the outcomes of unsent sets folded on top, in the order
//! of their numbers. So in whatever order and however often rows arrive, all replicas end equal.

mod after;
mod answer;
mod execute;
mod forget;
mod memory;
mod plan;
mod reapply;
mod rows;
mod set;
mod slice;
mod snapshot;

pub use answer::{answer, withdraw};
pub use execute::{Executed, Who, execute};
pub use forget::{forget, scrub};
pub use memory::MemoryReplica;
pub use plan::{Push, Waiting, plan};
pub use reapply::reapply;
pub use rows::{ApplyError, Batch, LogRow, Place, apply_rows, verify};
pub use set::{Line, OutboxSet, RefusedSet};
pub use slice::{Notice, Shown, Slice, Writes};
pub use snapshot::{Restored, apply_snapshot, offer, restore};

#[cfg(test)]
mod tests;
