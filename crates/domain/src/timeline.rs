//! The stream of an incident: messages and timeline entries (T0, T1, T2, C5).
//!
//! A line that a person wrote is an entity of its own. Lines that the program writes (severity
//! changed, page rang) are not stored twice: [`line`] reads them off the log.

mod entry;
mod line;
mod mention;
pub mod phrase;
mod rules;
pub mod verb;

use serde::{Deserialize, Serialize};

pub use entry::{Entry, LINKS, TAGS};
pub use line::{Arg, Line, line};
pub use mention::{MAX_MENTIONS, mentions};
pub(crate) use rules::decide;
pub use rules::{MAX_LINKS, MAX_TAG, MAX_TAGS, tag_key};

use crate::{chain::Hash, file::FileRef, id::EntityId, time::Timestamp};

/// What a line of the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A message in the room; not a timeline entry.
    Message,
    /// Something seen.
    Observation,
    /// Something done to production.
    Change,
    /// Something decided.
    Decision,
    /// Where the incident stands: written by the program.
    Status,
    /// Who has which role: written by the program.
    Role,
    /// Paging: written by the program.
    Page,
    /// An alert of a monitoring system.
    Alert,
}

impl EntryKind {
    /// Whether a person writes lines of this kind; the program writes the others.
    #[must_use]
    pub fn writable(self) -> bool {
        matches!(self, Self::Message | Self::Observation | Self::Change | Self::Decision)
    }
}

/// For whose eyes a line is, once the record is read outside the response (T2, S4).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// For those who work on the incident; what every line is until somebody says otherwise.
    #[default]
    Team,
    /// Fit to be quoted to the whole company.
    Inside,
    /// Fit to be quoted to customers.
    Public,
    /// For the team, and kept out of the postmortem.
    OutOfPostmortem,
}

/// What can be done to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum EntryChange {
    /// It is written.
    Add {
        /// In which incident.
        incident: EntityId,
        /// What it is.
        entry: EntryKind,
        /// What was written.
        text: String,
        /// When it happened.
        happened_at: Timestamp,
        /// People and teams that it names, who are told of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<EntityId>,
        /// Pictures and other files; with one, the text may be empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// The text is corrected.
    SetText {
        /// The new one.
        text: String,
    },
    /// The time is corrected.
    SetTime {
        /// The new one.
        happened_at: Timestamp,
    },
    /// A message becomes an entry, or the other way.
    SetKind {
        /// The new one.
        entry: EntryKind,
    },
    /// It is withdrawn, or restored.
    SetRetracted {
        /// Withdrawn or not.
        retracted: bool,
    },
    /// It gets a tag, in the spelling in which it is shown; a tag in another spelling is the same one.
    AddTag {
        /// The tag.
        tag: String,
    },
    /// It loses a tag.
    RemoveTag {
        /// The tag, in any spelling.
        tag: String,
    },
    /// It is one of those to be read first, or no longer.
    SetHighlighted {
        /// Highlighted or not.
        highlighted: bool,
    },
    /// For whose eyes it is.
    SetVisibility {
        /// Whose.
        visibility: Visibility,
    },
    /// It belongs to something else of the same incident: a workstream, a change, a theory, a line.
    Link {
        /// To what.
        to: EntityId,
    },
    /// It does not belong to it after all.
    Unlink {
        /// To what.
        to: EntityId,
    },
    /// It gets a picture or another file.
    AddFile {
        /// Which.
        file: FileRef,
    },
    /// It loses one, which stays in its history.
    RemoveFile {
        /// Which.
        hash: Hash,
    },
}

impl EntryChange {
    /// Writing a line that is nothing but words.
    #[must_use]
    pub fn add(
        incident: EntityId,
        entry: EntryKind,
        text: impl Into<String>,
        happened_at: Timestamp,
    ) -> Self {
        let (text, mentions, files) = (text.into(), Vec::new(), Vec::new());
        Self::Add { incident, entry, text, happened_at, mentions, files }
    }

    /// Entities that it names besides the line.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Add { incident, mentions, .. } => {
                std::iter::once(*incident).chain(mentions.iter().copied()).collect()
            }
            Self::Link { to } => vec![*to],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
