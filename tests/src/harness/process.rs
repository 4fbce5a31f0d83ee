//! A program that runs beside the proof: its output goes to files, it can be frozen and killed, and it
//! ends when dropped.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

use super::wait;

/// How long a program gets to end by itself when it is dropped.
const GRACE: Duration = Duration::from_secs(5);

/// A running program.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    out: PathBuf,
    log: PathBuf,
}

impl Process {
    /// Starts a program; `NAME.out` and `NAME.log` in the folder receive what it writes.
    pub fn start(name: &str, command: Command, folder: &Path) -> Result<Self> {
        Self::start_with(name, command, folder, Stdio::null())
    }

    /// The same, with something to read.
    pub fn start_with(
        name: &str,
        mut command: Command,
        folder: &Path,
        input: Stdio,
    ) -> Result<Self> {
        let (out, log) = (folder.join(format!("{name}.out")), folder.join(format!("{name}.log")));
        // Appended to, so that a restart under the same name keeps the story of the first.
        let append = |path: &Path| File::options().create(true).append(true).open(path);
        let child = command
            .stdin(input)
            // The announcement is read from the start of this file: it begins anew each time.
            .stdout(File::create(&out)?)
            .stderr(append(&log)?)
            .process_group(0)
            .spawn()
            .with_context(|| {
                format!("cannot start {name} ({})", command.get_program().display())
            })?;
        Ok(Self { name: name.to_owned(), child, out, log })
    }

    /// The program's process number.
    pub fn pid(&self) -> Result<Pid> {
        let raw = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        raw.with_context(|| format!("{} has no process number", self.name))
    }

    /// Ends it without a word, as a crash or the kernel would.
    pub fn kill(&mut self) -> Result<()> {
        kill_process(self.pid()?, Signal::KILL)?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it from running, as a laptop's sleep or a stalled machine would.
    pub fn freeze(&self) -> Result<()> {
        Ok(kill_process(self.pid()?, Signal::STOP)?)
    }

    /// Lets a frozen program run on.
    pub fn thaw(&self) -> Result<()> {
        Ok(kill_process(self.pid()?, Signal::CONT)?)
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(&mut self, limit: Duration) -> Result<ExitStatus> {
        kill_process(self.pid()?, Signal::TERM)?;
        self.ended(limit).await
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self, limit: Duration) -> Result<ExitStatus> {
        if !self.ends(limit).await? {
            bail!("waited {:.1} s for {} to end, in vain", limit.as_secs_f64(), self.name);
        }
        Ok(self.child.wait()?)
    }

    /// Lets it run until an instant that is as good as any other; that it ends before is an error.
    pub async fn runs_for(&self, span: Duration) -> Result<()> {
        if self.ends(span).await? {
            bail!("{} ended by itself:\n{}", self.name, self.tail());
        }
        Ok(())
    }

    async fn ends(&self, limit: Duration) -> Result<bool> {
        let pid = self.pid()?;
        Ok(tokio::task::spawn_blocking(move || ends_within(pid, limit)).await?)
    }

    /// Waits for a line of its standard output; when it ends instead, the error shows its log.
    pub async fn line<T>(
        &mut self,
        what: &str,
        limit: Duration,
        pick: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let waited = format!("{what} from {}", self.name);
        let found = wait::until(&waited, limit, || {
            let found = fs::read_to_string(&self.out).unwrap_or_default().lines().find_map(&pick);
            let ended = found.is_none() && !matches!(self.child.try_wait(), Ok(None));
            std::future::ready(if ended { Err(anyhow::anyhow!("it ended")) } else { Ok(found) })
        });
        match found.await {
            Ok(value) => Ok(value),
            Err(error) => bail!("{waited}: {error}\n{}", self.tail()),
        }
    }

    /// Waits until a condition holds; when the program ends instead, the error shows its log.
    pub async fn ready(&mut self, limit: Duration, holds: impl AsyncFn() -> bool) -> Result<()> {
        let what = format!("{} to be ready", self.name);
        let child = std::cell::RefCell::new(&mut self.child);
        let ready = wait::until(&what, limit, async || {
            if holds().await {
                return Ok(Some(()));
            }
            let ended = child.borrow_mut().try_wait()?;
            ended.map_or(Ok(None), |status| Err(anyhow::anyhow!("it ended with {status}")))
        });
        let ready = ready.await;
        ready.with_context(|| format!("{}:\n{}", self.name, self.tail()))
    }

    /// The end of what it wrote to standard error.
    pub fn tail(&self) -> String {
        tail(&self.log, 40)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Ok(pid) = self.pid() else { return };
        if matches!(self.child.try_wait(), Ok(None)) {
            // A frozen program cannot hear that it should end.
            kill_process(pid, Signal::CONT).ok();
            kill_process_group(pid, Signal::TERM).ok();
            ends_within(pid, GRACE);
        }
        // Its children, and itself if need be: an error means that none is left.
        kill_process_group(pid, Signal::KILL).ok();
        self.child.wait().ok();
    }
}

/// Waits until a process has ended, and says whether it has in time; the kernel says when.
fn ends_within(pid: Pid, limit: Duration) -> bool {
    // Nobody to wait for.
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return true };
    let limit = Timespec::try_from(limit).ok();
    // A signal may interrupt this; then it has not ended, as far as anybody knows.
    poll(&mut [PollFd::new(&process, PollFlags::IN)], limit.as_ref()).is_ok_and(|ended| ended > 0)
}

/// The last lines of a file.
pub fn tail(path: &Path, lines: usize) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// A program of this workspace, built beside this one.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // target/debug/firebell-prove, or target/debug/deps/… in a test.
    let folder = own
        .ancestors()
        .skip(1)
        .find(|folder| !folder.ends_with("deps"))
        .context("this program is in no folder")?;
    let path = folder.join(name);
    if !path.exists() {
        bail!("{name} is not built; `cargo xtask prove` builds what a proof needs");
    }
    Ok(path)
}

/// A port of the loopback address that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Whether something listens on a port of the loopback address.
pub async fn listens(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}
