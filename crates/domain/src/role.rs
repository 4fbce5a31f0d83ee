//! Roles in an incident other than the IM's (R1). The IM is a field of the incident, so that there is
//! exactly one; an assignment never holds it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    decide::{Draft, Refusal, Stop, text},
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
};

/// Longest name of a role in bytes.
pub const MAX_ROLE: u64 = 200;

/// What can be done to a role assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum RoleChange {
    /// Somebody gets a role.
    Assign {
        /// In which incident.
        incident: EntityId,
        /// `tech_lead`, `communications_manager`, `deputy`, or a name made up on the spot.
        role: String,
        /// Who.
        person: EntityId,
    },
    /// They do not have it any more.
    End {},
}

impl RoleChange {
    /// Entities that it names besides the assignment; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Assign { incident, person, .. } => vec![*incident, *person],
            Self::End {} => Vec::new(),
        }
    }
}

/// A role assignment read as one.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a>(pub &'a Entity);

impl<'a> Role<'a> {
    /// Which role.
    #[must_use]
    pub fn role(self) -> &'a str {
        self.0.text("role")
    }

    /// Who has it.
    #[must_use]
    pub fn person(self) -> Option<EntityId> {
        self.0.get("person")
    }

    /// Since when.
    #[must_use]
    pub fn since(self) -> Timestamp {
        self.0.get("since").unwrap_or_default()
    }

    /// Whether it is over.
    #[must_use]
    pub fn ended(self) -> bool {
        self.0.flag("ended")
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &RoleChange) -> Result<(), Stop> {
    match body {
        RoleChange::Assign { incident, role, person } => {
            if draft.known(*incident)?.kind != Kind::INCIDENT {
                return Err(Refusal::Unknown { entity: *incident }.into());
            }
            draft.known(*person)?;
            draft.creates(Some(*incident))?;
            let role = text("role", role, MAX_ROLE)?;
            if role.eq_ignore_ascii_case("im") {
                return Err(Refusal::ImpossibleValue { field: "role".to_owned() }.into());
            }
            draft.write("role", role);
            draft.write("person", json!(person));
            draft.write("since", json!(draft.change.at));
            draft.write("ended", false);
            Ok(())
        }
        RoleChange::End {} => {
            draft.existing()?;
            draft.set("ended", true)
        }
    }
}
