//! What to push next.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::id::SetId;
use firebell_protocol::{MAX_FRAME, MAX_PUSH};

/// Room for what surrounds the sets in a frame.
const FRAME_ROOM: usize = 64 * 1024;
/// The largest set that can be sent, in bytes.
const MAX_SET: usize = MAX_FRAME - FRAME_ROOM;

/// What planning needs to know of a set that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub number: u64,
    /// Its id.
    pub id: SetId,
    /// Sets that it builds on; only those that wait too count.
    pub after: Vec<SetId>,
    /// It goes before ordinary ones.
    pub referee: bool,
    /// It is offered again after a restore: these go before all others, as they were numbered, because
    /// they were accepted in that order and do not say what they built on.
    pub again: bool,
    /// Size of its changes in bytes.
    pub bytes: usize,
}

/// What to push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Push {
    /// In this order; never empty unless nothing can go.
    pub sets: Vec<SetId>,
    /// More can go as soon as these are answered.
    pub more: bool,
    /// Too large for any frame: they stay until their author has dealt with them.
    pub too_large: Vec<SetId>,
}

/// Plans a push: sets offered again, then referee sets, then by number, but never a set before one that it builds on.
/// `flight` are on their way, `held` were answered "not now" and wait for their time; what builds on a
/// held set waits with it, everything else goes.
#[must_use]
pub fn plan(waiting: &[Waiting], flight: &BTreeSet<SetId>, held: &BTreeSet<SetId>) -> Push {
    let by_id: BTreeMap<SetId, &Waiting> = waiting.iter().map(|set| (set.id, set)).collect();
    let mut order: Vec<&Waiting> = waiting.iter().collect();
    order.sort_by_key(|set| (!set.again, !set.referee && !set.again, set.number));
    let mut walk = Walk {
        by_id: &by_id,
        flight,
        held,
        visited: BTreeMap::new(),
        push: Push::default(),
        bytes: 0,
    };
    for set in order {
        walk.visit(set);
    }
    walk.push
}

struct Walk<'a> {
    by_id: &'a BTreeMap<SetId, &'a Waiting>,
    flight: &'a BTreeSet<SetId>,
    held: &'a BTreeSet<SetId>,
    /// Whether a set goes (or went), by set.
    visited: BTreeMap<SetId, bool>,
    push: Push,
    bytes: usize,
}

impl Walk<'_> {
    /// Adds a set after those that it builds on; says whether it goes or went. An iterative walk: a
    /// chain of a thousand sets must not exhaust the stack.
    fn visit(&mut self, set: &Waiting) {
        let mut stack = vec![(set.id, false)];
        while let Some((id, expanded)) = stack.pop() {
            if self.visited.contains_key(&id) {
                continue;
            }
            let Some(set) = self.by_id.get(&id).copied() else { continue };
            if self.flight.contains(&id) {
                self.visited.insert(id, true);
            } else if self.held.contains(&id) {
                self.visited.insert(id, false);
            } else if expanded {
                let goes = set.after.iter().all(|id| self.visited.get(id).copied().unwrap_or(true));
                let goes = goes && self.add(set);
                self.visited.insert(id, goes);
            } else {
                stack.push((id, true));
                let open = set.after.iter().filter(|id| !self.visited.contains_key(id));
                stack.extend(open.rev().map(|id| (*id, false)));
            }
        }
    }

    fn add(&mut self, set: &Waiting) -> bool {
        if set.bytes > MAX_SET {
            self.push.too_large.push(set.id);
            return false;
        }
        if self.push.sets.len() == MAX_PUSH || self.bytes + set.bytes > MAX_SET {
            self.push.more = true;
            return false;
        }
        self.bytes += set.bytes;
        self.push.sets.push(set.id);
        true
    }
}
