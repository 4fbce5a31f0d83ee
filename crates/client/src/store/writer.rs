//! The one writer: whatever has arrived goes into one transaction (group commit), and is answered when
//! that is durable.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, RwLock},
};

use firebell_domain::{
    entity::Entity,
    id::{EntityId, SetId},
};
use futures_util::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{Directory, Identity, StoreError};
use crate::replica::Notice;

/// Pieces of work that may wait; who brings one more waits in turn.
const QUEUE: usize = 1_024;
/// The most pieces of work in one transaction, so that the first is not kept waiting by the last.
const BATCH: usize = 256;

/// What a committed transaction changed; views read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Incidents of which something changed.
    pub incidents: BTreeSet<EntityId>,
    /// Entities of the directory, as they are now.
    pub directory: BTreeMap<EntityId, Option<Entity>>,
    /// Pages that changed.
    pub pages: BTreeSet<EntityId>,
    /// Incidents whose state document changed.
    pub documents: BTreeSet<EntityId>,
    /// Something was written in a document here, or one is looked at that was not: the server is to be
    /// asked.
    pub written: bool,
    /// Entries that name files, with their incident.
    pub files: BTreeSet<(EntityId, EntityId)>,
    /// Sets that were executed here.
    pub executed: Vec<SetId>,
    /// The outbox, the inbox of refused sets or the place in the log changed.
    pub sync: bool,
    /// What to tell the person.
    pub notices: Vec<Notice>,
    /// The file was found damaged; announced although nothing was committed.
    pub damaged: Option<String>,
}

impl Changed {
    /// Whether there is nothing to announce.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another transaction changed.
    pub fn add(&mut self, other: Self) {
        self.incidents.extend(other.incidents);
        self.directory.extend(other.directory);
        self.pages.extend(other.pages);
        self.documents.extend(other.documents);
        self.written |= other.written;
        self.files.extend(other.files);
        self.executed.extend(other.executed);
        self.sync |= other.sync;
        self.notices.extend(other.notices);
        self.damaged = self.damaged.take().or(other.damaged);
    }
}

/// What a piece of work writes with.
pub struct Writing {
    /// The writing connection, inside the transaction.
    pub connection: SqliteConnection,
    /// Whose file it is.
    pub identity: Identity,
    /// What to announce once this piece of work is committed.
    pub changed: Changed,
    /// Why there is no transaction: it did not begin, or SQLite ended it. Whatever would run now would
    /// stand although its author is told that it does not.
    over: Option<StoreError>,
}

/// Says to whoever waits what became of their work.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A piece of work.
type Work = Box<dyn for<'c> FnOnce(&'c mut Writing) -> BoxFuture<'c, Answer> + Send>;
/// What the writer is asked for.
enum Task {
    /// A piece of work in the next transaction.
    Work(Work),
    /// The write-ahead log goes into the file and is cut to nothing, so that no bytes stay in it. Says
    /// whether it could be: a reader may stand in the way.
    Truncate(oneshot::Sender<Result<bool, StoreError>>),
}
/// Told after each commit.
pub(super) type Announce = Arc<dyn Fn(Changed) + Send + Sync>;

/// The way to the writer.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Task>,
}

impl Writer {
    /// Starts the writer on its connection. It ends when the last handle is dropped.
    pub(super) fn start(
        connection: SqliteConnection,
        identity: Identity,
        directory: Arc<RwLock<Arc<Directory>>>,
        announce: Announce,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, work) = mpsc::channel(QUEUE);
        let writing = Writing { connection, identity, changed: Changed::default(), over: None };
        let task = tokio::spawn(write(writing, work, directory, announce));
        (Self { queue }, task)
    }

    /// Has a piece of work done in the next transaction; answers when that is durable. Work that fails
    /// leaves nothing behind and harms no other in its transaction.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Writing) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |writing| {
            Box::pin(async move {
                let done = attempt(writing, work).await;
                let answer: Answer = Box::new(move |committed| {
                    // Nobody waits any more when the caller was dropped; the work stands all the same.
                    let _ = answer.send(committed.and(done));
                });
                answer
            })
        });
        self.queue.send(Task::Work(work)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// See [`Task::Truncate`].
    pub(super) async fn truncate(&self) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Task::Truncate(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

/// Runs a piece of work in a savepoint of its own.
async fn attempt<T, F>(writing: &mut Writing, work: F) -> Result<T, StoreError>
where
    F: for<'c> FnOnce(&'c mut Writing) -> BoxFuture<'c, Result<T, StoreError>>,
{
    if let Some(over) = &writing.over {
        return Err(over.clone());
    }
    let before = std::mem::take(&mut writing.changed);
    sqlx::query!("SAVEPOINT work").execute(&mut writing.connection).await?;
    let done = work(writing).await;
    let own = std::mem::replace(&mut writing.changed, before);
    match done {
        Ok(value) => {
            sqlx::query!("RELEASE work").execute(&mut writing.connection).await?;
            writing.changed.add(own);
            Ok(value)
        }
        Err(error) => {
            let undone = sqlx::query!("ROLLBACK TO work").execute(&mut writing.connection).await;
            if undone.is_ok() {
                sqlx::query!("RELEASE work").execute(&mut writing.connection).await.ok();
            } else {
                // A full or broken disk ended the whole transaction.
                writing.over = Some(error.clone());
            }
            if let StoreError::Damaged(why) = &error {
                writing.changed.damaged = Some(why.clone());
            }
            Err(error)
        }
    }
}

async fn write(
    mut writing: Writing,
    mut queue: mpsc::Receiver<Task>,
    directory: Arc<RwLock<Arc<Directory>>>,
    announce: Announce,
) {
    let mut tasks = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut tasks, BATCH).await > 0 {
        let mut batch = Vec::with_capacity(tasks.len());
        let mut truncate = Vec::new();
        for task in tasks.drain(..) {
            match task {
                Task::Work(work) => batch.push(work),
                Task::Truncate(answer) => truncate.push(answer),
            }
        }
        if !batch.is_empty() {
            commit(&mut writing, batch, &directory, &announce).await;
        }
        for answer in truncate {
            let _ = answer.send(cut_log(&mut writing.connection).await);
        }
    }
    // Leaves one tidy file behind; without this, SQLite would do it at the next start.
    if let Err(error) = writing.connection.close().await {
        tracing::warn!(%error, "the store did not close tidily");
    }
}

async fn commit(
    writing: &mut Writing,
    batch: Vec<Work>,
    directory: &RwLock<Arc<Directory>>,
    announce: &Announce,
) {
    let mut answers = Vec::with_capacity(batch.len());
    let committed = transaction(writing, batch, &mut answers).await;
    let mut changed = std::mem::take(&mut writing.changed);
    if let Err(error) = &committed {
        sqlx::query!("ROLLBACK").execute(&mut writing.connection).await.ok();
        let damaged = match error {
            StoreError::Damaged(why) => Some(why.clone()),
            _ => changed.damaged.take(),
        };
        changed = Changed { damaged, ..Changed::default() };
    } else if !changed.directory.is_empty()
        && let Ok(mut directory) = directory.write()
    {
        *directory = Arc::new(directory.with(&changed.directory));
    }
    for answer in answers {
        answer(committed.clone());
    }
    if !changed.is_empty() {
        announce(changed);
    }
}

async fn cut_log(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let busy: i64 =
        sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(busy == 0)
}

async fn transaction(
    writing: &mut Writing,
    batch: Vec<Work>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    let begun = sqlx::query!("BEGIN IMMEDIATE").execute(&mut writing.connection).await;
    writing.over = begun.err().map(StoreError::from);
    for work in batch {
        // Without a transaction nothing runs, and everybody gets an answer all the same.
        answers.push(work(writing).await);
    }
    if let Some(over) = writing.over.take() {
        return Err(over);
    }
    sqlx::query!("COMMIT").execute(&mut writing.connection).await?;
    Ok(())
}
