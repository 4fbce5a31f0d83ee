//! What can happen to a page.

use serde::{Deserialize, Serialize};

use super::{Channel, CloseReason, DeliveryState, NamedDelivery, PlannedStep, Reached};
use crate::{
    directory::Target,
    id::{DeviceId, EntityId},
    time::Timestamp,
};

/// Why a page that was silent rings again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgainReason {
    /// Somebody acknowledged it, and then nobody took command.
    NobodyInCommand,
    /// The time for which it was snoozed is over.
    SnoozeOver,
}

/// What can happen to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PageChange {
    /// It starts (server).
    Start {
        /// For which incident; none for a test page.
        incident: Option<EntityId>,
        /// Which paging cycle of the incident, from 1.
        cycle: u32,
        /// Its steps, fixed now so that an edit of the policy does not change a running page.
        plan: Vec<PlannedStep>,
        /// How long whoever acknowledges has to see that somebody takes command; none means for ever.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command_within_secs: Option<u32>,
    },
    /// A step rings these people (server).
    Ring {
        /// Which step, from 0: the number of this ringing of the page.
        step: u32,
        /// Its place in the plan, where a page that rings again is not at `step` any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<u32>,
        /// Who.
        people: Vec<EntityId>,
        /// When.
        at: Timestamp,
        /// When the next step goes if nobody acknowledges.
        due_at: Timestamp,
        /// By when a desktop must have confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reach_by: Option<Timestamp>,
        /// What goes by other channels.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deliveries: Vec<NamedDelivery>,
    },
    /// No desktop of these people confirmed in time: their next channel goes, and where nobody was
    /// reached, the next step too (server).
    Unreachable {
        /// Which step.
        step: u32,
        /// Who.
        people: Vec<EntityId>,
        /// What goes by other channels.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deliveries: Vec<NamedDelivery>,
    },
    /// A step found nobody to ring; the next one goes at once (server).
    NobodyOnCall {
        /// Which step.
        step: u32,
    },
    /// It was acknowledged: somebody is to take command until then; none when that is settled (server).
    Await {
        /// Until when.
        until: Option<Timestamp>,
        /// Nobody did, however often it rang again; it does not ring any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gave_up: bool,
    },
    /// It was silent and rings again, from the first step on (server).
    Again {
        /// Why.
        why: AgainReason,
        /// The number of the first step of this round.
        since: u32,
    },
    /// How far a delivery got (server).
    Deliver {
        /// Which.
        delivery: String,
        /// How far.
        state: DeliveryState,
        /// Why not, or what the other side said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
        /// How often it was tried by now.
        attempts: u32,
    },
    /// No step is left (server).
    GiveUp {},
    /// Nobody needs to answer any more (server).
    Close {
        /// Why.
        reason: CloseReason,
    },
    /// The author has it.
    Acknowledge {},
    /// The author was told by somebody that they have it, and says so for them.
    AcknowledgeFor {
        /// Who has it.
        person: EntityId,
    },
    /// The author has it, and says so by another way than a desktop.
    AcknowledgeBy {
        /// By what.
        channel: Channel,
    },
    /// The author cannot.
    Decline {
        /// Why.
        reason: String,
    },
    /// The author lets it rest, and it rings again later.
    Snooze {
        /// Until when.
        until: Timestamp,
    },
    /// The author does not want to wait: the next step goes now.
    Escalate {
        /// Go to the IMOC roster, and leave out what is before it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        imoc: bool,
        /// The step that its author saw ringing; another one makes it say nothing. Older programs do not
        /// tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u32>,
    },
    /// The author calls others into an incident (E1). Only the server can tell what follows.
    Ask {
        /// Into which.
        incident: EntityId,
        /// Whom.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<Target>,
        /// By which policy, instead of targets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<EntityId>,
        /// Which role they are to take; empty for a responder.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        role: String,
        /// What for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A desktop says how far a ring got.
    Receive {
        /// Which step.
        step: u32,
        /// Which desktop.
        device: DeviceId,
        /// How far.
        reached: Reached,
        /// Why it could not be shown.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
        /// It comes without sound, in its person's quiet hours.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        silently: bool,
        /// Do-not-disturb is on: the notification may be held back; page window and siren are not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        held_back: bool,
    },
    /// The author wants to be rung, to know that it works. Only the server can tell what follows.
    RequestTest {},
}

impl PageChange {
    /// Entities that it names besides the page; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Start { incident, .. } => incident.iter().copied().collect(),
            Self::Ask { incident, .. } => vec![*incident],
            _ => Vec::new(),
        }
    }

    /// See [`crate::change::Body::is_referee`].
    #[must_use]
    pub fn is_referee(&self) -> bool {
        matches!(
            self,
            Self::Acknowledge {}
                | Self::AcknowledgeFor { .. }
                | Self::AcknowledgeBy { .. }
                | Self::Decline { .. }
                | Self::Snooze { .. }
                | Self::Escalate { .. }
        )
    }
}
