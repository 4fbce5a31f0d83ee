//! Who may see which incident now, kept in memory for the incidents that rows are about.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    incident, permission,
};

use crate::store::{SharedStore, StoreError};

/// How many incidents are kept; beyond that all are dropped and read again when they are needed.
const MAX_KNOWN: usize = 50_000;
/// How often a question is put again when another task dropped what it needs.
const MAX_TRIES: usize = 4;

/// Who may see which incident, as [`permission::may_see`] says for the incident as it stands.
pub struct Sight {
    store: SharedStore,
    known: RwLock<HashMap<EntityId, Arc<Entity>>>,
}

impl Sight {
    /// Knows nothing yet and asks `store`.
    #[must_use]
    pub fn new(store: SharedStore) -> Self {
        Self { store, known: RwLock::new(HashMap::new()) }
    }

    /// Reads these incidents again, because a row changed who may see them; the answer says which of
    /// them exist.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn refresh(&self, incidents: &[EntityId]) -> Result<BTreeSet<EntityId>, StoreError> {
        if incidents.is_empty() {
            return Ok(BTreeSet::new());
        }
        let entities = self.store.entities(incidents).await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() + entities.len() > MAX_KNOWN {
            known.clear();
        }
        let mut found = BTreeSet::new();
        for entity in entities.into_iter().filter(|e| e.kind == Kind::INCIDENT) {
            found.insert(entity.id);
            // Two readers may finish in the other order than they began.
            if known.get(&entity.id).is_none_or(|older| older.seq <= entity.seq) {
                known.insert(entity.id, Arc::new(outline(entity)));
            }
        }
        Ok(found)
    }

    /// Forgets everything, because the record is another one now.
    pub fn clear(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Reads those of these incidents that are not known yet.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn learn(&self, incidents: &[EntityId]) -> Result<(), StoreError> {
        let missing: Vec<EntityId> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            incidents.iter().filter(|id| !known.contains_key(id)).copied().collect()
        };
        self.refresh(&missing).await.map(drop)
    }

    /// Which of these incidents the person may not see. One that does not exist is hidden.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn hidden(
        &self,
        person: EntityId,
        incidents: &[EntityId],
    ) -> Result<BTreeSet<EntityId>, StoreError> {
        let mut absent = BTreeSet::new();
        for _ in 0..MAX_TRIES {
            let (hidden, missing) = self.ask(person, incidents, &absent);
            if missing.is_empty() {
                return Ok(hidden);
            }
            let found = self.refresh(&missing).await?;
            absent.extend(missing.into_iter().filter(|id| !found.contains(id)));
        }
        Err(StoreError::Unavailable("incidents change faster than they are read".to_owned()))
    }

    /// Like [`Sight::hidden`], about what was just read from the store: that may be newer than the last
    /// row that the tailer learned from, so the incidents are read again, after it.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn hidden_by_now(
        &self,
        person: EntityId,
        incidents: &[EntityId],
    ) -> Result<BTreeSet<EntityId>, StoreError> {
        self.refresh(incidents).await?;
        self.hidden(person, incidents).await
    }

    /// Whether the person may see this incident.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn sees(&self, person: EntityId, incident: EntityId) -> Result<bool, StoreError> {
        Ok(self.hidden(person, &[incident]).await?.is_empty())
    }

    fn ask(
        &self,
        person: EntityId,
        incidents: &[EntityId],
        absent: &BTreeSet<EntityId>,
    ) -> (BTreeSet<EntityId>, Vec<EntityId>) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (mut hidden, mut missing) = (BTreeSet::new(), Vec::new());
        for id in incidents {
            match known.get(id) {
                Some(incident) if permission::may_see(person, incident) => {}
                None if !absent.contains(id) => missing.push(*id),
                Some(_) | None => {
                    hidden.insert(*id);
                }
            }
        }
        (hidden, missing)
    }
}

/// The incident without its texts: what [`permission::may_see`] reads is its fields and members.
fn outline(mut incident: Entity) -> Entity {
    incident.fields.retain(|_, field| field.value.is_boolean());
    incident.lists.retain(|list, _| list == incident::MEMBERS);
    incident
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use firebell_domain::{
        change::Author,
        entity::{Field, Member, Stamp},
        id::ChangeId,
        time::Timestamp,
    };
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    /// What is kept of an incident answers like the incident.
    #[test]
    fn an_outline_answers_like_the_incident() {
        let person = |n| EntityId(Uuid::from_u128(n));
        let stamp =
            Stamp { change: ChangeId(Uuid::nil()), author: Author::Server, at: Timestamp(0) };
        for restricted in [json!(true), json!(false), Value::Null] {
            for removed in [true, false] {
                let mut incident = Entity::empty(person(9), Kind::INCIDENT, Some(person(9)));
                for (name, value) in [("restricted", restricted.clone()), ("summary", json!("x"))] {
                    let field = Field { value, stamp: stamp.clone() };
                    incident.fields.insert(name.to_owned(), field);
                }
                let member = Member { value: json!(true), removed, stamp: stamp.clone() };
                let members = BTreeMap::from([(person(1).to_string(), member)]);
                incident.lists.insert(incident::MEMBERS.to_owned(), members);
                let outline = outline(incident.clone());
                assert!(!outline.fields.contains_key("summary"));
                for who in [person(1), person(2)] {
                    let says = permission::may_see(who, &outline);
                    assert_eq!(says, permission::may_see(who, &incident));
                }
            }
        }
    }
}
