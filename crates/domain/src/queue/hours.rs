//! Office hours: on which days of the week, from when until when, on the clocks of a zone.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{oncall::LocalTime, time::Timestamp};

/// The most lines: three for each day of the week, for who closes at noon.
const MAX_LINES: usize = 21;
/// How many days ahead is looked: each week has an office day, and no more of them than
/// [`super::MAX_QUEUE_DAYS`] are counted, so this is never reached but where clocks leave days out.
const MAX_AHEAD: usize = 7 * (super::MAX_QUEUE_DAYS as usize + 2);
/// Clocks never leap by more than a day.
const MAX_LEAP_MINUTES: i64 = 24 * 60;

/// From one local clock time until another on one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OfficeDay {
    /// 1 is Monday, 7 is Sunday.
    pub day: u8,
    /// The first minute.
    pub from: LocalTime,
    /// The first minute after it; `00:00` is the end of the day.
    pub until: LocalTime,
}

impl OfficeDay {
    /// Minutes after midnight, up to 1440.
    fn end_minutes(&self) -> i64 {
        match self.until.minutes() {
            0 => 24 * 60,
            minutes => i64::from(minutes),
        }
    }

    fn is_sane(&self) -> bool {
        (1..=7).contains(&self.day) && i64::from(self.from.minutes()) < self.end_minutes()
    }
}

/// When a team is at work. Stored as JSON in a field: integers and strings only.
///
/// A beginning that the clocks leap over is at the first minute after the leap; one that comes twice is
/// at the first of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHours {
    /// The IANA name of the zone on whose clocks they are read.
    pub zone: String,
    /// In any order.
    pub days: Vec<OfficeDay>,
}

/// Hours that cannot be accepted: an unknown zone, no day, a day that is none, or an end before its
/// beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("office hours need a zone and a day, and begin before they end")]
pub struct ImpossibleHours;

/// A time at work, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// The local date on which it begins.
    pub(super) day: NaiveDate,
}

impl OfficeHours {
    /// Monday to Friday from 09:00 to 17:00 UTC, where nobody has said anything else.
    #[must_use]
    pub fn usual() -> Self {
        let times = LocalTime::from_minutes(9 * 60).zip(LocalTime::from_minutes(17 * 60));
        let days = times
            .into_iter()
            .flat_map(|(from, until)| (1..=5).map(move |day| OfficeDay { day, from, until }));
        Self { zone: "UTC".to_owned(), days: days.collect() }
    }

    /// Whether they can be accepted.
    ///
    /// # Errors
    /// [`ImpossibleHours`].
    pub fn validate(&self) -> Result<(), ImpossibleHours> {
        let sane = self.zone.parse::<Tz>().is_ok()
            && (1..=MAX_LINES).contains(&self.days.len())
            && self.days.iter().all(OfficeDay::is_sane);
        sane.then_some(()).ok_or(ImpossibleHours)
    }

    /// The time at work that contains `at`; of several the one that began last.
    #[must_use]
    pub fn open_at(&self, at: Timestamp) -> Option<Span> {
        // One that holds `at` began today or yesterday: the first few spans are enough.
        let near = self.spans(at).take_while(|span| span.start <= at);
        near.filter(|span| at < span.end).last()
    }

    /// `at` itself within office hours, else when they begin next.
    #[must_use]
    pub fn opening(&self, at: Timestamp) -> Option<Timestamp> {
        if self.open_at(at).is_some() { Some(at) } else { self.next_start(at) }
    }

    /// When they begin next after `at`.
    #[must_use]
    pub fn next_start(&self, at: Timestamp) -> Option<Timestamp> {
        self.spans(at).map(|span| span.start).find(|start| *start > at)
    }

    /// When the office day that comes `days` office days after the one of `at` begins.
    #[must_use]
    pub fn day_after(&self, at: Timestamp, days: u32) -> Option<Timestamp> {
        let zone: Tz = self.zone.parse().ok()?;
        let today = match self.open_at(at) {
            Some(span) => span.day,
            None => local(zone, at)?.date(),
        };
        let mut last = today;
        let mut count = 0;
        for span in self.spans(at) {
            if span.day > last {
                (last, count) = (span.day, count + 1);
                if count == days {
                    return Some(span.start);
                }
            }
        }
        None
    }

    /// How long somebody was at work between two instants, in milliseconds; looks `MAX_AHEAD` days far.
    #[must_use]
    pub fn worked_millis(&self, from: Timestamp, until: Timestamp) -> i64 {
        let mut worked = 0;
        // Spans may overlap where a day has several; each instant counts once.
        let mut counted = from;
        for span in self.spans(from).take_while(|span| span.start < until) {
            worked += span.end.min(until).since(span.start.max(counted)).max(0);
            counted = counted.max(span.end);
        }
        worked
    }

    /// Times at work from the day before `from` on, by their beginnings; bounded.
    fn spans(&self, from: Timestamp) -> impl Iterator<Item = Span> + '_ {
        let zone: Option<Tz> = self.zone.parse().ok();
        let first = zone
            .and_then(|zone| local(zone, from))
            .and_then(|wall| wall.date().checked_sub_days(Days::new(1)));
        let days = first.into_iter().flat_map(|first| first.iter_days().take(MAX_AHEAD));
        days.flat_map(move |day| {
            let weekday = u8::try_from(day.weekday().number_from_monday()).unwrap_or(7);
            let mut lines: Vec<&OfficeDay> =
                self.days.iter().filter(|line| line.day == weekday).collect();
            lines.sort_unstable();
            let span = move |line: &OfficeDay| {
                let start = instant(zone?, day, i64::from(line.from.minutes()))?;
                let end = instant(zone?, day, line.end_minutes())?;
                (start < end).then_some(Span { start, end, day })
            };
            lines.into_iter().filter_map(span).collect::<Vec<_>>()
        })
    }
}

fn local(zone: Tz, at: Timestamp) -> Option<NaiveDateTime> {
    let utc = chrono::DateTime::from_timestamp_millis(at.0)?;
    Some(utc.with_timezone(&zone).naive_local())
}

/// The first instant at which the clocks show so many minutes after the midnight of a day, or more.
fn instant(zone: Tz, day: NaiveDate, minutes: i64) -> Option<Timestamp> {
    let wall = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
    let shown = (0..=MAX_LEAP_MINUTES)
        .find_map(|leap| zone.from_local_datetime(&(wall + TimeDelta::minutes(leap))).earliest())?;
    Some(Timestamp(shown.timestamp_millis()))
}
