//! "Rows came", from node to node by LISTEN and NOTIFY. A commit that notifies takes a lock of the whole
//! cluster, so hints have connections of their own and never go with an append. They may get lost; a
//! poll stands behind them.

use std::{sync::Arc, time::Duration};

use firebell_domain::id::WorkspaceId;
use firebell_server::store::StoreError;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{sync::Notify, task::JoinHandle, time::timeout};
use uuid::Uuid;

use crate::error::failed;

/// Pause before listening again after the connection was lost.
const RETRY: Duration = Duration::from_millis(500);
/// After so long a silence the listener asks whether anybody is there.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a connection or an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Gives and hears hints. A task listens, so that who waits for a hint may stop waiting at any time
/// without losing one.
#[derive(Debug)]
pub(crate) struct Hints {
    pool: PgPool,
    channel: String,
    /// Marks our own, which tell us nothing.
    node: String,
    heard: Arc<Notify>,
    listener: JoinHandle<()>,
}

impl Hints {
    /// Starts to listen.
    pub(crate) fn start(options: PgConnectOptions, workspace: WorkspaceId) -> Self {
        let pool = PgPoolOptions::new()
            // One listens, one tells.
            .max_connections(2)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options);
        let channel = format!("firebell_{}", workspace.0.simple());
        let node = Uuid::now_v7().simple().to_string();
        let heard = Arc::new(Notify::new());
        let listener =
            tokio::spawn(listen(pool.clone(), channel.clone(), node.clone(), heard.clone()));
        Self { pool, channel, node, heard, listener }
    }

    /// Tells the other nodes.
    pub(crate) async fn tell(&self, seq: u64) -> Result<(), StoreError> {
        let payload = format!("{} {seq}", self.node);
        sqlx::query!("SELECT pg_notify($1, $2)", self.channel, payload)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Waits for another node.
    pub(crate) async fn heard(&self) {
        self.heard.notified().await;
    }

    /// Ends the connections.
    pub(crate) async fn close(&self) {
        self.listener.abort();
        self.pool.close().await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn listen(pool: PgPool, channel: String, node: String, heard: Arc<Notify>) {
    loop {
        if let Err(error) = listen_once(&pool, &channel, &node, &heard).await {
            if pool.is_closed() {
                return;
            }
            tracing::debug!(%error, "hints of other nodes are not heard; the poll goes on");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Listens until the connection is lost.
async fn listen_once(
    pool: &PgPool,
    channel: &str,
    node: &str,
    heard: &Notify,
) -> Result<(), sqlx::Error> {
    let late = |_| sqlx::Error::PoolTimedOut;
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    timeout(PATIENCE, listener.listen(channel)).await.map_err(late)??;
    // Something may have come while nobody listened.
    heard.notify_one();
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(hint))) if hint.payload().starts_with(node) => {}
            Ok(Ok(Some(_))) => heard.notify_one(),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let asked = sqlx::query("SELECT 1").execute(&mut listener);
                timeout(PATIENCE, asked).await.map_err(late)??;
            }
        }
    }
}
