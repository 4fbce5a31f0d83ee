//! The hours in which a rotation is on call at all.

use chrono::{Datelike, Days, NaiveDate, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    ScheduleError,
    rotation::LocalTime,
    wall::{instant_of, wall_at},
};
use crate::time::Timestamp;

/// On some days of the week, from one local clock time until another (E2). Where `until` is not later
/// than `from` it is on the next day: `22:00` until `06:00` is a night, `00:00` until `00:00` a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveHours {
    /// The days on which it begins: 1 is Monday, 7 is Sunday.
    pub days: Vec<u8>,
    /// The first minute.
    pub from: LocalTime,
    /// The first minute after it.
    pub until: LocalTime,
}

impl ActiveHours {
    /// Lines of one rotation: three for each day of the week, for who works in split shifts.
    pub const MAX_LINES: usize = 21;

    pub(super) fn validate(&self) -> Result<(), ScheduleError> {
        let sane = !self.days.is_empty()
            && self.days.len() <= 7
            && self.days.iter().all(|day| (1..=7).contains(day));
        sane.then_some(()).ok_or(ScheduleError::HoursWithoutDay)
    }

    fn begins_on(&self, day: NaiveDate) -> bool {
        self.days.contains(&weekday(day))
    }

    /// From its first instant to the first after it; `None` when the calendar ends.
    fn on(&self, day: NaiveDate, zone: Tz) -> Option<(Timestamp, Timestamp)> {
        let over_night = u64::from(self.until <= self.from);
        let last = day.checked_add_days(Days::new(over_night))?;
        Some((instant_of(zone, self.from.on(day))?, instant_of(zone, self.until.on(last))?))
    }
}

/// Whether the clocks of a zone show a time of the week that begins on one of `days` at `from` and lasts
/// until `until`, which is on the next day where it is not later. Read from the clock on the wall, so an
/// hour that comes twice is in it twice. None where the zone is unknown.
#[must_use]
pub fn in_week(
    zone: &str,
    days: &[u8],
    from: LocalTime,
    until: LocalTime,
    at: Timestamp,
) -> Option<bool> {
    let wall = wall_at(zone.parse().ok()?, at)?;
    let minute = u16::try_from(wall.hour() * 60 + wall.minute()).unwrap_or(u16::MAX);
    let today = weekday(wall.date());
    let yesterday = if today == 1 { 7 } else { today - 1 };
    let (from, until) = (from.minutes(), until.minutes());
    Some(if from < until {
        days.contains(&today) && (from..until).contains(&minute)
    } else {
        (days.contains(&today) && minute >= from) || (days.contains(&yesterday) && minute < until)
    })
}

/// 1 is Monday, 7 is Sunday.
fn weekday(day: NaiveDate) -> u8 {
    u8::try_from(day.weekday().number_from_monday()).unwrap_or(7)
}

/// Whether any of these hours begins on such a day.
pub(super) fn serves(hours: &[ActiveHours], day: NaiveDate) -> bool {
    hours.iter().any(|line| line.begins_on(day))
}

/// A time in which a rotation is active throughout, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Activity {
    pub(super) active: bool,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// The activity around `at`; it may be cut at midnights, so neighbours may be alike. No hours: always
/// active. `None` outside the calendar.
pub(super) fn activity_at(hours: &[ActiveHours], zone: Tz, at: Timestamp) -> Option<Activity> {
    if hours.is_empty() {
        return Some(Activity { active: true, start: Timestamp::MIN, end: Timestamp::MAX });
    }
    let today = wall_at(zone, at)?.date();
    let midnight = |days_after: i64| {
        let day = match u64::try_from(days_after) {
            Ok(days) => today.checked_add_days(Days::new(days)),
            Err(_) => today.checked_sub_days(Days::new(days_after.unsigned_abs())),
        }?;
        Some(day)
    };
    // The clocks have reached this day, and not the day after the next (they never go back by more
    // than a day): what holds at `at` began on the day before yesterday or later, by tomorrow.
    let start = instant_of(zone, today.and_time(chrono::NaiveTime::MIN)).unwrap_or(Timestamp::MIN);
    let end = midnight(2)
        .and_then(|day| instant_of(zone, day.and_time(chrono::NaiveTime::MIN)))
        .unwrap_or(Timestamp::MAX);
    let mut activity =
        Activity { active: false, start: start.max(Timestamp::MIN), end: end.min(Timestamp::MAX) };
    for day in (-2..=1).filter_map(midnight) {
        for line in hours.iter().filter(|line| line.begins_on(day)) {
            let Some((from, until)) = line.on(day, zone) else { continue };
            activity.active |= from <= at && at < until;
            for edge in [from, until] {
                if edge <= at {
                    activity.start = activity.start.max(edge);
                } else {
                    activity.end = activity.end.min(edge);
                }
            }
        }
    }
    Some(activity)
}
