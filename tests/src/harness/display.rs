//! A virtual display.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use xtask::program::Program;

use super::process::Process;

/// A running Xvfb; it picks a free display number itself.
#[derive(Debug)]
pub struct Display {
    name: String,
    _xvfb: Process,
}

impl Display {
    /// Starts a display of this many pixels and waits until it takes connections.
    pub async fn start(folder: &Path, width: u32, height: u32) -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command
            // The number is written once connections are taken, so it is the ready line as well.
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"));
        let mut xvfb = Process::start("xvfb", command, folder)?;
        let number: u32 = xvfb
            .line("a display number", Duration::from_secs(20), |line| line.trim().parse().ok())
            .await?;
        Ok(Self { name: format!(":{number}"), _xvfb: xvfb })
    }

    /// The display's name, for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Saves a picture of everything on the display.
    pub fn picture(&self, path: &Path) -> Result<()> {
        // `import`, not `convert`: a program of that name need not be ImageMagick's.
        Program::new("import")
            .args(["-display", &self.name, "-window", "root"])
            .arg(path)
            .limit(Duration::from_secs(30))
            .capture()?;
        Ok(())
    }

    /// Clicks at a place on the display.
    pub fn click(&self, x: u32, y: u32) -> Result<()> {
        self.xdotool(["mousemove", &x.to_string(), &y.to_string(), "click", "1"]).map(drop)
    }

    /// Place and size of the visible windows whose class matches: `(x, y, width, height)`.
    pub fn windows(&self, class: &str) -> Result<Vec<(u32, u32, u32, u32)>> {
        let found = self.xdotool(["search", "--onlyvisible", "--class", class]);
        // xdotool ends with 1 when it finds none.
        let ids = found.unwrap_or_default();
        ids.lines().map(|id| self.geometry(id)).collect()
    }

    fn geometry(&self, id: &str) -> Result<(u32, u32, u32, u32)> {
        let shell = self.xdotool(["getwindowgeometry", "--shell", id])?;
        let value = |name: &str| {
            let line = shell.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        Ok((value("X"), value("Y"), value("WIDTH"), value("HEIGHT")))
    }

    fn xdotool<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<String> {
        Program::new("xdotool")
            .args(args)
            .env("DISPLAY", &self.name)
            .limit(Duration::from_secs(20))
            .capture()
    }
}
