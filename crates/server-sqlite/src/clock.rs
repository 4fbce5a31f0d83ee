//! The database's clock. SQLite has none of its own, so it is the machine's.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use firebell_domain::time::Timestamp;

/// Names a file with signed milliseconds that are added to the clock: tests push time instead of
/// sleeping.
const OFFSET_FILE: &str = "FIREBELL_CLOCK_OFFSET_FILE";

/// The machine's clock and tests' offset.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    offset_file: Option<PathBuf>,
}

impl Clock {
    /// Reads once whether there is an offset file.
    pub(crate) fn new() -> Self {
        Self { offset_file: std::env::var_os(OFFSET_FILE).map(PathBuf::from) }
    }

    /// With this offset file.
    pub(crate) fn offset_by(file: &Path) -> Self {
        Self { offset_file: Some(file.to_owned()) }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        now.plus_millis(self.offset())
    }

    fn offset(&self) -> i64 {
        let text = self.offset_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }
}
