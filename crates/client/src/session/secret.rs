//! Session tokens: in the keychain of the operating system, or in a private file with consent.

use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use firebell_domain::id::{EntityId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::{
    api::{ApiError, ErrorCode},
    host::{Host, KeychainError},
};

/// A token. Cannot be printed by accident.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, to be sent to the server it came from.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a workspace's token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kept {
    /// In the keychain.
    Keychain,
    /// In a file that only this user of the computer can read; they agreed.
    File,
    /// Nowhere: the server in this process makes a new one at each start.
    Nowhere,
}

/// Name in the keychain: one for each workspace and person.
pub(crate) fn name(workspace: WorkspaceId, person: EntityId) -> String {
    format!("session {workspace} {person}")
}

/// Whether there is a keychain, asked before a token exists, because an invitation works only once.
/// Answers where the token will be kept.
///
/// # Errors
/// `NoKeychain` when there is none and the person has not agreed to a file.
pub(crate) async fn place(host: &dyn Host, consent: bool) -> Result<Kept, ApiError> {
    const PROBE: &str = "probe";
    let probe = async {
        host.set_secret(PROBE, Some("1")).await?;
        host.set_secret(PROBE, None).await
    };
    match probe.await {
        Ok(()) => Ok(Kept::Keychain),
        Err(error) if consent => {
            tracing::warn!(%error, "the session goes into a private file");
            Ok(Kept::File)
        }
        Err(error) => Err(no_keychain(&error)),
    }
}

/// Keeps a token.
///
/// # Errors
/// `NoKeychain` or `NotSaved`.
pub(crate) async fn keep(
    host: &dyn Host,
    folder: &Path,
    name: &str,
    kept: Kept,
    token: &Secret,
) -> Result<(), ApiError> {
    match kept {
        Kept::Keychain => {
            host.set_secret(name, Some(token.reveal())).await.map_err(|e| no_keychain(&e))
        }
        Kept::File => write_private(&file(folder, name), token.reveal().as_bytes())
            .map_err(|error| ApiError::of(ErrorCode::NotSaved, error.to_string())),
        Kept::Nowhere => Ok(()),
    }
}

/// Reads a token.
///
/// # Errors
/// `NoKeychain` when the keychain does not answer.
pub(crate) async fn read(
    host: &dyn Host,
    folder: &Path,
    name: &str,
    kept: Kept,
) -> Result<Option<Secret>, ApiError> {
    let token = match kept {
        Kept::Keychain => host.secret(name).await.map_err(|error| no_keychain(&error))?,
        Kept::File => match fs::read_to_string(file(folder, name)) {
            Ok(token) => Some(token),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(ApiError::of(ErrorCode::NotSaved, error.to_string())),
        },
        Kept::Nowhere => None,
    };
    Ok(token.filter(|token| !token.is_empty()).map(Secret::new))
}

/// Forgets a token, as far as that can be done: the server has ended it anyway.
pub(crate) async fn forget(host: &dyn Host, folder: &Path, name: &str, kept: Kept) {
    match kept {
        Kept::Keychain => {
            if let Err(error) = host.set_secret(name, None).await {
                tracing::warn!(%error, "a token stays in the keychain");
            }
        }
        Kept::File => {
            if let Err(error) = fs::remove_file(file(folder, name)) {
                tracing::warn!(%error, "a token stays in its file");
            }
        }
        Kept::Nowhere => {}
    }
}

fn no_keychain(error: &KeychainError) -> ApiError {
    ApiError::of(ErrorCode::NoKeychain, error.to_string())
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{}.token", name.replace(' ', "-")))
}

/// Writes a file that nobody else can read, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}
