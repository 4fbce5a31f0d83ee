//! Pages: what rings, who was rung, what was answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::incident::PersonRef;

/// How a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageStateView {
    /// It rings.
    Ringing,
    /// Somebody has it.
    Acknowledged,
    /// Somebody lets it rest; it rings again later.
    Snoozed,
    /// Nobody could be reached at any step.
    Nobody,
    /// It was ended without an answer (resolved, false alarm, withdrawn).
    Closed,
}

/// One page of an incident.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PageView {
    /// Entity id.
    pub id: String,
    /// The incident.
    pub incident: String,
    /// Its key.
    pub key: Option<String>,
    /// Its summary; none when restricted and this person is no member.
    pub summary: Option<String>,
    /// 1, 2 or 3.
    pub severity: u8,
    /// Name of the faulty service.
    pub service: Option<String>,
    /// Who declared it.
    pub declared_by: Option<PersonRef>,
    /// When it was declared.
    pub declared_at: i64,
    /// State.
    pub state: PageStateView,
    /// When the current step rang.
    pub rang_at: i64,
    /// The current step, from 1.
    pub step: u32,
    /// How many steps there are, repeats and IMOC included.
    pub steps: u32,
    /// Who has been rung, in order.
    pub rung: Vec<RungView>,
    /// When the next step goes, if nobody acknowledges.
    pub next_at: Option<i64>,
    /// Whom the next step rings, as far as can be told now.
    pub next_people: Vec<PersonRef>,
    /// Who acknowledged.
    pub acknowledged_by: Option<PersonRef>,
    /// When.
    pub acknowledged_at: Option<i64>,
    /// This desktop acknowledged, and the server has not answered yet.
    pub unconfirmed: bool,
    /// This person is rung by it now.
    pub for_me: bool,
    /// It rang for this person, none of their desktops showed it, and it rings no more.
    pub missed: bool,
    /// A drill.
    pub drill: bool,
    /// A test page that the person sent to themselves.
    pub test: bool,
    /// The incident already has an IM.
    pub im: Option<PersonRef>,
}

/// One person rung by a page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RungView {
    /// Who.
    pub person: PersonRef,
    /// When.
    pub at: i64,
    /// How far it got.
    pub reached: ReachedView,
    /// Why it could not be shown, or why they cannot come; empty otherwise.
    pub detail: String,
}

/// How far a ring got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReachedView {
    /// Sent; no desktop has confirmed it.
    Sent,
    /// A desktop has it.
    Delivered,
    /// A desktop showed it.
    Shown,
    /// A desktop could not show it; `detail` says why.
    NotShown,
    /// They acknowledged.
    Acknowledged,
    /// They declined; `detail` says why.
    Declined,
}

/// `acknowledge_page`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AcknowledgePage {
    /// Which page.
    pub id: String,
    /// Take command of the incident too.
    pub take_command: bool,
}

/// `decline_page`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeclinePage {
    /// Which page.
    pub id: String,
    /// Why they cannot.
    pub reason: String,
}
