//! Whether a person can be rung, known before their shift begins (N3).
//!
//! Each desktop says now and then what it can do: whether a notification daemon takes notifications, the
//! siren can be heard, do-not-disturb is off. That is a member of the list [`DESKTOPS`] of its person,
//! so every other desktop knows it too, and the schedule's owner is told by their own one. A person is
//! as ready as the best of their desktops.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    directory::{Person, is_active, schedule},
    entity::{Entity, World},
    id::EntityId,
    incident::Severity,
    paging::{Channel, RuleWhen, rules_of},
    time::Timestamp,
};

/// List of a person's desktops, by device.
pub const DESKTOPS: &str = "desktops";
/// Desktops that are kept for one person; the one that was silent longest makes room.
pub const MAX_DESKTOPS: usize = 8;
/// So long before a shift it is told that somebody cannot be rung: one working day to mend it.
pub const AHEAD_SECS: i64 = 24 * 3_600;
/// A desktop says so often that it is there, though nothing changed.
pub const SEEN_EVERY_SECS: i64 = 12 * 3_600;
/// A desktop that was not heard of for longer is taken for switched off.
pub const SEEN_WITHIN_SECS: i64 = 36 * 3_600;
/// An answered test page proves something for so long: 30 days.
pub const TESTED_WITHIN_SECS: i64 = 30 * 86_400;
/// Shifts of one schedule that are looked at; more do not fit into [`AHEAD_SECS`] in practice.
const MAX_SHIFTS: usize = 64;
/// Longest name of a desktop in bytes.
const MAX_NAME: usize = 200;

/// What a desktop can do, as it found itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesktopCheck {
    /// What the computer calls itself.
    pub name: String,
    /// When it looked.
    pub at: Timestamp,
    /// A notification daemon takes notifications.
    pub notifications: bool,
    /// The siren is wanted, and a sound device is there.
    pub sound: bool,
    /// The desktop's do-not-disturb is off; none where nothing says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undisturbed: Option<bool>,
    /// Firebell starts with the computer.
    pub autostart: bool,
    /// When its person last answered a test page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested_at: Option<Timestamp>,
}

/// Why a person may not be rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// No desktop of theirs was heard of lately, or ever.
    NotSeen,
    /// They left the company, and are rung by nothing.
    Left,
    /// They have no desktop that runs, and chose to be reached otherwise.
    NoDesktop,
    /// Nothing takes notifications.
    NoNotifications,
    /// The siren is switched off, or there is no sound device.
    NoSound,
    /// Do-not-disturb is on.
    Disturbed,
    /// Firebell does not start with the computer.
    NoAutostart,
    /// No test page was answered lately, or ever.
    NotTested,
}

impl Doubt {
    /// Whether a page would not be noticed. What is none is advice.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Self::NotSeen | Self::Left | Self::NoNotifications | Self::NoSound)
    }
}

impl DesktopCheck {
    /// Whether it may stand in the record.
    #[must_use]
    pub fn is_sane(&self) -> bool {
        self.name.len() <= MAX_NAME && self.at.is_plausible()
    }

    /// What is doubtful about it at `now`, the worst first.
    #[must_use]
    pub fn doubts(&self, now: Timestamp) -> Vec<Doubt> {
        let older = |at: Timestamp, secs: i64| now.since(at) > secs * 1_000;
        let untested = self.tested_at.is_none_or(|at| older(at, TESTED_WITHIN_SECS));
        [
            (older(self.at, SEEN_WITHIN_SECS), Doubt::NotSeen),
            (!self.notifications, Doubt::NoNotifications),
            (!self.sound, Doubt::NoSound),
            (self.undisturbed == Some(false), Doubt::Disturbed),
            (!self.autostart, Doubt::NoAutostart),
            (untested, Doubt::NotTested),
        ]
        .into_iter()
        .filter_map(|(doubtful, doubt)| doubtful.then_some(doubt))
        .collect()
    }

    /// Whether it has to be written over what stands there: something changed, or it is time to say again
    /// that the desktop is there.
    #[must_use]
    pub fn is_news(&self, stands: Option<&Self>) -> bool {
        stands.is_none_or(|stands| {
            let same = Self { at: stands.at, ..self.clone() } == *stands;
            !same || self.at.since(stands.at) >= SEEN_EVERY_SECS * 1_000
        })
    }
}

/// The desktops of a person, by device.
#[must_use]
pub fn desktops(person: &Entity) -> BTreeMap<EntityId, DesktopCheck> {
    let read = |(device, member): (&str, &crate::entity::Member)| {
        Some((device.parse().ok()?, DesktopCheck::deserialize(&member.value).ok()?))
    };
    person.members(DESKTOPS).filter_map(read).collect()
}

/// The desktop that has to make room for another, if one has to.
#[must_use]
pub fn makes_room(person: &Entity, for_device: EntityId) -> Option<EntityId> {
    let known = desktops(person);
    if known.contains_key(&for_device) || known.len() < MAX_DESKTOPS {
        return None;
    }
    known.into_iter().min_by_key(|(device, check)| (check.at, *device)).map(|(device, _)| device)
}

/// What is doubtful about ringing this person at `now`: what is doubtful about their best desktop.
#[must_use]
pub fn doubts(world: &dyn World, person: &Entity, now: Timestamp) -> Vec<Doubt> {
    if !Person(person).active() {
        return vec![Doubt::Left];
    }
    let of_each = desktops(person).into_values().map(|check| check.doubts(now));
    let weight = |doubts: &Vec<Doubt>| {
        let failing = doubts.iter().filter(|doubt| doubt.fails()).count();
        (failing, doubts.len())
    };
    let best = of_each.min_by_key(weight).unwrap_or_else(|| vec![Doubt::NotSeen]);
    // A computer that was given away says nothing against whoever is reached otherwise.
    match best.contains(&Doubt::NotSeen) && is_reached_otherwise(world, person) {
        true => vec![Doubt::NoDesktop],
        false => best,
    }
}

/// Whether a person said themselves that a page of severity 1 goes to them by another channel as well,
/// however the desktop fares. Whoever never chose may not know that they have no desktop.
fn is_reached_otherwise(world: &dyn World, person: &Entity) -> bool {
    Person(person).rules().is_some()
        && rules_of(world, person, Severity::One)
            .iter()
            .any(|rule| rule.channel != Channel::Desktop && rule.when == RuleWhen::Always)
}

/// Somebody whom a page may not reach in a shift that is near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unready {
    /// In which schedule.
    pub schedule: EntityId,
    /// Who.
    pub person: EntityId,
    /// When the shift begins; in the past when it goes on now.
    pub start: Timestamp,
    /// What is doubtful, the worst first.
    pub doubts: Vec<Doubt>,
    /// Who has to know: they themselves if they are still here, and whoever answers for the schedule where a page would not be
    /// noticed. What is advice only they can follow.
    pub tell: Vec<EntityId>,
}

impl Unready {
    /// Whether a page would not be noticed.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.doubts.iter().any(|doubt| doubt.fails())
    }
}

/// Who answers for a schedule: its owner; without one that is still here, every administrator.
#[must_use]
pub fn owners(schedule: &Entity, people: &[&Entity]) -> Vec<EntityId> {
    let here = |id: &EntityId| people.iter().any(|p| p.id == *id && Person(p).active());
    if let Some(owner) = schedule.get::<EntityId>("owner").filter(here) {
        return vec![owner];
    }
    let admins = people.iter().filter(|p| Person(p).active() && Person(p).admin());
    admins.map(|person| person.id).collect()
}

/// Everyone on call now or within [`AHEAD_SECS`] whom a page may not reach, each once for a schedule.
#[must_use]
pub fn unready(
    world: &dyn World,
    schedules: &[&Entity],
    people: &[&Entity],
    now: Timestamp,
) -> Vec<Unready> {
    let mut found: Vec<Unready> = Vec::new();
    for entity in schedules.iter().filter(|entity| is_active(entity)) {
        let Some(planned) = schedule(entity) else { continue };
        for shift in planned.shifts(now, now.plus_secs(AHEAD_SECS), MAX_SHIFTS) {
            for id in shift.people {
                let Some(person) = people.iter().find(|person| person.id == id) else { continue };
                let doubts = doubts(world, person, now);
                // Their first shift says it; the next one says nothing new.
                let said = found.iter().any(|one| (one.schedule, one.person) == (entity.id, id));
                if doubts.is_empty() || said {
                    continue;
                }
                let mut tell: Vec<EntityId> =
                    Some(id).filter(|_| Person(person).active()).into_iter().collect();
                if doubts.iter().any(|doubt| doubt.fails()) {
                    tell.extend(owners(entity, people).into_iter().filter(|owner| *owner != id));
                }
                found.push(Unready {
                    schedule: entity.id,
                    person: id,
                    start: shift.start,
                    doubts,
                    tell,
                });
            }
        }
    }
    found.sort_by_key(|one| (one.start, one.schedule, one.person));
    found
}

#[cfg(test)]
mod tests;
