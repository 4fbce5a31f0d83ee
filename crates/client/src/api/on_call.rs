//! Who is on call now and next.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::incident::DialLine;

/// `list_on_call`: the on-call view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OnCallView {
    /// One card per schedule.
    pub schedules: Vec<ScheduleView>,
    /// One line per service, through its policy, and IMOC.
    pub lines: Vec<OnCallLine>,
    /// Everyone to phone when the server cannot page: on call now, with numbers.
    pub direct_dial: Vec<DialLine>,
}

/// Who answers for a service or roster.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OnCallLine {
    /// The service's name, or `IMOC`.
    pub name: String,
    /// True for the IMOC roster.
    pub imoc: bool,
    /// Who is on call now; empty is a gap, shown as such.
    pub now: Vec<DialLine>,
    /// Until when; none when it does not end within the next weeks.
    pub until: Option<i64>,
    /// Who follows.
    pub next: Vec<DialLine>,
}

/// One schedule.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScheduleView {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// IANA zone of its hand-offs.
    pub zone: String,
    /// Hand-off as local time, `09:00`.
    pub hand_off: String,
    /// People in turn.
    pub rotation: Vec<super::incident::PersonRef>,
    /// Days per turn.
    pub turn_days: u32,
    /// The next shifts, the current one first.
    pub shifts: Vec<ShiftView>,
    /// Overrides that still matter.
    pub overrides: Vec<OverrideView>,
}

/// An uninterrupted time of one person on call.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ShiftView {
    /// Name of the schedule.
    pub schedule: String,
    /// Who; none is a gap.
    pub person: Option<super::incident::PersonRef>,
    /// From (inclusive); none when it has no beginning: nobody ever was on call before.
    pub start: Option<i64>,
    /// Until (exclusive); none when it has no end: somebody alone in a rotation.
    pub end: Option<i64>,
    /// It comes from an override.
    pub overridden: bool,
}

/// Somebody stands in for a time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OverrideView {
    /// Override id.
    pub id: String,
    /// Who stands in; none means nobody replaces the removed person.
    pub person: Option<super::incident::PersonRef>,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// `add_override`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddOverride {
    /// Which schedule.
    pub schedule: String,
    /// Who stands in.
    pub person: String,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}
