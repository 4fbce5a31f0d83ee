//! What of a policy reaches nobody, told while it is edited (E2).
//!
//! Nothing here refuses anything: a policy may be written before the people in it have accounts. Its
//! author is told now rather than by a page that nobody hears.

use super::{Policy, PolicyStep, Target, WorkingHours, hand_offs};
use crate::{
    directory::{self, Person, is_active, team_members},
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Severity,
    oncall::Schedule,
    paging::{Channel, MAX_PLAN, rules_of},
    time::Timestamp,
};

/// So far ahead a schedule is asked whether anybody is on call: four weeks.
const AHEAD_SECS: i64 = 28 * 86_400;
/// Shifts of a schedule that are asked; turns of an hour fill three weeks.
const MAX_SHIFTS: usize = 500;

/// Why a step, or one of its targets, reaches nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The target is not in the directory any more, or its schedule has this rotation no more.
    Gone,
    /// The person has left.
    Left,
    /// The person has no account, so that no desktop rings, and no address or webhook that leads anywhere.
    NoWay,
    /// Nobody is in it in the next weeks.
    Empty,
    /// Somebody is in it, and nothing reaches any of them.
    OutOfReach,
    /// It was retired. It still rings whoever is in it, and nobody looks after it.
    Retired,
    /// A webhook that was retired: nothing is sent to it.
    Off,
    /// Of all targets of the step none reaches anybody: it is passed over at once.
    Nobody,
    /// It is for severities only that page nobody.
    NeverSeverity,
    /// Its hours never come.
    NeverHours,
    /// What the policy hands off to never comes: the steps before it are more than a page takes.
    NeverHandedOff,
    /// What the policy hands off to was retired.
    HandOffRetired,
    /// No step of what the policy hands off to reaches anybody.
    HandOffNobody,
}

impl Why {
    /// Whether the target reaches nobody at all.
    fn is_dead(self) -> bool {
        self != Self::Retired
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Which step, from 0; none where it is about what comes after the last one.
    pub step: Option<u32>,
    /// Which of its targets; none where it is about the step.
    pub target: Option<Target>,
    /// Why.
    pub why: Why,
}

/// What of these steps, and of the policy that goes on after them, reaches nobody as things stand.
#[must_use]
pub fn doubts(
    world: &dyn World,
    steps: &[PolicyStep],
    repeats: u32,
    then: Option<EntityId>,
    now: Timestamp,
) -> Vec<Doubt> {
    let mut found = Vec::new();
    for (number, step) in (0..).zip(steps) {
        of_step(world, number, step, now, &mut found);
    }
    found.extend(
        then.and_then(|then| of_hand_off(world, steps, repeats, then, now)).map(|why| Doubt {
            step: None,
            target: None,
            why,
        }),
    );
    found
}

fn of_step(
    world: &dyn World,
    number: u32,
    step: &PolicyStep,
    now: Timestamp,
    found: &mut Vec<Doubt>,
) {
    let at = Some(number);
    let never_severity =
        !step.severities.is_empty() && !step.severities.iter().any(|one| one.pages());
    if never_severity {
        found.push(Doubt { step: at, target: None, why: Why::NeverSeverity });
    }
    if step.hours.as_ref().is_some_and(never_come) {
        found.push(Doubt { step: at, target: None, why: Why::NeverHours });
    }
    let mut reaches = false;
    for target in &step.targets {
        let why = of_target(world, target, &step.severities, now);
        reaches |= why.is_none_or(|why| !why.is_dead());
        found.extend(why.map(|why| Doubt { step: at, target: Some(target.clone()), why }));
    }
    // A step without targets is objected to elsewhere.
    if !reaches && !step.targets.is_empty() {
        found.push(Doubt { step: at, target: None, why: Why::Nobody });
    }
}

/// Whether no instant is in these hours: all but the whole of every day.
fn never_come(hours: &WorkingHours) -> bool {
    let every_day = (1..=7).all(|day| hours.days.contains(&day));
    hours.outside && every_day && hours.from == hours.until
}

fn of_target(
    world: &dyn World,
    target: &Target,
    severities: &[Severity],
    now: Timestamp,
) -> Option<Why> {
    let known = |id: &EntityId, kind: Kind| world.entity(*id).filter(|one| one.kind == kind);
    let (entity, people) = match target {
        Target::Email(_) => return None,
        Target::Webhook(id) => {
            return match known(id, Kind::WEBHOOK) {
                None => Some(Why::Gone),
                Some(hook) => (!is_active(hook)).then_some(Why::Off),
            };
        }
        Target::Person(id) => {
            return match known(id, Kind::PERSON) {
                None => Some(Why::Gone),
                Some(person) if !is_active(person) => Some(Why::Left),
                Some(person) => (!is_reached(world, person, severities)).then_some(Why::NoWay),
            };
        }
        Target::Team(id) => {
            let Some(team) = known(id, Kind::TEAM) else { return Some(Why::Gone) };
            (team, team_members(team).collect())
        }
        Target::Schedule(id) | Target::Rotation { schedule: id, .. } => {
            let Some(entity) = known(id, Kind::SCHEDULE) else { return Some(Why::Gone) };
            let Some(mut schedule) = directory::schedule(entity) else { return Some(Why::Empty) };
            if let Target::Rotation { rotation, .. } = target {
                for version in &mut schedule.versions {
                    version.rotations.retain(|one| one.id == *rotation);
                }
                let last = schedule.version_at(Timestamp::MAX);
                if last.is_none_or(|last| last.rotations.is_empty()) {
                    return Some(Why::Gone);
                }
            }
            (entity, on_call(&schedule, now))
        }
    };
    let mut people = people.iter().filter_map(|id| world.entity(*id)).filter(|one| is_active(one));
    let Some(first) = people.next() else { return Some(Why::Empty) };
    if !std::iter::once(first).chain(people).any(|one| is_reached(world, one, severities)) {
        return Some(Why::OutOfReach);
    }
    (!is_active(entity)).then_some(Why::Retired)
}

/// Everybody who is on call in the next weeks.
fn on_call(schedule: &Schedule, now: Timestamp) -> Vec<EntityId> {
    let shifts = schedule.shifts(now, now.plus_secs(AHEAD_SECS), MAX_SHIFTS);
    let mut people: Vec<EntityId> = shifts.into_iter().flat_map(|shift| shift.people).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// Whether a desktop of theirs can ring, or another way leads to them, for any of these severities.
fn is_reached(world: &dyn World, person: &Entity, severities: &[Severity]) -> bool {
    let asked = [Severity::One, Severity::Two];
    let mut asked =
        asked.into_iter().filter(|one| severities.is_empty() || severities.contains(one));
    let other_way = |severity| {
        let rules = rules_of(world, person, severity);
        rules.iter().any(|rule| rule.channel != Channel::Desktop)
    };
    Person(person).has_account() || asked.any(other_way)
}

fn of_hand_off(
    world: &dyn World,
    steps: &[PolicyStep],
    repeats: u32,
    then: EntityId,
    now: Timestamp,
) -> Option<Why> {
    let rings: usize = steps.iter().map(|step| 1 + step.retries as usize).sum();
    if rings.saturating_mul(1 + repeats as usize) >= MAX_PLAN {
        return Some(Why::NeverHandedOff);
    }
    let policy = world.entity(then).filter(|one| one.kind == Kind::POLICY)?;
    if !is_active(policy) {
        return Some(Why::HandOffRetired);
    }
    let reaches = |id: EntityId| {
        let steps = world.entity(id).map(|one| Policy(one).steps()).unwrap_or_default();
        let mut found = Vec::new();
        for (number, step) in (0..).zip(&steps) {
            of_step(world, number, step, now, &mut found);
        }
        let whole = |doubt: &Doubt| doubt.target.is_none();
        let lost: std::collections::BTreeSet<_> =
            found.iter().filter(|doubt| whole(doubt)).map(|doubt| doubt.step).collect();
        lost.len() < steps.len()
    };
    (!hand_offs(world, then).into_iter().any(reaches)).then_some(Why::HandOffNobody)
}

#[cfg(test)]
mod tests;
