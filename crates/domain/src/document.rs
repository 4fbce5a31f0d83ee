//! State documents: text that is edited by many at once, live and offline (C3).
//!
//! The text is a CRDT, so that edits merge in whatever order they come; "exactly one incident manager" is
//! not a merge, and stays a field. Its updates are no changes of the log: they have a stream of their own,
//! and the log says how far that stream is, so that a desktop knows that there is something to fetch.

mod template;
mod text;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use template::{seed, template};
pub use text::{Text, Unreadable, check, merge};

use crate::{
    change::Author,
    decide::{Draft, Refusal, Stop},
    entity::{Entity, Kind},
    id::EntityId,
};

/// The largest update in bytes: a page of a log that somebody pastes fits, a file does not.
pub const MAX_UPDATE: usize = 2 * 1024 * 1024;
/// The largest document in bytes as it is encoded, with what is needed to merge it: several times what a
/// person can read during an incident, and small enough for one answer.
pub const MAX_DOCUMENT: usize = 4 * 1024 * 1024;
/// The log says at most so often how far a document is, in milliseconds: typing must not fill it.
pub const NOTE_EVERY_MILLIS: i64 = 5_000;
/// The text of a document by its name among what a CRDT can hold.
pub const BODY: &str = "body";

/// The document of an incident: one, made from its id, so that two desktops that begin it offline begin
/// the same one.
#[must_use]
pub fn document_id(incident: EntityId) -> EntityId {
    incident.derived("document")
}

/// What can be said of a document in the log; by the server alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum DocumentChange {
    /// So many updates of it were taken.
    Reach {
        /// Of which incident.
        incident: EntityId,
        /// How many; never fewer than before.
        at: u64,
    },
}

impl DocumentChange {
    /// Entities that it names besides the document.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        let Self::Reach { incident, .. } = self;
        vec![*incident]
    }
}

/// A document as the log knows it.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a>(pub &'a Entity);

impl Document<'_> {
    /// How many updates of it the server has taken.
    #[must_use]
    pub fn at(self) -> u64 {
        self.0.get("at").unwrap_or_default()
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &DocumentChange) -> Result<(), Stop> {
    if draft.author != Author::Server {
        return Err(Refusal::NotAllowed {}.into());
    }
    let DocumentChange::Reach { incident, at } = body;
    if draft.known(*incident)?.kind != Kind::INCIDENT
        || draft.change.entity != document_id(*incident)
    {
        return Err(Refusal::Unknown { entity: *incident }.into());
    }
    match draft.own() {
        None => draft.creates(Some(*incident))?,
        // Two nodes may say it at once, and in the other order than they read it.
        Some(own) if Document(own).at() >= *at => return Ok(()),
        Some(_) => {}
    }
    draft.write("at", json!(at));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{change::Body, incident::Severity, testing::Story};

    #[test]
    fn how_far_a_document_is_only_grows_and_is_the_servers_to_say() {
        let mut story = Story::new();
        let incident = story.declare(Severity::Two);
        let document = document_id(incident);
        let reach = |at| Body::Document(DocumentChange::Reach { incident, at });
        for (at, stands) in [(3, 3), (9, 9), (4, 9), (9, 9), (10, 10)] {
            story.must(Author::Server, document, reach(at));
            assert_eq!(Document(story.entity(document)).at(), stands);
        }
        assert_eq!(story.entity(document).incident, Some(incident));
        let by_a_person = story.try_to(Author::Person(story.ben), document, reach(11));
        assert_eq!(by_a_person, Err(Refusal::NotAllowed {}));
        let elsewhere = story.try_to(Author::Server, incident.derived("other"), reach(1));
        assert!(matches!(elsewhere, Err(Refusal::Unknown { .. })));
    }
}
