//! The line of turns of one rotation: who has which, and the instants at which they pass.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::{
    hours::{activity_at, serves},
    rotation::{Advance, Rotation, TurnLength},
    wall::{instant_of, wall_at},
};
use crate::{id::EntityId, time::Timestamp};

const DAY_MINUTES: i64 = 24 * 60;

/// A time in which one person of a rotation is on call, or nobody: `[start, end)`. Neighbours may have
/// the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) person: Option<EntityId>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// What is counted to find the start of a turn.
enum Beat {
    /// Minutes on the wall since the first hand-off.
    Wall,
    /// Minutes that went by since the first hand-off.
    Elapsed,
    /// Served days since the first hand-off: places in the week after the first day's, in order.
    Served(Vec<u32>),
}

/// A rotation in its zone: the line of its turns.
pub(super) struct Turns<'a> {
    rotation: &'a Rotation,
    zone: Tz,
    beat: Beat,
    /// Minutes from the start of a round to the start of each of its turns.
    starts: Vec<i64>,
    /// Minutes of a round.
    round: i64,
    first: Timestamp,
    /// Everybody is the same person, so no turn changes anything.
    alone: bool,
    /// The last answer: who walks along the line asks for it again and again.
    last: Option<Turn>,
}

impl<'a> Turns<'a> {
    /// `None` when there is no turn, or one without length.
    pub(super) fn new(rotation: &'a Rotation, zone: Tz) -> Option<Self> {
        let mut round = 0_i64;
        let mut starts = Vec::with_capacity(rotation.lengths.len());
        for length in &rotation.lengths {
            starts.push(round);
            round += Some(length.minutes()).filter(|minutes| *minutes > 0)?;
        }
        let hours = rotation.lengths.iter().any(|one| matches!(one, TurnLength::Hours(_)));
        let beat = match rotation.advance {
            Advance::Served => Beat::Served(served_places(rotation)?),
            Advance::Wall if hours && !rotation.keeps_the_clock() => Beat::Elapsed,
            Advance::Wall => Beat::Wall,
        };
        let people = &rotation.people;
        let alone = people.first().is_some_and(|one| people.iter().all(|other| other == one));
        let first = Timestamp::MAX;
        let mut turns = Self { rotation, zone, beat, starts, round, first, alone, last: None };
        turns.starts.first()?;
        if !people.is_empty() {
            turns.first = turns.start_of(0);
        }
        Some(turns)
    }

    pub(super) fn rotation(&self) -> &'a Rotation {
        self.rotation
    }

    /// Who of this rotation is on call at `at`. `None` only outside chrono's calendar.
    pub(super) fn on_call_at(&mut self, at: Timestamp) -> Option<Turn> {
        if let Some(last) = self.last.filter(|last| last.start <= at && at < last.end) {
            return Some(last);
        }
        let mut turn = self.turn_at(at)?;
        if turn.person.is_some() {
            let activity = activity_at(&self.rotation.hours, self.zone, at)?;
            if !activity.active {
                turn.person = None;
            }
            turn.start = turn.start.max(activity.start);
            turn.end = turn.end.min(activity.end);
        }
        self.last = Some(turn);
        Some(turn)
    }

    /// The turn that contains `at`, active or not. Its person is `None` before the first hand-off.
    ///
    /// The place on the wall says which turn it should be. The clocks may have been ahead before, by
    /// no more than a day: then it is one of the turns of the two days around, found by halving. Of
    /// turns that begin together the last is the one with a length.
    fn turn_at(&self, at: Timestamp) -> Option<Turn> {
        if at < self.first {
            return Some(Turn { person: None, start: Timestamp::MIN, end: self.first });
        }
        if self.alone {
            let person = self.rotation.people.first().copied();
            let start = self.first.max(Timestamp::MIN);
            return Some(Turn { person, start, end: Timestamp::MAX });
        }
        let minutes = self.minutes_at(at)?;
        let about = self.index_at(minutes);
        let (mut start, mut end) = (self.start_of(about), self.start_of(about + 1));
        let mut index = about;
        if at < start || end <= at {
            let (mut begun, mut later) = (
                self.index_at(minutes - 2 * DAY_MINUTES),
                self.index_at(minutes + 2 * DAY_MINUTES) + 1,
            );
            while later - begun > 1 {
                let middle = begun + (later - begun) / 2;
                match self.start_of(middle) <= at {
                    true => begun = middle,
                    false => later = middle,
                }
            }
            index = begun;
            (start, end) = (self.start_of(index), self.start_of(index + 1));
        }
        Some(Turn {
            person: self.person_of(index),
            start: start.max(Timestamp::MIN),
            end: end.min(Timestamp::MAX),
        })
    }

    /// Minutes since the first hand-off, as they are counted here.
    fn minutes_at(&self, at: Timestamp) -> Option<i64> {
        if matches!(self.beat, Beat::Elapsed) {
            return Some(at.since(self.first).div_euclid(60_000));
        }
        let wall = wall_at(self.zone, at)?;
        let first = self.rotation.hand_off.on(self.rotation.first_day);
        Some(wall.signed_duration_since(first).num_seconds().div_euclid(60))
    }

    /// The last turn that begins no later than so many minutes after the first hand-off.
    fn index_at(&self, minutes: i64) -> u64 {
        let minutes = match &self.beat {
            Beat::Wall | Beat::Elapsed => minutes,
            Beat::Served(places) => {
                let days = minutes.div_euclid(DAY_MINUTES);
                let in_week = days.rem_euclid(7);
                let begun = places.iter().filter(|place| i64::from(**place) <= in_week).count();
                let week = i64::try_from(places.len()).unwrap_or(7);
                let served = days.div_euclid(7) * week + i64::try_from(begun).unwrap_or(7);
                (served - 1).saturating_mul(DAY_MINUTES)
            }
        };
        let rounds = minutes.div_euclid(self.round);
        let rest = minutes.rem_euclid(self.round);
        let place = self.starts.partition_point(|start| *start <= rest).saturating_sub(1);
        let index = rounds
            .saturating_mul(i64::try_from(self.starts.len()).unwrap_or(i64::MAX))
            .saturating_add(i64::try_from(place).unwrap_or_default());
        u64::try_from(index).unwrap_or_default()
    }

    /// The instant at which the turn with this number begins; `Timestamp::MAX` beyond the calendar.
    pub(super) fn start_of(&self, index: u64) -> Timestamp {
        self.instant_of_turn(index).map_or(Timestamp::MAX, |start| start.min(Timestamp::MAX))
    }

    fn instant_of_turn(&self, index: u64) -> Option<Timestamp> {
        let turns = u64::try_from(self.starts.len()).ok()?;
        let place = usize::try_from(index.checked_rem(turns)?).ok()?;
        let rounds = i64::try_from(index.checked_div(turns)?).ok()?;
        let minutes = rounds.checked_mul(self.round)?.checked_add(*self.starts.get(place)?)?;
        let first = self.rotation.hand_off.on(self.rotation.first_day);
        match &self.beat {
            Beat::Wall => {
                instant_of(self.zone, first.checked_add_signed(TimeDelta::try_minutes(minutes)?)?)
            }
            Beat::Elapsed => {
                let first = instant_of(self.zone, first)?;
                Some(Timestamp(first.0.checked_add(minutes.checked_mul(60_000)?)?))
            }
            Beat::Served(places) => {
                let served = usize::try_from(minutes / DAY_MINUTES).ok()?;
                let weeks = u64::try_from(served / places.len()).ok()?;
                let days = weeks
                    .checked_mul(7)?
                    .checked_add(u64::from(*places.get(served % places.len())?))?;
                let day = self.rotation.first_day.checked_add_days(Days::new(days))?;
                instant_of(self.zone, self.rotation.hand_off.on(day))
            }
        }
    }

    fn person_of(&self, index: u64) -> Option<EntityId> {
        let people = &self.rotation.people;
        let place = index.checked_rem(u64::try_from(people.len()).ok()?)?;
        people.get(usize::try_from(place).ok()?).copied()
    }
}

/// Which of the seven days from the first day on are served. `None` if none is.
fn served_places(rotation: &Rotation) -> Option<Vec<u32>> {
    let first = rotation.first_day;
    // A day of the same weekday far from either end of the calendar.
    let like = NaiveDate::from_ymd_opt(2024, 1, 1)?
        .checked_add_days(Days::new(u64::from(first.weekday().num_days_from_monday())))?;
    let served = |place: &u32| {
        let day = like.checked_add_days(Days::new(u64::from(*place)));
        day.is_some_and(|day| serves(&rotation.hours, day))
    };
    let places: Vec<u32> = (0..7).filter(served).collect();
    (!places.is_empty()).then_some(places)
}

#[cfg(test)]
mod tests;
