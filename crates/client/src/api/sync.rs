//! What has left this desktop, what waits, what was refused; search; events.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::incident::DialLine;

/// The one sync word of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncWord {
    /// Solo: everything is on this computer.
    Saved,
    /// Connected, nothing waits.
    Sent,
    /// Something waits to be sent, or the server cannot be reached.
    Waiting,
    /// Something was refused and wants an answer.
    Conflict,
}

/// `get_sync`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SyncView {
    /// The one word.
    pub word: SyncWord,
    /// Change sets that wait.
    pub waiting: u32,
    /// Refused change sets that wait for their author.
    pub conflicts: u32,
    /// Connected now.
    pub online: bool,
    /// Since when not.
    pub offline_since: Option<i64>,
    /// Last word from the server.
    pub last_synced: Option<i64>,
    /// Why the server refuses this desktop altogether, if it does.
    pub blocked: Option<super::ApiError>,
    /// Keys left in reserve.
    pub keys_left: u32,
    /// Milliseconds that this computer's clock is ahead of the server's; shown beyond 60 s.
    pub clock_skew: i64,
    /// The server's record does not extend what this desktop has seen: said loudly.
    pub chain_broken: bool,
    /// Whom to phone while offline.
    pub direct_dial: Vec<DialLine>,
    /// Rings that this desktop could not show (no notification daemon, denied): why.
    pub cannot_ring: Option<String>,
    /// First sync: how far, 0–100; none when done.
    pub first_sync: Option<u8>,
}

/// `list_conflicts`: one item per refused root.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictView {
    /// The refused change set.
    pub id: String,
    /// The incident it belongs to.
    pub incident: Option<String>,
    /// That incident's key.
    pub key: Option<String>,
    /// When it was written.
    pub at: i64,
    /// Fluent message id that says what was attempted (`did-take-command`, `did-set-severity` …).
    pub message_id: String,
    /// Its arguments.
    pub args: std::collections::BTreeMap<String, String>,
    /// Why it was refused, as an error of the usual shape.
    pub error: super::ApiError,
    /// Whatever text the author had typed in it, whole.
    pub text: String,
    /// How many other change sets built on it and were not applied either.
    pub dependents: u32,
    /// It can be issued again on top of what stands.
    pub can_reapply: bool,
}

/// `search`: incidents and stream lines, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SearchHit {
    /// The incident.
    pub incident: String,
    /// Its key.
    pub key: Option<String>,
    /// Its summary.
    pub summary: String,
    /// 1, 2 or 3.
    pub severity: u8,
    /// State.
    pub state: super::incident::StateView,
    /// The line that matched; none when the incident itself did.
    pub entry: Option<String>,
    /// Text around the match.
    pub excerpt: String,
    /// When that was.
    pub at: i64,
}

/// What a window is told without asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Rows changed: views that show these read again.
    Changed {
        /// Incidents whose rows changed.
        incidents: Vec<String>,
        /// People, services, schedules, policies or settings changed.
        directory: bool,
    },
    /// The sync word may have changed.
    Sync {},
    /// Who else looks at an incident that is shown here. They are not told apart from those who looked before:
    /// it is all of them.
    Looking {
        /// Which incident.
        incident: String,
        /// The others, by name.
        people: Vec<super::incident::PersonRef>,
    },
    /// A state document changed: whoever shows it asks for what came to it.
    Document {
        /// Of which incident.
        incident: String,
    },
    /// Somebody else is at this place of a state document that is looked at here.
    Caret {
        /// Of which incident.
        incident: String,
        /// Who.
        person: String,
        /// Their window's number as a writer of the document.
        writer: u32,
        /// Where what they marked begins; none when they left.
        anchor: Option<String>,
        /// Where it ends.
        head: Option<String>,
    },
    /// A page rings (or stopped ringing).
    Pages {},
    /// Open this incident (deep link, notification). Navigates; never changes anything.
    Open {
        /// Key or id.
        incident: String,
    },
    /// Open this incident for somebody who was called into it and came: its document and its call too (E1).
    Join {
        /// Id.
        incident: String,
    },
    /// Open the declare form (deep link, global shortcut, tray).
    OpenDeclare {},
    /// Session, preferences or start state changed.
    Session {},
}
