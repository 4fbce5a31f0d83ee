//! Pages: what rings, who was rung, what was answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{directory::TargetForm, incident::PersonRef};

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
    /// What goes by other channels than desktops, in order of time.
    pub deliveries: Vec<DeliveryView>,
    /// Who lets it rest, while it does.
    pub snoozed_by: Option<PersonRef>,
    /// Until when.
    pub snoozed_until: Option<i64>,
    /// By when somebody is to take command, or it rings again.
    pub command_by: Option<i64>,
    /// Who called others by it; none for one that the program itself started.
    pub asked_by: Option<PersonRef>,
    /// Which role whoever comes is to take; empty where none is asked for.
    pub role: String,
    /// What they are called for.
    pub note: String,
    /// Those who are or will be rung and are in command of another open incident.
    pub busy: Vec<BusyView>,
    /// It can be sent on to the IMOC roster.
    pub may_go_to_imoc: bool,
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
    /// Who said that they have it, where they did not say so themselves.
    pub said_by: Option<PersonRef>,
    /// How far it got on each of their desktops that spoke, the furthest first.
    pub desktops: Vec<DesktopReachedView>,
}

/// How far a page got on one desktop.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesktopReachedView {
    /// What the computer calls itself; empty where it never said.
    pub name: String,
    /// When it said so, by its own clock.
    pub at: i64,
    /// How far it got.
    pub reached: ReachedView,
    /// Why it could not be shown; empty otherwise.
    pub detail: String,
}

/// Something that went by another channel than a desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveryView {
    /// For whom; none for an address that is nobody's.
    pub person: Option<PersonRef>,
    /// By what: `email` or `webhook`.
    pub channel: String,
    /// The address or the webhook's name, where it is nobody's.
    pub to: String,
    /// How far it got.
    pub state: DeliveryStateView,
    /// Why not, or what the other side said.
    pub detail: String,
    /// When it got so far; when it is to go, while it waits.
    pub at: i64,
}

/// How far a delivery got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStateView {
    /// It waits.
    Queued,
    /// Handed on.
    Sent,
    /// The other side has it.
    Delivered,
    /// A person saw it.
    Shown,
    /// It was answered this way.
    Acknowledged,
    /// It did not get there; `detail` says why.
    Failed,
    /// Somebody had the page before its time came.
    NotNeeded,
}

/// Somebody who is in command already.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BusyView {
    /// Who.
    pub person: PersonRef,
    /// Of which incident, by its key.
    pub key: String,
    /// They ring now; otherwise they are who rings next.
    pub now: bool,
}

/// How far a ring got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReachedView {
    /// Sent; no desktop has confirmed it.
    Sent,
    /// No desktop of theirs confirmed it in time.
    Unreachable,
    /// A desktop has it.
    Delivered,
    /// A desktop showed it.
    Shown,
    /// A desktop showed it without sound: these are the person's quiet hours.
    ShownSilently,
    /// A desktop showed it, though it holds notifications back (do-not-disturb).
    ShownHeldBack,
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

/// `act_on_page`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ActOnPage {
    /// Which page.
    pub id: String,
    /// What.
    pub action: PageAction,
}

/// What can be done to a page besides acknowledging and declining it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PageAction {
    /// Somebody said, on the phone say, that they have it.
    AcknowledgeFor {
        /// Who has it.
        person: String,
    },
    /// It rests and rings again later.
    Snooze {
        /// Until when.
        until: i64,
    },
    /// The next step goes now.
    Escalate {
        /// The IMOC roster's, and nothing before it.
        imoc: bool,
    },
}

/// `page_people`: calls others into an incident (E1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PagePeople {
    /// Id of the incident.
    pub incident: String,
    /// Whom.
    pub targets: Vec<TargetForm>,
    /// By which policy, instead.
    pub policy: Option<String>,
    /// Which role they are to take; empty for a responder.
    pub role: String,
    /// What for.
    pub note: String,
}
