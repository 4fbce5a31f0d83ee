//! What a store reads off an entity into columns of its own, because a query asks for it. Everything
//! else of an entity is its body, verbatim.

use firebell_domain::{
    entity::{Entity, Kind},
    incident::Incident,
    paging::{Page, PageState},
    time::Timestamp,
};

/// "The last 90 days" of a first sync.
const RECENT_SECS: i64 = 90 * 86_400;

/// Columns beside an entity's id, kind, incident, `seq` and body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// An incident that somebody has to work on.
    pub open: bool,
    /// A page that rings.
    pub ringing: bool,
    /// When an incident was declared; never changes.
    pub declared_at: Option<Timestamp>,
}

impl Columns {
    /// Of an entity as it stands.
    #[must_use]
    pub fn of(entity: &Entity) -> Self {
        let incident = Some(Incident(entity)).filter(|_| entity.kind == Kind::INCIDENT);
        Self {
            open: incident.is_some_and(|incident| incident.state().is_open()),
            ringing: entity.kind == Kind::PAGE && Page(entity).state() == PageState::Ringing,
            declared_at: incident.map(Incident::declared_at),
        }
    }
}

/// Since when an incident counts as recent for a snapshot that started at `now`.
#[must_use]
pub fn recent_since(now: Timestamp) -> Timestamp {
    now.plus_secs(-RECENT_SECS)
}

/// A number as a database can hold and compare it. What comes from outside may be beyond that range,
/// where nothing is stored: it must stay beyond, and not come back from the other end.
#[must_use]
pub fn bigint(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
