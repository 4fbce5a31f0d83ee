//! A certificate authority that nobody has heard of, made for one proof.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Days that what it signs is good for.
const DAYS: &str = "2";
/// Curve of all keys: quick to make.
const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// The authority.
#[derive(Debug)]
pub struct Authority {
    folder: PathBuf,
}

/// A certificate and its key, both PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Authority {
    /// Makes one; its files lie in this folder.
    pub fn new(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let authority = Self { folder: folder.to_owned() };
        let (certificate, key) = (authority.certificate(), authority.file("ca.key"));
        let mut make = Command::new("openssl");
        make.args(["req", "-x509", "-subj", "/CN=Nobody has heard of it", "-days", DAYS]).args(KEY);
        run(make.arg("-out").arg(certificate).arg("-keyout").arg(key))?;
        Ok(authority)
    }

    /// Its own certificate: who trusts it trusts whatever it signed.
    pub fn certificate(&self) -> PathBuf {
        self.file("ca.pem")
    }

    /// An identity for an IP address.
    pub fn identity(&self, address: &str) -> Result<Identity> {
        let certificate = self.file(&format!("{address}.pem"));
        let key = self.file(&format!("{address}.key"));
        let mut make = Command::new("openssl");
        make.args(["req", "-x509", "-subj", "/CN=a mail server", "-days", DAYS]).args(KEY);
        make.args(["-addext", &format!("subjectAltName=IP:{address}")]);
        make.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        make.arg("-CA").arg(self.certificate()).arg("-CAkey").arg(self.file("ca.key"));
        run(make.arg("-out").arg(&certificate).arg("-keyout").arg(&key))?;
        Ok(Identity { certificate, key })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().context("openssl; is it installed?")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "openssl: {said}");
    Ok(())
}
