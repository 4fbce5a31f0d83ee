//! A first sync, and what follows a restore of the server.

use std::collections::BTreeSet;

use firebell_domain::{entity::Entity, id::SetId};

use super::{
    rows::Place,
    set::OutboxSet,
    slice::{Slice, Working, Writes},
};

/// Takes entities of a snapshot. One that is not newer than what is here changes nothing, unless what
/// is here belongs to an earlier life of the record. `slice` holds the entities of the same ids.
#[must_use]
pub fn apply_snapshot(slice: &Slice, entities: Vec<Entity>) -> Writes {
    let mut working = Working::on(slice);
    for entity in entities {
        let newer = working
            .confirmed(entity.id)
            .is_none_or(|held| held.seq < entity.seq || working.is_stale(entity.id));
        if newer {
            working.confirm(entity);
        }
    }
    working.finish()
}

/// What a snapshot that is done leaves to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The log goes on from here.
    pub place: Place,
    /// The record has begun a new life since: places of the earlier one mean nothing.
    pub new_life: bool,
    /// Own sets that were accepted in an earlier life of the record, to be offered again.
    pub offers: Vec<OutboxSet>,
}

/// The snapshot is done: sets that were accepted up to it leave the outbox, entities of an earlier life
/// that the snapshot did not bring are gone (`slice.stale`), and own sets of an earlier life wait to be
/// offered again. `slice` holds all sets and stale entities.
#[must_use]
pub fn restore(slice: &Slice, restored: Restored) -> Writes {
    let mut working = Working::on(slice);
    for id in &slice.stale {
        working.forget(*id);
    }
    if restored.new_life {
        offer_all(&mut working, restored.offers);
    } else {
        working.settle(restored.place.seq);
    }
    working.writes.place = Some(restored.place);
    working.finish()
}

/// The record has begun a new life: own sets that an earlier one accepted wait to be offered again, and
/// what it had accepted without its rows having arrived is asked about again. This comes before
/// anything is sent to the new life, because what is sent may build on it. `slice` holds all sets, and
/// the entities of those and of `offers`.
#[must_use]
pub fn offer(slice: &Slice, offers: Vec<OutboxSet>) -> Writes {
    let mut working = Working::on(slice);
    offer_all(&mut working, offers);
    working.finish()
}

fn offer_all(working: &mut Working<'_>, offers: Vec<OutboxSet>) {
    // Places of an earlier life mean nothing in this one.
    let accepted: Vec<OutboxSet> =
        working.sets().filter(|set| set.accepted.is_some()).cloned().collect();
    for set in accepted {
        working.put(OutboxSet { accepted: None, again: true, ..set });
    }
    for offer in offers {
        if working.set(offer.id).is_none() {
            working.put(OutboxSet { accepted: None, again: true, after: Vec::new(), ..offer });
        }
    }
    // What a set builds on and is not here any more was decided in a life that is lost (refused; or
    // accepted, and purged here since). The new one may never hear of it, and would wait for it for ever.
    let here: BTreeSet<SetId> = working.sets().map(|set| set.id).collect();
    let orphans: Vec<OutboxSet> = working
        .sets()
        .filter(|set| set.after.iter().any(|id| !here.contains(id)))
        .cloned()
        .collect();
    for mut set in orphans {
        set.after.retain(|id| here.contains(id));
        working.put(set);
    }
}
