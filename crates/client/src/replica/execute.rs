//! Executing: a person did something, and it shows at once.

use firebell_domain::{
    change::{Author, Body, ChangeSet},
    decide::{Context, Decision, KeyState, Refusal, Side, decide},
    entity::World,
    id::{DeviceId, EntityId, SetId},
    incident::IncidentChange,
    time::Timestamp,
};
use serde_json::Value;

use super::{
    after::after,
    set::OutboxSet,
    slice::{Slice, Working, Writes},
};

/// Who executes, where and when.
#[derive(Debug, Clone, Copy)]
pub struct Who {
    /// The person.
    pub person: EntityId,
    /// Their desktop.
    pub device: DeviceId,
    /// Number of the set on that desktop.
    pub number: u64,
    /// The desktop's clock.
    pub now: Timestamp,
    /// The set tells of the past: it causes no pages and no messages.
    pub again: bool,
}

/// What became of a set that was executed here: it is saved and on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Executed {
    /// The set.
    pub id: SetId,
    /// The key number of the incident that it declares, if it does and has one.
    pub key: Option<u64>,
    /// This desktop could not decide it: nothing shows until the server has answered.
    pub undecided: bool,
}

/// Executes a set on `slice` (the entities that it touches or names, with what is unsent of them).
/// `world` is what its author sees: [`ChangeSet::needs`], the incidents of those, and the author.
///
/// # Errors
/// The refusal when the rules refuse it as things stand here: the person is looking at the form, and
/// nothing is stored. (Later, only the server refuses.)
pub fn execute(
    slice: &Slice,
    world: &dyn World,
    who: Who,
    set: &ChangeSet,
) -> Result<(Writes, Executed), Refusal> {
    let context = Context {
        author: Author::Person(who.person),
        device: Some(who.device),
        side: Side::Desktop,
        world,
        keys: &|_| KeyState::Granted(who.device),
    };
    let outcomes = match decide(&context, set) {
        Decision::Accepted(accepted) => accepted.outcomes,
        Decision::Refused(refusal) => return Err(refusal),
        Decision::Undecided => Vec::new(),
    };
    let changes = set
        .changes
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<Vec<Value>, _>>()
        .map_err(|_| Refusal::ImpossibleValue { field: "text".to_owned() })?;
    let key = key_of(set);
    let mut working = Working::on(slice);
    working.writes.keys_used.extend(key);
    working.put(OutboxSet {
        number: who.number,
        id: set.id,
        person: who.person,
        incident: incident_of(world, set),
        written_at: who.now,
        again: who.again,
        after: after(slice, set, &outcomes),
        accepted: None,
        changes,
        outcomes: outcomes.clone(),
    });
    let undecided = outcomes.is_empty();
    Ok((working.finish(), Executed { id: set.id, key, undecided }))
}

/// The key number that a set declares an incident with.
fn key_of(set: &ChangeSet) -> Option<u64> {
    set.changes.iter().find_map(|change| match &change.body {
        Body::Incident(IncidentChange::Declare { number, .. }) => *number,
        _ => None,
    })
}

/// The incident that a set belongs to, as far as is known here.
fn incident_of(world: &dyn World, set: &ChangeSet) -> Option<EntityId> {
    set.changes.iter().find_map(|change| {
        let named = match &change.body {
            Body::Incident(_) => return Some(change.entity),
            Body::Entry(body) => body.names().into_iter().next(),
            Body::Role(body) => body.names().into_iter().next(),
            Body::Page(body) => body.names().into_iter().next(),
            _ => None,
        };
        named.or_else(|| world.entity(change.entity)?.incident)
    })
}
