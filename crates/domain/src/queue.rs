//! The queue of a team: incidents of severity 3, which page nobody (N2).
//!
//! An open incident of severity 3 without an IM waits for the team that delivers its faulty service; where
//! the service is unknown or has no team, it waits in the common queue. It is shown when the team's
//! office hours begin, or at once while they last; it is accepted by whoever takes command; it has aged
//! when so many office days have begun since it was shown. Raised to severity 1 or 2 it pages and waits
//! no more. A drill waits in no queue: nobody who does not take part is to be bothered by it.

mod hours;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use hours::{OfficeDay, OfficeHours, Span};

use crate::{
    directory::{self, Person, Policy, Service, imoc_policy, is_active, team_members},
    entity::{Entity, World},
    id::EntityId,
    incident::{Incident, Severity, State},
    paging::people_of,
    time::Timestamp,
};

/// Field of a team and of the settings: when somebody is at work.
pub const OFFICE_HOURS: &str = "office_hours";
/// Field of the settings: after how many office days an incident has aged.
pub const QUEUE_DAYS: &str = "queue_days";
/// Office days until an incident has aged, where the settings say nothing.
pub const DEFAULT_QUEUE_DAYS: u32 = 3;
/// The most office days that may be set: what waits for longer than a month of them was forgotten.
pub const MAX_QUEUE_DAYS: u32 = 30;

/// Whether an incident as it stands waits in a queue.
#[must_use]
pub fn waits(severity: Severity, state: State, im: Option<EntityId>, drill: bool) -> bool {
    severity == Severity::Three && state == State::New && im.is_none() && !drill
}

/// Since when an incident waits in a queue, while it does: since it was declared, or since it was reopened or
/// lowered to severity 3 after that.
#[must_use]
pub fn since(incident: Incident<'_>) -> Timestamp {
    let written = ["state", "severity"].into_iter().filter_map(|field| incident.0.stamp(field));
    written.map(|stamp| stamp.at).fold(incident.declared_at(), Timestamp::max)
}

/// The team in whose queue an incident of this service waits; none is the common queue.
#[must_use]
pub fn team_of(world: &dyn World, service: Option<EntityId>) -> Option<EntityId> {
    let team = Service(world.entity(service?)?).team()?;
    world.entity(team).filter(|team| is_active(team)).map(|team| team.id)
}

/// When a queue is looked at, and when its incidents have aged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// The hours.
    pub hours: OfficeHours,
    /// Somebody has set them; otherwise they are the ones that this program begins with.
    pub chosen: bool,
    /// After so many office days an incident has aged.
    pub days: u32,
}

/// The rhythm of a queue: the team's own hours, else the workspace's, else [`OfficeHours::usual`].
#[must_use]
pub fn rhythm(world: &dyn World, settings: Option<EntityId>, team: Option<EntityId>) -> Rhythm {
    let settings = settings.and_then(|id| world.entity(id));
    let of = |entity: &Entity| {
        entity.get::<OfficeHours>(OFFICE_HOURS).filter(|hours| hours.validate().is_ok())
    };
    let chosen = team.and_then(|id| world.entity(id)).and_then(of).or(settings.and_then(of));
    let days = settings.and_then(|settings| settings.get::<u32>(QUEUE_DAYS));
    Rhythm {
        chosen: chosen.is_some(),
        hours: chosen.unwrap_or_else(OfficeHours::usual),
        days: days.unwrap_or(DEFAULT_QUEUE_DAYS).clamp(1, MAX_QUEUE_DAYS),
    }
}

/// Who is told of what waits in a queue: the members of its team. In the common queue, which is nobody's,
/// it is whoever is the IMOC; where there is none, the administrators among `people`.
#[must_use]
pub fn audience(
    world: &dyn World,
    settings: Option<EntityId>,
    team: Option<EntityId>,
    people: &[EntityId],
    now: Timestamp,
) -> BTreeSet<EntityId> {
    if let Some(team) = team {
        return world.entity(team).into_iter().flat_map(team_members).collect();
    }
    let roster = settings.and_then(|settings| imoc_policy(world, settings));
    let steps = roster.and_then(|id| world.entity(id)).map(|policy| Policy(policy).steps());
    let first = steps.into_iter().flatten().map(|step| people_of(world, &step.targets, now));
    let imoc: BTreeSet<EntityId> = first.flatten().collect();
    if !imoc.is_empty() {
        return imoc;
    }
    let administers = |person: &Entity| Person(person).admin() && directory::is_active(person);
    let people = people.iter().filter_map(|id| world.entity(*id));
    people.filter(|person| administers(person)).map(|person| person.id).collect()
}

/// An incident's place in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it is shown: at once within office hours, else when they begin.
    pub shown_at: Timestamp,
    /// When it has waited for too long; none when no such day comes.
    pub ages_at: Option<Timestamp>,
}

impl Place {
    /// The place of an incident that waits since that time.
    #[must_use]
    pub fn of(rhythm: &Rhythm, since: Timestamp) -> Self {
        let shown_at = rhythm.hours.opening(since).unwrap_or(since);
        Self { shown_at, ages_at: rhythm.hours.day_after(shown_at, rhythm.days) }
    }

    /// Whether it has waited for too long.
    #[must_use]
    pub fn has_aged(&self, now: Timestamp) -> bool {
        self.ages_at.is_some_and(|at| at <= now)
    }
}

/// What a desktop told of a queue since office hours began.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// When they began.
    pub opening: Timestamp,
    /// Incidents that it told of. Their ids rather than a time: what was declared before may come later.
    pub shown: BTreeSet<EntityId>,
    /// Those of which it told that they have aged.
    pub aged: BTreeSet<EntityId>,
}

/// What the people of a queue are told now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Of which incidents, in the order in which they were asked about.
    pub about: Vec<EntityId>,
    /// How many of these have aged.
    pub aged: usize,
    /// What is told then.
    pub told: Told,
}

/// What to tell the people of a queue at `now`, after what was told before: all that waits once office
/// hours have begun, later what came or aged since; nothing outside of them, and nothing twice.
#[must_use]
pub fn notice(
    rhythm: &Rhythm,
    waiting: &[(EntityId, Place)],
    before: Option<&Told>,
    now: Timestamp,
) -> Option<Notice> {
    let opening = rhythm.hours.open_at(now)?.start;
    let before = before.filter(|before| before.opening == opening);
    let shown: Vec<(EntityId, bool)> = waiting
        .iter()
        .filter(|(_, place)| place.shown_at <= now)
        .map(|(id, place)| (*id, place.has_aged(now)))
        .collect();
    let is_new = |(id, aged): &&(EntityId, bool)| {
        before.is_none_or(|b| !b.shown.contains(id) || (*aged && !b.aged.contains(id)))
    };
    let new: Vec<(EntityId, bool)> = shown.iter().filter(is_new).copied().collect();
    let aged = |all: &[(EntityId, bool)]| -> BTreeSet<EntityId> {
        all.iter().filter(|(_, aged)| *aged).map(|(id, _)| *id).collect()
    };
    let told =
        Told { opening, shown: shown.iter().map(|(id, _)| *id).collect(), aged: aged(&shown) };
    let aged = aged(&new).len();
    let about: Vec<EntityId> = new.into_iter().map(|(id, _)| id).collect();
    (!about.is_empty()).then_some(Notice { about, aged, told })
}

#[cfg(test)]
mod tests;
