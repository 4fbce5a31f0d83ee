//! What people are told of who could not be rung.

use firebell_domain::{readiness::Doubt, time::Timestamp};
use uuid::Uuid;

use super::words::Tongue;

/// People on call, now or soon, whom a page would not reach: for one of them, or for whoever answers for
/// their schedule (N3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The same for every attempt of a day.
    pub id: Uuid,
    /// Whose eyes it is for.
    pub name: String,
    /// Their e-mail address.
    pub address: String,
    /// In which languages.
    pub tongues: Vec<Tongue>,
    /// Of whom, the first shift first; never empty.
    pub about: Vec<Unreached>,
}

/// Somebody whom a page would not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// Their name; none when it is the reader.
    pub person: Option<String>,
    /// Name of the schedule.
    pub schedule: String,
    /// When their shift begins; none when it goes on now.
    pub start: Option<Timestamp>,
    /// What is doubtful, the worst first.
    pub doubts: Vec<Doubt>,
}
