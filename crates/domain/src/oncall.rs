//! Who is on call at an instant (requirement E2).
//!
//! A [`Schedule`] is a [`Rotation`] (people who take turns, handing off at a local clock time) and
//! [`Override`]s laid over it. Both are evaluated by calendar arithmetic in the schedule's own time
//! zone: a day is never 86,400 seconds here. The rules, each of which has a test:
//!
//! - a hand-off at a local time that does not exist (clocks go forward) is at the first instant
//!   after the gap; one at a time that comes twice (clocks go back) is at the first of the two;
//! - turns begin at strictly increasing instants: where a whole day is left out (Pacific/Apia,
//!   30 December 2011) two hand-offs may fall together, and the turn between them has no length:
//!   nobody serves it, and the order of people goes on as if they had;
//! - before the first hand-off, and with nobody in the rotation, there is a gap: nobody is on call,
//!   and that is said (a [`Shift`] whose person is `None`), never left out;
//! - a shift holds its start and not its end, so at the instant of a hand-off the incoming person is
//!   on call;
//! - of overlapping overrides, the one created last wins; take it away and what was under it is back.
//!
//! A shift in the past is what the schedule says *now*: who was paged is in the record, and is not
//! computed again from here.

mod overrides;
mod rotation;
mod shifts;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{id::EntityId, time::Timestamp};

pub use overrides::Override;
pub use rotation::{InvalidLocalTime, LocalTime, Rotation};
pub use shifts::{NowAndNext, Shift};

use shifts::Roster;

/// Whether this is the name of a time zone in the IANA database that this program carries.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// One on-call schedule: a rotation in a time zone, and the overrides laid over it (E2).
///
/// Stored as JSON inside a schedule entity: integers and strings only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The IANA name of the time zone in which hand-off times are read, such as `Asia/Shanghai`.
    pub zone: String,
    /// Who takes turns, and when they hand off.
    pub rotation: Rotation,
    /// Exceptions, in any order: [`Override::created`] says which wins.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

/// Why a schedule cannot be accepted (E2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The zone is not a name in the IANA database that this program carries.
    #[error("{zone:?} is not a time zone")]
    UnknownZone {
        /// The name as given.
        zone: String,
    },
    /// A turn of zero days: there would be no hand-off.
    #[error("a turn must have at least one day")]
    EmptyTurn,
    /// A turn longer than [`Rotation::MAX_TURN_DAYS`].
    #[error("a turn of {turn_days} days is longer than {}", Rotation::MAX_TURN_DAYS)]
    LongTurn {
        /// The length as given, in days.
        turn_days: u32,
    },
    /// The day of the first hand-off is outside the years 1970 to 9999.
    #[error("the first day must be in the years 1970 to 9999")]
    DayOutOfRange,
    /// An override that ends before or when it starts.
    #[error("override {id} has no length")]
    OverrideEmpty {
        /// Which.
        id: EntityId,
    },
    /// An override that starts or ends outside the years that the record accepts.
    #[error("override {id} is outside the years 1970 to 9999")]
    OverrideOutOfRange {
        /// Which.
        id: EntityId,
    },
    /// An override that replaces someone by themselves: it would change nothing.
    #[error("override {id} replaces someone by the same person")]
    OverrideUseless {
        /// Which.
        id: EntityId,
    },
    /// Two overrides with one id.
    #[error("override {id} is there twice")]
    OverrideRepeated {
        /// Which.
        id: EntityId,
    },
}

impl Schedule {
    /// Whether the schedule can be accepted. An empty rotation can: it is a gap, and is shown as one.
    /// Whether an override lies in the past is not asked here, for that depends on when one asks.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn validate(&self) -> Result<(), ScheduleError> {
        if !is_zone(&self.zone) {
            return Err(ScheduleError::UnknownZone { zone: self.zone.clone() });
        }
        self.rotation.validate()?;
        let mut ids = std::collections::BTreeSet::new();
        for one in &self.overrides {
            one.validate()?;
            if !ids.insert(one.id) {
                return Err(ScheduleError::OverrideRepeated { id: one.id });
            }
        }
        Ok(())
    }

    /// The shift that contains `at`, with its true start and end (E2). A gap is a shift whose person
    /// is `None`.
    ///
    /// `None` only where there is no answer at all: the zone is unknown or a turn has no days
    /// ([`Schedule::validate`] says so beforehand), or `at` is outside `Timestamp::MIN..MAX`.
    ///
    /// The turn is computed from the local date, not counted from the first day: the cost does not
    /// grow with the age of the schedule, and grows linearly with the number of overrides.
    #[must_use]
    pub fn on_call_at(&self, at: Timestamp) -> Option<Shift> {
        Roster::new(self)?.shift_at(at)
    }

    /// The shifts that touch `[from, until)`, oldest first, at most `limit` of them (E2).
    ///
    /// Each is a maximal run of one person or of a gap, so neighbours differ in their person and the
    /// end of one is the start of the next. The first and the last are not cut to the window: they
    /// have their true starts and ends. Empty under the conditions of [`Schedule::on_call_at`], with
    /// `from` brought up to `Timestamp::MIN` first.
    #[must_use]
    pub fn shifts(&self, from: Timestamp, until: Timestamp, limit: usize) -> Vec<Shift> {
        Roster::new(self).map_or_else(Vec::new, |roster| roster.shifts(from, until, limit))
    }

    /// The shift that contains `at` and the next one that somebody serves: one glance (E2).
    ///
    /// When `now.end` is before `next.start`, nobody is on call in between. `None` under the
    /// conditions of [`Schedule::on_call_at`].
    #[must_use]
    pub fn now_and_next(&self, at: Timestamp) -> Option<NowAndNext> {
        Roster::new(self)?.now_and_next(at)
    }
}

#[cfg(test)]
mod tests;
