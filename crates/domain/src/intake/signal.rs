//! What a monitoring system says, whatever its format.

use std::collections::BTreeMap;

use super::Report;
use crate::{id::EntityId, time::Timestamp};

/// Labels of one signal: more are left out.
pub const MAX_LABELS: usize = 64;
/// Bytes of a label's name or value; also of a key as it is kept.
const MAX_LABEL: usize = 500;
/// Bytes of a summary, within what an incident's may have.
const MAX_SUMMARY: usize = 900;
/// Bytes of a description.
const MAX_DESCRIPTION: usize = 8_000;
/// Bytes of a link.
const MAX_LINK: usize = 2_000;

/// What a signal says of its alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It fires.
    Firing,
    /// Somebody acknowledged it over there.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// One report of a source about one of its alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// By what the source tells the alert from others; however long.
    pub key: String,
    /// What it says of it.
    pub status: Status,
    /// What the alert says.
    pub report: Report,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How many reports of the same it stands for: those that were only counted since the last one.
    pub count: u32,
}

impl Signal {
    /// A signal made fit for the record. What a monitoring system sends too much of is cut, not refused:
    /// a page with half a sentence is worth more than none.
    #[must_use]
    pub fn new(key: &str, status: Status, mut report: Report) -> Self {
        report.summary = tidy(&report.summary, MAX_SUMMARY);
        if report.summary.is_empty() {
            report.summary = tidy(key, MAX_SUMMARY);
        }
        report.description = tidy(&report.description, MAX_DESCRIPTION);
        report.labels = labels(report.labels);
        report.link = report.link.filter(|link| {
            let web = link.starts_with("https://") || link.starts_with("http://");
            web && link.len() <= MAX_LINK && !link.contains(char::is_control)
        });
        let plausible = |at: &Timestamp| at.is_plausible();
        report.starts_at = report.starts_at.filter(plausible);
        report.newest_start = report.newest_start.filter(plausible);
        Self { key: key.to_owned(), status, report, ended_at: None, count: 1 }
    }

    /// The key as it is kept and shown.
    #[must_use]
    pub fn shown_key(&self) -> String {
        tidy(&self.key, MAX_LABEL)
    }

    /// The first alert of this key: the one that knows the latest cycle.
    #[must_use]
    pub fn first(&self, source: EntityId) -> EntityId {
        source.derived(&format!("alert:{}", self.key))
    }
}

/// The alert of a later cycle.
pub(super) fn cycle_of(first: EntityId, cycle: u32) -> EntityId {
    if cycle <= 1 { first } else { first.derived(&format!("cycle-{cycle}")) }
}

/// Without what the record refuses and no longer than it may be, cut between characters.
pub(super) fn tidy(text: &str, max: usize) -> String {
    let trimmed = text.trim();
    let end = trimmed.floor_char_boundary(max);
    trimmed[..end].trim_end().replace('\0', "\u{fffd}")
}

pub(super) fn labels(labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let tidied = labels
        .into_iter()
        .map(|(name, value)| (tidy(&name, MAX_LABEL), tidy(&value, MAX_LABEL)))
        .filter(|(name, _)| !name.is_empty());
    tidied.take(MAX_LABELS).collect()
}
