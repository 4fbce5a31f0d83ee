//! Opening a database.

use std::{sync::Arc, time::Duration};

use firebell_domain::id::WorkspaceId;
use firebell_server::store::{Standing, StoreError};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    clock::Clock,
    error::{bounded, failed},
    hints::Hints,
    migrate::{migrate, standing},
    pen::Pen,
};

/// Connections for what people ask.
const CONNECTIONS: u32 = 8;
/// Connections for jobs, so that paging goes on while all the others are busy.
const JOB_CONNECTIONS: u32 = 2;
/// How long work waits for one of them.
const TURN: Duration = Duration::from_secs(10);
/// Settings of these connections.
const LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "10s"),
];
/// Whoever makes the first workspace of a database holds this lock.
const FIRST: i64 = 0x6669_7265_6265_6c6c;

/// One workspace's record in PostgreSQL. Clones share their connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pub(crate) workspace: WorkspaceId,
    pub(crate) options: PgConnectOptions,
    pub(crate) pool: PgPool,
    pub(crate) jobs: PgPool,
    pub(crate) pen: Pen,
    pub(crate) hints: Arc<Hints>,
    pub(crate) clock: Clock,
}

impl PostgresStore {
    /// Opens the workspace of a database (`postgres://…`) and makes schema and workspace if they are
    /// not there.
    ///
    /// # Errors
    /// [`StoreError::Newer`] leaves the database as it is. [`StoreError::Other`] when it holds several
    /// workspaces: then only [`Self::open_workspace`] knows which.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (options, pool) = connect(url).await?;
        let workspace = bounded(only_workspace(&pool)).await?;
        Ok(Self::of(options, pool, workspace))
    }

    /// What stands in a database; nothing is done to it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn standing(url: &str) -> Result<Standing, StoreError> {
        let one = pool_options(1).connect_with(options_of(url)?).await.map_err(failed)?;
        let standing = bounded(standing(&one)).await;
        one.close().await;
        standing
    }

    /// Opens one workspace of a database that may hold several, and makes it if it is not there.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_workspace(url: &str, workspace: WorkspaceId) -> Result<Self, StoreError> {
        let (options, pool) = connect(url).await?;
        bounded(make_workspace(&pool, workspace)).await?;
        Ok(Self::of(options, pool, workspace))
    }

    fn of(options: PgConnectOptions, pool: PgPool, workspace: WorkspaceId) -> Self {
        let limited = options.clone().options(LIMITS);
        Self {
            workspace,
            jobs: pool_options(JOB_CONNECTIONS).connect_lazy_with(limited),
            pen: Pen::new(options.clone(), workspace),
            hints: Arc::new(Hints::start(options.clone(), workspace)),
            clock: Clock::new(),
            options,
            pool,
        }
    }

    /// Which record.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Ends all connections, also those of clones.
    pub async fn close(&self) {
        self.hints.close().await;
        self.pen.close().await;
        self.jobs.close().await;
        self.pool.close().await;
    }
}

fn pool_options(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).acquire_timeout(TURN)
}

fn options_of(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(failed)?;
    Ok(match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("firebell"),
    })
}

async fn connect(url: &str) -> Result<(PgConnectOptions, PgPool), StoreError> {
    let options = options_of(url)?;
    let limited = options.clone().options(LIMITS);
    let pool = pool_options(CONNECTIONS).connect_with(limited).await.map_err(failed)?;
    migrate(options.clone()).await?;
    Ok((options, pool))
}

/// The one workspace there is; a new one in an empty database. Nodes that start at the same time agree.
async fn only_workspace(pool: &PgPool) -> Result<WorkspaceId, StoreError> {
    let mut db = pool.begin().await.map_err(failed)?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", FIRST)
        .execute(&mut *db)
        .await
        .map_err(failed)?;
    let there = sqlx::query_scalar!("SELECT workspace FROM meta LIMIT 2")
        .fetch_all(&mut *db)
        .await
        .map_err(failed)?;
    let workspace = match *there.as_slice() {
        [] => {
            let workspace = WorkspaceId(Uuid::now_v7());
            make_workspace(&mut *db, workspace).await?;
            workspace
        }
        [workspace] => WorkspaceId(workspace),
        _ => {
            let several = "the database holds several workspaces; name one";
            return Err(StoreError::Other(several.to_owned()));
        }
    };
    db.commit().await.map_err(failed)?;
    Ok(workspace)
}

/// An empty record, unless it is there.
async fn make_workspace(
    db: impl sqlx::PgExecutor<'_>,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO meta (workspace, epoch, seq, head, next_key) VALUES ($1, 1, 0, $2, 1)
         ON CONFLICT DO NOTHING",
        workspace.0,
        [0_u8; 32].as_slice()
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}
