//! Frames of the WebSocket, as JSON texts.

use firebell_domain::{
    chain::Hash,
    decide::Refusal,
    id::{DeviceId, EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    document::{Caret, Update},
    error::ApiError,
    row::{Cursor, Slot},
};

/// From a desktop to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ToServer {
    /// The first frame.
    Hello {
        /// Version that the desktop speaks.
        protocol: u32,
        /// Its session token. In the first frame, never in an address.
        token: String,
        /// The device.
        device: DeviceId,
        /// Up to where it has the log; none before its first sync has finished.
        cursor: Option<Cursor>,
        /// Keys left in its reserve.
        keys_left: u32,
        /// Highest key number that it knows of, for an epoch that starts after a restore.
        highest_key: u64,
    },
    /// Change sets to decide.
    Push {
        /// In the order of the outbox; referee sets first.
        sets: Vec<PushSet>,
        /// More follow at once; first rings wait for them (3 s at most).
        more: bool,
    },
    /// More keys, please.
    NeedKeys {
        /// How many.
        count: u32,
    },
    /// The rows of an incident that the person may not see any more are purged.
    Forgotten {
        /// Which.
        incident: EntityId,
        /// Of the `Forget` that was followed: it confirms no later one.
        seq: u64,
    },
    /// The window shows this incident, or none any more: tell who else looks at it. Kept nowhere.
    Look {
        /// Which incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<EntityId>,
    },
    /// Somebody looks at an incident's state document: tell them of its updates and carets.
    OpenDocument {
        /// Of which incident.
        incident: EntityId,
    },
    /// They look no more.
    CloseDocument {
        /// Of which incident.
        incident: EntityId,
    },
    /// Where somebody is in a document that they look at. Told to the others, kept nowhere.
    Caret(Caret),
    /// Are you there?
    Ping {},
    /// A frame of a newer version.
    #[serde(other)]
    Unknown,
}

/// A change set on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSet {
    /// Its id.
    pub id: SetId,
    /// Its number on this device, from 1 without gaps. Shows gaps and duplicates; does not order.
    pub number: u64,
    /// Unsent sets that it builds on. Only these order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<SetId>,
    /// It was accepted before and is offered again after the server was restored: it causes no pages
    /// and no messages.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// The changes as the author's version wrote them.
    pub changes: Vec<Value>,
}

/// What became of a change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAnswer {
    /// Which set.
    pub id: SetId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What became of a change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It stands, durably. Its rows follow from the log, never from here.
    Accepted {
        /// Place of its first row.
        first: u64,
        /// Place of its last row.
        last: u64,
    },
    /// It does not stand. Stored, and repeated to a resend.
    Refused {
        /// Why.
        why: Refusal,
    },
    /// Not decided; it stays in the outbox.
    NotNow {
        /// Why.
        error: ApiError,
    },
}

/// From the server to a desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ToClient {
    /// Answer to `Hello`.
    Welcome {
        /// Version that the server speaks.
        protocol: u32,
        /// Which record.
        workspace: WorkspaceId,
        /// Which life of it.
        epoch: u64,
        /// The person whose session it is.
        person: EntityId,
        /// The server's clock.
        now: Timestamp,
        /// What the desktop has to do before rows can follow.
        resume: Resume,
    },
    /// The server ends the connection, and why.
    Fault {
        /// The error.
        error: ApiError,
    },
    /// Slots of the log, in order, without gaps.
    Rows {
        /// The slots.
        slots: Vec<Slot>,
        /// Head of the chain after the last one.
        head: Hash,
    },
    /// The desktop was too slow: it should ask for the log from its cursor.
    CatchUp {},
    /// Answers to a push, in its order.
    Answers {
        /// One for each set.
        answers: Vec<SetAnswer>,
    },
    /// A page rings for this person. Ahead of rows, applied to no table.
    Ring(Ring),
    /// The person may not see this incident any more: purge it, then say so.
    Forget {
        /// Which.
        incident: EntityId,
        /// Place of the change that hid it; to be said back.
        seq: u64,
    },
    /// The person may see this incident now: fetch it.
    Backfill {
        /// Which.
        incident: EntityId,
        /// As of this place of the log.
        to_seq: u64,
    },
    /// Keys for the reserve.
    Keys {
        /// The numbers.
        numbers: Vec<u64>,
    },
    /// Who looks at the incident that is shown here, this desktop's person among them.
    Looking {
        /// Which incident.
        incident: EntityId,
        /// Each of them once.
        people: Vec<EntityId>,
    },
    /// Somebody else wrote in a document that is looked at here.
    Document(Update),
    /// Somebody else is at this place of a document that is looked at here.
    Caret {
        /// Who.
        person: EntityId,
        /// Where.
        #[serde(flatten)]
        caret: Caret,
    },
    /// I am here.
    Pong {
        /// The server's clock.
        now: Timestamp,
    },
    /// A frame of a newer version.
    #[serde(other)]
    Unknown,
}

/// How a desktop goes on after `Hello`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Rows follow from its cursor.
    Rows,
    /// It has no cursor, or is too far behind: fetch a snapshot, then the log from there.
    Snapshot,
    /// The server was restored or failed over: keep a copy, fetch a snapshot, offer own sets again.
    NewEpoch,
    /// The record does not extend what the desktop saw in this very epoch: said loudly, nothing applied.
    ChainBroken,
}

/// A page that rings for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// The page.
    pub page: EntityId,
    /// Its incident; none for a test page.
    pub incident: Option<EntityId>,
    /// Paging cycle of the incident.
    pub cycle: u32,
    /// Its step, from 0. (page, step) is shown once, however often it is sent.
    pub step: u32,
    /// `HOT-12`.
    pub key: Option<String>,
    /// 1, 2 or 3.
    pub severity: u8,
    /// What is the emergency; none when the incident is restricted.
    pub summary: Option<String>,
    /// Members only.
    pub restricted: bool,
    /// A drill.
    pub drill: bool,
    /// A test page.
    pub test: bool,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When this step rang.
    pub paged_at: Timestamp,
    /// Who is in command or has acknowledged by now, if anybody.
    pub held_by: Option<EntityId>,
}
