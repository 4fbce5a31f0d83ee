//! What is asked of the record.

use std::sync::Arc;

use firebell_domain::{
    chain::Hash,
    change::{Author, Change, ChangeSet},
    id::{DeviceId, EntityId},
    paging::Outcome,
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::PushSet,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Asked, Own, Told};
use crate::store::ClaimedJob;

/// A change set that somebody wants in the record. Read and hashed when it is made, so that nothing of
/// that happens under the append lock.
#[derive(Debug, Clone)]
pub struct Request {
    /// As it was sent.
    pub set: PushSet,
    /// Who.
    pub author: Author,
    /// From which device; none for the server's own.
    pub device: Option<DeviceId>,
    /// Another set of the same device follows at once, in this push or the next: first rings wait.
    pub more: bool,
    /// Hash of its changes.
    pub(crate) body: Hash,
    /// About so many bytes.
    pub(crate) size: usize,
    /// What this version reads in it, or why it cannot.
    pub(crate) read: Result<ChangeSet, ApiError>,
}

impl Request {
    /// One set on its own.
    #[must_use]
    pub fn new(set: PushSet, author: Author, device: Option<DeviceId>, more: bool) -> Self {
        let bytes = serde_json::to_vec(&set.changes).unwrap_or_default();
        let read = set
            .changes
            .iter()
            .map(read)
            .collect::<Result<Vec<_>, _>>()
            .map(|changes| ChangeSet { id: set.id, changes });
        Self { body: Hash::of(&bytes), size: bytes.len(), read, set, author, device, more }
    }

    /// The sets of one push. `more` is what the push says; all but the last set are followed by another.
    #[must_use]
    pub fn of_push(
        sets: Vec<PushSet>,
        author: Author,
        device: Option<DeviceId>,
        more: bool,
    ) -> Vec<Self> {
        let last = sets.len().saturating_sub(1);
        sets.into_iter()
            .enumerate()
            .map(|(index, set)| Self::new(set, author, device, more || index < last))
            .collect()
    }

    /// A set that the server itself makes: accounts, set-up, intake.
    #[must_use]
    pub fn of_server(set: &ChangeSet) -> Self {
        Self::of_author(set, Author::Server)
    }

    /// A set that a person makes without a desktop: by an acknowledge link.
    #[must_use]
    pub fn of_person(set: &ChangeSet, person: EntityId) -> Self {
        Self::of_author(set, Author::Person(person))
    }

    fn of_author(set: &ChangeSet, author: Author) -> Self {
        let changes =
            set.changes.iter().map(|c| serde_json::to_value(c).unwrap_or_default()).collect();
        let set = PushSet { id: set.id, number: 0, after: Vec::new(), again: false, changes };
        Self::new(set, author, None, false)
    }
}

/// One piece of work for the record.
#[derive(Debug, Clone)]
pub enum Work {
    /// A change set.
    Set(Request),
    /// A job whose time has come.
    Job(ClaimedJob),
    /// What became of a delivery; ends its job.
    Delivered(ClaimedJob, Outcome),
    /// Deliveries that want to go to one address now.
    Ask(Asked),
    /// What became of them, for the next ones to that address.
    Told(Told),
    /// What the server makes of the record as it stands.
    Own(Arc<dyn Own>),
}

/// Reads a change. What this version does not know wholly it must not decide: half of it would be lost.
fn read(raw: &Value) -> Result<Change, ApiError> {
    let known = Change::deserialize(raw).map_err(|_| unknown(raw))?;
    let again = serde_json::to_value(&known).map_err(|_| unknown(raw))?;
    if knows(raw, &again) { Ok(known) } else { Err(unknown(raw)) }
}

fn unknown(raw: &Value) -> ApiError {
    let kind = raw.get("kind").and_then(Value::as_str).unwrap_or("unreadable");
    // The word may be anything; logs and answers get no more of it than a kind needs.
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let mut error =
        ApiError::of(ErrorCode::ProtocolVersion, "a change that this server does not know")
            .with("kind", kind);
    error.retryable = true;
    error
}

/// Whether everything that `raw` says is in `known`. Nulls, empty lists and `false` may be left out.
fn knows(raw: &Value, known: &Value) -> bool {
    match (raw, known) {
        (Value::Object(raw), Value::Object(known)) => raw.iter().all(|(key, value)| {
            known.get(key).map_or_else(|| says_nothing(value), |known| knows(value, known))
        }),
        (Value::Array(raw), Value::Array(known)) => {
            raw.len() == known.len() && raw.iter().zip(known).all(|(raw, known)| knows(raw, known))
        }
        _ => true,
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}
