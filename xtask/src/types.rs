//! `cargo xtask types`: what crosses to the UI, written once, from Rust.

use anyhow::Result;

use crate::cargo::cargo;

/// The tests whose names hold this word write the types, or fail on drift.
const TESTS: &str = "typescript";

pub(crate) fn run() -> Result<()> {
    cargo("test")
        .args(["-p", "firebell-client", TESTS, "--", "--nocapture"])
        .env("FIREBELL_WRITE_TYPES", "1")
        .run()
}
