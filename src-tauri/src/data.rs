//! Where this program keeps its data.

use std::{fs, io, path::PathBuf};

use tauri::{AppHandle, Manager};

/// The folder for databases and logs: `FIREBELL_DATA_DIR`, or what the system gives this program. Made
/// when it is not there, closed to other people of this computer.
///
/// # Errors
/// The folder and why it cannot be made.
pub(crate) fn folder(app: &AppHandle) -> Result<PathBuf, (PathBuf, io::Error)> {
    let folder = match std::env::var_os("FIREBELL_DATA_DIR").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => {
            app.path().app_data_dir().map_err(|error| (PathBuf::new(), io::Error::other(error)))?
        }
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err((folder, error)),
    }
}
