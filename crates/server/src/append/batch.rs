//! Deciding a batch in memory. No I/O: the driver loads what [`needs`] names, and writes what
//! [`decide_batch`] answers, in one transaction.

mod access;
mod effects;
mod log;
mod maintenance;
mod quiet;

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    change::{Author, Body, Change, MAX_CHANGES},
    decide::{Accepted, Context, Decision, KeyState, Refusal, Side, decide},
    directory::settings_id,
    entity::{Entity, Kind, World},
    id::{ChangeId, DeviceId, EntityId, SetId},
    incident::IncidentChange,
    time::Timestamp,
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::{SetAnswer, Verdict},
};
use uuid::Uuid;

use super::{AppendEvent, Asked, Directory, Request, Told, Work, own};
use crate::store::{ClaimedJob, Head, JobBody, NewJob, StoreError, StoredAnswer, Writes};
use access::Sight;
pub(crate) use effects::step_job;

/// What a batch must have loaded before it can be decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Entities, with the incident of each.
    pub entities: Vec<EntityId>,
    /// Incidents whose pages are needed.
    pub pages_of: Vec<EntityId>,
    /// Sets whose answers are needed.
    pub answers: Vec<SetId>,
    /// Key numbers.
    pub keys: Vec<u64>,
    /// Marks of addresses, see [`super::quiet`].
    pub marks: Vec<Uuid>,
}

/// What a batch looks at, and what earlier members of it did.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The record's end.
    pub head: Head,
    /// The database's clock.
    pub now: Timestamp,
    /// The directory as of `head`.
    pub directory: Directory,
    /// Entities outside of the directory.
    pub entities: BTreeMap<EntityId, Entity>,
    /// Stored answers.
    pub answers: BTreeMap<SetId, StoredAnswer>,
    /// States of keys; absent ones are free.
    pub keys: BTreeMap<u64, KeyState>,
    /// Until when the marks of addresses stand.
    pub marks: BTreeMap<Uuid, Timestamp>,
    /// Whether any stored job waits for a device's push.
    pub waiting: bool,
}

impl World for Loaded {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(&id).or_else(|| self.directory.entity(id))
    }
}

/// What was decided.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// What to write, in one transaction.
    pub writes: Writes,
    /// One answer for each [`Work::Set`], in order.
    pub answers: Vec<SetAnswer>,
    /// For each [`Work::Ask`], in order, when it was let go; none when it has to wait.
    pub let_go: Vec<Option<Timestamp>>,
    /// What to tell once it is durable.
    pub event: AppendEvent,
}

/// The page that a change starts, if it starts one.
fn page_of(cause: ChangeId) -> EntityId {
    EntityId(cause.0).derived("page")
}

/// What deciding this work needs. Everything that a decision may touch is named: what is not loaded
/// counts as absent.
#[must_use]
pub fn needs(work: &[Work]) -> Needs {
    let mut needs = Needs::default();
    for item in work {
        match item {
            Work::Set(request) => {
                needs.answers.push(request.set.id);
                needs.answers.extend(&request.set.after);
                needs.entities.extend(request.author.person());
                if let Ok(set) = &request.read {
                    needs.entities.extend(set.needs());
                    set.changes.iter().for_each(|change| needs.of_change(change));
                }
            }
            Work::Job(job) | Work::Delivered(job, _) => match job.body {
                JobBody::StepPage { page } | JobBody::Deliver { page, .. } => {
                    needs.entities.push(page);
                }
                JobBody::StartPaging { incident, cause } => {
                    needs.entities.extend([incident, page_of(cause)]);
                    needs.pages_of.push(incident);
                }
                // The window is of the directory; what it holds back is named by `further`.
                JobBody::ReviewMaintenance { .. }
                | JobBody::Audit { .. }
                | JobBody::CheckReadiness { .. }
                | JobBody::Quiet {} => {}
            },
            Work::Ask(Asked { mark, .. }) | Work::Told(Told { mark, .. }) => {
                needs.marks.push(*mark)
            }
            Work::Own(_) => {}
        }
    }
    sort(&mut needs.entities);
    sort(&mut needs.pages_of);
    sort(&mut needs.answers);
    sort(&mut needs.keys);
    sort(&mut needs.marks);
    needs
}

/// What deciding needs besides, now that this much is loaded; asked until it names nothing new.
#[must_use]
pub fn further(work: &[Work], loaded: &Loaded) -> Vec<EntityId> {
    let mut ids: Vec<EntityId> = work
        .iter()
        .flat_map(|item| match item {
            Work::Own(own) => own.wants(loaded),
            Work::Job(ClaimedJob { body: JobBody::ReviewMaintenance { maintenance }, .. }) => {
                maintenance::wanted(loaded, *maintenance)
            }
            Work::Set(_) | Work::Job(_) | Work::Delivered(..) | Work::Ask(_) | Work::Told(_) => {
                Vec::new()
            }
        })
        .collect();
    sort(&mut ids);
    ids
}

impl Needs {
    fn of_change(&mut self, change: &Change) {
        let Body::Incident(body) = &change.body else { return };
        match body {
            IncidentChange::Declare { number, .. } => self.keys.extend(number),
            // Any of these may start or stop paging: which ones is the rules' business.
            _ => self.pages_of.push(change.entity),
        }
        self.entities.push(page_of(change.id));
    }
}

fn sort<T: Ord>(items: &mut Vec<T>) {
    items.sort_unstable();
    items.dedup();
}

/// Decides a batch. Earlier members are visible to later ones, so the rows are those that the members
/// would have got one by one at the same instant.
///
/// # Errors
/// [`StoreError::Corrupt`] when something accepted cannot be written down; then nothing of the batch
/// stands, and `loaded` is of no use any more.
pub fn decide_batch(
    loaded: &mut Loaded,
    work: &[Work],
    salts: &mut dyn FnMut() -> [u8; 16],
) -> Result<Decided, StoreError> {
    let mut batch = Batch::new(loaded, salts);
    let (mut answers, mut let_go) = (Vec::new(), Vec::new());
    for item in work {
        match item {
            Work::Set(request) => {
                let verdict = batch.set(request)?;
                answers.push(SetAnswer { id: request.set.id, verdict });
                if let Some(device) = request.device.filter(|_| !request.more) {
                    batch.release(device)?;
                }
            }
            Work::Job(job) => batch.job(job)?,
            Work::Delivered(job, outcome) => batch.delivered(job, outcome)?,
            Work::Ask(asked) => let_go.push(batch.ask_to_go(asked)),
            Work::Told(told) => batch.told(told),
            Work::Own(own) => {
                for set in own.sets(batch.loaded) {
                    if !batch.append_own(&set)? {
                        return Err(own::refused());
                    }
                }
            }
        }
    }
    let mut decided = batch.finish();
    decided.answers = answers;
    decided.let_go = let_go;
    Ok(decided)
}

/// A batch while it is decided.
struct Batch<'a> {
    loaded: &'a mut Loaded,
    salts: &'a mut dyn FnMut() -> [u8; 16],
    settings: EntityId,
    writes: Writes,
    /// Entities that rows of this batch changed.
    touched: BTreeSet<EntityId>,
    /// Entities that this batch made.
    made: BTreeSet<EntityId>,
    /// Pages by incident.
    pages: BTreeMap<EntityId, BTreeSet<EntityId>>,
    /// Jobs to write, by id: the last word counts.
    jobs: BTreeMap<Uuid, NewJob>,
    /// Rings to send, by page: the last step counts.
    rings: BTreeMap<EntityId, Vec<EntityId>>,
    pages_changed: BTreeSet<EntityId>,
    sight: Sight,
}

/// Whom and what effects of a set are for.
#[derive(Clone, Copy)]
struct Cause {
    device: Option<DeviceId>,
    more: bool,
    again: bool,
}

impl Cause {
    const SERVER: Self = Self { device: None, more: false, again: false };
}

impl<'a> Batch<'a> {
    fn new(loaded: &'a mut Loaded, salts: &'a mut dyn FnMut() -> [u8; 16]) -> Self {
        let mut pages: BTreeMap<EntityId, BTreeSet<EntityId>> = BTreeMap::new();
        for entity in loaded.entities.values().filter(|e| e.kind == Kind::PAGE) {
            if let Some(incident) = entity.incident {
                pages.entry(incident).or_default().insert(entity.id);
            }
        }
        Self {
            settings: settings_id(loaded.head.workspace),
            loaded,
            salts,
            writes: Writes::default(),
            touched: BTreeSet::new(),
            made: BTreeSet::new(),
            pages,
            jobs: BTreeMap::new(),
            rings: BTreeMap::new(),
            pages_changed: BTreeSet::new(),
            sight: Sight::default(),
        }
    }

    /// Decides one set.
    fn set(&mut self, request: &Request) -> Result<Verdict, StoreError> {
        let id = request.set.id;
        if let Some(first) = self.loaded.answers.get(&id) {
            return Ok(repeat(first, request));
        }
        for after in &request.set.after {
            match self.loaded.answers.get(after) {
                None => return Ok(Verdict::NotNow { error: unseen(*after) }),
                Some(StoredAnswer { refusal: Some(refusal), .. }) => {
                    let root = match refusal {
                        Refusal::DependsOnRefused { root } => *root,
                        _ => *after,
                    };
                    return Ok(self.refuse(request, Refusal::DependsOnRefused { root }));
                }
                Some(_) => {}
            }
        }
        if request.set.changes.is_empty() || request.set.changes.len() > MAX_CHANGES {
            return Ok(self.refuse(request, Refusal::WrongSize {}));
        }
        let set = match &request.read {
            Ok(set) => set,
            Err(error) => return Ok(Verdict::NotNow { error: error.clone() }),
        };
        match self.ask(request.author, request.device, set) {
            Decision::Accepted(Accepted { outcomes, effects }) => {
                let by = log::By { author: request.author, device: request.device };
                let (first, last) = self.append(set, by, &outcomes, &effects)?;
                self.keep(StoredAnswer {
                    set: id,
                    device: request.device,
                    body: request.body,
                    rows: Some((first, last)),
                    refusal: None,
                });
                let cause =
                    Cause { device: request.device, more: request.more, again: request.set.again };
                self.carry_out(effects, cause, last)?;
                Ok(Verdict::Accepted { first, last })
            }
            Decision::Refused(refusal) => Ok(self.refuse(request, refusal)),
            // The server side never answers this.
            Decision::Undecided => {
                Ok(Verdict::NotNow { error: ApiError::internal("the server could not decide") })
            }
        }
    }

    fn ask(
        &self,
        author: Author,
        device: Option<DeviceId>,
        set: &firebell_domain::change::ChangeSet,
    ) -> Decision {
        let next_key = self.loaded.head.next_key;
        let keys = |number: u64| match (self.loaded.keys.get(&number), device) {
            (Some(state), _) => *state,
            // Below the counter everything is granted or used, except what a restore jumped over:
            // granted in a life that is lost. Whoever holds such a number may use it.
            (None, Some(device)) if number < next_key => KeyState::Granted(device),
            (None, _) => KeyState::Free,
        };
        let side = Side::Server { next_key };
        decide(&Context { author, device, side, world: &*self.loaded, keys: &keys }, set)
    }

    /// Keeps a refusal, so that a resend gets it again.
    fn refuse(&mut self, request: &Request, refusal: Refusal) -> Verdict {
        let refusal = match (refusal, request.device) {
            (Refusal::KeyTaken { number, .. }, Some(device)) => {
                let fresh = self.loaded.head.next_key;
                self.loaded.head.next_key += 1;
                self.loaded.keys.insert(fresh, KeyState::Granted(device));
                self.writes.keys_granted.push((fresh, device));
                Refusal::KeyTaken { number, fresh }
            }
            (refusal, _) => refusal,
        };
        self.keep(StoredAnswer {
            set: request.set.id,
            device: request.device,
            body: request.body,
            rows: None,
            refusal: Some(refusal.clone()),
        });
        Verdict::Refused { why: refusal }
    }

    fn keep(&mut self, answer: StoredAnswer) {
        self.loaded.answers.insert(answer.set, answer.clone());
        self.writes.answers.push(answer);
    }

    fn finish(mut self) -> Decided {
        let head = self.loaded.head;
        self.loaded.directory.seq = head.seq;
        self.writes.head = Some(head);
        self.writes.access = self.sight.changes(self.loaded);
        self.writes.entities =
            self.touched.iter().filter_map(|id| self.loaded.entity(*id)).cloned().collect();
        let event = AppendEvent {
            seq: head.seq,
            rings: self.calls(),
            pages_changed: self.pages_changed.into_iter().collect(),
            access: self.writes.access.clone(),
            jobs_changed: !self.jobs.is_empty() || !self.writes.released.is_empty(),
        };
        self.writes.jobs = self.jobs.into_values().collect();
        Decided { writes: self.writes, event, ..Decided::default() }
    }
}

/// What a resend gets.
fn repeat(first: &StoredAnswer, request: &Request) -> Verdict {
    match (&first.refusal, first.rows) {
        _ if first.body != request.body => Verdict::Refused { why: Refusal::OtherBody {} },
        (Some(why), _) => Verdict::Refused { why: why.clone() },
        (None, Some((first, last))) => Verdict::Accepted { first, last },
        (None, None) => Verdict::NotNow { error: ApiError::internal("an answer without content") },
    }
}

/// The set builds on one that has not come yet.
fn unseen(after: SetId) -> ApiError {
    let mut error = ApiError::of(ErrorCode::NotFound, "builds on a set that has not come")
        .with("after", after.to_string());
    error.retryable = true;
    error
}
