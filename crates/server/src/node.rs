//! What all parts of one server process share, and what can be set about it.

use std::{net::IpAddr, sync::Arc, time::Duration};

use firebell_domain::id::{EntityId, WorkspaceId};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{entry::Accounts, limit::Limits},
    append::Appender,
    audit::Heartbeat,
    beat::Beats,
    channel::{ChannelOptions, Channels, Deliverer, Outbound},
    clock::{Clock, SystemClock},
    delivery::{hub::Hub, line::Room, sight::Sight},
    documents::Rooms,
    files::Files,
    intake::Counts,
    metrics::Metrics,
    presence::Presence,
    store::{ClaimedJob, JobBody, SharedStore, StoreError},
};

/// A fence that no job has: ending with it ends nothing.
pub(crate) const NO_FENCE: i64 = -1;

/// What can be set about a server process. The defaults are for production.
#[derive(Clone)]
pub struct Options {
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Proxies whose `X-Forwarded-For` says who really asks.
    pub trusted_proxies: Vec<IpAddr>,
    /// Most WebSocket connections.
    pub max_connections: usize,
    /// Most WebSocket connections of one person.
    pub max_connections_of_person: usize,
    /// Most WebSocket connections that have not said hello yet.
    pub max_greeting: usize,
    /// Most desktops that are being brought up to date at the same moment; others wait.
    pub max_resuming: usize,
    /// What a connection's queue holds before rows are dropped.
    pub room: Room,
    /// A desktop that is further behind takes a snapshot. In rows.
    pub max_behind: u64,
    /// How long a desktop has for its first frame.
    pub hello_within: Duration,
    /// How long one frame may take to be sent. The largest takes about so long on a line of 1 Mbit/s;
    /// who takes longer does not read, and would never hear that its session ended.
    pub send_within: Duration,
    /// After so much silence the server pings; after twice as much the connection counts as dead.
    pub heartbeat: Duration,
    /// How often sessions are compared with the store, to end those that were revoked elsewhere.
    pub revocation_poll: Duration,
    /// A server whose tailer or paging driver did not get through for so long is not healthy. Longer than
    /// a store takes for one answer at worst.
    pub max_silence: Duration,
    /// How long one HTTP request may take.
    pub request_within: Duration,
    /// Sign-in attempts from one address: so many at once, then so many a minute.
    pub logins_of_address: (u32, u32),
    /// Sign-in attempts for one account: so many at once, then so many a minute.
    pub logins_of_account: (u32, u32),
    /// What carries deliveries out that do not go to desktops.
    pub deliverer: Arc<dyn Deliverer>,
    /// Costs of a password hash: memory in KiB and passes.
    pub password_cost: (u32, u32),
    /// Who is told that the audit found nothing wrong.
    pub audit_heartbeat: Option<Heartbeat>,
    /// How often the audit looks, in seconds.
    pub audit_every_secs: u32,
    /// How often it is looked who on call could not be rung, in seconds.
    pub readiness_every_secs: u32,
    /// What an audit found is looked at again after so long, before it counts: longer than first rings
    /// wait for the rest of a push and a dead process holds a job together.
    pub audit_settle: Duration,
    /// What it sends with beside rings.
    pub channels: ChannelOptions,
    /// Where the bytes of files are; none when this server keeps no files. In memory unless it is said:
    /// whoever serves people says.
    pub files: Option<Files>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            trusted_proxies: Vec::new(),
            max_connections: 20_000,
            max_connections_of_person: 20,
            max_greeting: 2_000,
            max_resuming: 64,
            room: Room { batches: 256, bytes: 4 * 1024 * 1024 },
            max_behind: 50_000,
            hello_within: Duration::from_secs(10),
            send_within: Duration::from_secs(60),
            heartbeat: Duration::from_secs(firebell_protocol::HEARTBEAT_SECS),
            revocation_poll: Duration::from_secs(2),
            max_silence: Duration::from_secs(60),
            request_within: Duration::from_secs(30),
            logins_of_address: (60, 60),
            logins_of_account: (10, 10),
            deliverer: Arc::new(Outbound),
            // The recommendation of OWASP's Password Storage Cheat Sheet for argon2id.
            password_cost: (19 * 1024, 2),
            audit_heartbeat: None,
            audit_every_secs: 60,
            readiness_every_secs: 900,
            audit_settle: Duration::from_secs(15),
            channels: ChannelOptions::default(),
            files: Some(Files::in_memory()),
        }
    }
}

/// What all parts of one server process share.
pub struct Node {
    /// The record this process serves.
    pub workspace: WorkspaceId,
    /// The database.
    pub store: SharedStore,
    /// Where changes go in.
    pub appender: Appender,
    /// See [`Options`].
    pub options: Options,
    /// Numbers for `/metrics`.
    pub metrics: Metrics,
    /// When the loops last got through.
    pub beats: Beats,
    /// Who may see what.
    pub sight: Sight,
    /// Connections.
    pub hub: Arc<Hub>,
    /// State documents that somebody looks at.
    pub documents: Rooms,
    /// Who looks at which incident.
    pub presence: Presence,
    /// Accounts and sessions.
    pub accounts: Accounts,
    /// E-mail, webhooks, acknowledge links.
    pub channels: Channels,
    /// Limits of sign-in and keys.
    pub limits: Limits,
    /// What monitoring systems repeat.
    pub intake: Counts,
    /// Connections that have not said hello yet.
    pub greeting: Arc<tokio::sync::Semaphore>,
    /// Desktops being brought up to date.
    pub resuming: tokio::sync::Semaphore,
    /// Jobs became due otherwise than by an append here.
    pub due: tokio::sync::Notify,
    /// This node took the job to look whether paging does what it promises.
    pub audit_due: tokio::sync::Notify,
    /// This node took the job to look who on call could not be rung.
    pub readiness_due: tokio::sync::Notify,
    /// The process ends.
    pub stop: CancellationToken,
}

impl Node {
    /// Sees that a job that comes again by itself is there; one of that name for all nodes.
    pub(crate) async fn plant(&self, name: &str, body: JobBody) -> Result<(), StoreError> {
        let id = EntityId(self.workspace.0).derived(name).0;
        let due_at = self.store.now().await?;
        self.appender.run_jobs(vec![ClaimedJob { id, fence: NO_FENCE, due_at, body }]).await
    }
}
