//! Who looks at which incident on this server (C2). It is told to those who look at it too and kept nowhere:
//! it says who is here now, so that nobody asks for whom they already have.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::EntityId;
use firebell_protocol::frame::ToClient;

use crate::{delivery::line::Line, node::Node, store::StoreError};

/// People named in one frame; more are in nobody's view.
const MAX_NAMED: usize = 200;

/// The desktops that show an incident, each at most one.
#[derive(Default)]
pub struct Presence(Mutex<Looking>);

#[derive(Default)]
struct Looking {
    rooms: HashMap<EntityId, Room>,
    /// Counts every change of a room.
    moves: u64,
}

/// Those who look at one incident.
#[derive(Default, Clone)]
struct Room {
    lines: Vec<Arc<Line>>,
    /// The move that changed it last.
    moved: u64,
}

impl Presence {
    /// A desktop shows another incident now, or none. Gives those of which that changes who looks.
    fn moves(&self, line: &Arc<Line>, to: Option<EntityId>) -> Vec<EntityId> {
        let mut looking = self.looking();
        looking.moves += 1;
        let Looking { rooms, moves } = &mut *looking;
        let mut changed: Vec<EntityId> = to.into_iter().collect();
        rooms.retain(|incident, room| {
            if Some(*incident) != to && room.lines.iter().any(|other| Arc::ptr_eq(other, line)) {
                room.lines.retain(|other| !Arc::ptr_eq(other, line));
                room.moved = *moves;
                changed.push(*incident);
            }
            !room.lines.is_empty()
        });
        if let Some(incident) = to {
            let room = rooms.entry(incident).or_default();
            room.moved = *moves;
            if !room.lines.iter().any(|other| Arc::ptr_eq(other, line)) {
                room.lines.push(Arc::clone(line));
            }
        }
        changed
    }

    fn at(&self, incident: EntityId) -> Room {
        self.looking().rooms.get(&incident).cloned().unwrap_or_default()
    }

    /// Says it to these, unless somebody came or left since: then who moved says it, and this would come
    /// after it and be believed.
    fn say(&self, incident: EntityId, since: u64, to: &[Arc<Line>], frame: &ToClient) {
        let looking = self.looking();
        if looking.rooms.get(&incident).is_some_and(|room| room.moved == since) {
            // One that does not fit is corrected by the next.
            to.iter().for_each(|line| line.offer(frame));
        }
    }

    fn looking(&self) -> MutexGuard<'_, Looking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A desktop shows an incident, or none. It may be one that is still on its way here, or one that this person
/// may not see: who is told, and named, is asked anew each time.
///
/// # Errors
/// [`StoreError`] when it is not known who may see it.
pub async fn look(
    node: &Node,
    line: &Arc<Line>,
    incident: Option<EntityId>,
) -> Result<(), StoreError> {
    for changed in node.presence.moves(line, incident) {
        tell(node, changed).await?;
    }
    Ok(())
}

/// Tells those who look at it, and may see it still, who they are.
async fn tell(node: &Node, incident: EntityId) -> Result<(), StoreError> {
    let room = node.presence.at(incident);
    let mut seeing = Vec::new();
    for line in room.lines {
        if node.sight.sees(line.session.person, incident).await? {
            seeing.push(line);
        }
    }
    let mut people: Vec<EntityId> = seeing.iter().map(|line| line.session.person).collect();
    people.sort_unstable();
    people.dedup();
    people.truncate(MAX_NAMED);
    node.presence.say(incident, room.moved, &seeing, &ToClient::Looking { incident, people });
    Ok(())
}

#[cfg(test)]
mod tests;
