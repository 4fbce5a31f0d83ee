//! How long it takes: who is on call at an instant, and a year's shifts, in a schedule larger than any.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use firebell_domain::{
    id::EntityId,
    oncall::{Override, Rotation, Schedule, Version},
    time::Timestamp,
};
use uuid::Uuid;

use super::walk::person;
use crate::proof::Size;

const ROTATIONS: usize = 20;
const OVERRIDES: i64 = 500;
const INSTANTS: i64 = 2_000;
/// Asked for on the machine that releases are made on, in a release build; see the design's figures.
const WHO: Duration = Duration::from_micros(20);
const YEAR: Duration = Duration::from_millis(20);
const HOUR: i64 = 3_600;

/// The median time of "who at t", and the time of a year's shifts.
pub(super) fn measure(size: Size) -> Result<(Duration, Duration)> {
    let start = Timestamp(1_767_225_600_000);
    let schedule = schedule(start);
    schedule.validate()?;
    let mut taken: Vec<Duration> = (0..INSTANTS)
        .map(|number| {
            let at = start.plus_secs(number * 4 * HOUR);
            let begun = Instant::now();
            let _ = black_box(schedule.people_at(black_box(at)));
            begun.elapsed()
        })
        .collect();
    taken.sort_unstable();
    let who = taken[taken.len() / 2];
    let begun = Instant::now();
    let shifts = schedule.shifts(start, start.plus_secs(365 * 24 * HOUR), usize::MAX);
    let year = begun.elapsed();
    ensure!(shifts.len() > 300, "{} shifts in a year", shifts.len());
    if size == Size::Full && !cfg!(debug_assertions) {
        ensure!(who <= WHO, "who at an instant took {who:?}");
        ensure!(year <= YEAR, "a year took {year:?}");
    }
    Ok((who, year))
}

fn schedule(start: Timestamp) -> Schedule {
    let rotations = (0..ROTATIONS).map(|number| {
        let people = (0..8).map(|one| person(number * 3 + one)).collect();
        let nine = "09:00".parse().expect("a time");
        let first = "2025-01-01".parse().expect("a day");
        let layer = u32::from(number < 3);
        Rotation { layer, ..Rotation::of_days(people, nine, first, 1 + (number % 7) as u32) }
    });
    let overrides = (0..OVERRIDES).map(|number| Override {
        id: EntityId(Uuid::from_u128(5_000 + u128::from(number.unsigned_abs()))),
        person: Some(person(70)),
        replaces: Some(person(usize::try_from(number % 20).expect("small"))),
        start: start.plus_secs(number * 16 * HOUR),
        end: start.plus_secs((number * 16 + 10) * HOUR),
        created: number.unsigned_abs(),
        adds: false,
        swap: None,
    });
    let zone = "Europe/Berlin".to_owned();
    let from = Timestamp::MIN;
    let version = Version { id: EntityId::NIL, from, zone, rotations: rotations.collect() };
    Schedule { versions: vec![version], overrides: overrides.collect(), temporary: Vec::new() }
}
