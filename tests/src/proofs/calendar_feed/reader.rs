//! Calendars as a program that others wrote reads them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

const PROGRAM: &str = include_str!("reader.py");

/// A calendar.
#[derive(Debug, Deserialize)]
pub(super) struct Calendar {
    pub(super) name: String,
    pub(super) events: Vec<Event>,
}

/// An event, in milliseconds since 1970.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) start: i64,
    pub(super) end: i64,
    /// Whatever else it says, by name.
    pub(super) others: Vec<String>,
}

/// Reads them all, in this order.
pub(super) fn read(folder: &Path, texts: &[String]) -> Result<Vec<Calendar>> {
    let program = folder.join("reader.py");
    fs::write(&program, PROGRAM)?;
    let mut files: Vec<PathBuf> = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let file = folder.join(format!("{number}.ics"));
        fs::write(&file, text)?;
        files.push(file);
    }
    // Debian's, where python3-icalendar is installed.
    let output = Command::new("/usr/bin/python3").arg(&program).args(&files).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the calendars are not read (python3-icalendar): {said}");
    let calendars: Vec<Calendar> =
        serde_json::from_slice(&output.stdout).context("what the reader prints")?;
    ensure!(calendars.len() == texts.len(), "{} of {} read", calendars.len(), texts.len());
    Ok(calendars)
}
