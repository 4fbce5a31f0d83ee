//! `cargo xtask bench`: the figures of speed.

use anyhow::Result;

use crate::prove;

/// The proof that measures: each figure is a ratio to the raw limit of the same machine, taken in the same
/// run, and held to its goal. `tests/src/proofs/bench_spine.rs` says what is compared with what.
const PROOF: &str = "bench-spine";

pub(crate) fn run() -> Result<()> {
    prove::run(&[PROOF.to_owned()], true)
}
