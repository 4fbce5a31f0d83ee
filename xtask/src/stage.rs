//! The stages of a command, timed and summed up.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The stages that have run so far.
#[derive(Debug)]
pub struct Stages {
    title: &'static str,
    started: Instant,
    done: Vec<(String, Duration)>,
    /// The stages that failed without stopping the command, and why.
    failed: Vec<(String, String)>,
}

impl Stages {
    /// Starts the clock of a command.
    pub fn new(title: &'static str) -> Self {
        Self { title, started: Instant::now(), done: Vec::new(), failed: Vec::new() }
    }

    /// Runs one stage; its failure stops the command and says which stage it was.
    pub fn run<T>(&mut self, name: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
        let result = self.timed(name, body);
        if result.is_err() {
            self.summary();
        }
        result.with_context(|| format!("{} stopped at \"{name}\"", self.title))
    }

    /// Runs one stage on which no other builds; its failure is told at once and fails the command at its
    /// end, so that one run of an hour says everything that is wrong.
    pub fn attempt(&mut self, name: &str, body: impl FnOnce() -> Result<()>) {
        if let Err(error) = self.timed(name, body) {
            println!("{error:?}");
            self.failed.push((name.to_owned(), format!("{error:#}")));
        }
    }

    fn timed<T>(&mut self, name: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let started = Instant::now();
        let result = body();
        let took = started.elapsed();
        self.done.push((name.to_owned(), took));
        let failed = if result.is_err() { "FAILED after " } else { "" };
        println!("== {name}: {failed}{}", seconds(took));
        result
    }

    /// Says how long each stage took, and that all passed.
    ///
    /// # Errors
    ///
    /// Names the stages that were attempted and failed, and says again why.
    pub fn finish(self) -> Result<()> {
        self.summary();
        if !self.failed.is_empty() {
            let said = self.failed.iter().map(|(name, why)| format!("\n  {name}: {why}"));
            bail!("{} failed at{}", self.title, said.collect::<String>());
        }
        println!("{}: everything passed", self.title);
        Ok(())
    }

    fn summary(&self) {
        let width = self.done.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        println!("\n{} in {}", self.title, seconds(self.started.elapsed()));
        for (name, took) in &self.done {
            println!("  {name:<width$}  {:>9}", seconds(*took));
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_stage_is_named() {
        let mut stages = Stages::new("test");
        stages.run("first", || Ok(())).expect("first passes");
        let error = stages.run("second", || -> Result<()> { anyhow::bail!("why") });
        let text = format!("{:#}", error.expect_err("second fails"));
        assert_eq!(text, "test stopped at \"second\": why");
    }

    #[test]
    fn what_was_attempted_fails_the_command_at_its_end() {
        let mut stages = Stages::new("test");
        stages.attempt("first", || anyhow::bail!("why"));
        stages.run("second", || Ok(())).expect("second runs all the same");
        stages.attempt("third", || anyhow::bail!("why"));
        let error = stages.finish().expect_err("two failed");
        assert_eq!(error.to_string(), "test failed at\n  first: why\n  third: why");
    }
}
