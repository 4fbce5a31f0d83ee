//! Opening a file: a new one is made, an older one is copied and migrated, a newer or damaged one is
//! left as it is.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use firebell_domain::id::WorkspaceId;
use firebell_server::store::{Standing, StoreError};
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{
    clock::Clock,
    error::{corrupt, failed},
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// How long a writer waits for its turn in this process.
const TURN: Duration = Duration::from_secs(10);
/// Connections that read at the same time.
const READERS: u32 = 4;

/// The record in one SQLite file. Clones share its connections.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    /// One connection: who holds it holds the append lock.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    pub(crate) clock: Clock,
    pub(crate) file: PathBuf,
}

impl SqliteStore {
    /// Opens a file (a path, `sqlite:path` or `sqlite://path`), or makes it.
    ///
    /// A file of an older schema is copied to `<file>.before-<version>` and then migrated, in one
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::Newer`] and [`StoreError::Corrupt`] leave the file as it is.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_by(url, Clock::new()).await
    }

    /// Opens a file as [`SqliteStore::open`] does, with signed milliseconds in `offset` added to the
    /// clock: for tests, which push time instead of sleeping.
    ///
    /// # Errors
    /// As there.
    pub async fn open_with_offset(url: &str, offset: &Path) -> Result<Self, StoreError> {
        Self::open_by(url, Clock::offset_by(offset)).await
    }

    /// What an address (as for [`SqliteStore::open`]) stands for; the file is not touched.
    ///
    /// # Errors
    /// As there.
    pub async fn standing(url: &str) -> Result<Standing, StoreError> {
        Ok(match look(&file_of(url)).await? {
            None => Standing::Nothing,
            Some(version) if version < newest() => Standing::Older,
            Some(_) => Standing::Current,
        })
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    async fn open_by(url: &str, clock: Clock) -> Result<Self, StoreError> {
        let file = file_of(url);
        let known = look(&file).await?;
        private(&file)?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(TURN)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        // A batch's pages fit into memory, and copying them from the log to the file is paid for by
        // many batches.
        let writing =
            options.clone().pragma("cache_size", "-32000").pragma("wal_autocheckpoint", "4000");
        let writer = pool().max_connections(1).connect_with(writing).await.map_err(failed)?;
        read_back(&writer).await?;
        migrate(&writer, &file, known).await?;
        let readers = pool()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "1"))
            .await
            .map_err(failed)?;
        let store = Self { writer, readers, clock, file };
        store.begin_record().await?;
        Ok(store)
    }

    /// A new file gets its workspace.
    async fn begin_record(&self) -> Result<(), StoreError> {
        let workspace = WorkspaceId(Uuid::now_v7());
        let workspace = workspace.0.as_bytes().as_slice();
        sqlx::query!(
            "INSERT INTO meta (one, workspace, epoch, seq, head, next_key)
             SELECT 1, ?, 1, 0, zeroblob(32), 1 WHERE NOT EXISTS (SELECT 1 FROM meta)",
            workspace
        )
        .execute(&self.writer)
        .await
        .map_err(failed)?;
        Ok(())
    }

    /// Closes all connections; the file is then complete without its side files.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn file_of(url: &str) -> PathBuf {
    let name = url.strip_prefix("sqlite:").unwrap_or(url);
    PathBuf::from(name.strip_prefix("//").unwrap_or(name))
}

/// Which schema this program brings.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Makes a file that only its owner reads, if there is none: digests of passwords and tokens are in
/// it. Side files of SQLite take its mode.
fn private(file: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("the file cannot be made: {error}")))
        }
        _ => Ok(()),
    }
}

/// The newest migration of an existing file, read without touching it; none when it is new or empty.
async fn look(file: &Path) -> Result<Option<i64>, StoreError> {
    if !std::fs::metadata(file).is_ok_and(|found| found.len() > 0) {
        return Ok(None);
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    let tables = sqlx::query("SELECT count(*), sum(name = '_sqlx_migrations') FROM sqlite_master")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    match (tables.get::<i64, _>(0), tables.get::<Option<i64>, _>(1)) {
        // Killed between making the file and its first commit.
        (0, _) => return Ok(None),
        (_, Some(1)) => {}
        _ => return Err(corrupt("the file is not a record of Firebell")),
    }
    let version = sqlx::query("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?
        .get::<Option<i64>, _>(0);
    connection.close().await.map_err(failed)?;
    let newest = newest();
    match version {
        Some(version) if version > newest => Err(StoreError::Newer(format!(
            "the file has schema {version}, this program knows up to {newest}"
        ))),
        version => Ok(version),
    }
}

/// A recipe that somebody pasted may have changed these; then we do not start.
async fn read_back(writer: &SqlitePool) -> Result<(), StoreError> {
    const FULL: i64 = 2;
    let mode: String =
        sqlx::query("PRAGMA journal_mode").fetch_one(writer).await.map_err(failed)?.get(0);
    let synchronous: i64 =
        sqlx::query("PRAGMA synchronous").fetch_one(writer).await.map_err(failed)?.get(0);
    let foreign_keys: i64 =
        sqlx::query("PRAGMA foreign_keys").fetch_one(writer).await.map_err(failed)?.get(0);
    if mode == "wal" && synchronous == FULL && foreign_keys == 1 {
        return Ok(());
    }
    Err(StoreError::Other(format!(
        "the file cannot be used safely: journal_mode={mode}, synchronous={synchronous}, \
         foreign_keys={foreign_keys}"
    )))
}

async fn migrate(writer: &SqlitePool, file: &Path, known: Option<i64>) -> Result<(), StoreError> {
    let newest = newest();
    if let Some(version) = known
        && version < newest
    {
        let mut to = file.as_os_str().to_owned();
        to.push(format!(".before-{newest}"));
        let to = PathBuf::from(to);
        // One that is there already was made before an attempt that failed: it is the better one.
        if !to.exists() {
            copy(file, &to).await?;
        }
    }
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    // Not `run`: its future is not `Send` for a borrowed connection.
    MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        MigrateError::VersionMissing(version) => {
            StoreError::Newer(format!("the file has schema {version}"))
        }
        other => StoreError::Corrupt(other.to_string()),
    })?;
    transaction.commit().await.map_err(failed)
}

/// Writes a consistent copy on a connection of its own: it only reads, so it stops nobody.
pub(crate) async fn copy(file: &Path, to: &Path) -> Result<(), StoreError> {
    let to = to.to_str().ok_or_else(|| corrupt("the name of the copy is not text"))?;
    let options = SqliteConnectOptions::new().filename(file).busy_timeout(BUSY);
    private(Path::new(to))?;
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    sqlx::query("VACUUM INTO ?").bind(to).execute(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    // SQLite does not sync what it writes this way.
    let written = std::fs::File::open(to).and_then(|file| file.sync_all());
    written.map_err(|error| StoreError::Unavailable(error.to_string()))
}
