//! The server as desktops and browsers meet it: HTTP without a network, real WebSockets on loopback.

pub(crate) mod desk;
pub(crate) mod world;

mod access;
mod acknowledge;
mod audit;
mod delivery;
mod files;
mod http;
mod intake;
mod paging;
mod readiness;
mod sessions;
mod sync;
