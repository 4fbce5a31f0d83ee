//! The server's clock, pushed instead of slept through.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;

/// The variable that names the file with the offset.
pub const VARIABLE: &str = "FIREBELL_CLOCK_OFFSET_FILE";

/// How far the server's clock is ahead of the machine's; starts at nothing.
#[derive(Debug)]
pub struct Clock {
    file: PathBuf,
    offset: i64,
}

impl Clock {
    /// Makes the file that servers are told about by [`VARIABLE`].
    pub fn new(folder: &Path) -> Result<Self> {
        let clock = Self { file: folder.join("clock-offset"), offset: 0 };
        clock.write()?;
        Ok(clock)
    }

    /// The file that holds the offset.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Pushes the clock forward.
    pub fn push(&mut self, by: Duration) -> Result<()> {
        self.offset += i64::try_from(by.as_millis())?;
        self.write()
    }

    /// What a server with this clock calls now, in milliseconds since 1970.
    pub fn now(&self) -> Result<i64> {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH)?;
        Ok(i64::try_from(machine.as_millis())? + self.offset)
    }

    /// Sets the clock this many milliseconds ahead of the machine's, or behind it.
    pub fn set(&mut self, offset_ms: i64) -> Result<()> {
        self.offset = offset_ms;
        self.write()
    }

    /// A reader sees the old number or the new one, never half of one.
    fn write(&self) -> Result<()> {
        let next = self.file.with_extension("next");
        fs::write(&next, self.offset.to_string())?;
        Ok(fs::rename(next, &self.file)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_add_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut clock = Clock::new(folder.path()).expect("a clock");
        let read = |clock: &Clock| fs::read_to_string(clock.file()).expect("the file");
        assert_eq!(read(&clock), "0");
        clock.push(Duration::from_secs(300)).expect("pushed");
        clock.push(Duration::from_millis(5)).expect("pushed");
        assert_eq!(read(&clock), "300005");
        clock.set(-1).expect("set");
        assert_eq!(read(&clock), "-1");
    }
}
