//! Carries the engine's effects out, one after the other, and tells it what came of them.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use firebell_domain::id::EntityId;
use firebell_protocol::{
    VERSION,
    document::Caret,
    error::{ApiError, ErrorCode},
    frame::{Ring, ToClient, ToServer},
};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{JoinHandle, JoinSet},
};

use super::{Effect, Engine, Fetch, Fetched, Input, Now, SyncState};
use crate::{
    api::sync::Event,
    host::{SharedHost, Timestamp},
    session::Secret,
    store::{Store, StoreError, SyncStart},
    transport::{Http, SharedConnector, Sink, Socket},
};

/// Frames that were read and wait to be dealt with.
const FRAMES: usize = 64;
/// How long sending a frame may take.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// What the driver works with.
pub(crate) struct Parts {
    pub(crate) store: Arc<Store>,
    pub(crate) connector: SharedConnector,
    pub(crate) http: Arc<Http>,
    pub(crate) token: Secret,
    pub(crate) host: SharedHost,
    pub(crate) solo: bool,
    /// Rung when something was executed.
    pub(crate) outbox: Arc<Notify>,
    /// What to do with a page that rings.
    pub(crate) ring: Box<dyn Fn(Ring) + Send + Sync>,
    /// What the server is told of with each connection: what is looked at here.
    pub(crate) looks: Box<dyn Fn() -> Vec<ToServer> + Send + Sync>,
    /// What to do with the names of those who look at an incident.
    pub(crate) looking: Box<dyn Fn(EntityId, Vec<EntityId>) + Send + Sync>,
    /// What to do when the server does not let this session in any more.
    pub(crate) signed_out: Box<dyn Fn(ApiError) + Send + Sync>,
    /// Whether the person is on call now.
    pub(crate) on_call: Box<dyn Fn() -> bool + Send + Sync>,
}

/// A conversation that goes on until this is dropped.
pub(crate) struct Driver {
    state: watch::Receiver<SyncState>,
    current: watch::Receiver<bool>,
    wake: mpsc::Sender<()>,
    said: mpsc::Sender<ToServer>,
    task: JoinHandle<()>,
}

impl Driver {
    /// Starts.
    pub(crate) fn start(parts: Parts) -> Self {
        let engine = Engine::new(parts.solo);
        let (state, state_seen) = watch::channel(engine.state());
        let (current, current_seen) = watch::channel(false);
        let (wake, woken) = mpsc::channel(1);
        let (said, to_say) = mpsc::channel(FRAMES);
        let (events, heard) = mpsc::channel(FRAMES);
        let run = Run {
            parts: Arc::new(parts),
            engine,
            state,
            current,
            events,
            connection: 0,
            sink: None,
            tasks: JoinSet::new(),
            began: Instant::now(),
        };
        let task = tokio::spawn(run.run(heard, woken, to_say));
        Self { state: state_seen, current: current_seen, wake, said, task }
    }

    /// How the conversation stands.
    pub(crate) fn state(&self) -> SyncState {
        self.state.borrow().clone()
    }

    /// Tries to connect now rather than later.
    pub(crate) fn try_now(&self) {
        // One that waits already is enough.
        self.wake.try_send(()).ok();
    }

    /// Sends a frame that may be lost: with no connection, or too many that wait, it is.
    pub(crate) fn say(&self, frame: ToServer) {
        if self.state.borrow().online {
            self.said.try_send(frame).ok();
        }
    }

    /// Waits until the server was heard at `since` or later; false when that took too long.
    pub(crate) fn heard_since(
        &self,
        since: Timestamp,
        within: Duration,
    ) -> impl Future<Output = bool> + use<> {
        let mut state = self.state.clone();
        async move {
            let heard = |state: &SyncState| state.last_synced.is_some_and(|at| at >= since.0);
            let heard = tokio::time::timeout(within, state.wait_for(heard)).await;
            matches!(heard, Ok(Ok(_)))
        }
    }

    /// Waits until the record was read up to what the server has; false when that took too long.
    pub(crate) fn current(&self, within: Duration) -> impl Future<Output = bool> + use<> {
        let mut current = self.current.clone();
        async move {
            let reached = tokio::time::timeout(within, current.wait_for(|current| *current)).await;
            matches!(reached, Ok(Ok(_)))
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What other tasks of a connection report.
enum Report {
    Input(Box<Input>),
    /// An open socket, half of which is ours.
    Open(Box<Socket>),
}

struct Run {
    parts: Arc<Parts>,
    engine: Engine,
    state: watch::Sender<SyncState>,
    current: watch::Sender<bool>,
    events: mpsc::Sender<(u64, Report)>,
    /// Counts connections, so that what an earlier one reports is known as such.
    connection: u64,
    sink: Option<Sink>,
    /// Opens, reads and fetches for the connection; gone with it.
    tasks: JoinSet<()>,
    began: Instant,
}

impl Run {
    async fn run(
        mut self,
        mut heard: mpsc::Receiver<(u64, Report)>,
        mut woken: mpsc::Receiver<()>,
        mut to_say: mpsc::Receiver<ToServer>,
    ) {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let parts = Arc::clone(&self.parts);
        loop {
            let input = tokio::select! {
                report = heard.recv() => match report {
                    // Reports of an earlier connection mean nothing any more.
                    Some((connection, _)) if connection != self.connection => continue,
                    Some((_, Report::Input(input))) => *input,
                    Some((_, Report::Open(socket))) => self.opened(*socket),
                    None => return,
                },
                () = parts.outbox.notified() => match self.parts.store.keys_left().await {
                    Ok(left) => Input::Outbox(left),
                    Err(error) => {
                        tracing::warn!(%error, "the reserve of keys cannot be read");
                        continue;
                    }
                },
                _ = seconds.tick() => {
                    let on_call = (self.parts.on_call)();
                    self.step(Input::OnCall(on_call)).await;
                    Input::Tick
                }
                Some(frame) = to_say.recv() => match self.send(frame).await {
                    Some(input) => input,
                    None => continue,
                },
                Some(()) = woken.recv() => {
                    self.step(Input::Retry).await;
                    Input::Tick
                }
            };
            self.step(input).await;
        }
    }

    fn now(&self) -> Now {
        let up = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now { wall: self.parts.host.now(), up, dice: rand::random() }
    }

    /// One input, and everything that follows from it.
    async fn step(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        // Each effect answers with at most one input, and each chain of them ends; the bound only keeps
        // a defect from taking the processor.
        for _ in 0..10_000 {
            let Some(input) = inputs.pop_front() else { break };
            let effects = self.engine.on(self.now(), input);
            for effect in effects {
                inputs.extend(self.carry_out(effect).await);
            }
        }
        self.publish();
    }

    fn publish(&self) {
        let new = self.engine.state();
        let mut told = false;
        self.state.send_if_modified(|state| {
            let same = SyncState { last_synced: new.last_synced, ..state.clone() } == new;
            told = !same;
            let changed = *state != new;
            *state = new;
            changed
        });
        if told {
            self.parts.host.emit(Event::Sync {});
        }
    }

    async fn carry_out(&mut self, effect: Effect) -> Option<Input> {
        let store = Arc::clone(&self.parts.store);
        let now = self.parts.host.now();
        let done = match effect {
            Effect::Begin => self.begin().await,
            Effect::Open => {
                self.open();
                Ok(None)
            }
            Effect::Close => {
                self.close();
                Ok(None)
            }
            Effect::Send(frame) => return self.send(frame).await,
            Effect::Hello(start) => return self.send(self.hello(*start)).await,
            Effect::Fetch(ticket, what) => {
                self.fetch(ticket, what);
                Ok(None)
            }
            Effect::Apply(slots, head) => match store.apply(slots, head, now).await {
                Ok(place) => Ok(Some(Input::Applied(Ok(place)))),
                Err(StoreError::Apply(error)) => Ok(Some(Input::Applied(Err(error)))),
                Err(error) => Err(error),
            },
            Effect::Answer(answers) => store.answer(answers, now).await.map(|()| None),
            Effect::Plan { flight, held } => self.plan(&flight, &held).await,
            Effect::BeginLife => match store.keep_copy().await {
                Ok(_) => store.begin_life(now).await.map(|()| None),
                Err(error) => Err(error),
            },
            Effect::MeetLife(epoch) => store.meet_life(epoch).await.map(|()| None),
            Effect::DropSnapshot => store.drop_snapshot().await.map(|()| None),
            Effect::SaveChunk(chunk) => {
                let saved = store.save_chunk(chunk, now).await;
                if matches!(saved, Ok(None)) {
                    tokio::spawn(drop_copies(Arc::clone(&store)));
                }
                saved.map(|progress| Some(Input::ChunkSaved(progress)))
            }
            Effect::SaveIncident(incident, dump) => store
                .save_incident(dump, incident, now)
                .await
                .map(|()| Some(Input::IncidentSaved(incident))),
            Effect::SaveHistory(incident, page) => {
                store.save_history(incident, page).await.map(|_| None)
            }
            Effect::FindHistory => {
                store.next_history().await.map(|missing| Some(Input::History(missing)))
            }
            Effect::Forget(incident, seq) => {
                store.forget(incident, now).await.map(|()| Some(Input::Forgot(incident, seq)))
            }
            Effect::FindDocuments => {
                store.documents_to_exchange().await.map(|found| Some(Input::Documents(found)))
            }
            Effect::SaveDocument(incident, upto, exchanged) => store
                .save_exchange(incident, upto, exchanged)
                .await
                .map(|()| Some(Input::DocumentSaved(incident))),
            Effect::HoldDocument(incident) => {
                store.hold_document(incident).await.map(|()| Some(Input::DocumentSaved(incident)))
            }
            Effect::TakeDocument(update) => {
                store.take_document_update(update).await.map(|gap| Some(Input::DocumentTaken(gap)))
            }
            Effect::Caret(person, Caret { incident, writer, anchor, head }) => {
                let (incident, person) = (incident.to_string(), person.to_string());
                self.parts.host.emit(Event::Caret { incident, person, writer, anchor, head });
                Ok(None)
            }
            Effect::Looking(incident, people) => {
                (self.parts.looking)(incident, people);
                Ok(None)
            }
            Effect::Look => {
                for frame in (self.parts.looks)() {
                    if let Some(input) = self.send(frame).await {
                        return Some(input);
                    }
                }
                Ok(None)
            }
            Effect::AddKeys(numbers) => match store.add_keys(numbers).await {
                Ok(()) => store.keys_left().await.map(|left| Some(Input::KeysAdded(left))),
                Err(error) => Err(error),
            },
            Effect::ChainBroken => store.set_chain_broken(true).await.map(|()| None),
            Effect::SignedOut(why) => {
                (self.parts.signed_out)(why);
                Ok(None)
            }
            Effect::Current => {
                self.current.send_replace(true);
                Ok(None)
            }
        };
        match done {
            Ok(input) => input,
            Err(error) => {
                // A full or broken disk: nothing was changed. The connection starts over, later.
                tracing::error!(%error, "what came from the server could not be written");
                self.close();
                Some(Input::Closed(Some(error.into())))
            }
        }
    }

    async fn begin(&mut self) -> Result<Option<Input>, StoreError> {
        let start = self.parts.store.sync_start().await?;
        let progress = self.parts.store.snapshot().await?;
        Ok(Some(Input::Begun(Box::new(start), progress)))
    }

    fn open(&mut self) {
        self.close();
        let (parts, events) = (Arc::clone(&self.parts), self.events.clone());
        let connection = self.connection;
        self.tasks.spawn(async move {
            let report = match Socket::open(&parts.connector).await {
                Ok(socket) => Report::Open(Box::new(socket)),
                Err(error) => Report::Input(Box::new(Input::Closed(Some(error)))),
            };
            events.send((connection, report)).await.ok();
        });
    }

    /// The socket is open: our half sends, the other is read by a task of its own, so that a ring is not
    /// kept waiting by rows that are being written.
    fn opened(&mut self, socket: Socket) -> Input {
        let Socket { sink, mut source } = socket;
        self.sink = Some(sink);
        let (parts, events) = (Arc::clone(&self.parts), self.events.clone());
        let connection = self.connection;
        self.tasks.spawn(async move {
            loop {
                let input = match source.next().await {
                    Ok(Some(ToClient::Ring(ring))) => {
                        (parts.ring)(ring);
                        continue;
                    }
                    Ok(Some(frame)) => Input::Frame(frame),
                    Ok(None) => Input::Closed(None),
                    Err(error) => Input::Closed(Some(error)),
                };
                let over = matches!(input, Input::Closed(_));
                if events.send((connection, Report::Input(Box::new(input)))).await.is_err() || over
                {
                    return;
                }
            }
        });
        Input::Opened
    }

    fn close(&mut self) {
        self.connection += 1;
        self.tasks.abort_all();
        while self.tasks.try_join_next().is_some() {}
        if let Some(sink) = self.sink.take() {
            tokio::spawn(async move {
                tokio::time::timeout(SEND_WITHIN, sink.close()).await.ok();
            });
        }
    }

    fn hello(&self, start: SyncStart) -> ToServer {
        ToServer::Hello {
            protocol: VERSION,
            token: self.parts.token.reveal().to_owned(),
            device: start.identity.device,
            cursor: start.cursor,
            keys_left: start.keys_left,
            highest_key: start.highest_key,
        }
    }

    async fn send(&mut self, frame: ToServer) -> Option<Input> {
        let sink = self.sink.as_mut()?;
        let sent = tokio::time::timeout(SEND_WITHIN, sink.send(&frame)).await;
        let error = match sent {
            Ok(Ok(())) => return None,
            Ok(Err(error)) => error,
            Err(_) => ApiError::of(ErrorCode::Offline, "the server does not take what we send"),
        };
        self.close();
        Some(Input::Closed(Some(error)))
    }

    fn fetch(&mut self, ticket: u64, what: Fetch) {
        let (parts, events) = (Arc::clone(&self.parts), self.events.clone());
        let connection = self.connection;
        self.tasks.spawn(async move {
            let (http, token, path) = (&parts.http, parts.token.reveal(), what.path());
            let fetched = match what {
                Fetch::Snapshot { .. } => http.get(&path, token).await.map(Fetched::Snapshot),
                Fetch::Log { .. } => http.get(&path, token).await.map(Fetched::Log),
                Fetch::Incident(_) => http.get(&path, token).await.map(Fetched::Incident),
                Fetch::History { .. } => http.get(&path, token).await.map(Fetched::History),
                Fetch::Document(incident) => match parts.store.document_exchange(incident).await {
                    Ok((asked, upto)) => http
                        .post(&path, Some(token), &asked)
                        .await
                        .map(|answer| Fetched::Document(upto, answer)),
                    Err(error) => Err(error.into()),
                },
            };
            let input = Report::Input(Box::new(Input::Fetched(ticket, fetched)));
            events.send((connection, input)).await.ok();
        });
    }

    async fn plan(
        &self,
        flight: &std::collections::BTreeSet<firebell_domain::id::SetId>,
        held: &std::collections::BTreeSet<firebell_domain::id::SetId>,
    ) -> Result<Option<Input>, StoreError> {
        let push = self.parts.store.plan_push(flight, held).await?;
        if !push.too_large.is_empty() {
            self.parts.store.hold_too_large(push.too_large).await?;
        }
        let sets = self.parts.store.push_sets(&push.sets).await?;
        Ok(Some(Input::Planned(sets, push.more)))
    }
}

/// After a restore of the server the file of its earlier life goes, once the new one was looked
/// through: it may hold what the person may not see any more.
async fn drop_copies(store: Arc<Store>) {
    match store.check().await {
        Ok(()) => {
            if let Err(error) = store.drop_copies() {
                tracing::warn!(%error, "a copy of an earlier life could not be deleted");
            }
        }
        Err(error) => tracing::error!(%error, "the new file is damaged; the copy stays"),
    }
}
