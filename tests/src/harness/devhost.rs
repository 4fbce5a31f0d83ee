//! The development host: the client and the UI for a plain browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use xtask::workspace;

use super::process::{Process, built};
use super::server::listening;

/// A running `firebell-devhost`.
#[derive(Debug)]
pub struct Devhost {
    address: SocketAddr,
    _process: Process,
}

impl Devhost {
    /// Starts it on the UI as built, with its data in the folder.
    pub async fn start(folder: &Path) -> Result<Self> {
        let mut command = Command::new(built("firebell-devhost")?);
        command
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(Self::data(folder))
            .arg("--ui")
            .arg(workspace::path("ui/dist"));
        let mut process = Process::start("devhost", command, folder)?;
        let address = process.line("its address", Duration::from_secs(60), listening).await?;
        Ok(Self { address, _process: process })
    }

    /// Where one that is started in this folder keeps its data.
    pub fn data(folder: &Path) -> PathBuf {
        folder.join("devhost-data")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a browser opens.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}
