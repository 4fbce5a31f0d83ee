//! `cargo xtask package`: what is handed to others.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use xtask::package::{self, BUILD, RUN};
use xtask::program::Program;
use xtask::stage::Stages;
use xtask::workspace;

use crate::cargo::cargo;
use crate::ui;

pub(crate) fn run() -> Result<()> {
    let mut stages = Stages::new("package");
    let to = workspace::target()?.join("package");
    fs::create_dir_all(&to)?;
    stages.run("packages", || package::install(&[BUILD, RUN]))?;
    stages.run("ui", || {
        ui::install()?;
        ui::build()
    })?;
    stages.run("desktop", || {
        Program::new(workspace::path("ui/node_modules/.bin/tauri"))
            .args(["build", "--bundles", "deb"])
            .dir(workspace::root())
            .env("SQLX_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", workspace::target()?)
            .limit(Duration::from_secs(7_200))
            .run()?;
        let made = workspace::target()?.join("release/bundle/deb");
        for entry in fs::read_dir(&made).with_context(|| made.display().to_string())?.flatten() {
            if entry.path().extension().is_some_and(|end| end == "deb") {
                fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    })?;
    stages.run("server", || {
        cargo("build").args(["--release", "--locked", "-p", "firebell-server-cli"]).run()?;
        fs::copy(workspace::built("firebell-server", true)?, to.join("firebell-server"))?;
        Ok(())
    })?;
    stages.finish()?;
    println!("made in {}", to.display());
    Ok(())
}
