//! A real mail server: Debian's aiosmtpd. What it takes lies in a folder, a file for each message.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::authority::Identity;
use super::headless::SOON;
use super::process::Process;
use super::wait;

/// What it does is written there.
const PROGRAM: &str = include_str!("mail/server.py");

/// How a mail server listens and speaks.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// On this port; none takes one that is free.
    pub port: Option<u16>,
    /// Offers STARTTLS with this identity.
    pub identity: Option<Identity>,
    /// Takes nothing without it.
    pub require: bool,
}

impl Manner {
    fn args(&self) -> Vec<OsString> {
        let mut args = Vec::new();
        if let Some(port) = self.port {
            args.extend(["--port".into(), port.to_string().into()]);
        }
        if let Some(Identity { certificate, key }) = &self.identity {
            args.extend(["--certificate".into(), certificate.into()]);
            args.extend(["--key".into(), key.into()]);
        }
        args.extend(self.require.then(|| "--require".into()));
        args
    }
}

/// A running mail server.
pub struct MailServer {
    folder: PathBuf,
    port: u16,
    _process: Process,
}

/// A message as it arrived.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Mail {
    /// To whom the mail server was told to bring it.
    pub to: String,
    /// Whether it came encrypted.
    pub encrypted: bool,
    /// Its subject, decoded.
    pub subject: String,
    /// Its id.
    pub id: String,
    /// Its plain text, decoded.
    pub text: String,
    /// Its HTML, decoded.
    pub html: String,
}

impl MailServer {
    /// Starts one; its messages go to a folder in this one.
    pub async fn start(folder: &Path) -> Result<Self> {
        Self::start_by(folder, &Manner::default()).await
    }

    /// The same, in another manner.
    pub async fn start_by(folder: &Path, manner: &Manner) -> Result<Self> {
        let (program, mailbox) = (folder.join("mail-server.py"), folder.join("mail"));
        fs::write(&program, PROGRAM)?;
        fs::create_dir_all(&mailbox)?;
        let mut command = Command::new("/usr/bin/python3");
        command.arg(&program).arg(&mailbox).args(manner.args());
        let mut process = Process::start("mail-server", command, folder)?;
        let port = process.line("its port", Duration::from_secs(30), |line| {
            line.strip_prefix("listening ")?.parse().ok()
        });
        let port = port.await.context("a mail server; is python3-aiosmtpd installed?")?;
        Ok(Self { folder: mailbox, port, _process: process })
    }

    /// How a server of ours is told of it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Everything that it took, in order.
    pub fn mails(&self) -> Result<Vec<Mail>> {
        self.read("mail")
    }

    /// Everything that it did not take: address and code.
    pub fn refusals(&self) -> Result<Vec<(String, String)>> {
        let refused = self.read::<serde_json::Value>("refused")?;
        let text = |value: &serde_json::Value, name: &str| {
            value.get(name).and_then(|it| it.as_str()).unwrap_or_default().to_owned()
        };
        Ok(refused.iter().map(|value| (text(value, "to"), text(value, "code"))).collect())
    }

    /// Who began to send something without encryption, one for each time.
    pub fn plain(&self) -> Result<Vec<serde_json::Value>> {
        self.read("plain")
    }

    fn read<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>> {
        let entries = fs::read_dir(&self.folder)?.collect::<std::io::Result<Vec<_>>>()?;
        let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == kind));
        files.sort();
        files.iter().map(|file| Ok(serde_json::from_slice(&fs::read(file)?)?)).collect()
    }

    /// Waits for the mail to this address, the one after `seen` of them.
    pub async fn mail(&self, to: &str, seen: usize) -> Result<Mail> {
        wait::until(&format!("mail {} to {to}", seen + 1), SOON, async || {
            Ok(self.mails()?.into_iter().filter(|mail| mail.to == to).nth(seen))
        })
        .await
    }
}
