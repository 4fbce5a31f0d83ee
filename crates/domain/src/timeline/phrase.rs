//! Times as people say them: `14:02`, `10 min ago`, `昨天 23:40` (T1).
//!
//! [`read`] gives an instant, or a [`Question`] when a phrase means two things or none: a time that
//! is guessed wrongly stands in the record for years. The rules, each in the table of tests:
//!
//! - a clock time without a day is today's; one that has not come yet today is yesterday's if that is
//!   no more than twelve hours ago, and else it is asked whether yesterday is meant, because a typing
//!   error is as likely;
//! - a weekday is the last one that was, a date without its year the last such date;
//! - a clock that shows a time twice, or never, is asked about;
//! - two numbers that may be day and month or month and day are asked about;
//! - nothing lies in the future: this is a record of what happened.
//!
//! What happened is told in two languages in one team, so both are read whatever the window speaks.

mod clock;
mod day;
mod span;
mod text;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone,
};
use chrono_tz::Tz;

use crate::time::Timestamp;
use clock::Clock;
use day::Day;
use text::Cursor;

/// Longest phrase in characters; a time takes no more.
pub const MAX_PHRASE: usize = 64;
/// How long ago a clock time of yesterday may be without a question.
const NEAR: TimeDelta = TimeDelta::hours(12);

/// Why a phrase gives no instant, with what it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// It is no time that this knows.
    Unreadable,
    /// It says a day and not when on it.
    WhichTime,
    /// It has not come yet; the same time a day earlier was `earlier`, if that is an answer.
    Future {
        /// The last time that the phrase was true, when it names no day.
        earlier: Option<Timestamp>,
    },
    /// The clocks went back, and showed it twice.
    Twice {
        /// Before they went back.
        first: Timestamp,
        /// After.
        second: Timestamp,
    },
    /// The clocks went forward, and never showed it; this is the instant at which they did.
    Skipped {
        /// The first instant after the gap.
        after: Timestamp,
    },
    /// Day and month, or month and day.
    WhichDay {
        /// The first number is the month.
        month_first: Timestamp,
        /// The first number is the day.
        day_first: Timestamp,
    },
}

impl Question {
    /// The instants that answer it, likeliest first.
    #[must_use]
    pub fn choices(self) -> Vec<Timestamp> {
        match self {
            Self::Unreadable | Self::WhichTime => Vec::new(),
            Self::Future { earlier } => earlier.into_iter().collect(),
            Self::Twice { first, second } => vec![first, second],
            Self::Skipped { after } => vec![after],
            Self::WhichDay { month_first, day_first } => vec![month_first, day_first],
        }
    }
}

/// Reads a phrase that somebody says at `now` in `zone`, an IANA name; UTC when there is no such zone.
///
/// # Errors
/// A [`Question`] when the phrase has no single meaning.
pub fn read(phrase: &str, zone: &str, now: Timestamp) -> Result<Timestamp, Question> {
    let text = text::plain(phrase).ok_or(Question::Unreadable)?;
    if let Some(ago) = span::ago(&text) {
        let at = now.plus_secs(-ago);
        return if at.is_plausible() { Ok(at) } else { Err(Question::Unreadable) };
    }
    let spoken = Spoken::of(&text).ok_or(Question::Unreadable)?;
    let now = DateTime::from_timestamp_millis(now.0).ok_or(Question::Unreadable)?;
    let zone = spoken.zone.unwrap_or_else(|| Zone::Named(zone.parse().unwrap_or(Tz::UTC)));
    let place = Place { zone, now, here: zone.local(now) };
    place.instant(&spoken)
}

/// What was said, not yet put on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spoken {
    day: Option<Day>,
    clock: Option<Clock>,
    zone: Option<Zone>,
}

impl Spoken {
    /// Day and time in either order, then perhaps a zone; nothing else.
    fn of(text: &str) -> Option<Self> {
        let mut cursor = Cursor::new(text);
        let mut day = day::read(&mut cursor);
        let part_of_day = day.and_then(|day| day.part);
        day::join(&mut cursor);
        let clock = clock::read(&mut cursor, part_of_day);
        let zone = zone(&mut cursor);
        if day.is_none() && clock.is_some() {
            day::join(&mut cursor);
            day = day::read(&mut cursor);
        }
        // "23:40 last night": the part of the day comes after the time.
        let clock = match day.and_then(|day| day.part) {
            Some(part) if part_of_day.is_none() => clock.map(|clock| clock.within(part)),
            _ => clock,
        };
        cursor.ends().then_some(Self { day: day.map(|day| day.day), clock, zone })
    }
}

/// Where clocks show what they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

impl Zone {
    fn local(self, at: DateTime<chrono::Utc>) -> NaiveDateTime {
        match self {
            Self::Named(zone) => at.with_timezone(&zone).naive_local(),
            Self::Fixed(zone) => at.with_timezone(&zone).naive_local(),
        }
    }

    fn instants(self, wall: NaiveDateTime) -> MappedLocalTime<Timestamp> {
        let stamp = |at: i64| Timestamp(at);
        match self {
            Self::Named(zone) => {
                zone.from_local_datetime(&wall).map(|at| stamp(at.timestamp_millis()))
            }
            Self::Fixed(zone) => {
                zone.from_local_datetime(&wall).map(|at| stamp(at.timestamp_millis()))
            }
        }
    }
}

/// `UTC`, `Z`, `+08:00`, `UTC+8`.
fn zone(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let mut ahead = cursor.clone();
    ahead.space();
    let named = ahead.word(&["utc", "gmt", "z"]).is_some();
    let sign = ahead.any(&["+", "-"]);
    let secs = match sign {
        None if named => 0,
        None => return None,
        Some(sign) => {
            let (hours, digits) = ahead.number()?;
            let (hours, minutes) = match digits {
                1 | 2 if ahead.any(&[":"]).is_some() => (hours, ahead.number()?.0),
                1 | 2 => (hours, 0),
                4 => (hours / 100, hours % 100),
                _ => return None,
            };
            let secs = i32::try_from(hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?);
            if sign == "-" { -secs.ok()? } else { secs.ok()? }
        }
    };
    let zone = Zone::Fixed(FixedOffset::east_opt(secs)?);
    *cursor = ahead;
    Some(zone)
}

/// The zone and the moment in which something is said.
struct Place {
    zone: Zone,
    now: DateTime<chrono::Utc>,
    here: NaiveDateTime,
}

impl Place {
    fn instant(&self, spoken: &Spoken) -> Result<Timestamp, Question> {
        let Some(clock) = spoken.clock else {
            let nothing = spoken.day.is_none() || spoken.zone.is_some();
            return Err(if nothing { Question::Unreadable } else { Question::WhichTime });
        };
        let Some(day) = spoken.day else { return self.recent(clock) };
        match day.date(self.here, clock)? {
            day::Dates::One(date) => self.on(date, clock),
            day::Dates::Either { month_first, day_first } => {
                match (self.on(month_first, clock), self.on(day_first, clock)) {
                    (Ok(month_first), Ok(day_first)) => {
                        Err(Question::WhichDay { month_first, day_first })
                    }
                    (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
                    (Err(question), Err(_)) => Err(question),
                }
            }
        }
    }

    /// A clock time without a day.
    fn recent(&self, clock: Clock) -> Result<Timestamp, Question> {
        let today = self.here.date();
        match self.on(today, clock) {
            Err(Question::Future { .. }) => {}
            other => return other,
        }
        let yesterday = today.pred_opt().ok_or(Question::Unreadable)?;
        let earlier = self.on(yesterday, clock)?;
        match self.now.timestamp_millis() - earlier.0 <= NEAR.num_milliseconds() {
            true => Ok(earlier),
            false => Err(Question::Future { earlier: Some(earlier) }),
        }
    }

    fn on(&self, date: NaiveDate, clock: Clock) -> Result<Timestamp, Question> {
        let wall = clock.on(date).ok_or(Question::Unreadable)?;
        let now = Timestamp(self.now.timestamp_millis());
        let past = |at: Timestamp| match (at <= now, at.is_plausible()) {
            (true, true) => Ok(at),
            (true, false) => Err(Question::Unreadable),
            (false, _) => Err(Question::Future { earlier: None }),
        };
        match self.zone.instants(wall) {
            MappedLocalTime::Single(at) => past(at),
            MappedLocalTime::Ambiguous(first, second) if second <= now => {
                Err(Question::Twice { first, second })
            }
            MappedLocalTime::Ambiguous(first, _) => past(first),
            MappedLocalTime::None => {
                let after = self.after_gap(wall).ok_or(Question::Unreadable)?;
                past(after)?;
                Err(Question::Skipped { after })
            }
        }
    }

    /// The first instant after the gap in which `wall` lies. Clocks leap by a day at most, by minutes.
    fn after_gap(&self, wall: NaiveDateTime) -> Option<Timestamp> {
        use chrono::Timelike;
        let wall = wall.with_second(0)?;
        (0..=24 * 60).find_map(|minutes| {
            match self.zone.instants(wall + TimeDelta::minutes(minutes)) {
                MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at),
                MappedLocalTime::None => None,
            }
        })
    }
}

#[cfg(test)]
mod tests;
