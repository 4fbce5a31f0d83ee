//! The queue of severity 3, and the office hours by which it is shown (N2).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{incident::IncidentRow, session::NamedView};

/// An incident's place in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueuePlace {
    /// Name of the delivery team; none is the common queue.
    pub team: Option<String>,
    /// When it is shown: at once within office hours, else when they begin.
    pub shown_at: i64,
    /// When it has waited for too long; none when no such day comes.
    pub ages_at: Option<i64>,
}

/// `get_queue`: all that waits, by team.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QueueView {
    /// This person's queues first, then the others by name, the common one last. One of this person is
    /// here when it is empty, too.
    pub queues: Vec<TeamQueue>,
    /// After how many office days an incident has aged.
    pub days: u32,
}

/// The queue of one team.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TeamQueue {
    /// The team; none is the common queue.
    pub team: Option<NamedView>,
    /// This person is told of what waits here.
    pub mine: bool,
    /// The office hours.
    pub hours: OfficeHoursForm,
    /// Somebody has set them; else they are the ones that Firebell begins with.
    pub hours_chosen: bool,
    /// Until when office hours last; none outside of them.
    pub open_until: Option<i64>,
    /// When they begin next.
    pub opens_at: Option<i64>,
    /// What waits, the oldest first.
    pub rows: Vec<IncidentRow>,
}

/// Office hours as edited and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfficeHoursForm {
    /// IANA zone.
    pub zone: String,
    /// Times of days of the week, in order.
    pub days: Vec<OfficeDayForm>,
}

/// Office hours of one day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfficeDayForm {
    /// 1 is Monday, 7 is Sunday.
    pub day: u8,
    /// Local time of the first minute, `09:00`.
    pub from: String,
    /// Local time of the first minute after, `17:00`; `00:00` is the end of the day.
    pub until: String,
}
