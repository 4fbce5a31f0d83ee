//! One desktop with a window on the document: the window's text, the desktop's store, its line to the server.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use axum::extract::ws::Message;
use firebell_client::store::{Identity, Store};
use firebell_domain::{document::Text, id::EntityId};
use firebell_protocol::frame::ToClient;
use firebell_server::{
    delivery::line::{Line, Next, Room, Session},
    documents::exchange::exchange,
    node::Node,
};
use rand::{RngExt, rngs::StdRng};

use super::play::Told;

/// See the module.
pub(super) struct Desk {
    pub(super) window: Text,
    pub(super) online: bool,
    path: PathBuf,
    whose: Identity,
    store: Arc<Store>,
    /// Up to which update of the store the window has it.
    number: i64,
    session: Session,
    line: Arc<Line>,
    incident: EntityId,
    /// What was typed since it was last handed over.
    typed: Vec<Vec<u8>>,
}

impl Desk {
    pub(super) async fn open(
        path: PathBuf,
        whose: Identity,
        session: Session,
        incident: EntityId,
        writer: u32,
    ) -> Result<Self> {
        let store = Store::open(&path, whose, |_| {}).await?.store;
        store.open_document(incident).await?;
        let room = Room { batches: 1, bytes: 1 };
        let line = Arc::new(Line::new(session, room, Default::default()));
        let window = Text::written_by(writer);
        let (number, typed) = (0, Vec::new());
        Ok(Self {
            window,
            online: false,
            path,
            whose,
            store,
            number,
            session,
            line,
            incident,
            typed,
        })
    }

    /// Something was typed; the window has it, the store not yet.
    pub(super) fn typed(&mut self, update: Vec<u8>) {
        self.typed.push(update);
    }

    /// The window hands over what was typed, as it does several times a second.
    pub(super) async fn save(&mut self) -> Result<()> {
        if self.typed.is_empty() {
            return Ok(());
        }
        let update = firebell_domain::document::merge(self.typed.iter().map(Vec::as_slice))?;
        self.typed.clear();
        Ok(self.store.write_document(self.incident, update).await?)
    }

    /// The window takes in what came to the store.
    pub(super) async fn read(&mut self) -> Result<()> {
        let parts = self.store.document(self.incident, self.number).await?;
        self.window.apply(parts.updates.iter().map(Vec::as_slice))?;
        self.number = parts.number;
        Ok(())
    }

    pub(super) fn look(&mut self, node: &Node) {
        self.online = true;
        node.documents.open(self.incident, &self.line);
    }

    /// The connection is gone: so is what was on its way.
    pub(super) fn leave(&mut self, node: &Node) {
        self.online = false;
        node.documents.close(None, &self.line);
        while self.line.take().is_some() {}
    }

    /// What the server pushed: some of it is lost.
    pub(super) async fn hear(&mut self, rng: &mut StdRng, told: &mut Told) -> Result<()> {
        while let Some(next) = self.line.take() {
            let Next::Frame(Message::Text(text)) = next else { continue };
            let ToClient::Document(update) = serde_json::from_str(text.as_str())? else { continue };
            if rng.random_ratio(1, 5) {
                told.missed += 1;
            } else {
                self.store.take_document_update(update).await?;
            }
        }
        Ok(())
    }

    /// Exchanges what the engine would: what waits, or is known to be missing. Says whether anything was.
    pub(super) async fn exchange(
        &mut self,
        node: &Node,
        lossy: bool,
        rng: &mut StdRng,
        told: &mut Told,
    ) -> Result<bool> {
        if self.store.documents_to_exchange().await?.is_empty() {
            return Ok(false);
        }
        self.trade(node, lossy, rng, told).await?;
        Ok(true)
    }

    /// One exchange, wanted or not: as when a document is opened.
    pub(super) async fn trade(
        &mut self,
        node: &Node,
        lossy: bool,
        rng: &mut StdRng,
        told: &mut Told,
    ) -> Result<()> {
        let (asked, upto) = self.store.document_exchange(self.incident).await?;
        let answer = exchange(node, &self.session, self.incident, &asked).await?;
        told.exchanges += 1;
        if lossy && rng.random_ratio(1, 6) {
            told.lost += 1;
            return Ok(());
        }
        self.store.save_exchange(self.incident, upto, answer).await?;
        Ok(())
    }

    /// The program dies: what was typed and not handed over is gone with its window. Answers the window that
    /// it dies with.
    pub(super) async fn crash(&mut self, node: &Node, writer: u32) -> Result<Text> {
        self.leave(node);
        self.typed.clear();
        self.store.close().await;
        self.store = Store::open(&self.path, self.whose, |_| {}).await?.store;
        // A new window is another writer.
        let dead = std::mem::replace(&mut self.window, Text::written_by(writer));
        self.number = 0;
        self.read().await?;
        Ok(dead)
    }

    /// What the store says, without any window.
    pub(super) async fn stored(&self) -> Result<String> {
        let text = self.store.document_text(self.incident).await;
        text.context("the document of the store")
    }

    pub(super) async fn unsent(&self) -> Result<u32> {
        Ok(self.store.unsent_documents().await?)
    }
}
