//! `cargo xtask test`: everything, on a machine that has Rust and Node.

use std::time::Duration;

use anyhow::{Result, bail};
use xtask::leftover;
use xtask::package::{self, BUILD, HEADLESS, RUN, TEST};
use xtask::postgres::{Cluster, Durability};
use xtask::program::Program;
use xtask::stage::Stages;

use crate::cargo::{EMBEDDED, cargo};
use crate::{prepare, prove, ui};

/// Crates that are also checked alone, because features that others switch on hide what is missing.
/// The stores and the client are checked alone by `prepare`.
const ALONE: &[&str] = &["firebell-domain", "firebell-protocol", "firebell-server"];

pub(crate) fn run() -> Result<()> {
    leftover::adopt()?;
    let mut stages = Stages::new("test");
    let result = all(&mut stages);
    let left = leftover::sweep();
    result?;
    if !left.is_empty() {
        bail!("left running at the end: {}", left.join(", "));
    }
    stages.finish()
}

fn all(stages: &mut Stages) -> Result<()> {
    stages.run("packages", || package::install(&[BUILD, RUN, HEADLESS, TEST]))?;
    stages.run("format", || cargo("fmt").args(["--all", "--check"]).run())?;
    // First, because the desktop does not compile without ui/dist.
    stages.run("ui build", || {
        ui::install()?;
        ui::build()
    })?;
    stages.run("ui check", || ui::script("check"))?;
    stages.run("ui lint", || ui::script("lint"))?;
    stages.run("ui tests", || ui::script("test"))?;
    stages.run("lints", || {
        cargo("clippy")
            .args(["--workspace", "--all-targets", "--locked"])
            .args(["--features", EMBEDDED, "--features", "xtask/migrate"])
            .args(["--", "-D", "warnings"])
            .run()
    })?;
    stages.run("programs", || prove::build(false))?;
    // From here on nothing builds on what was before.
    stages.attempt("ui in a browser", || ui::script("test:browser"));
    stages.attempt("tests", tests);
    stages.attempt("crates alone", || {
        ALONE.iter().try_for_each(|name| cargo("check").args(["--locked", "-p", name]).run())
    });
    stages.attempt("queries", || prepare::check(&[]));
    if has("deny") {
        stages.attempt("licences", || {
            cargo("deny").args(["check", "bans", "licenses", "sources"]).run()
        });
    } else {
        println!("\n== licences: not asked, cargo-deny is not installed");
    }
    prove::each(stages, &[], false)
}

/// All tests of all crates; those of the stores find a PostgreSQL at hand.
fn tests() -> Result<()> {
    // As real ones are, because a doctor that is tested calls any other one ill.
    let cluster = Cluster::start(Durability::Full)?;
    let all = ["--workspace", "--locked", "--features", EMBEDDED];
    let tests = if has("nextest") {
        cargo("nextest").args(["run", "--config-file", "xtask/nextest.toml"]).args(all)
    } else {
        cargo("test").arg("--quiet").args(all).arg("--tests")
    };
    tests
        .env("FIREBELL_TEST_POSTGRES", cluster.url("postgres"))
        .limit(Duration::from_secs(2_400))
        .run()?;
    // nextest knows nothing of examples in documentation; these two crates may have some.
    cargo("test")
        .args(["--quiet", "--doc", "-p", "firebell-domain", "-p", "firebell-protocol"])
        .run()
}

/// Whether a Cargo command is installed.
fn has(command: &str) -> bool {
    Program::new("cargo").args([command, "--version"]).answers()
}
