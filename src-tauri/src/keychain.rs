//! The operating system's keychain. Where there is none, the client asks the person what to do instead.

use std::time::Duration;

use firebell_client::host::KeychainError;
use keyring::{Entry, Error};

/// Under which name the keychain lists our secrets.
const SERVICE: &str = "app.firebell.desktop";

/// A keychain may ask the person for its password first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads a secret.
pub(crate) async fn read(name: &str) -> Result<Option<String>, KeychainError> {
    let name = name.to_owned();
    blocking(move || match entry(&name)?.get_password() {
        Ok(secret) => Ok(Some(secret)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failed(&error)),
    })
    .await
}

/// Writes a secret, or deletes it (`None`).
pub(crate) async fn write(name: &str, value: Option<&str>) -> Result<(), KeychainError> {
    let (name, value) = (name.to_owned(), value.map(str::to_owned));
    blocking(move || {
        let entry = entry(&name)?;
        let written = match &value {
            Some(secret) => entry.set_password(secret),
            None => entry.delete_credential(),
        };
        match written {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    })
    .await
}

/// Whether there is one.
pub(crate) async fn probe() -> Result<(), KeychainError> {
    blocking(|| entry("probe").map(drop)).await
}

fn entry(name: &str) -> Result<Entry, KeychainError> {
    Entry::new(SERVICE, name).map_err(|error| failed(&error))
}

/// The keychain's program is asked over a blocking connection, and may wait for a person.
async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(ask)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(KeychainError::Failed(error.to_string())),
        Err(_) => Err(KeychainError::Failed("the keychain does not answer".into())),
    }
}

/// Never carries the secret: the errors that hold bytes are named, not printed.
fn failed(error: &Error) -> KeychainError {
    match error {
        Error::NoDefaultStore => {
            let why = Entry::store_status().as_ref().err().map(ToString::to_string);
            KeychainError::None(why.unwrap_or_else(|| error.to_string()))
        }
        Error::BadEncoding(_) => KeychainError::Failed("the secret is not text".into()),
        Error::NoStorageAccess(_) => KeychainError::None(error.to_string()),
        _ => KeychainError::Failed(error.to_string()),
    }
}
