//! How a person is reached besides the ring of their desktop: channels, the rules by which each person
//! wants to be reached, and deliveries, each with how far it got (N3).
//!
//! What a desktop received is told by its own receipts. Everything else is a delivery of the page:
//! queued by the step that wants it, carried out by the server outside of the record's pen, and its
//! outcome written down as a change of the page. A delivery is carried out at least once; its id is the
//! same however often.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DELIVERIES, Page, PageChange, PageState, step::Maker};
use crate::{
    change::ChangeSet,
    directory::{Person, Target, is_active, is_address},
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Severity,
    time::Timestamp,
};

/// A desktop that has not confirmed a ring after this is unreachable (N3).
pub const REACH_WITHIN_SECS: i64 = 30;
/// Rules of one person.
pub const MAX_RULES: usize = 10;
/// Latest that a rule may reach somebody after the ring: an hour, after which a page is another step's.
pub const MAX_AFTER_SECS: u32 = 3_600;
/// Deliveries that one step makes: people of the largest team on two channels.
const MAX_DELIVERIES: usize = 200;
/// How often a delivery is tried; with the pauses between, about five minutes.
pub const MAX_ATTEMPTS: u32 = 7;
/// The pause after the first attempt; each later one is twice as long.
const FIRST_PAUSE_SECS: i64 = 5;

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A ring on their desktops.
    Desktop,
    /// An e-mail.
    Email,
    /// A call of a webhook of the directory.
    Webhook(EntityId),
}

/// When a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleWhen {
    /// Always.
    #[default]
    Always,
    /// When no desktop of theirs confirmed the ring in time.
    Unreachable,
}

/// How a person wants to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// By what.
    pub channel: Channel,
    /// How long after the ring; from the moment that they are found unreachable, for a rule of that kind.
    #[serde(default)]
    pub after_secs: u32,
    /// When it holds.
    #[serde(default)]
    pub when: RuleWhen,
    /// For incidents of these severities; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
}

impl Rule {
    fn holds(&self, severity: Severity) -> bool {
        self.severities.is_empty() || self.severities.contains(&severity)
    }
}

/// Whether these rules may be somebody's. The desktop always rings at once: a rule cannot say otherwise,
/// because whoever silences their desktop by mistake would never know.
#[must_use]
pub fn are_sane(rules: &[Rule]) -> bool {
    let sane = |rule: &Rule| {
        rule.after_secs <= MAX_AFTER_SECS
            && (rule.channel != Channel::Desktop
                || (rule.after_secs == 0
                    && rule.when == RuleWhen::Always
                    && rule.severities.is_empty()))
    };
    rules.len() <= MAX_RULES && rules.iter().all(sane)
}

/// The rules of whoever has not said otherwise: the desktop at once; an e-mail at once too for severity 1,
/// and for every other when no desktop answers.
#[must_use]
pub fn default_rules() -> Vec<Rule> {
    let rule = |channel, when, severities| Rule { channel, after_secs: 0, when, severities };
    vec![
        rule(Channel::Desktop, RuleWhen::Always, Vec::new()),
        rule(Channel::Email, RuleWhen::Always, vec![Severity::One]),
        rule(Channel::Email, RuleWhen::Unreachable, Vec::new()),
    ]
}

/// The rules by which a person is reached for an incident of a severity, in order of time; those for
/// channels that lead nowhere (no address, a webhook that was retired) are left out.
#[must_use]
pub fn rules_of(world: &dyn World, person: &Entity, severity: Severity) -> Vec<Rule> {
    let mut rules = Person(person).rules().unwrap_or_else(default_rules);
    rules.retain(|rule| rule.holds(severity) && leads_somewhere(world, person, rule.channel));
    rules.sort_by_key(|rule| (rule.when == RuleWhen::Unreachable, rule.after_secs));
    rules
}

fn leads_somewhere(world: &dyn World, person: &Entity, channel: Channel) -> bool {
    match channel {
        Channel::Desktop => true,
        Channel::Email => is_address(Person(person).email()),
        Channel::Webhook(id) => {
            world.entity(id).is_some_and(|hook| hook.kind == Kind::WEBHOOK && is_active(hook))
        }
    }
}

/// How far a delivery got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its time, or for another attempt.
    Queued,
    /// Handed on; whether it arrived is not known.
    Sent,
    /// The other side says that it has it.
    Delivered,
    /// The other side says that a person saw it.
    Shown,
    /// It was answered this way.
    Acknowledged,
    /// It did not get there; `detail` says why.
    Failed,
    /// Somebody had the page before its time came.
    NotNeeded,
}

/// A delivery of a page by another channel than the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// For whom; none for an address that is nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<EntityId>,
    /// By what.
    pub channel: Channel,
    /// The address, where it is nobody's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Which step wants it, from 0.
    pub step: u32,
    /// How far it got.
    pub state: DeliveryState,
    /// Why not, or what the other side said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// When it is to go.
    pub due_at: Timestamp,
    /// When it got so far.
    pub at: Timestamp,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
}

/// A delivery with the name under which its page keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDelivery {
    /// The name, unique within the page.
    pub name: String,
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Handed on.
    Sent,
    /// The other side says that it has it.
    Delivered,
    /// It did not get there and never will.
    Failed {
        /// Why.
        reason: String,
    },
    /// It did not get there now; worth another attempt.
    Retry {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Desktop => f.write_str("desktop"),
            Self::Email => f.write_str("email"),
            Self::Webhook(_) => f.write_str("webhook"),
        }
    }
}

/// The id of a delivery for the other side, which may get it twice.
#[must_use]
pub fn delivery_id(page: EntityId, name: &str) -> Uuid {
    page.derived(&format!("delivery:{name}")).0
}

impl Page<'_> {
    /// Its deliveries by name.
    pub fn deliveries(&self) -> impl Iterator<Item = (String, Delivery)> + '_ {
        self.0.members(DELIVERIES).filter_map(|(name, member)| {
            Some((name.to_owned(), Delivery::deserialize(&member.value).ok()?))
        })
    }

    /// One of them.
    #[must_use]
    pub fn delivery(&self, name: &str) -> Option<Delivery> {
        let member = self.0.lists.get(DELIVERIES)?.get(name)?;
        Delivery::deserialize(&member.value).ok()
    }

    /// Whether a delivery is still to be carried out: it waits, and nobody has the page. A test page asks whether
    /// the way works, also when it was answered at once.
    #[must_use]
    pub fn wants(&self, delivery: &Delivery) -> bool {
        if self.test() && self.state() == PageState::Acknowledged {
            return delivery.state == DeliveryState::Queued;
        }
        delivery.state == DeliveryState::Queued
            && self.state() == PageState::Ringing
            && delivery.step >= self.since()
            && delivery.person.is_none_or(|person| self.answer_of(person).is_none())
    }
}

/// What a step that rings reaches besides desktops.
pub(super) fn of_ring(
    world: &dyn World,
    people: &[EntityId],
    targets: &[Target],
    step: u32,
    severity: Severity,
    now: Timestamp,
) -> Vec<NamedDelivery> {
    let queued = |person, channel, address: &str, after_secs: u32| {
        let due_at = now.plus_secs(i64::from(after_secs));
        Delivery { address: address.to_owned(), due_at, ..queued(person, channel, step, now) }
    };
    let mut deliveries = Vec::new();
    for person in people {
        let rules = world.entity(*person).map(|entity| rules_of(world, entity, severity));
        let others =
            |rule: &Rule| rule.channel != Channel::Desktop && rule.when == RuleWhen::Always;
        for rule in rules.unwrap_or_default().into_iter().filter(others) {
            deliveries.push(queued(Some(*person), rule.channel, "", rule.after_secs));
        }
    }
    for target in targets {
        match target {
            Target::Email(address) => deliveries.push(queued(None, Channel::Email, address, 0)),
            Target::Webhook(id) if world.entity(*id).is_some_and(is_active) => {
                deliveries.push(queued(None, Channel::Webhook(*id), "", 0));
            }
            _ => {}
        }
    }
    deliveries.truncate(MAX_DELIVERIES);
    let named = deliveries.into_iter().enumerate();
    named.map(|(at, delivery)| NamedDelivery { name: format!("{step}:{at}"), delivery }).collect()
}

/// What a test page reaches besides desktops: every channel by which its person is ever reached, at once.
pub(super) fn of_test(world: &dyn World, person: EntityId, now: Timestamp) -> Vec<NamedDelivery> {
    let Some(entity) = world.entity(person) else { return Vec::new() };
    let rules = Person(entity).rules().unwrap_or_else(default_rules);
    let channels = rules.into_iter().map(|rule| rule.channel);
    let others = channels.filter(|channel| *channel != Channel::Desktop);
    let others: BTreeSet<Channel> =
        others.filter(|channel| leads_somewhere(world, entity, *channel)).collect();
    let named = others.into_iter().enumerate().map(|(at, channel)| NamedDelivery {
        name: format!("0:{at}"),
        delivery: queued(Some(person), channel, 0, now),
    });
    named.collect()
}

/// A delivery that is to go at once.
fn queued(person: Option<EntityId>, channel: Channel, step: u32, now: Timestamp) -> Delivery {
    Delivery {
        person,
        channel,
        address: String::new(),
        step,
        state: DeliveryState::Queued,
        detail: String::new(),
        due_at: now,
        at: now,
        attempts: 0,
    }
}

/// The next channel of people whom no desktop reached: what waits for its time goes at once, or else what
/// their rules keep for this.
pub(super) fn of_unreachable(
    world: &dyn World,
    page: Page<'_>,
    people: &[EntityId],
    step: u32,
    severity: Severity,
    now: Timestamp,
) -> Vec<NamedDelivery> {
    let mut next = Vec::new();
    for person in people {
        let mut own: Vec<(String, Delivery)> = page
            .deliveries()
            .filter(|(_, delivery)| delivery.step == step && delivery.person == Some(*person))
            .collect();
        own.sort_by_key(|(_, delivery)| delivery.due_at);
        let waits =
            |delivery: &Delivery| delivery.state == DeliveryState::Queued && delivery.due_at > now;
        if let Some((name, delivery)) = own.iter().find(|(_, delivery)| waits(delivery)) {
            let delivery = Delivery { due_at: now, ..delivery.clone() };
            next.push(NamedDelivery { name: name.clone(), delivery });
            continue;
        }
        let rules = world.entity(*person).map(|entity| rules_of(world, entity, severity));
        let fresh = |rule: &Rule| {
            rule.when == RuleWhen::Unreachable
                && rule.channel != Channel::Desktop
                && own.iter().all(|(_, delivery)| delivery.channel != rule.channel)
        };
        for (at, rule) in rules.unwrap_or_default().into_iter().filter(fresh).enumerate() {
            let due_at = now.plus_secs(i64::from(rule.after_secs));
            let delivery = Delivery { due_at, ..queued(Some(*person), rule.channel, step, now) };
            next.push(NamedDelivery { name: format!("{step}:{person}:{at}"), delivery });
        }
    }
    next.truncate(MAX_DELIVERIES);
    next
}

/// When a delivery that waits is to go: at its time, or some time after the last attempt.
pub(super) fn retry_at(delivery: &Delivery) -> Timestamp {
    match delivery.attempts {
        0 => delivery.due_at,
        attempts => delivery.at.plus_secs(pause_secs(attempts)).max(delivery.due_at),
    }
}

/// The pause after so many attempts.
fn pause_secs(attempts: u32) -> i64 {
    FIRST_PAUSE_SECS << attempts.saturating_sub(1).min(MAX_ATTEMPTS)
}

/// What is written down about an attempt, and when the next one is due, if there is one. None when the
/// page does not know the delivery, or knows already how it ended: a process that was held up says nothing
/// new about what another one has done since.
#[must_use]
pub fn delivered(
    page: &Entity,
    name: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Option<(ChangeSet, Option<Timestamp>)> {
    let delivery = Page(page).delivery(name)?;
    if delivery.state != DeliveryState::Queued {
        return None;
    }
    let attempts = delivery.attempts.saturating_add(1);
    let mut again = None;
    let (state, detail) = match outcome {
        Outcome::Sent => (DeliveryState::Sent, ""),
        Outcome::Delivered => (DeliveryState::Delivered, ""),
        Outcome::Failed { reason } => (DeliveryState::Failed, reason.as_str()),
        Outcome::Retry { reason } if attempts >= MAX_ATTEMPTS => {
            (DeliveryState::Failed, reason.as_str())
        }
        Outcome::Retry { reason } => {
            again = Some(now.plus_secs(pause_secs(attempts)));
            (DeliveryState::Queued, reason.as_str())
        }
    };
    let set = recorded(page, name, state, detail, attempts, now);
    Some((set, again))
}

/// What is written down about a delivery that is not needed any more. None when it is, or is unknown.
#[must_use]
pub fn not_needed(page: &Entity, name: &str, now: Timestamp) -> Option<ChangeSet> {
    let view = Page(page);
    let delivery = view.delivery(name)?;
    let over = delivery.state == DeliveryState::Queued && !view.wants(&delivery);
    over.then(|| recorded(page, name, DeliveryState::NotNeeded, "", delivery.attempts, now))
}

fn recorded(
    page: &Entity,
    name: &str,
    state: DeliveryState,
    detail: &str,
    attempts: u32,
    now: Timestamp,
) -> ChangeSet {
    let detail = detail.chars().take(MAX_REASON).collect();
    let mut maker = Maker::new(page.id, &format!("delivery-{name}-{attempts}-{state:?}"), now);
    maker.push(PageChange::Deliver { delivery: name.to_owned(), state, detail, attempts });
    maker.finish(None).set
}

/// Characters that are kept of what another server said.
const MAX_REASON: usize = 300;
