//! The stages of a command, timed and summed up.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The stages that have run so far.
#[derive(Debug)]
pub struct Stages {
    title: &'static str,
    started: Instant,
    done: Vec<(String, Duration)>,
}

impl Stages {
    /// Starts the clock of a command.
    pub fn new(title: &'static str) -> Self {
        Self { title, started: Instant::now(), done: Vec::new() }
    }

    /// Runs one stage; its failure stops the command and says which stage it was.
    pub fn run<T>(&mut self, name: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let started = Instant::now();
        let result = body();
        let took = started.elapsed();
        self.done.push((name.to_owned(), took));
        match result {
            Ok(value) => {
                println!("== {name}: {}", seconds(took));
                Ok(value)
            }
            Err(error) => {
                println!("== {name}: FAILED after {}", seconds(took));
                self.summary();
                Err(error).with_context(|| format!("{} stopped at \"{name}\"", self.title))
            }
        }
    }

    /// Says that all stages passed, and how long each took.
    pub fn finish(self) {
        self.summary();
        println!("{}: everything passed", self.title);
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
}
