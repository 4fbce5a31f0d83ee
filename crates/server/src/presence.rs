//! Who looks at which incident on this server (C2). It is told to those who look at it too and kept nowhere:
//! it says who is here now, so that nobody asks for whom they already have.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use firebell_domain::id::EntityId;
use firebell_protocol::frame::ToClient;

use crate::{delivery::line::Line, node::Node, store::StoreError};

/// People named in one frame; more are in nobody's view.
const MAX_NAMED: usize = 200;

/// The desktops that show an incident, each at most one.
#[derive(Default)]
pub struct Presence(Mutex<HashMap<EntityId, Vec<Arc<Line>>>>);

impl Presence {
    /// A desktop shows another incident now, or none. Gives those of which that changes who looks.
    fn moves(&self, line: &Arc<Line>, to: Option<EntityId>) -> Vec<EntityId> {
        let mut looking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed: Vec<EntityId> = to.into_iter().collect();
        looking.retain(|incident, lines| {
            if Some(*incident) != to && lines.iter().any(|other| Arc::ptr_eq(other, line)) {
                lines.retain(|other| !Arc::ptr_eq(other, line));
                changed.push(*incident);
            }
            !lines.is_empty()
        });
        if let Some(incident) = to {
            let lines = looking.entry(incident).or_default();
            if !lines.iter().any(|other| Arc::ptr_eq(other, line)) {
                lines.push(Arc::clone(line));
            }
        }
        changed
    }

    fn at(&self, incident: EntityId) -> Vec<Arc<Line>> {
        let looking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looking.get(&incident).cloned().unwrap_or_default()
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
    let mut seeing = Vec::new();
    for line in node.presence.at(incident) {
        if node.sight.sees(line.session.person, incident).await? {
            seeing.push(line);
        }
    }
    let mut people: Vec<EntityId> = seeing.iter().map(|line| line.session.person).collect();
    people.sort_unstable();
    people.dedup();
    people.truncate(MAX_NAMED);
    let frame = ToClient::Looking { incident, people };
    for line in seeing {
        // One that does not fit is corrected by the next.
        line.offer(&frame);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
