//! Names for ids, and the two sides' words for the same things.

use firebell_domain::{
    directory::Person,
    entity::{Entity, World},
    id::EntityId,
    incident::DetectedBy,
    timeline::{EntryKind, Visibility},
};

use crate::api::{
    ApiError, ErrorCode,
    incident::{DetectedByView, DialLine, PersonRef, StateView},
    session::NamedView,
    timeline::{EntryKindView, VisibilityView},
};

/// The name of anything in the directory; the beginning of its id where it is not here yet, so that two
/// unknown people are told apart.
pub(crate) fn name(world: &dyn World, id: EntityId) -> String {
    match world.entity(id).map(|entity| entity.text("name")) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => id.to_string().chars().take(8).collect(),
    }
}

pub(crate) fn person(world: &dyn World, id: EntityId) -> PersonRef {
    PersonRef { id: id.to_string(), name: name(world, id) }
}

pub(crate) fn named(world: &dyn World, id: EntityId) -> NamedView {
    NamedView { id: id.to_string(), name: name(world, id) }
}

pub(crate) fn named_entity(entity: &Entity) -> NamedView {
    NamedView { id: entity.id.to_string(), name: entity.text("name").to_owned() }
}

/// Somebody to phone, and for what.
pub(crate) fn dial(world: &dyn World, id: EntityId, role: &str) -> DialLine {
    let phone = world.entity(id).map(|entity| Person(entity).phone().to_owned());
    DialLine {
        id: id.to_string(),
        name: name(world, id),
        role: role.to_owned(),
        phone: phone.unwrap_or_default(),
    }
}

/// Reads an id that came from a window.
pub(crate) fn id(text: &str) -> Result<EntityId, ApiError> {
    text.parse().map_err(|_| not_found(text))
}

/// What does not exist, or what this person may not see; the two are not told apart.
pub(crate) fn not_found(what: impl std::fmt::Display) -> ApiError {
    ApiError::of(ErrorCode::NotFound, format!("no {what}"))
}

/// A state as the database and windows spell it. A newer version's state is shown as the one in which
/// somebody still has to look.
pub(crate) fn state_word(word: &str) -> StateView {
    match word {
        "fixing" => StateView::Fixing,
        "resolved" => StateView::Resolved,
        "closed" => StateView::Closed,
        "false_alarm" => StateView::FalseAlarm,
        _ => StateView::New,
    }
}

pub(crate) fn detected_by(view: DetectedByView) -> DetectedBy {
    match view {
        DetectedByView::Monitoring => DetectedBy::Monitoring,
        DetectedByView::Customer => DetectedBy::Customer,
        DetectedByView::Observation => DetectedBy::Observation,
    }
}

pub(crate) fn detected_by_view(incident: &Entity) -> DetectedByView {
    match incident.get("detected_by").unwrap_or_default() {
        DetectedBy::Monitoring => DetectedByView::Monitoring,
        DetectedBy::Customer => DetectedByView::Customer,
        DetectedBy::Observation => DetectedByView::Observation,
    }
}

pub(crate) fn entry_kind(view: EntryKindView) -> EntryKind {
    match view {
        EntryKindView::Message => EntryKind::Message,
        EntryKindView::Observation => EntryKind::Observation,
        EntryKindView::Change => EntryKind::Change,
        EntryKindView::Decision => EntryKind::Decision,
        EntryKindView::Status => EntryKind::Status,
        EntryKindView::Role => EntryKind::Role,
        EntryKindView::Page => EntryKind::Page,
        EntryKindView::Alert => EntryKind::Alert,
    }
}

pub(crate) fn entry_kind_view(kind: EntryKind) -> EntryKindView {
    match kind {
        EntryKind::Message => EntryKindView::Message,
        EntryKind::Observation => EntryKindView::Observation,
        EntryKind::Change => EntryKindView::Change,
        EntryKind::Decision => EntryKindView::Decision,
        EntryKind::Status => EntryKindView::Status,
        EntryKind::Role => EntryKindView::Role,
        EntryKind::Page => EntryKindView::Page,
        EntryKind::Alert => EntryKindView::Alert,
    }
}

pub(crate) fn visibility(view: VisibilityView) -> Visibility {
    match view {
        VisibilityView::Team => Visibility::Team,
        VisibilityView::Inside => Visibility::Inside,
        VisibilityView::Public => Visibility::Public,
        VisibilityView::OutOfPostmortem => Visibility::OutOfPostmortem,
    }
}

pub(crate) fn visibility_view(visibility: Visibility) -> VisibilityView {
    match visibility {
        Visibility::Team => VisibilityView::Team,
        Visibility::Inside => VisibilityView::Inside,
        Visibility::Public => VisibilityView::Public,
        Visibility::OutOfPostmortem => VisibilityView::OutOfPostmortem,
    }
}
