//! The append connection and the lock that makes `seq` dense and in the order of commits.

use std::{sync::Arc, time::Duration};

use firebell_domain::{id::WorkspaceId, time::Timestamp};
use firebell_server::store::{Head, StoreError};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

use crate::{
    error::{failed, is_gone, silent},
    meta::{self, Meta},
};

/// How long work waits for its turn in this process, and for a new connection.
const TURN: Duration = Duration::from_secs(10);

/// Settings of the append connection. A node that freezes while it holds the lock stops the others for
/// two seconds at most, and a slow one for ten; who waits for the lock hears after five.
const LIMITS: [(&str, &str); 5] = [
    ("idle_in_transaction_session_timeout", "2s"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "10s"),
    // A frozen node whose socket is full, or whose machine is gone.
    ("tcp_user_timeout", "5s"),
    ("tcp_keepalives_idle", "5s"),
];

/// Where appends of this process take their turn.
#[derive(Debug, Clone)]
pub(crate) struct Pen {
    options: PgConnectOptions,
    workspace: WorkspaceId,
    idle: Arc<Mutex<Option<PgConnection>>>,
}

/// The lock, held until [`HeldPen::commit`]. Dropping it ends the connection, and so rolls back.
pub(crate) struct HeldPen {
    place: OwnedMutexGuard<Option<PgConnection>>,
    pub(crate) db: PgConnection,
    pub(crate) head: Head,
    pub(crate) now: Timestamp,
    /// Whether any job waits for the rest of a push.
    pub(crate) waiting: bool,
}

impl Pen {
    pub(crate) fn new(options: PgConnectOptions, workspace: WorkspaceId) -> Self {
        Self { options: options.options(LIMITS), workspace, idle: Arc::default() }
    }

    /// Takes the lock and reads the record's end under it.
    pub(crate) async fn take(&self) -> Result<HeldPen, StoreError> {
        let turn = timeout(TURN, self.idle.clone().lock_owned());
        let mut place = turn.await.map_err(|_| silent())?;
        let mut db = match place.take() {
            Some(db) => {
                match timeout(TURN, lock(db, self.workspace)).await.map_err(|_| silent())? {
                    Ok(db) => db,
                    // It was lost while nobody used it. Nothing was written, so once more.
                    Err(error) if is_gone(&error) => self.connect_and_lock().await?,
                    Err(error) => return Err(failed(error)),
                }
            }
            None => self.connect_and_lock().await?,
        };
        // A statement after the lock sees what the last holder committed.
        let Meta { head, now, waiting } = meta::read(&mut db, self.workspace).await?;
        Ok(HeldPen { place, db, head, now, waiting })
    }

    async fn connect_and_lock(&self) -> Result<PgConnection, StoreError> {
        let connect = async {
            let mut db = self.options.connect().await?;
            // A database that was made fast must not make an acceptance a lie. What it has instead of
            // "off" (a standby's confirmation, say) stays.
            sqlx::query!(
                "SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') = 'off'"
            )
            .fetch_optional(&mut db)
            .await?;
            lock(db, self.workspace).await
        };
        timeout(TURN, connect).await.map_err(|_| silent())?.map_err(failed)
    }

    /// Ends the connection.
    pub(crate) async fn close(&self) {
        drop(self.idle.lock().await.take());
    }
}

impl HeldPen {
    /// Commits, and gives the connection back. An error leaves open whether it was done.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::query("COMMIT").execute(&mut self.db).await.map_err(failed)?;
        *self.place = Some(self.db);
        Ok(())
    }
}

/// Begins and takes the lock in one round trip.
async fn lock(mut db: PgConnection, workspace: WorkspaceId) -> Result<PgConnection, sqlx::Error> {
    // Two workspaces that share a key would only wait for each other.
    let (high, low) = workspace.0.as_u64_pair();
    let key = (high ^ low).cast_signed();
    // A number is all that is put into the text.
    let begin = AssertSqlSafe(format!("BEGIN; SELECT pg_advisory_xact_lock({key})"));
    sqlx::raw_sql(begin).execute(&mut db).await?;
    Ok(db)
}
