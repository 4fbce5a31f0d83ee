//! What follows from an accepted set.

use crate::{
    id::{ChangeId, EntityId},
    paging,
    time::Timestamp,
};

/// What follows from an accepted set, as data; the server acts on it in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Page for this incident, unless a page for it rings already.
    StartPaging {
        /// The incident.
        incident: EntityId,
        /// The change that caused it; the page's ids are made from it.
        cause: ChangeId,
    },
    /// End every ringing page of this incident.
    StopPaging {
        /// The incident.
        incident: EntityId,
        /// The change that caused it.
        cause: ChangeId,
        /// Why, as a word kept on the page.
        reason: paging::CloseReason,
    },
    /// The incident became restricted: whoever its pages rang, and did not decline, stays in (X4).
    LetInRung {
        /// The incident.
        incident: EntityId,
        /// The change that restricted it.
        cause: ChangeId,
    },
    /// A page may go on at once: somebody declined, or a test was asked for.
    StepPage {
        /// The page.
        page: EntityId,
    },
    /// A page was acknowledged while nobody is in command: somebody has to take it in time.
    WatchPage {
        /// The page.
        page: EntityId,
    },
    /// Look at a page again at a time.
    LookAtPage {
        /// The page.
        page: EntityId,
        /// When.
        at: Timestamp,
    },
    /// Reach somebody by another channel than their desktop.
    Deliver {
        /// The page.
        page: EntityId,
        /// Which of its deliveries.
        delivery: String,
        /// When.
        at: Timestamp,
    },
    /// Whoever was called into an incident by hand has come: they get the role that they were asked for.
    Join {
        /// The incident.
        incident: EntityId,
        /// Who.
        person: EntityId,
        /// Which role.
        role: String,
        /// The change that caused it.
        cause: ChangeId,
    },
    /// Send rings to these people now.
    Ring {
        /// The page.
        page: EntityId,
        /// Its step.
        step: u32,
        /// Who.
        people: Vec<EntityId>,
        /// When to look at it again: what was not received by then reached nobody.
        look_at: Timestamp,
    },
    /// Desktops that ring for this page should look again: answered, closed.
    PageChanged {
        /// The page.
        page: EntityId,
    },
    /// This number is now the key of this incident.
    KeyUsed {
        /// The number.
        number: u64,
        /// The incident.
        incident: EntityId,
    },
    /// A maintenance window is to be looked at.
    ReviewMaintenance {
        /// The window.
        maintenance: EntityId,
        /// When.
        at: Timestamp,
    },
    /// Who may see this incident changed.
    AccessChanged {
        /// The incident.
        incident: EntityId,
    },
}
