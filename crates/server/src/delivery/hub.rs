//! All connections of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::{DeviceId, EntityId};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::ToClient,
};
use tokio::sync::watch;

use super::{
    batch::Batch,
    line::{Line, Session},
};

/// All connections of this process, and how far rows were handed to them.
pub struct Hub {
    inner: Mutex<Inner>,
    /// Most connections in all.
    max: usize,
    /// Most connections of one person.
    max_of_person: usize,
    /// How many lines there are, for whoever waits for them to come or go.
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Inner {
    tail: u64,
    next: u64,
    lines: HashMap<u64, Arc<Line>>,
    of_person: HashMap<EntityId, Vec<u64>>,
    closing: Option<ApiError>,
}

/// A connection's place in the hub; leaving is dropping it.
pub struct Seat {
    hub: Arc<Hub>,
    id: u64,
    /// Rows after this one come through the line; earlier ones are read from the store.
    pub tail: u64,
}

impl Hub {
    /// A hub that has handed out rows up to `tail`.
    #[must_use]
    pub fn new(tail: u64, max: usize, max_of_person: usize) -> Self {
        let inner = Mutex::new(Inner { tail, ..Inner::default() });
        Self { inner, max, max_of_person, count: watch::Sender::new(0) }
    }

    /// Takes a line in.
    ///
    /// # Errors
    /// `TooMany` when there is no room, or the error with which this process ends.
    pub fn join(self: &Arc<Self>, line: &Arc<Line>) -> Result<Seat, ApiError> {
        let mut inner = self.inner();
        if let Some(closing) = &inner.closing {
            return Err(closing.clone());
        }
        let person = line.session.person;
        let of_person = inner.of_person.get(&person).map_or(0, Vec::len);
        if inner.lines.len() >= self.max || of_person >= self.max_of_person {
            return Err(ApiError::of(ErrorCode::TooMany, "too many connections"));
        }
        inner.next += 1;
        let id = inner.next;
        inner.lines.insert(id, Arc::clone(line));
        inner.of_person.entry(person).or_default().push(id);
        self.count.send_replace(inner.lines.len());
        Ok(Seat { hub: Arc::clone(self), id, tail: inner.tail })
    }

    /// Hands rows to every line.
    pub fn publish(&self, batch: &Arc<Batch>) {
        let mut inner = self.inner();
        inner.tail = batch.last();
        for line in inner.lines.values() {
            line.push(batch);
        }
    }

    /// Sends a frame to every line of a person, ahead of rows; the answer says to how many.
    pub fn send(&self, person: EntityId, frame: &ToClient) -> usize {
        let lines = self.lines_of(person);
        lines.iter().for_each(|line| line.send(frame));
        lines.len()
    }

    /// Whether a person is connected here.
    #[must_use]
    pub fn has(&self, person: EntityId) -> bool {
        self.inner().of_person.contains_key(&person)
    }

    /// Ends the connections of a person.
    pub fn close_person(&self, person: EntityId, error: &ApiError) {
        self.lines_of(person).iter().for_each(|line| line.close(error.clone()));
    }

    /// Ends the connections of a device.
    pub fn close_device(&self, device: DeviceId, error: &ApiError) {
        self.close_where(error, |session| session.device == device);
    }

    /// Ends the connections of sessions that are not good any more.
    pub fn close_where(&self, error: &ApiError, ended: impl Fn(&Session) -> bool) {
        for line in self.inner().lines.values().filter(|line| ended(&line.session)) {
            line.close(error.clone());
        }
    }

    /// Ends all connections and takes no new ones.
    pub fn close(&self, error: &ApiError) {
        self.inner().closing = Some(error.clone());
        self.close_where(error, |_| true);
    }

    /// How many connections there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner().lines.len()
    }

    /// Waits until there are so many connections.
    pub async fn counts(&self, lines: usize) {
        // The sender lives as long as the hub that is borrowed here.
        let _ = self.count.subscribe().wait_for(|count| *count == lines).await;
    }

    /// Whether nobody is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to where rows were handed out.
    #[must_use]
    pub fn tail(&self) -> u64 {
        self.inner().tail
    }

    /// Rows are handed out from `tail` on again.
    pub fn rewind(&self, tail: u64) {
        self.inner().tail = tail;
    }

    fn lines_of(&self, person: EntityId) -> Vec<Arc<Line>> {
        let inner = self.inner();
        let ids = inner.of_person.get(&person).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| inner.lines.get(id)).map(Arc::clone).collect()
    }

    fn leave(&self, id: u64) {
        let mut inner = self.inner();
        let Some(line) = inner.lines.remove(&id) else { return };
        if let Some(ids) = inner.of_person.get_mut(&line.session.person) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                inner.of_person.remove(&line.session.person);
            }
        }
        self.count.send_replace(inner.lines.len());
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.leave(self.id);
    }
}
