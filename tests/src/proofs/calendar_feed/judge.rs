//! What the calendars should say, from the schedules as they were made up.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Offset, TimeZone};
use firebell_domain::id::EntityId;
use firebell_domain::oncall::Schedule;
use firebell_domain::time::Timestamp;

use super::office::{Office, Read, Written};
use super::reader::{Calendar, Event};

/// Half of the eight weeks.
const FOUR_WEEKS_SECS: i64 = 28 * 86_400;
/// More shifts than eight weeks have.
const MANY: usize = 10_000;
/// Gaps are titled so.
const GAP: &str = "—";

/// What was looked at.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) calendars: u64,
    pub(super) events: u64,
    pub(super) gaps: u64,
    pub(super) together: u64,
    pub(super) instants: u64,
    pub(super) changes: u64,
}

impl Figures {
    pub(super) fn add(&mut self, other: Self) {
        self.calendars += other.calendars;
        self.events += other.events;
        self.gaps += other.gaps;
        self.together += other.together;
        self.instants += other.instants;
        self.changes += other.changes;
    }
}

/// Compares every event of the eight weeks around an instant.
pub(super) fn compare(office: &Office, read: &Read, now: Timestamp) -> Result<Figures> {
    let weeks = (now.plus_secs(-FOUR_WEEKS_SECS), now.plus_secs(FOUR_WEEKS_SECS));
    let names: BTreeMap<EntityId, &str> =
        office.people.iter().map(|person| (person.id, person.name)).collect();
    let mut figures = Figures::default();
    for (written, calendar) in office.schedules.iter().zip(&read.schedules) {
        let outcome = of_schedule(written, &names, calendar, weeks, &mut figures);
        outcome.with_context(|| format!("the calendar of {:?}", written.name))?;
    }
    for (person, calendar) in office.people.iter().zip(&read.people) {
        let outcome = of_person(&office.schedules, person.id, calendar, weeks, &mut figures);
        outcome.with_context(|| format!("the calendar of {:?}", person.name))?;
    }
    Ok(figures)
}

fn of_schedule(
    written: &Written,
    names: &BTreeMap<EntityId, &str>,
    calendar: &Calendar,
    (from, until): (Timestamp, Timestamp),
    figures: &mut Figures,
) -> Result<()> {
    let Written { name, schedule, .. } = written;
    figures.calendars += 1;
    figures.changes += u64::from(changes(schedule, from, until)?);
    ensure!(calendar.name == *name, "it is called {:?}", calendar.name);
    let events = within(calendar, from, until);
    let title = |people: &[EntityId]| {
        let names: Vec<&str> = people.iter().filter_map(|id| names.get(id).copied()).collect();
        let who = if names.is_empty() { GAP.to_owned() } else { names.join(", ") };
        format!("{name}: {who}")
    };
    let shifts = schedule.shifts(from, until, MANY);
    ensure!(shifts.len() == events.len(), "{} events for {} shifts", events.len(), shifts.len());
    for (shift, event) in shifts.iter().zip(&events) {
        let wanted = (title(&shift.people), shift.start, shift.end);
        same(event, wanted, (from, until))?;
        figures.events += 1;
        figures.gaps += u64::from(shift.is_gap());
        figures.together += u64::from(shift.people.len() > 1);
    }
    // Not from shifts but instant by instant: who is on call when it begins, in it, and just before it ends.
    for event in &events {
        let (start, end) = (event.start.max(from.0), event.end.min(until.0));
        for at in [start, start + (end - start) / 2, end - 60_000] {
            let at = Timestamp(at.max(start));
            let people = schedule.people_at(at);
            let alike = |people: &[EntityId]| {
                let mut wanted: Vec<&str> =
                    people.iter().filter_map(|id| names.get(id).copied()).collect();
                wanted.sort_unstable();
                wanted
            };
            let said = event.title.strip_prefix(name.as_str()).and_then(|it| it.strip_prefix(": "));
            let said = said.context("a title without the schedule's name")?;
            let told: Vec<EntityId> =
                names.iter().filter(|(_, name)| said.contains(**name)).map(|(id, _)| *id).collect();
            ensure!(
                alike(&told) == alike(&people),
                "at {at:?} {said:?}, and {people:?} are on call"
            );
            figures.instants += 1;
        }
    }
    // One after the other, without a hole.
    for pair in events.windows(2) {
        ensure!(pair[0].end == pair[1].start, "a hole between {:?} and {:?}", pair[0], pair[1]);
    }
    Ok(())
}

fn of_person(
    schedules: &[Written],
    person: EntityId,
    calendar: &Calendar,
    (from, until): (Timestamp, Timestamp),
    figures: &mut Figures,
) -> Result<()> {
    figures.calendars += 1;
    let mut wanted: Vec<(String, Timestamp, Timestamp)> = Vec::new();
    for Written { name, schedule, .. } in schedules {
        let shifts = schedule.shifts_of(person, from, until, MANY);
        wanted.extend(shifts.into_iter().map(|shift| (name.clone(), shift.start, shift.end)));
    }
    wanted.sort_by_key(|(name, start, _)| (*start, name.clone()));
    let mut events = within(calendar, from, until);
    events.sort_by_key(|event| (event.start, event.title.clone()));
    ensure!(wanted.len() == events.len(), "{} events for {} shifts", events.len(), wanted.len());
    for (wanted, event) in wanted.into_iter().zip(events) {
        same(event, wanted, (from, until))?;
        figures.events += 1;
    }
    Ok(())
}

/// The events that touch these weeks, the earliest first.
fn within(calendar: &Calendar, from: Timestamp, until: Timestamp) -> Vec<&Event> {
    let touches = |event: &&Event| event.start < until.0 && event.end > from.0;
    let mut events: Vec<&Event> = calendar.events.iter().filter(touches).collect();
    events.sort_by_key(|event| event.start);
    events
}

/// To the second, which is all that a calendar has; beyond the weeks a calendar may cut what has no end.
fn same(
    event: &Event,
    (title, start, end): (String, Timestamp, Timestamp),
    (from, until): (Timestamp, Timestamp),
) -> Result<()> {
    ensure!(event.title == title, "{event:?} should be titled {title:?}");
    ensure!(event.others.is_empty(), "{event:?} says more than it should");
    let begins = if start < from { event.start < from.0 } else { event.start == start.0 };
    let ends = if end > until { event.end > until.0 } else { event.end == end.0 };
    ensure!(begins && ends, "{event:?} should be from {start:?} until {end:?}");
    Ok(())
}

/// Whether the clocks of the schedule change meanwhile.
fn changes(schedule: &Schedule, from: Timestamp, until: Timestamp) -> Result<bool> {
    let version = schedule.versions.first().context("a version")?;
    let zone: chrono_tz::Tz = version.zone.parse()?;
    let offset = |at: Timestamp| {
        let at = DateTime::from_timestamp_millis(at.0).context("an instant")?.naive_utc();
        anyhow::Ok(zone.offset_from_utc_datetime(&at).fix().local_minus_utc())
    };
    Ok(offset(from)? != offset(until)?)
}
