//! What is fetched by HTTP beside the conversation.

use std::collections::BTreeSet;

use firebell_domain::{entity::Entity, id::EntityId};
use firebell_protocol::{
    document::Exchanged,
    http::{History, IncidentDump, LogPage, SnapshotChunk},
    row::{Row, Slot},
};

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetch {
    /// A chunk of a first sync.
    Snapshot {
        /// Token of the chunk; none begins.
        token: Option<String>,
    },
    /// Rows of the log after this one.
    Log {
        /// Which.
        after: u64,
    },
    /// All entities of an incident.
    Incident(EntityId),
    /// Older rows of an incident, after this one.
    History {
        /// Which incident.
        incident: EntityId,
        /// Which row.
        after: u64,
    },
    /// What a state document lacks here, for what was written in it here.
    Document(EntityId),
}

impl Fetch {
    /// Its path and query under `/api/v1`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Snapshot { token: None } => "/snapshot".to_owned(),
            Self::Snapshot { token: Some(token) } => {
                let query: String =
                    url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
                format!("/snapshot?token={query}")
            }
            Self::Log { after } => format!("/log?after={after}"),
            Self::Incident(id) => format!("/incidents/{id}"),
            Self::History { incident, after } => {
                format!("/incidents/{incident}/history?after={after}")
            }
            Self::Document(incident) => format!("/incidents/{incident}/document"),
        }
    }
}

/// What was fetched.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// A chunk of a first sync.
    Snapshot(SnapshotChunk),
    /// Rows of the log.
    Log(LogPage),
    /// All entities of an incident.
    Incident(IncidentDump),
    /// Older rows of an incident.
    History(History),
    /// The answer to what was written here up to an update of this desktop.
    Document(i64, Exchanged),
}

impl Fetched {
    /// Without what belongs to these incidents: the person lost sight of them while it was on its way.
    pub(super) fn without(self, forgotten: &BTreeSet<EntityId>) -> Self {
        if forgotten.is_empty() {
            return self;
        }
        let keep = |body: &String| {
            serde_json::from_str::<Entity>(body)
                .is_ok_and(|entity| entity.incident.is_none_or(|id| !forgotten.contains(&id)))
        };
        match self {
            Self::Snapshot(mut chunk) => {
                chunk.entities.retain(keep);
                Self::Snapshot(chunk)
            }
            Self::Incident(mut dump) => {
                dump.entities.retain(keep);
                Self::Incident(dump)
            }
            Self::Log(mut page) => {
                page.slots = page.slots.into_iter().map(|slot| hide(slot, forgotten)).collect();
                Self::Log(page)
            }
            // The store does not take rows of an incident that is not here.
            Self::History(page) => Self::History(page),
            // Nor a document of one.
            Self::Document(upto, exchanged) => Self::Document(upto, exchanged),
        }
    }
}

/// A row of a forgotten incident becomes its leaf; the chain stays whole.
fn hide(slot: Slot, forgotten: &BTreeSet<EntityId>) -> Slot {
    let Slot::Row { seq, row, .. } = &slot else { return slot };
    let hidden = serde_json::from_str::<Row>(row)
        .is_ok_and(|row| row.outcome.incident.is_some_and(|id| forgotten.contains(&id)));
    match slot.leaf() {
        Some(leaf) if hidden => Slot::Leaf { seq: *seq, leaf },
        _ => slot,
    }
}
