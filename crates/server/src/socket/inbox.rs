//! What a desktop wants: change sets in, keys, incidents and documents to look at, answers to `Forget`.

use std::sync::Arc;

use axum::extract::ws::Message;
use firebell_domain::{change::Author, entity::Kind, id::EntityId};
use firebell_protocol::{
    MAX_FRAME, MAX_KEYS, MAX_PUSH,
    error::{ApiError, ErrorCode},
    frame::{PushSet, ToClient, ToServer, Verdict},
};
use futures_util::StreamExt;

use super::{
    Stream,
    welcome::{invalid, too_large, unreadable},
};
use crate::{
    append::Request,
    delivery::line::{Line, Session},
    documents::rooms,
    node::Node,
    presence,
    store::StoreError,
};

/// Reads one connection. Pushes are answered one after the other: a desktop that sends faster waits in
/// its own socket.
pub(super) struct Inbox<'a> {
    node: &'a Node,
    stream: &'a mut Stream,
    line: &'a Arc<Line>,
}

impl<'a> Inbox<'a> {
    pub(super) fn new(node: &'a Node, stream: &'a mut Stream, line: &'a Arc<Line>) -> Self {
        Self { node, stream, line }
    }

    /// Runs until the desktop is gone or the line has an error to end with.
    pub(super) async fn run(&mut self) {
        let mut silent = false;
        loop {
            let message =
                match tokio::time::timeout(self.node.options.heartbeat, self.stream.next()).await {
                    Ok(message) => message,
                    // Nothing after a ping either: the other side is gone without a word.
                    Err(_) if silent => return,
                    Err(_) => {
                        silent = true;
                        self.line.ping();
                        continue;
                    }
                };
            silent = false;
            if self.line.is_closing() {
                // The session may be over: nothing that comes after that is done in its name.
                return;
            }
            let done = match message {
                Some(Ok(Message::Text(text))) if text.len() > MAX_FRAME => Err(too_large()),
                Some(Ok(Message::Text(text))) => self.frame(&text).await,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                Some(Ok(Message::Binary(_))) => Err(invalid("frames are texts")),
                Some(Ok(Message::Close(_))) | None => return,
                Some(Err(error)) => match unreadable(error) {
                    Some(error) => Err(error),
                    None => return,
                },
            };
            if let Err(error) = done {
                self.line.close(error);
            }
            if self.line.is_closing() {
                return;
            }
        }
    }

    async fn frame(&self, text: &str) -> Result<(), ApiError> {
        let frame = serde_json::from_str(text).map_err(|_| invalid("a frame cannot be read"))?;
        match frame {
            ToServer::Push { sets, more } => self.push(sets, more).await,
            ToServer::NeedKeys { count } => {
                if let Some(keys) = keys(self.node, &self.line.session, count).await {
                    self.line.send(&keys);
                }
                Ok(())
            }
            ToServer::Forgotten { incident, seq } => {
                self.forgotten(incident, seq).await;
                Ok(())
            }
            ToServer::Look { incident } => {
                if let Err(error) = presence::look(self.node, self.line, incident).await {
                    tracing::warn!(%error, "it was not told who looks at an incident");
                }
                Ok(())
            }
            ToServer::OpenDocument { incident } => {
                self.open_document(incident).await;
                Ok(())
            }
            ToServer::CloseDocument { incident } => {
                self.node.documents.close(Some(incident), self.line);
                Ok(())
            }
            ToServer::Caret(caret) if !caret.fits() => Err(too_large()),
            ToServer::Caret(caret) => {
                if let Err(error) = rooms::tell_caret(self.node, self.line, caret).await {
                    tracing::warn!(%error, "a caret was not told");
                }
                Ok(())
            }
            ToServer::Ping {} => {
                self.line.send(&ToClient::Pong { now: self.node.options.clock.now() });
                Ok(())
            }
            // A second hello changes nothing; a frame of a newer version is none of ours.
            ToServer::Hello { .. } | ToServer::Unknown => Ok(()),
        }
    }

    /// Whatever the frame says, the author is the session's person and the device is the session's.
    async fn push(&self, sets: Vec<PushSet>, more: bool) -> Result<(), ApiError> {
        if sets.len() > MAX_PUSH {
            return Err(too_large());
        }
        let Session { person, device, .. } = self.line.session;
        if sets.is_empty() {
            if !more {
                match self.node.store.release_jobs(device).await {
                    Ok(()) => self.node.due.notify_one(),
                    // First rings that wait for this go by themselves after a moment.
                    Err(error) => tracing::warn!(%error, %device, "first rings were not released"),
                }
            }
            self.line.send(&ToClient::Answers { answers: Vec::new() });
            return Ok(());
        }
        let author = Author::Person(person);
        let requests = Request::of_push(sets, author, Some(device), more);
        let answers = self.node.appender.push(requests).await;
        for answer in &answers {
            let counter = match answer.verdict {
                Verdict::Accepted { .. } => &self.node.metrics.accepted,
                Verdict::Refused { .. } => &self.node.metrics.refused,
                Verdict::NotNow { .. } => &self.node.metrics.not_now,
            };
            counter.inc();
        }
        self.line.send(&ToClient::Answers { answers });
        Ok(())
    }

    /// Who may not see the incident is told nothing, and not that either.
    async fn open_document(&self, incident: EntityId) {
        match self.node.sight.sees(self.line.session.person, incident).await {
            Ok(true) if self.node.documents.open(incident, self.line) => {}
            Ok(_) => tracing::debug!("a document is not looked at"),
            // It is exchanged all the same, and opened with the next connection.
            Err(error) => tracing::warn!(%error, "it is not known who may look at a document"),
        }
    }

    async fn forgotten(&self, incident: EntityId, seq: u64) {
        if let Err(error) = self.note_forgotten(incident, seq).await {
            // It is asked again with the next connection.
            let device = self.line.session.device;
            tracing::warn!(%error, %device, "a purge was not noted");
        }
    }

    /// Notes a purge of an incident that there is, and of rows that there are: a confirmation ahead of
    /// time would keep the desktop from being told when it has to purge.
    async fn note_forgotten(&self, incident: EntityId, seq: u64) -> Result<(), StoreError> {
        let store = &self.node.store;
        let known = store.entities(&[incident]).await?;
        if !known.iter().any(|entity| entity.kind == Kind::INCIDENT) {
            return Ok(());
        }
        let seq = seq.min(store.head().await?.seq);
        store.forgotten(self.line.session.device, incident, seq).await
    }
}

impl Drop for Inbox<'_> {
    fn drop(&mut self) {
        self.node.documents.close(None, self.line);
    }
}

/// Keys for a device; none when it took too many lately or the database does not answer. The desktop
/// asks again, and declares without a key meanwhile.
pub(super) async fn keys(node: &Node, session: &Session, count: u32) -> Option<ToClient> {
    let count = count.min(MAX_KEYS);
    if count == 0 || !node.limits.keys(session.device, count) {
        return None;
    }
    match node.store.grant_keys(session.device, count).await {
        Ok(numbers) => Some(ToClient::Keys { numbers }),
        Err(error) => {
            tracing::warn!(%error, device = %session.device, "no keys were granted");
            None
        }
    }
}

/// What a desktop hears when the database fails in the middle of a connection: come again.
pub(super) fn come_again(error: StoreError) -> ApiError {
    tracing::warn!(%error, "a connection is ended because the database does not answer");
    ApiError::of(ErrorCode::Offline, "the database cannot be reached")
}
