//! Where the files of timeline entries are.

use std::path::{Path, PathBuf};

use firebell_server::files::Files;

/// The folder of a SQLite file: its name and `.files`, beside it.
pub(crate) fn files_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

/// The folder that counts: the given one, or the one beside the database.
fn folder(given: Option<PathBuf>, beside: Option<PathBuf>) -> Option<PathBuf> {
    given.or(beside)
}

/// Opens the folder, and makes it when there is none.
///
/// # Errors
/// In words, with what to do.
pub(crate) fn open(
    given: Option<PathBuf>,
    beside: Option<PathBuf>,
) -> Result<Option<Files>, String> {
    let Some(folder) = folder(given, beside) else {
        tracing::warn!("no files are taken: --files-folder is not given");
        return Ok(None);
    };
    let files = Files::in_folder(&folder);
    files.map(Some).map_err(|error| format!("the folder for files {}: {error}", folder.display()))
}

/// Copies files to the folder beside a copy of the database; answers how many were new there.
///
/// # Errors
/// In words.
pub(crate) async fn back_up(
    given: Option<PathBuf>,
    beside: Option<PathBuf>,
    to: &Path,
) -> Result<u64, String> {
    // Looking makes nothing.
    let Some(folder) = folder(given, beside).filter(|folder| folder.exists()) else { return Ok(0) };
    let said = |error: std::io::Error| error.to_string();
    let (files, copy) = (
        Files::in_folder(&folder).map_err(said)?,
        Files::in_folder(&files_beside(to)).map_err(said)?,
    );
    files.copy_to(&copy).await.map_err(|error| error.to_string())
}

/// What `doctor` says of them: a line of (what, fine?, detail).
pub(crate) async fn check(
    given: Option<PathBuf>,
    beside: Option<PathBuf>,
) -> (String, bool, String) {
    let line = |fine, detail: String| ("files".to_owned(), fine, detail);
    let Some(folder) = folder(given, beside) else {
        return line(true, "not given: no files are taken; see --files-folder".to_owned());
    };
    if !folder.exists() {
        return line(true, "there are none yet; `serve` makes the folder".to_owned());
    }
    let files = match Files::in_folder(&folder) {
        Ok(files) => files,
        Err(error) => return line(false, format!("{}: {error}", folder.display())),
    };
    match files.check().await {
        Err(error) => line(false, error.to_string()),
        Ok(found) if found.damaged.is_empty() => {
            line(true, format!("{} files, {} bytes, all whole", found.files, found.bytes))
        }
        Ok(found) => {
            /// Names in one line.
            const NAMED: usize = 5;
            let named = found.damaged.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            line(false, format!("{} damaged: {named}", found.damaged.len()))
        }
    }
}
