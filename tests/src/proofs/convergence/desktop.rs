//! One simulated desktop and its connection: frames wait in two queues that the network disturbs.

use std::collections::{BTreeSet, VecDeque};

use anyhow::{Result, bail};
use firebell_client::replica::{ApplyError, MemoryReplica, Notice};
use firebell_domain::{
    chain::Hash,
    change::Author,
    id::{ChangeId, EntityId},
};
use firebell_protocol::{
    frame::{Resume, SetAnswer, ToServer},
    row::Slot,
};
use firebell_server::{append::Request, memory::MemoryRecord};
use rand::{Rng, RngExt, rngs::StdRng};

use super::server;

/// What is on its way to a desktop.
#[derive(Clone)]
enum Frame {
    Rows(Vec<Slot>, Hash),
    Answers(Vec<SetAnswer>),
    Forget(EntityId, u64),
    Backfill(EntityId),
    Keys(Vec<u64>),
}

impl Frame {
    fn may_be_late(&self) -> bool {
        !matches!(self, Self::Forget(..) | Self::Backfill(_))
    }
}

/// A connection as the server sees it.
struct Connection {
    sent: u64,
    to_server: VecDeque<ToServer>,
    to_desktop: VecDeque<Frame>,
}

/// A desktop with its connection, if it has one.
pub(super) struct Desktop {
    pub(super) replica: MemoryReplica,
    connection: Option<Connection>,
    /// Changes that its person executed.
    pub(super) executed: Vec<ChangeId>,
    /// Own accepted changes that a `Forget` purged: a later restore cannot get them back.
    pub(super) purged: BTreeSet<ChangeId>,
    pub(super) forgotten: u64,
    pub(super) dropped: u64,
    pub(super) keys_anew: u64,
}

impl Desktop {
    pub(super) fn new(replica: MemoryReplica) -> Self {
        Self {
            replica,
            connection: None,
            executed: Vec::new(),
            purged: BTreeSet::new(),
            forgotten: 0,
            dropped: 0,
            keys_anew: 0,
        }
    }

    pub(super) fn online(&self) -> bool {
        self.connection.is_some()
    }

    /// The connection breaks: everything on its way is lost.
    pub(super) fn drop_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.dropped += (connection.to_server.len() + connection.to_desktop.len()) as u64;
        }
        self.replica.disconnect();
    }

    /// The program dies and starts again.
    pub(super) fn crash(&mut self) {
        self.drop_connection();
        self.replica.crash();
    }

    /// Connects, as `Hello` and `Welcome` do.
    pub(super) fn connect(&mut self, record: &mut MemoryRecord) -> Result<()> {
        let ToServer::Hello { cursor, highest_key, keys_left, .. } =
            self.replica.hello(String::new())
        else {
            bail!("the first frame is Hello");
        };
        match server::resume(record, cursor) {
            Resume::Rows | Resume::Snapshot => {}
            Resume::NewEpoch => {
                record.raise_next_key(highest_key);
                self.replica.begin_life();
            }
            Resume::ChainBroken => bail!("an honest server's chain was called broken"),
        }
        self.replica.welcome(record.head().epoch);
        let (person, device) = (self.replica.person(), self.replica.device());
        let sent = cursor.map_or(0, |cursor| cursor.seq);
        let mut to_desktop = VecDeque::new();
        let forget = record.to_forget(person, device);
        to_desktop.extend(forget.into_iter().map(|(id, seq)| Frame::Forget(id, seq)));
        to_desktop.extend(
            record.gained_after(person, sent).into_iter().map(|(id, _)| Frame::Backfill(id)),
        );
        if keys_left < 5 {
            to_desktop.push_back(Frame::Keys(record.grant_keys(device, 5)));
        }
        self.connection = Some(Connection { sent, to_server: VecDeque::new(), to_desktop });
        Ok(())
    }

    /// A chunk of a first sync, when one is wanted and the desktop is online. Says whether there was.
    pub(super) fn fetch_chunk(&mut self, record: &MemoryRecord, limit: usize) -> bool {
        if self.connection.is_none() {
            return false;
        }
        let Some(token) = self.replica.wants_chunk() else { return false };
        let person = self.replica.person();
        let Some(chunk) = server::chunk(record, person, token.as_deref(), limit) else {
            // Begun in an earlier life of the record: from the beginning.
            self.replica.begin_life();
            return true;
        };
        let start = chunk.start;
        if self.replica.take_chunk(&chunk)
            && let Some(connection) = &mut self.connection
        {
            connection.sent = start;
            // What the person came to see while the snapshot was read.
            let gained = record.gained_after(person, 0).into_iter();
            connection.to_desktop.extend(gained.map(|(id, _)| Frame::Backfill(id)));
        }
        true
    }

    /// The server sends rows that it has not sent to this connection.
    pub(super) fn send_rows(&mut self, record: &MemoryRecord, limit: usize) -> bool {
        let (person, device) = (self.replica.person(), self.replica.device());
        if self.replica.cursor().is_none() {
            return false;
        }
        let Some(connection) = &mut self.connection else { return false };
        let Some((slots, head, last)) = server::slots(record, person, connection.sent, limit)
        else {
            return false;
        };
        // Before the rows: what must be purged, and what may be fetched.
        for (incident, seq) in record.to_forget(person, device) {
            connection.to_desktop.push_back(Frame::Forget(incident, seq));
        }
        for (incident, _) in record.gained_after(person, connection.sent) {
            connection.to_desktop.push_back(Frame::Backfill(incident));
        }
        connection.sent = last;
        connection.to_desktop.push_back(Frame::Rows(slots, head));
        true
    }

    /// The desktop sends what waits.
    pub(super) fn push(&mut self) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        let Some(push) = self.replica.push() else { return false };
        connection.to_server.push_back(push);
        true
    }

    /// One frame arrives at the server. A network without faults passes no `rng`.
    pub(super) fn deliver_to_server(
        &mut self,
        record: &mut MemoryRecord,
        rng: Option<&mut StdRng>,
    ) -> Result<bool> {
        let (person, device) = (self.replica.person(), self.replica.device());
        let Some(connection) = &mut self.connection else { return Ok(false) };
        let Some(ToServer::Push { sets, more }) = connection.to_server.pop_front() else {
            return Ok(false);
        };
        let times = if rng.is_some_and(|rng| rng.random_ratio(1, 12)) { 2 } else { 1 };
        for _ in 0..times {
            let requests =
                Request::of_push(sets.clone(), Author::Person(person), Some(device), more);
            let appended = record.push(requests)?;
            connection.to_desktop.push_back(Frame::Answers(appended.answers));
        }
        // A refused key comes with a fresh one in its answer; others are granted when few are left.
        Ok(true)
    }

    /// One frame arrives at the desktop, perhaps twice, perhaps before its turn.
    pub(super) fn deliver_to_desktop(
        &mut self,
        record: &mut MemoryRecord,
        rng: Option<&mut StdRng>,
    ) -> Result<bool> {
        let Some(connection) = &mut self.connection else { return Ok(false) };
        let mut times = 1;
        if let Some(rng) = rng {
            // A connection keeps the order of what ends or begins a person's sight; rows, answers and
            // keys come from different places and may overtake each other.
            let may_swap =
                connection.to_desktop.iter().take(2).filter(|f| f.may_be_late()).count() == 2;
            if may_swap && rng.random_ratio(1, 12) {
                connection.to_desktop.swap(0, 1);
            }
            if rng.random_ratio(1, 12) {
                times = 2;
            }
        }
        let Some(frame) = connection.to_desktop.pop_front() else { return Ok(false) };
        for _ in 0..times {
            self.take(record, frame.clone())?;
        }
        for notice in self.replica.take_notices() {
            self.keys_anew += u64::from(matches!(notice, Notice::KeyChanged { .. }));
        }
        Ok(true)
    }

    fn take(&mut self, record: &mut MemoryRecord, frame: Frame) -> Result<()> {
        match frame {
            Frame::Rows(slots, head) => match self.replica.take_rows(&slots, head) {
                Ok(()) => {}
                // Rows came before their turn: the desktop asks again from its cursor.
                Err(ApplyError::Gap { .. }) => self.drop_connection(),
                Err(error) => bail!("{error}"),
            },
            Frame::Answers(answers) => self.replica.take_answers(&answers),
            Frame::Keys(numbers) => self.replica.add_keys(numbers),
            Frame::Forget(incident, seq) => {
                let person = self.replica.person();
                // The access may have come back while the frame was on its way.
                let accepted = self.replica.unsent().filter(|set| set.accepted.is_some());
                let kept: Vec<ChangeId> = self
                    .replica
                    .kept()
                    .chain(accepted)
                    .filter(|set| set.incident == Some(incident))
                    .flat_map(|set| set.change_ids().collect::<Vec<_>>())
                    .collect();
                self.purged.extend(kept);
                self.replica.forget(incident, seq);
                self.forgotten += 1;
                record.forgotten(self.replica.device(), incident, seq);
                if server::sees(record, person, Some(incident)) {
                    self.replica.take_incident(&server::dump(record, incident));
                }
            }
            Frame::Backfill(incident) => {
                if server::sees(record, self.replica.person(), Some(incident)) {
                    self.replica.take_incident(&server::dump(record, incident));
                }
            }
        }
        Ok(())
    }
}

/// A number below `bound` for sizes of pages and chunks.
pub(super) fn small(rng: &mut impl Rng, bound: usize) -> usize {
    1 + rng.random_range(0..bound)
}
