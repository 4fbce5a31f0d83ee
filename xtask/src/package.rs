//! Debian packages: what is missing is named, then installed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::program::{Program, User};

/// To build the desktop.
pub const BUILD: &[&str] =
    &["build-essential", "pkg-config", "mold", "libwebkit2gtk-4.1-dev", "libasound2-dev"];

/// To run it: the tray is loaded at run time, links are opened by xdg-utils.
pub const RUN: &[&str] = &["libayatana-appindicator3-1", "xdg-utils"];

/// To run it where there is no display, and to take pictures of it.
pub const HEADLESS: &[&str] = &[
    "xvfb",
    "xauth",
    "dbus",
    "imagemagick",
    "xdotool",
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    "notification-daemon",
    "webkit2gtk-driver",
];

/// What only the tests need.
pub const TEST: &[&str] = &[
    "postgresql-15",
    "chromium",
    "chromium-driver",
    "libnotify-bin",
    "gnome-keyring",
    "prometheus",
    "prometheus-alertmanager",
    "python3-aiosmtpd",
    "python3-icalendar",
    "openssl",
];

/// Installs those of the packages that are missing, saying which; does nothing when none is.
pub fn install(groups: &[&[&str]]) -> Result<()> {
    let missing = missing(&groups.concat())?;
    if missing.is_empty() {
        println!("every package that is needed is installed");
        return Ok(());
    }
    println!("missing packages: {}", missing.join(" "));
    if !Program::new("apt-get").arg("--version").answers() {
        bail!("this is not Debian or Ubuntu; please install what these packages hold yourself");
    }
    let archives = tempfile::Builder::new()
        .prefix("firebell-apt-")
        .tempdir()
        .context("a folder for the packages")?;
    fs::create_dir_all(archives.path().join("partial"))?;
    apt().arg("update").run()?;
    let no_cluster = missing.iter().any(|name| name.starts_with("postgresql"));
    if no_cluster {
        set_main_cluster(false)?;
    }
    // A private archive folder: an `apt-get update` that runs at the same time empties the shared one.
    let installed = apt()
        .arg("-o")
        .arg(format!("Dir::Cache::archives={}", archives.path().display()))
        .args(["install", "-y", "--no-install-recommends"])
        .args(&missing)
        .limit(Duration::from_secs(1_800))
        .run();
    if no_cluster {
        set_main_cluster(true)?;
    }
    // What root wrote into our folder, root removes.
    root("rm").arg("-rf").arg(archives.path()).run()?;
    installed
}

/// Those packages that are not installed, in the order given.
pub fn missing<'a>(names: &[&'a str]) -> Result<Vec<&'a str>> {
    let status = Path::new("/var/lib/dpkg/status");
    if !status.exists() {
        // Another system: nothing can be asked, and nothing can be installed.
        println!("not a Debian system: the programs that are needed must be there already");
        return Ok(Vec::new());
    }
    let known = fs::read_to_string(status).context("which packages are installed")?;
    let installed = installed_in(&known);
    Ok(names.iter().copied().filter(|name| !installed.contains(name)).collect())
}

fn installed_in(status: &str) -> Vec<&str> {
    status
        .split("\n\n")
        .filter(|entry| entry.lines().any(|line| line == "Status: install ok installed"))
        .filter_map(|entry| entry.lines().find_map(|line| line.strip_prefix("Package: ")))
        .collect()
}

/// Debian's PostgreSQL makes and starts a cluster of its own when installed; the tests bring theirs,
/// and nothing may be left running.
fn set_main_cluster(wanted: bool) -> Result<()> {
    let script = if wanted {
        "rm -f /etc/postgresql-common/createcluster.d/firebell.conf"
    } else {
        "mkdir -p /etc/postgresql-common/createcluster.d && \
         echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/firebell.conf"
    };
    root("sh").args(["-c", script]).run()
}

fn apt() -> Program {
    let lock = ["-o", "DPkg::Lock::Timeout=300"];
    root("env").args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(lock)
}

/// A program that must run as root: through sudo when we are not.
fn root(program: &str) -> Program {
    if User::is_root() {
        return Program::new(program);
    }
    println!("asking for root's rights by sudo");
    Program::new("sudo").arg(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_fully_installed_counts() {
        let status = "Package: mold\nStatus: install ok installed\n\n\
                      Package: xvfb\nStatus: deinstall ok config-files\n\n\
                      Package: dbus\nStatus: install ok installed\nVersion: 1\n";
        assert_eq!(installed_in(status), ["mold", "dbus"]);
    }
}
