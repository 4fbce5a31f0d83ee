//! One server process: the loops behind it, and how it starts and stops.

use std::{sync::Arc, time::Duration};

use axum::Router;
use firebell_domain::id::EntityId;
use firebell_protocol::error::{ApiError, ErrorCode};
use rand::RngExt;
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{
        entry::{Accounts, NewAccount},
        limit::Limits,
    },
    api::{self, listener},
    append::Appender,
    audit,
    beat::Beats,
    channel::Channels,
    delivery::{hub::Hub, sight::Sight, tailer},
    documents::{Rooms, notes},
    files,
    intake::Counts,
    metrics::Metrics,
    node::{Node, Options},
    paging,
    presence::Presence,
    readiness, revocation, solo,
    store::{SharedStore, StoreError},
};

/// How long connections have to take their leave when the process ends.
const FAREWELL: Duration = Duration::from_secs(6);
/// Desktops come back at a moment of their own within so many milliseconds after a stop, so that they
/// do not all come at once.
const COME_BACK_WITHIN_MILLIS: u64 = 5_000;

/// One server process. Dropping it stops its loops at once; [`Server::shutdown`] does it politely.
pub struct Server {
    node: Arc<Node>,
    loops: JoinSet<()>,
}

impl Server {
    /// Starts appender, tailer, paging driver, notes of documents, audit, look at who is ready and revocation
    /// check on the current runtime.
    ///
    /// # Errors
    /// [`StoreError`] when the record's end cannot be read.
    pub async fn start(store: SharedStore, options: Options) -> Result<Self, StoreError> {
        let appender = Appender::start(Arc::clone(&store)).await?;
        // Both before the loops begin, so that nothing falls between.
        let (newest, events) = (appender.watch_seq(), appender.subscribe());
        let head = store.head().await?;
        let accounts =
            Accounts::open(Arc::clone(&store), appender.clone(), options.password_cost).await?;
        let hub = Hub::new(head.seq, options.max_connections, options.max_connections_of_person);
        let stop = CancellationToken::new();
        let node = Arc::new(Node {
            workspace: head.workspace,
            sight: Sight::new(Arc::clone(&store)),
            store,
            appender,
            metrics: Metrics::default(),
            beats: Beats::default(),
            hub: Arc::new(hub),
            documents: Rooms::default(),
            presence: Presence::default(),
            accounts,
            channels: Channels::new(&options.channels, head.workspace),
            limits: Limits::new(options.logins_of_address, options.logins_of_account),
            intake: Counts::default(),
            greeting: Arc::new(Semaphore::new(options.max_greeting)),
            resuming: Semaphore::new(options.max_resuming),
            due: tokio::sync::Notify::new(),
            audit_due: tokio::sync::Notify::new(),
            readiness_due: tokio::sync::Notify::new(),
            stop: stop.clone(),
            options,
        });
        audit::plant(&node).await?;
        readiness::plant(&node).await?;
        let mut loops = JoinSet::new();
        loops.spawn(tailer::run(Arc::clone(&node), newest, stop.clone()));
        loops.spawn(paging::run(Arc::clone(&node), events, stop.clone()));
        loops.spawn(notes::run(Arc::clone(&node), stop.clone()));
        loops.spawn(audit::run(Arc::clone(&node), stop.clone()));
        loops.spawn(readiness::run(Arc::clone(&node), stop.clone()));
        loops.spawn(files::run(Arc::clone(&node), stop.clone()));
        loops.spawn(revocation::run(Arc::clone(&node), head.epoch, stop));
        Ok(Self { node, loops })
    }

    /// All routes, to be served by whoever has connections.
    pub fn router(&self) -> Router {
        api::router(Arc::clone(&self.node))
    }

    /// Takes connections from a listener until the server stops.
    pub fn serve(&mut self, listener: TcpListener) {
        let max = self.node.options.max_connections;
        let stop = self.node.stop.clone();
        self.loops.spawn(listener::serve(listener, self.router(), max, stop));
    }

    /// Connections inside this process, without a listening socket.
    #[must_use]
    pub fn connector(&self) -> solo::Connector {
        solo::Connector::new(Arc::clone(&self.node))
    }

    /// Makes an account, see [`Accounts::create`].
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong.
    pub async fn add_account(
        &self,
        new: NewAccount,
        password: String,
    ) -> Result<EntityId, ApiError> {
        self.node.accounts.create(new, password).await
    }

    /// Answers when a part of this process ended that must not: it panicked, which is a defect. What is
    /// left would take changes and tell or page nobody, so the process has to end and start again.
    pub async fn broken(&mut self) {
        let Self { node, loops } = self;
        tokio::select! {
            _ = loops.join_next() => tracing::error!("a loop ended"),
            () = node.appender.ended() => tracing::error!("nothing can be appended any more"),
        }
        node.beats.stop();
    }

    /// What the parts of this process share; for tests and tools.
    #[must_use]
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Stops: no new connections, every desktop is told when to come back, what was being written is
    /// written.
    pub async fn shutdown(mut self) {
        let come_back = rand::rng().random_range(0..COME_BACK_WITHIN_MILLIS);
        let error = ApiError::of(ErrorCode::Offline, "the server is stopping")
            .with("retry_after_millis", come_back.to_string());
        self.node.hub.close(&error);
        if tokio::time::timeout(FAREWELL, self.node.hub.counts(0)).await.is_err() {
            tracing::warn!(left = self.node.hub.len(), "connections were cut off");
        }
        self.node.stop.cancel();
        let loops = async { while self.loops.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, loops).await.is_err() {
            tracing::warn!("a loop did not stop in time");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.node.stop.cancel();
    }
}
