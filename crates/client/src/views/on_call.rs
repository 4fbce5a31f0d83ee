//! Who is on call now and next, by schedule and by service (E2).

use std::collections::BTreeMap;

use firebell_domain::{
    directory::{self, Policy, PolicyStep, Service, Target, imoc_policy, is_active},
    entity::{Entity, Kind, World},
    id::EntityId,
    oncall::Shift,
    paging::people_of,
    time::Timestamp,
};

use super::names::{dial, name, person};
use crate::{
    api::{
        incident::DialLine,
        on_call::{OnCallLine, OnCallView, OverrideView, ScheduleView, ShiftView},
    },
    store::Directory,
};

/// What the IMOC roster is called where a service has its name.
pub(crate) const IMOC: &str = "IMOC";
/// How far ahead shifts are looked for: eight weeks.
pub(crate) const HORIZON_SECS: i64 = 8 * 7 * 86_400;
/// Shifts on a schedule's card.
pub(crate) const SHIFTS: usize = 12;

/// The on-call view at `now`.
pub(crate) fn view(
    directory: &Directory,
    settings: Option<EntityId>,
    now: Timestamp,
) -> OnCallView {
    let lines = lines(directory, settings, now);
    let direct_dial = direct_dial(&lines);
    let schedules = directory
        .of_kind(&Kind::SCHEDULE)
        .filter(|entity| is_active(entity))
        .filter_map(|entity| schedule(directory, entity, now))
        .collect();
    OnCallView {
        schedules: sorted(schedules, |view: &ScheduleView| &view.name),
        lines,
        direct_dial,
    }
}

/// One line for each service, by name, and one for the IMOC roster, which stands first.
pub(crate) fn lines(
    directory: &Directory,
    settings: Option<EntityId>,
    now: Timestamp,
) -> Vec<OnCallLine> {
    let imoc = settings.and_then(|settings| imoc_policy(directory, settings));
    let roster = imoc.map(|imoc| Answering::to(directory, imoc, now)).unwrap_or_default();
    // Services share policies; each is worked out once.
    let mut known: BTreeMap<EntityId, Answering> = BTreeMap::new();
    let services = directory.of_kind(&Kind::SERVICE).filter(|service| is_active(service));
    let services = services.map(|service| {
        let name = service.text("name");
        let own = Service(service).policy().filter(|own| Some(*own) != imoc);
        let own = own.map(|own| {
            known.entry(own).or_insert_with(|| Answering::to(directory, own, now)).clone()
        });
        // A service without anybody of its own is the roster's.
        match own.filter(|own| !own.now.is_empty()) {
            Some(own) => own.line(directory, name, name),
            None => roster.line(directory, name, IMOC),
        }
    });
    let mut lines = sorted(services.collect(), |line: &OnCallLine| &line.name);
    if imoc.is_some() {
        lines.insert(0, OnCallLine { imoc: true, ..roster.line(directory, IMOC, IMOC) });
    }
    lines
}

/// Everyone to phone when the server cannot page: who is on call now, each once.
pub(crate) fn direct_dial(lines: &[OnCallLine]) -> Vec<DialLine> {
    let mut dial: Vec<DialLine> = Vec::new();
    for line in lines.iter().flat_map(|line| &line.now) {
        match dial.iter_mut().find(|known| known.id == line.id) {
            Some(known) if known.role.split(", ").any(|role| role == line.role) => {}
            Some(known) => known.role = format!("{}, {}", known.role, line.role),
            None => dial.push(line.clone()),
        }
    }
    dial
}

/// This person's current or next shift in any schedule.
pub(crate) fn my_shift(directory: &Directory, me: EntityId, now: Timestamp) -> Option<ShiftView> {
    directory
        .of_kind(&Kind::SCHEDULE)
        .filter(|entity| is_active(entity))
        .filter_map(|entity| {
            let shifts = directory::schedule(entity)?.shifts(now, now.plus_secs(HORIZON_SECS), 400);
            let mine =
                shifts.into_iter().find(|shift| shift.person == Some(me) && shift.end > now)?;
            Some(shift_view(directory, &name(directory, entity.id), &mine))
        })
        .min_by_key(|shift| shift.start)
}

/// Whether somebody is on call now in any schedule.
pub(crate) fn is_on_call(directory: &Directory, me: EntityId, now: Timestamp) -> bool {
    directory
        .of_kind(&Kind::SCHEDULE)
        .filter(|entity| is_active(entity))
        .filter_map(directory::schedule)
        .any(|schedule| schedule.on_call_at(now).is_some_and(|shift| shift.person == Some(me)))
}

/// Who answers through a policy.
#[derive(Clone, Default)]
struct Answering {
    now: Vec<EntityId>,
    until: Option<Timestamp>,
    next: Vec<EntityId>,
}

impl Answering {
    /// The first of the policy's steps that has somebody.
    fn to(directory: &Directory, policy: EntityId, now: Timestamp) -> Self {
        let steps = directory.entity(policy).map(|p| Policy(p).steps()).unwrap_or_default();
        let on_call = |step: &PolicyStep, at: Timestamp| people_of(directory, &step.targets, at);
        let step = steps.iter().find(|step| !on_call(step, now).is_empty()).or(steps.first());
        let until = step.and_then(|step| until(directory, step, now));
        Self {
            now: step.map(|step| on_call(step, now)).unwrap_or_default(),
            until,
            next: step.zip(until).map(|(step, at)| on_call(step, at)).unwrap_or_default(),
        }
    }

    fn line(&self, directory: &Directory, name: &str, role: &str) -> OnCallLine {
        let dials = |people: &[EntityId]| -> Vec<DialLine> {
            people.iter().map(|id| dial(directory, *id, role)).collect()
        };
        OnCallLine {
            name: name.to_owned(),
            imoc: false,
            now: dials(&self.now),
            until: self.until.map(|at| at.0),
            next: dials(&self.next),
        }
    }
}

/// When the first hand-over among the schedules of a step is.
fn until(directory: &Directory, step: &PolicyStep, now: Timestamp) -> Option<Timestamp> {
    let schedules = step.targets.iter().filter_map(|target| match target {
        Target::Schedule(id) => directory.entity(*id).and_then(directory::schedule),
        Target::Person(_) | Target::Team(_) => None,
    });
    let ends = schedules.filter_map(|schedule| schedule.on_call_at(now)).map(|shift| shift.end);
    ends.min().filter(|end| *end < now.plus_secs(HORIZON_SECS))
}

fn schedule(directory: &Directory, entity: &Entity, now: Timestamp) -> Option<ScheduleView> {
    let schedule = directory::schedule(entity)?;
    let mut overrides: Vec<_> = schedule.overrides.iter().filter(|one| one.end > now).collect();
    overrides.sort_by_key(|one| (one.start, one.created));
    Some(ScheduleView {
        id: entity.id.to_string(),
        name: entity.text("name").to_owned(),
        zone: schedule.zone.clone(),
        hand_off: schedule.rotation.hand_off.to_string(),
        rotation: schedule.rotation.people.iter().map(|id| person(directory, *id)).collect(),
        turn_days: schedule.rotation.turn_days,
        shifts: schedule
            .shifts(now, now.plus_secs(HORIZON_SECS), SHIFTS)
            .iter()
            .map(|shift| shift_view(directory, &name(directory, entity.id), shift))
            .collect(),
        overrides: overrides
            .into_iter()
            .map(|one| OverrideView {
                id: one.id.to_string(),
                person: one.person.map(|id| person(directory, id)),
                start: one.start.0,
                end: one.end.0,
            })
            .collect(),
    })
}

/// A shift of the schedule of that name.
pub(crate) fn shift_view(directory: &Directory, schedule: &str, shift: &Shift) -> ShiftView {
    ShiftView {
        schedule: schedule.to_owned(),
        person: shift.person.map(|id| person(directory, id)),
        start: (shift.start > Timestamp::MIN).then_some(shift.start.0),
        end: (shift.end < Timestamp::MAX).then_some(shift.end.0),
        overridden: shift.overridden,
    }
}

/// In the order of their names as a reader expects it: case does not matter.
fn sorted<T>(mut items: Vec<T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    items.sort_by_cached_key(|item| name(item).to_lowercase());
    items
}
