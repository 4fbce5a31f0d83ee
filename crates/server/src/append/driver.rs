//! The task that holds the pen: drains its queue into one batch, commits, answers, tells.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use firebell_domain::{entity::World, paging::Outcome as Delivered, time::Timestamp};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::{SetAnswer, Verdict},
};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    AppendEvent, Asked, Decided, Directory, Loaded, Own, Request, Told, Work, decide_batch,
    further, needs, own::MAX_ROUNDS,
};
use crate::store::{Append, ClaimedJob, SharedStore, StoreError};

/// Pieces of work in one batch, about: what comes as one push stays together.
const MAX_BATCH: usize = 512;
/// Bytes of changes in one batch, about.
const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Pushes that wait; more wait in front of the queue.
const QUEUE: usize = 1_024;
/// Events that a slow subscriber may be behind.
const EVENTS: usize = 4_096;
/// A batch that takes longer than this counts as not done.
const BATCH_TIMEOUT: Duration = Duration::from_secs(20);

/// Appends to the record. Clones share one task; it ends when the last clone is gone and its queue is
/// empty.
#[derive(Debug, Clone)]
pub struct Appender {
    queue: mpsc::Sender<Item>,
    events: broadcast::Sender<AppendEvent>,
    newest: watch::Receiver<u64>,
}

/// What came together, and where its answer goes.
#[derive(Debug)]
struct Item {
    work: Vec<Work>,
    reply: Reply,
}

impl Item {
    /// Pieces of work, and bytes of changes.
    fn size(&self) -> (usize, usize) {
        let bytes = self.work.iter().map(|work| match work {
            Work::Set(request) => request.size,
            _ => 0,
        });
        (self.work.len(), bytes.sum())
    }
}

#[derive(Debug)]
enum Reply {
    Answers(oneshot::Sender<Vec<SetAnswer>>),
    Done(oneshot::Sender<Result<(), StoreError>>),
    LetGo(oneshot::Sender<Result<Vec<Option<Timestamp>>, StoreError>>),
}

impl Appender {
    /// Starts the task on the current runtime.
    ///
    /// # Errors
    /// When the record's end cannot be read.
    pub async fn start(store: SharedStore) -> Result<Self, StoreError> {
        let head = store.head().await?;
        let (queue, items) = mpsc::channel(QUEUE);
        let (said, newest) = watch::channel(head.seq);
        let (events, _) = broadcast::channel(EVENTS);
        tokio::spawn(tell_other_nodes(store.clone(), newest.clone()));
        let pen = Pen { store, cache: None, events: events.clone(), newest: said };
        tokio::spawn(pen.run(items));
        Ok(Self { queue, events, newest })
    }

    /// Asks for change sets, see [`Request::of_push`]; one answer for each, in order. An acceptance is
    /// durable. When the database cannot be reached, all answers are `NotNow`: the sets may stand
    /// nevertheless, and a resend tells.
    pub async fn push(&self, requests: Vec<Request>) -> Vec<SetAnswer> {
        if requests.is_empty() {
            return Vec::new();
        }
        let ids: Vec<_> = requests.iter().map(|request| request.set.id).collect();
        let (reply, answers) = oneshot::channel();
        let work = requests.into_iter().map(Work::Set).collect();
        let sent = self.queue.send(Item { work, reply: Reply::Answers(reply) }).await;
        let answers = if sent.is_ok() { answers.await.ok() } else { None };
        answers.unwrap_or_else(|| {
            let verdict = || Verdict::NotNow { error: not_now(&stopped()) };
            ids.into_iter().map(|id| SetAnswer { id, verdict: verdict() }).collect()
        })
    }

    /// Does what claimed jobs say, and ends them in the same transaction.
    ///
    /// # Errors
    /// When the database cannot be reached, or one of the jobs cannot be done: such jobs come back
    /// when their lease ends.
    pub async fn run_jobs(&self, jobs: Vec<ClaimedJob>) -> Result<(), StoreError> {
        self.do_work(jobs.into_iter().map(Work::Job).collect()).await
    }

    /// Writes down what became of deliveries, and ends their jobs or moves them to the next attempt.
    ///
    /// # Errors
    /// As [`Self::run_jobs`]: then they are carried out once more.
    pub async fn record_deliveries(
        &self,
        outcomes: Vec<(ClaimedJob, Delivered)>,
        told: Told,
    ) -> Result<(), StoreError> {
        let work = outcomes.into_iter().map(|(job, outcome)| Work::Delivered(job, outcome));
        self.do_work(work.chain([Work::Told(told)]).collect()).await
    }

    /// Writes down what became of messages that were let go and are about no delivery.
    ///
    /// # Errors
    /// As [`Self::run_jobs`]: then each may go once more when its mark has gone.
    pub async fn told(&self, told: Vec<Told>) -> Result<(), StoreError> {
        self.do_work(told.into_iter().map(Work::Told).collect()).await
    }

    /// Asks for each whether it may go now: when it was let go, or none when it has to wait; then its jobs
    /// are due when it may.
    ///
    /// # Errors
    /// As [`Self::run_jobs`]: then nothing of it goes.
    pub async fn ask_to_go(&self, asked: Vec<Asked>) -> Result<Vec<Option<Timestamp>>, StoreError> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, done) = oneshot::channel();
        let work = asked.into_iter().map(Work::Ask).collect();
        let item = Item { work, reply: Reply::LetGo(reply) };
        self.queue.send(item).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }

    async fn do_work(&self, work: Vec<Work>) -> Result<(), StoreError> {
        if work.is_empty() {
            return Ok(());
        }
        let (reply, done) = oneshot::channel();
        let item = Item { work, reply: Reply::Done(reply) };
        self.queue.send(item).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }

    /// Has the server's own work decided under the lock. When this answers `Ok`, what it made is durable.
    ///
    /// # Errors
    /// When the database cannot be reached, or the rules refuse what the work made: nothing of it stands.
    pub async fn submit(&self, own: Arc<dyn Own>) -> Result<(), StoreError> {
        let (reply, done) = oneshot::channel();
        let item = Item { work: vec![Work::Own(own)], reply: Reply::Done(reply) };
        self.queue.send(item).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }

    /// Answers when the task ended before its time: it panicked.
    pub async fn ended(&self) {
        self.queue.closed().await;
    }

    /// Whether the task takes work.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.queue.is_closed()
    }

    /// What every commit of this node does, from now on. Who lags behind loses events, never rows: read
    /// [`crate::store::Store::ringing_pages`] and the log again.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<AppendEvent> {
        self.events.subscribe()
    }

    /// The newest row that this node wrote; at first the newest row there was.
    #[must_use]
    pub fn watch_seq(&self) -> watch::Receiver<u64> {
        self.newest.clone()
    }
}

/// A hint a batch at most, and none between two that come while one is sent.
async fn tell_other_nodes(store: SharedStore, mut newest: watch::Receiver<u64>) {
    while newest.changed().await.is_ok() {
        let seq = *newest.borrow_and_update();
        if let Err(error) = store.notify(seq).await {
            tracing::warn!(%error, "other nodes were not told of new rows; they poll");
        }
    }
}

/// The state of the task.
struct Pen {
    store: SharedStore,
    /// The directory and the life of the record that it belongs to.
    cache: Option<(u64, Directory)>,
    events: broadcast::Sender<AppendEvent>,
    newest: watch::Sender<u64>,
}

/// What became of one piece of work.
type Outcome = Result<Done, StoreError>;

/// How one piece of work was done.
#[derive(Debug)]
enum Done {
    /// A set has its answer.
    Answered(SetAnswer),
    /// Deliveries were let go, or not.
    LetGo(Option<Timestamp>),
    /// There is nothing to say.
    Silent,
}

impl Pen {
    async fn run(mut self, mut items: mpsc::Receiver<Item>) {
        while let Some(first) = items.recv().await {
            let mut batch = vec![first];
            let mut size = batch[0].size();
            while size.0 < MAX_BATCH
                && size.1 < MAX_BATCH_BYTES
                && let Ok(next) = items.try_recv()
            {
                let more = next.size();
                size = (size.0 + more.0, size.1 + more.1);
                batch.push(next);
            }
            self.write(batch).await;
        }
    }

    async fn write(&mut self, batch: Vec<Item>) {
        let mut work = Vec::new();
        let mut replies = Vec::new();
        for item in batch {
            replies.push((item.work.len(), item.reply));
            work.extend(item.work);
        }
        let outcomes = match self.attempt(&work).await {
            Ok(outcomes) => outcomes,
            Err(StoreError::Unavailable(why)) => {
                work.iter().map(|_| Err(StoreError::Unavailable(why.clone()))).collect()
            }
            Err(error) if work.len() == 1 => vec![Err(error)],
            Err(error) => {
                tracing::error!(%error, members = work.len(), "a batch failed; redone one by one");
                self.one_by_one(&work).await
            }
        };
        let mut outcomes = outcomes.into_iter();
        let mut work = work.iter();
        for (count, reply) in replies {
            // All of them, or the next reply would get what belongs to this one.
            let outcomes: Vec<Outcome> = outcomes.by_ref().take(count).collect();
            let work: Vec<&Work> = work.by_ref().take(count).collect();
            // Who does not wait any more asks again and gets the stored answer.
            match reply {
                Reply::Answers(reply) => {
                    let answers = work.into_iter().zip(outcomes).filter_map(answer);
                    drop(reply.send(answers.collect()));
                }
                Reply::Done(reply) => {
                    let failed = outcomes.into_iter().find_map(Result::err);
                    drop(reply.send(failed.map_or(Ok(()), Err)));
                }
                Reply::LetGo(reply) => {
                    let let_go = outcomes.into_iter().map(|outcome| match outcome? {
                        Done::LetGo(at) => Ok(at),
                        Done::Answered(_) | Done::Silent => Ok(None),
                    });
                    drop(reply.send(let_go.collect()));
                }
            }
        }
    }

    /// So that one piece of work that cannot be written does not take its neighbours along.
    async fn one_by_one(&mut self, work: &[Work]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(work.len());
        for one in work {
            let outcome = match self.attempt(std::slice::from_ref(one)).await {
                Ok(mut outcomes) => outcomes.pop().unwrap_or(Ok(Done::Silent)),
                Err(error) => Err(error),
            };
            if let (Err(error), Work::Set(request)) = (&outcome, one) {
                tracing::error!(%error, set = %request.set.id, "a change set cannot be written");
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    /// One transaction: one outcome for each piece of work.
    async fn attempt(&mut self, work: &[Work]) -> Result<Vec<Outcome>, StoreError> {
        let cache = self.cache.take();
        let written = tokio::time::timeout(BATCH_TIMEOUT, transact(&self.store, cache, work));
        let (epoch, directory, decided) = written
            .await
            .map_err(|_| StoreError::Unavailable("a batch took too long".to_owned()))??;
        self.cache = Some((epoch, directory));
        if !decided.writes.rows.is_empty() {
            self.newest.send_replace(decided.event.seq);
        }
        // Nobody listens: nothing to tell.
        drop(self.events.send(decided.event));
        let (mut answers, mut let_go) = (decided.answers.into_iter(), decided.let_go.into_iter());
        let mut outcome = |work: &Work| match work {
            Work::Set(_) => answers.next().map(Done::Answered),
            Work::Ask(_) => let_go.next().map(Done::LetGo),
            Work::Job(_) | Work::Delivered(..) | Work::Told(_) | Work::Own(_) => None,
        };
        Ok(work.iter().map(|work| Ok(outcome(work).unwrap_or(Done::Silent))).collect())
    }
}

/// Load, decide, write. Nothing but SQL and arithmetic happens between lock and commit.
async fn transact(
    store: &SharedStore,
    cache: Option<(u64, Directory)>,
    work: &[Work],
) -> Result<(u64, Directory, Decided), StoreError> {
    let mut needs = needs(work);
    let mut append = store.begin().await?;
    let head = append.head();
    let mut directory = match cache {
        Some((epoch, directory)) if epoch == head.epoch && directory.seq <= head.seq => directory,
        _ => Directory::default(),
    };
    if directory.seq != head.seq {
        let changed = append.directory_after(directory.seq).await?;
        directory.refresh(changed, head.seq);
    }
    needs.entities.retain(|id| !directory.entities.contains_key(id));
    needs.pages_of.retain(|id| !directory.entities.contains_key(id));
    let mut entities = append.entities(&needs.entities).await?;
    if !needs.pages_of.is_empty() {
        entities.extend(append.pages_of(&needs.pages_of).await?);
    }
    let answers = append.answers(&needs.answers).await?;
    let keys = if needs.keys.is_empty() { Vec::new() } else { append.keys(&needs.keys).await? };
    let marks = append.jobs_due(&needs.marks).await?;
    let mut loaded = Loaded {
        head,
        now: append.now(),
        directory,
        entities: entities.into_iter().map(|entity| (entity.id, entity)).collect(),
        answers: answers.into_iter().map(|answer| (answer.set, answer)).collect(),
        keys: keys.into_iter().collect(),
        marks: marks.into_iter().collect(),
        waiting: append.waiting(),
    };
    load_further(&mut *append, work, &mut loaded).await?;
    // A defect in a rule must cost one set its answer, not the server its pen.
    let decide = AssertUnwindSafe(|| decide_batch(&mut loaded, work, &mut rand::random));
    let decided = catch_unwind(decide)
        .map_err(|_| StoreError::Other("deciding a batch panicked".to_owned()))??;
    append.commit(&decided.writes).await?;
    Ok((head.epoch, loaded.directory, decided))
}

/// Loads what becomes known to be needed only by what is loaded.
async fn load_further(
    append: &mut dyn Append,
    work: &[Work],
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    let mut asked = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let mut ids = further(work, loaded);
        ids.retain(|id| loaded.entity(*id).is_none() && asked.insert(*id));
        if ids.is_empty() {
            break;
        }
        let found = append.entities(&ids).await?;
        for entity in found {
            // The directory is up to date already; an incident may have come along twice.
            if loaded.entity(entity.id).is_none() {
                loaded.entities.insert(entity.id, entity);
            }
        }
    }
    Ok(())
}

fn answer((work, outcome): (&Work, Outcome)) -> Option<SetAnswer> {
    let Work::Set(request) = work else { return None };
    let failed = |error: &StoreError| SetAnswer {
        id: request.set.id,
        verdict: Verdict::NotNow { error: not_now(error) },
    };
    match outcome {
        Ok(Done::Answered(answer)) => Some(answer),
        Ok(Done::LetGo(_) | Done::Silent) => {
            Some(failed(&StoreError::Other("no answer".to_owned())))
        }
        Err(error) => Some(failed(&error)),
    }
}

/// What a desktop hears. The inside of an error stays in the log.
fn not_now(error: &StoreError) -> ApiError {
    match error {
        StoreError::Unavailable(_) => {
            ApiError::of(ErrorCode::Offline, "the server cannot reach its database")
        }
        StoreError::Corrupt(_) | StoreError::Newer(_) | StoreError::Other(_) => {
            ApiError::of(ErrorCode::Internal, "this set could not be written; see the server's log")
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the server is stopping".to_owned())
}
