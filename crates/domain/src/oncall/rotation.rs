//! People who take turns, and the instants at which they hand off.

use std::{fmt, str::FromStr};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::ScheduleError;
use crate::{id::EntityId, time::Timestamp};

/// A local clock time to the minute, written `HH:MM` on the 24-hour clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime(u16);

impl LocalTime {
    /// The time that many minutes after midnight, or `None` from 1440 on.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes < 24 * 60 { Some(Self(minutes)) } else { None }
    }

    /// Minutes after midnight, as the clock on the wall shows them: 0 to 1439.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn on(self, day: NaiveDate) -> NaiveDateTime {
        day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(self.0))
    }
}

/// A text that is not a clock time of the form `HH:MM`, from `00:00` to `23:59`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a clock time is written HH:MM, from 00:00 to 23:59")]
pub struct InvalidLocalTime;

impl FromStr for LocalTime {
    type Err = InvalidLocalTime;

    fn from_str(text: &str) -> Result<Self, InvalidLocalTime> {
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
            return Err(InvalidLocalTime);
        };
        let two_digits = |tens: u8, units: u8| {
            (tens.is_ascii_digit() && units.is_ascii_digit())
                .then(|| u16::from(tens - b'0') * 10 + u16::from(units - b'0'))
                .ok_or(InvalidLocalTime)
        };
        let (hours, minutes) = (two_digits(h1, h2)?, two_digits(m1, m2)?);
        if hours > 23 || minutes > 59 {
            return Err(InvalidLocalTime);
        }
        Ok(Self(hours * 60 + minutes))
    }
}

impl TryFrom<String> for LocalTime {
    type Error = InvalidLocalTime;

    fn try_from(text: String) -> Result<Self, InvalidLocalTime> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// People who take turns of whole days, handing off at a local clock time (E2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Who takes turns, in order; the first has the first turn. One person may stand here several
    /// times. Empty: nobody is on call.
    pub people: Vec<EntityId>,
    /// When a turn begins, on the clock of the schedule's zone.
    pub hand_off: LocalTime,
    /// The local date of the first hand-off; before it nobody is on call.
    #[serde(with = "day")]
    pub first_day: NaiveDate,
    /// The length of a turn in local calendar days, 1 to [`Rotation::MAX_TURN_DAYS`].
    pub turn_days: u32,
}

impl Rotation {
    /// The longest turn, in days: a leap year.
    pub const MAX_TURN_DAYS: u32 = 366;

    pub(super) fn validate(&self) -> Result<(), ScheduleError> {
        use chrono::Datelike;
        match self.turn_days {
            0 => return Err(ScheduleError::EmptyTurn),
            1..=Self::MAX_TURN_DAYS => {}
            turn_days => return Err(ScheduleError::LongTurn { turn_days }),
        }
        if !(1970..=9999).contains(&self.first_day.year()) {
            return Err(ScheduleError::DayOutOfRange);
        }
        Ok(())
    }
}

/// A date as `YYYY-MM-DD`, and in no other form.
mod day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&day.format("%Y-%m-%d"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        let text = String::deserialize(from)?;
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()
            .filter(|day| day.format("%Y-%m-%d").to_string() == text)
            .ok_or_else(|| D::Error::custom("a day is written YYYY-MM-DD"))
    }
}

/// One turn that has a length: `[start, end)`. Its person is `None` before the first hand-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) person: Option<EntityId>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// A rotation in its zone: the line of its turns.
pub(super) struct Turns<'a> {
    rotation: &'a Rotation,
    zone: Tz,
    first: Timestamp,
}

impl<'a> Turns<'a> {
    /// `None` when a turn has no days.
    pub(super) fn new(rotation: &'a Rotation, zone: Tz) -> Option<Self> {
        if rotation.turn_days == 0 {
            return None;
        }
        let first = match rotation.people.is_empty() {
            true => Timestamp::MAX,
            false => start_of(rotation, zone, 0),
        };
        Some(Self { rotation, zone, first })
    }

    pub(super) fn people(&self) -> &'a [EntityId] {
        &self.rotation.people
    }

    /// When the first turn begins; `Timestamp::MAX` when none ever does.
    pub(super) fn first(&self) -> Timestamp {
        self.first
    }

    /// More milliseconds than `turns` turns can take, wherever they lie: a local day is longer than
    /// 24 hours only when clocks go back, at most by a day, and it is given for each turn.
    pub(super) fn longest_millis(&self, turns: usize) -> i64 {
        const DAY: i64 = 86_400_000;
        let one = (i64::from(self.rotation.turn_days) + 1).saturating_mul(DAY);
        i64::try_from(turns).unwrap_or(i64::MAX).saturating_mul(one)
    }

    /// The turn that contains `at`. `None` only outside chrono's calendar.
    ///
    /// The turns that begin on local days before the local day of `at` have begun, those that begin
    /// after the next local day have not (clocks never go back by more than a day): so the turn is the
    /// one that plain division of days finds, or a neighbour. Of turns that begin together the last
    /// is the one with a length.
    pub(super) fn turn_at(&self, at: Timestamp) -> Option<Turn> {
        if at < self.first {
            return Some(Turn { person: None, start: Timestamp::MIN, end: self.first });
        }
        let utc = chrono::DateTime::from_timestamp_millis(at.0)?;
        let today = utc.with_timezone(&self.zone).date_naive();
        let days = today.signed_duration_since(self.rotation.first_day).num_days();
        let about = days.div_euclid(i64::from(self.rotation.turn_days));
        [about + 1, about, about - 1].into_iter().find_map(|index| {
            let index = u64::try_from(index).ok()?;
            let start = self.start_of(index);
            (start <= at).then(|| Turn {
                person: self.person_of(index),
                start: start.max(Timestamp::MIN),
                end: self.start_of(index + 1).min(Timestamp::MAX),
            })
        })
    }

    fn start_of(&self, index: u64) -> Timestamp {
        start_of(self.rotation, self.zone, index)
    }

    fn person_of(&self, index: u64) -> Option<EntityId> {
        let people = &self.rotation.people;
        let place = index.checked_rem(u64::try_from(people.len()).ok()?)?;
        people.get(usize::try_from(place).ok()?).copied()
    }
}

/// The instant at which the turn with this number begins; `Timestamp::MAX` beyond the calendar.
fn start_of(rotation: &Rotation, zone: Tz, index: u64) -> Timestamp {
    index
        .checked_mul(u64::from(rotation.turn_days))
        .and_then(|days| rotation.first_day.checked_add_days(Days::new(days)))
        .and_then(|day| instant_of(zone, rotation.hand_off.on(day)))
        .map_or(Timestamp::MAX, |start| start.min(Timestamp::MAX))
}

/// When the clocks of `zone` first show `wall`, or, if they leap over it, the instant of that leap.
fn instant_of(zone: Tz, wall: NaiveDateTime) -> Option<Timestamp> {
    if let Some(time) = zone.from_local_datetime(&wall).earliest() {
        return Some(Timestamp(time.timestamp_millis()));
    }
    // No offset is as large as a day, so the leap lies between these two.
    let wall_secs = wall.and_utc().timestamp();
    let (mut before, mut after) = (wall_secs - 86_400, wall_secs + 86_400);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        let utc = chrono::DateTime::from_timestamp(middle, 0)?.naive_utc();
        let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
        match middle + i64::from(offset) < wall_secs {
            true => before = middle,
            false => after = middle,
        }
    }
    Some(Timestamp(after * 1_000))
}

#[cfg(test)]
mod tests;
