//! Change sets as a desktop keeps them: waiting, accepted, refused.

use std::collections::BTreeSet;

use firebell_domain::{
    change::{Author, Change},
    decide::Refusal,
    entity::{Entity, Stamp},
    id::{ChangeId, EntityId, SetId},
    outcome::{self, Outcome},
    time::Timestamp,
};
use firebell_protocol::frame::PushSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change set that this desktop executed and whose rows it has not seen in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxSet {
    /// Its number on this device; dense, shows gaps and duplicates.
    pub number: u64,
    /// Its id.
    pub id: SetId,
    /// Its author; it is sent under their session only.
    pub person: EntityId,
    /// The incident that it belongs to, if to one.
    pub incident: Option<EntityId>,
    /// When it was executed, by this desktop's clock.
    pub written_at: Timestamp,
    /// It was accepted before and is offered again to a restored server.
    pub again: bool,
    /// Unsent sets that it builds on. Only these order.
    pub after: Vec<SetId>,
    /// The server accepted it as these rows (first and last), which have not all arrived.
    pub accepted: Option<(u64, u64)>,
    /// Its changes, verbatim: an older version that finds them after a downgrade still sends them.
    pub changes: Vec<Value>,
    /// What it shows, one for each change; empty when this desktop could not decide it.
    pub outcomes: Vec<Outcome>,
}

impl OutboxSet {
    /// The entities that its changes are about.
    #[must_use]
    pub fn entities(&self) -> BTreeSet<EntityId> {
        self.changes.iter().filter_map(|change| id_in(change, "entity")).map(EntityId).collect()
    }

    /// The ids of its changes: the stamps that it leaves.
    pub fn change_ids(&self) -> impl Iterator<Item = ChangeId> + '_ {
        self.changes.iter().filter_map(|change| id_in(change, "id")).map(ChangeId)
    }

    /// Its changes, as far as this version knows their kinds.
    pub fn known_changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.changes.iter().filter_map(|change| Change::deserialize(change).ok())
    }

    /// Whether it goes first, see [`firebell_domain::change::Body::is_referee`].
    #[must_use]
    pub fn is_referee(&self) -> bool {
        self.known_changes().any(|change| change.body.is_referee())
    }

    /// What it shows of this entity, on top of `before`.
    #[must_use]
    pub fn fold_into(&self, before: Option<Entity>, id: EntityId) -> Option<Entity> {
        let mut entity = before;
        for (change, outcome) in self.changes.iter().zip(&self.outcomes) {
            if outcome.entity == id
                && let Some(stamp) = stamp_of(change, self.person)
            {
                entity = Some(outcome::fold(entity, outcome, &stamp, None));
            }
        }
        entity
    }

    /// The stamp that one of its changes leaves.
    #[must_use]
    pub fn stamp(&self, change: &Value) -> Option<Stamp> {
        stamp_of(change, self.person)
    }

    /// As it goes over the wire.
    #[must_use]
    pub fn to_push(&self) -> PushSet {
        PushSet {
            id: self.id,
            number: self.number,
            after: self.after.clone(),
            again: self.again,
            changes: self.changes.clone(),
        }
    }
}

/// A set that the server refused for good, kept whole until its author has dealt with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedSet {
    /// Its id.
    pub id: SetId,
    /// Itself, or the refused set that it built on; the inbox shows one item for each root.
    pub root: SetId,
    /// Its number; a tail is issued again in this order.
    pub number: u64,
    /// The incident that it belongs to, if to one.
    pub incident: Option<EntityId>,
    /// When it was executed.
    pub written_at: Timestamp,
    /// The sets that it built on.
    pub after: Vec<SetId>,
    /// Its changes, verbatim.
    pub changes: Vec<Value>,
    /// Why.
    pub refusal: Refusal,
}

/// What a line of the program says before the server has the change: enough for
/// `domain::timeline::line`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who.
    pub author: Author,
    /// What was done, verbatim.
    pub change: Value,
    /// What that did.
    pub outcome: Outcome,
}

/// A UUID in a field of a change.
pub(super) fn id_in(change: &Value, field: &str) -> Option<uuid::Uuid> {
    change.get(field)?.as_str()?.parse().ok()
}

/// The stamp that a change leaves, read from its raw form so that unknown kinds work too.
pub(super) fn stamp_of(change: &Value, person: EntityId) -> Option<Stamp> {
    let at = Timestamp(change.get("at")?.as_i64()?);
    Some(Stamp { change: ChangeId(id_in(change, "id")?), author: Author::Person(person), at })
}
