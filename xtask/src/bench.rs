//! `cargo xtask bench`: the figures of speed.

use anyhow::Result;

use crate::prove;

/// The proof that measures; its figures are ratios taken in one run, see `docs/architecture.md`.
const PROOF: &str = "bench-spine";

pub(crate) fn run() -> Result<()> {
    prove::run(&[PROOF.to_owned()], true)
}
