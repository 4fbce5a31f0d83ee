//! Runs of time in which the same people are on call.

use serde::{Deserialize, Serialize};

use crate::{id::EntityId, time::Timestamp};

/// The longest run of time, `[start, end)`, in which the same people, or nobody, are on call (E2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Who is on call, each once; empty: nobody is, a gap.
    pub people: Vec<EntityId>,
    /// The first instant; `Timestamp::MIN` when it has no beginning.
    pub start: Timestamp,
    /// The first instant after it; `Timestamp::MAX` when it has no end.
    pub end: Timestamp,
    /// Whether, for some part of it, the rotations alone would have others on call, or nobody.
    pub overridden: bool,
}

impl Shift {
    /// Whether nobody is on call.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.people.is_empty()
    }

    /// What of it lies in `[from, until)`, in milliseconds.
    #[must_use]
    pub fn millis_within(&self, from: Timestamp, until: Timestamp) -> i64 {
        self.end.min(until).since(self.start.max(from)).max(0)
    }
}

/// Who is on call, and who will be (E2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NowAndNext {
    /// The shift that contains the instant asked about; nobody is in it in a gap.
    pub now: Shift,
    /// The next shift that somebody serves. It starts at `now.end`, or later when there is a gap in
    /// between; `None` when there is none.
    pub next: Option<Shift>,
}

/// What one rotation alone plans, before layers and exceptions (E2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which rotation.
    pub rotation: EntityId,
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: u32,
    /// Its shifts, one person each, oldest first; where there is none it has nobody.
    pub shifts: Vec<Shift>,
}
