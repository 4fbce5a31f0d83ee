//! Where things are in the repository, and what is out of date.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

/// The repository's top folder.
pub fn root() -> PathBuf {
    // Cargo says at run time where it runs; what it said when compiling may be another checkout
    // that shares the target folder.
    let now = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = now.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    let top = here.ancestors().find(|dir| dir.join("xtask/src/workspace.rs").exists());
    top.unwrap_or(&here).to_owned()
}

/// A folder or file in the repository.
pub fn path(below: &str) -> PathBuf {
    root().join(below)
}

/// The folder that Cargo builds into: the one that this very program was built into.
pub fn target() -> Result<PathBuf> {
    let own = std::env::current_exe().context("where am I?")?;
    // target/debug/xtask, or target/debug/deps/… in a test.
    own.ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").exists())
        .map(Path::to_owned)
        .context("this program is not in a Cargo target folder")
}

/// A program that Cargo built.
pub fn built(name: &str, release: bool) -> Result<PathBuf> {
    Ok(target()?.join(if release { "release" } else { "debug" }).join(name))
}

/// The newest change of any file in or below these paths; paths that do not exist count for nothing.
pub fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|path| newest_in(path)).max()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    let about = fs::symlink_metadata(path).ok()?;
    // A folder counts too: a file removed from it changes nothing else.
    let own = about.modified().ok();
    if !about.is_dir() {
        return own;
    }
    let inside = fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest_in(&entry.path()));
    inside.chain(own).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(path("xtask/src/workspace.rs").exists());
        assert!(target().expect("a target folder").is_dir());
    }

    #[test]
    fn newest_looks_below_folders_and_ignores_what_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).expect("folders");
        let before = newest(&[folder.path().to_owned()]).expect("a time");
        let file = inner.join("c");
        fs::write(&file, "x").expect("a file");
        let later = before + std::time::Duration::from_secs(60);
        fs::File::options()
            .write(true)
            .open(&file)
            .expect("open")
            .set_modified(later)
            .expect("time");
        assert_eq!(newest(&[folder.path().to_owned(), "no/such/file".into()]), Some(later));
        assert_eq!(newest(&["no/such/file".into()]), None);
    }
}
