//! A small workspace to act in: three people, a team, a service, two policies.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use firebell_domain::{
    change::{Author, Body, Change, ChangeSet},
    directory::DirectoryChange,
    entity::{Entity, Kind},
    id::{ChangeId, DeviceId, EntityId, SetId},
    incident::{IncidentChange, Severity},
    paging::PageChange,
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use firebell_protocol::{
    frame::{PushSet, SetAnswer, Verdict},
    row::Row,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Ground;
use crate::{
    append::{Appender, Request},
    store::{ClaimedJob, SharedStore, StoredRow},
};

/// Seconds that a step of the policies waits.
pub const STEP_SECS: i64 = 60;

/// A workspace with a server on it.
pub struct Scene {
    /// The server's store.
    pub store: SharedStore,
    /// The server's pen.
    pub appender: Appender,
    /// An administrator, first in the policy.
    pub anna: EntityId,
    /// Second in the policy.
    pub ben: EntityId,
    /// In nothing but the IMOC policy.
    pub carl: EntityId,
    /// A service whose policy rings Anna, then Ben.
    pub service: EntityId,
    next: AtomicU64,
}

impl Scene {
    /// The workspace, on a fresh record.
    pub async fn new(ground: &dyn Ground) -> Self {
        let store = ground.store().await;
        let scene = Self::on(store, 0).await;
        let set = scene.directory();
        let answers = scene.appender.push(vec![Request::of_server(&set)]).await;
        accepted(&answers[0]);
        scene
    }

    /// A server on a record that has the workspace already. `line` sets its ids apart.
    pub async fn on(store: SharedStore, line: u64) -> Self {
        let appender = Appender::start(store.clone()).await.expect("the head can be read");
        let id = |n: u128| EntityId(Uuid::from_u128(0xf1e0_0000 + n));
        let (anna, ben, carl, service) = (id(1), id(2), id(3), id(4));
        let next = AtomicU64::new(line << 32);
        Self { store, appender, anna, ben, carl, service, next }
    }

    fn directory(&self) -> ChangeSet {
        let policy = EntityId(Uuid::from_u128(0xf1e0_0010));
        let imoc = EntityId(Uuid::from_u128(0xf1e0_0011));
        let step = |who: EntityId| json!({"targets": [{"person": who}], "timeout_secs": STEP_SECS});
        let person = |id, name: &str, admin: bool| {
            self.put(Kind::PERSON, id, json!({"name": name, "admin": admin, "active": true}))
        };
        let steps = json!([step(self.anna), step(self.ben)]);
        let changes = vec![
            person(self.anna, "Anna", true),
            person(self.ben, "Ben", false),
            person(self.carl, "Carl", false),
            self.put(Kind::POLICY, policy, json!({"name": "Checkout", "steps": steps})),
            self.put(Kind::POLICY, imoc, json!({"name": "IMOC", "steps": [step(self.carl)]})),
            self.put(Kind::SERVICE, self.service, json!({"name": "Checkout", "policy": policy})),
        ];
        ChangeSet { id: SetId(self.id()), changes }
    }

    /// A new id.
    pub fn id(&self) -> Uuid {
        let next = u128::from(self.next.fetch_add(1, Ordering::Relaxed));
        // Spread, so that the order of ids is not the order of making.
        Uuid::from_u128((next.wrapping_mul(0x9e37_79b9_7f4a_7c15) << 64) | next | (1 << 63))
    }

    /// A device's id.
    #[must_use]
    pub fn device(&self, n: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(0xde00_0000 + n))
    }

    /// A change of the directory.
    pub fn put(&self, kind: Kind, entity: EntityId, fields: Value) -> Change {
        let fields: BTreeMap<String, Value> =
            fields.as_object().expect("fields").clone().into_iter().collect();
        let body = Body::directory(&kind, DirectoryChange::Put { fields }).expect("a kind of it");
        self.change(entity, body)
    }

    /// A change, at a fixed time of its author's clock.
    pub fn change(&self, entity: EntityId, body: Body) -> Change {
        let at = Timestamp(1_700_000_000_000);
        Change { id: ChangeId(self.id()), entity, at, seen: BTreeMap::new(), body }
    }

    /// A declaration for [`Scene::service`].
    pub fn declare(&self, incident: EntityId, number: Option<u64>, severity: Severity) -> Change {
        let body = IncidentChange::Declare {
            number,
            summary: "Checkout answers 500".to_owned(),
            description: String::new(),
            severity,
            service: Some(self.service),
            products: Vec::new(),
            detected_by: Default::default(),
            impact_start: None,
            restricted: false,
            drill: false,
        };
        self.change(incident, Body::Incident(body))
    }

    /// A change of an incident.
    pub fn incident(&self, incident: EntityId, body: IncidentChange) -> Change {
        self.change(incident, Body::Incident(body))
    }

    /// A change of a page.
    pub fn page(&self, page: EntityId, body: PageChange) -> Change {
        self.change(page, Body::Page(body))
    }

    /// A new line of the stream.
    pub fn entry(&self, incident: EntityId, text: &str) -> Change {
        let body =
            EntryChange::add(incident, EntryKind::Observation, text, Timestamp(1_700_000_000_000));
        self.change(EntityId(self.id()), Body::Entry(body))
    }

    /// A set ready to be sent.
    pub fn set(&self, changes: &[Change]) -> PushSet {
        let changes = changes.iter().map(|c| serde_json::to_value(c).expect("JSON")).collect();
        PushSet { id: SetId(self.id()), number: 1, after: Vec::new(), again: false, changes }
    }

    /// Sends one set alone, as Anna from device 1.
    pub async fn send(&self, changes: &[Change]) -> SetAnswer {
        self.push(self.anna, self.device(1), self.set(changes)).await
    }

    /// Sends one set alone.
    pub async fn push(&self, who: EntityId, device: DeviceId, set: PushSet) -> SetAnswer {
        let request = Request::new(set, Author::Person(who), Some(device), false);
        self.appender.push(vec![request]).await.pop().expect("one answer")
    }

    /// Declares an incident and answers it with the first page, if there is one.
    pub async fn declared(&self, severity: Severity) -> (EntityId, Option<EntityId>) {
        let incident = EntityId(self.id());
        accepted(&self.send(&[self.declare(incident, None, severity)]).await);
        let pages = self.pages(incident).await;
        (incident, pages.first().map(|page| page.id))
    }

    /// The pages of an incident as stored.
    pub async fn pages(&self, incident: EntityId) -> Vec<Entity> {
        let all = self.store.entities_of(incident).await.expect("read");
        all.into_iter().filter(|entity| entity.kind == Kind::PAGE).collect()
    }

    /// An entity as stored.
    pub async fn entity(&self, id: EntityId) -> Entity {
        self.store.entities(&[id]).await.expect("read").pop().expect("it is there")
    }

    /// The whole log.
    pub async fn log(&self) -> Vec<StoredRow> {
        self.store.rows_after(0, 1_000_000).await.expect("read")
    }

    /// The whole log, read.
    pub async fn rows(&self) -> Vec<Row> {
        self.log().await.iter().map(|row| read(&row.row)).collect()
    }

    /// Claims what is due.
    pub async fn claim(&self) -> Vec<ClaimedJob> {
        self.store.claim_jobs(10, 100).await.expect("claim")
    }

    /// Claims what is due and does it.
    pub async fn run_jobs(&self) -> usize {
        let jobs = self.claim().await;
        let count = jobs.len();
        self.appender.run_jobs(jobs).await.expect("run");
        count
    }
}

/// A row from its bytes.
#[must_use]
pub fn read(row: &[u8]) -> Row {
    serde_json::from_slice(row).expect("a row")
}

/// The rows of an acceptance.
pub fn accepted(answer: &SetAnswer) -> (u64, u64) {
    match &answer.verdict {
        Verdict::Accepted { first, last } => (*first, *last),
        other => panic!("not accepted: {other:?}"),
    }
}

/// None of them was refused.
pub fn all_accepted(answers: &[SetAnswer]) {
    assert!(answers.iter().all(|answer| accepted(answer).0 > 0));
}

/// The reason of a refusal.
pub fn refused(answer: &SetAnswer) -> firebell_domain::decide::Refusal {
    match &answer.verdict {
        Verdict::Refused { why } => why.clone(),
        other => panic!("not refused: {other:?}"),
    }
}
