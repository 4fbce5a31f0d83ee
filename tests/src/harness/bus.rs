//! A private session bus: one for each desktop process, since a desktop is single on its bus.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use zbus::connection::Builder;
use zbus::{Connection, fdo::DBusProxy};

use super::process::Process;
use super::wait;

/// A running dbus-daemon that knows no services to start: what is not started by us is not there.
#[derive(Debug)]
pub struct Bus {
    address: String,
    _daemon: Process,
}

impl Bus {
    /// Starts a bus with its socket in the folder.
    pub async fn start(folder: &Path) -> Result<Self> {
        let socket = folder.join("bus");
        let config = folder.join("bus.conf");
        fs::write(&config, configuration(&socket))?;
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", config.display())).args([
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ]);
        let mut daemon = Process::start("bus", command, folder)?;
        let address = daemon
            .line("an address", Duration::from_secs(20), |line| {
                line.starts_with("unix:").then(|| line.to_owned())
            })
            .await?;
        Ok(Self { address, _daemon: daemon })
    }

    /// The bus's address, for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A new connection to the bus.
    pub async fn connect(&self) -> Result<Connection> {
        let connection = Builder::address(self.address.as_str()).build().await;
        connection.with_context(|| format!("connecting to {}", self.address))
    }

    /// Waits until somebody on the bus has a name.
    pub async fn owned(&self, name: &str, limit: Duration) -> Result<()> {
        let connection = self.connect().await?;
        let bus = DBusProxy::new(&connection).await?;
        wait::until(&format!("{name} on the bus"), limit, async || {
            let wanted = name.try_into().context("a bus name")?;
            Ok(bus.name_has_owner(wanted).await?.then_some(()))
        })
        .await
    }
}

fn configuration(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}
