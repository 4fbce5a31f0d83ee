//! `cargo xtask`: everything one does with this repository, one word each.

mod bench;
mod cargo;
mod check;
mod prepare;
mod prove;
mod release;
mod run;
mod test;
mod types;
mod ui;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Everything one does with this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what is missing, build, and start the desktop; without a display, take its tour
    Run {
        /// What the desktop is started with, such as firebell://declare
        arguments: Vec<String>,
    },
    /// Everything that is checked before a change is kept; leaves nothing running
    Test,
    /// The fast loop while working: format, lints, rules, wire, client, UI
    Check,
    /// Whole-program proofs: runs those named; without a name it says which there are
    Prove {
        /// Names of proofs
        names: Vec<String>,
        /// Full size, release build, times asserted
        #[arg(long)]
        release: bool,
        /// All of them
        #[arg(long, conflicts_with = "names")]
        all: bool,
    },
    /// The figures of speed, each with its ratio to the raw limit
    Bench,
    /// The Debian package and the server's binary, in target/package
    Package,
    /// Write what sqlx knows about every query into each crate's .sqlx
    Prepare {
        /// Crates, such as "client"; none is all
        crates: Vec<String>,
        /// Write nothing; fail when a .sqlx is out of date
        #[arg(long)]
        check: bool,
    },
    /// Write the TypeScript types of what crosses to the UI
    Types,
}

fn main() -> ExitCode {
    match obey(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes in words; where in this program it came up helps nobody.
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(command: Command) -> Result<()> {
    match command {
        Command::Run { arguments } => run::run(&arguments),
        Command::Test => test::run(),
        Command::Check => check::run(),
        Command::Prove { names, all: false, .. } if names.is_empty() => prove::list(),
        Command::Prove { names, release, .. } => prove::run(&names, release),
        Command::Bench => bench::run(),
        Command::Package => release::run(),
        Command::Prepare { crates, check: true } => prepare::check(&crates),
        Command::Prepare { crates, check: false } => prepare::write(&crates),
        Command::Types => types::run(),
    }
}
