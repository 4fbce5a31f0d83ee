//! Roles in an incident: who has them, who gets them next, and the brief for whoever takes over (R1, V3).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    document::{ProductionChangeView, WorkstreamView},
    incident::{AnswerView, IncidentRow, PersonRef},
    timeline::EntryView,
};

/// A role that somebody has.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleView {
    /// The assignment's entity id.
    pub id: String,
    /// `tech_lead`, `communications_manager`, `deputy`, or a name made up on the spot.
    pub role: String,
    /// Who.
    pub person: PersonRef,
    /// Since when.
    pub since: i64,
    /// To whom it is offered.
    pub offered_to: Option<PersonRef>,
    /// Who is to have it next.
    pub planned: Option<PlannedView>,
    /// Stamps to send back with a change, by group (`holder`, `plan`).
    pub stamps: std::collections::BTreeMap<String, String>,
}

/// Who is to have a role next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlannedView {
    /// Who.
    pub person: PersonRef,
    /// From when.
    pub from: i64,
}

/// `assign_role`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AssignRole {
    /// Which incident.
    pub incident: String,
    /// `tech_lead`, `communications_manager`, `deputy`, or a name made up on the spot.
    pub role: String,
    /// Person id.
    pub person: String,
}

/// `change_role`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeRole {
    /// The assignment.
    pub id: String,
    /// Stamp of the group that the author saw.
    pub seen: Option<String>,
    /// What to do.
    pub action: RoleAction,
}

/// What can be done to a role that somebody has.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum RoleAction {
    /// Offer it to somebody.
    Offer {
        /// Person id.
        to: String,
    },
    /// Accept one that was offered.
    Accept {},
    /// Decline one that was offered.
    Decline {},
    /// Decide who has it next.
    Plan(PlanForm),
    /// Nobody has it any more.
    End {},
}

/// Who has a role next, as a form sends it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PlanForm {
    /// Person id; none for nobody yet.
    pub next: Option<String>,
    /// From when.
    pub from: Option<i64>,
}

/// `get_brief`: what whoever takes over, or joins, has to know, made from the record.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BriefView {
    /// Key, summary, severity, state, since when, the IM.
    pub row: IncidentRow,
    /// Since when the IM is in command.
    pub im_since: Option<i64>,
    /// What is known of the six questions, in their order; those that are open have no answer.
    pub answers: Vec<AnswerView>,
    /// When the impact began, if that is known.
    pub impact_start: Option<i64>,
    /// What was seen, the newest first; the first few.
    pub observations: Vec<EntryView>,
    /// What was decided, the newest first; the first few.
    pub decisions: Vec<EntryView>,
    /// Changes to production, the newest first; the first few.
    pub changes: Vec<ProductionChangeView>,
    /// What is being worked on.
    pub workstreams: Vec<WorkstreamView>,
    /// Who works on it.
    pub engaged: Vec<EngagedView>,
    /// How many alerts fire.
    pub firing: u32,
    /// Change sets about it that this desktop has not sent.
    pub unsent: u32,
}

/// Somebody who works on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngagedView {
    /// Who.
    pub person: PersonRef,
    /// Their roles, `im` first; none for who was called and came.
    pub roles: Vec<String>,
    /// Since when.
    pub since: i64,
}
