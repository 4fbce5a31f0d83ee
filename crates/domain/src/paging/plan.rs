//! Whom a page would ring: the service's policy, and the IMOC roster behind it (N2).

use serde::{Deserialize, Serialize};

use crate::{
    directory::{self, Person, Policy, Service, Target, imoc_policy, team_members},
    entity::{Entity, World},
    id::EntityId,
    incident::Incident,
    time::Timestamp,
};

/// A step that a page will take, fixed when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Whom it rings; people are resolved when it goes.
    pub targets: Vec<Target>,
    /// How long it waits.
    pub timeout_secs: u32,
    /// It belongs to the IMOC roster rather than to the service.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imoc: bool,
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
        return vec![PlannedStep { targets, timeout_secs: DRILL_TIMEOUT_SECS, imoc: false }];
    }
    plan_for(world, settings, incident.service())
}

fn plan_for(world: &dyn World, settings: EntityId, service: Option<EntityId>) -> Vec<PlannedStep> {
    let imoc = imoc_policy(world, settings);
    let own = service.and_then(|id| world.entity(id)).and_then(|s| Service(s).policy());
    let mut steps = Vec::new();
    for (policy, is_imoc) in [(own.filter(|own| Some(*own) != imoc), false), (imoc, true)] {
        let Some(entity) = policy.and_then(|id| world.entity(id)) else {
            continue;
        };
        let policy = Policy(entity);
        for _ in 0..=policy.repeats() {
            steps.extend(policy.steps().into_iter().map(|step| PlannedStep {
                targets: step.targets,
                timeout_secs: step.timeout_secs,
                imoc: is_imoc,
            }));
        }
    }
    steps
}

/// The people that targets mean at an instant: active, each once, in order.
#[must_use]
pub fn people_of(world: &dyn World, targets: &[Target], at: Timestamp) -> Vec<EntityId> {
    let mut people = Vec::new();
    for target in targets {
        match *target {
            Target::Person(person) => people.push(person),
            Target::Schedule(id) => {
                let schedule = world.entity(id).and_then(directory::schedule);
                people.extend(schedule.into_iter().flat_map(|schedule| schedule.people_at(at)));
            }
            Target::Team(id) => people.extend(world.entity(id).into_iter().flat_map(team_members)),
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

/// Who would be rung first now.
#[must_use]
pub fn preview(
    world: &dyn World,
    settings: EntityId,
    service: Option<EntityId>,
    at: Timestamp,
) -> Preview {
    for step in plan_for(world, settings, service) {
        let people = people_of(world, &step.targets, at);
        if !people.is_empty() {
            return Preview { people, imoc: step.imoc };
        }
    }
    Preview::default()
}
