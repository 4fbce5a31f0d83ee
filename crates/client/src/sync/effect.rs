//! What the state machine hears, and what it wants done, as data.

use std::collections::BTreeSet;

use firebell_domain::{
    chain::Hash,
    id::{EntityId, SetId},
};
use firebell_protocol::{
    document::{Caret, Exchanged, Update},
    error::ApiError,
    frame::{PushSet, SetAnswer, ToClient, ToServer},
    http::{History, IncidentDump, SnapshotChunk},
    row::Slot,
};

use super::{Fetch, Fetched};
use crate::{
    replica::{ApplyError, Place},
    store::{MissingHistory, Progress, SyncStart},
};

/// What comes in.
#[derive(Debug)]
pub enum Input {
    /// The store's answer to [`Effect::Begin`].
    Begun(Box<SyncStart>, Option<Progress>),
    /// The socket is open.
    Opened,
    /// The socket could not be opened, or is over.
    Closed(Option<ApiError>),
    /// A frame.
    Frame(ToClient),
    /// What was fetched, by ticket.
    Fetched(u64, Result<Fetched, ApiError>),
    /// The store's answer to [`Effect::Apply`].
    Applied(Result<Place, ApplyError>),
    /// The store's answer to [`Effect::SaveChunk`].
    ChunkSaved(Option<Progress>),
    /// The store's answer to [`Effect::SaveIncident`].
    IncidentSaved(EntityId),
    /// The store's answer to [`Effect::FindHistory`].
    History(Option<MissingHistory>),
    /// The store's answer to [`Effect::Forget`].
    Forgot(EntityId, u64),
    /// The store's answer to [`Effect::Plan`]: what goes, and whether more could.
    Planned(Vec<PushSet>, bool),
    /// Something was executed here; so many keys are left.
    Outbox(u32),
    /// The store's answer to [`Effect::FindDocuments`].
    Documents(Vec<EntityId>),
    /// The store's answer to [`Effect::SaveDocument`] and [`Effect::HoldDocument`].
    DocumentSaved(EntityId),
    /// The store's answer to [`Effect::TakeDocument`]: whether something before it is missing.
    DocumentTaken(bool),
    /// The store's answer to [`Effect::AddKeys`]: so many keys are left.
    KeysAdded(u32),
    /// The person is on call, or not any more.
    OnCall(bool),
    /// Try to connect now.
    Retry,
    /// A second passed.
    Tick,
}

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Read where this desktop stands, then open the socket.
    Begin,
    /// Open the socket.
    Open,
    /// Close the socket.
    Close,
    /// Send a frame.
    Send(ToServer),
    /// Say who we are; the driver adds the token.
    Hello(Box<SyncStart>),
    /// Fetch by HTTP; answer with the ticket.
    Fetch(u64, Fetch),
    /// Apply rows.
    Apply(Vec<Slot>, Hash),
    /// Take answers to a push.
    Answer(Vec<SetAnswer>),
    /// Look for what to push, without what is on its way and what is held.
    Plan {
        /// On its way.
        flight: BTreeSet<SetId>,
        /// Held.
        held: BTreeSet<SetId>,
    },
    /// The record has begun a new life: keep a copy of the file, then offer own sets again.
    BeginLife,
    /// Note which life the record is in, for a desktop that has no place in any.
    MeetLife(u64),
    /// The first sync begins anew.
    DropSnapshot,
    /// Save a chunk of a first sync.
    SaveChunk(SnapshotChunk),
    /// Save all entities of an incident.
    SaveIncident(EntityId, IncidentDump),
    /// Save older rows of an incident.
    SaveHistory(EntityId, History),
    /// Look for an incident whose older rows are missing.
    FindHistory,
    /// Purge an incident that this row hid.
    Forget(EntityId, u64),
    /// Look for documents to exchange.
    FindDocuments,
    /// Save the answer to an exchange that gave what was written up to an update of this desktop.
    SaveDocument(EntityId, i64, Exchanged),
    /// The server does not take what was written in a document here.
    HoldDocument(EntityId),
    /// Take in what somebody else wrote just now.
    TakeDocument(Update),
    /// Tell the window where somebody else is in a document.
    Caret(EntityId, Caret),
    /// Tell the window who looks at an incident.
    Looking(EntityId, Vec<EntityId>),
    /// Tell the server at which incident and documents somebody looks here.
    Look,
    /// Keys for the reserve.
    AddKeys(Vec<u64>),
    /// Remember that the record does not extend what was seen.
    ChainBroken,
    /// The server does not let this session in any more.
    SignedOut(ApiError),
    /// The log is read up to what the server has: whatever waited for that may go on.
    Current,
}
