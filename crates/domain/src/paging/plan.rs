//! Whom a page would ring: the service's policy, and the IMOC roster behind it (N2).

use serde::{Deserialize, Serialize};

use crate::{
    directory::{
        self, AcknowledgeBy, Person, Policy, Service, Target, WorkingHours, hand_offs, imoc_policy,
        team_members,
    },
    entity::{Entity, World},
    id::EntityId,
    incident::{Incident, Severity},
    time::Timestamp,
};

/// Steps of one page. A policy of the longest kind would make more; nobody lives through this many.
pub(crate) const MAX_PLAN: usize = 400;
/// How many of them are the IMOC roster's, which always stands behind the service's.
const MAX_IMOC: usize = 100;
/// How long those who are called by hand have, each time.
const ASK_TIMEOUT_SECS: u32 = 300;
/// How often they are rung.
const ASK_RINGS: usize = 3;

/// A step that a page will take, fixed when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Whom it rings; people are resolved when it goes.
    pub targets: Vec<Target>,
    /// How long it waits.
    pub timeout_secs: u32,
    /// It belongs to the IMOC roster rather than to the service.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imoc: bool,
    /// Each of those whom it rings must acknowledge.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// It is left out for incidents of other severities; empty means none is. Seen when it goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// It is left out outside of these hours. Seen when it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WorkingHours>,
    /// It rings one of its people, whose turn it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
}

/// Where it stands whose turn is next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The policy.
    pub policy: EntityId,
    /// Its step.
    pub step: u32,
}

impl Turn {
    /// How many turns were taken; none when the policy is not here.
    fn next(&self, world: &dyn World) -> Option<usize> {
        let turns = Policy(world.entity(self.policy)?).turns();
        Some(turns.get(&self.step.to_string()).copied().unwrap_or_default() as usize)
    }
}

impl PlannedStep {
    /// Whom it rings at this instant, of those who may be: everybody, or the one whose turn it is.
    pub(super) fn people(
        &self,
        world: &dyn World,
        at: Timestamp,
        may: &dyn Fn(EntityId) -> bool,
    ) -> Vec<EntityId> {
        let mut people = people_of(world, &self.targets, at);
        people.retain(|person| may(*person));
        let place = self.turn.as_ref().and_then(|turn| turn.next(world));
        match place.and_then(|place| people.get(place.checked_rem(people.len())?).copied()) {
            Some(person) => vec![person],
            None => people,
        }
    }

    /// Whether it goes for an incident of this severity at this instant.
    #[must_use]
    pub fn goes(&self, severity: Severity, at: Timestamp) -> bool {
        (self.severities.is_empty() || self.severities.contains(&severity))
            && self.hours.as_ref().is_none_or(|hours| hours.hold(at))
    }
}

/// How long the people of a drill have.
const DRILL_TIMEOUT_SECS: u32 = 300;

/// All steps of a page for this incident: the policy of its faulty service, repeats included, then the
/// IMOC roster. A drill rings nobody but who declared it.
#[must_use]
pub fn plan(world: &dyn World, settings: EntityId, incident: &Entity) -> Vec<PlannedStep> {
    let incident = Incident(incident);
    if incident.drill() {
        let targets = incident.declared_by().map(Target::Person).into_iter().collect();
        return vec![PlannedStep {
            targets,
            timeout_secs: DRILL_TIMEOUT_SECS,
            ..PlannedStep::default()
        }];
    }
    plan_for(world, settings, incident.service())
}

fn plan_for(world: &dyn World, settings: EntityId, service: Option<EntityId>) -> Vec<PlannedStep> {
    let imoc = imoc_policy(world, settings);
    let own = service.and_then(|id| world.entity(id)).and_then(|s| Service(s).policy());
    let (mut steps, mut roster) = (Vec::new(), Vec::new());
    let mut planned = Vec::new();
    for (first, is_imoc) in [(own.filter(|own| Some(*own) != imoc), false), (imoc, true)] {
        for policy in first.map(|first| hand_offs(world, first)).unwrap_or_default() {
            // Who was rung by a policy already is not rung by it again.
            if !planned.contains(&policy) {
                planned.push(policy);
                let its = if is_imoc { &mut roster } else { &mut steps };
                of_policy(world, policy, is_imoc || Some(policy) == imoc, its);
            }
        }
    }
    roster.truncate(MAX_IMOC);
    steps.truncate(MAX_PLAN - roster.len());
    steps.append(&mut roster);
    steps
}

/// The steps of one policy, retries and repeats included.
fn of_policy(world: &dyn World, id: EntityId, imoc: bool, steps: &mut Vec<PlannedStep>) {
    let Some(policy) = world.entity(id).map(Policy) else { return };
    for _ in 0..=policy.repeats() {
        for (at, step) in (0_u32..).zip(policy.steps()) {
            let turn = step.round_robin.then_some(Turn { policy: id, step: at });
            let planned = PlannedStep {
                targets: step.targets,
                timeout_secs: step.timeout_secs,
                imoc,
                all: step.acknowledge == AcknowledgeBy::All && turn.is_none(),
                severities: step.severities,
                hours: step.hours,
                turn,
            };
            steps.extend((0..=step.retries).map(|_| planned.clone()));
        }
    }
}

/// The steps of a page by which somebody calls others (E1): a policy's, or the same people a few times.
pub(super) fn of_ask(
    world: &dyn World,
    targets: &[Target],
    policy: Option<EntityId>,
) -> Vec<PlannedStep> {
    let mut steps = Vec::new();
    match policy {
        Some(policy) => {
            for policy in hand_offs(world, policy) {
                of_policy(world, policy, false, &mut steps);
            }
        }
        None => {
            let timeout_secs = ASK_TIMEOUT_SECS;
            let step =
                PlannedStep { targets: targets.to_vec(), timeout_secs, ..PlannedStep::default() };
            steps.extend((0..ASK_RINGS).map(|_| step.clone()));
        }
    }
    steps.truncate(MAX_PLAN);
    steps
}

/// The people that targets mean at an instant: active, each once, in order.
#[must_use]
pub fn people_of(world: &dyn World, targets: &[Target], at: Timestamp) -> Vec<EntityId> {
    let mut people = Vec::new();
    for target in targets {
        match target {
            Target::Person(person) => people.push(*person),
            Target::Schedule(id) => {
                let schedule = world.entity(*id).and_then(directory::schedule);
                people.extend(schedule.into_iter().flat_map(|schedule| schedule.people_at(at)));
            }
            Target::Rotation { schedule, rotation } => {
                let schedule = world.entity(*schedule).and_then(directory::schedule);
                people.extend(schedule.into_iter().flat_map(|mut schedule| {
                    for version in &mut schedule.versions {
                        version.rotations.retain(|one| one.id == *rotation);
                    }
                    schedule.people_at(at)
                }));
            }
            Target::Team(id) => {
                people.extend(world.entity(*id).into_iter().flat_map(team_members));
            }
            // Nobody's: what goes there is a delivery.
            Target::Email(_) | Target::Webhook(_) => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    people.retain(|person| {
        seen.insert(*person) && world.entity(*person).is_some_and(|p| Person(p).active())
    });
    people
}

/// Who would be rung first for a service, for the declare form and for direct dial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Who; empty means nobody is on call anywhere.
    pub people: Vec<EntityId>,
    /// They are the IMOC roster's.
    pub imoc: bool,
}

/// Who would be rung first now, for an incident of this severity.
#[must_use]
pub fn preview(
    world: &dyn World,
    settings: EntityId,
    service: Option<EntityId>,
    severity: Severity,
    at: Timestamp,
) -> Preview {
    let plan = plan_for(world, settings, service);
    let first = next_rung(world, &plan, severity, at, &|_| true);
    first.map(|(step, people)| Preview { people, imoc: step.imoc }).unwrap_or_default()
}

/// The first of these steps that rings anybody, and whom: the same that paging does when it takes it. `may`
/// says who has not answered yet.
#[must_use]
pub fn next_rung<'a>(
    world: &dyn World,
    steps: &'a [PlannedStep],
    severity: Severity,
    at: Timestamp,
    may: &dyn Fn(EntityId) -> bool,
) -> Option<(&'a PlannedStep, Vec<EntityId>)> {
    let going = steps.iter().filter(|step| step.goes(severity, at));
    let rung = going.map(|step| (step, step.people(world, at, may)));
    rung.into_iter().find(|(_, people)| !people.is_empty())
}
