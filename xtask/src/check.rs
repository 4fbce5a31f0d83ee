//! `cargo xtask check`: seconds, for the loop while working.

use anyhow::Result;
use xtask::stage::Stages;

use crate::cargo::cargo;
use crate::ui;

/// The rules, the wire and the desktop without a window: where most changes are.
const CRATES: &[&str] =
    &["-p", "firebell-domain", "-p", "firebell-protocol", "-p", "firebell-client"];

pub(crate) fn run() -> Result<()> {
    let mut stages = Stages::new("check");
    stages.run("format", || cargo("fmt").args(["--all", "--check"]).run())?;
    stages.run("lints", || {
        cargo("clippy").args(CRATES).args(["--all-targets", "--", "-D", "warnings"]).run()
    })?;
    stages.run("tests", || cargo("test").arg("--quiet").args(CRATES).arg("--lib").run())?;
    stages.run("ui", || {
        ui::install()?;
        ui::script("check")?;
        ui::script("lint")
    })?;
    stages.finish()
}
