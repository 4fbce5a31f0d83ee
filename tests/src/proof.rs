//! What a proof is: a whole-program check of a promise, which counts its cases and prints its figure.

use std::fmt;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Instant;

use anyhow::Result;
use tempfile::TempDir;

use crate::harness::process::tail;

/// A proof; each is a constant in a file of its own in [`crate::proofs`].
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// The name by which it is asked for.
    pub(crate) name: &'static str,
    /// What it shows, in a line.
    pub(crate) line: &'static str,
    /// Runs it: an error is a broken promise.
    pub(crate) run: fn(Ground) -> Run,
}

/// A proof under way. It stays on the thread that started it.
pub type Run = Pin<Box<dyn Future<Output = Result<Report>>>>;

/// How many cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Enough to catch a mistake on every change; times are printed as ratios, not asserted.
    Ci,
    /// Enough to release on; times are asserted.
    Full,
}

impl Size {
    /// The number for this size.
    pub fn pick<T>(self, ci: T, full: T) -> T {
        match self {
            Self::Ci => ci,
            Self::Full => full,
        }
    }
}

/// Where a proof stands: its size, and a folder that is gone afterwards.
#[derive(Clone, Debug)]
pub struct Ground {
    size: Size,
    folder: PathBuf,
}

impl Ground {
    /// How many cases are wanted.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The proof's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder in it, made when it is not there.
    pub fn place(&self, name: &str) -> Result<PathBuf> {
        let place = self.folder.join(name);
        fs::create_dir_all(&place)?;
        Ok(place)
    }
}

/// What a proof that held has to say.
#[derive(Debug)]
pub struct Report {
    cases: u64,
    of: &'static str,
    figures: Vec<Figure>,
}

impl Report {
    /// Counts the cases that really ran, such as 50 "races".
    pub fn new(cases: u64, of: &'static str) -> Self {
        Self { cases, of, figures: Vec::new() }
    }

    /// Adds a figure.
    #[must_use]
    pub fn figure(mut self, what: impl Into<String>, value: impl fmt::Display) -> Self {
        self.figures.push(Figure { what: what.into(), value: value.to_string() });
        self
    }
}

/// One number, with what it counts or measures.
#[derive(Clone, Debug)]
pub struct Figure {
    what: String,
    value: String,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.value)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.cases, self.of)?;
        self.figures.iter().try_for_each(|figure| write!(f, "; {figure}"))
    }
}

impl Proof {
    /// Runs the proof in a folder of its own; its figure is the last thing printed.
    ///
    /// When it fails, the ends of all logs are printed, and the folder stays if `FIREBELL_KEEP` is set.
    pub async fn hold(&self, size: Size) -> Result<()> {
        println!("{}: {}", self.name, self.line);
        let started = Instant::now();
        // Short, because sockets live below it and their paths are bounded.
        let folder = tempfile::Builder::new().prefix("fb-").tempdir()?;
        let ground = Ground { size, folder: folder.path().to_owned() };
        let result = (self.run)(ground).await;
        match result {
            Ok(report) if report.cases == 0 => {
                anyhow::bail!("{} ran no {}: that proves nothing", self.name, report.of)
            }
            Ok(report) => {
                println!(
                    "{} holds in {:.1} s: {report}",
                    self.name,
                    started.elapsed().as_secs_f64()
                );
                Ok(())
            }
            Err(error) => {
                show_logs(folder);
                Err(error.context(format!("{} does not hold", self.name)))
            }
        }
    }
}

/// Prints the end of every log below a folder, and keeps the folder when asked to.
pub(crate) fn show_logs(folder: TempDir) {
    for log in logs(folder.path()) {
        let end = tail(&log, 25);
        if !end.trim().is_empty() {
            println!("--- {}\n{end}", log.strip_prefix(folder.path()).unwrap_or(&log).display());
        }
    }
    if std::env::var_os("FIREBELL_KEEP").is_some() {
        println!("kept: {}", folder.keep().display());
    }
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(logs(&path));
        } else if path.extension().is_some_and(|end| end == "log" || end == "out") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_proof_without_cases_does_not_hold() {
        let run: fn(Ground) -> Run = |_| Box::pin(async { Ok(Report::new(0, "cases")) });
        let proof = Proof { name: "nothing", line: "shows nothing", run };
        let error = proof.hold(Size::Ci).await.expect_err("it must not hold");
        assert!(error.to_string().contains("proves nothing"));
    }

    #[tokio::test]
    async fn the_folder_is_there_and_gone_afterwards() {
        let run: fn(Ground) -> Run = |ground| {
            Box::pin(async move {
                let place = ground.place("inner")?;
                assert!(place.is_dir());
                fs::write(std::env::temp_dir().join("fb-proof-test"), place.display().to_string())?;
                Ok(Report::new(1, "folder").figure("ratio", 1.5))
            })
        };
        Proof { name: "one", line: "one folder", run }.hold(Size::Full).await.expect("holds");
        let note = std::env::temp_dir().join("fb-proof-test");
        let place = fs::read_to_string(&note).expect("the note");
        fs::remove_file(note).expect("removed");
        assert!(!Path::new(&place).exists());
    }

    #[test]
    fn a_report_counts_first() {
        let report = Report::new(50, "races").figure("lost", 0).figure("p50", "1.2 ms");
        assert_eq!(report.to_string(), "50 races; lost 0; p50 1.2 ms");
    }
}
