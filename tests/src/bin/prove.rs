//! `firebell-prove`: runs one proof, the tour, or takes the pictures of docs/screens; ends with 0 only when it holds.
//!
//! `cargo xtask prove` builds the programs, runs this for each proof, and ends what was left running.

use std::process::ExitCode;

use clap::Parser;
use firebell_tests::proof::Size;
use firebell_tests::{proofs, screens, tour};

/// Whole-program checks of what Firebell promises.
#[derive(Debug, Parser)]
struct Arguments {
    /// A proof's name, or "tour", or "pictures"
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// Full size instead of CI size
    #[arg(long)]
    release: bool,
    /// Names the proofs, with a line each
    #[arg(long)]
    list: bool,
    /// With --list: the names alone
    #[arg(long, requires = "list")]
    names: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        print!("{}", proofs::list(arguments.names));
        return ExitCode::SUCCESS;
    }
    let size = if arguments.release { Size::Full } else { Size::Ci };
    let name = arguments.name.unwrap_or_default();
    let result = match proofs::named(&name) {
        _ if name == "tour" => tour::take().await,
        _ if name == "pictures" => screens::take().await,
        Some(proof) => proof.hold(size).await,
        None => Err(anyhow::anyhow!("there is no proof \"{name}\"; --list names them")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
