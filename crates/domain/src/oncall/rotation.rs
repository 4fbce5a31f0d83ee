//! People who take turns: who, how long, and in which hours.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{ScheduleError, hours::ActiveHours};
use crate::id::EntityId;

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

    pub(super) fn on(self, day: NaiveDate) -> NaiveDateTime {
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

/// How long a turn is (E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnLength {
    /// Local calendar days; seven are a week.
    Days(u32),
    /// Hours.
    Hours(u32),
}

/// What makes a turn pass on to the next one (E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advance {
    /// Time on the wall, whether or not the rotation is active meanwhile. Unless said otherwise.
    #[default]
    Wall,
    /// Days that are served: those on which active hours begin. A weekend that nobody serves takes
    /// nobody's turn.
    Served,
}

/// People who take turns, handing off at a local clock time (E2).
///
/// Lengths in days, and those in hours that fit into days (see [`Rotation::keeps_the_clock`]), hand
/// off at the same times on the clock whatever the clocks do; other lengths in hours are elapsed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Rotation {
    /// Which of the schedule's rotations; the one and only of an old schedule has the nil id.
    pub id: EntityId,
    /// What it is called; may be empty.
    pub name: String,
    /// Of the layers that have somebody, the highest is on call; rotations of one layer are together.
    pub layer: u32,
    /// Who takes turns, in order; the first has the first turn. One person may stand here several
    /// times. Empty: nobody is on call.
    pub people: Vec<EntityId>,
    /// When a turn of days begins, and the first turn of hours, on the clock of the schedule's zone.
    pub hand_off: LocalTime,
    /// The local date of the first hand-off; before it nobody is on call.
    pub first_day: NaiveDate,
    /// The lengths of turns, one after the other and over again; all in days or all in hours.
    pub lengths: Vec<TurnLength>,
    /// When it is on call at all; empty: always.
    pub hours: Vec<ActiveHours>,
    /// What makes a turn pass on.
    pub advance: Advance,
}

impl Rotation {
    /// The longest turn, in days: a leap year.
    pub const MAX_TURN_DAYS: u32 = 366;
    /// The longest turn, in hours: a leap year.
    pub const MAX_TURN_HOURS: u32 = 366 * 24;
    /// Lengths in turn: a month of days.
    pub const MAX_LENGTHS: usize = 31;
    /// People in turn.
    pub const MAX_PEOPLE: usize = 200;
    /// The highest layer.
    pub const MAX_LAYER: u32 = 9;
    /// Longest name in bytes.
    pub const MAX_NAME: usize = 200;

    /// Turns of that many days around the clock, on the lowest layer.
    #[must_use]
    pub fn of_days(
        people: Vec<EntityId>,
        hand_off: LocalTime,
        first_day: NaiveDate,
        days: u32,
    ) -> Self {
        Self {
            id: EntityId::NIL,
            name: String::new(),
            layer: 0,
            people,
            hand_off,
            first_day,
            lengths: vec![TurnLength::Days(days)],
            hours: Vec::new(),
            advance: Advance::Wall,
        }
    }

    /// How long a turn can be, as the calendar counts.
    #[must_use]
    pub fn longest_turn_secs(&self) -> i64 {
        self.lengths.iter().map(|length| length.minutes() * 60).max().unwrap_or_default()
    }

    /// Whether it hands off at the same times on the clock whatever the clocks do: once around its
    /// lengths is whole days, or goes into a day without remainder.
    #[must_use]
    pub fn keeps_the_clock(&self) -> bool {
        const DAY: i64 = 24 * 60;
        let around = self.lengths.iter().copied().map(TurnLength::minutes).sum::<i64>();
        around > 0 && (around % DAY == 0 || DAY % around == 0)
    }

    pub(super) fn validate(&self) -> Result<(), ScheduleError> {
        let (mut days, mut hours) = (false, false);
        for length in &self.lengths {
            match *length {
                TurnLength::Days(0) | TurnLength::Hours(0) => return Err(ScheduleError::EmptyTurn),
                TurnLength::Days(1..=Self::MAX_TURN_DAYS) => days = true,
                TurnLength::Hours(1..=Self::MAX_TURN_HOURS) => hours = true,
                TurnLength::Days(turn_days) => return Err(ScheduleError::LongTurn { turn_days }),
                TurnLength::Hours(hours) => {
                    return Err(ScheduleError::LongTurn { turn_days: hours / 24 });
                }
            }
        }
        if days == hours || self.lengths.len() > Self::MAX_LENGTHS {
            return Err(if days { ScheduleError::MixedTurns } else { ScheduleError::EmptyTurn });
        }
        if self.advance == Advance::Served && (hours || self.hours.is_empty()) {
            return Err(ScheduleError::ServedWithoutHours);
        }
        for line in &self.hours {
            line.validate()?;
        }
        if self.people.len() > Self::MAX_PEOPLE
            || self.hours.len() > ActiveHours::MAX_LINES
            || self.layer > Self::MAX_LAYER
            || self.name.len() > Self::MAX_NAME
        {
            return Err(ScheduleError::TooMuch);
        }
        if !(1970..=9999).contains(&self.first_day.year()) {
            return Err(ScheduleError::DayOutOfRange);
        }
        Ok(())
    }
}

impl TurnLength {
    /// How many of its unit.
    #[must_use]
    pub fn count(self) -> u32 {
        match self {
            Self::Days(count) | Self::Hours(count) => count,
        }
    }

    /// As minutes of the clock on the wall.
    pub(super) fn minutes(self) -> i64 {
        match self {
            Self::Days(days) => i64::from(days) * 24 * 60,
            Self::Hours(hours) => i64::from(hours) * 60,
        }
    }
}

/// A rotation as it stands in the record. Turns of one length in days are written as they were before
/// there were others.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default = "nil", skip_serializing_if = "is_nil")]
    id: EntityId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    layer: u32,
    people: Vec<EntityId>,
    hand_off: LocalTime,
    #[serde(with = "day")]
    first_day: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    turn_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lengths: Vec<TurnLength>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hours: Vec<ActiveHours>,
    #[serde(default, skip_serializing_if = "is_wall")]
    advance: Advance,
}

fn nil() -> EntityId {
    EntityId::NIL
}

fn is_nil(id: &EntityId) -> bool {
    *id == EntityId::NIL
}

fn is_zero(layer: &u32) -> bool {
    *layer == 0
}

fn is_wall(advance: &Advance) -> bool {
    *advance == Advance::Wall
}

impl From<Stored> for Rotation {
    fn from(stored: Stored) -> Self {
        let lengths = match stored.turn_days {
            Some(days) if stored.lengths.is_empty() => vec![TurnLength::Days(days)],
            _ => stored.lengths,
        };
        Self {
            id: stored.id,
            name: stored.name,
            layer: stored.layer,
            people: stored.people,
            hand_off: stored.hand_off,
            first_day: stored.first_day,
            lengths,
            hours: stored.hours,
            advance: stored.advance,
        }
    }
}

impl From<Rotation> for Stored {
    fn from(rotation: Rotation) -> Self {
        let (turn_days, lengths) = match rotation.lengths.as_slice() {
            &[TurnLength::Days(days)] => (Some(days), Vec::new()),
            _ => (None, rotation.lengths),
        };
        Self {
            id: rotation.id,
            name: rotation.name,
            layer: rotation.layer,
            people: rotation.people,
            hand_off: rotation.hand_off,
            first_day: rotation.first_day,
            turn_days,
            lengths,
            hours: rotation.hours,
            advance: rotation.advance,
        }
    }
}

/// A date as `YYYY-MM-DD`, and in no other form.
pub(super) mod day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(in crate::oncall) fn serialize<S: Serializer>(
        day: &NaiveDate,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(&day.format("%Y-%m-%d"))
    }

    pub(in crate::oncall) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<NaiveDate, D::Error> {
        let text = String::deserialize(from)?;
        NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()
            .filter(|day| day.format("%Y-%m-%d").to_string() == text)
            .ok_or_else(|| D::Error::custom("a day is written YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests;
