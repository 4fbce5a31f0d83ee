//! The house keeps its walls: who may import whom, where the shell's names may stand, what no file holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use xtask::program::Program;
use xtask::workspace;

/// Who may import whom; `docs/architecture.md` says why. A new edge needs a page in `docs/adr/`.
const TABLE: &[(&str, &[&str])] = &[
    ("firebell-domain", &[]),
    ("firebell-protocol", &["firebell-domain"]),
    ("firebell-client", &["firebell-domain", "firebell-protocol"]),
    ("firebell-server", &["firebell-domain", "firebell-protocol"]),
    ("firebell-server-sqlite", &["firebell-domain", "firebell-protocol", "firebell-server"]),
    ("firebell-server-postgres", &["firebell-domain", "firebell-protocol", "firebell-server"]),
    (
        "firebell-server-cli",
        &[
            "firebell-domain",
            "firebell-server",
            "firebell-server-sqlite",
            "firebell-server-postgres",
        ],
    ),
    ("firebell-devhost", &["firebell-client"]),
    ("firebell-desktop", &["firebell-client", "firebell-server", "firebell-server-sqlite"]),
];

/// These may see everything, and nothing may see them.
const OUTSIDE: &[&str] = &["firebell-tests", "xtask"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for a normal one, else "dev" or "build".
    kind: Option<String>,
    /// Only a crate of this repository has one.
    path: Option<PathBuf>,
}

fn packages() -> Result<Vec<Package>> {
    let text = Program::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .dir(workspace::root())
        .capture()?;
    Ok(serde_json::from_str::<Metadata>(&text).context("cargo metadata")?.packages)
}

/// Names every edge that the table does not have.
fn strangers(packages: &[Package]) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = TABLE.iter().copied().collect();
    let mut found = Vec::new();
    for package in packages {
        let from = package.name.as_str();
        let outside = OUTSIDE.contains(&from);
        if !outside && !table.contains_key(from) {
            found.push(format!("{from} is not in the table"));
        }
        for dependency in package.dependencies.iter().filter(|one| one.path.is_some()) {
            let to = dependency.name.as_str();
            let allowed = if outside {
                true
            } else if OUTSIDE.contains(&to) {
                false
            } else if dependency.kind.as_deref() == Some("dev") {
                // A test may look sideways, not upwards: to a crate that is built on this one.
                !reaches(&table, to, from)
            } else {
                table.get(from).is_some_and(|known| known.contains(&to))
            };
            if !allowed {
                let kind = dependency.kind.as_deref().unwrap_or("normal");
                found.push(format!("{from} -> {to} ({kind})"));
            }
        }
    }
    found
}

fn reaches(table: &BTreeMap<&str, &[&str]>, from: &str, to: &str) -> bool {
    from == to || table.get(from).is_some_and(|next| next.iter().any(|one| reaches(table, one, to)))
}

#[test]
fn every_edge_between_crates_is_in_the_table() -> Result<()> {
    let packages = packages()?;
    assert!(packages.len() >= TABLE.len(), "the workspace was read");
    assert_eq!(strangers(&packages), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_wrong_edge_is_named() {
    let package = |name: &str, to: &str, kind: Option<&str>| Package {
        name: name.to_owned(),
        license: None,
        dependencies: vec![Dependency {
            name: to.to_owned(),
            kind: kind.map(str::to_owned),
            path: Some(PathBuf::new()),
        }],
    };
    let wrong = [
        package("firebell-client", "firebell-server", None),
        package("firebell-domain", "firebell-client", Some("dev")),
        package("firebell-server", "firebell-tests", Some("dev")),
        package("firebell-new", "firebell-domain", None),
    ];
    let expected = [
        "firebell-client -> firebell-server (normal)",
        "firebell-domain -> firebell-client (dev)",
        "firebell-server -> firebell-tests (dev)",
        "firebell-new is not in the table",
        "firebell-new -> firebell-domain (normal)",
    ];
    assert_eq!(strangers(&wrong), expected);
    let sideways = [package("firebell-client", "firebell-server", Some("dev"))];
    assert!(strangers(&sideways).is_empty());
}

#[test]
fn every_crate_has_the_licence() -> Result<()> {
    for package in packages()? {
        assert_eq!(package.license.as_deref(), Some("Apache-2.0 OR MIT"), "{}", package.name);
    }
    Ok(())
}

#[test]
fn only_the_host_folder_of_the_ui_imports_the_shell() -> Result<()> {
    let name = concat!("@tauri", "-apps/");
    let found: BTreeSet<String> = texts()?
        .filter(|(path, _)| path.starts_with("ui/src/") && !path.starts_with("ui/src/host"))
        .filter(|(_, text)| text.contains(name))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(found, BTreeSet::new(), "move what needs the shell to ui/src/host");
    Ok(())
}

#[test]
fn no_file_holds_a_path_or_a_host_of_somebodys_machine() -> Result<()> {
    // Written in two halves, so that this file does not hold them either.
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut found = BTreeSet::new();
    for (path, text) in texts()? {
        for needle in paths.iter().filter(|needle| text.contains(**needle)) {
            found.insert(format!("{path}: {needle}"));
        }
        if path.ends_with("package-lock.json") {
            let hosts = text.lines().filter(|line| line.contains("\"resolved\""));
            let foreign = hosts.filter(|line| !line.contains("https://registry.npmjs.org/"));
            found.extend(foreign.map(|line| format!("{path}: {}", line.trim())));
        }
    }
    assert_eq!(found, BTreeSet::new());
    Ok(())
}

/// Every text file that is, or would be, in the repository: path below the top, and text.
fn texts() -> Result<impl Iterator<Item = (String, String)>> {
    let list = Program::new("git")
        // A clone of root's may be read by somebody else, in a container for one.
        .args(["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"])
        .dir(workspace::root())
        .capture()?;
    let paths: Vec<String> = list.lines().map(str::to_owned).collect();
    assert!(paths.len() > 50, "the repository was read");
    // What is not UTF-8 is a picture or a sound.
    let text = |path: String| {
        let text = fs::read_to_string(workspace::path(&path)).ok()?;
        Some((path, text))
    };
    Ok(paths.into_iter().filter_map(text))
}
