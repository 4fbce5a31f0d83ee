//! What an editor holds, and what becomes of it in the record.

use std::collections::BTreeMap;

use firebell_domain::{
    directory::{DirectoryChange, MAX_NAME, hands_off_in_a_loop, is_active, rota},
    entity::{Entity, Kind, World},
    id::EntityId,
    time::Timestamp,
};
use serde_json::Value;

use crate::{
    Client, Directory,
    api::{ApiError, directory::TargetForm},
    commands::objection::Objections,
    views::workspace,
};

/// Fields as the record names them.
pub(crate) type Fields = BTreeMap<&'static str, Value>;

/// One kind of the directory as its editor holds it.
pub(crate) trait Form: Clone {
    /// Of which kind.
    const KIND: Kind;

    /// What stands in an entity; of an empty one, what a new form starts from.
    fn read(entity: &Entity, now: Timestamp) -> Self;

    /// All its fields. Asked only of what passed [`Form::check`], or was read from an entity.
    fn fields(&self) -> Fields;

    /// How its lists changed since `was`.
    ///
    /// # Errors
    /// `NotFound` for an id that is none.
    fn lists(&self, was: &Self, here: &Here<'_>) -> Result<Vec<DirectoryChange>, ApiError> {
        let _ = (was, here);
        Ok(Vec::new())
    }

    /// What is against saving it, beside the field that it is about.
    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections);
}

/// Where a form is judged.
pub(crate) struct Here<'a> {
    pub(super) client: &'a Client,
    pub(super) directory: &'a Directory,
    /// The entity that the form is about.
    pub(super) id: EntityId,
}

impl Here<'_> {
    /// Whether this is the id of such an entity.
    pub(super) fn is(&self, id: &str, kind: &Kind) -> bool {
        let entity = id.parse().ok().and_then(|id: EntityId| self.directory.entity(id));
        entity.is_some_and(|entity| entity.kind == *kind)
    }

    /// Whether the schedule of a target has its rotation.
    pub(super) fn has_rotation(&self, target: &TargetForm) -> bool {
        let schedule = target.id.parse().ok().and_then(|id: EntityId| self.directory.entity(id));
        let rotations = schedule.and_then(rota).map(|rota| rota.rotations).unwrap_or_default();
        let wanted: Option<EntityId> = target.rotation.as_ref().and_then(|id| id.parse().ok());
        rotations.iter().any(|one| Some(one.id) == wanted)
    }

    /// Whether a policy that hands off to this one would come back to itself.
    pub(super) fn hands_off_in_a_loop(&self, then: &str) -> bool {
        let then = then.parse().ok();
        then.is_some_and(|then| hands_off_in_a_loop(self.directory, self.id, then))
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        self.client.host().now()
    }

    /// A name is there and not too long.
    pub(super) fn check_name(&self, name: &str, wrong: &mut Objections) {
        wrong.when(name.trim().is_empty(), "name", "error-name-empty");
        wrong.when(name.trim().len() > MAX_NAME, "name", "error-name-too-long");
    }

    /// The same, and nothing else in use of its kind has it: two services of one name are never told
    /// apart at night.
    pub(super) fn check_own_name(&self, name: &str, kind: &Kind, wrong: &mut Objections) {
        self.check_name(name, wrong);
        let wanted = name.trim().to_lowercase();
        let mut others = self.directory.of_kind(kind).filter(|other| other.id != self.id);
        let taken = !wanted.is_empty()
            && others.any(|other| is_active(other) && other.text("name").to_lowercase() == wanted);
        wrong.when(taken, "name", "error-name-used");
    }

    /// What something in use leads to is not retired from under it.
    pub(super) fn check_retiring(&self, was: bool, is: bool, wrong: &mut Objections) {
        let retires = was && !is;
        let used = || {
            let uses = workspace::uses(self.directory, self.client.settings_id());
            uses.contains_key(&self.id)
        };
        wrong.when(retires && used(), "active", "error-still-used");
    }
}

/// A text without white space at its ends.
pub(super) fn trimmed(text: &str) -> Value {
    Value::String(text.trim().to_owned())
}

/// A choice that may be none.
pub(super) fn chosen(id: Option<&String>) -> Value {
    id.map_or(Value::Null, |id| Value::String(id.clone()))
}
