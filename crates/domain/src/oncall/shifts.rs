//! Runs of time in which one person is on call.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    Schedule,
    overrides::{Override, Stretch},
    rotation::Turns,
};
use crate::{id::EntityId, time::Timestamp};

/// The longest run of time, `[start, end)`, in which one person, or nobody, is on call (E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Who is on call; `None`: nobody is, a gap.
    pub person: Option<EntityId>,
    /// The first instant; `Timestamp::MIN` when it has no beginning.
    pub start: Timestamp,
    /// The first instant after it; `Timestamp::MAX` when it has no end.
    pub end: Timestamp,
    /// Whether, for some part of it, the rotation alone would have someone else on call, or nobody.
    pub overridden: bool,
}

/// Who is on call, and who will be (E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NowAndNext {
    /// The shift that contains the instant asked about; its person is `None` in a gap.
    pub now: Shift,
    /// The next shift that somebody serves. It starts at `now.end`, or later when there is a gap in
    /// between; `None` when there is none.
    pub next: Option<Shift>,
}

/// A schedule ready to be asked.
pub(super) struct Roster<'a> {
    turns: Turns<'a>,
    overrides: &'a [Override],
}

impl<'a> Roster<'a> {
    /// `None` when the zone is unknown or a turn has no days.
    pub(super) fn new(schedule: &'a Schedule) -> Option<Self> {
        let zone: Tz = schedule.zone.parse().ok()?;
        let turns = Turns::new(&schedule.rotation, zone)?;
        Some(Self { turns, overrides: &schedule.overrides })
    }

    pub(super) fn shift_at(&self, at: Timestamp) -> Option<Shift> {
        let mut shift = self.shift_from(at)?;
        // The piece that contains the millisecond before the start, as long as its person is the same.
        let mut stretch = Stretch::at(self.overrides, shift.start);
        while shift.start > Timestamp::MIN {
            let before = shift.start.plus_millis(-1);
            if before < stretch.start {
                stretch = Stretch::at(self.overrides, before);
            }
            let piece = self.piece(&stretch, before)?;
            if piece.person != shift.person {
                break;
            }
            shift.start = piece.start;
            shift.overridden |= piece.overridden;
        }
        Some(shift)
    }

    pub(super) fn shifts(&self, from: Timestamp, until: Timestamp, limit: usize) -> Vec<Shift> {
        let from = from.max(Timestamp::MIN);
        let mut shifts = Vec::new();
        if from >= until || limit == 0 {
            return shifts;
        }
        let mut next = self.shift_at(from);
        while let Some(shift) = next {
            shifts.push(shift);
            if shifts.len() >= limit || shift.end >= until {
                break;
            }
            // What starts where another person's shift ends has its true start already.
            next = self.shift_from(shift.end);
        }
        shifts
    }

    pub(super) fn now_and_next(&self, at: Timestamp) -> Option<NowAndNext> {
        let now = self.shift_at(at)?;
        // Two neighbours are not both gaps, so the second is served if the first is not.
        let next = self.shift_from(now.end).and_then(|after| match after.person {
            Some(_) => Some(after),
            None => self.shift_from(after.end),
        });
        Some(NowAndNext { now, next })
    }

    /// The shift that contains `at`, but with the start of its piece only.
    ///
    /// Bounded: each piece has a length, and a stretch has few pieces of one person. If everyone's
    /// turns end up with one person, it is one piece or so short that it has few turns (see
    /// [`Roster::settled`]); if not, another person's turn comes before the round is over.
    fn shift_from(&self, at: Timestamp) -> Option<Shift> {
        if !(Timestamp::MIN..Timestamp::MAX).contains(&at) {
            return None;
        }
        let mut stretch = Stretch::at(self.overrides, at);
        let mut shift = self.piece(&stretch, at)?;
        while shift.end < Timestamp::MAX {
            if shift.end >= stretch.end {
                stretch = Stretch::at(self.overrides, shift.end);
            }
            let piece = self.piece(&stretch, shift.end)?;
            if piece.person != shift.person {
                break;
            }
            shift.end = piece.end;
            shift.overridden |= piece.overridden;
        }
        Some(shift)
    }

    /// The part of the stretch around `at` in which neither the turn nor the overrides change, or more
    /// if the change of turns makes no difference.
    fn piece(&self, stretch: &Stretch<'a>, at: Timestamp) -> Option<Shift> {
        if let Some(piece) = self.settled(stretch, at) {
            return Some(piece);
        }
        let turn = self.turns.turn_at(at)?;
        let person = stretch.stand_in(turn.person);
        Some(Shift {
            person,
            start: turn.start.max(stretch.start),
            end: turn.end.min(stretch.end),
            overridden: person != turn.person,
        })
    }

    /// What of the stretch lies after the first hand-off, if one person is on call all through it
    /// whoever's turn it is, and if it is so long that everyone in the rotation has a turn in it. So a
    /// person alone in a rotation, and one who stands in for years, are not looked at day by day.
    fn settled(&self, stretch: &Stretch<'a>, at: Timestamp) -> Option<Shift> {
        let start = stretch.start.max(self.turns.first());
        let people = self.turns.people();
        // Twice around, because a turn may have no length, and the first and the last may be cut off.
        let rounds = people.len().saturating_mul(2).saturating_add(2);
        if at < start || stretch.end.since(start) <= self.turns.longest_millis(rounds) {
            return None;
        }
        let person = stretch.stand_in(people.first().copied());
        let mut overridden = false;
        for &rota in people {
            if stretch.stand_in(Some(rota)) != person {
                return None;
            }
            overridden |= person != Some(rota);
        }
        Some(Shift { person, start, end: stretch.end, overridden })
    }
}

#[cfg(test)]
mod tests;
