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
    /// IANA zone of the schedule whose hand-over that is.
    pub zone: Option<String>,
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
    /// Who answers for it; none leaves that to the administrators.
    pub owner: Option<super::incident::PersonRef>,
    /// IANA zone of its hand-offs.
    pub zone: String,
    /// Who takes turns now, the highest layer first.
    pub rotations: Vec<RotationView>,
    /// When its rotations change next, as somebody planned it.
    pub changes_at: Option<i64>,
    /// The next shifts, the current one first.
    pub shifts: Vec<ShiftView>,
    /// Overrides that still matter.
    pub overrides: Vec<OverrideView>,
    /// Swaps that were offered and wait for an answer.
    pub swaps: Vec<SwapView>,
    /// Public holidays of the next weeks.
    pub holidays: Vec<HolidayView>,
}

/// People who take turns.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RotationView {
    /// Its id within the schedule.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    /// Of the layers that have somebody, the highest is on call.
    pub layer: u32,
    /// People in turn.
    pub people: Vec<super::incident::PersonRef>,
    /// Hand-off as local time, `09:00`.
    pub hand_off: String,
    /// Lengths of turns, one after the other and over again.
    pub lengths: Vec<u32>,
    /// The lengths are hours rather than days.
    pub in_hours: bool,
    /// It is on call in some hours of the week only.
    pub has_hours: bool,
}

/// An uninterrupted time of the same people on call.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ShiftView {
    /// Name of the schedule.
    pub schedule: String,
    /// Who, together; nobody is a gap.
    pub people: Vec<super::incident::PersonRef>,
    /// From (inclusive); none when it has no beginning: nobody ever was on call before.
    pub start: Option<i64>,
    /// Until (exclusive); none when it has no end: somebody alone in a rotation.
    pub end: Option<i64>,
    /// It comes from an override.
    pub overridden: bool,
}

/// Somebody stands in for a time, or joins, or is off.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OverrideView {
    /// Override id.
    pub id: String,
    /// Who stands in; none means nobody replaces the removed person.
    pub person: Option<super::incident::PersonRef>,
    /// For whom; none means everybody who would be on call.
    pub replaces: Option<super::incident::PersonRef>,
    /// The person joins those who are on call and replaces nobody.
    pub adds: bool,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// Somebody asks a colleague to take a time of theirs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SwapView {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub asker: super::incident::PersonRef,
    /// Who is asked; none means whoever is willing.
    pub colleague: Option<super::incident::PersonRef>,
    /// What the colleague would take: from (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
    /// What the asker takes in return, if anything: from (inclusive).
    pub back_start: Option<i64>,
    /// Until (exclusive).
    pub back_end: Option<i64>,
    /// This person may accept it.
    pub may_accept: bool,
    /// This person may turn it down or withdraw it.
    pub may_end: bool,
}

/// A public holiday, shown beside shifts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HolidayView {
    /// Local date in the schedule's zone, `2026-12-25`.
    pub day: String,
    /// What it is called.
    pub name: String,
}

/// `list_shifts`: the calendar of all schedules for a window.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListShifts {
    /// From (inclusive).
    pub from: i64,
    /// Until (exclusive).
    pub until: i64,
}

/// Answer of `list_shifts`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CalendarView {
    /// The window that is answered: what was asked, cut to a length that can be drawn.
    pub from: i64,
    /// Its end (exclusive).
    pub until: i64,
    /// One calendar per schedule, by name.
    pub schedules: Vec<ScheduleCalendar>,
    /// Who is away in the window.
    pub leave: Vec<LeaveView>,
}

/// One schedule in a window of time. Shifts have their true starts and ends, also outside the window.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScheduleCalendar {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// IANA zone of its hand-offs.
    pub zone: String,
    /// What each rotation alone plans, the highest layer first.
    pub lines: Vec<LineView>,
    /// Who is on call in the end, gaps included: one shift begins where the other ends.
    pub shifts: Vec<ShiftView>,
    /// The exceptions laid over the lines.
    pub overrides: Vec<OverrideView>,
    /// Times planned by hand, in which the lines do not count.
    pub temporary: Vec<TemporaryView>,
    /// Public holidays in the window.
    pub holidays: Vec<HolidayView>,
}

/// What one rotation alone plans.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LineView {
    /// The rotation's id within the schedule.
    pub rotation: String,
    /// Its name; may be empty.
    pub name: String,
    /// Of the layers that have somebody, the highest is on call.
    pub layer: u32,
    /// One person each; where there is none the rotation has nobody.
    pub shifts: Vec<ShiftView>,
}

/// A temporary schedule.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TemporaryView {
    /// Its id.
    pub id: String,
    /// What it is called; may be empty.
    pub name: String,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// Somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LeaveView {
    /// Its id.
    pub id: String,
    /// Who.
    pub person: super::incident::PersonRef,
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
    /// Who stands in or joins; none takes somebody off.
    #[serde(default)]
    pub person: Option<String>,
    /// For whom; none replaces everybody who would be on call.
    #[serde(default)]
    pub replaces: Option<String>,
    /// The person joins those who are on call and replaces nobody.
    #[serde(default)]
    pub adds: bool,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// `take_shift`: relieve somebody, from now until their shift ends.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TakeShift {
    /// Which schedule.
    pub schedule: String,
    /// Whom; none relieves everybody who is on call, or fills the gap.
    pub from: Option<String>,
}

/// `set_schedule_owner`: who is told when somebody on it could not be rung.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetScheduleOwner {
    /// Which schedule.
    pub schedule: String,
    /// Who answers for it; none leaves that to the administrators.
    pub owner: Option<String>,
}

/// `offer_swap`: ask a colleague to take a time of this person's.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OfferSwap {
    /// Which schedule.
    pub schedule: String,
    /// Who is asked; none asks whoever is willing.
    pub colleague: Option<String>,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
    /// What is taken in return, if anything: from (inclusive).
    pub back_start: Option<i64>,
    /// Until (exclusive).
    pub back_end: Option<i64>,
}

/// `answer_swap`: accept it, or end it: who was asked turns it down, who asks withdraws it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerSwap {
    /// Which swap.
    pub swap: String,
    /// Accept it.
    pub accept: bool,
}

/// `add_temporary`: a time that is planned by hand.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddTemporary {
    /// Which schedule.
    pub schedule: String,
    /// What it is called; may be empty.
    pub name: String,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
    /// Who is on call when; where nobody is there is a gap.
    pub shifts: Vec<FixedShiftForm>,
}

/// A shift planned by hand.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FixedShiftForm {
    /// Who.
    pub person: String,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// `add_leave`: somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddLeave {
    /// Who; none is this person. For others an administrator enters it.
    pub person: Option<String>,
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// Answer of `renew_calendar`: addresses to subscribe to, shown this one time. Earlier ones are ended.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CalendarAddress {
    /// This person's shifts.
    pub mine: String,
    /// Everybody's shifts, by schedule.
    pub schedules: Vec<ScheduleAddress>,
}

/// The address of one schedule's calendar.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScheduleAddress {
    /// Name of the schedule.
    pub name: String,
    /// The address.
    pub address: String,
}

/// `report_coverage`: what is wrong with the next weeks.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CoverageView {
    /// One report per schedule, by name.
    pub schedules: Vec<ScheduleCoverage>,
    /// People who are rung by two steps of one policy at once, as things stand now.
    pub twice: Vec<TwiceView>,
}

/// The next weeks of one schedule.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScheduleCoverage {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// IANA zone of its hand-offs.
    pub zone: String,
    /// Until when was looked.
    pub until: i64,
    /// The part of the time in which somebody is on call, in percent.
    pub covered_percent: i64,
    /// When nobody is on call.
    pub gaps: Vec<SpanView>,
    /// How much each person is on call, most first.
    pub loads: Vec<LoadView>,
    /// Who is on call although they are away.
    pub away: Vec<LeaveView>,
    /// People in it whom nothing reaches: no account, so that no desktop rings, and no e-mail address.
    pub unreachable: Vec<super::incident::PersonRef>,
}

/// A time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SpanView {
    /// From (inclusive).
    pub start: i64,
    /// Until (exclusive).
    pub end: i64,
}

/// How much a person is on call.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LoadView {
    /// Who.
    pub person: super::incident::PersonRef,
    /// Hours, rounded down.
    pub hours: i64,
    /// Above the average, in percent; negative below it.
    pub over_percent: i64,
    /// It is too much.
    pub overloaded: bool,
}

/// One person on two levels of a policy: when the first is not answered, the second rings the same one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TwiceView {
    /// Name of the policy.
    pub policy: String,
    /// Who.
    pub person: super::incident::PersonRef,
}
