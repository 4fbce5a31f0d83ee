//! Who is on call now and next, by schedule and by service (E2).

use std::collections::BTreeMap;

use firebell_domain::{
    directory::{
        self, OVERRIDES, Policy, PolicyStep, Service, Swap, Target, imoc_policy, is_active,
    },
    entity::{Entity, Kind, World},
    id::EntityId,
    oncall::{Override, Shift, TurnLength, local_day},
    paging::people_of,
    time::Timestamp,
};

use serde::Deserialize as _;

use super::names::{dial, name, person};
use crate::{
    api::{
        incident::DialLine,
        on_call::{
            HolidayView, OnCallLine, OnCallView, OverrideView, RotationView, ScheduleView,
            ShiftView, SwapView,
        },
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
    me: Option<EntityId>,
    now: Timestamp,
) -> OnCallView {
    let lines = lines(directory, settings, now);
    let direct_dial = direct_dial(&lines);
    let schedules = directory
        .of_kind(&Kind::SCHEDULE)
        .filter(|entity| is_active(entity))
        .filter_map(|entity| schedule(directory, entity, me, now))
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
            let schedule = directory::schedule(entity)?;
            let mine = schedule.shifts_of(me, now, now.plus_secs(HORIZON_SECS), 1);
            Some(shift_view(directory, &name(directory, entity.id), mine.first()?))
        })
        .min_by_key(|shift| shift.start)
}

/// Whether somebody is on call now in any schedule.
pub(crate) fn is_on_call(directory: &Directory, me: EntityId, now: Timestamp) -> bool {
    directory
        .of_kind(&Kind::SCHEDULE)
        .filter(|entity| is_active(entity))
        .filter_map(directory::schedule)
        .any(|schedule| schedule.people_at(now).contains(&me))
}

/// Who answers through a policy.
#[derive(Clone, Default)]
struct Answering {
    now: Vec<EntityId>,
    until: Option<Timestamp>,
    /// Of the schedule whose hand-over that is.
    zone: Option<String>,
    next: Vec<EntityId>,
}

impl Answering {
    /// The first of the policy's steps that has somebody.
    fn to(directory: &Directory, policy: EntityId, now: Timestamp) -> Self {
        let steps = directory.entity(policy).map(|p| Policy(p).steps()).unwrap_or_default();
        let on_call = |step: &PolicyStep, at: Timestamp| people_of(directory, &step.targets, at);
        let step = steps.iter().find(|step| !on_call(step, now).is_empty()).or(steps.first());
        let (until, zone) = step.and_then(|step| until(directory, step, now)).unzip();
        Self {
            now: step.map(|step| on_call(step, now)).unwrap_or_default(),
            until,
            zone,
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
            zone: self.zone.clone(),
            next: dials(&self.next),
        }
    }
}

/// When the first hand-over among the schedules of a step is, and the zone of that schedule.
fn until(directory: &Directory, step: &PolicyStep, now: Timestamp) -> Option<(Timestamp, String)> {
    let schedules = step.targets.iter().filter_map(|target| match target {
        Target::Schedule(id) | Target::Rotation { schedule: id, .. } => {
            directory.entity(*id).and_then(directory::schedule)
        }
        Target::Person(_) | Target::Team(_) | Target::Email(_) | Target::Webhook(_) => None,
    });
    let ends = schedules.filter_map(|schedule| {
        Some((schedule.on_call_at(now)?.end, schedule.version_at(now)?.zone.clone()))
    });
    ends.min().filter(|(end, _)| *end < now.plus_secs(HORIZON_SECS))
}

fn schedule(
    directory: &Directory,
    entity: &Entity,
    me: Option<EntityId>,
    now: Timestamp,
) -> Option<ScheduleView> {
    let schedule = directory::schedule(entity)?;
    let version = schedule.version_at(now)?;
    let until = now.plus_secs(HORIZON_SECS);
    let changes = schedule.versions.iter().map(|version| version.from).filter(|from| *from > now);
    let mut rotations: Vec<_> = version.rotations.iter().collect();
    rotations.sort_by_key(|rotation| std::cmp::Reverse(rotation.layer));
    let rotations = rotations.into_iter().map(|rotation| RotationView {
        id: rotation.id.to_string(),
        name: rotation.name.clone(),
        layer: rotation.layer,
        people: rotation.people.iter().map(|id| person(directory, *id)).collect(),
        hand_off: rotation.hand_off.to_string(),
        lengths: rotation.lengths.iter().map(|length| length.count()).collect(),
        in_hours: rotation.lengths.iter().any(|length| matches!(length, TurnLength::Hours(_))),
        has_hours: !rotation.hours.is_empty(),
    });
    Some(ScheduleView {
        id: entity.id.to_string(),
        name: entity.text("name").to_owned(),
        owner: entity.get("owner").map(|owner| person(directory, owner)),
        zone: version.zone.clone(),
        rotations: rotations.collect(),
        changes_at: changes.min().map(|from| from.0),
        shifts: schedule
            .shifts(now, until, SHIFTS)
            .iter()
            .map(|shift| shift_view(directory, &name(directory, entity.id), shift))
            .collect(),
        overrides: overrides(directory, entity, now, Timestamp::MAX),
        swaps: swaps(directory, entity, me, now),
        holidays: holidays(entity, &version.zone, now, until),
    })
}

/// The overrides that stand and hold at some time of the window, in the order of their starts.
pub(crate) fn overrides(
    directory: &Directory,
    schedule: &Entity,
    from: Timestamp,
    until: Timestamp,
) -> Vec<OverrideView> {
    let standing = schedule.members(OVERRIDES);
    let standing = standing.filter_map(|(_, member)| Override::deserialize(&member.value).ok());
    let mut shown: Vec<_> = standing.filter(|one| one.end > from && one.start < until).collect();
    shown.sort_by_key(|one| (one.start, one.created));
    let view = |one: Override| OverrideView {
        id: one.id.to_string(),
        person: one.person.map(|id| person(directory, id)),
        replaces: one.replaces.map(|id| person(directory, id)),
        adds: one.adds,
        start: one.start.0,
        end: one.end.0,
    };
    shown.into_iter().map(view).collect()
}

/// The swaps that can still be accepted.
fn swaps(
    directory: &Directory,
    schedule: &Entity,
    me: Option<EntityId>,
    now: Timestamp,
) -> Vec<SwapView> {
    let mut open: Vec<_> = directory::swaps(schedule).filter(|(_, swap)| swap.end > now).collect();
    open.sort_by_key(|(id, swap)| (swap.start, *id));
    let view = |(id, swap): (EntityId, Swap)| SwapView {
        id: id.to_string(),
        asker: person(directory, swap.asker),
        colleague: swap.colleague.map(|id| person(directory, id)),
        start: swap.start.0,
        end: swap.end.0,
        back_start: swap.back.map(|(start, _)| start.0),
        back_end: swap.back.map(|(_, end)| end.0),
        may_accept: me.is_some_and(|me| swap.may_accept(me)),
        may_end: me.is_some_and(|me| swap.asker == me || swap.colleague == Some(me)),
    };
    open.into_iter().map(view).collect()
}

/// The public holidays that touch the window on the clocks of `zone`, by date.
pub(crate) fn holidays(
    schedule: &Entity,
    zone: &str,
    from: Timestamp,
    until: Timestamp,
) -> Vec<HolidayView> {
    let days = local_day(zone, from)..=local_day(zone, until.plus_millis(-1));
    let shown = directory::holidays(schedule).map(|(_, holiday)| holiday);
    let shown = shown.filter(|holiday| days.contains(&holiday.day));
    let mut shown: Vec<_> =
        shown.map(|holiday| HolidayView { day: holiday.day, name: holiday.name }).collect();
    shown.sort_by(|one, other| one.day.cmp(&other.day).then(one.name.cmp(&other.name)));
    shown
}

/// A shift of the schedule of that name.
pub(crate) fn shift_view(directory: &Directory, schedule: &str, shift: &Shift) -> ShiftView {
    ShiftView {
        schedule: schedule.to_owned(),
        people: shift.people.iter().map(|id| person(directory, *id)).collect(),
        start: (shift.start > Timestamp::MIN).then_some(shift.start.0),
        end: (shift.end < Timestamp::MAX).then_some(shift.end.0),
        overridden: shift.overridden,
    }
}

/// In the order of their names as a reader expects it: case does not matter.
pub(crate) fn sorted<T>(mut items: Vec<T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    items.sort_by_cached_key(|item| name(item).to_lowercase());
    items
}
