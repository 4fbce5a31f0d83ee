//! The command line.

use std::{net::SocketAddr, path::PathBuf};

/// Serves Firebell's client to a browser on this computer.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "firebell-devhost", version)]
pub struct Args {
    /// Where to listen; loopback only. Port 0 takes a free one, which is printed.
    #[arg(long, default_value = "127.0.0.1:4420", value_parser = loopback)]
    pub listen: SocketAddr,
    /// Where the desktop's data is kept.
    #[arg(long)]
    pub data_dir: PathBuf,
    /// The built UI.
    #[arg(long, default_value = "ui/dist")]
    pub ui: PathBuf,
    /// The server's address where the connect form leaves it empty.
    #[arg(long)]
    pub server: Option<String>,
    /// Name and port of a development server that hands calls on, such as `localhost:1420`.
    #[arg(long)]
    pub dev_server: Option<String>,
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|error| format!("{error}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("whoever can reach this port is signed in as you: loopback only".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_listens_on_loopback_only() {
        assert!(loopback("127.0.0.1:0").is_ok());
        assert!(loopback("[::1]:4420").is_ok());
        assert!(loopback("0.0.0.0:4420").is_err());
        assert!(loopback("192.0.2.1:4420").is_err());
        assert!(loopback("localhost").is_err());
    }
}
