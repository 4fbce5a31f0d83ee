//! Escalation policies: whom a page rings, how long each step waits, and what comes after the last one.

mod doubt;

use std::collections::{BTreeMap, BTreeSet};

pub use doubt::{Doubt as PolicyDoubt, Why as PolicyDoubtWhy, doubts as policy_doubts};
use serde::{Deserialize, Serialize};

use super::{MAX_NAME, MAX_REPEATS, MAX_STEPS, MAX_TARGETS, MAX_TIMEOUT_SECS, MIN_TIMEOUT_SECS};
use crate::{
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Severity,
    oncall::{LocalTime, in_week, is_zone},
    time::Timestamp,
};

/// How often one step rings the same people again before the next one goes.
pub const MAX_RETRIES: u32 = 9;
/// Policies that one may hand off to, one after the other: more than anybody can keep in mind.
pub const MAX_HAND_OFFS: usize = 5;

/// Whom a step of a policy reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One person.
    Person(EntityId),
    /// Whoever is on call in this schedule when the step goes.
    Schedule(EntityId),
    /// Whoever is on call in one rotation of a schedule when the step goes.
    Rotation {
        /// The schedule.
        schedule: EntityId,
        /// Its rotation.
        rotation: EntityId,
    },
    /// Everyone in this team.
    Team(EntityId),
    /// An address that is nobody's: a list, a ticket system.
    Email(String),
    /// A webhook of the directory, behind which stands a phone gateway or another program.
    Webhook(EntityId),
}

impl Target {
    /// The entity of the directory that it leads to; an address leads to none.
    #[must_use]
    pub fn entity(&self) -> Option<EntityId> {
        match self {
            Self::Person(id) | Self::Schedule(id) | Self::Team(id) | Self::Webhook(id) => Some(*id),
            Self::Rotation { schedule, .. } => Some(*schedule),
            Self::Email(_) => None,
        }
    }

    fn sane(&self) -> bool {
        match self {
            Self::Email(address) => is_address(address),
            _ => true,
        }
    }
}

/// Whether it looks like an e-mail address. What is one only its mail server knows.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= MAX_NAME
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && parts.is_some_and(|(name, host)| !name.is_empty() && host.len() > 1)
}

/// How many of those whom a step rings must acknowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcknowledgeBy {
    /// The first one stops the page.
    #[default]
    First,
    /// It rings until each of them has.
    All,
}

/// Hours of a week on the clock of a named zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// IANA zone.
    pub zone: String,
    /// Weekdays, Monday is 1.
    pub days: Vec<u8>,
    /// From this local time (inclusive).
    pub from: LocalTime,
    /// Until this local time (exclusive). Not later than `from`: until that time of the next day.
    pub until: LocalTime,
    /// The hours that are meant are all others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
}

impl WorkingHours {
    /// Whether they can be hours.
    #[must_use]
    pub fn are_sane(&self) -> bool {
        is_zone(&self.zone)
            && (1..=7).contains(&self.days.len())
            && self.days.iter().all(|day| (1..=7).contains(day))
    }

    /// Whether the instant is in them. A zone that this program does not know keeps nobody from being
    /// rung: then it always is.
    #[must_use]
    pub fn hold(&self, at: Timestamp) -> bool {
        let inside = in_week(&self.zone, &self.days, self.from, self.until, at);
        inside.is_none_or(|inside| inside != self.outside)
    }
}

/// One step of an escalation policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyStep {
    /// Whom it reaches.
    pub targets: Vec<Target>,
    /// How long it waits for an acknowledgement.
    pub timeout_secs: u32,
    /// How often it rings them again, each time for as long, before the next step goes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// How many must acknowledge.
    #[serde(default, skip_serializing_if = "is_default")]
    pub acknowledge: AcknowledgeBy,
    /// It is for incidents of these severities; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// It is for these hours; none means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WorkingHours>,
    /// It rings one of its people at a time, the next one at each page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub round_robin: bool,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl PolicyStep {
    /// A step that rings these and waits so long.
    #[must_use]
    pub fn new(targets: Vec<Target>, timeout_secs: u32) -> Self {
        Self { targets, timeout_secs, ..Self::default() }
    }

    fn sane(&self) -> bool {
        (1..=MAX_TARGETS).contains(&self.targets.len())
            && self.targets.iter().all(Target::sane)
            && (MIN_TIMEOUT_SECS..=MAX_TIMEOUT_SECS).contains(&self.timeout_secs)
            && self.retries <= MAX_RETRIES
            && self.hours.as_ref().is_none_or(WorkingHours::are_sane)
    }
}

/// Whether these steps may be a policy's.
pub(super) fn sane(steps: &[PolicyStep]) -> bool {
    (1..=MAX_STEPS).contains(&steps.len()) && steps.iter().all(PolicyStep::sane)
}

/// An escalation policy read as one.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a>(pub &'a Entity);

impl Policy<'_> {
    /// Its steps.
    #[must_use]
    pub fn steps(self) -> Vec<PolicyStep> {
        self.0.get("steps").unwrap_or_default()
    }

    /// How often it starts over after its last step.
    #[must_use]
    pub fn repeats(self) -> u32 {
        self.0.get::<u32>("repeats").unwrap_or_default().min(MAX_REPEATS)
    }

    /// The policy that goes on when it is through.
    #[must_use]
    pub fn then(self) -> Option<EntityId> {
        self.0.get("then")
    }

    /// Whose turn is next in each step that goes round, counted from 0 and without end.
    #[must_use]
    pub fn turns(self) -> BTreeMap<String, u32> {
        self.0.get(TURNS).unwrap_or_default()
    }
}

/// Field of a policy's turns, by step.
pub const TURNS: &str = "turns";

/// A policy and those that it hands off to, each once, in order.
#[must_use]
pub fn hand_offs(world: &dyn World, first: EntityId) -> Vec<EntityId> {
    let mut seen = BTreeSet::new();
    let mut chain = Vec::new();
    let mut next = Some(first);
    while let Some(id) = next.filter(|id| seen.insert(*id) && chain.len() <= MAX_HAND_OFFS) {
        let Some(policy) = world.entity(id).filter(|entity| entity.kind == Kind::POLICY) else {
            break;
        };
        chain.push(id);
        next = Policy(policy).then();
    }
    chain
}

/// Whether a policy that hands off to `then` would come back to itself, or go on for too long.
#[must_use]
pub fn hands_off_in_a_loop(world: &dyn World, policy: EntityId, then: EntityId) -> bool {
    let mut next = Some(then);
    let mut seen = BTreeSet::from([policy]);
    while let Some(id) = next {
        if !seen.insert(id) || seen.len() > MAX_HAND_OFFS + 1 {
            return true;
        }
        next = world.entity(id).and_then(|entity| Policy(entity).then());
    }
    false
}

/// The policy of the IMOC roster, if the settings name one.
#[must_use]
pub fn imoc_policy(world: &dyn World, settings: EntityId) -> Option<EntityId> {
    world.entity(settings)?.get("imoc_policy")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: &[u8], from: &str, until: &str, outside: bool) -> WorkingHours {
        let zone = "Europe/Berlin".to_owned();
        let time = |text: &str| text.parse().expect("a time");
        WorkingHours { zone, days: days.to_vec(), from: time(from), until: time(until), outside }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp_millis())
    }

    #[test]
    fn hours_are_read_on_the_clock_of_their_zone() {
        let office = hours(&[1, 2, 3, 4, 5], "09:00", "17:00", false);
        let night = hours(&[1, 2, 3, 4, 5], "22:00", "06:00", false);
        let free = hours(&[1, 2, 3, 4, 5], "09:00", "17:00", true);
        // 30 November 2026 is a Monday; Berlin is an hour ahead, two in summer.
        for (hours, instant, held) in [
            (&office, "2026-11-30T07:59:59Z", false),
            (&office, "2026-11-30T08:00:00Z", true),
            (&office, "2026-11-30T15:59:59Z", true),
            (&office, "2026-11-30T16:00:00Z", false),
            (&office, "2026-11-29T10:00:00Z", false),
            (&office, "2026-07-06T07:00:00Z", true),
            (&free, "2026-11-30T08:00:00Z", false),
            (&free, "2026-11-29T10:00:00Z", true),
            (&night, "2026-11-30T21:00:00Z", true),
            (&night, "2026-12-01T04:59:59Z", true),
            (&night, "2026-12-01T05:00:00Z", false),
            // The night from Friday to Saturday is Friday's; the one to Monday is nobody's.
            (&night, "2026-12-05T03:00:00Z", true),
            (&night, "2026-11-30T03:00:00Z", false),
        ] {
            assert_eq!(hours.hold(at(instant)), held, "{hours:?} at {instant}");
        }
    }

    #[test]
    fn what_looks_like_an_address() {
        for (text, fine) in [
            ("ops@example.org", true),
            ("ops@", false),
            ("@example.org", false),
            ("ops example.org", false),
            ("o ps@example.org", false),
            ("ops@example.org\n", false),
        ] {
            assert_eq!(is_address(text), fine, "{text:?}");
        }
    }
}
