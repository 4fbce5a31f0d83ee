//! Who looks at which document on this server, and the documents that are in memory because of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use firebell_domain::id::{DeviceId, EntityId};
use firebell_protocol::{
    document::{Base64, Caret, MAX_OPEN, Update},
    frame::ToClient,
};
use tokio::sync::Notify;

use super::copy::Copy;
use crate::{
    delivery::line::Line,
    node::Node,
    store::{StoreError, StoredUpdate},
};

/// Documents kept in memory; beyond that those that nobody looks at go first, then all.
const MAX_ROOMS: usize = 256;
/// Updates read at once.
const PAGE: usize = 200;

/// One document on this server.
#[derive(Default)]
pub struct Room {
    /// Held while the document is read or written: one after the other.
    pub(super) shelf: tokio::sync::Mutex<Shelf>,
    lines: Mutex<Vec<Arc<Line>>>,
}

/// The document in memory.
#[derive(Default)]
pub(super) struct Shelf {
    /// None until it is asked for, and after anything went wrong.
    pub(super) copy: Option<Copy>,
    /// Up to which update those who look were told.
    pub(super) told: Option<u64>,
    /// When the log was last asked to say how far it is.
    pub(super) noted: Option<Instant>,
}

/// All of them.
#[derive(Default)]
pub struct Rooms {
    rooms: Mutex<HashMap<EntityId, Arc<Room>>>,
    /// A document is further than the log says.
    pub(crate) due: Notify,
}

impl Rooms {
    /// The room of a document.
    pub(super) fn room(&self, incident: EntityId) -> Arc<Room> {
        let mut rooms = lock(&self.rooms);
        if rooms.len() >= MAX_ROOMS && !rooms.contains_key(&incident) {
            rooms.retain(|_, room| !lock(&room.lines).is_empty());
        }
        Arc::clone(rooms.entry(incident).or_default())
    }

    /// A desktop looks at a document, of which its person may see the incident. False when it looks at as
    /// many as it may already.
    pub fn open(&self, incident: EntityId, line: &Arc<Line>) -> bool {
        let looks = |room: &Arc<Room>| lock(&room.lines).iter().any(|l| Arc::ptr_eq(l, line));
        if lock(&self.rooms).values().filter(|room| looks(room)).count() >= MAX_OPEN {
            return false;
        }
        let room = self.room(incident);
        let mut lines = lock(&room.lines);
        if !lines.iter().any(|other| Arc::ptr_eq(other, line)) {
            lines.push(Arc::clone(line));
        }
        true
    }

    /// A desktop looks at a document no more; at none when `incident` is none.
    pub fn close(&self, incident: Option<EntityId>, line: &Arc<Line>) {
        lock(&self.rooms).retain(|id, room| {
            if incident.is_none_or(|incident| incident == *id) {
                lock(&room.lines).retain(|other| !Arc::ptr_eq(other, line));
            }
            // One that is being used is held by its user as well, and comes back with the next.
            !lock(&room.lines).is_empty() || Arc::strong_count(room) > 1
        });
    }

    /// Forgets what is in memory, because the record is another one now.
    pub fn clear(&self) {
        let rooms: Vec<_> = lock(&self.rooms).values().cloned().collect();
        for room in rooms {
            match room.shelf.try_lock() {
                Ok(mut shelf) => *shelf = Shelf::default(),
                // Whoever holds it finds another number than it expects, and reads it again.
                Err(_) => tracing::debug!("a document is in use while the record changes"),
            }
        }
    }

    /// Whether anybody here looks at a document.
    fn watched(&self, incident: EntityId) -> Option<Arc<Room>> {
        let room = lock(&self.rooms).get(&incident).cloned()?;
        let watched = !lock(&room.lines).is_empty();
        watched.then_some(room)
    }
}

/// Tells those who look at a document, and may see it, of what came after what they were told. `from` wrote
/// it, and knows.
pub(super) async fn tell(
    node: &Node,
    incident: EntityId,
    room: &Room,
    updates: &[StoredUpdate],
    from: Option<DeviceId>,
) -> Result<(), StoreError> {
    for line in watchers(node, incident, room).await? {
        if Some(line.session.device) == from {
            continue;
        }
        for StoredUpdate { at, body, .. } in updates {
            let update = Update { incident, at: *at, update: Base64(body.clone()) };
            // One that does not fit is missed when the next one comes, or the log says how far it is.
            line.offer(&ToClient::Document(update));
        }
    }
    Ok(())
}

/// Tells the others who look at a document where somebody is.
///
/// # Errors
/// [`StoreError`] when it is not known who may see it.
pub async fn tell_caret(node: &Node, line: &Arc<Line>, caret: Caret) -> Result<(), StoreError> {
    let incident = caret.incident;
    let Some(room) = node.documents.watched(incident) else { return Ok(()) };
    let lines = watchers(node, incident, &room).await?;
    // Who does not look at it, or may not see it any more, is nowhere in it.
    if !lines.iter().any(|other| Arc::ptr_eq(other, line)) {
        return Ok(());
    }
    let frame = ToClient::Caret { person: line.session.person, caret };
    for other in lines.iter().filter(|other| !Arc::ptr_eq(other, line)) {
        other.offer(&frame);
    }
    Ok(())
}

async fn watchers(
    node: &Node,
    incident: EntityId,
    room: &Room,
) -> Result<Vec<Arc<Line>>, StoreError> {
    let lines = lock(&room.lines).clone();
    let mut watching = Vec::with_capacity(lines.len());
    for line in lines {
        if node.sight.sees(line.session.person, incident).await? {
            watching.push(line);
        }
    }
    Ok(watching)
}

/// The log says that a document is so far: what another server took is told here.
///
/// # Errors
/// [`StoreError`] when the updates cannot be read.
pub async fn follow(node: &Node, incident: EntityId, at: u64) -> Result<(), StoreError> {
    let Some(room) = node.documents.watched(incident) else { return Ok(()) };
    let mut shelf = room.shelf.lock().await;
    let Some(mut told) = shelf.told else {
        // Nobody was told anything yet; who opens it asks by themselves.
        shelf.told = Some(at);
        return Ok(());
    };
    while told < at {
        let updates = node.store.document_updates(incident, told, PAGE).await?;
        let Some(last) = updates.last().map(|update| update.at) else { break };
        tell(node, incident, &room, &updates, None).await?;
        told = last;
        shelf.told = Some(told);
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
