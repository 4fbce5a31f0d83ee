//! Which unsent sets a new one builds on. Only these order, so one held set stops nothing that does
//! not depend on it.

use std::collections::BTreeSet;

use firebell_domain::{
    change::ChangeSet,
    id::{ChangeId, EntityId, SetId},
    incident::{COMMAND, TIMES},
    outcome::{Op, Outcome},
};

use super::slice::Slice;

/// The waiting sets that `set` builds on: those that created an entity that it touches or names, those
/// whose stamps its author saw, those that changed the same group of fields.
pub(super) fn after(slice: &Slice, set: &ChangeSet, outcomes: &[Outcome]) -> Vec<SetId> {
    let needs: BTreeSet<EntityId> = set.needs().into_iter().collect();
    let seen: BTreeSet<ChangeId> =
        set.changes.iter().flat_map(|change| change.seen.values().copied()).collect();
    let groups = groups(outcomes);
    let touched: BTreeSet<EntityId> = set.changes.iter().map(|change| change.entity).collect();
    let mut created: BTreeSet<EntityId> = BTreeSet::new();
    let mut after = Vec::new();
    for earlier in slice.unsent.values().filter(|earlier| earlier.accepted.is_none()) {
        let theirs = earlier.entities();
        let creates = theirs.iter().any(|id| {
            needs.contains(id) && !slice.confirmed.contains_key(id) && created.insert(*id)
        });
        let stamps = earlier.change_ids().any(|id| seen.contains(&id));
        let undecided = earlier.outcomes.is_empty() || outcomes.is_empty();
        let same_fields = if undecided {
            theirs.iter().any(|id| touched.contains(id))
        } else {
            self::groups(&earlier.outcomes).intersection(&groups).next().is_some()
        };
        if creates || stamps || same_fields {
            after.push(earlier.id);
        }
    }
    after
}

/// The groups of fields that outcomes write: fields bound by one invariant count as one.
fn groups(outcomes: &[Outcome]) -> BTreeSet<(EntityId, String)> {
    let mut groups = BTreeSet::new();
    for outcome in outcomes {
        for op in &outcome.ops {
            let group = match op {
                Op::Set { field, .. } if COMMAND.contains(&field.as_str()) => "command".to_owned(),
                Op::Set { field, .. } if TIMES.contains(&field.as_str()) => "times".to_owned(),
                Op::Set { field, .. } => field.clone(),
                Op::Add { list, member, .. } | Op::Remove { list, member } => {
                    format!("{list}/{member}")
                }
                Op::Unknown => continue,
            };
            groups.insert((outcome.entity, group));
        }
    }
    groups
}
