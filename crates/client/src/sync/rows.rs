//! The incoming log: in order, without gaps, not while something that it builds on is being fetched.

use std::collections::{BTreeSet, VecDeque};

use firebell_domain::{chain::Hash, id::EntityId};
use firebell_protocol::row::Slot;

use crate::replica::Place;

/// Frames of rows that may wait; beyond that they are fetched again.
const QUEUE: usize = 64;

/// What to do with the log next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Apply these.
    Apply(Vec<Slot>, Hash),
    /// Fetch what comes after this row.
    Fetch(u64),
}

/// The incoming half.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    queue: VecDeque<(Vec<Slot>, Hash)>,
    /// Up to where the log was applied; none while there is no whole snapshot.
    pub(super) place: Option<Place>,
    /// Rows are missing before what waits, or after it.
    pub(super) behind: bool,
    /// The last row that we heard of.
    pub(super) known: u64,
    /// A page of the log is on its way.
    pub(super) fetching: bool,
    /// Incidents whose entities are on their way: rows that build on them must wait.
    pub(super) backfills: BTreeSet<EntityId>,
    /// Nothing is applied: the record does not extend what was seen.
    pub(super) muted: bool,
}

impl Incoming {
    /// A connection begins.
    pub(super) fn begin(&mut self, place: Option<Place>, muted: bool) {
        *self = Self { place, muted, ..Self::default() };
    }

    /// Rows came.
    pub(super) fn push(&mut self, slots: Vec<Slot>, head: Hash) {
        self.known = self.known.max(slots.last().map_or(0, Slot::seq));
        if self.queue.len() == QUEUE {
            self.queue.clear();
            self.behind = true;
        }
        // While it is behind, what comes now is fetched with the rest.
        if !self.behind {
            self.queue.push_back((slots, head));
        }
    }

    /// Whether the log is as new as we know.
    pub(super) fn is_current(&self) -> bool {
        self.place.is_some() && self.queue.is_empty() && !self.behind && !self.fetching
    }

    /// What to do next. Rows that are applied already are dropped on the way.
    pub(super) fn step(&mut self) -> Step {
        let Some(place) = self.place else { return Step::Wait };
        if self.muted || self.fetching || !self.backfills.is_empty() {
            return Step::Wait;
        }
        if self.behind {
            self.queue.clear();
            self.fetching = true;
            return Step::Fetch(place.seq);
        }
        while let Some((slots, head)) = self.queue.pop_front() {
            let (Some(first), Some(last)) = (slots.first(), slots.last()) else { continue };
            if last.seq() < place.seq {
                continue;
            }
            if first.seq() > place.seq + 1 {
                self.behind = true;
                return self.step();
            }
            return Step::Apply(slots, head);
        }
        if place.seq < self.known {
            // What came while it was behind was not kept.
            self.behind = true;
            return self.step();
        }
        Step::Wait
    }
}
