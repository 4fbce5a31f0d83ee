//! Applies a folder of migrations to a database: `xtask-migrate URL FOLDER`.
//!
//! `cargo xtask prepare` runs it with the very migrator that the programs use, so that the SQL is
//! checked against the tables that will really be there (a system's `sqlite3` is years older).

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

/// Applies a folder of migrations to a database.
#[derive(Debug, Parser)]
struct Arguments {
    /// `sqlite:…` or `postgres://…`
    url: String,
    /// The folder with the `.sql` files.
    folder: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { url, folder } = Arguments::parse();
    let migrator = Migrator::new(folder).await?;
    if url.starts_with("sqlite:") {
        let options = url.parse::<SqliteConnectOptions>()?.create_if_missing(true);
        let mut connection = options.connect().await?;
        migrator.run(&mut connection).await?;
        connection.close().await?;
    } else {
        let mut connection = PgConnection::connect(&url).await?;
        migrator.run(&mut connection).await?;
        connection.close().await?;
    }
    Ok(())
}
