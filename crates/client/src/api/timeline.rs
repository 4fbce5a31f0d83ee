//! The stream of an incident: messages and timeline entries in one list.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::incident::PersonRef;

/// What a line of the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntryKindView {
    /// A message in the room; not a timeline entry.
    Message,
    /// Something seen.
    Observation,
    /// Something done to production.
    Change,
    /// Something decided.
    Decision,
    /// Severity, state, times, service: written by the program.
    Status,
    /// Who took or got which role.
    Role,
    /// Paging.
    Page,
    /// An alert of a monitoring system.
    Alert,
}

/// `list_stream`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListStream {
    /// Which incident.
    pub incident: String,
    /// Lines before this cursor; none starts at the newest.
    pub before: Option<String>,
    /// At most this many, 1–500.
    pub limit: u32,
    /// Leave messages out.
    pub entries_only: bool,
}

/// Answer of `list_stream`, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StreamPage {
    /// The lines.
    pub entries: Vec<EntryView>,
    /// Cursor for older lines; none when there are none.
    pub older: Option<String>,
}

/// One line of the stream.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EntryView {
    /// Entity id (for lines written by the program: of the change that caused it).
    pub id: String,
    /// What it is.
    pub kind: EntryKindView,
    /// When it happened.
    pub at: i64,
    /// When it was entered, if that is another time.
    pub entered_at: i64,
    /// Who wrote it; none for the program.
    pub author: Option<PersonRef>,
    /// What was written. Empty when `message_id` is set.
    pub text: String,
    /// For lines written by the program: Fluent message id, so that each reader sees their language.
    pub message_id: Option<String>,
    /// Arguments of `message_id`; names and keys already resolved, times as milliseconds.
    pub args: std::collections::BTreeMap<String, String>,
    /// People and teams that it names.
    pub mentions: Vec<PersonRef>,
    /// Withdrawn; shown struck through.
    pub retracted: bool,
    /// Text or time was corrected.
    pub edited: bool,
    /// Not sent yet.
    pub unsent: bool,
    /// Stamps by field (`text`, `at`, `kind`, `retracted`) to send back with a change.
    pub stamps: std::collections::BTreeMap<String, String>,
}

/// `add_entry`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddEntry {
    /// Which incident.
    pub incident: String,
    /// What it is: message, observation, change or decision.
    pub kind: EntryKindView,
    /// What was written.
    pub text: String,
    /// When it happened; none is now.
    pub at: Option<i64>,
}

/// What became of a line that was written: `/sev 1` is no message.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Written {
    /// It stands in the stream.
    Line {
        /// Entity id.
        id: String,
    },
    /// The severity was changed.
    Severity {
        /// The new one.
        severity: u8,
    },
    /// People were called.
    Page {
        /// The page.
        id: String,
    },
}

/// A verb that a line may begin with.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VerbView {
    /// Its words without the stroke, in either language, the shortest first.
    pub words: Vec<String>,
}

/// `edit_entry`: correct one field; the history is kept.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditEntry {
    /// Which line.
    pub id: String,
    /// Stamp of the field that the author saw.
    pub seen: Option<String>,
    /// The field and its new value.
    pub edit: EntryEdit,
}

/// A field of a line with its new value.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum EntryEdit {
    /// The text.
    Text(String),
    /// The time it happened.
    At(i64),
    /// A message becomes an entry, or the other way.
    Kind(EntryKindView),
    /// Withdraw (true) or restore (false).
    Retracted(bool),
}
