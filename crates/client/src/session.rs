//! Who is signed in where: workspaces on this computer, their tokens, first start.

mod desktop;
mod enter;
mod secret;
mod solo;

pub(crate) use desktop::{DesktopFile, Remembered};
#[cfg(test)]
pub(crate) use secret::Kept;
pub(crate) use secret::{Secret, write_private};
pub use solo::{SoloBackend, SoloServer};

#[cfg(test)]
mod tests;
