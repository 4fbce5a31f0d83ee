//! The server's answers to what was sent.

use firebell_domain::{
    change::{Body, Change},
    decide::Refusal,
    id::SetId,
    incident::{self, IncidentChange},
    outcome::Op,
};
use firebell_protocol::frame::{SetAnswer, Verdict};
use serde_json::{Value, json};

use super::{
    set::{OutboxSet, RefusedSet},
    slice::{Notice, Slice, Working, Writes},
};

/// Takes an answer. `seq` is up to where the log was read; `next_number` the number of the next set,
/// should one have to be issued anew. `slice` holds the set, everything that depends on it, and their
/// entities.
///
/// An answer for a set that is not here any more changes nothing: answers may come twice.
#[must_use]
pub fn answer(slice: &Slice, seq: u64, next_number: u64, answer: &SetAnswer) -> Writes {
    let mut working = Working::on(slice);
    let Some(set) = slice.set(answer.id).cloned() else { return working.finish() };
    match &answer.verdict {
        // The rows follow from the log; until then the set stays and shows.
        Verdict::Accepted { first, last } => {
            working.put(OutboxSet { accepted: Some((*first, *last)), ..set });
            working.settle(seq);
        }
        Verdict::Refused { why: Refusal::KeyTaken { number, fresh } } => {
            reissue(&mut working, &set, *number, *fresh, next_number);
        }
        Verdict::Refused { why } => {
            let root = match why {
                Refusal::DependsOnRefused { root } => *root,
                _ => set.id,
            };
            working.drop_set(&set);
            working.writes.refused.push(RefusedSet {
                id: set.id,
                root,
                number: set.number,
                incident: set.incident,
                written_at: set.written_at,
                after: set.after,
                changes: set.changes,
                refusal: why.clone(),
            });
        }
        // Not decided: it stays as it is; when to try again is the sync engine's business.
        Verdict::NotNow { .. } => {}
    }
    working.finish()
}

/// Takes a set back that the server has not answered. For sets that nothing builds on and that are of no
/// use later: should it be on its way already, its rows come all the same.
#[must_use]
pub fn withdraw(slice: &Slice, id: SetId) -> Writes {
    let mut working = Working::on(slice);
    if let Some(set) = slice.set(id).filter(|set| set.accepted.is_none()) {
        working.drop_set(set);
    }
    working.finish()
}

/// A key belonged to somebody else (a cloned desktop): the declaration goes out again with the fresh
/// one, and whatever builds on it follows. Change ids stay, so stamps stay right; set ids are new,
/// because the server has stored the refusal of the old ones.
fn reissue(working: &mut Working<'_>, root: &OutboxSet, old: u64, new: u64, mut number: u64) {
    let mut renamed: Vec<(SetId, SetId)> = Vec::new();
    let sets: Vec<OutboxSet> = working.sets().cloned().collect();
    for mut set in sets {
        let builds_on = set.after.iter().any(|id| renamed.iter().any(|(from, _)| from == id));
        if set.id != root.id && !builds_on {
            continue;
        }
        working.drop_set(&set);
        let id = set.id.derived(&format!("key-{new}"));
        renamed.push((set.id, id));
        for after in &mut set.after {
            if let Some((_, to)) = renamed.iter().find(|(from, _)| from == after) {
                *after = *to;
            }
        }
        if set.id == root.id {
            use_key(&mut set, old, new);
        }
        set.id = id;
        set.number = number;
        number += 1;
        working.put(set);
    }
    if let Some(incident) = root.incident {
        working.writes.notices.push(Notice::KeyChanged { incident, old, new });
    }
}

/// Puts another key number into a declaration and into what it shows.
fn use_key(set: &mut OutboxSet, old: u64, new: u64) {
    for change in &mut set.changes {
        let declares = serde::Deserialize::deserialize(&*change).is_ok_and(|change: Change| {
            matches!(
                change.body,
                Body::Incident(IncidentChange::Declare { number: Some(number), .. }) if number == old
            )
        });
        if declares && let Some(body) = change.get_mut("body").and_then(Value::as_object_mut) {
            body.insert("number".to_owned(), json!(new));
        }
    }
    for op in set.outcomes.iter_mut().flat_map(|outcome| &mut outcome.ops) {
        if let Op::Set { field, value, .. } = op
            && field == "key"
            && *value == json!(incident::key(old))
        {
            *value = json!(incident::key(new));
        }
    }
}
