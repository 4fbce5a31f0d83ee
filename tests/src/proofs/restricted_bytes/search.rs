//! Looking for markers in bytes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Result, bail};
use tracing_subscriber::EnvFilter;

use super::marker::Marker;

/// What was looked through, summed over looks.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) looks: u64,
    pub(super) bytes: u64,
    /// Markers that were found with who may see them: the search works.
    pub(super) controls: u64,
}

impl Found {
    pub(super) fn add(&mut self, other: Self) {
        self.looks += other.looks;
        self.bytes += other.bytes;
        self.controls += other.controls;
    }

    /// Looks for markers in bytes: those that may be there are counted, any other is the end.
    pub(super) fn look(
        &mut self,
        place: &str,
        bytes: &[u8],
        markers: &[Marker],
        may: impl Fn(&Marker) -> bool,
    ) -> Result<()> {
        self.bytes += bytes.len() as u64;
        for marker in markers {
            let hit = marker.forms().iter().position(|form| contains(bytes, form));
            match (hit, may(marker)) {
                (None, _) => {}
                (Some(_), true) => self.controls += 1,
                (Some(form), false) => bail!(
                    "the marker in the {} stands in {place}, in form {form}: \"{}\"",
                    marker.place,
                    marker.text
                ),
            }
        }
        Ok(())
    }
}

/// Whether bytes stand in others. Jumps by what the last byte allows, so that files of many megabytes
/// are looked through in no time.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(length) = needle.len().checked_sub(1) else { return true };
    let mut jump = [needle.len(); 256];
    for (at, byte) in needle[..length].iter().enumerate() {
        jump[usize::from(*byte)] = length - at;
    }
    let mut end = length;
    while let Some(byte) = bytes.get(end) {
        if bytes[end - length..=end] == *needle {
            return true;
        }
        end += jump[usize::from(*byte)];
    }
    false
}

/// All files below a folder.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Everything that desktops log from now on goes to a file. One for the life of the process: each proof
/// has a process of its own.
pub(super) fn log_to(path: &Path) -> Result<()> {
    let file = Mutex::new(File::create(path)?);
    let only_ours = EnvFilter::new("firebell_client=trace");
    let log =
        tracing_subscriber::fmt().with_writer(file).with_ansi(false).with_env_filter(only_ours);
    log.try_init().map_err(|error| anyhow::anyhow!("cannot log: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_wherever_they_stand() {
        let text = b"abracadabra";
        for start in 0..text.len() {
            for end in start + 1..=text.len() {
                assert!(contains(text, &text[start..end]));
            }
        }
        assert!(
            !contains(text, b"abracadabrab") && !contains(text, b"ada b") && !contains(b"", b"a")
        );
    }
}
