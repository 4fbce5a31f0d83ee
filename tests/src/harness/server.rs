//! The real server, `firebell-server`, as a process.

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use xtask::program::await_end;

use super::clock::{self, Clock};
use super::process::{Process, built};

/// What a server is started with; every node of one company has the same database.
#[derive(Clone, Debug)]
pub struct Plan {
    folder: PathBuf,
    database_url: String,
    environment: Vec<(String, OsString)>,
    port: u16,
}

impl Plan {
    /// A server whose own files are in the folder.
    pub fn new(folder: &Path, database_url: &str) -> Self {
        let environment = vec![("FIREBELL_LOG".to_owned(), "info".into())];
        let database_url = database_url.to_owned();
        Self { folder: folder.to_owned(), database_url, environment, port: 0 }
    }

    /// Gives it a clock that can be pushed.
    #[must_use]
    pub fn clock(self, clock: &Clock) -> Self {
        self.env(clock::VARIABLE, clock.file())
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Listens on this port of the loopback address, for a server that has to know its own address.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Brings the database to the server's version.
    pub fn migrate(&self) -> Result<()> {
        self.order(&["migrate", "--database-url", &self.database_url], None).map(drop)
    }

    /// Adds a person; the password goes in by standard input, as an administrator would do it.
    pub fn add_user(&self, name: &str, shown: &str, password: &str, admin: bool) -> Result<String> {
        let mut args = vec!["user", "add", "--database-url", &self.database_url, "--name", name];
        args.extend(["--display-name", shown, "--password-stdin"]);
        args.extend(admin.then_some("--admin"));
        self.order(&args, Some(password))
    }

    /// Runs one command of the server's program to its end and gives what it printed.
    pub fn order(&self, args: &[&str], input: Option<&str>) -> Result<String> {
        let mut command = self.command()?;
        let mut child = command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // An end without reading is reported below, by its exit.
            stdin.write_all(input.unwrap_or_default().as_bytes()).ok();
        }
        let shown = format!("firebell-server {}", args.join(" "));
        let status = await_end(&mut child, Duration::from_secs(60), &shown)?;
        let output = child.wait_with_output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if !status.success() {
            bail!("{shown} ended with {status}:\n{}{}", text(&output.stdout), text(&output.stderr));
        }
        Ok(text(&output.stdout))
    }

    /// Starts a node and waits for its ready line.
    pub async fn serve(&self, name: &str) -> Result<Server> {
        let mut command = self.command()?;
        let listen = format!("127.0.0.1:{}", self.port);
        command.args(["serve", "--listen", &listen, "--database-url", &self.database_url]);
        let mut process = Process::start(name, command, &self.folder)?;
        let address = process.line("its address", Duration::from_secs(60), listening).await?;
        Ok(Server { process, address })
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(built("firebell-server")?);
        command.envs(self.environment.iter().cloned()).current_dir(&self.folder);
        Ok(command)
    }
}

/// A running node.
#[derive(Debug)]
pub struct Server {
    process: Process,
    address: SocketAddr,
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a person types to connect to it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process, to be frozen and thawed.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Ends it without a word.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Asks it to end, which it has to do in order: exit 0.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        let status = self.process.stop(Duration::from_secs(30)).await?;
        if !status.success() {
            bail!("the server ended with {status}:\n{}", self.process.tail());
        }
        Ok(status)
    }
}

/// The address in a ready line: `{"listening":"127.0.0.1:PORT"}`.
pub(super) fn listening(line: &str) -> Option<SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    line.get("listening")?.as_str()?.parse().ok()
}

/// The database URL of a file.
pub fn sqlite_url(path: &Path) -> Result<String> {
    let path = path.to_str().context("a path that can be written in a URL")?;
    Ok(format!("sqlite:{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_is_told_from_other_lines() {
        let ready = listening(r#"{"listening":"127.0.0.1:4123"}"#).map(|it| it.port());
        assert_eq!(ready, Some(4123));
        assert_eq!(listening(r#"{"level":"info"}"#), None);
        assert_eq!(listening("starting"), None);
    }
}
