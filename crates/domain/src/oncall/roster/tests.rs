//! The schedule compared with an oracle that is written in another way: it steps through the minutes
//! of UTC, looks at the clock on the wall, and passes the pager on when that clock reaches the hour.

use std::{cell::Cell, collections::BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use uuid::Uuid;

use super::*;
use crate::oncall::{LocalTime, Override, Rotation};

const CASES: u32 = 6_000;
const MINUTE: i64 = 60_000;
const DAY_MINUTES: i64 = 1_440;

/// Each zone with a day (UTC) near which its clocks change; the last three do not change.
const CHANGES: &[(&str, &str)] = &[
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("America/New_York", "2024-03-10"),
    ("America/New_York", "2024-11-03"),
    ("Australia/Lord_Howe", "2024-04-06"),
    ("Australia/Lord_Howe", "2024-10-05"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Apia", "2012-03-31"),
    ("Africa/Casablanca", "2024-03-10"),
    ("Africa/Casablanca", "2024-04-14"),
    ("Antarctica/Troll", "2024-03-31"),
    ("Antarctica/Troll", "2024-10-27"),
    ("Asia/Kathmandu", "1985-12-31"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("America/St_Johns", "2010-11-07"),
    ("Asia/Pyongyang", "2018-05-04"),
    ("Africa/Cairo", "2023-04-27"),
    ("Asia/Shanghai", "2024-03-31"),
    ("Asia/Kathmandu", "2024-03-31"),
    ("UTC", "2024-03-31"),
];
const UNCHANGING: usize = 3;

/// What the clock on the wall shows at each minute of some weeks around a change.
struct Wall {
    zone: &'static str,
    /// Minutes since 1970 in UTC of the first entry.
    first: i64,
    /// Minutes since 1970 on the wall.
    shown: Vec<i64>,
    /// Where in `shown` the clocks change.
    change: Option<usize>,
}

impl Wall {
    const DAYS_BEFORE: i64 = 14;
    const DAYS: i64 = 26;

    fn watch(zone: &'static str, day: &str) -> Self {
        let tz: Tz = zone.parse().expect(zone);
        let day: NaiveDate = day.parse().expect(day);
        let first =
            day.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::days(Self::DAYS_BEFORE);
        let shown: Vec<i64> = (0..Self::DAYS * DAY_MINUTES)
            .map(|minute| {
                let wall = (first + TimeDelta::minutes(minute)).with_timezone(&tz);
                assert_eq!(wall.second(), 0, "{zone} has offsets of whole minutes");
                wall.naive_local().and_utc().timestamp().div_euclid(60)
            })
            .collect();
        let change = shown.windows(2).position(|two| two[1] != two[0] + 1).map(|at| at + 1);
        Self { zone, first: first.timestamp() / 60, shown, change }
    }

    fn instant(&self, place: usize) -> i64 {
        (self.first + i64::try_from(place).expect("weeks")) * MINUTE
    }
}

fn person(number: usize) -> EntityId {
    EntityId(Uuid::from_u128(u128::try_from(number).expect("few") + 1))
}

/// A schedule as the oracle reads it: nothing but numbers.
#[derive(Clone, Debug)]
struct Plan {
    wall: usize,
    /// Days from the start of the table to the first day: 1 or more, so that it begins with a gap.
    first_day: i64,
    /// Minutes after midnight on the wall.
    hand_off: i64,
    turn_days: i64,
    people: Vec<usize>,
    overrides: Vec<Cover>,
}

/// An override: who, instead of whom, milliseconds from the start of the table, length, order.
type Cover = (Option<usize>, Option<usize>, i64, i64, u64);

/// A run: its first instant, the person, whether overridden.
type OracleRun = (i64, Option<usize>, bool);

/// Who is on call at `at` (from the start of the table) when the rotation says `rota`: the newest
/// override that holds decides, and asks those below it whom it would replace.
fn decide(oldest_first: &[Cover], at: i64, rota: Option<usize>) -> Option<usize> {
    let Some((newest, older)) = oldest_first.split_last() else {
        return rota;
    };
    let otherwise = decide(older, at, rota);
    let holds = newest.2 <= at && at < newest.2 + newest.3;
    if holds && (newest.1.is_none() || newest.1 == otherwise) { newest.0 } else { otherwise }
}

impl Plan {
    fn first_wall_day(&self, walls: &[Wall]) -> i64 {
        walls[self.wall].shown[0].div_euclid(DAY_MINUTES) + self.first_day
    }

    fn schedule(&self, walls: &[Wall]) -> Schedule {
        let wall = &walls[self.wall];
        let day = DateTime::from_timestamp(self.first_wall_day(walls) * 86_400, 0);
        Schedule::of(
            wall.zone,
            Rotation::of_days(
                self.people.iter().copied().map(person).collect(),
                LocalTime::from_minutes(self.hand_off.try_into().expect("minutes"))
                    .expect("a time"),
                day.expect("a day").date_naive(),
                self.turn_days.try_into().expect("days"),
            ),
            self.overrides
                .iter()
                .enumerate()
                .map(|(number, &(who, whom, start, length, created))| Override {
                    id: person(1_000 + number),
                    person: who.map(person),
                    replaces: whom.map(person),
                    start: Timestamp(wall.instant(0) + start),
                    end: Timestamp(wall.instant(0) + start + length),
                    created,
                    adds: false,
                    swap: None,
                })
                .collect(),
        )
    }

    /// The runs over the table, and every instant that deserves a look: hand-offs and edges of
    /// overrides.
    fn walk(&self, walls: &[Wall]) -> (Vec<OracleRun>, BTreeSet<i64>) {
        let wall = &walls[self.wall];
        let origin = wall.instant(0);
        let edges: BTreeSet<i64> = self
            .overrides
            .iter()
            .flat_map(|cover| [origin + cover.2, origin + cover.2 + cover.3])
            .collect();
        let mut remarkable = edges.clone();
        let mut oldest_first = self.overrides.clone();
        oldest_first.sort_by_key(|cover| cover.4);
        let mut due = self.first_wall_day(walls) * DAY_MINUTES + self.hand_off;
        let mut served = 0_usize;
        let mut rota = None;
        let mut runs: Vec<OracleRun> = Vec::new();
        let mut edges_left = edges.iter().copied().peekable();
        for (place, &shown) in wall.shown.iter().enumerate() {
            let start = wall.instant(place);
            let handed_off = shown >= due;
            while shown >= due && !self.people.is_empty() {
                rota = Some(self.people[served % self.people.len()]);
                served += 1;
                due += self.turn_days * DAY_MINUTES;
                remarkable.insert(start);
            }
            let inside: Vec<i64> =
                std::iter::from_fn(|| edges_left.next_if(|&at| at < start + MINUTE)).collect();
            if place > 0 && !handed_off && inside.is_empty() {
                continue;
            }
            for at in std::iter::once(start).chain(inside) {
                let on = decide(&oldest_first, at - origin, rota);
                match runs.last_mut() {
                    Some(run) if run.1 == on => run.2 |= on != rota,
                    _ => runs.push((at, on, on != rota)),
                }
            }
        }
        (runs, remarkable)
    }
}

fn plans(walls: &[Wall]) -> impl Strategy<Value = Plan> + use<> {
    let changes: Vec<Option<i64>> = walls
        .iter()
        .map(|wall| wall.change.map(|at| wall.shown[at].rem_euclid(DAY_MINUTES)))
        .collect();
    let length = Wall::DAYS * DAY_MINUTES * MINUTE;
    let centre = Wall::DAYS_BEFORE * DAY_MINUTES * MINUTE;
    let someone = || prop_oneof![1 => Just(None), 3 => (0..4_usize).prop_map(Some)];
    // Half near the change; half on whole minutes.
    let start = prop_oneof![0..length, centre - 86_400_000..centre + 86_400_000];
    let span = prop_oneof![1..7_200_000_i64, 1..864_000_000_i64];
    let cover = (someone(), someone(), start, span, 0..1_000_u64, any::<bool>()).prop_map(
        |(who, whom, start, span, created, whole)| {
            let round = |millis: i64| millis.div_euclid(MINUTE).max(1) * MINUTE;
            match whole {
                true => (who, whom, round(start), round(span), created),
                false => (who, whom, start, span, created),
            }
        },
    );
    // Half of the hand-offs within 150 minutes of where the clocks land.
    let hand_off = prop_oneof![
        (0..DAY_MINUTES).prop_map(|minute| (minute, false)),
        (-150..150_i64).prop_map(|minute| (minute, true)),
    ];
    (
        0..walls.len(),
        1..17_i64,
        hand_off,
        prop_oneof![4 => Just(1_i64), 1 => Just(7), 2 => 1..12_i64],
        prop::collection::vec(0..4_usize, 0..5),
        prop::collection::vec(cover, 0..6),
    )
        .prop_map(move |(wall, first_day, hand_off, turn_days, people, mut overrides)| {
            for (order, cover) in overrides.iter_mut().enumerate() {
                cover.4 = cover.4 * 10 + u64::try_from(order).expect("few");
            }
            let landing = if hand_off.1 { changes[wall].unwrap_or(0) } else { 0 };
            let hand_off = (landing + hand_off.0).rem_euclid(DAY_MINUTES);
            Plan { wall, first_day, hand_off, turn_days, people, overrides }
        })
}

#[test]
fn a_schedule_agrees_with_a_clock_watched_minute_by_minute() {
    let walls: Vec<Wall> = CHANGES.iter().map(|&(zone, day)| Wall::watch(zone, day)).collect();
    for (number, wall) in walls.iter().enumerate() {
        let changing = number < walls.len() - UNCHANGING;
        assert_eq!(wall.change.is_some(), changing, "{} says it changes", wall.zone);
    }
    let (instants, compared) = (Cell::new(0_u64), Cell::new(0_u64));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&plans(&walls), |plan| {
            let wall = &walls[plan.wall];
            let schedule = plan.schedule(&walls);
            let (runs, remarkable) = plan.walk(&walls);
            let (from, until) = (wall.instant(0), wall.instant(wall.shown.len()));

            // The runs, one by one, with true starts and ends; the table cuts off the last.
            let shifts = schedule.shifts(Timestamp(from), Timestamp(until), usize::MAX);
            prop_assert_eq!(shifts.len(), runs.len());
            for (number, (shift, run)) in shifts.iter().zip(&runs).enumerate() {
                let on: Vec<EntityId> = run.1.map(person).into_iter().collect();
                prop_assert_eq!(&shift.people, &on, "people of {}", number);
                if number == 0 {
                    prop_assert_eq!(shift.start, Timestamp::MIN);
                } else {
                    prop_assert_eq!(shift.start, Timestamp(run.0), "start of {}", number);
                }
                match runs.get(number + 1) {
                    Some(next) => {
                        prop_assert_eq!(shift.end, Timestamp(next.0), "end of {}", number);
                        prop_assert_eq!(shift.overridden, run.2, "flag of {}", number);
                    }
                    None => prop_assert!(shift.end.0 >= until),
                }
                compared.set(compared.get() + 1);
            }

            // Single instants: on each hand-off and edge, and a millisecond to either side.
            for at in remarkable.iter().flat_map(|&at| [at - 1, at, at + 1]) {
                if !(from..until).contains(&at) {
                    continue;
                }
                let run = runs.partition_point(|run| run.0 <= at) - 1;
                let at = Timestamp(at);
                let shift = schedule.on_call_at(at).expect("an answer");
                prop_assert_eq!(&shift, &shifts[run], "at {:?}", at);
                let later = shifts[run + 1..].iter().find(|shift| !shift.is_gap());
                if let (Some(later), Some(glance)) = (later, schedule.now_and_next(at)) {
                    prop_assert_eq!(glance.now, shift);
                    prop_assert_eq!(glance.next.as_ref(), Some(later));
                }
                instants.set(instants.get() + 1);
            }
            Ok(())
        })
        .expect("no schedule differs");
    println!(
        "{CASES} schedules over {} changes: {} shifts and {} instants compared",
        walls.len(),
        compared.get(),
        instants.get()
    );
}

/// Daily turns, and 500 overrides of which 60 hold at a time.
fn crowded() -> Schedule {
    let hour = 3_600_000;
    Schedule::of(
        "Europe/Berlin",
        Rotation::of_days(
            (0..8).map(person).collect(),
            "09:00".parse().expect("a time"),
            "1994-01-03".parse().expect("a day"),
            1,
        ),
        (0..500_i64)
            .map(|number| Override {
                id: person(1_000 + usize::try_from(number).expect("few")),
                person: Some(person(usize::try_from(number % 5).expect("few"))),
                replaces: (number % 3 > 0).then(|| person(0)),
                start: Timestamp(1_750_000_000_000 + number * hour),
                end: Timestamp(1_750_000_000_000 + (number + 60) * hour),
                created: u64::try_from(number).expect("few"),
                adds: false,
                swap: None,
            })
            .collect(),
    )
}

#[test]
fn a_shift_of_eight_thousand_years_is_found_at_once() {
    let mut schedule = crowded();
    schedule.versions[0].rotations[0].people = vec![person(1), person(2)];
    schedule.overrides.truncate(1);
    schedule.overrides[0].end = Timestamp::MAX;
    schedule.overrides[0].person = Some(person(2));
    schedule.overrides[0].replaces = Some(person(1));
    let shift = schedule.on_call_at(Timestamp(1_760_000_000_000)).expect("an answer");
    assert_eq!((&shift.people, shift.end), (&vec![person(2)], Timestamp::MAX));
    assert!(shift.overridden);
    // Day by day it would be some three million turns.
    assert_eq!(schedule.shifts(shift.start, Timestamp::MAX, 10), [shift]);
}
