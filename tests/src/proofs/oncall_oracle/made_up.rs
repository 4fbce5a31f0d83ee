//! Schedules made up at random, near a change of the clocks.

use std::ops::Range;

use firebell_domain::{
    id::EntityId,
    oncall::{
        ActiveHours, Advance, FixedShift, LocalTime, Override, Rotation, Schedule, Temporary,
        TurnLength, Version,
    },
    time::Timestamp,
};
use rand::RngExt;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::walk::{Wall, person};

const DAY: usize = 1_440;
/// People in play: few, so that they meet.
const PEOPLE: usize = 5;

/// A schedule, and the minutes of a wall in which it is looked at.
pub(super) struct Made<'a> {
    pub(super) wall: &'a Wall,
    pub(super) schedule: Schedule,
    pub(super) minutes: Range<usize>,
    /// Where the walk begins: before any hand-off.
    pub(super) first: usize,
}

/// One schedule. Its first hand-off lies within the table, so that the oracle can walk there.
pub(super) fn schedule<'a>(rng: &mut StdRng, walls: &'a [Wall]) -> Made<'a> {
    let wall = &walls[rng.random_range(0..walls.len())];
    // Mostly a day on either side of the change, now and then a week; before it, up to two days of turns.
    let reach = if rng.random_bool(0.05) { 7 * DAY } else { DAY };
    let minutes = wall.change - reach..wall.change + reach;
    let mut made = Made {
        wall,
        schedule: Schedule { versions: vec![], overrides: vec![], temporary: vec![] },
        first: minutes.start - 3 * DAY,
        minutes,
    };
    let versions = if rng.random_bool(0.2) { 2 } else { 1 };
    for number in 0..versions {
        let from = match number {
            0 if rng.random_bool(0.8) => Timestamp::MIN,
            _ => made.instant(rng),
        };
        let rotations = (0..rng.random_range(1..4)).map(|_| made.rotation(rng)).collect();
        let id = id(10 + number);
        made.schedule.versions.push(Version { id, from, zone: wall.zone.to_owned(), rotations });
    }
    for number in 0..rng.random_range(0..4) {
        let one = made.exception(rng, number);
        made.schedule.overrides.push(one);
    }
    if rng.random_bool(0.1) {
        let (start, end) = made.span(rng);
        let shift = |made: &Made<'_>, rng: &mut StdRng| {
            let (start, end) = made.span(rng);
            FixedShift { person: somebody(rng), start, end }
        };
        let shifts = (0..rng.random_range(0..4)).map(|_| shift(&made, rng)).collect();
        let created = 5 + 10 * rng.random_range(0..4_u64);
        let one = Temporary { id: id(90), name: String::new(), start, end, shifts, created };
        made.schedule.temporary.push(one);
    }
    made
}

impl Made<'_> {
    fn rotation(&self, rng: &mut StdRng) -> Rotation {
        let lengths = match rng.random_range(0..8) {
            0 => vec![TurnLength::Days(7)],
            1 => (0..rng.random_range(2..4))
                .map(|_| TurnLength::Days(rng.random_range(1..4)))
                .collect(),
            2 => vec![TurnLength::Hours(12)],
            3 => vec![TurnLength::Hours(8), TurnLength::Hours(16)],
            4 => (0..rng.random_range(1..3))
                .map(|_| TurnLength::Hours(rng.random_range(1..30)))
                .collect(),
            _ => vec![TurnLength::Days(rng.random_range(1..3))],
        };
        let in_days = matches!(lengths[0], TurnLength::Days(_));
        let hours: Vec<ActiveHours> = match rng.random_bool(0.4) {
            true => (0..rng.random_range(1..3)).map(|_| self.hours(rng)).collect(),
            false => Vec::new(),
        };
        let served = in_days && !hours.is_empty() && rng.random_bool(0.5);
        let before = rng.random_range(0..self.minutes.len() / 2 + 2 * DAY);
        let people = (0..rng.random_range(0..5)).map(|_| somebody(rng)).collect();
        Rotation {
            id: id(rng.random_range(20..80)),
            name: String::new(),
            layer: rng.random_range(0..3),
            people,
            hand_off: self.time(rng),
            first_day: self.wall.day(self.wall.change - before),
            lengths,
            hours,
            advance: if served { Advance::Served } else { Advance::Wall },
        }
    }

    fn hours(&self, rng: &mut StdRng) -> ActiveHours {
        let mut days: Vec<u8> = (1..=7).filter(|_| rng.random_bool(0.6)).collect();
        if days.is_empty() {
            days.push(rng.random_range(1..=7));
        }
        ActiveHours { days, from: self.time(rng), until: self.time(rng) }
    }

    /// Half of all times are within two hours of where the clocks change.
    fn time(&self, rng: &mut StdRng) -> LocalTime {
        let day = DAY as i64;
        let at = match rng.random_bool(0.5) {
            true => self.wall.time(self.wall.change) + rng.random_range(-150..150),
            false => rng.random_range(0..day),
        };
        let at = u16::try_from(at.rem_euclid(day)).expect("a day");
        LocalTime::from_minutes(at).expect("within a day")
    }

    fn exception(&self, rng: &mut StdRng, number: u64) -> Override {
        let (start, end) = self.span(rng);
        let (who, whom) = (somebody(rng), somebody(rng));
        let kind = rng.random_range(0..5);
        Override {
            id: id(100 + number),
            person: (kind != 0 && kind != 4).then_some(who),
            replaces: (kind == 4 || (kind == 1 && who != whom)).then_some(whom),
            start,
            end,
            created: 10 * number,
            adds: kind == 2,
            swap: None,
        }
    }

    fn instant(&self, rng: &mut StdRng) -> Timestamp {
        self.wall.instant(rng.random_range(self.minutes.clone()))
    }

    /// Half of all spans lie across the change.
    fn span(&self, rng: &mut StdRng) -> (Timestamp, Timestamp) {
        if rng.random_bool(0.5) {
            let (before, after) = (rng.random_range(1..300), rng.random_range(1..300));
            return (
                self.wall.instant(self.wall.change - before),
                self.wall.instant(self.wall.change + after),
            );
        }
        let start = self.instant(rng);
        (start, start.plus_secs(60 * rng.random_range(1..3_000)))
    }
}

fn somebody(rng: &mut StdRng) -> EntityId {
    person(rng.random_range(0..PEOPLE))
}

fn id(number: u64) -> EntityId {
    EntityId(Uuid::from_u128(u128::from(number) + 1_000))
}
