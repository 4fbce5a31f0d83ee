//! The real desktop in its real window, driven through WebKit's own WebDriver.

use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use super::display::Display;
use super::process::{Process, built, free_port, listens};
use super::screen::Screen;
use super::seat::Seat;
use super::wait;

/// How long the driver and the window may take to be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Variables with which WebKit draws in another way and its WebDriver never answers.
const HARMFUL: &[&str] = &["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE"];

/// A running desktop; what a person does at it is in [`Screen`].
#[derive(Debug)]
pub struct Desktop {
    screen: Screen,
    driver: Process,
    program: PathBuf,
}

impl Desktop {
    /// Starts the desktop at a seat and waits for its window.
    pub async fn start(seat: &Seat, display: &Display, arguments: &[&str]) -> Result<Self> {
        Self::start_program(built("firebell-desktop")?, seat, display, arguments).await
    }

    /// Starts another program that shows WebKit's window; the harness is tested on one.
    pub async fn start_program(
        program: PathBuf,
        seat: &Seat,
        display: &Display,
        arguments: &[&str],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .envs(seat.environment())
            .env("DISPLAY", display.name())
            // Without it wry refuses to be driven: "failed to match capabilities".
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("RUST_BACKTRACE", "1")
            .current_dir(seat.folder());
        for name in HARMFUL {
            command.env_remove(name);
        }
        let name = format!("desktop-{}", seat.name());
        let mut driver = Process::start(&name, command, seat.folder())?;
        driver.ready(PATIENCE, async || listens(port).await).await?;
        let mut wanted = Capabilities::new();
        let options = json!({ "binary": program, "args": arguments });
        wanted.set("webkitgtk:browserOptions", options)?;
        let session = async {
            let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
                .request_timeout(PATIENCE)
                .await;
            session.context("asking for a window")
        };
        let session = wait::within("the desktop's window", PATIENCE, session).await;
        let session = session.with_context(|| driver.tail())?;
        Ok(Self { screen: Screen::new(session), driver, program })
    }

    /// The desktop's own process, below the driver's.
    pub fn pid(&self) -> Result<Pid> {
        child_running(self.driver.pid()?, &self.program)
            .with_context(|| format!("no {} below its driver", self.program.display()))
    }

    /// Ends the desktop without a word; its data stays at the seat.
    pub fn kill(self) -> Result<()> {
        kill_process(self.pid()?, Signal::KILL)?;
        // Nobody is left to be told that the session is over. The driver ends when dropped.
        self.screen.driver().clone().leak().ok();
        Ok(())
    }

    /// Stops the desktop from running, as a laptop's sleep does.
    pub fn freeze(&self) -> Result<()> {
        Ok(kill_process(self.pid()?, Signal::STOP)?)
    }

    /// Lets a frozen desktop run on.
    pub fn thaw(&self) -> Result<()> {
        Ok(kill_process(self.pid()?, Signal::CONT)?)
    }

    /// Closes the window in order and ends the driver.
    pub async fn close(self) -> Result<()> {
        let Self { screen, mut driver, .. } = self;
        let closed = screen.quit().await;
        // TERM: a driver that is killed leaves the desktop behind.
        driver.stop(Duration::from_secs(20)).await?;
        closed
    }
}

impl Deref for Desktop {
    type Target = Screen;

    fn deref(&self) -> &Screen {
        &self.screen
    }
}

/// The process below another that runs a program.
fn child_running(parent: Pid, program: &std::path::Path) -> Option<Pid> {
    let wanted = program.canonicalize().ok()?;
    let raw = parent.as_raw_nonzero();
    let children = fs::read_to_string(format!("/proc/{raw}/task/{raw}/children")).ok()?;
    children.split_whitespace().find_map(|number| {
        let pid = Pid::from_raw(number.parse().ok()?)?;
        let runs = fs::read_link(format!("/proc/{number}/exe")).ok()?;
        if runs == wanted { Some(pid) } else { child_running(pid, program) }
    })
}
