//! A small world for the tests of rules: people, a service with a policy, an incident, and one clock
//! that tests push.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use crate::{
    change::{Author, Body, Change, ChangeSet},
    decide::{Accepted, Context, Decision, KeyState, Refusal, Side, decide, stamp},
    directory::{DirectoryChange, PolicyStep, Target, settings_id},
    entity::{Entity, Kind},
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
    incident::{IncidentChange, Severity},
    outcome,
    time::Timestamp,
};

pub(crate) const DEVICE: DeviceId = DeviceId(Uuid::from_u128(0xd));

/// A record in memory with a clock.
pub(crate) struct Story {
    pub(crate) world: BTreeMap<EntityId, Entity>,
    pub(crate) now: Timestamp,
    pub(crate) settings: EntityId,
    pub(crate) ana: EntityId,
    pub(crate) ben: EntityId,
    pub(crate) chi: EntityId,
    pub(crate) payments: EntityId,
    pub(crate) next_key: u64,
    seq: u64,
    ids: u128,
}

impl Story {
    /// Ana (administrator), Ben and Chi; `payments` pages Ana, then Ben; IMOC is Chi.
    pub(crate) fn new() -> Self {
        let settings = settings_id(WorkspaceId(Uuid::from_u128(1)));
        let nobody = EntityId(Uuid::nil());
        let mut story = Self {
            world: BTreeMap::new(),
            now: Timestamp(1_700_000_000_000),
            settings,
            ana: nobody,
            ben: nobody,
            chi: nobody,
            payments: nobody,
            next_key: 100,
            seq: 0,
            ids: 1_000,
        };
        story.ana = story.put(Kind::PERSON, json!({"name": "Ana", "admin": true}));
        story.ben = story.put(Kind::PERSON, json!({"name": "Ben"}));
        story.chi = story.put(Kind::PERSON, json!({"name": "Chi"}));
        let steps =
            [story.ana, story.ben].map(|person| PolicyStep::new(vec![Target::Person(person)], 300));
        let policy =
            story.put(Kind::POLICY, json!({"name": "Payments", "steps": steps, "repeats": 0}));
        let imoc = [PolicyStep::new(vec![Target::Person(story.chi)], 300)];
        let imoc = story.put(Kind::POLICY, json!({"name": "IMOC", "steps": imoc}));
        story.payments = story.put(Kind::SERVICE, json!({"name": "payments", "policy": policy}));
        story.put_at(settings, Kind::SETTINGS, json!({"name": "Firebell", "imoc_policy": imoc}));
        story
    }

    pub(crate) fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub(crate) fn put(&mut self, kind: Kind, fields: serde_json::Value) -> EntityId {
        let id = EntityId(self.id());
        self.put_at(id, kind, fields);
        id
    }

    pub(crate) fn put_at(&mut self, id: EntityId, kind: Kind, fields: serde_json::Value) {
        let fields = serde_json::from_value(fields).unwrap();
        let body = Body::directory(&kind, DirectoryChange::Put { fields }).unwrap();
        self.must(Author::Server, id, body);
    }

    /// A change of now.
    pub(crate) fn change(&mut self, entity: EntityId, body: Body) -> Change {
        let id = ChangeId(self.id());
        Change { id, entity, at: self.now, seen: BTreeMap::new(), body }
    }

    /// Decides a set on the server and folds it when it stands.
    pub(crate) fn decide(&mut self, author: Author, set: &ChangeSet) -> Result<Accepted, Refusal> {
        let keys = |number| {
            if number < 50 { KeyState::Granted(DEVICE) } else { KeyState::Free }
        };
        let context = Context {
            author,
            device: Some(DEVICE),
            side: Side::Server { next_key: self.next_key },
            world: &self.world,
            keys: &keys,
        };
        match decide(&context, set) {
            Decision::Accepted(accepted) => {
                for (change, outcome) in set.changes.iter().zip(&accepted.outcomes) {
                    self.seq += 1;
                    let before = self.world.remove(&change.entity);
                    let after =
                        outcome::fold(before, outcome, &stamp(change, author), Some(self.seq));
                    self.world.insert(change.entity, after);
                }
                Ok(accepted)
            }
            Decision::Refused(refusal) => Err(refusal),
            Decision::Undecided => panic!("the server is never undecided"),
        }
    }

    pub(crate) fn try_to(
        &mut self,
        author: Author,
        entity: EntityId,
        body: Body,
    ) -> Result<Accepted, Refusal> {
        let set = ChangeSet { id: SetId(self.id()), changes: vec![self.change(entity, body)] };
        self.decide(author, &set)
    }

    /// A person does several things in one set.
    pub(crate) fn does_all(
        &mut self,
        who: EntityId,
        all: Vec<(EntityId, Body)>,
    ) -> Result<Accepted, Refusal> {
        let changes = all.into_iter().map(|(entity, body)| self.change(entity, body)).collect();
        let set = ChangeSet { id: SetId(self.id()), changes };
        self.decide(Author::Person(who), &set)
    }

    pub(crate) fn must(&mut self, author: Author, entity: EntityId, body: Body) -> Accepted {
        self.try_to(author, entity, body).expect("this stands")
    }

    pub(crate) fn incident(
        &mut self,
        who: EntityId,
        incident: EntityId,
        body: IncidentChange,
    ) -> Result<Accepted, Refusal> {
        self.try_to(Author::Person(who), incident, Body::Incident(body))
    }

    /// Ben declares an incident of `payments`.
    pub(crate) fn declare(&mut self, severity: Severity) -> EntityId {
        let id = EntityId(self.id());
        let service = Some(self.payments);
        self.incident(self.ben, id, declaration("Cards fail", severity, service)).unwrap();
        id
    }

    pub(crate) fn entity(&self, id: EntityId) -> &Entity {
        self.world.get(&id).expect("it exists")
    }
}

pub(crate) fn declaration(
    summary: &str,
    severity: Severity,
    service: Option<EntityId>,
) -> IncidentChange {
    IncidentChange::Declare {
        number: None,
        summary: summary.to_owned(),
        description: String::new(),
        severity,
        service,
        products: Vec::new(),
        detected_by: crate::incident::DetectedBy::Observation,
        impact_start: None,
        restricted: false,
        drill: false,
    }
}
