//! Who is on call at an instant (requirement E2).
//!
//! A [`Schedule`] says it by [`Rotation`]s (people who take turns, handing off at a local clock time),
//! by [`Override`]s and [`Temporary`] schedules laid over them, and by [`Version`]s: what its rotations
//! were, are and will be. All are evaluated by calendar arithmetic in the version's own time zone: a
//! day is never 86,400 seconds here. The rules, each of which has a test:
//!
//! - several people can be on call at once: the rotations of one layer are together; a layer on which
//!   somebody is on call leaves those below it out;
//! - a hand-off at a local time that does not exist (clocks go forward) is at the first instant
//!   after the gap; one at a time that comes twice (clocks go back) is at the first of the two;
//! - turns begin at instants that never decrease: where a whole day is left out (Pacific/Apia,
//!   30 December 2011) two hand-offs may fall together, and the turn between them has no length:
//!   nobody serves it, and the order of people goes on as if they had;
//! - a turn passes on by the time on the wall, whether or not the rotation is active meanwhile; where
//!   a rotation says so, by the days that it serves;
//! - before the first hand-off, outside the active hours, and with nobody in the rotation, a rotation
//!   has nobody. Where no rotation has anybody there is a gap, and that is said (a [`Shift`] without
//!   people), never left out;
//! - a shift holds its start and not its end, so at the instant of a hand-off the incoming person is
//!   on call;
//! - of overlapping exceptions, the one created last wins; take it away and what was under it is back;
//! - a temporary schedule is an exception whose shifts alone decide over what was there before it.
//!
//! **Nothing that is changed now says anything else about the past.** A change of the rotations is a new
//! version that holds from its own instant on, or from a later one; an override that is taken away did
//! hold until then. So who was on call at a past instant is answered from what was in force then.

mod coverage;
mod hours;
mod overrides;
mod roster;
mod rotation;
mod shifts;
mod turns;
mod wall;

use chrono_tz::Tz;

use crate::{id::EntityId, time::Timestamp};

pub use coverage::{Coverage, Load, OVERLOAD_PERCENT, coverage};
pub use hours::{ActiveHours, in_week};
pub use overrides::{FixedShift, Override, Temporary};
pub use rotation::{Advance, InvalidLocalTime, LocalTime, Rotation, TurnLength};
pub use shifts::{Line, NowAndNext, Shift};

use roster::{Roster, sorted};

/// Whether this is the name of a time zone in the IANA database that this program carries.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// The local date at an instant, as `2026-12-25`; empty where the zone is unknown.
#[must_use]
pub fn local_day(zone: &str, at: Timestamp) -> String {
    let wall = zone.parse().ok().and_then(|zone: Tz| wall::wall_at(zone, at));
    wall.map(|wall| wall.date().to_string()).unwrap_or_default()
}

/// What the rotations of a schedule are from an instant on, until the next version (E2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its identity; of two that take effect together the larger wins.
    pub id: EntityId,
    /// The first instant at which it holds.
    pub from: Timestamp,
    /// The IANA name of the time zone in which its clock times are read, such as `Asia/Shanghai`.
    pub zone: String,
    /// Who takes turns, and when they hand off.
    pub rotations: Vec<Rotation>,
}

/// One on-call schedule: its rotations, once and later, and the exceptions laid over them (E2).
///
/// Read from a schedule entity by [`crate::directory::schedule`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What the rotations were, are and will be, in any order. Before the first nobody is on call.
    pub versions: Vec<Version>,
    /// Exceptions, in any order: [`Override::created`] says which wins.
    pub overrides: Vec<Override>,
    /// Times planned by hand, in one order with the overrides.
    pub temporary: Vec<Temporary>,
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
    /// Lengths in days and in hours in one rotation.
    #[error("turns are counted in days or in hours, not in both")]
    MixedTurns,
    /// Turns that advance by served days, and nothing that says which days are served.
    #[error("turns by served days need active hours, and are counted in days")]
    ServedWithoutHours,
    /// Active hours that begin on no day of the week.
    #[error("active hours need a day of the week")]
    HoursWithoutDay,
    /// More people, hours, shifts or rotations than anybody has, or a layer above the highest.
    #[error("more than a schedule can hold")]
    TooMuch,
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
    /// An override that replaces someone by themselves, or adds nobody: it would change nothing.
    #[error("override {id} would change nothing")]
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

impl Version {
    /// Rotations of one version.
    pub const MAX_ROTATIONS: usize = 20;

    /// Whether the version can be accepted. One without people can: it is a gap, and is shown as one.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn validate(&self) -> Result<(), ScheduleError> {
        if !is_zone(&self.zone) {
            return Err(ScheduleError::UnknownZone { zone: self.zone.clone() });
        }
        if self.rotations.len() > Self::MAX_ROTATIONS {
            return Err(ScheduleError::TooMuch);
        }
        self.rotations.iter().try_for_each(Rotation::validate)
    }
}

impl Schedule {
    /// A schedule that is one rotation, and always was.
    #[must_use]
    pub fn of(zone: &str, rotation: Rotation, overrides: Vec<Override>) -> Self {
        let version = Version {
            id: EntityId::NIL,
            from: Timestamp::MIN,
            zone: zone.to_owned(),
            rotations: vec![rotation],
        };
        Self { versions: vec![version], overrides, temporary: Vec::new() }
    }

    /// Whether the schedule can be accepted. Whether an override lies in the past is not asked here,
    /// for that depends on when one asks.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn validate(&self) -> Result<(), ScheduleError> {
        self.versions.iter().try_for_each(Version::validate)?;
        self.temporary.iter().try_for_each(Temporary::validate)?;
        let mut ids = std::collections::BTreeSet::new();
        for one in &self.overrides {
            one.validate()?;
            if !ids.insert(one.id) {
                return Err(ScheduleError::OverrideRepeated { id: one.id });
            }
        }
        Ok(())
    }

    /// The version in force at `at`; before the first one, that.
    #[must_use]
    pub fn version_at(&self, at: Timestamp) -> Option<&Version> {
        let order = |version: &&Version| (version.from, version.id);
        let begun = self.versions.iter().filter(|version| version.from <= at).max_by_key(order);
        begun.or_else(|| self.versions.iter().min_by_key(order))
    }

    /// Who is on call at `at`, each once (E2). Empty is a gap, or no answer: see
    /// [`Schedule::on_call_at`].
    #[must_use]
    pub fn people_at(&self, at: Timestamp) -> Vec<EntityId> {
        Roster::new(self).people_at(at)
    }

    /// The shift that contains `at`, with its true start and end (E2). A gap is a shift without people.
    ///
    /// `None` only where there is no answer at all: the zone is unknown or a turn has no length
    /// ([`Schedule::validate`] says so beforehand), or `at` is outside `Timestamp::MIN..MAX`.
    ///
    /// A turn is computed from the local date, not counted from the first day: the cost does not
    /// grow with the age of the schedule, and grows linearly with the number of exceptions. A run that
    /// is put together of very many turns is said to have no end.
    #[must_use]
    pub fn on_call_at(&self, at: Timestamp) -> Option<Shift> {
        Roster::new(self).shift_at(at, &sorted)
    }

    /// The shifts that touch `[from, until)`, oldest first, at most `limit` of them (E2).
    ///
    /// Each is a maximal run of the same people or of a gap, so neighbours differ in their people and
    /// the end of one is the start of the next. The first and the last are not cut to the window: they
    /// have their true starts and ends. Empty under the conditions of [`Schedule::on_call_at`], with
    /// `from` brought up to `Timestamp::MIN` first.
    #[must_use]
    pub fn shifts(&self, from: Timestamp, until: Timestamp, limit: usize) -> Vec<Shift> {
        Roster::new(self).shifts(from, until, limit, &sorted)
    }

    /// The shifts of one person that touch `[from, until)`, whoever else is on call meanwhile (E2). Of
    /// the people of a shift only the person is named.
    #[must_use]
    pub fn shifts_of(
        &self,
        person: EntityId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Vec<Shift> {
        // Every second run is without them.
        let runs = limit.saturating_mul(2).saturating_add(1);
        let serves = |people: &[EntityId]| people.contains(&person);
        let shifts = Roster::new(self).shifts(from, until, runs, &serves);
        let own = shifts.into_iter().filter(|shift| shift.people.contains(&person));
        own.map(|shift| Shift { people: vec![person], ..shift }).take(limit).collect()
    }

    /// What each rotation alone plans for `[from, until)`, the highest layer first, at most `limit`
    /// shifts each (E2). A shift is cut where its version begins or ends, and not at the window.
    #[must_use]
    pub fn lines(&self, from: Timestamp, until: Timestamp, limit: usize) -> Vec<Line> {
        Roster::new(self).lines(from, until, limit)
    }

    /// The shift that contains `at` and the next one that somebody serves: one glance (E2).
    ///
    /// When `now.end` is before `next.start`, nobody is on call in between. `None` under the
    /// conditions of [`Schedule::on_call_at`].
    #[must_use]
    pub fn now_and_next(&self, at: Timestamp) -> Option<NowAndNext> {
        Roster::new(self).now_and_next(at)
    }
}

#[cfg(test)]
mod tests;
