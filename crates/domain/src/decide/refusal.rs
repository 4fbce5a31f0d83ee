//! Why a set does not stand.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    change::Author,
    id::{ChangeId, EntityId, SetId},
    incident,
    time::Timestamp,
};

/// Why a set is refused. Stored by the server and repeated to a resend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// It names something that does not exist, or that its author may not see; not told apart.
    Unknown {
        /// What.
        entity: EntityId,
    },
    /// Somebody changed the same field meanwhile.
    Conflict {
        /// The group of fields.
        field: String,
        /// What stands there now.
        now: Value,
        /// Who set it.
        by: Author,
        /// When, by their clock.
        at: Timestamp,
        /// The stamp to see when issuing it again.
        stamp: ChangeId,
    },
    /// This person may not do that.
    NotAllowed {},
    /// Somebody else is in command.
    AlreadyInCommand {
        /// Who.
        by: EntityId,
        /// Since when.
        at: Timestamp,
    },
    /// Nobody is in command, and this needs an IM.
    HasNoIm {},
    /// The incident's state does not allow it.
    WrongState {
        /// The state as it stands.
        state: incident::State,
    },
    /// Command was not offered to this person, or no longer.
    NotOffered {},
    /// It needs a reason.
    ReasonMissing {},
    /// A text that must not be empty is.
    TextEmpty {
        /// Which.
        field: String,
    },
    /// A text is too long.
    TextTooLong {
        /// Which.
        field: String,
        /// At most so many bytes.
        max: u64,
    },
    /// A value that cannot be.
    ImpossibleValue {
        /// Of which field.
        field: String,
    },
    /// The entity exists already.
    Exists {},
    /// The key belongs to another incident or another device; a fresh one is offered.
    KeyTaken {
        /// The number that was asked for.
        number: u64,
        /// One that may be used instead.
        fresh: u64,
    },
    /// The set it builds on was refused.
    DependsOnRefused {
        /// The refused set at the root.
        root: SetId,
    },
    /// The set holds no changes or too many.
    WrongSize {},
    /// The same set id came before with another body.
    OtherBody {},
}
