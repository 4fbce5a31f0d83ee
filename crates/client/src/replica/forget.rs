//! An incident that the person may not see any more leaves this desktop.

use firebell_domain::{decide::Refusal, id::EntityId};
use serde_json::Value;

use super::{
    set::OutboxSet,
    slice::{Slice, Working, Writes},
};

/// Purges an incident: nothing of it is shown, own sets that were accepted go, and of what was not sent
/// only the person's own words stay (what others had written before stands in outcomes, so those go).
/// `slice` holds every entity of the incident and every set that touches one of them.
#[must_use]
pub fn forget(slice: &Slice, incident: EntityId) -> Writes {
    let mut working = Working::on(slice);
    let of_incident = |id: &EntityId| {
        slice.confirmed.get(id).is_some_and(|entity| entity.incident == Some(incident))
    };
    for id in slice.confirmed.keys().filter(|id| of_incident(id)) {
        working.forget(*id);
    }
    let sets: Vec<OutboxSet> = working
        .sets()
        .filter(|set| set.incident == Some(incident) || set.entities().iter().any(of_incident))
        .cloned()
        .collect();
    for set in sets {
        if set.accepted.is_some() {
            working.drop_set(&set);
        } else {
            working.put(OutboxSet { outcomes: Vec::new(), ..set });
        }
    }
    working.finish()
}

/// A refusal without what others had written.
#[must_use]
pub fn scrub(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Conflict { field, by, at, stamp, .. } => {
            Refusal::Conflict { field, now: Value::Null, by, at, stamp }
        }
        other => other,
    }
}
