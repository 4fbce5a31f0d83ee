//! All schedules in a window of time, as a calendar draws them (E2).

use std::ops::Range;

use firebell_domain::{
    directory::{self, is_active},
    entity::{Entity, Kind},
    oncall::Line,
    time::Timestamp,
};

use super::{
    names::person,
    on_call::{holidays, overrides, shift_view, sorted},
};
use crate::{
    api::on_call::{CalendarView, LeaveView, LineView, ScheduleCalendar, TemporaryView},
    store::Directory,
};

/// The longest window: a quarter and a margin. More is not drawn at once.
const MAX_WINDOW_SECS: i64 = 100 * 86_400;
/// Shifts of one line: hourly turns of some three weeks, or a quarter of turns of six hours.
const MAX_SHIFTS: usize = 500;

/// The calendar of a window.
pub(crate) fn view(directory: &Directory, window: Range<Timestamp>) -> CalendarView {
    let from = window.start.clamp(Timestamp::MIN, Timestamp::MAX);
    let until = window.end.clamp(from, from.plus_secs(MAX_WINDOW_SECS)).min(Timestamp::MAX);
    let schedules = directory.of_kind(&Kind::SCHEDULE).filter(|entity| is_active(entity));
    let schedules = schedules.filter_map(|entity| schedule(directory, entity, from, until));
    CalendarView {
        from: from.0,
        until: until.0,
        schedules: sorted(schedules.collect(), |one: &ScheduleCalendar| &one.name),
        leave: leave(directory, from, until),
    }
}

fn schedule(
    directory: &Directory,
    entity: &Entity,
    from: Timestamp,
    until: Timestamp,
) -> Option<ScheduleCalendar> {
    let schedule = directory::schedule(entity)?;
    let zone = schedule.version_at(from)?.zone.clone();
    let name = entity.text("name");
    let line = |line: &Line| LineView {
        rotation: line.rotation.to_string(),
        name: line.name.clone(),
        layer: line.layer,
        shifts: line.shifts.iter().map(|shift| shift_view(directory, name, shift)).collect(),
    };
    let planned = schedule.temporary.iter().filter(|one| one.end > from && one.start < until);
    let planned = planned.map(|one| TemporaryView {
        id: one.id.to_string(),
        name: one.name.clone(),
        start: one.start.0,
        end: one.end.0,
    });
    let shifts = schedule.shifts(from, until, MAX_SHIFTS);
    Some(ScheduleCalendar {
        id: entity.id.to_string(),
        name: name.to_owned(),
        lines: schedule.lines(from, until, MAX_SHIFTS).iter().map(line).collect(),
        shifts: shifts.iter().map(|shift| shift_view(directory, name, shift)).collect(),
        overrides: overrides(directory, entity, from, until),
        temporary: planned.collect(),
        holidays: holidays(entity, &zone, from, until),
        zone,
    })
}

/// Who is away in the window, by person and time.
fn leave(directory: &Directory, from: Timestamp, until: Timestamp) -> Vec<LeaveView> {
    let people = directory.of_kind(&Kind::PERSON).filter(|entity| is_active(entity));
    let away = people.flat_map(|entity| {
        let times = directory::leave(entity);
        let times = times.filter(|(_, leave)| leave.end > from && leave.start < until);
        times.map(|(id, leave)| LeaveView {
            id: id.to_string(),
            person: person(directory, entity.id),
            start: leave.start.0,
            end: leave.end.0,
        })
    });
    let mut away: Vec<_> = away.collect();
    away.sort_by(|one, other| {
        (one.person.name.to_lowercase(), one.start)
            .cmp(&(other.person.name.to_lowercase(), other.start))
    });
    away
}
