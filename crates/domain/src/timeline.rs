//! The stream of an incident: messages and timeline entries (T0, T1, T2, C5).
//!
//! A line that a person wrote is an entity of its own. Lines that the program writes (severity
//! changed, page rang) are not stored twice: [`line`] reads them off the log.

mod line;
mod mention;
pub mod verb;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use line::{Arg, Line, line};
pub use mention::{MAX_MENTIONS, mentions};

use crate::{
    decide::{Draft, Refusal, Stop, text},
    entity::{Entity, Kind},
    id::EntityId,
    incident::MAX_TEXT,
    time::Timestamp,
};

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
        Self::Add { incident, entry, text: text.into(), happened_at, mentions: Vec::new() }
    }

    /// Entities that it names besides the line.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Add { incident, mentions, .. } => {
                std::iter::once(*incident).chain(mentions.iter().copied()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A line of the stream read as one.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a>(pub &'a Entity);

impl<'a> Entry<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> EntryKind {
        self.0.get("entry").unwrap_or(EntryKind::Message)
    }

    /// What was written.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.0.text("text")
    }

    /// When it happened.
    #[must_use]
    pub fn happened_at(self) -> Timestamp {
        self.0.get("happened_at").unwrap_or_default()
    }

    /// When it was written.
    #[must_use]
    pub fn written_at(self) -> Timestamp {
        self.0.get("written_at").unwrap_or_default()
    }

    /// Who wrote it; none for the program.
    #[must_use]
    pub fn author(self) -> Option<EntityId> {
        self.0.get("author")
    }

    /// People and teams that it names.
    #[must_use]
    pub fn mentions(self) -> Vec<EntityId> {
        self.0.get("mentions").unwrap_or_default()
    }

    /// Whether it was withdrawn.
    #[must_use]
    pub fn retracted(self) -> bool {
        self.0.flag("retracted")
    }

    /// Whether text, time or kind were corrected after it was written.
    #[must_use]
    pub fn edited(self) -> bool {
        let first = self.0.stamp("written_at").map(|stamp| stamp.change);
        ["text", "happened_at", "entry"]
            .into_iter()
            .any(|field| self.0.stamp(field).map(|stamp| stamp.change) != first)
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &EntryChange) -> Result<(), Stop> {
    if let EntryChange::Add { incident, entry, text: words, happened_at, mentions } = body {
        if draft.known(*incident)?.kind != Kind::INCIDENT {
            return Err(Refusal::Unknown { entity: *incident }.into());
        }
        draft.creates(Some(*incident))?;
        if !happened_at.is_plausible() {
            return Err(Refusal::ImpossibleValue { field: "happened_at".to_owned() }.into());
        }
        if !writable(*entry) && draft.author.person().is_some() {
            return Err(Refusal::ImpossibleValue { field: "entry".to_owned() }.into());
        }
        draft.write("entry", json!(entry));
        draft.write("text", text("text", words, MAX_TEXT)?);
        draft.write("happened_at", json!(happened_at));
        draft.write("written_at", json!(draft.change.at));
        draft.write("author", json!(draft.author.person()));
        draft.write("retracted", false);
        if !mentions.is_empty() {
            if mentions.len() > MAX_MENTIONS {
                return Err(Refusal::ImpossibleValue { field: "mentions".to_owned() }.into());
            }
            for one in mentions {
                draft.known(*one)?;
            }
            draft.write("mentions", json!(mentions));
        }
        return Ok(());
    }
    draft.existing()?;
    match body {
        EntryChange::Add { .. } => Ok(()),
        EntryChange::SetText { text: words } => draft.set("text", text("text", words, MAX_TEXT)?),
        EntryChange::SetTime { happened_at } if !happened_at.is_plausible() => {
            Err(Refusal::ImpossibleValue { field: "happened_at".to_owned() }.into())
        }
        EntryChange::SetTime { happened_at } => draft.set("happened_at", json!(happened_at)),
        EntryChange::SetKind { entry } if writable(*entry) => draft.set("entry", json!(entry)),
        EntryChange::SetKind { .. } => {
            Err(Refusal::ImpossibleValue { field: "entry".to_owned() }.into())
        }
        EntryChange::SetRetracted { retracted } => draft.set("retracted", *retracted),
    }
}

/// Kinds that a person writes.
fn writable(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::Message | EntryKind::Observation | EntryKind::Change | EntryKind::Decision
    )
}
