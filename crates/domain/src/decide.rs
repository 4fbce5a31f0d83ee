//! Deciding: every rule lives here or in the nouns that this calls.
//!
//! It runs on the desktop at once, so that a person sees what they did, and on the server for good.
//! It compares only times that stand in an entity or in a change; `now` reaches rules for
//! server-authored changes alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    canonical,
    change::{Author, Body, Change, ChangeSet, MAX_CHANGES},
    directory,
    entity::{Entity, Stamp, World},
    id::{ChangeId, DeviceId, EntityId, SetId},
    incident, intake, outcome,
    outcome::{Op, Outcome},
    paging, permission, role,
    time::Timestamp,
    timeline,
};

/// What is known of an incident key's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Given to nobody.
    Free,
    /// In the reserve of this device.
    Granted(DeviceId),
    /// It is an incident's key.
    Used(EntityId),
}

/// Where a decision is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// On a desktop, before the server has spoken.
    Desktop,
    /// On the server, for good.
    Server {
        /// The lowest number that was given to nobody; used when a declaration carries no key.
        next_key: u64,
    },
}

/// What deciding may look at.
pub struct Context<'a> {
    /// Who sent the set.
    pub author: Author,
    /// From which device; none for the server.
    pub device: Option<DeviceId>,
    /// Where.
    pub side: Side,
    /// Entities.
    pub world: &'a dyn World,
    /// Keys. A desktop answers [`KeyState::Granted`] for its own reserve.
    pub keys: &'a dyn Fn(u64) -> KeyState,
}

/// What follows from an accepted set, as data; the server acts on it in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Page for this incident, unless a page for it rings already.
    StartPaging {
        /// The incident.
        incident: EntityId,
        /// The change that caused it; the page's ids are made from it.
        cause: ChangeId,
    },
    /// End every ringing page of this incident.
    StopPaging {
        /// The incident.
        incident: EntityId,
        /// The change that caused it.
        cause: ChangeId,
        /// Why, as a word kept on the page.
        reason: paging::CloseReason,
    },
    /// The incident became restricted: whoever its pages rang, and did not decline, stays in (X4).
    LetInRung {
        /// The incident.
        incident: EntityId,
        /// The change that restricted it.
        cause: ChangeId,
    },
    /// A page may go on at once: somebody declined, or a test was asked for.
    StepPage {
        /// The page.
        page: EntityId,
    },
    /// A page was acknowledged while nobody is in command: somebody has to take it in time.
    WatchPage {
        /// The page.
        page: EntityId,
    },
    /// Look at a page again at a time.
    LookAtPage {
        /// The page.
        page: EntityId,
        /// When.
        at: Timestamp,
    },
    /// Reach somebody by another channel than their desktop.
    Deliver {
        /// The page.
        page: EntityId,
        /// Which of its deliveries.
        delivery: String,
        /// When.
        at: Timestamp,
    },
    /// Whoever was called into an incident by hand has come: they get the role that they were asked for.
    Join {
        /// The incident.
        incident: EntityId,
        /// Who.
        person: EntityId,
        /// Which role.
        role: String,
        /// The change that caused it.
        cause: ChangeId,
    },
    /// Send rings to these people now.
    Ring {
        /// The page.
        page: EntityId,
        /// Its step.
        step: u32,
        /// Who.
        people: Vec<EntityId>,
        /// When to look at it again: what was not received by then reached nobody.
        look_at: Timestamp,
    },
    /// Desktops that ring for this page should look again: answered, closed.
    PageChanged {
        /// The page.
        page: EntityId,
    },
    /// This number is now the key of this incident.
    KeyUsed {
        /// The number.
        number: u64,
        /// The incident.
        incident: EntityId,
    },
    /// A maintenance window is to be looked at.
    ReviewMaintenance {
        /// The window.
        maintenance: EntityId,
        /// When.
        at: Timestamp,
    },
    /// Who may see this incident changed.
    AccessChanged {
        /// The incident.
        incident: EntityId,
    },
}

/// An accepted set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// One outcome for each change, in order.
    pub outcomes: Vec<Outcome>,
    /// What follows.
    pub effects: Vec<Effect>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It stands.
    Accepted(Accepted),
    /// It does not stand, and why. On a desktop this is a warning: only the server refuses.
    Refused(Refusal),
    /// A desktop cannot tell because something is not here yet. Shown as it is, and sent.
    Undecided,
}

/// Why a set is refused. Stored by the server and repeated to a resend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// It names something that does not exist, or that its author may not see; not told apart.
    Unknown {
        /// What.
        entity: EntityId,
    },
    /// Somebody changed the same field meanwhile.
    Conflict {
        /// The group of fields.
        field: String,
        /// What stands there now.
        now: Value,
        /// Who set it.
        by: Author,
        /// When, by their clock.
        at: Timestamp,
        /// The stamp to see when issuing it again.
        stamp: ChangeId,
    },
    /// This person may not do that.
    NotAllowed {},
    /// Somebody else is in command.
    AlreadyInCommand {
        /// Who.
        by: EntityId,
        /// Since when.
        at: Timestamp,
    },
    /// Nobody is in command, and this needs an IM.
    HasNoIm {},
    /// The incident's state does not allow it.
    WrongState {
        /// The state as it stands.
        state: incident::State,
    },
    /// Command was not offered to this person, or no longer.
    NotOffered {},
    /// It needs a reason.
    ReasonMissing {},
    /// A text that must not be empty is.
    TextEmpty {
        /// Which.
        field: String,
    },
    /// A text is too long.
    TextTooLong {
        /// Which.
        field: String,
        /// At most so many bytes.
        max: u64,
    },
    /// A value that cannot be.
    ImpossibleValue {
        /// Of which field.
        field: String,
    },
    /// The entity exists already.
    Exists {},
    /// The key belongs to another incident or another device; a fresh one is offered.
    KeyTaken {
        /// The number that was asked for.
        number: u64,
        /// One that may be used instead.
        fresh: u64,
    },
    /// The set it builds on was refused.
    DependsOnRefused {
        /// The refused set at the root.
        root: SetId,
    },
    /// The set holds no changes or too many.
    WrongSize {},
    /// The same set id came before with another body.
    OtherBody {},
}

/// Collects what one change does while its noun decides.
pub(crate) struct Draft<'a> {
    /// The change.
    pub(crate) change: &'a Change,
    /// The author of the set.
    pub(crate) author: Author,
    /// Where it is decided.
    pub(crate) side: Side,
    device: Option<DeviceId>,
    world: &'a Overlay<'a>,
    keys: &'a dyn Fn(u64) -> KeyState,
    ops: Vec<Op>,
    incident: Option<EntityId>,
    effects: Vec<Effect>,
}

impl<'a> Draft<'a> {
    /// The entity that the change is about, as earlier changes of the set left it.
    pub(crate) fn own(&self) -> Option<&'a Entity> {
        self.world.entity(self.change.entity)
    }

    /// The entity, or the refusal that it is unknown.
    pub(crate) fn existing(&self) -> Result<&'a Entity, Stop> {
        self.known(self.change.entity)
    }

    /// Another entity, or the refusal that it is unknown.
    pub(crate) fn known(&self, id: EntityId) -> Result<&'a Entity, Stop> {
        self.world.entity(id).ok_or(Stop::Missing(id))
    }

    /// Everything, as earlier changes of the set left it.
    pub(crate) fn world(&self) -> &'a dyn World {
        self.world
    }

    /// The device that sent it.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// State of a key.
    pub(crate) fn key(&self, number: u64) -> KeyState {
        (self.keys)(number)
    }

    /// Refuses when the entity exists already.
    pub(crate) fn creates(&mut self, incident: Option<EntityId>) -> Result<(), Stop> {
        if self.own().is_some() {
            return Err(Refusal::Exists {}.into());
        }
        self.incident = incident;
        Ok(())
    }

    /// Refuses when the author saw another stamp than the one that stands on this group of fields.
    /// `fields` are the group's fields; the first one's stamp counts for all, as they are always
    /// written together.
    pub(crate) fn saw(&self, group: &str, fields: &[&str]) -> Result<(), Stop> {
        let Some(seen) = self.change.seen.get(group) else {
            return Ok(());
        };
        let entity = self.existing()?;
        let Some(first) = fields.first().and_then(|f| entity.fields.get(*f)) else {
            return Ok(());
        };
        if first.stamp.change == *seen {
            return Ok(());
        }
        Err(Refusal::Conflict {
            field: group.to_owned(),
            now: first.value.clone(),
            by: first.stamp.author,
            at: first.stamp.at,
            stamp: first.stamp.change,
        }
        .into())
    }

    /// Sets one field that is its own group. A value that stands already is no change; another one
    /// than the author saw is a conflict.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) -> Result<(), Stop> {
        let value = value.into();
        if let Some(entity) = self.own() {
            if entity.fields.get(field).is_some_and(|f| f.value == value) {
                return Ok(());
            }
            self.saw(field, &[field])?;
        }
        self.write(field, value);
        Ok(())
    }

    /// Sets a field without looking at stamps.
    pub(crate) fn write(&mut self, field: &str, value: impl Into<Value>) {
        let was = self
            .own()
            .and_then(|entity| entity.fields.get(field))
            .map(|f| f.value.clone())
            .unwrap_or_default();
        self.ops.push(Op::Set { field: field.to_owned(), value: value.into(), was });
    }

    /// Adds a member to a list.
    pub(crate) fn add(&mut self, list: &str, member: String, value: impl Into<Value>) {
        self.ops.push(Op::Add { list: list.to_owned(), member, value: value.into() });
    }

    /// Removes a member from a list, if it is there.
    pub(crate) fn remove(&mut self, list: &str, member: String) {
        if self.own().is_some_and(|entity| entity.has_member(list, &member)) {
            self.ops.push(Op::Remove { list: list.to_owned(), member });
        }
    }

    /// Something follows from it.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

/// Why deciding one change stopped.
pub(crate) enum Stop {
    /// The rules refuse it.
    Refused(Refusal),
    /// Something is not known here.
    Missing(EntityId),
    /// Only the server can tell.
    ServerOnly,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The world with what earlier changes of the set did.
struct Overlay<'a> {
    below: &'a dyn World,
    changed: BTreeMap<EntityId, Entity>,
}

impl World for Overlay<'_> {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.changed.get(&id).or_else(|| self.below.entity(id))
    }
}

/// Decides a set.
#[must_use]
pub fn decide(context: &Context<'_>, set: &ChangeSet) -> Decision {
    if set.changes.is_empty() || set.changes.len() > MAX_CHANGES {
        return Decision::Refused(Refusal::WrongSize {});
    }
    let mut overlay = Overlay { below: context.world, changed: BTreeMap::new() };
    let mut outcomes = Vec::with_capacity(set.changes.len());
    let mut effects = Vec::new();
    // Keys that earlier changes of this set used up.
    let mut used = BTreeMap::new();
    let mut side = context.side;
    for change in &set.changes {
        let keys = |number: u64| {
            used.get(&number).map_or_else(|| (context.keys)(number), |by| KeyState::Used(*by))
        };
        let here = Context { side, keys: &keys, ..*context };
        let (outcome, mut caused) = match decide_one(&here, &overlay, change) {
            Ok(decided) => decided,
            Err(Stop::Refused(refusal)) => return Decision::Refused(refusal),
            Err(Stop::Missing(entity)) if context.side != Side::Desktop => {
                return Decision::Refused(Refusal::Unknown { entity });
            }
            Err(Stop::Missing(_) | Stop::ServerOnly) => return Decision::Undecided,
        };
        let before = overlay.entity(change.entity).cloned();
        let stamp = stamp(change, context.author);
        overlay.changed.insert(change.entity, outcome::fold(before, &outcome, &stamp, None));
        outcomes.push(outcome);
        for effect in &caused {
            if let Effect::KeyUsed { number, incident } = effect {
                used.insert(*number, *incident);
                if let Side::Server { next_key } = &mut side {
                    *next_key = (*next_key).max(number.saturating_add(1));
                }
            }
        }
        effects.append(&mut caused);
    }
    Decision::Accepted(Accepted { outcomes, effects })
}

/// The stamp that a change leaves on the fields it sets.
#[must_use]
pub fn stamp(change: &Change, author: Author) -> Stamp {
    Stamp { change: change.id, author, at: change.at }
}

fn decide_one(
    context: &Context<'_>,
    overlay: &Overlay<'_>,
    change: &Change,
) -> Result<(Outcome, Vec<Effect>), Stop> {
    if !change.at.is_plausible() {
        return Err(Refusal::ImpossibleValue { field: "at".to_owned() }.into());
    }
    if canonical::to_bytes(change).is_err() {
        return Err(Refusal::ImpossibleValue { field: "text".to_owned() }.into());
    }
    if let Some(own) = overlay.entity(change.entity)
        && own.kind != change.body.kind()
    {
        return Err(Refusal::Unknown { entity: change.entity }.into());
    }
    permission::check(overlay, context.author, change)?;
    let mut draft = Draft {
        change,
        author: context.author,
        side: context.side,
        device: context.device,
        world: overlay,
        keys: context.keys,
        ops: Vec::new(),
        incident: overlay.entity(change.entity).and_then(|e| e.incident),
        effects: Vec::new(),
    };
    match &change.body {
        Body::Incident(body) => incident::decide(&mut draft, body)?,
        Body::Entry(body) => timeline::decide(&mut draft, body)?,
        Body::Role(body) => role::decide(&mut draft, body)?,
        Body::Page(body) => paging::decide(&mut draft, body)?,
        Body::Person(body)
        | Body::Service(body)
        | Body::Product(body)
        | Body::Team(body)
        | Body::Schedule(body)
        | Body::Policy(body)
        | Body::Webhook(body)
        | Body::Settings(body)
        | Body::AlertSource(body)
        | Body::Maintenance(body) => directory::decide(&mut draft, body)?,
        Body::Alert(body) => intake::decide(&mut draft, body)?,
        Body::ChangeEvent(body) => intake::decide_change_event(&mut draft, body)?,
    }
    let outcome = Outcome {
        entity: change.entity,
        kind: change.body.kind(),
        incident: draft.incident,
        ops: draft.ops,
    };
    Ok((outcome, draft.effects))
}

/// A text of a person, checked: trimmed of white space at its ends, neither empty nor too long.
pub(crate) fn text(field: &str, text: &str, max: u64) -> Result<String, Stop> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::TextEmpty { field: field.to_owned() }.into());
    }
    text_or_empty(field, trimmed, max)
}

/// Like [`text`], but it may be empty.
pub(crate) fn text_or_empty(field: &str, text: &str, max: u64) -> Result<String, Stop> {
    let trimmed = text.trim();
    if trimmed.len() as u64 > max {
        return Err(Refusal::TextTooLong { field: field.to_owned(), max }.into());
    }
    Ok(trimmed.to_owned())
}
