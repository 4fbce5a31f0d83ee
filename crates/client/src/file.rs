//! Pictures and other files of timeline entries on this desktop (T1).
//!
//! Bytes lie by hash in a folder beside the database and are there before the entry that names them is
//! written. They go to the server in the background once the entry was accepted, and go on where they
//! stopped; what others pasted comes when an open incident needs it, the rest when somebody looks. A
//! window never gets the bytes that somebody sent: pictures are drawn anew here ([`picture`]), and
//! everything else can only be saved.

mod carry;
mod fetch;
pub(crate) mod picture;
mod send;
mod shelf;
#[cfg(test)]
mod tests;

pub(crate) use carry::run;
pub(crate) use send::not_saved;
pub(crate) use shelf::{Shelf, Spot, forget, spot};
