//! The UI's side: npm, only when something changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use xtask::program::Program;
use xtask::workspace;

/// What `ui/dist` is made of.
const SOURCES: &[&str] = &[
    "ui/src",
    "ui/public",
    "ui/index.html",
    "ui/package.json",
    "ui/package-lock.json",
    "ui/svelte.config.js",
    "ui/tsconfig.json",
    "ui/vite.config.ts",
    "locales",
];

/// Installs the packages of the lock file, unless they are the ones installed.
///
/// `--ignore-scripts`: no package runs code of its own while being installed.
pub(crate) fn install() -> Result<()> {
    let installed = modified(&workspace::path("ui/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&workspace::path("ui/package-lock.json")) {
        println!("the UI's packages are installed");
        return Ok(());
    }
    npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).run()
}

/// Builds `ui/dist`, unless nothing that it is made of changed since.
pub(crate) fn build() -> Result<()> {
    let sources: Vec<PathBuf> = SOURCES.iter().map(|below| workspace::path(below)).collect();
    let built = modified(&workspace::path("ui/dist/index.html"));
    if built.is_some() && built >= workspace::newest(&sources) {
        println!("the UI is built");
        return Ok(());
    }
    script("build")
}

/// Runs a script of `ui/package.json`.
pub(crate) fn script(name: &str) -> Result<()> {
    npm().args(["run", "--silent", name]).run()
}

fn npm() -> Program {
    // CI: no spinners, no watch mode.
    Program::new("npm").dir(workspace::path("ui")).env("CI", "true").limit(Duration::from_secs(900))
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}
