//! The state machine: what comes in, and what is to be done, as data.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::id::EntityId;
use firebell_protocol::{
    HEARTBEAT_SECS, KEY_RESERVE, VERSION,
    error::{ApiError, ErrorCode},
    frame::{PushSet, Resume, ToClient, ToServer},
    http::{History, priority},
    row::Slot,
};

use super::{
    Effect, Fetch, Fetched, Input, Now, SyncState,
    link::{Link, Want},
    push::Pushing,
    rows::{Incoming, Step},
};
use crate::{
    replica::{ApplyError, Place},
    store::{MissingHistory, Progress, SyncStart},
};

/// Below so many keys, more are asked for; again after a minute should none come.
const FEW_KEYS: u32 = KEY_RESERVE / 2;
const KEYS_PAUSE: u64 = 60_000;
/// How long after a greeting older rows are fetched that nobody asked for: a start has more urgent work.
const HISTORY_PAUSE: u64 = 5_000;
/// Pause before a failed fetch is tried again, in milliseconds.
const FETCH_PAUSE: u64 = 3_000;

/// A fetch under way.
#[derive(Debug)]
struct Pending {
    what: Fetch,
    /// Incidents that were forgotten meanwhile.
    forgotten: BTreeSet<EntityId>,
}

/// The conversation with one server.
#[derive(Debug)]
pub struct Engine {
    link: Link,
    state: SyncState,
    on_call: bool,
    start: Option<SyncStart>,
    welcomed: bool,
    incoming: Incoming,
    pushing: Pushing,
    /// A first sync: the epoch and place that it began with, once known.
    snapshot: Option<Option<Progress>>,
    next_ticket: u64,
    pending: BTreeMap<u64, Pending>,
    again: Vec<(u64, Fetch)>,
    history_done: bool,
    /// Older rows that nobody asked for are not fetched before this time.
    history_from: u64,
    /// It was said that everything up to now is here.
    said_current: bool,
    /// There may be documents to exchange.
    documents_dirty: bool,
    /// Documents that are being exchanged.
    documents: BTreeSet<EntityId>,
    keys_asked: Option<u64>,
    /// Granted, and being saved.
    keys_coming: u32,
}

impl Engine {
    /// A conversation that has not begun; its first tick begins it.
    #[must_use]
    pub fn new(solo: bool) -> Self {
        Self {
            link: Link::new(),
            state: SyncState { solo, ..SyncState::default() },
            on_call: false,
            start: None,
            welcomed: false,
            incoming: Incoming::default(),
            pushing: Pushing::default(),
            snapshot: None,
            next_ticket: 0,
            pending: BTreeMap::new(),
            again: Vec::new(),
            history_done: false,
            history_from: 0,
            said_current: false,
            documents_dirty: false,
            documents: BTreeSet::new(),
            keys_asked: None,
            keys_coming: 0,
        }
    }

    /// What a window is told.
    #[must_use]
    pub fn state(&self) -> SyncState {
        SyncState {
            chain_broken: self.incoming.muted,
            first_sync: self
                .snapshot
                .as_ref()
                .map(|progress| progress.as_ref().map_or(0, Progress::percent)),
            ..self.state.clone()
        }
    }

    /// Takes what came in; answers what is to be done.
    pub fn on(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Tick => self.tick(now, &mut effects),
            Input::Retry => self.link.try_now(now),
            Input::Begun(start, progress) => {
                self.state.keys_left = start.keys_left;
                self.snapshot = start.snapshot.then_some(progress);
                self.start = Some(*start);
                effects.push(Effect::Open);
            }
            Input::Opened => {
                self.link.opened(now);
                effects.extend(self.start.clone().map(|start| Effect::Hello(Box::new(start))));
            }
            Input::Closed(why) => self.closed(now, why, &mut effects),
            Input::Frame(frame) => {
                self.link.heard(now);
                self.state.last_synced = Some(now.wall.0);
                self.frame(now, frame, &mut effects);
            }
            Input::Fetched(ticket, result) => self.fetched(now, ticket, result, &mut effects),
            Input::Applied(result) => self.applied(result, &mut effects),
            Input::ChunkSaved(progress) => self.chunk_saved(progress, &mut effects),
            Input::IncidentSaved(incident) => {
                self.incoming.backfills.remove(&incident);
                self.history_done = false;
            }
            Input::History(missing) => match missing {
                Some(MissingHistory { incident, after }) => {
                    self.fetch(Fetch::History { incident, after }, &mut effects);
                }
                None => self.history_done = true,
            },
            Input::Forgot(incident, seq) => {
                effects.push(Effect::Send(ToServer::Forgotten { incident, seq }));
            }
            Input::Documents(incidents) => {
                for incident in incidents {
                    if self.documents.insert(incident) {
                        self.fetch(Fetch::Document(incident), &mut effects);
                    }
                }
            }
            Input::DocumentSaved(incident) => {
                self.documents.remove(&incident);
                self.documents_dirty = true;
            }
            Input::DocumentTaken(gap) => self.documents_dirty |= gap,
            Input::Planned(sets, more) => self.planned(now, sets, more, &mut effects),
            Input::Outbox(keys_left) => {
                // It may have been counted before those that are being saved.
                self.state.keys_left = keys_left.saturating_add(self.keys_coming);
                self.pushing.dirty = true;
                self.documents_dirty = true;
            }
            Input::KeysAdded(keys_left) => {
                self.keys_coming = 0;
                self.state.keys_left = keys_left;
            }
            Input::OnCall(on_call) => self.on_call = on_call,
        }
        self.go_on(now, &mut effects);
        effects
    }

    fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match self.link.tick(now) {
            Want::Nothing => {}
            Want::Open => effects.push(Effect::Begin),
            Want::Ping => effects.push(Effect::Send(ToServer::Ping {})),
            Want::Close => {
                effects.push(Effect::Close);
                let secs = 2 * HEARTBEAT_SECS;
                let why = format!("the server was silent for {secs} s");
                self.closed(now, Some(ApiError::of(ErrorCode::Offline, why)), effects);
                return;
            }
        }
        if self.pushing.tick(now) {
            effects.push(Effect::Close);
            let why = ApiError::of(ErrorCode::Offline, "a push was not answered");
            self.closed(now, Some(why), effects);
            return;
        }
        let due: Vec<Fetch> =
            self.again.extract_if(.., |(at, _)| now.up >= *at).map(|(_, what)| what).collect();
        for what in due {
            self.fetch(what, effects);
        }
    }

    fn closed(&mut self, now: Now, why: Option<ApiError>, effects: &mut Vec<Effect>) {
        if self.link.is_down() {
            return;
        }
        self.link.closed(now, why.as_ref(), self.on_call);
        if self.state.online || self.state.offline_since.is_none() {
            self.state.offline_since = Some(now.wall.0);
        }
        self.state.online = false;
        self.welcomed = false;
        self.pending.clear();
        self.again.clear();
        self.documents.clear();
        self.pushing.flight.clear();
        if let Some(why) = why {
            self.refused(why, effects);
        }
    }

    /// Keeps an error that means more than a bad connection.
    fn refused(&mut self, why: ApiError, effects: &mut Vec<Effect>) {
        match why.code {
            ErrorCode::Revoked | ErrorCode::SignedOut => {
                effects.push(Effect::SignedOut(why.clone()));
                self.state.blocked = Some(why);
            }
            ErrorCode::ProtocolVersion => self.state.blocked = Some(why),
            _ => {}
        }
    }

    fn frame(&mut self, now: Now, frame: ToClient, effects: &mut Vec<Effect>) {
        match frame {
            ToClient::Welcome { workspace, person, epoch, now: theirs, resume, .. } => {
                let ours = self.start.as_ref().map(|start| start.identity);
                if ours.is_some_and(|ours| (ours.workspace, ours.person) != (workspace, person)) {
                    effects.push(Effect::Close);
                    let error =
                        ApiError::of(ErrorCode::SignedOut, "the server keeps another record");
                    return self.closed(now, Some(error), effects);
                }
                self.welcome(now, epoch, resume, effects);
                self.state.clock_skew = now.wall.since(theirs);
            }
            ToClient::Fault { error } => {
                effects.push(Effect::Close);
                self.closed(now, Some(error), effects);
            }
            ToClient::Rows { slots, head } => self.incoming.push(slots, head),
            ToClient::CatchUp {} => self.incoming.behind = true,
            ToClient::Answers { answers } => {
                if self.pushing.answered(now, &answers).is_some() {
                    tracing::warn!("the server holds what this session sends");
                }
                if !answers.is_empty() {
                    effects.push(Effect::Answer(answers));
                }
            }
            ToClient::Forget { incident, seq } => {
                for pending in self.pending.values_mut() {
                    pending.forgotten.insert(incident);
                }
                self.incoming.backfills.remove(&incident);
                self.again.retain(|(_, what)| *what != Fetch::Document(incident));
                self.documents.remove(&incident);
                effects.push(Effect::Forget(incident, seq));
            }
            ToClient::Backfill { incident, .. } => {
                for pending in self.pending.values_mut() {
                    pending.forgotten.remove(&incident);
                }
                self.incoming.backfills.insert(incident);
                self.fetch(Fetch::Incident(incident), effects);
            }
            ToClient::Keys { numbers } => {
                let more = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                self.state.keys_left = self.state.keys_left.saturating_add(more);
                self.keys_asked = None;
                self.keys_coming = self.keys_coming.saturating_add(more);
                effects.push(Effect::AddKeys(numbers));
            }
            ToClient::Looking { incident, people } => {
                effects.push(Effect::Looking(incident, people));
            }
            ToClient::Document(update) => effects.push(Effect::TakeDocument(update)),
            ToClient::Caret { person, caret } => effects.push(Effect::Caret(person, caret)),
            ToClient::Pong { now: theirs } => self.state.clock_skew = now.wall.since(theirs),
            // Rings go their own, faster way; unknown frames are for newer versions.
            ToClient::Ring(_) | ToClient::Unknown => {}
        }
    }

    fn welcome(&mut self, now: Now, epoch: u64, resume: Resume, effects: &mut Vec<Effect>) {
        self.link.welcomed();
        self.welcomed = true;
        self.state.online = true;
        self.state.offline_since = None;
        self.state.blocked = None;
        self.state.last_synced = Some(now.wall.0);
        self.history_done = false;
        self.history_from = now.up + HISTORY_PAUSE;
        self.said_current = false;
        // The server fills the reserve by itself when it is greeted.
        self.keys_coming = 0;
        self.keys_asked = (self.state.keys_left < KEY_RESERVE).then_some(now.up);
        self.pushing.begin();
        self.documents_dirty = true;
        effects.push(Effect::Look);
        let cursor = self.start.as_ref().and_then(|start| start.cursor);
        let broken = self.start.as_ref().is_some_and(|start| start.chain_broken);
        let place = cursor.map(|cursor| Place { seq: cursor.seq, head: cursor.head });
        match resume {
            Resume::Rows => self.incoming.begin(place, broken),
            Resume::ChainBroken => {
                self.incoming.begin(place, true);
                effects.push(Effect::ChainBroken);
            }
            Resume::Snapshot | Resume::NewEpoch => {
                self.incoming.begin(None, false);
                effects.push(match resume {
                    Resume::NewEpoch => Effect::BeginLife,
                    _ => Effect::MeetLife(epoch),
                });
                let progress = self.snapshot.take().flatten();
                let progress = progress.filter(|progress| progress.epoch == epoch);
                if progress.is_none() {
                    effects.push(Effect::DropSnapshot);
                }
                let token = progress.as_ref().and_then(|progress| progress.next.clone());
                self.snapshot = Some(progress);
                self.fetch(Fetch::Snapshot { token }, effects);
            }
        }
    }

    fn fetch(&mut self, what: Fetch, effects: &mut Vec<Effect>) {
        self.next_ticket += 1;
        let pending = Pending { what: what.clone(), forgotten: BTreeSet::new() };
        self.pending.insert(self.next_ticket, pending);
        effects.push(Effect::Fetch(self.next_ticket, what));
    }

    fn fetched(
        &mut self,
        now: Now,
        ticket: u64,
        result: Result<Fetched, ApiError>,
        effects: &mut Vec<Effect>,
    ) {
        // Of an earlier connection: who may see what may have changed since.
        let Some(Pending { what, forgotten }) = self.pending.remove(&ticket) else { return };
        match (what, result.map(|fetched| fetched.without(&forgotten))) {
            (_, Ok(Fetched::Snapshot(chunk))) => {
                if let Some(token) = chunk.next.clone() {
                    // On its way while this one is being written.
                    self.fetch(Fetch::Snapshot { token: Some(token) }, effects);
                } else {
                    self.incoming.place = Some(Place { seq: chunk.start, head: chunk.head });
                    self.incoming.behind = true;
                }
                effects.push(Effect::SaveChunk(chunk));
            }
            (_, Ok(Fetched::Log(page))) => {
                let last = page.slots.last().map(Slot::seq);
                self.incoming.behind = false;
                self.incoming.known = self.incoming.known.max(page.last);
                match last {
                    Some(_) => effects.push(Effect::Apply(page.slots, page.head)),
                    None => {
                        // Nothing after our place: whatever we heard of is not there (any more).
                        self.incoming.known = 0;
                        self.incoming.fetching = false;
                    }
                }
            }
            (Fetch::Incident(incident), Ok(Fetched::Incident(dump))) => {
                if forgotten.contains(&incident) {
                    self.incoming.backfills.remove(&incident);
                } else {
                    effects.push(Effect::SaveIncident(incident, dump));
                }
            }
            (Fetch::History { incident, .. }, Ok(Fetched::History(page))) => {
                self.history_done = false;
                effects.push(Effect::SaveHistory(incident, page));
            }
            (Fetch::Document(incident), Ok(Fetched::Document(upto, exchanged))) => {
                if forgotten.contains(&incident) {
                    self.documents.remove(&incident);
                } else {
                    effects.push(Effect::SaveDocument(incident, upto, exchanged));
                }
            }
            (what, Ok(_)) => tracing::error!(?what, "the answer is to another question"),
            (what, Err(error)) => self.not_fetched(now, what, error, effects),
        }
    }

    fn not_fetched(&mut self, now: Now, what: Fetch, error: ApiError, effects: &mut Vec<Effect>) {
        match (&what, error.code) {
            (Fetch::Snapshot { token: Some(_) }, ErrorCode::Invalid) => {
                effects.push(Effect::DropSnapshot);
                self.snapshot = Some(None);
                self.fetch(Fetch::Snapshot { token: None }, effects);
            }
            // Out of sight again before it could be fetched.
            (Fetch::Incident(incident), ErrorCode::NotFound) => {
                self.incoming.backfills.remove(incident);
            }
            (Fetch::History { incident, .. }, ErrorCode::NotFound) => {
                self.history_done = false;
                let nothing = History { slots: Vec::new(), next: None };
                effects.push(Effect::SaveHistory(*incident, nothing));
            }
            (Fetch::Document(incident), ErrorCode::TooLarge | ErrorCode::Invalid) => {
                tracing::warn!(%error, "the server does not take a document");
                effects.push(Effect::HoldDocument(*incident));
            }
            (_, ErrorCode::Revoked | ErrorCode::SignedOut) => {
                effects.push(Effect::Close);
                self.closed(now, Some(error), effects);
            }
            _ => {
                tracing::warn!(?what, %error, "not fetched, trying again");
                self.again.push((now.up + FETCH_PAUSE + now.dice % FETCH_PAUSE, what));
            }
        }
    }

    fn applied(&mut self, result: Result<Place, ApplyError>, effects: &mut Vec<Effect>) {
        self.incoming.fetching = false;
        match result {
            Ok(place) => {
                self.incoming.place = Some(place);
                self.documents_dirty = true;
            }
            Err(ApplyError::Gap { .. }) => self.incoming.behind = true,
            Err(error @ ApplyError::ChainBroken { .. }) => {
                tracing::error!(%error, "the record was changed");
                self.incoming.muted = true;
                effects.push(Effect::ChainBroken);
            }
            Err(error @ ApplyError::Unreadable { .. }) => {
                self.incoming.muted = true;
                self.state.blocked = Some(
                    ApiError::of(ErrorCode::ProtocolVersion, error.to_string())
                        .with("newest", VERSION.to_string()),
                );
            }
        }
    }

    fn chunk_saved(&mut self, progress: Option<Progress>, effects: &mut Vec<Effect>) {
        match progress {
            Some(progress) => {
                // The directory and everything that is open are here.
                if progress.priority > priority::BOARD {
                    effects.push(Effect::Current);
                }
                self.snapshot = Some(Some(progress));
            }
            None => {
                self.snapshot = None;
                self.pushing.dirty = true;
            }
        }
    }

    fn planned(&mut self, now: Now, sets: Vec<PushSet>, more: bool, effects: &mut Vec<Effect>) {
        if !self.welcomed {
            return;
        }
        if !sets.is_empty() {
            self.pushing.sent(now, sets.iter().map(|set| set.id));
            self.pushing.promised = more;
            effects.push(Effect::Send(ToServer::Push { sets, more }));
        } else if self.pushing.promised {
            // What was to follow is held: first rings must not wait for it.
            self.pushing.promised = false;
            effects.push(Effect::Send(ToServer::Push { sets: Vec::new(), more: false }));
        }
    }

    /// Whatever may happen next.
    fn go_on(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if !self.welcomed || !self.link.is_up() {
            return;
        }
        if self.pushing.wants_plan() {
            self.pushing.dirty = false;
            let (flight, held) = (self.pushing.flight.clone(), self.pushing.held.clone());
            effects.push(Effect::Plan { flight, held });
        }
        // The last chunk is saved before rows that follow it.
        if self.snapshot.is_none() {
            let applying = effects.iter().any(|effect| matches!(effect, Effect::Apply(..)));
            if !applying {
                match self.incoming.step() {
                    Step::Wait => {}
                    Step::Apply(slots, head) => {
                        // Not again before this is answered.
                        self.incoming.fetching = true;
                        effects.push(Effect::Apply(slots, head));
                    }
                    Step::Fetch(after) => self.fetch(Fetch::Log { after }, effects),
                }
            }
        }
        let few = self.state.keys_left < FEW_KEYS;
        let asked = self.keys_asked.is_some_and(|at| now.up.saturating_sub(at) < KEYS_PAUSE);
        if few && !asked {
            self.keys_asked = Some(now.up);
            let count = KEY_RESERVE - self.state.keys_left;
            effects.push(Effect::Send(ToServer::NeedKeys { count }));
        }
        if self.documents_dirty && self.snapshot.is_none() {
            self.documents_dirty = false;
            effects.push(Effect::FindDocuments);
        }
        // Documents go beside: one that cannot be exchanged holds nothing up.
        let document = |what: &Fetch| matches!(what, Fetch::Document(_));
        let busy = self.pending.values().any(|pending| !document(&pending.what))
            || self.again.iter().any(|(_, what)| !document(what));
        if !self.incoming.is_current() || busy {
            return;
        }
        if !self.said_current {
            self.said_current = true;
            effects.push(Effect::Current);
        }
        if !self.history_done && now.up >= self.history_from {
            // Asked once for each answer; what is found is fetched one after the other.
            self.history_done = true;
            effects.push(Effect::FindHistory);
        }
    }
}
