//! The bounded queue in front of one connection. Urgent frames (rings, answers, pongs) go ahead of
//! rows; rows that do not fit are dropped and the desktop is told to catch up.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::ws::Message;
use bytes::Bytes;
use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId},
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::ToClient,
};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::Notify;

use super::batch::{Batch, encode};

/// Urgent frames that may wait. A desktop that lets so many pile up is not reading; it reconnects, and
/// rings for what still stands follow.
const MAX_URGENT: usize = 256;

/// Frames that may be lost are let in while fewer than this wait, so that they never put a desktop out.
const MAX_OFFERED: usize = 64;

/// Whose connection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub person: EntityId,
    /// The device.
    pub device: DeviceId,
    /// SHA-256 of the token.
    pub token: Hash,
}

/// How much a line holds.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Batches of rows.
    pub batches: usize,
    /// Bytes of rows.
    pub bytes: usize,
}

/// What a connection does next.
pub enum Next {
    /// Send this now.
    Frame(Message),
    /// Send these rows.
    Rows(Arc<Batch>),
    /// Rows were dropped: say so. True when one of them changed who may see an incident.
    CatchUp {
        /// Look at who may see what.
        access: bool,
    },
    /// End with this error.
    Close(ApiError),
}

/// The queue in front of one connection.
pub struct Line {
    /// Whose it is.
    pub session: Session,
    room: Room,
    queue: Mutex<Queue>,
    wake: Notify,
    /// Counts lines that end because nobody reads them.
    slow: Counter,
}

#[derive(Default)]
struct Queue {
    urgent: VecDeque<Message>,
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
    dropped: bool,
    access: bool,
    closing: Option<ApiError>,
}

impl Line {
    /// An empty line; `slow` counts it when it ends because it is not read.
    #[must_use]
    pub fn new(session: Session, room: Room, slow: Counter) -> Self {
        Self { session, room, queue: Mutex::default(), wake: Notify::new(), slow }
    }

    /// Puts a frame ahead of all rows.
    pub fn send(&self, frame: &ToClient) {
        self.put(Message::Text(encode(frame)));
    }

    /// Puts a frame that may be lost: not when so many others wait already.
    pub fn offer(&self, frame: &ToClient) {
        if self.queue().urgent.len() < MAX_OFFERED {
            self.send(frame);
        }
    }

    /// Asks the other side whether it is there; WebSocket libraries answer by themselves.
    pub fn ping(&self) {
        self.put(Message::Ping(Bytes::new()));
    }

    fn put(&self, message: Message) {
        let mut queue = self.queue();
        if queue.closing.is_some() {
            // Or a session that ended could be kept alive by what is still said to it.
            return;
        }
        if queue.urgent.len() >= MAX_URGENT {
            let slow = ApiError::of(ErrorCode::TooMany, "urgent frames were not read");
            queue.closing = Some(slow);
            self.slow.inc();
        } else {
            queue.urgent.push_back(message);
        }
        drop(queue);
        self.wake.notify_one();
    }

    /// Puts rows behind those that wait. Never blocks.
    pub fn push(&self, batch: &Arc<Batch>) {
        let mut queue = self.queue();
        let full = queue.batches.len() >= self.room.batches || queue.bytes >= self.room.bytes;
        if queue.dropped || full {
            // All of them: what is left of a log with a hole helps nobody.
            queue.access |=
                queue.batches.iter().any(|b| b.changes_access()) || batch.changes_access();
            queue.batches.clear();
            queue.bytes = 0;
            queue.dropped = true;
        } else {
            queue.bytes += batch.bytes();
            queue.batches.push_back(Arc::clone(batch));
        }
        drop(queue);
        self.wake.notify_one();
    }

    /// Ends the connection, after what is urgent by now was sent; nothing more is taken in.
    pub fn close(&self, error: ApiError) {
        self.queue().closing.get_or_insert(error);
        self.wake.notify_one();
    }

    /// Whether it has an error to end with.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.queue().closing.is_some()
    }

    /// Waits for what to do next: urgent frames first, then the end, then rows.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.wake.notified().await;
        }
    }

    /// Like [`Line::next`], but none when nothing waits.
    pub fn take(&self) -> Option<Next> {
        let mut queue = self.queue();
        if let Some(frame) = queue.urgent.pop_front() {
            return Some(Next::Frame(frame));
        }
        if let Some(error) = queue.closing.clone() {
            return Some(Next::Close(error));
        }
        if std::mem::take(&mut queue.dropped) {
            return Some(Next::CatchUp { access: std::mem::take(&mut queue.access) });
        }
        let batch = queue.batches.pop_front()?;
        queue.bytes = queue.bytes.saturating_sub(batch.bytes());
        Some(Next::Rows(batch))
    }

    /// Takes an urgent frame or the end, if one waits; rows stay.
    pub fn take_urgent(&self) -> Option<Next> {
        let mut queue = self.queue();
        if let Some(frame) = queue.urgent.pop_front() {
            return Some(Next::Frame(frame));
        }
        queue.closing.clone().map(Next::Close)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use firebell_domain::time::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::store::StoredRow;

    fn line(batches: usize) -> Line {
        let session = Session {
            person: EntityId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            token: Hash::ZERO,
        };
        Line::new(session, Room { batches, bytes: 1_000 }, Counter::default())
    }

    fn batch(seq: u64, access: bool) -> Arc<Batch> {
        let row = StoredRow {
            seq,
            entity: EntityId(Uuid::nil()),
            incident: None,
            salt: [0; 16],
            head: Hash::ZERO,
            set_end: seq,
            row: vec![b'x'; 10],
        };
        Arc::new(Batch::cut(vec![row], |_| access).remove(0))
    }

    #[test]
    fn urgent_frames_go_ahead_of_rows_and_rows_stay_in_order() {
        let line = line(9);
        line.push(&batch(1, false));
        line.push(&batch(2, false));
        line.send(&ToClient::Pong { now: Timestamp(0) });
        assert!(matches!(line.take(), Some(Next::Frame(_))));
        for seq in [1, 2] {
            assert!(matches!(line.take(), Some(Next::Rows(rows)) if rows.last() == seq));
        }
        assert!(line.take().is_none());
    }

    #[test]
    fn a_full_line_drops_all_its_rows_and_remembers_what_they_meant() {
        let line = line(2);
        line.push(&batch(1, true));
        for seq in 2..9 {
            line.push(&batch(seq, false));
        }
        line.send(&ToClient::Pong { now: Timestamp(0) });
        assert!(matches!(line.take(), Some(Next::Frame(_))), "urgent frames are not dropped");
        assert!(matches!(line.take(), Some(Next::CatchUp { access: true })));
        assert!(line.take().is_none());
        line.push(&batch(9, false));
        assert!(matches!(line.take(), Some(Next::Rows(_))), "it goes on from here");
    }

    #[test]
    fn a_line_that_ends_takes_nothing_in_any_more() {
        let line = line(2);
        line.ping();
        line.close(ApiError::of(ErrorCode::Revoked, "the session was ended"));
        line.ping();
        assert!(matches!(line.take(), Some(Next::Frame(_))), "what was said before is sent");
        assert!(matches!(line.take(), Some(Next::Close(_))));
    }

    #[test]
    fn what_may_be_lost_leaves_room_for_what_may_not() {
        let line = line(2);
        let frame = ToClient::Pong { now: Timestamp(0) };
        for _ in 0..10 * MAX_URGENT {
            line.offer(&frame);
        }
        assert!(!line.is_closing());
        line.send(&frame);
        let waiting = std::iter::from_fn(|| line.take()).count();
        assert_eq!(waiting, MAX_OFFERED + 1);
    }

    #[test]
    fn who_does_not_read_urgent_frames_is_put_out() {
        let line = line(2);
        for _ in 0..=MAX_URGENT {
            line.ping();
        }
        assert!(line.is_closing());
        assert_eq!(line.slow.get(), 1);
        line.close(ApiError::of(ErrorCode::Internal, "a later error changes nothing"));
        for _ in 0..MAX_URGENT {
            assert!(matches!(line.take(), Some(Next::Frame(_))));
        }
        assert!(
            matches!(line.take(), Some(Next::Close(error)) if error.code == ErrorCode::TooMany)
        );
    }
}
