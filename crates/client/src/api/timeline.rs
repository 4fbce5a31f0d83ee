//! The stream of an incident: messages and timeline entries in one list.

pub mod past;
pub mod phrase;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    file::{FileView, NamedFile},
    incident::PersonRef,
};

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

/// For whose eyes a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VisibilityView {
    /// For those who work on the incident.
    Team,
    /// Fit to be quoted to the whole company.
    Inside,
    /// Fit to be quoted to customers.
    Public,
    /// For the team, and kept out of the postmortem.
    OutOfPostmortem,
}

/// Something of the incident that a line is linked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkView {
    /// Its id.
    pub id: String,
    /// The word of its kind, such as `workstream`.
    pub kind: String,
    /// Its name, or how it begins.
    pub name: String,
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
    /// How many lines the whole stream has, messages included.
    pub count: u32,
    /// Up to where this is, for `follow_stream`.
    pub mark: StreamMark,
}

/// Up to where somebody has a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StreamMark {
    /// Life of the record: in another one places in the log mean other rows.
    pub life: u64,
    /// Last row of the log that is in it.
    pub seq: u64,
}

/// `follow_stream`: what is new since a mark, so that ten thousand lines need not be read again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FollowStream {
    /// Which incident.
    pub incident: String,
    /// Of the answer before.
    pub mark: StreamMark,
    /// Lines that were not settled in it: unsent ones may have been sent, refused or taken back, and files
    /// that were not here, or not sent, may be further on, of which the log says nothing.
    pub unsettled: Vec<String>,
}

/// Answer of `follow_stream`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StreamChanges {
    /// Lines that are new or otherwise than before, in no order.
    pub entries: Vec<EntryView>,
    /// Lines that are no more.
    pub gone: Vec<String>,
    /// How many lines the stream has: somebody who then has another number has missed something.
    pub count: u32,
    /// For the next one.
    pub mark: StreamMark,
    /// Too much changed to tell: it is to be read anew.
    pub anew: bool,
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
    /// One of those to be read first.
    pub highlighted: bool,
    /// For whose eyes it is.
    pub visibility: VisibilityView,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it is linked to.
    pub links: Vec<LinkView>,
    /// Not sent yet.
    pub unsent: bool,
    /// Stamps by field (`text`, `at`, `kind`, `retracted`, `highlighted`, `visibility`) to send back with a
    /// change.
    pub stamps: std::collections::BTreeMap<String, String>,
    /// Pictures and other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FileView>>", optional)]
    pub files: Vec<FileView>,
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
    /// Files that were put beside the input line; with one, the text may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<NamedFile>>", optional)]
    pub files: Vec<NamedFile>,
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

/// An open incident as the quick line offers it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LineIncident {
    /// Its id.
    pub id: String,
    /// Its key, once it has one.
    pub key: Option<String>,
    /// What is wrong.
    pub summary: String,
    /// How bad it is.
    pub severity: u8,
    /// What this person has to do with it.
    pub engaged: Engaged,
}

/// What somebody has to do with an incident, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Engaged {
    /// They are in command.
    Command,
    /// They have a role in it.
    Role,
    /// Nothing yet.
    No,
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
    /// One of those to be read first, or not.
    Highlighted(bool),
    /// For whose eyes it is.
    Visibility(VisibilityView),
    /// A tag more.
    AddTag(String),
    /// A tag less.
    RemoveTag(String),
    /// It belongs to this.
    Link(String),
    /// It does not.
    Unlink(String),
    /// Add a file that was put beside the line.
    AddFile(NamedFile),
    /// Take a file out, by its hash; it stays in the line's history.
    RemoveFile(String),
}

/// `edit_entries`: one thing for many lines; a line of which it is true already is left alone.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditEntries {
    /// Which lines, 1–2,000.
    pub ids: Vec<String>,
    /// What: not text, time, kind or files, which are a line's own.
    pub edit: EntryEdit,
}
