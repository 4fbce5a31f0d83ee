//! Pages: whom to ring for an incident, in which order, until somebody has it (N2, N3, E1).
//!
//! A page is an entity; every step of it is a change, so the timeline tells the story by itself. Only
//! the server makes pages. [`start`] and [`step`] say what a page does next for its history and a time;
//! a driver in the server carries it out and asks again when the answer's time has come.

mod audit;
mod change;
mod decide;
mod delivery;
mod plan;
mod quiet;
mod step;

use serde::{Deserialize, Serialize};

pub use audit::{Finding, LATE_SECS, audit};
pub use change::{AgainReason, PageChange};
pub use decide::RESPONDER;
pub(crate) use decide::decide;
pub use delivery::{
    Channel, Delivery, DeliveryState, MAX_AFTER_SECS, MAX_ATTEMPTS, MAX_RULES, NamedDelivery,
    Outcome, REACH_WITHIN_SECS, Rule, RuleWhen, are_sane, default_rules, delivered, delivery_id,
    not_needed, rules_of,
};
pub(crate) use plan::MAX_PLAN;
pub use plan::{PlannedStep, Preview, Turn, next_rung, people_of, plan, preview};
pub use quiet::{QUIET_HOURS, QuietHours, comes_silently};
pub use step::{Next, join, let_in_rung, start, step, stop};

use crate::{
    entity::{Entity, Member, Stamp},
    id::EntityId,
    time::Timestamp,
};

/// Longest reason or technical detail in bytes.
pub const MAX_DETAIL: u64 = 2_000;
/// List of people rung, by `step:person`.
pub const RUNG: &str = "rung";
/// List of what desktops reported, by `step:device`.
pub const RECEIPTS: &str = "receipts";
/// List of answers, by person.
pub const ANSWERS: &str = "answers";
/// List of people whom no desktop reached in time, by `step:person`.
pub const UNREACHABLE: &str = "unreachable";
/// List of what went by other channels, by a name of its own.
pub const DELIVERIES: &str = "deliveries";
/// Longest that a page may be let rest.
pub const MAX_SNOOZE_SECS: i64 = 86_400;
/// How often a page rings again before it gives up: whoever does not react to five does not react.
pub const MAX_ROUNDS: u32 = 5;
/// How long a test page rings.
pub const TEST_TIMEOUT_SECS: i64 = 120;

/// How a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// It rings.
    Ringing,
    /// Somebody has it.
    Acknowledged,
    /// Somebody lets it rest; it rings again later.
    Snoozed,
    /// Nobody could be reached at any step; shown in red on the incident.
    Nobody,
    /// It ended without an answer.
    Closed,
}

/// Why a page ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The incident was resolved.
    Resolved,
    /// The incident was a false alarm.
    FalseAlarm,
    /// A test page that nobody answered in time.
    TestOver,
    /// A later page of the same incident took its place.
    Replaced,
    /// It had been let rest, and nobody is needed any more: somebody is in command, or the incident is of a
    /// severity that pages nobody.
    Taken,
}

/// How far a ring got on a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// The desktop has it.
    Delivered,
    /// It could not show it so that a person would notice.
    NotShown,
    /// It showed it.
    Shown,
}

/// What a person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// They have it.
    Acknowledged,
    /// They cannot.
    Declined,
}

/// A person rung by a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Who.
    pub person: EntityId,
    /// By which step, from 0.
    pub step: u32,
    /// When.
    pub at: Timestamp,
}

/// What a desktop reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose desktop.
    pub person: EntityId,
    /// For which step.
    pub step: u32,
    /// How far it got.
    pub reached: Reached,
    /// Why it could not be shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// It came without sound, in their quiet hours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silently: bool,
    /// Do-not-disturb was on: the notification may have been held back; page window and siren were not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held_back: bool,
    /// When, by the desktop's clock.
    pub at: Timestamp,
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub answer: AnswerKind,
    /// Why not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When, by their clock.
    pub at: Timestamp,
    /// At which step.
    #[serde(default)]
    pub step: u32,
    /// Who said it for them; none when they said it themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<EntityId>,
    /// By which other way than a desktop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Channel>,
}

/// A page read as one.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a>(pub &'a Entity);

impl<'a> Page<'a> {
    /// Its incident; none for a test page.
    #[must_use]
    pub fn incident(self) -> Option<EntityId> {
        self.0.incident
    }

    /// How it stands.
    #[must_use]
    pub fn state(self) -> PageState {
        self.0.get("state").unwrap_or(PageState::Closed)
    }

    /// Which paging cycle of the incident, from 1.
    #[must_use]
    pub fn cycle(self) -> u32 {
        self.0.get("cycle").unwrap_or(1)
    }

    /// A test that somebody sent to themselves.
    #[must_use]
    pub fn test(self) -> bool {
        self.0.flag("test")
    }

    /// Its steps.
    #[must_use]
    pub fn plan(self) -> Vec<PlannedStep> {
        self.0.get("plan").unwrap_or_default()
    }

    /// The step that rang last; none before the first.
    #[must_use]
    pub fn step(self) -> Option<u32> {
        self.0.get("step")
    }

    /// Place in the plan of the step that rang last.
    #[must_use]
    pub fn place(self) -> Option<u32> {
        self.0.get("place").or_else(|| self.step())
    }

    /// The first step of the round that counts now: a page that rings again asks everybody anew.
    #[must_use]
    pub fn since(self) -> u32 {
        self.0.get("since").unwrap_or_default()
    }

    /// How often it rang again.
    #[must_use]
    pub fn round(self) -> u32 {
        self.0.get("round").unwrap_or_default()
    }

    /// By when a desktop must have confirmed the step that rang last.
    #[must_use]
    pub fn reach_by(self) -> Option<Timestamp> {
        self.0.get("reach_by")
    }

    /// How long whoever acknowledged has to see that somebody takes command; none means for ever.
    #[must_use]
    pub fn command_within_secs(self) -> Option<u32> {
        self.0.get("command_within_secs")
    }

    /// Whether that time runs or ran.
    #[must_use]
    pub fn watched(self) -> bool {
        self.0.flag("watched")
    }

    /// Who let it rest.
    #[must_use]
    pub fn snoozed_by(self) -> Option<EntityId> {
        self.0.get("snoozed_by")
    }

    /// How many milliseconds it rests, which the server counts by its own clock.
    #[must_use]
    pub fn rests_for(self) -> Option<i64> {
        self.0.get("rests_for")
    }

    /// Until when it rests.
    #[must_use]
    pub fn snoozed_until(self) -> Option<Timestamp> {
        self.0.get("snoozed_until")
    }

    /// Who called others by it (E1); none for a page that the program itself started.
    #[must_use]
    pub fn asked_by(self) -> Option<EntityId> {
        self.0.get("asked_by")
    }

    /// Which role whoever is called by hand is to take.
    #[must_use]
    pub fn role(self) -> Option<&'a str> {
        Some(self.0.text("role")).filter(|role| !role.is_empty())
    }

    /// What they are called for.
    #[must_use]
    pub fn note(self) -> &'a str {
        self.0.text("note")
    }

    /// When the step rang.
    #[must_use]
    pub fn rang_at(self) -> Option<Timestamp> {
        self.0.get("rang_at")
    }

    /// When the next step goes.
    #[must_use]
    pub fn due_at(self) -> Option<Timestamp> {
        self.0.get("due_at")
    }

    /// Who acknowledged first.
    #[must_use]
    pub fn acknowledged_by(self) -> Option<EntityId> {
        self.0.get("acknowledged_by")
    }

    /// Everybody rung, in order.
    #[must_use]
    pub fn rung(self) -> Vec<Rung> {
        let mut rung: Vec<Rung> =
            self.0.members(RUNG).filter_map(|(_, m)| Rung::deserialize(&m.value).ok()).collect();
        rung.sort_by_key(|r| (r.step, r.at, r.person));
        rung
    }

    /// Who is rung by the current step.
    #[must_use]
    pub fn rung_now(self) -> Vec<EntityId> {
        let step = self.step();
        self.rung().into_iter().filter(|r| Some(r.step) == step).map(|r| r.person).collect()
    }

    /// Whether it rings for this person: some step rang them, nobody has it, and they have not answered. A
    /// later step rings others as well; it does not let go of whoever was rung before.
    #[must_use]
    pub fn rings_for(self, person: EntityId) -> bool {
        self.state() == PageState::Ringing
            && self.answer_of(person).is_none()
            && self.rung().iter().any(|r| r.person == person && r.step >= self.since())
    }

    /// Whether each of those whom the current step rang must acknowledge.
    #[must_use]
    pub fn needs_all(self) -> bool {
        let place = self.place().map(|place| place as usize);
        place.is_some_and(|place| self.plan().get(place).is_some_and(|step| step.all))
    }

    /// Whether this person has acknowledged in the round that counts.
    #[must_use]
    pub fn has_acknowledged(self, person: EntityId) -> bool {
        self.answer_of(person).is_some_and(|answer| answer.answer == AnswerKind::Acknowledged)
    }

    /// Who has acknowledged in the round that counts, in order of time.
    #[must_use]
    pub fn acknowledged(self) -> Vec<EntityId> {
        let mut people: Vec<(Timestamp, EntityId)> = self
            .0
            .members(ANSWERS)
            .filter_map(|(id, _)| id.parse().ok())
            .filter_map(|id| Some((self.answer_of(id)?, id)))
            .filter(|(answer, _)| answer.answer == AnswerKind::Acknowledged)
            .map(|(answer, id)| (answer.at, id))
            .collect();
        people.sort_unstable();
        people.into_iter().map(|(_, id)| id).collect()
    }

    /// Whether a desktop of theirs has this step, and did not find that it cannot show it.
    #[must_use]
    pub fn reached(self, person: EntityId, step: u32) -> bool {
        let reached = |receipt: &Receipt| {
            receipt.person == person && receipt.step == step && receipt.reached != Reached::NotShown
        };
        self.receipts().iter().any(reached)
    }

    /// Whether it was found that no desktop of theirs has this step.
    #[must_use]
    pub fn is_unreachable(self, person: EntityId, step: u32) -> bool {
        self.0.has_member(UNREACHABLE, &format!("{step}:{person}"))
    }

    /// When to look at it again, as seen at `now`; none while nothing can follow by itself.
    #[must_use]
    pub fn look_at(self, now: Timestamp) -> Option<Timestamp> {
        match self.state() {
            PageState::Ringing => {
                self.reach_by().filter(|at| *at > now).into_iter().chain(self.due_at()).min()
            }
            PageState::Acknowledged | PageState::Snoozed => self.due_at().filter(|at| *at > now),
            PageState::Nobody | PageState::Closed => None,
        }
    }

    /// Whether it rang for this person and none of their desktops showed it, and it rings no more: they
    /// missed it (N3). Whoever answered elsewhere, on somebody's phone, missed nothing.
    #[must_use]
    pub fn missed_by(self, person: EntityId) -> bool {
        let shown =
            |receipt: &Receipt| receipt.person == person && receipt.reached == Reached::Shown;
        let over = [PageState::Acknowledged, PageState::Nobody, PageState::Closed];
        over.contains(&self.state())
            && self.answer_of(person).is_none()
            && self.rung().iter().any(|rung| rung.person == person)
            && !self.receipts().iter().any(shown)
    }

    /// What each desktop of a person reported of a step, by device.
    #[must_use]
    pub fn receipts_of(self, person: EntityId, step: u32) -> Vec<(EntityId, Receipt)> {
        let receipt = |(id, member): (&str, &Member)| {
            let (_, device) = id.split_once(':')?;
            Some((device.parse().ok()?, Receipt::deserialize(&member.value).ok()?))
        };
        let all = self.0.members(RECEIPTS).filter_map(receipt);
        all.filter(|(_, one)| one.person == person && one.step == step).collect()
    }

    /// What desktops reported.
    #[must_use]
    pub fn receipts(self) -> Vec<Receipt> {
        self.0.members(RECEIPTS).filter_map(|(_, m)| Receipt::deserialize(&m.value).ok()).collect()
    }

    /// What this person answered. An acknowledgement counts for the round in which it was given; who
    /// cannot come cannot come in any.
    #[must_use]
    pub fn answer_of(self, person: EntityId) -> Option<Answer> {
        let member = self.0.lists.get(ANSWERS)?.get(&person.to_string())?;
        let answer = Answer::deserialize(&member.value).ok()?;
        let counts = answer.answer == AnswerKind::Declined || answer.step >= self.since();
        counts.then_some(answer)
    }

    /// By which change this person answered last.
    #[must_use]
    pub fn answer_stamp(self, person: EntityId) -> Option<&'a Stamp> {
        Some(&self.0.lists.get(ANSWERS)?.get(&person.to_string())?.stamp)
    }
}

#[cfg(test)]
mod tests;
