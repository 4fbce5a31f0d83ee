//! The client over loopback HTTP, so that the UI runs in a plain browser: for work on the UI, and for the
//! proofs that look at it with a browser's tools.
//!
//! It is one more host of `firebell-client`, beside the desktop shell: commands by `POST /api/{command}`,
//! events by `GET /events`, the built UI as files. What needs a window or an operating system (tray,
//! notifications, keychain) it records or says that it cannot do.
//!
//! Loopback is not private: every page in the browser can send requests here, and every program on the
//! computer can. [`guard`] says what is refused and what is not protected against. This is a tool for
//! developers; nothing that ships listens on a socket.

mod args;
mod failure;
pub mod guard;
mod host;
mod routes;
mod shell;

pub use args::Args;
pub use host::BrowserHost;
pub use routes::{Devhost, POLICY, router};
