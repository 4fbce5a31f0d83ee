//! What a desktop is sent: how it goes on, who may see what, rings, rows; in that order.

use std::{collections::BTreeSet, sync::Arc};

use axum::extract::ws::{Message, Utf8Bytes};
use firebell_domain::id::EntityId;
use firebell_protocol::{
    KEY_RESERVE, VERSION,
    error::ApiError,
    frame::{Resume, ToClient},
};
use futures_util::SinkExt;

use super::{
    Sink,
    inbox::{come_again, keys},
    welcome::{self, Hello},
};
use crate::{
    delivery::{
        access,
        batch::{Batch, encode},
        line::{Line, Next},
        rings,
    },
    node::Node,
};

/// Rows read at once to bring a desktop up to date.
const PAGE_ROWS: usize = 200;

/// Why sending ended.
pub(super) enum End {
    /// The desktop is gone.
    Gone,
    /// This has to be said first.
    Fault(ApiError),
}

impl End {
    pub(super) fn error(self) -> Option<ApiError> {
        match self {
            Self::Gone => None,
            Self::Fault(error) => Some(error),
        }
    }
}

type Sent = Result<(), End>;

/// Sends on one connection.
pub(super) struct Outbox<'a> {
    node: &'a Node,
    sink: &'a mut Sink,
    line: &'a Line,
    /// Rows after this one come through the line.
    tail: u64,
    /// Last row that was sent.
    at: u64,
    /// Up to which row it was looked at who may see what.
    checked: u64,
    /// Rows are not sent: the record does not extend what the desktop saw.
    muted: bool,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(node: &'a Node, sink: &'a mut Sink, line: &'a Line, tail: u64) -> Self {
        Self { node, sink, line, tail, at: tail, checked: tail, muted: false }
    }

    /// Brings the desktop up to date.
    pub(super) async fn welcome(&mut self, hello: Hello) -> Sent {
        let node = self.node;
        let head = node.store.head().await.map_err(failed)?;
        let resume = welcome::resume(node, &head, hello.cursor).await.map_err(failed)?;
        // Only who was there before the restore can know keys that the record does not.
        let knows_more = hello.cursor.is_some_and(|cursor| cursor.epoch < head.epoch);
        if resume == Resume::NewEpoch && knows_more {
            self.raise_next_key(&hello, head.epoch).await?;
        }
        self.send(&ToClient::Welcome {
            protocol: VERSION,
            workspace: head.workspace,
            epoch: head.epoch,
            person: hello.session.person,
            now: node.options.clock.now(),
            resume,
        })
        .await?;
        let missing = KEY_RESERVE.saturating_sub(hello.keys_left);
        if let Some(keys) = keys(node, &hello.session, missing).await {
            self.send(&keys).await?;
        }
        let since = hello.cursor.map(|c| c.seq).filter(|_| resume == Resume::Rows);
        self.access(since).await?;
        let standing = rings::standing(&node.store, hello.session.person).await.map_err(failed)?;
        for ring in standing {
            node.metrics.rings.inc();
            self.send(&ToClient::Ring(ring)).await?;
        }
        match since {
            Some(from) => self.catch_up(from).await,
            None => {
                self.muted = resume == Resume::ChainBroken;
                Ok(())
            }
        }
    }

    async fn raise_next_key(&self, hello: &Hello, epoch: u64) -> Sent {
        let (limits, device) = (&self.node.limits, hello.session.device);
        if !limits.reports_key(device, epoch) {
            return Ok(());
        }
        let raised = self.node.store.raise_next_key(hello.highest_key).await;
        if raised.is_err() {
            limits.report_failed(device);
        }
        raised.map_err(failed)
    }

    /// Sends rows from the store up to where the line begins; later ones come through it.
    async fn catch_up(&mut self, from: u64) -> Sent {
        self.at = from;
        while self.at < self.tail {
            let batches = {
                // Not held while sending: a slow desktop must not keep others from starting.
                let _turn = self.node.resuming.acquire().await.map_err(|_| End::Gone)?;
                let mut rows =
                    self.node.store.rows_after(self.at, PAGE_ROWS).await.map_err(failed)?;
                rows.retain(|row| row.seq <= self.tail);
                Batch::cut(rows, |_| false)
            };
            if batches.is_empty() {
                let gap = format!("the log ends before row {}", self.tail);
                return Err(End::Fault(ApiError::internal(gap)));
            }
            for batch in batches {
                self.urgent().await?;
                self.rows(&batch).await?;
            }
        }
        Ok(())
    }

    /// Sends what happens from now on.
    pub(super) async fn run(&mut self) -> End {
        loop {
            let next = self.line.next().await;
            if let Err(end) = self.one(next).await {
                return end;
            }
        }
    }

    async fn one(&mut self, next: Next) -> Sent {
        match next {
            Next::Frame(message) => self.put(message).await,
            Next::Close(error) => Err(End::Fault(error)),
            Next::CatchUp { access } => {
                if access {
                    let tail = self.node.hub.tail();
                    self.access(Some(self.checked)).await?;
                    self.checked = tail;
                }
                self.node.metrics.catch_ups.inc();
                self.send(&ToClient::CatchUp {}).await
            }
            Next::Rows(batch) => self.live(&batch).await,
        }
    }

    async fn live(&mut self, batch: &Arc<Batch>) -> Sent {
        // A desktop that was connected elsewhere may know rows that this process has just read.
        if batch.last() <= self.at {
            return Ok(());
        }
        if batch.changes_access() {
            self.access(Some(self.checked)).await?;
            self.checked = batch.last();
        }
        if batch.first() > self.at {
            return self.rows(batch).await;
        }
        match batch.after(self.at) {
            Some(rest) => self.rows(&rest).await,
            None => Ok(()),
        }
    }

    async fn rows(&mut self, batch: &Batch) -> Sent {
        self.at = batch.last();
        if self.muted {
            return Ok(());
        }
        let hidden = self.hidden(batch.incidents()).await?;
        self.put(Message::Text(batch.frame(&hidden))).await
    }

    async fn hidden(&self, incidents: &[EntityId]) -> Result<BTreeSet<EntityId>, End> {
        self.node.sight.hidden(self.line.session.person, incidents).await.map_err(failed)
    }

    /// Tells the desktop what to purge and what to fetch.
    async fn access(&mut self, since: Option<u64>) -> Sent {
        let node = self.node;
        let frames = access::frames(&node.store, &node.sight, &self.line.session, since);
        for frame in frames.await.map_err(failed)? {
            self.send(&frame).await?;
        }
        Ok(())
    }

    /// Sends urgent frames that wait.
    async fn urgent(&mut self) -> Sent {
        while let Some(next) = self.line.take_urgent() {
            self.one(next).await?;
        }
        Ok(())
    }

    async fn send(&mut self, frame: &ToClient) -> Sent {
        let text: Utf8Bytes = encode(frame);
        self.put(Message::Text(text)).await
    }

    async fn put(&mut self, message: Message) -> Sent {
        let sent = self.sink.send(message);
        match tokio::time::timeout(self.node.options.send_within, sent).await {
            Ok(sent) => sent.map_err(|_| End::Gone),
            Err(_) => {
                // Half of a frame may be under way, so there are no last words either.
                self.node.metrics.connections_dropped.inc();
                Err(End::Gone)
            }
        }
    }
}

fn failed(error: crate::store::StoreError) -> End {
    End::Fault(come_again(error))
}
