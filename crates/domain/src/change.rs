//! Changes: what somebody did to one entity, and sets of them that stand or fall together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    directory::DirectoryChange,
    document::DocumentChange,
    entity::Kind,
    id::{ChangeId, EntityId, SetId},
    incident::IncidentChange,
    intake::{AlertChange, ChangeEventChange},
    paging::PageChange,
    production_change::ProductionEdit,
    role::RoleChange,
    time::Timestamp,
    timeline::EntryChange,
    workstream::WorkstreamChange,
};

/// How many changes one set may hold.
pub const MAX_CHANGES: usize = 100;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A person.
    Person(EntityId),
    /// The server itself: paging, intake.
    Server,
}

impl Author {
    /// The person, if it is one.
    #[must_use]
    pub fn person(self) -> Option<EntityId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Server => None,
        }
    }
}

/// What somebody did to one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its id, and the stamp of every field it sets.
    pub id: ChangeId,
    /// The entity.
    pub entity: EntityId,
    /// The author's clock.
    pub at: Timestamp,
    /// Which stamp the author saw, by group of fields. A group that is not named is not checked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, ChangeId>,
    /// What was done, tagged with the kind of the entity.
    #[serde(flatten)]
    pub body: Body,
}

/// What was done, by kind of entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Body {
    /// To an incident.
    Incident(IncidentChange),
    /// To a line of the stream.
    Entry(EntryChange),
    /// To a role assignment.
    Role(RoleChange),
    /// To a page.
    Page(PageChange),
    /// To a person.
    Person(DirectoryChange),
    /// To a service.
    Service(DirectoryChange),
    /// To a product.
    Product(DirectoryChange),
    /// To a team.
    Team(DirectoryChange),
    /// To a schedule.
    Schedule(DirectoryChange),
    /// To an escalation policy.
    Policy(DirectoryChange),
    /// To a webhook.
    Webhook(DirectoryChange),
    /// To the settings.
    Settings(DirectoryChange),
    /// To an alert source.
    AlertSource(DirectoryChange),
    /// To a maintenance window.
    Maintenance(DirectoryChange),
    /// To an alert.
    Alert(AlertChange),
    /// To a change event.
    ChangeEvent(ChangeEventChange),
    /// To a state document.
    Document(DocumentChange),
    /// To a change to production.
    ProductionChange(ProductionEdit),
    /// To a workstream.
    Workstream(WorkstreamChange),
}

impl Body {
    /// A change of the directory for a kind of it; none for other kinds.
    #[must_use]
    pub fn directory(kind: &Kind, change: DirectoryChange) -> Option<Self> {
        Some(match kind.as_str() {
            "person" => Self::Person(change),
            "service" => Self::Service(change),
            "product" => Self::Product(change),
            "team" => Self::Team(change),
            "schedule" => Self::Schedule(change),
            "policy" => Self::Policy(change),
            "webhook" => Self::Webhook(change),
            "settings" => Self::Settings(change),
            "alert_source" => Self::AlertSource(change),
            "maintenance" => Self::Maintenance(change),
            _ => return None,
        })
    }

    /// The kind of the entity.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Incident(_) => Kind::INCIDENT,
            Self::Entry(_) => Kind::ENTRY,
            Self::Role(_) => Kind::ROLE,
            Self::Page(_) => Kind::PAGE,
            Self::Person(_) => Kind::PERSON,
            Self::Service(_) => Kind::SERVICE,
            Self::Product(_) => Kind::PRODUCT,
            Self::Team(_) => Kind::TEAM,
            Self::Schedule(_) => Kind::SCHEDULE,
            Self::Policy(_) => Kind::POLICY,
            Self::Webhook(_) => Kind::WEBHOOK,
            Self::Settings(_) => Kind::SETTINGS,
            Self::AlertSource(_) => Kind::ALERT_SOURCE,
            Self::Maintenance(_) => Kind::MAINTENANCE,
            Self::Alert(_) => Kind::ALERT,
            Self::ChangeEvent(_) => Kind::CHANGE_EVENT,
            Self::Document(_) => Kind::DOCUMENT,
            Self::ProductionChange(_) => Kind::PRODUCTION_CHANGE,
            Self::Workstream(_) => Kind::WORKSTREAM,
        }
    }

    /// Whether it changes nothing for others until the server has answered: acknowledging, declining,
    /// taking and accepting command. Shown as "not confirmed" meanwhile, and sent first.
    #[must_use]
    pub fn is_referee(&self) -> bool {
        match self {
            Self::Page(change) => change.is_referee(),
            Self::Incident(change) => change.is_referee(),
            _ => false,
        }
    }
}

/// 1 to [`MAX_CHANGES`] changes, accepted or refused whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// Its id: sending it twice does no harm.
    pub id: SetId,
    /// The changes, in order; later ones see what earlier ones did.
    pub changes: Vec<Change>,
}

impl ChangeSet {
    /// The entities that deciding needs: the set's own, those its bodies name, and their incidents as
    /// far as the bodies say (the store adds the incident of each entity it loads).
    #[must_use]
    pub fn needs(&self) -> Vec<EntityId> {
        let mut ids: Vec<EntityId> = self.changes.iter().map(|c| c.entity).collect();
        for change in &self.changes {
            match &change.body {
                Body::Incident(body) => ids.extend(body.names()),
                Body::Entry(body) => ids.extend(body.names()),
                Body::Role(body) => ids.extend(body.names()),
                Body::Page(body) => ids.extend(body.names()),
                Body::Document(body) => ids.extend(body.names()),
                Body::ProductionChange(body) => ids.extend(body.names()),
                Body::Workstream(body) => ids.extend(body.names()),
                _ => {}
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Whether any change of it is a referee change, see [`Body::is_referee`].
    #[must_use]
    pub fn is_referee(&self) -> bool {
        self.changes.iter().any(|c| c.body.is_referee())
    }
}
