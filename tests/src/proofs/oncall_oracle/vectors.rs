//! The table of vectors: `vectors.txt`, written by `vectors.py`.

use anyhow::{Context, Result, ensure};
use firebell_domain::{
    id::EntityId,
    oncall::{ActiveHours, Advance, Override, Rotation, Schedule, TurnLength},
    time::Timestamp,
};

use super::walk::person;

const TABLE: &str = include_str!("vectors.txt");

/// Compares every line: how many there are, and how many shifts and instants were looked at.
pub(super) fn hold() -> Result<(usize, usize)> {
    let mut looked_at = 0;
    for (number, line) in TABLE.lines().enumerate() {
        looked_at += one(line).with_context(|| format!("vector {}: {line}", number + 1))?;
    }
    let vectors = TABLE.lines().count();
    ensure!(vectors > 500, "only {vectors} vectors");
    Ok((vectors, looked_at))
}

fn one(line: &str) -> Result<usize> {
    let columns: Vec<&str> = line.split('\t').collect();
    let &[zone, kind, hand_off, first_day, covered, change, from, until, runs] = columns.as_slice()
    else {
        anyhow::bail!("{} columns", columns.len());
    };
    let minute = |text: &str| anyhow::Ok(Timestamp(text.parse::<i64>()? * 60_000));
    let (change, from, until) = (minute(change)?, minute(from)?, minute(until)?);
    let stand_in = Override {
        id: person(100),
        person: Some(person(9)),
        replaces: None,
        start: change.plus_secs(-3 * 3_600),
        end: change.plus_secs(3 * 3_600),
        created: 0,
        adds: false,
        swap: None,
    };
    let rotation = rotation(kind, hand_off, first_day)?;
    let overrides = if covered == "1" { vec![stand_in] } else { vec![] };
    let schedule = Schedule::of(zone, rotation, overrides);
    schedule.validate()?;
    let expected = runs.split(';').map(|run| {
        let (at, who) = run.split_once('=').context("a run")?;
        let who: usize = who.parse()?;
        anyhow::Ok((minute(at)?, (who > 0).then(|| person(who)).into_iter().collect::<Vec<_>>()))
    });
    let expected = expected.collect::<Result<Vec<(Timestamp, Vec<EntityId>)>>>()?;
    let shifts = schedule.shifts(from, until, usize::MAX);
    let said: Vec<_> =
        shifts.into_iter().map(|shift| (shift.start.max(from), shift.people)).collect();
    ensure!(said == expected, "said {said:#?} for {expected:#?}");
    // The instants at the change itself and at each hand-off, and a millisecond before.
    let edges = expected.iter().skip(1).map(|run| run.0).chain([change]);
    let mut instants = 0;
    for at in edges.flat_map(|at| [at.plus_millis(-1), at]) {
        let run = expected.iter().rfind(|run| run.0 <= at).context("a run")?;
        ensure!(schedule.people_at(at) == run.1, "at {at:?} not {:?}", run.1);
        instants += 1;
    }
    Ok(expected.len() + instants)
}

fn rotation(kind: &str, hand_off: &str, first_day: &str) -> Result<Rotation> {
    let people = [1, 2, 3].map(person).to_vec();
    let mut rotation = Rotation::of_days(people, hand_off.parse()?, first_day.parse()?, 1);
    let hours = |days: std::ops::RangeInclusive<u8>, from: &str, until: &str| {
        anyhow::Ok(ActiveHours { days: days.collect(), from: from.parse()?, until: until.parse()? })
    };
    match kind {
        "daily" => {}
        "weekly" => rotation.lengths = vec![TurnLength::Days(7)],
        "four-three" => rotation.lengths = vec![TurnLength::Days(4), TurnLength::Days(3)],
        "12h" => rotation.lengths = vec![TurnLength::Hours(12)],
        "8h-16h" => rotation.lengths = vec![TurnLength::Hours(8), TurnLength::Hours(16)],
        "7h" => rotation.lengths = vec![TurnLength::Hours(7)],
        "nights" => rotation.hours = vec![hours(1..=7, "22:00", "06:00")?],
        "workdays" => rotation.hours = vec![hours(1..=5, "09:00", "17:00")?],
        "served" => {
            rotation.hours = vec![hours(1..=5, "09:00", "17:00")?];
            rotation.advance = Advance::Served;
        }
        _ => anyhow::bail!("no kind {kind}"),
    }
    Ok(rotation)
}
