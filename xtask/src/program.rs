//! Another program, run to its end within a time limit.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long a program gets to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A program to run: what to start, where, and how long it may take.
#[derive(Debug)]
pub struct Program {
    command: Command,
    shown: String,
    limit: Duration,
}

impl Program {
    /// Names the program; ten minutes is its limit unless [`Program::limit`] says otherwise.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        Self {
            command: Command::new(program),
            shown: program.to_string_lossy().into_owned(),
            limit: Duration::from_secs(600),
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Program::arg)
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the folder in which it runs.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs as another user, which only root can ask for.
    #[must_use]
    pub fn user(mut self, user: Option<User>) -> Self {
        use std::os::unix::process::CommandExt;
        if let Some(user) = user {
            self.command.uid(user.uid).gid(user.gid);
        }
        self
    }

    /// Sets the time limit.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it with its output on our own; anything but exit 0 is an error.
    pub fn run(mut self) -> Result<()> {
        let status = self.status()?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(())
    }

    /// Like [`Program::run`]; the error quotes the last line of its standard error too, so that what went
    /// wrong can be said again where an hour's output ends.
    pub fn run_quoting(mut self) -> Result<()> {
        self.command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = self.spawn()?;
        let said = pass_on(child.stderr.take());
        let status = await_end(&mut child, self.limit, &self.shown)?;
        if !status.success() {
            // What it left running may hold the pipe open: its end is not waited for.
            let last = said.recv_timeout(GRACE).unwrap_or_default();
            bail!("`{}` ended with {status}: {last}", self.shown);
        }
        Ok(())
    }

    /// Runs it with its output on our own and gives how it ended.
    pub fn status(&mut self) -> Result<ExitStatus> {
        self.command.stdin(Stdio::null());
        let mut child = self.spawn()?;
        await_end(&mut child, self.limit, &self.shown)
    }

    /// Runs it and gives what it wrote to standard output; its errors stay on our own.
    pub fn capture(mut self) -> Result<String> {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.spawn()?;
        // Both pipes are emptied while it runs: a full pipe would stop it for ever.
        let out = drain(child.stdout.take());
        let err = drain(child.stderr.take());
        let status = await_end(&mut child, self.limit, &self.shown)?;
        let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
        if !status.success() {
            bail!("`{}` ended with {status}:\n{out}{err}", self.shown);
        }
        Ok(out)
    }

    /// Whether it can be started and ends with 0; says nothing itself.
    pub fn answers(mut self) -> bool {
        self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.command
            .spawn()
            .map_err(anyhow::Error::from)
            .and_then(|mut child| await_end(&mut child, self.limit, &self.shown))
            .is_ok_and(|status| status.success())
    }

    fn spawn(&mut self) -> Result<Child> {
        self.command.spawn().with_context(|| format!("cannot start `{}`", self.shown))
    }
}

/// Somebody on this machine, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's number.
    pub uid: u32,
    /// The user's first group.
    pub gid: u32,
}

impl User {
    /// Looks a user up by name.
    pub fn named(name: &str) -> Option<Self> {
        let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Self { uid, gid })
        })
    }

    /// Whether this process is root's.
    pub fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }
}

/// Waits for a child with a limit; past it the child is asked to end, then made to.
pub fn await_end(child: &mut Child, limit: Duration, shown: &str) -> Result<ExitStatus> {
    if let Some(status) = poll_end(child, limit)? {
        return Ok(status);
    }
    end(child)?;
    bail!("`{shown}` was stopped: it had not ended after {} s", limit.as_secs());
}

/// Asks a child to end, and makes it end when it does not.
pub fn end(child: &mut Child) -> Result<ExitStatus> {
    if let Some(pid) = pid_of(child) {
        // An error here means that it has ended already.
        kill_process(pid, Signal::TERM).ok();
    }
    if let Some(status) = poll_end(child, GRACE)? {
        return Ok(status);
    }
    child.kill()?;
    Ok(child.wait()?)
}

fn poll_end(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= limit {
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            pipe.read_to_end(&mut bytes).ok();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Writes a pipe's lines to our standard error; at its end the last one is sent.
fn pass_on(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (done, last) = mpsc::channel();
    thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(pipe?).split(b'\n') {
            let line = String::from_utf8_lossy(&line.ok()?).into_owned();
            eprintln!("{line}");
            said = if line.trim().is_empty() { said } else { line };
        }
        done.send(said).ok()
    });
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_takes_too_long_is_stopped_and_named() {
        let started = Instant::now();
        let error = Program::new("sleep")
            .arg("30")
            .limit(Duration::from_millis(50))
            .run()
            .expect_err("it cannot have ended");
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(error.to_string().contains("`sleep 30` was stopped"), "{error}");
    }

    #[test]
    fn capture_gives_the_output_and_the_error_gives_both() {
        assert_eq!(Program::new("echo").arg("hot").capture().expect("echo"), "hot\n");
        let error = Program::new("sh").args(["-c", "echo why >&2; exit 3"]).capture();
        assert!(error.expect_err("it ended with 3").to_string().contains("why"));
    }

    #[test]
    fn a_failure_quotes_the_last_line_that_was_said() {
        let said = Program::new("sh").args(["-c", "echo first >&2; echo why >&2; exit 3"]);
        let error = said.run_quoting().expect_err("it ended with 3").to_string();
        assert!(error.ends_with(": why"), "{error}");
        Program::new("sh").args(["-c", "echo well >&2"]).run_quoting().expect("it ended with 0");
    }

    #[test]
    fn users_are_found_by_name() {
        assert_eq!(User::named("root"), Some(User { uid: 0, gid: 0 }));
        assert_eq!(User::named("nobody-has-this-name"), None);
    }
}
