//! The real notification daemon of Debian, which draws its buttons.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::NAME;
use crate::harness::{bus::Bus, display::Display, process::Process};

/// It is started by nobody else: the bus knows no services, and Debian gives it no start file.
const PROGRAM: &str = "/usr/lib/notification-daemon/notification-daemon";

/// The class of the windows in which it draws.
const CLASS: &str = "notification-daemon";

/// From a notice's lower right corner to the middle of its last button.
const INSET: (u32, u32) = (60, 28);

/// A running notification daemon that shows its notices on a display.
#[derive(Debug)]
pub struct Daemon {
    _process: Process,
}

impl Daemon {
    /// Starts it and waits until it has its name on the bus.
    pub async fn start(bus: &Bus, display: &Display, folder: &Path) -> Result<Self> {
        let mut command = Command::new(PROGRAM);
        command
            .env("DISPLAY", display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1");
        let process = Process::start("notification-daemon", command, folder)?;
        bus.owned(NAME, Duration::from_secs(20)).await?;
        Ok(Self { _process: process })
    }

    /// Clicks where the lowest drawn notice has its last button, if one is drawn.
    pub fn click_button(&self, display: &Display) -> Result<()> {
        let Some((x, y, width, height)) = display.windows(CLASS)?.into_iter().max_by_key(|at| at.1)
        else {
            return Ok(());
        };
        display.click(x + width - INSET.0, y + height - INSET.1)
    }
}
