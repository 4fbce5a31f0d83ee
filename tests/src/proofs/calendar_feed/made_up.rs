//! Schedules with everything that a schedule can have, and names that a careless calendar breaks at.

use chrono::NaiveDate;
use firebell_domain::id::EntityId;
use firebell_domain::oncall::{
    ActiveHours, Advance, FixedShift, LocalTime, Override, Rotation, Schedule, Temporary,
    TurnLength, Version,
};
use firebell_domain::time::Timestamp;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::harness::raw::fresh;

/// Zones north and south, with whole and half hours, and some whose clocks never change.
const ZONES: [&str; 10] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Europe/London",
    "America/St_Johns",
    "Australia/Sydney",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "America/Santiago",
];
/// Beginnings of names. No backslash stands before an n or a sign that is escaped itself: the reader takes
/// away one too many there.
const NAMES: [&str; 8] = [
    "Payments, nights; weekly",
    "支付系统，夜班；每周（主）",
    "back\\slash, alone; escaped",
    "two\nlines: of a name",
    "BEGIN:VEVENT",
    "a name that is longer than a line of a calendar may be, so that it has to be folded somewhere in here",
    "很长的名字一行放不下所以必须在某个字的中间或者后面折行而且不能把一个字分成两半这样别的程序才能读懂它的意思",
    "quotes \" ' <b>&amp; =?utf-8?q?x?= \u{1f514}\u{fe0f} e\u{301}",
];

/// A name for the schedule of this number.
pub(super) fn name(number: usize) -> String {
    format!("{} {number}", NAMES[number % NAMES.len()])
}

/// What is laid over the rotations lies between these.
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// The schedule of this number: each kind of turns comes with each zone.
pub(super) fn schedule(
    rng: &mut StdRng,
    number: usize,
    people: &[EntityId],
    first_day: NaiveDate,
    span: &Span,
) -> Schedule {
    let zone = ZONES[number % ZONES.len()].to_owned();
    let layers = 1 + number % 3;
    let rotations =
        (0..layers).map(|layer| rotation(rng, number, layer, people, first_day)).collect();
    let version = Version { id: fresh(), from: Timestamp::MIN, zone, rotations };
    let mut schedule = Schedule { versions: vec![version], overrides: vec![], temporary: vec![] };
    for created in 0..rng.random_range(0..6) {
        schedule.overrides.push(exception(rng, people, span, created));
    }
    if number.is_multiple_of(4) {
        let (start, end) = some_time(rng, span);
        let shifts = (0..3)
            .map(|_| FixedShift {
                person: somebody(rng, people),
                start,
                end: middle(rng, start, end),
            })
            .collect();
        let name = "New Year; with, care".to_owned();
        schedule.temporary.push(Temporary { id: fresh(), name, start, end, shifts, created: 3 });
    }
    schedule
}

fn rotation(
    rng: &mut StdRng,
    number: usize,
    layer: usize,
    people: &[EntityId],
    first_day: NaiveDate,
) -> Rotation {
    let lengths = match (number + layer) % 6 {
        0 => vec![TurnLength::Days(7)],
        1 => vec![TurnLength::Days(1), TurnLength::Days(3)],
        2 => vec![TurnLength::Hours(12)],
        3 => vec![TurnLength::Hours(8), TurnLength::Hours(16)],
        4 => vec![TurnLength::Hours(31)],
        _ => vec![TurnLength::Days(2), TurnLength::Days(5)],
    };
    let in_days = matches!(lengths[0], TurnLength::Days(_));
    // The lowest layer is mostly always on, those above it only at times.
    let hours = match layer > 0 || number % 5 == 4 {
        true => {
            let days = (1..=7).filter(|day| *day == 1 || rng.random_bool(0.6)).collect();
            vec![ActiveHours { days, from: time(rng), until: time(rng) }]
        }
        false => Vec::new(),
    };
    let served = in_days && !hours.is_empty() && rng.random_bool(0.5);
    Rotation {
        id: fresh(),
        name: format!("layer {layer}, of {number}"),
        layer: u32::try_from(layer / 2).expect("few layers"),
        people: (0..rng.random_range(1..5)).map(|_| somebody(rng, people)).collect(),
        hand_off: time(rng),
        first_day,
        lengths,
        hours,
        advance: if served { Advance::Served } else { Advance::Wall },
    }
}

/// Often where clocks change.
fn time(rng: &mut StdRng) -> LocalTime {
    let minutes = match rng.random_bool(0.4) {
        true => rng.random_range(60..210),
        false => rng.random_range(0..1_440),
    };
    LocalTime::from_minutes(minutes).expect("within a day")
}

fn exception(rng: &mut StdRng, people: &[EntityId], span: &Span, created: u64) -> Override {
    let (start, end) = some_time(rng, span);
    let (who, whom) = (somebody(rng, people), somebody(rng, people));
    let kind = rng.random_range(0..4);
    Override {
        id: fresh(),
        person: (kind != 0).then_some(who),
        replaces: (kind == 1 && who != whom).then_some(whom),
        start,
        end,
        created,
        adds: kind == 2,
        swap: None,
    }
}

/// Up to four days, to the minute.
fn some_time(rng: &mut StdRng, span: &Span) -> (Timestamp, Timestamp) {
    let minutes = span.until.since(span.from) / 60_000;
    let start = span.from.plus_secs(60 * rng.random_range(0..minutes));
    (start, start.plus_secs(60 * rng.random_range(30..5_760)))
}

fn middle(rng: &mut StdRng, start: Timestamp, end: Timestamp) -> Timestamp {
    start.plus_secs(60 * rng.random_range(1..=end.since(start) / 60_000))
}

fn somebody(rng: &mut StdRng, people: &[EntityId]) -> EntityId {
    people[rng.random_range(0..people.len())]
}
