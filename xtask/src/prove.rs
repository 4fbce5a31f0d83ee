//! `cargo xtask prove`: whole-program proofs, built, run one by one, and swept up after.

use std::time::Duration;

use anyhow::{Result, bail};
use xtask::leftover;
use xtask::package::{self, BUILD, HEADLESS, RUN, TEST};
use xtask::program::Program;
use xtask::stage::Stages;
use xtask::workspace;

use crate::cargo::{EMBEDDED, cargo};
use crate::ui;

/// The packages whose programs the proofs start.
const PROGRAMS: &[&str] =
    &["firebell-tests", "firebell-server-cli", "firebell-desktop", "firebell-devhost"];

pub(crate) fn list() -> Result<()> {
    // With what a proof needs as well: the next command is one that runs some.
    build(false)?;
    prove(false)?.arg("--list").run()
}

pub(crate) fn run(names: &[String], release: bool) -> Result<()> {
    let mut stages = Stages::new("prove");
    stages.run("packages", || package::install(&[BUILD, RUN, HEADLESS, TEST]))?;
    stages.run("ui", || {
        ui::install()?;
        ui::build()
    })?;
    stages.run("programs", || build(release))?;
    each(&mut stages, names, release)?;
    stages.finish()
}

/// Builds the proofs and the programs that they start.
pub(crate) fn build(release: bool) -> Result<()> {
    let packages = PROGRAMS.iter().flat_map(|name| ["-p", name]);
    let profile = release.then_some("--release");
    cargo("build").args(packages).args(["--features", EMBEDDED]).args(profile).run()
}

/// Runs the proofs named, or all; the programs are built already.
pub(crate) fn each(stages: &mut Stages, names: &[String], release: bool) -> Result<()> {
    let all = if names.is_empty() { known(release)? } else { names.to_vec() };
    for name in &all {
        stages.attempt(&format!("proof {name}"), || one(name, release));
    }
    Ok(())
}

/// Takes the desktop through an incident on a virtual display; the programs are built already.
pub(crate) fn tour() -> Result<()> {
    swept(|| prove(false)?.arg("tour").limit(Duration::from_secs(600)).run())
}

fn known(release: bool) -> Result<Vec<String>> {
    let names = prove(release)?.args(["--list", "--names"]).capture()?;
    Ok(names.lines().map(str::to_owned).collect())
}

fn one(name: &str, release: bool) -> Result<()> {
    let limit = if release { 24 * 3_600 } else { 900 };
    let size = release.then_some("--release");
    swept(|| prove(release)?.arg(name).args(size).limit(Duration::from_secs(limit)).run_quoting())
}

/// Runs something, then ends what it left running; that it left something is a failure too.
fn swept(body: impl FnOnce() -> Result<()>) -> Result<()> {
    leftover::adopt()?;
    let result = body();
    let left = leftover::sweep();
    result?;
    if !left.is_empty() {
        bail!("it left running: {}", left.join(", "));
    }
    Ok(())
}

fn prove(release: bool) -> Result<Program> {
    Ok(Program::new(workspace::built("firebell-prove", release)?).dir(workspace::root()))
}
