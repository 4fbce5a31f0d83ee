//! What the windows show that others are told of: who looks at an incident (C2), and at its document (C3).

use std::collections::BTreeSet;

use firebell_domain::{entity::World, id::EntityId};
use firebell_protocol::frame::ToServer;

use crate::{
    Client,
    api::{ApiError, incident::LookAt, sync::Event},
    views::{incident::find, names::person},
};

/// What is looked at here. The server is told of a change, and of all of it with each connection.
#[derive(Debug, Default)]
pub(crate) struct Looking {
    incident: Option<EntityId>,
    documents: BTreeSet<EntityId>,
}

impl Looking {
    /// The window shows this incident, or no longer. Another one that it shows meanwhile stays: leaving one
    /// and coming to the next may arrive in either order.
    fn at_incident(&mut self, incident: EntityId, looks: bool) -> Option<ToServer> {
        let already = self.incident == Some(incident);
        if looks == already {
            return None;
        }
        self.incident = looks.then_some(incident);
        Some(ToServer::Look { incident: self.incident })
    }

    /// The window shows this document, or no longer.
    fn at_document(&mut self, incident: EntityId, looks: bool) -> Option<ToServer> {
        if looks {
            let new = self.documents.insert(incident);
            new.then_some(ToServer::OpenDocument { incident })
        } else {
            let gone = self.documents.remove(&incident);
            gone.then_some(ToServer::CloseDocument { incident })
        }
    }

    /// All of it, for a server that knows nothing yet.
    pub(crate) fn frames(&self) -> Vec<ToServer> {
        let incident = self.incident.map(|incident| ToServer::Look { incident: Some(incident) });
        let documents = self.documents.iter();
        let documents = documents.map(|incident| ToServer::OpenDocument { incident: *incident });
        incident.into_iter().chain(documents).collect()
    }
}

impl Client {
    /// `look_at`: the window shows this incident, or no longer; others who look at it see this person
    /// there. Told while there is a connection, and again with each new one. A window waits for the answer
    /// before it says the next: the last word is the one that counts.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn look_at(&self, asked: LookAt) -> Result<(), ApiError> {
        let incident = find(self, &*self.store()?, &asked.incident).await?.id;
        let said = self.looking().at_incident(incident, asked.looks);
        said.into_iter().for_each(|frame| self.say(frame));
        Ok(())
    }

    /// Somebody looks at a document here, or no longer.
    pub(super) fn look_at_document(&self, incident: EntityId, looks: bool) {
        let said = self.looking().at_document(incident, looks);
        said.into_iter().for_each(|frame| self.say(frame));
    }

    /// Who looks at an incident was told: the window hears of the others by name.
    pub(crate) fn tell_looking(&self, incident: EntityId, people: &[EntityId]) {
        let Ok(store) = self.store() else { return };
        let me = store.identity().person;
        let directory = self.directory();
        let others = people.iter().filter(|id| **id != me && directory.entity(**id).is_some());
        self.host().emit(Event::Looking {
            incident: incident.to_string(),
            people: others.map(|id| person(&*directory, *id)).collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_is_said_once_and_again_to_a_new_server() {
        let [one, other] = [1, 2].map(|number| EntityId(uuid::Uuid::from_u128(number)));
        let mut looking = Looking::default();
        assert!(looking.frames().is_empty());
        let here = Some(ToServer::Look { incident: Some(one) });
        assert_eq!(looking.at_incident(one, true), here);
        assert_eq!(looking.at_incident(one, true), None);
        let opened = looking.at_document(one, true);
        assert_eq!(opened, Some(ToServer::OpenDocument { incident: one }));
        assert_eq!(looking.at_document(one, true), None);
        assert_eq!(looking.at_document(other, false), None);
        let all =
            [ToServer::Look { incident: Some(one) }, ToServer::OpenDocument { incident: one }];
        assert_eq!(looking.frames(), all);
        let next = Some(ToServer::Look { incident: Some(other) });
        assert_eq!(looking.at_incident(other, true), next);
        assert_eq!(looking.at_incident(one, false), None, "it was left for the other already");
        let nowhere = Some(ToServer::Look { incident: None });
        assert_eq!(looking.at_incident(other, false), nowhere);
        let closed = looking.at_document(one, false);
        assert_eq!(closed, Some(ToServer::CloseDocument { incident: one }));
        assert!(looking.frames().is_empty());
    }
}
