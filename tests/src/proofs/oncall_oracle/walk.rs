//! The oracle: it looks at the clock on the wall each minute, and passes the pager on when the clock has
//! reached the hour.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use firebell_domain::{
    id::EntityId,
    oncall::{Advance, Rotation, Schedule, TurnLength},
    time::Timestamp,
};
use uuid::Uuid;

const DAY: i64 = 1_440;

/// Zones, each with an instant at which its clocks change; the last two do not change theirs.
pub(super) const CHANGES: &[(&str, &str)] = &[
    ("Europe/Berlin", "2024-03-31T01:00:00Z"),
    ("Europe/Berlin", "2024-10-27T01:00:00Z"),
    ("America/New_York", "2024-03-10T07:00:00Z"),
    ("America/New_York", "2024-11-03T06:00:00Z"),
    ("Australia/Lord_Howe", "2024-04-06T15:00:00Z"),
    ("Australia/Lord_Howe", "2024-10-05T15:30:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2012-03-31T14:00:00Z"),
    ("Antarctica/Troll", "2024-03-31T01:00:00Z"),
    ("Antarctica/Troll", "2024-10-27T01:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/St_Johns", "2010-11-07T02:31:00Z"),
    ("Africa/Casablanca", "2024-03-10T02:00:00Z"),
    ("Asia/Pyongyang", "2018-05-04T15:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-21T12:00:00Z"),
    ("Asia/Shanghai", "2024-03-31T01:00:00Z"),
    ("UTC", "2024-03-31T01:00:00Z"),
];

/// What the clock on the wall shows in each minute of some weeks around a change.
pub(super) struct Wall {
    pub(super) zone: &'static str,
    first: i64,
    /// The latest time that the clock has shown by then, in minutes since 1970 on the wall: what has
    /// been reached stays reached when the clocks go back.
    reached: Vec<i64>,
    /// Where the change is.
    pub(super) change: usize,
}

impl Wall {
    const BEFORE: i64 = 10 * DAY;
    const MINUTES: i64 = 20 * DAY;

    pub(super) fn watch(zone: &'static str, change: &str) -> Self {
        let tz: Tz = zone.parse().expect(zone);
        let change = DateTime::parse_from_rfc3339(change).expect(change).to_utc();
        let first = change - TimeDelta::minutes(Self::BEFORE);
        let mut latest = i64::MIN;
        let reached = (0..Self::MINUTES).map(|minute| {
            let here = (first + TimeDelta::minutes(minute)).with_timezone(&tz).naive_local();
            latest = latest.max(here.and_utc().timestamp().div_euclid(60));
            latest
        });
        let reached = reached.collect();
        let change = usize::try_from(Self::BEFORE).expect("days");
        Self { zone, first: first.timestamp().div_euclid(60), reached, change }
    }

    /// The instant at which a minute of the table begins.
    pub(super) fn instant(&self, minute: usize) -> Timestamp {
        Timestamp((self.first + i64::try_from(minute).expect("weeks")) * 60_000)
    }

    /// The day that the clock shows in a minute of the table.
    pub(super) fn day(&self, minute: usize) -> NaiveDate {
        let secs = self.reached[minute].div_euclid(DAY) * 86_400;
        DateTime::from_timestamp(secs, 0).expect("a day").date_naive()
    }

    /// The time of day on the clock in that minute.
    pub(super) fn time(&self, minute: usize) -> i64 {
        self.reached[minute].rem_euclid(DAY)
    }
}

/// The person with this number.
pub(super) fn person(number: usize) -> EntityId {
    EntityId(Uuid::from_u128(number as u128 + 1))
}

/// A hand that passes one rotation's pager on.
struct Hand<'a> {
    rotation: &'a Rotation,
    /// The next hand-off: on the wall, or, when turns are time that went by, in minutes of the table.
    due: i64,
    elapsed: bool,
    /// Turns that have begun.
    begun: usize,
    /// Served days that are left of the turn.
    left: i64,
}

impl<'a> Hand<'a> {
    fn new(rotation: &'a Rotation) -> Self {
        let day = rotation.first_day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() / 60;
        let around: i64 = rotation.lengths.iter().map(|length| minutes(*length)).sum();
        let in_hours = matches!(rotation.lengths[0], TurnLength::Hours(_));
        Self {
            rotation,
            due: day + i64::from(rotation.hand_off.minutes()),
            elapsed: in_hours && around % DAY != 0 && DAY % around != 0,
            begun: 0,
            left: 0,
        }
    }

    /// Who has the pager in a minute, once every minute before it was looked at.
    fn look(&mut self, minute: i64, reached: i64) -> Option<EntityId> {
        loop {
            let clock = if self.elapsed && self.begun > 0 { minute } else { reached };
            if clock < self.due {
                break;
            }
            self.pass(minute);
        }
        let people = &self.rotation.people;
        if self.begun == 0 || people.is_empty() || !self.active(reached) {
            return None;
        }
        Some(people[(self.begun - 1) % people.len()])
    }

    fn pass(&mut self, minute: i64) {
        let length =
            |begun: usize| minutes(self.rotation.lengths[begun % self.rotation.lengths.len()]);
        if self.rotation.advance == Advance::Served {
            let weekday = weekday(self.due.div_euclid(DAY));
            if self.rotation.hours.iter().any(|line| line.days.contains(&weekday)) {
                if self.left == 0 {
                    self.left = length(self.begun) / DAY;
                    self.begun += 1;
                }
                self.left -= 1;
            }
            self.due += DAY;
            return;
        }
        if self.elapsed && self.begun == 0 {
            self.due = minute;
        }
        self.due += length(self.begun);
        self.begun += 1;
    }

    fn active(&self, reached: i64) -> bool {
        let hours = &self.rotation.hours;
        let (day, time) = (reached.div_euclid(DAY), reached.rem_euclid(DAY));
        hours.is_empty()
            || hours.iter().any(|line| {
                let (from, until) =
                    (i64::from(line.from.minutes()), i64::from(line.until.minutes()));
                let today = line.days.contains(&weekday(day));
                let yesterday = line.days.contains(&weekday(day - 1));
                match from < until {
                    true => today && from <= time && time < until,
                    false => (today && time >= from) || (yesterday && time < until),
                }
            })
    }
}

fn minutes(length: TurnLength) -> i64 {
    match length {
        TurnLength::Days(days) => i64::from(days) * DAY,
        TurnLength::Hours(hours) => i64::from(hours) * 60,
    }
}

/// 1 is Monday; of a number of days since 1970, which began on a Thursday.
fn weekday(day: i64) -> u8 {
    u8::try_from((day + 3).rem_euclid(7) + 1).expect("seven days")
}

/// The runs of equal sets of people over some minutes of the table: the start of each, and who. The walk
/// begins at `first`, before any hand-off.
pub(super) fn runs(
    wall: &Wall,
    schedule: &Schedule,
    first: usize,
    window: Range<usize>,
) -> Vec<(Timestamp, Vec<EntityId>)> {
    let mut hands: Vec<(usize, Hand<'_>)> = Vec::new();
    for (version, one) in schedule.versions.iter().enumerate() {
        hands.extend(one.rotations.iter().map(|rotation| (version, Hand::new(rotation))));
    }
    let mut held: Vec<Option<EntityId>> = vec![None; hands.len()];
    // In a minute in which nobody passes a pager on and nothing begins or ends, nothing changes.
    let edges = edges(schedule);
    let mut found: Vec<(Timestamp, Vec<EntityId>)> = Vec::new();
    for minute in first..window.end {
        let (at, reached) = (wall.instant(minute), wall.reached[minute]);
        let mut changed = minute == window.start || edges.contains(&at);
        // All versions go on counting their turns, whether or not they are in force.
        for ((_, hand), held) in hands.iter_mut().zip(&mut held) {
            let holds = hand.look(wall.first + minute as i64, reached);
            if holds != *held {
                (*held, changed) = (holds, true);
            }
        }
        if !changed || minute < window.start {
            continue;
        }
        let on = exceptions(schedule, at, rota(schedule, &hands, &held, at));
        let on: Vec<EntityId> = on.into_iter().collect();
        if found.last().is_none_or(|last| last.1 != on) {
            found.push((at, on));
        }
    }
    found
}

/// When a version, an override or a planned shift begins or ends.
fn edges(schedule: &Schedule) -> BTreeSet<Timestamp> {
    let mut edges: BTreeSet<Timestamp> = schedule.versions.iter().map(|one| one.from).collect();
    edges.extend(schedule.overrides.iter().flat_map(|one| [one.start, one.end]));
    for one in &schedule.temporary {
        edges.extend([one.start, one.end]);
        edges.extend(one.shifts.iter().flat_map(|shift| [shift.start, shift.end]));
    }
    edges
}

/// Who holds a pager on the highest layer of the version in force.
fn rota(
    schedule: &Schedule,
    hands: &[(usize, Hand<'_>)],
    held: &[Option<EntityId>],
    at: Timestamp,
) -> BTreeSet<EntityId> {
    let begun = schedule.versions.iter().enumerate().filter(|(_, version)| version.from <= at);
    let force = begun.max_by_key(|(_, version)| (version.from, version.id)).map(|(place, _)| place);
    let mut top = 0;
    let mut on = BTreeSet::new();
    for ((version, hand), held) in hands.iter().zip(held) {
        let (Some(person), true) = (held, Some(*version) == force) else { continue };
        if hand.rotation.layer > top {
            (top, on) = (hand.rotation.layer, BTreeSet::new());
        }
        if hand.rotation.layer == top {
            on.insert(*person);
        }
    }
    on
}

/// What exceptions leave of a set, in the order in which they were made.
fn exceptions(
    schedule: &Schedule,
    at: Timestamp,
    mut on: BTreeSet<EntityId>,
) -> BTreeSet<EntityId> {
    let mut orders: Vec<u64> = schedule.overrides.iter().map(|one| one.created).collect();
    orders.extend(schedule.temporary.iter().map(|one| one.created));
    orders.sort_unstable();
    for order in orders {
        for one in schedule.overrides.iter().filter(|one| one.created == order) {
            if !(one.start..one.end).contains(&at) {
                continue;
            }
            match (one.replaces, one.adds) {
                (_, true) => on.extend(one.person),
                (None, false) => on = one.person.into_iter().collect(),
                (Some(whom), false) => {
                    if on.remove(&whom) {
                        on.extend(one.person);
                    }
                }
            }
        }
        for one in schedule.temporary.iter().filter(|one| one.created == order) {
            if (one.start..one.end).contains(&at) {
                let now = one.shifts.iter().filter(|shift| (shift.start..shift.end).contains(&at));
                on = now.map(|shift| shift.person).collect();
            }
        }
    }
    on
}
