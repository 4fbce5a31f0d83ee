//! A copy of the database, by PostgreSQL's own tool: it alone knows how to copy a database that goes on
//! working, and what it writes can be restored into a newer PostgreSQL.

use std::{
    ffi::{OsStr, OsString},
    io::ErrorKind,
    path::Path,
    process::Stdio,
    time::Duration,
};

use firebell_server::store::StoreError;
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::{process::Command, time::timeout};

/// The program, found on the PATH.
const PG_DUMP: &str = "pg_dump";
/// A copy that takes longer counts as failed.
const PATIENCE: Duration = Duration::from_secs(6 * 3_600);
/// How much of its complaint is repeated.
const COMPLAINT: usize = 2_000;

/// Writes the whole database to a file that `pg_restore` reads. A file that is there is not replaced,
/// and one that is not whole never has the name asked for.
pub(crate) async fn backup(options: &PgConnectOptions, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Other("a backup does not replace a file".to_owned()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    private(&part)?;
    let done = match dump(options, &part).await {
        Ok(()) => tokio::fs::rename(&part, to).await.map_err(unwritten),
        Err(error) => Err(error),
    };
    if done.is_err() {
        // What is left of it is of no use to anybody.
        tokio::fs::remove_file(&part).await.ok();
    }
    done
}

/// Makes a file that only its owner reads, before anything is in it: digests of passwords and tokens
/// will be. `pg_dump` writes into what is there and leaves its mode alone.
fn private(file: &OsStr) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => StoreError::Other(format!(
            "{} is there already: another backup is under way, or one was cut off; then remove it",
            file.display()
        )),
        _ => unwritten(error),
    })
}

async fn dump(options: &PgConnectOptions, part: &OsStr) -> Result<(), StoreError> {
    let run = command(options, part).kill_on_drop(true).output();
    let output = timeout(PATIENCE, run)
        .await
        .map_err(|_| StoreError::Unavailable(format!("{PG_DUMP} took too long")))?
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => StoreError::Other(format!(
                "{PG_DUMP} is not installed; a backup of PostgreSQL needs it (the package \
                 postgresql-client), or use the backup of whoever runs the database"
            )),
            _ => unwritten(error),
        })?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let complaint: String = complaint.trim().chars().take(COMPLAINT).collect();
        return Err(StoreError::Other(format!("{PG_DUMP} failed: {complaint}")));
    }
    let file = tokio::fs::File::open(part).await.map_err(unwritten)?;
    file.sync_all().await.map_err(unwritten)
}

/// The password goes by the environment: arguments are visible to everybody on the machine.
fn command(options: &PgConnectOptions, part: &OsStr) -> Command {
    let mut command = Command::new(PG_DUMP);
    let host = match options.get_socket() {
        Some(folder) => folder.clone().into_os_string(),
        None => OsString::from(options.get_host()),
    };
    command
        .args(["--format=custom", "--no-password", "--file"])
        .arg(part)
        .arg("--host")
        .arg(host)
        .arg(format!("--port={}", options.get_port()))
        .arg(format!("--username={}", options.get_username()))
        // PostgreSQL's own rule: without a name, the user's.
        .arg(options.get_database().unwrap_or(options.get_username()))
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(password) = options.to_url_lossy().password() {
        command.env("PGPASSWORD", decoded(password));
    }
    command
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// A part of a URL as it was before it was put there.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = std::str::from_utf8(tail.get(..2).unwrap_or_default())
            .ok()
            .filter(|_| *first == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unwritten(error: std::io::Error) -> StoreError {
    StoreError::Other(format!("the backup cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_reaches_pg_dump_by_the_environment_alone_and_as_it_was() {
        let password = "a%b/ü @:100%";
        let options = PgConnectOptions::new_without_pgpass()
            .host("db.example")
            .username("firebell")
            .password(password)
            .database("record");
        let command = command(&options, OsStr::new("copy.part"));
        let command = command.as_std();
        let given = |name: &str| {
            let found = command.get_envs().find(|(key, _)| *key == OsStr::new(name));
            found.and_then(|(_, value)| value).map(|value| value.to_string_lossy().into_owned())
        };
        assert_eq!(given("PGPASSWORD").as_deref(), Some(password));
        let arguments: Vec<_> = command.get_args().map(|one| one.to_string_lossy()).collect();
        assert!(arguments.iter().any(|one| one == "db.example"));
        assert!(!arguments.iter().any(|one| one.contains("100")), "{arguments:?}");
    }
}
