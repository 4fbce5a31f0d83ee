//! The record as it was: the history of a line, the incident as of a moment, spans for the picture.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::EntryView;
use crate::api::incident::{PersonRef, StateView};

/// Answer of `get_entry_history`: what was done to a line, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EntryHistory {
    /// What was done.
    pub edits: Vec<EntryEdited>,
    /// Everything is here; older rows of an incident may still be on their way.
    pub complete: bool,
}

/// One change of a line.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EntryEdited {
    /// The change.
    pub id: String,
    /// When, by its author's clock.
    pub at: i64,
    /// Who; none for the program.
    pub by: Option<PersonRef>,
    /// Not sent yet.
    pub unsent: bool,
    /// What it did.
    pub steps: Vec<EntryStep>,
}

/// What a change did to one field or list of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntryStep {
    /// `text`, `at`, `kind`, `retracted`, `highlighted`, `visibility`, `tags`, `links`,
    /// `files`.
    pub field: String,
    /// What stood there before: words, a time in milliseconds, `true` or `false`, a tag, a name, a
    /// file's name. None when there was nothing.
    pub was: Option<String>,
    /// What stands there since; none when it was taken away.
    pub now: Option<String>,
}

/// `get_incident_at`: what was known at a moment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentMoment {
    /// Which incident.
    pub incident: String,
    /// The moment.
    pub at: i64,
    /// Lines before this cursor; none starts at the newest.
    pub before: Option<String>,
    /// At most so many lines, 1–500.
    pub limit: u32,
}

/// Answer of `get_incident_at`: what everybody who looked could know then. What had not reached the server
/// was known to its author alone, and is not in it; on this desktop what is not sent yet counts from when
/// it was written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentAt {
    /// The moment.
    pub at: i64,
    /// Whether it had been declared; else the rest is empty.
    pub declared: bool,
    /// What it was called.
    pub summary: String,
    /// How bad it was held to be.
    pub severity: u8,
    /// Where it was in its life.
    pub state: StateView,
    /// Who was in command.
    pub im: Option<PersonRef>,
    /// Who had which role.
    pub roles: Vec<RoleAt>,
    /// When the impact was held to have begun.
    pub impact_start: Option<i64>,
    /// When it was held to have been detected.
    pub detected: Option<i64>,
    /// When the impact was held to have ended.
    pub impact_end: Option<i64>,
    /// Lines as they read then, the oldest first.
    pub entries: Vec<EntryView>,
    /// Cursor for older lines; none when there are none.
    pub older: Option<String>,
    /// How many lines there were.
    pub count: u32,
    /// Everything is here; older rows may still be on their way.
    pub complete: bool,
}

/// A role that somebody had.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleAt {
    /// Which.
    pub role: String,
    /// Who.
    pub person: Option<PersonRef>,
}

/// Answer of `get_picture`: what lasted, for lanes over time. What happened at an instant is in the stream.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Picture {
    /// Severity over time: `1`, `2`, `3`.
    pub severity: Vec<Span>,
    /// State over time, by its word.
    pub state: Vec<Span>,
    /// Who was in command, by name; nobody is empty.
    pub im: Vec<Span>,
    /// When the impact began, as far as it is known.
    pub impact_start: Option<i64>,
    /// When it was detected.
    pub detected: Option<i64>,
    /// When the impact ended.
    pub impact_end: Option<i64>,
    /// Everything is here; older rows may still be on their way.
    pub complete: bool,
}

/// Something that was so for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// Since when.
    pub from: i64,
    /// Until when; none while it is so.
    pub to: Option<i64>,
    /// What.
    pub value: String,
}
