//! The record as it was, folded from the log: who changed a line, what was known at a moment, what lasted.

mod entry;
mod log;
mod moment;
mod picture;

pub(crate) use entry::entry;
pub(crate) use moment::moment;
pub(crate) use picture::picture;
