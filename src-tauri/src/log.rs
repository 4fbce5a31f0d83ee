//! The log: a file in the data folder that never grows beyond its bound, and standard error when
//! `RUST_LOG` asks for it. What looks like a secret is cut out of every line of the file.

mod redaction;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// A file is put aside at this size, and so many are kept besides the one that is written.
const LARGEST: u64 = 2 * 1_024 * 1_024;
const KEPT: u32 = 3;

/// Libraries that say much; their trace would hold what crosses a wire.
const QUIET: &str = "info,zbus=warn,tracing=warn,sqlx=warn,hyper=warn,tungstenite=warn";

/// Starts the log in this folder. Without a folder, or when it cannot be written, only standard error
/// gets it.
pub(crate) fn start(folder: Option<&Path>) {
    let file =
        folder.map(|folder| folder.join("logs")).and_then(|folder| match Rotated::open(folder) {
            Ok(file) => Some(file),
            Err(error) => {
                eprintln!("firebell: no log file: {error}");
                None
            }
        });
    let file = file.map(|file| {
        let written = fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
        written.with_filter(EnvFilter::new(QUIET))
    });
    let stderr = fmt::layer().with_ansi(false).with_writer(io::stderr);
    let wanted =
        EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    let subscriber = tracing_subscriber::registry().with(file).with(stderr.with_filter(wanted));
    if let Err(error) = subscriber.try_init() {
        eprintln!("firebell: the log is started already: {error}");
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        // Not its message: that may quote what somebody wrote.
        tracing::error!(place, %backtrace, "panic");
        eprintln!("firebell: panic at {place}");
    }));
}

/// A file that is put aside when it has grown, the oldest being deleted.
struct Rotated {
    folder: PathBuf,
    file: File,
    size: u64,
}

impl Rotated {
    fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let file = append(&folder.join(name(0)))?;
        let size = file.metadata()?.len();
        Ok(Self { folder, file, size })
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (0..KEPT).rev() {
            let from = self.folder.join(name(number));
            match fs::rename(&from, self.folder.join(name(number + 1))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file = append(&self.folder.join(name(0)))?;
        self.size = 0;
        Ok(())
    }
}

impl Write for Rotated {
    /// A line at a time: that is how the log hands them over.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size >= LARGEST {
            self.rotate()?;
        }
        let clean = redaction::redacted(&String::from_utf8_lossy(line));
        self.file.write_all(clean.as_bytes())?;
        self.size += clean.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn name(number: u32) -> String {
    match number {
        0 => "firebell.log".to_owned(),
        number => format!("firebell.{number}.log"),
    }
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_grows_beyond_its_bound() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = Rotated::open(folder.path().join("logs")).expect("a log");
        let line = format!("{}\n", "all quiet ".repeat(1_000));
        for _ in 0..2_000 {
            log.write_all(line.as_bytes()).expect("written");
        }
        let files: Vec<_> = fs::read_dir(folder.path().join("logs"))
            .expect("files")
            .map(|file| file.expect("a file").metadata().expect("its size").len())
            .collect();
        assert_eq!(files.len(), KEPT as usize + 1);
        assert!(files.iter().all(|size| *size <= LARGEST + line.len() as u64), "{files:?}");
    }

    #[test]
    fn a_secret_does_not_reach_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = Rotated::open(folder.path().to_owned()).expect("a log");
        log.write_all(b"token=abc123 Authorization: Bearer eyJhbGciOi.x.y ok\n").expect("written");
        let written = fs::read_to_string(folder.path().join(name(0))).expect("the log");
        assert!(!written.contains("abc123") && !written.contains("eyJ"), "{written}");
        assert!(written.ends_with("ok\n"), "{written}");
    }
}
