//! What a noun writes into while it decides one change.

use serde_json::Value;

use super::{Effect, KeyState, Overlay, Refusal, Side};
use crate::{
    change::{Author, Change},
    entity::{Entity, World},
    id::{DeviceId, EntityId},
    outcome::Op,
};

/// Collects what one change does while its noun decides.
pub(crate) struct Draft<'a> {
    /// The change.
    pub(crate) change: &'a Change,
    /// The author of the set.
    pub(crate) author: Author,
    /// Where it is decided.
    pub(crate) side: Side,
    pub(super) device: Option<DeviceId>,
    pub(super) world: &'a Overlay<'a>,
    pub(super) keys: &'a dyn Fn(u64) -> KeyState,
    pub(super) ops: Vec<Op>,
    pub(super) incident: Option<EntityId>,
    pub(super) effects: Vec<Effect>,
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
