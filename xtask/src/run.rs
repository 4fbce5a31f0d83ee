//! `cargo xtask run`: from a bare machine to the desktop's window.

use std::time::Duration;

use anyhow::Result;
use xtask::package::{self, BUILD, HEADLESS, RUN};
use xtask::program::Program;
use xtask::stage::Stages;
use xtask::workspace;

use crate::cargo::cargo;
use crate::{prove, ui};

/// Longer than anybody's shift: the window ends when its user closes it.
const A_WORKING_YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let display = has_display();
    let mut stages = Stages::new("run");
    let groups: &[&[&str]] = if display { &[BUILD, RUN] } else { &[BUILD, RUN, HEADLESS] };
    stages.run("packages", || package::install(groups))?;
    stages.run("ui", || {
        ui::install()?;
        ui::build()
    })?;
    if display {
        stages.run("desktop", || {
            cargo("build").args(["-p", "firebell-desktop", "--features", "custom-protocol"]).run()
        })?;
        stages.finish()?;
        return Program::new(workspace::built("firebell-desktop", false)?)
            .args(arguments)
            .limit(A_WORKING_YEAR)
            .run();
    }
    println!("there is no display: Firebell takes its tour on a virtual one");
    // With everything that the tour starts, at once: other packages mean other features, and those mean
    // compiling their dependencies anew.
    stages.run("desktop and tour", || prove::build(false))?;
    stages.run("tour", prove::tour)?;
    stages.finish()?;
    println!("the pictures are in {}", workspace::target()?.join("tour").display());
    Ok(())
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
