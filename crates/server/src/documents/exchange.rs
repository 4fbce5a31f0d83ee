//! A desktop gives what it wrote and gets what it lacks, in one request.

use std::time::{Duration, Instant};

use firebell_domain::{document::NOTE_EVERY_MILLIS, id::EntityId};
use firebell_protocol::{
    document::{Exchange, Exchanged},
    error::{ApiError, ErrorCode},
};

use super::{
    copy::{Copy, Taken},
    rooms::{Room, Shelf, tell},
};
use crate::{
    accounts::entry::unavailable,
    delivery::line::Session,
    node::Node,
    store::{StoreError, StoredUpdate},
};

/// Updates of other servers read at once before a desktop is answered.
const PAGE: usize = 500;

/// Exchanges. What was given is durable when this answers.
///
/// # Errors
/// `NotFound` for an incident that there is not or that the person may not see; `TooLarge` and `Invalid` for
/// an update that is not taken.
pub async fn exchange(
    node: &Node,
    session: &Session,
    incident: EntityId,
    asked: &Exchange,
) -> Result<Exchanged, ApiError> {
    let room = node.documents.room(incident);
    let mut shelf = room.shelf.lock().await;
    // Asked now, with the document held: who lost sight meanwhile gets nothing, and gives nothing.
    let hidden = node.sight.hidden_by_now(session.person, &[incident]).await;
    if !hidden.map_err(unavailable)?.is_empty() {
        return Err(ApiError::of(ErrorCode::NotFound, "no such incident"));
    }
    // Taken out while it is worked on: whatever goes wrong, a copy that may differ from what is stored is
    // not used again.
    let mut copy = current(node, incident, &room, &mut shelf).await?;
    let mut taken_here = false;
    if let Some(update) = &asked.update
        && copy.take(&update.0)? == Taken::New
    {
        let body = update.0.clone();
        let taken = node.store.take_document_update(incident, session.person, &body).await;
        let at = taken.map_err(unavailable)?;
        let next = copy.at() + 1;
        taken_here = true;
        copy.stored(at, body.len());
        let own = StoredUpdate { at, person: session.person, body };
        if at == next {
            let told = tell(node, incident, &room, &[own], Some(session.device)).await;
            told.map_err(unavailable)?;
            shelf.told = Some(at);
        } else {
            // Another server wrote in between.
            copy = reload(node, incident).await?;
            catch_up(node, incident, &room, &mut shelf, at).await?;
        }
        let due = Duration::from_millis(NOTE_EVERY_MILLIS.unsigned_abs());
        if shelf.noted.is_none_or(|noted| noted.elapsed() >= due) {
            shelf.noted = Some(Instant::now());
            node.documents.due.notify_one();
        }
        keep(node, incident, &mut copy).await;
    }
    let answer = copy.answer(&asked.state_vector.0);
    // Under the room's lock nobody but another server comes after it; then the number says so.
    let answer = answer.map(|answer| Exchanged { taken: taken_here, ..answer });
    shelf.copy = Some(copy);
    answer
}

/// The document as it is stored now.
async fn current(
    node: &Node,
    incident: EntityId,
    room: &Room,
    shelf: &mut Shelf,
) -> Result<Copy, ApiError> {
    let Some(mut copy) = shelf.copy.take() else {
        let copy = reload(node, incident).await?;
        if shelf.told.is_none() {
            shelf.told = Some(copy.at());
        } else {
            catch_up(node, incident, room, shelf, copy.at()).await?;
        }
        return Ok(copy);
    };
    loop {
        let updates = node.store.document_updates(incident, copy.at(), PAGE).await;
        let updates = updates.map_err(unavailable)?;
        let Some(last) = updates.last().map(|update| update.at) else { return Ok(copy) };
        for update in &updates {
            copy.follow(update.at, &update.body).map_err(ApiError::internal)?;
        }
        catch_up(node, incident, room, shelf, last).await?;
    }
}

async fn reload(node: &Node, incident: EntityId) -> Result<Copy, ApiError> {
    let stored = node.store.document(incident).await.map_err(unavailable)?;
    Copy::open(&stored).map_err(ApiError::internal)
}

/// Those who look are told of what they were not told of.
async fn catch_up(
    node: &Node,
    incident: EntityId,
    room: &Room,
    shelf: &mut Shelf,
    at: u64,
) -> Result<(), ApiError> {
    let caught: Result<(), StoreError> = async {
        while shelf.told.is_none_or(|told| told < at) {
            let after = shelf.told.unwrap_or(at.saturating_sub(1));
            let updates = node.store.document_updates(incident, after, PAGE).await?;
            let Some(last) = updates.last().map(|update| update.at) else { break };
            tell(node, incident, room, &updates, None).await?;
            shelf.told = Some(last);
        }
        Ok(())
    }
    .await;
    caught.map_err(unavailable)
}

/// Keeps the state when it is time to. A failure costs time when it is read again, and nothing else.
async fn keep(node: &Node, incident: EntityId, copy: &mut Copy) {
    let Some(state) = copy.to_keep() else { return };
    match node.store.keep_document_state(incident, copy.at(), &state).await {
        Ok(()) => copy.kept(state.len()),
        Err(error) => tracing::warn!(%error, "the state of a document was not kept"),
    }
}
