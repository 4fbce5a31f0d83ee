//! Cargo, with the features that every command shares.

use std::time::Duration;

use xtask::program::Program;
use xtask::workspace;

/// The desktop embeds the UI, in every command alike: other features would compile everything anew.
pub(crate) const EMBEDDED: &str = "firebell-desktop/custom-protocol";

/// Cargo in this repository, with queries checked against each crate's `.sqlx`.
pub(crate) fn cargo(command: &str) -> Program {
    // Set while we run under `cargo xtask`: the same Cargo as the one that started us.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Program::new(cargo)
        .arg(command)
        .dir(workspace::root())
        .env("SQLX_OFFLINE", "true")
        .limit(Duration::from_secs(3_600))
}
