//! A real keychain on a session bus, unlocked as a login unlocks it.

use std::fs::{self, File};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::process::Process;
use super::seat::Seat;

/// The name that secrets are asked under, see the Secret Service specification of freedesktop.org.
const NAME: &str = "org.freedesktop.secrets";

/// A running keychain.
#[derive(Debug)]
pub struct Keychain {
    _process: Process,
}

impl Keychain {
    /// Starts it at a seat and waits until it has its name on the bus.
    pub async fn start(seat: &Seat) -> Result<Self> {
        // What a person types when they log in; without it the first secret would ask for one.
        let login = seat.folder().join("login");
        fs::write(&login, "a login\n")?;
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.envs(seat.environment());
        let input = File::open(&login)?.into();
        let process = Process::start_with("keychain", command, seat.folder(), input)?;
        seat.bus().owned(NAME, Duration::from_secs(20)).await?;
        Ok(Self { _process: process })
    }
}
