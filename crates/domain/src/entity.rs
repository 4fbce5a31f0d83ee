//! Entities: small documents made of stamped fields.
//!
//! An entity is a map rather than a struct, so that a field which this version does not know survives
//! it (X2, upgrades). Typed views (`Incident`, `Page` …) sit on top and read what they know.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    change::Author,
    id::{ChangeId, EntityId},
    time::Timestamp,
};

/// What an entity is. A word rather than an enum: kinds of a newer version are kept as read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(Cow<'static, str>);

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $word:literal;)+) => {
        impl Kind {
            $($(#[$doc])+ pub const $name: Kind = Kind(Cow::Borrowed($word));)+
        }
    };
}

kinds! {
    /// An incident.
    INCIDENT = "incident";
    /// A line of an incident's stream.
    ENTRY = "entry";
    /// Somebody's role in an incident (never the IM's).
    ROLE = "role";
    /// A page.
    PAGE = "page";
    /// A person.
    PERSON = "person";
    /// A service that can be faulty.
    SERVICE = "service";
    /// A product that customers know.
    PRODUCT = "product";
    /// A team.
    TEAM = "team";
    /// An on-call schedule.
    SCHEDULE = "schedule";
    /// An escalation policy.
    POLICY = "policy";
    /// A webhook, to which pages can be sent; its secret is nowhere in the record.
    WEBHOOK = "webhook";
    /// The workspace's settings; one entity, see [`crate::directory::settings_id`].
    SETTINGS = "settings";
    /// A monitoring system that may declare incidents.
    ALERT_SOURCE = "alert_source";
    /// A maintenance window.
    MAINTENANCE = "maintenance";
    /// An alert of a monitoring system.
    ALERT = "alert";
    /// A change to production that a machine reported.
    CHANGE_EVENT = "change_event";
    /// A state document: how far its own stream of updates is.
    DOCUMENT = "document";
    /// A change to production that the team makes.
    PRODUCTION_CHANGE = "production_change";
    /// A workstream.
    WORKSTREAM = "workstream";
}

impl Kind {
    /// A kind by its word.
    #[must_use]
    pub fn new(word: impl Into<String>) -> Self {
        Self(Cow::Owned(word.into()))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it belongs to the directory: what forms name and paging reads, small as a whole and
    /// visible to everyone in the workspace.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        [
            Self::PERSON,
            Self::SERVICE,
            Self::PRODUCT,
            Self::TEAM,
            Self::SCHEDULE,
            Self::POLICY,
            Self::WEBHOOK,
            Self::SETTINGS,
            Self::ALERT_SOURCE,
            Self::MAINTENANCE,
        ]
        .contains(self)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who last set a field, by which change, and when by their own clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The change.
    pub change: ChangeId,
    /// Its author.
    pub author: Author,
    /// The author's clock.
    pub at: Timestamp,
}

/// A value with its stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The value; integers, never fractions.
    pub value: Value,
    /// Who set it.
    pub stamp: Stamp,
}

/// A member of a list. Removing one marks it; nothing is destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What the member is.
    pub value: Value,
    /// Whether it was removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// Who added or removed it last.
    pub stamp: Stamp,
}

/// A small document with the `seq` of its last change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// What it is.
    pub kind: Kind,
    /// The incident it belongs to (itself, for an incident); none for the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<EntityId>,
    /// Place of its last accepted change in the log; 0 while it exists on this desktop only.
    pub seq: u64,
    /// Fields by name.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// Lists by name, members by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, BTreeMap<String, Member>>,
}

impl Entity {
    /// An entity without fields.
    #[must_use]
    pub fn empty(id: EntityId, kind: Kind, incident: Option<EntityId>) -> Self {
        Self { id, kind, incident, seq: 0, fields: BTreeMap::new(), lists: BTreeMap::new() }
    }

    /// A field's value read as `T`; none when it is absent, null or of another shape.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        let value = &self.fields.get(field)?.value;
        if value.is_null() { None } else { T::deserialize(value).ok() }
    }

    /// A text field, empty when absent.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(|f| f.value.as_str()).unwrap_or_default()
    }

    /// A yes-or-no field, no when absent.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        self.fields.get(field).and_then(|f| f.value.as_bool()).unwrap_or_default()
    }

    /// The stamp of a field.
    #[must_use]
    pub fn stamp(&self, field: &str) -> Option<&Stamp> {
        self.fields.get(field).map(|f| &f.stamp)
    }

    /// Members of a list that were not removed, by id.
    pub fn members<'a>(&'a self, list: &str) -> impl Iterator<Item = (&'a str, &'a Member)> + 'a {
        self.lists
            .get(list)
            .into_iter()
            .flatten()
            .filter(|(_, member)| !member.removed)
            .map(|(id, member)| (id.as_str(), member))
    }

    /// Whether a list has this member now.
    #[must_use]
    pub fn has_member(&self, list: &str, id: &str) -> bool {
        self.lists.get(list).and_then(|l| l.get(id)).is_some_and(|m| !m.removed)
    }
}

/// Where rules look entities up.
pub trait World {
    /// The entity as it stands, if it is known here.
    fn entity(&self, id: EntityId) -> Option<&Entity>;
}

impl World for BTreeMap<EntityId, Entity> {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.get(&id)
    }
}
