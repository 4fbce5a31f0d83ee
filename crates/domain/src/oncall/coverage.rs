//! What is wrong with the next weeks: gaps, overloads, people who cannot be reached or are away (E2).

use std::collections::BTreeMap;

use super::Schedule;
use crate::{id::EntityId, time::Timestamp};

/// Shifts of a schedule that are looked at: hourly turns of some eight weeks. What lies after them is
/// not in the report, which says so by its end.
const MAX_SHIFTS: usize = 1_500;
/// Somebody has too much from this share above the average on, in percent.
pub const OVERLOAD_PERCENT: i64 = 25;

/// How much one person is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Who.
    pub person: EntityId,
    /// For how long, in milliseconds.
    pub millis: i64,
    /// Above the average of those who are on call at all, in percent; negative below it.
    pub over_percent: i64,
}

/// The next weeks of one schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after what was looked at.
    pub until: Timestamp,
    /// When nobody is on call.
    pub gaps: Vec<(Timestamp, Timestamp)>,
    /// Who is on call for how long, most first.
    pub loads: Vec<Load>,
    /// The part of the time in which somebody is on call, in percent, rounded down.
    pub covered_percent: i64,
    /// When somebody is on call although they are away.
    pub away: Vec<(EntityId, Timestamp, Timestamp)>,
}

/// Looks at `[from, until)`. `leave` answers when a person is away.
#[must_use]
pub fn coverage(
    schedule: &Schedule,
    from: Timestamp,
    until: Timestamp,
    leave: &dyn Fn(EntityId) -> Vec<(Timestamp, Timestamp)>,
) -> Coverage {
    let shifts = schedule.shifts(from, until, MAX_SHIFTS);
    let end = shifts.last().map_or(until, |last| last.end.min(until));
    let mut gaps = Vec::new();
    let mut served: BTreeMap<EntityId, i64> = BTreeMap::new();
    let mut away = Vec::new();
    let mut times: BTreeMap<EntityId, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for shift in &shifts {
        let (start, stop) = (shift.start.max(from), shift.end.min(end));
        if shift.is_gap() {
            gaps.push((start, stop));
        }
        for &person in &shift.people {
            *served.entry(person).or_default() += stop.since(start);
            for (gone, back) in times.entry(person).or_insert_with(|| leave(person)) {
                let (start, stop) = (start.max(*gone), stop.min(*back));
                if start < stop {
                    away.push((person, start, stop));
                }
            }
        }
    }
    let total: i64 = served.values().sum();
    let average = total / i64::try_from(served.len().max(1)).unwrap_or(1);
    let load = |(person, millis): (EntityId, i64)| Load {
        person,
        millis,
        over_percent: (millis - average)
            .saturating_mul(100)
            .checked_div(average)
            .unwrap_or_default(),
    };
    let mut loads: Vec<Load> = served.into_iter().map(load).collect();
    loads.sort_by_key(|load| (std::cmp::Reverse(load.millis), load.person));
    let open: i64 = gaps.iter().map(|(start, stop)| stop.since(*start)).sum();
    let whole = end.since(from).max(1);
    Coverage {
        from,
        until: end,
        gaps,
        loads,
        covered_percent: (whole - open).saturating_mul(100) / whole,
        away,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::oncall::{Override, Rotation};

    #[test]
    fn gaps_loads_and_leave_of_a_week() {
        let person = |number: u128| EntityId(Uuid::from_u128(number));
        let day = |day: i64| Timestamp(1_704_067_200_000 + day * 86_400_000);
        let nine = "00:00".parse().expect("a time");
        let first = "2024-01-01".parse().expect("a day");
        let rotation = Rotation::of_days(vec![person(1), person(2)], nine, first, 1);
        // Nobody is on call on the seventh and eighth day.
        let off = Override {
            id: person(9),
            person: None,
            replaces: None,
            start: day(6),
            end: day(8),
            created: 0,
            adds: false,
            swap: None,
        };
        let schedule = Schedule::of("UTC", rotation, vec![off]);
        let leave = |who| {
            if who == person(2) { vec![(day(1), day(2)), (day(20), day(21))] } else { vec![] }
        };
        let found = coverage(&schedule, day(0), day(10), &leave);
        assert_eq!(found.gaps, [(day(6), day(8))]);
        assert_eq!(found.covered_percent, 80);
        assert_eq!(found.away, [(person(2), day(1), day(2))]);
        let loads: Vec<_> =
            found.loads.iter().map(|load| (load.person, load.over_percent)).collect();
        assert_eq!(loads, [(person(1), 0), (person(2), 0)]);
        // The first three days are two of the one and one of the other.
        let found = coverage(&schedule, day(0), day(3), &leave);
        let loads: Vec<_> =
            found.loads.iter().map(|load| (load.person, load.over_percent)).collect();
        assert_eq!(loads, [(person(1), 33), (person(2), -33)]);
        let nobody = Schedule { versions: vec![], overrides: vec![], temporary: vec![] };
        let found = coverage(&nobody, day(0), day(1), &leave);
        assert_eq!((found.gaps.len(), found.loads.len(), found.covered_percent), (1, 0, 0));
    }
}
