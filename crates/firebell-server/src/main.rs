//! The binary of Firebell's server: wires a store to the server. What it can do is in [`command`].

mod channels;
mod command;
mod database;
mod files;
mod log;
mod marker;
mod serve;
mod tasks;

use std::process::ExitCode;

use clap::Parser;
use command::{Command, Program, UserCommand};

fn main() -> ExitCode {
    let program = Program::parse();
    log::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("no threads: {error}")),
    };
    match runtime.block_on(run(program)) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("firebell-server: {error}");
    ExitCode::FAILURE
}

async fn run(program: Program) -> Result<ExitCode, String> {
    let Program { database_url: url, files_folder: files, command } = program;
    match command {
        Command::Serve(options) => serve::run(&url, files, options).await,
        Command::Migrate => tasks::migrate(&url).await,
        Command::User { command } => match command {
            UserCommand::Add(new) => tasks::add_user(&url, new).await,
            UserCommand::Password { name } => tasks::set_password(&url, &name).await,
            UserCommand::Disable { name } => tasks::disable_user(&url, &name).await,
        },
        Command::Invite { admin } => tasks::invite(&url, admin).await,
        Command::Backup { to } => tasks::backup(&url, files, &to).await,
        Command::NewEpoch { highest_key } => tasks::new_epoch(&url, highest_key).await,
        Command::Doctor(given) => tasks::doctor(&url, files, &given).await,
    }
}
