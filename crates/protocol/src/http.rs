//! Bodies of the HTTP API under `/api/v1`. Errors are an [`crate::error::ApiError`] with the status
//! that fits. A token travels in `Authorization: Bearer`.

use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId, WorkspaceId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::row::Slot;

/// `POST /login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// Version that the desktop speaks.
    pub protocol: u32,
    /// Account name.
    pub name: String,
    /// Password.
    pub password: String,
    /// The device.
    pub device: DeviceId,
    /// What its owner calls it, for the list of devices.
    pub device_name: String,
}

/// `POST /invitations/accept`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptInvitation {
    /// The code.
    pub code: String,
    /// What a login says, with the new password.
    #[serde(flatten)]
    pub login: Login,
    /// Display name.
    pub display_name: String,
}

/// Answer of `POST /login` and `POST /invitations/accept`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// 256 random bits; the server keeps a hash.
    pub token: String,
    /// The record.
    pub workspace: WorkspaceId,
    /// The person's entity.
    pub person: EntityId,
    /// Another device id, because the one given belongs to another account or a clone.
    pub device: DeviceId,
}

/// `POST /invitations` (administrators).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invite {
    /// May edit the directory.
    pub admin: bool,
}

/// Answer of `POST /invitations`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// The code, shown once.
    pub code: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// Answer of `POST /calendar`: a fresh key for a calendar's address. Nothing keeps it; its hash opens the
/// address once it is in the person's entity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CalendarKey {
    /// 256 random bits, shown once.
    pub key: String,
}

/// One line of `GET /devices`; `POST /devices/{id}/revoke` ends one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Device {
    /// The device.
    pub id: DeviceId,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub person: EntityId,
    /// When it last spoke.
    pub seen_at: Option<Timestamp>,
    /// Whether its access was ended.
    pub revoked: bool,
}

/// Answer of `GET /log?after=&limit=`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogPage {
    /// Life of the record.
    pub epoch: u64,
    /// Slots after `after`, without gaps, never splitting a set.
    pub slots: Vec<Slot>,
    /// Head of the chain after the last one.
    pub head: Hash,
    /// Last row of the log when this was read.
    pub last: u64,
}

/// The parts of a first sync, newest needs first.
pub mod priority {
    /// The directory, open incidents and their pages: what a board shows.
    pub const BOARD: u8 = 0;
    /// Open incidents with all that belongs to them; what the board has comes again.
    pub const OPEN: u8 = 1;
    /// Incidents declared in the last 90 days.
    pub const RECENT: u8 = 2;
    /// The rest.
    pub const REST: u8 = 3;
}

/// Answer of `GET /snapshot?token=` (none starts one).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotChunk {
    /// Life of the record.
    pub epoch: u64,
    /// Place of the log where the snapshot began; the log runs from here when it is done.
    pub start: u64,
    /// Head of the chain there.
    pub head: Hash,
    /// Canonical bytes of entities, verbatim. Each carries its `seq`; some may be newer than `start`.
    pub entities: Vec<String>,
    /// What this chunk is part of; see [`priority`].
    pub priority: u8,
    /// Token of the next chunk; none when it is done.
    pub next: Option<String>,
    /// Entities so far and in all, for a progress bar.
    pub done: u64,
    /// See `done`.
    pub total: u64,
}

/// Answer of `GET /incidents/{id}`: all entities of an incident as they stand, for `Backfill`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IncidentDump {
    /// Place of the log as of which they stand.
    pub seq: u64,
    /// Canonical bytes of entities.
    pub entities: Vec<String>,
}

/// Answer of `GET /incidents/{id}/history?after=`: rows of an incident, for the stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    /// Rows that the person may see, in order.
    pub slots: Vec<Slot>,
    /// Where to go on; none when this was all.
    pub next: Option<u64>,
}

/// `GET /healthz`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Health {
    /// `ok`, or what is wrong.
    pub status: String,
    /// Last row of the log.
    pub seq: u64,
    /// Version of the server.
    pub version: String,
}

/// Answer of `GET /channels`: what this server can send beside rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// E-mail.
    pub email: bool,
    /// Acknowledge links in it.
    pub links: bool,
    /// Webhooks.
    pub webhooks: bool,
}

/// Answer of `POST /channels/email/test` and `POST /webhooks/{id}/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTest {
    /// Whether the other side took it.
    pub sent: bool,
    /// Why not, as the other side or the network says; technical.
    pub reason: String,
}

/// Answer of `POST /webhooks/{id}/secret`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSecret {
    /// What its messages are signed with: `whsec_…`, as libraries of Standard Webhooks read it.
    pub secret: String,
}

/// The size in bytes of every piece of an upload but the last: sent again from its beginning when the
/// line broke, held in memory by the server, and over in time also on a line of 200 kbit/s.
pub const UPLOAD_PIECE: u64 = 512 * 1024;

/// How far the upload of a file got: answer of `GET` and `PATCH` at `/entries/{entry}/files/{hash}/upload`.
/// A piece goes by `PATCH …?at=N`, where `N` is `received`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadState {
    /// Bytes that came, from the beginning.
    pub received: u64,
    /// Bytes that there are.
    pub bytes: u64,
    /// Everything is here and has the hash.
    pub done: bool,
}
