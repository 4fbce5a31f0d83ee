//! Deciding: every rule lives here or in the nouns that this calls.
//!
//! It runs on the desktop at once, so that a person sees what they did, and on the server for good.
//! It compares only times that stand in an entity or in a change; `now` reaches rules for
//! server-authored changes alone.

mod draft;
mod effect;
mod refusal;

use std::collections::BTreeMap;

use crate::{
    canonical,
    change::{Author, Body, Change, ChangeSet, MAX_CHANGES},
    directory, document,
    entity::{Entity, Stamp, World},
    id::{DeviceId, EntityId},
    incident, intake, outcome,
    outcome::Outcome,
    paging, permission, production_change, role, timeline, workstream,
};

pub(crate) use draft::{Draft, Stop, text, text_or_empty};
pub use effect::Effect;
pub use refusal::Refusal;

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

/// The world with what earlier changes of the set did.
pub(crate) struct Overlay<'a> {
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
        Body::Document(body) => document::decide(&mut draft, body)?,
        Body::ProductionChange(body) => production_change::decide(&mut draft, body)?,
        Body::Workstream(body) => workstream::decide(&mut draft, body)?,
    }
    let outcome = Outcome {
        entity: change.entity,
        kind: change.body.kind(),
        incident: draft.incident,
        ops: draft.ops,
    };
    Ok((outcome, draft.effects))
}
