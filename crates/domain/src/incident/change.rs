//! What can happen to an incident.

use serde::{Deserialize, Serialize};

use super::{Question, Severity};
use crate::{id::EntityId, time::Timestamp};

/// How an incident came to light (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectedBy {
    /// A monitoring system.
    Monitoring,
    /// A customer.
    Customer,
    /// Somebody saw it.
    #[default]
    Observation,
}

/// What can be done to an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum IncidentChange {
    /// It is declared (D1).
    Declare {
        /// Number of its key from the device's reserve; none when the reserve was empty, and then the
        /// server gives one (D6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u64>,
        /// What is the emergency?
        summary: String,
        /// Impact on customers, and how to reach whoever declares.
        #[serde(default)]
        description: String,
        /// Severity.
        severity: Severity,
        /// Faulty service; none is Unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<EntityId>,
        /// Affected products.
        #[serde(default)]
        products: Vec<EntityId>,
        /// How it was detected.
        #[serde(default)]
        detected_by: DetectedBy,
        /// When the impact began, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impact_start: Option<Timestamp>,
        /// Members only (X4); the author is one.
        #[serde(default)]
        restricted: bool,
        /// A drill (P1): pages nobody who does not take part, reaches no customer, is in no figure.
        #[serde(default)]
        drill: bool,
    },
    /// The summary changes.
    SetSummary {
        /// The new one.
        summary: String,
    },
    /// The description changes.
    SetDescription {
        /// The new one.
        description: String,
    },
    /// The severity changes; pages when it rises to 1 or 2 (A3).
    SetSeverity {
        /// The new one.
        severity: Severity,
    },
    /// The faulty service changes.
    SetService {
        /// The new one; none is Unknown.
        service: Option<EntityId>,
    },
    /// A product is affected.
    AddProduct {
        /// Which.
        product: EntityId,
    },
    /// A product is not affected.
    RemoveProduct {
        /// Which.
        product: EntityId,
    },
    /// Where people talk: a link that is joined with a click, or a room to walk to (C2).
    SetCall {
        /// The new one; empty for none.
        call: String,
    },
    /// One of the six questions is answered (A1); another is answered by the times.
    Answer {
        /// Which.
        question: Question,
        /// What is known; empty takes an answer back.
        answer: String,
    },
    /// The three times are corrected.
    SetTimes {
        /// When the impact began.
        impact_start: Option<Timestamp>,
        /// When it was detected.
        detected: Option<Timestamp>,
        /// When the impact ended.
        impact_end: Option<Timestamp>,
    },
    /// The author becomes the IM of an incident that has none (C1).
    TakeCommand {},
    /// The author becomes the IM in place of one who cannot be reached (C1).
    ReplaceIm {
        /// Why.
        reason: String,
    },
    /// The IM offers command to somebody.
    OfferCommand {
        /// To whom.
        to: EntityId,
    },
    /// The author accepts command that was offered to them.
    AcceptCommand {},
    /// The author declines command that was offered to them.
    DeclineCommand {},
    /// Who is to be in command next is decided (V3): they are reminded when the time comes.
    PlanCommand {
        /// Who; none for nobody yet.
        next: Option<EntityId>,
        /// From when.
        from: Option<Timestamp>,
    },
    /// The impact is over (S1).
    Resolve {},
    /// Nothing is left to do.
    Close {},
    /// It is back: paging starts anew, and somebody takes command anew.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It was none (N1).
    MarkFalseAlarm {
        /// Why.
        reason: String,
    },
    /// Only members see it from now on (X4); the author becomes one.
    Restrict {},
    /// Everyone sees it from now on.
    Unrestrict {},
    /// Somebody becomes a member.
    AddMember {
        /// Who.
        person: EntityId,
    },
    /// Somebody is no member any more.
    RemoveMember {
        /// Who.
        person: EntityId,
    },
}

impl IncidentChange {
    /// Entities that it names besides the incident.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Declare { service, products, .. } => {
                service.iter().chain(products).copied().collect()
            }
            Self::SetService { service } => service.iter().copied().collect(),
            Self::PlanCommand { next, .. } => next.iter().copied().collect(),
            Self::OfferCommand { to: id }
            | Self::AddMember { person: id }
            | Self::RemoveMember { person: id }
            | Self::AddProduct { product: id }
            | Self::RemoveProduct { product: id } => vec![*id],
            _ => Vec::new(),
        }
    }

    /// See [`crate::change::Body::is_referee`].
    #[must_use]
    pub fn is_referee(&self) -> bool {
        matches!(
            self,
            Self::TakeCommand {}
                | Self::ReplaceIm { .. }
                | Self::OfferCommand { .. }
                | Self::AcceptCommand {}
                | Self::DeclineCommand {}
        )
    }
}
