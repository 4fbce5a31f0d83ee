//! Opening a store, and what it answers right away.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use futures_util::future::BoxFuture;
use sqlx::{
    ConnectOptions, Executor, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task::JoinHandle;

use super::{
    Changed, Directory, Identity, Sniffed, StoreError, Writing, blob,
    examine::{Reach, examine},
    file::wal_of,
    identity, migrate, sniff,
    writer::Writer,
};

/// Reading connections.
const READERS: u32 = 4;
/// Memory for cached pages of the writer, in KiB.
const WRITER_CACHE_KIB: i64 = 16 * 1_024;
/// The write-ahead log shrinks to this after a checkpoint, in bytes.
const WAL_LIMIT: u64 = 16 * 1_024 * 1_024;
/// The write-ahead log goes into the file when it is longer than this: pages that change again and again
/// are written once, and a first sync does not wait for two files at each chunk.
const CHECKPOINT_PAGES: u32 = 4_000;
/// A file up to this size is checked whole at every start, which takes milliseconds.
const SMALL: u64 = 8 * 1_024 * 1_024;
/// A file up to this size is checked whole when it was not closed tidily; a larger one in the background.
const MIDDLING: u64 = 32 * 1_024 * 1_024;

/// How often the write-ahead log is tried to be cut while somebody reads, and the pause between.
const TRUNCATE_TRIES: u32 = 50;
const TRUNCATE_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// An open workspace.
pub struct Store {
    path: PathBuf,
    identity: Identity,
    readers: SqlitePool,
    writer: RwLock<Option<Writer>>,
    ended: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    directory: Arc<RwLock<Arc<Directory>>>,
    /// Held for as long as the store is open; released by the operating system should we die.
    lock: std::sync::Mutex<Option<File>>,
}

/// A store, and what was done to open it.
pub struct Opened {
    /// The store.
    pub store: Arc<Store>,
    /// A copy of the file from before its schema was changed; deleted once the new one has been read.
    pub copy: Option<PathBuf>,
}

impl Store {
    /// Opens the file at `path`, or makes it when there is none. `announce` hears what each committed
    /// transaction changed.
    ///
    /// # Errors
    /// `Unreadable`, `Newer` or `Locked`, and the file is as it was; `NotSaved` when the disk refuses.
    pub async fn open(
        path: &Path,
        whose: Identity,
        announce: impl Fn(Changed) + Send + Sync + 'static,
    ) -> Result<Opened, StoreError> {
        let lock = lock(path)?;
        let unreadable = |why: String| StoreError::Unreadable { path: path.to_owned(), why };
        let version = match sniff(path).map_err(|error| unreadable(error.to_string()))? {
            Sniffed::Absent => 0,
            Sniffed::NotADatabase => {
                return Err(unreadable("it is no database of a known format".to_owned()));
            }
            Sniffed::Database { version, .. } if version > migrate::newest() => {
                return Err(StoreError::Newer { path: path.to_owned() });
            }
            Sniffed::Database { version: 0, .. } => {
                return Err(unreadable("it is another program's database".to_owned()));
            }
            Sniffed::Database { version, bytes, suspicious } => {
                let most = if wal_of(path).exists() { MIDDLING } else { SMALL };
                let reach =
                    if suspicious || bytes <= most { Reach::Whole } else { Reach::Precious };
                let looked = examine(path, version, reach).await;
                looked.map_err(|error| unreadable(error.to_string()))?;
                version
            }
        };
        private(path)?;
        let mut connection = writer_options(path).connect().await?;
        read_back(&mut connection).await?;
        let mut copy = None;
        if version < migrate::newest() {
            if version > 0 {
                copy = Some(copy_before(&mut connection, path, version).await?);
            }
            migrate::run(&mut connection, version, migrate::newest()).await?;
        }
        let identity = settle_identity(&mut connection, whose, path).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .after_connect(|connection, _| Box::pin(list_words(connection)))
            .connect_with(reader_options(path))
            .await?;
        let directory = read_directory(&mut connection).await?;
        let directory = Arc::new(RwLock::new(Arc::new(directory)));
        let (writer, ended) =
            Writer::start(connection, identity, Arc::clone(&directory), Arc::new(announce));
        let store = Self {
            path: path.to_owned(),
            identity,
            readers,
            writer: RwLock::new(Some(writer)),
            ended: tokio::sync::Mutex::new(Some(ended)),
            directory,
            lock: std::sync::Mutex::new(Some(lock)),
        };
        Ok(Opened { store: Arc::new(store), copy })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of its files.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        self.path.with_extension("files")
    }

    /// Whose it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Connections that read. Keep what runs on them short: a reader that stays stops the write-ahead
    /// log from shrinking.
    #[must_use]
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// People, services, schedules and the rest as they are shown now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.directory
            .read()
            .map_or_else(|broken| Arc::clone(&broken.into_inner()), |d| Arc::clone(&d))
    }

    /// Has a piece of work done by the one writer, in a transaction with whatever else waits; answers
    /// when that is durable.
    ///
    /// # Errors
    /// What the work answers; `NotSaved` when the disk refuses, and then nothing of it stands.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Writing) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        let writer = self.writer.read().ok().and_then(|writer| writer.clone());
        writer.ok_or(StoreError::Closed)?.write(work).await
    }

    /// Cuts the write-ahead log to nothing: what was deleted stands nowhere any more.
    ///
    /// # Errors
    /// `NotSaved` when a reader stood in the way for long, or the disk refuses.
    pub async fn truncate_log(&self) -> Result<(), StoreError> {
        let writer = self.writer.read().ok().and_then(|writer| writer.clone());
        let writer = writer.ok_or(StoreError::Closed)?;
        for _ in 0..TRUNCATE_TRIES {
            if writer.truncate().await? {
                return Ok(());
            }
            tokio::time::sleep(TRUNCATE_PAUSE).await;
        }
        Err(StoreError::NotSaved("a reader kept the write-ahead log".to_owned()))
    }

    /// Closes the file: what waits is written, readers end, the write-ahead log goes into the file.
    pub async fn close(&self) {
        // The writer's connection is the last: it puts the write-ahead log into the file.
        self.readers.close().await;
        if let Ok(mut writer) = self.writer.write() {
            writer.take();
        }
        if let Some(ended) = self.ended.lock().await.take()
            && let Err(error) = ended.await
        {
            tracing::error!(%error, "the writer of the store failed");
        }
        if let Ok(mut lock) = self.lock.lock() {
            lock.take();
        }
    }

    /// Looks through the whole file for damage, on a reading connection.
    ///
    /// # Errors
    /// `Unreadable` with what was found.
    pub async fn check(&self) -> Result<(), StoreError> {
        let looked = examine(&self.path, migrate::newest(), Reach::Whole).await;
        looked.map_err(|error| StoreError::Unreadable {
            path: self.path.clone(),
            why: error.to_string(),
        })
    }
}

/// Takes the file for this process alone.
fn lock(path: &Path) -> Result<File, StoreError> {
    let name = path.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| StoreError::NotSaved(error.to_string()))?;
    file.try_lock().map_err(|_| StoreError::Locked { path: path.to_owned() })?;
    Ok(file)
}

/// Makes the file, if there is none, so that nobody else can read it; SQLite gives what it puts beside
/// it the same rights.
pub(super) fn private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| StoreError::NotSaved(error.to_string()))
}

fn base_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(5))
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

fn writer_options(path: &Path) -> SqliteConnectOptions {
    base_options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(200)
        // What is purged leaves no bytes, see also the search index.
        .pragma("secure_delete", "ON")
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .pragma("journal_size_limit", WAL_LIMIT.to_string())
}

pub(crate) fn reader_options(path: &Path) -> SqliteConnectOptions {
    base_options(path).read_only(true)
}

/// Gives a reading connection the words of the search index as a table. It is no part of the file: there is
/// nothing in it that the index does not have.
async fn list_words(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    const TABLE: &str =
        "CREATE VIRTUAL TABLE temp.search_word USING fts5vocab ('main', 'search', 'instance')";
    connection.execute(TABLE).await.map(drop)
}

/// The promise rests on these, so they are asked for, not assumed.
async fn read_back(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let journal: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
    let synchronous: i64 =
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await?;
    let secure: i64 =
        sqlx::query_scalar("PRAGMA secure_delete").fetch_one(&mut *connection).await?;
    let foreign: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(connection).await?;
    if (journal.as_str(), synchronous, secure, foreign) == ("wal", 2, 1, 1) {
        Ok(())
    } else {
        Err(StoreError::Other(format!(
            "journal_mode={journal} synchronous={synchronous} secure_delete={secure} \
             foreign_keys={foreign}, but wal, 2, 1 and 1 were asked for"
        )))
    }
}

/// Copies a file before its schema changes.
async fn copy_before(
    connection: &mut SqliteConnection,
    path: &Path,
    version: u32,
) -> Result<PathBuf, StoreError> {
    let copy = migrate::copy_of(path, version);
    if copy.exists() {
        std::fs::remove_file(&copy).map_err(|error| StoreError::NotSaved(error.to_string()))?;
    }
    // VACUUM INTO takes an empty file, and leaves its rights as they are.
    private(&copy)?;
    let name = copy.display().to_string();
    sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await?;
    Ok(copy)
}

/// Writes whose file it is into a new one; refuses somebody else's.
async fn settle_identity(
    connection: &mut SqliteConnection,
    whose: Identity,
    path: &Path,
) -> Result<Identity, StoreError> {
    let (workspace, person, device) =
        (blob(whose.workspace.0), blob(whose.person.0), blob(whose.device.0));
    sqlx::query!(
        "INSERT INTO desktop (one, workspace, person, device) VALUES (1, ?, ?, ?)
         ON CONFLICT (one) DO NOTHING",
        workspace,
        person,
        device
    )
    .execute(&mut *connection)
    .await?;
    // The server gives a clone another device id: the numbers go on, under the new name.
    sqlx::query!(
        "UPDATE desktop SET device = ?1 WHERE workspace = ?2 AND person = ?3 AND device <> ?1",
        device,
        workspace,
        person
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query!("SELECT workspace, person, device FROM desktop WHERE one = 1")
        .fetch_one(connection)
        .await?;
    let found = identity::identity(&row.workspace, &row.person, &row.device)?;
    if found == whose {
        Ok(found)
    } else {
        Err(StoreError::Unreadable {
            path: path.to_owned(),
            why: "it belongs to another person or workspace".to_owned(),
        })
    }
}

/// People, services, schedules and the rest as they are shown.
pub(super) async fn read_directory(
    connection: &mut SqliteConnection,
) -> Result<Directory, StoreError> {
    let bodies = sqlx::query_scalar!(
        "SELECT body FROM entity
         WHERE incident IS NULL AND kind NOT IN ('page', 'alert', 'change_event')"
    )
    .fetch_all(connection)
    .await?;
    let entities = bodies
        .iter()
        .map(|body| serde_json::from_slice(body))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    Ok(Directory::of(entities))
}
