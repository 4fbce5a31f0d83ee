//! "Apply on top": a refused set and what built on it, issued anew on what stands now.

use std::collections::BTreeMap;

use firebell_domain::{
    change::{Change, ChangeSet},
    entity::World,
    id::{ChangeId, SetId},
    incident::{COMMAND, TIMES},
    time::Timestamp,
};
use serde::Deserialize;
use uuid::Uuid;

use super::set::RefusedSet;

/// The sets of a refused tail with fresh ids and `now` as their time. What their authors saw becomes
/// what stands in `world`, or what an earlier set of the tail sets. A change of a kind that this version
/// does not know cannot be issued again, and none is answered then.
pub fn reapply(
    tail: &[RefusedSet],
    world: &dyn World,
    now: Timestamp,
    mut fresh: impl FnMut() -> Uuid,
) -> Option<Vec<ChangeSet>> {
    let mut renamed: BTreeMap<ChangeId, ChangeId> = BTreeMap::new();
    let mut sets = Vec::with_capacity(tail.len());
    for refused in tail {
        let mut changes = Vec::with_capacity(refused.changes.len());
        for value in &refused.changes {
            let mut change = Change::deserialize(value).ok()?;
            let id = ChangeId(fresh());
            renamed.insert(change.id, id);
            change.id = id;
            change.at = now;
            let entity = world.entity(change.entity);
            for (group, seen) in &mut change.seen {
                let field = match group.as_str() {
                    "command" => COMMAND[0],
                    "times" => TIMES[0],
                    field => field,
                };
                if let Some(id) = renamed.get(seen) {
                    *seen = *id;
                } else if let Some(stamp) = entity.and_then(|entity| entity.stamp(field)) {
                    *seen = stamp.change;
                }
            }
            changes.push(change);
        }
        sets.push(ChangeSet { id: SetId(fresh()), changes });
    }
    Some(sets)
}
