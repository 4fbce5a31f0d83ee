//! A desktop for tests: a clock that is pushed, a store in a folder of its own, no server.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};

use firebell_domain::{
    chain::Hash,
    change::{Author, ChangeSet},
    decide::{Accepted, Context, Decision, KeyState, Side, decide, stamp},
    entity::{Entity, Field, Kind, Stamp},
    id::{ChangeId, DeviceId, EntityId, WorkspaceId},
    outcome::fold,
    time::Timestamp,
};
use firebell_protocol::http::SnapshotChunk;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Client, Setup,
    api::{
        incident::{DeclareForm, Declared},
        session::Preferences,
        sync::Event,
    },
    host::{Badge, CannotShow, Host, KeychainError, Later, Ring, Shown},
    session::{Kept, Remembered},
};

/// 22 November 2026, 12:00 UTC.
const NOON: i64 = 1_795_348_800_000;

/// Records what it is asked; its clock stands until it is pushed.
pub(super) struct Recorder {
    clock: AtomicI64,
    pub(super) events: Mutex<Vec<Event>>,
    pub(super) rings: Mutex<Vec<Ring>>,
    pub(super) silenced: Mutex<Vec<(Uuid, bool)>>,
    pub(super) notices: Mutex<Vec<(String, String)>>,
    /// How many of them came in quiet hours.
    pub(super) quiet_notices: AtomicU32,
    /// Where the person says that files shall go.
    pub(super) place: Mutex<Option<std::path::PathBuf>>,
    /// The name that was offered for the last one.
    pub(super) offered: Mutex<String>,
}

impl Host for Recorder {
    fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn emit(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>> {
        self.rings.lock().unwrap().push(ring.clone());
        Box::pin(std::future::ready(Ok(Shown::default())))
    }

    fn silence(&self, page: Uuid, quietly: bool) {
        self.silenced.lock().unwrap().push((page, quietly));
    }

    fn notice(&self, title: &str, body: &str, quiet: bool) {
        self.quiet_notices.fetch_add(u32::from(quiet), Ordering::Relaxed);
        self.notices.lock().unwrap().push((title.to_owned(), body.to_owned()));
    }

    fn badge(&self, _: Badge) {}

    fn preferences_changed(&self, _: &Preferences) {}

    fn choose_place<'a>(&'a self, name: &'a str) -> Later<'a, Option<std::path::PathBuf>> {
        name.clone_into(&mut self.offered.lock().unwrap());
        let place = self.place.lock().unwrap().clone();
        Box::pin(std::future::ready(place))
    }

    fn secret<'a>(&'a self, _: &'a str) -> Later<'a, Result<Option<String>, KeychainError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn set_secret<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A desktop whose person, Kim, is an administrator of an otherwise empty workspace.
pub(in crate::commands) struct Desk {
    pub(super) client: Client,
    pub(super) host: Arc<Recorder>,
    pub(super) me: EntityId,
    seq: AtomicI64,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// What a server that saw every set before thinks of what waits: it accepts all of it.
    pub(super) async fn judged_by_a_server(&self) -> Vec<Accepted> {
        let (author, device) = (Author::Person(self.me), self.client.device().unwrap());
        let me = self.client.store().unwrap().entity(self.me).await.unwrap().unwrap();
        let mut world: BTreeMap<EntityId, Entity> = BTreeMap::from([(self.me, me)]);
        let mut judged = Vec::new();
        for sent in self.outbox().await {
            let set = ChangeSet { id: sent.id, changes: sent.known_changes().collect() };
            assert_eq!(set.changes.len(), sent.changes.len());
            let context = Context {
                author,
                device: Some(device),
                side: Side::Server { next_key: 100 },
                world: &world,
                keys: &|_| KeyState::Granted(device),
            };
            let decision = decide(&context, &set);
            let Decision::Accepted(accepted) = decision else { panic!("{decision:?} to {set:?}") };
            for (change, outcome) in set.changes.iter().zip(&accepted.outcomes) {
                let before = world.remove(&outcome.entity);
                let after = fold(before, outcome, &stamp(change, author), None);
                world.insert(outcome.entity, after);
            }
            judged.push(accepted);
        }
        judged
    }

    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder {
            clock: AtomicI64::new(NOON),
            events: Mutex::default(),
            rings: Mutex::default(),
            silenced: Mutex::default(),
            notices: Mutex::default(),
            quiet_notices: AtomicU32::new(0),
            place: Mutex::default(),
            offered: Mutex::default(),
        };
        let host = Arc::new(recorder);
        let setup = Setup {
            host: host.clone(),
            folder: folder.path().to_owned(),
            solo: None,
            extra_ca: None,
        };
        let client = Client::open(setup).await.unwrap();
        let me = EntityId(Uuid::now_v7());
        let remembered = Remembered {
            workspace: WorkspaceId(Uuid::now_v7()),
            person: me,
            device: DeviceId(Uuid::now_v7()),
            server: Some("https://firebell.example".to_owned()),
            name: "kim".to_owned(),
            kept: Kept::Nowhere,
            signed_out: false,
            revoked: false,
        };
        client.enter(remembered, None).await.unwrap();
        let desk = Self { client, host, me, seq: AtomicI64::new(1), _folder: folder };
        desk.arrive(desk.entity(
            me,
            Kind::PERSON,
            None,
            [("name", json!("Kim")), ("admin", json!(true))],
        ))
        .await;
        desk.client.store().unwrap().add_keys((1..=9).collect()).await.unwrap();
        desk
    }

    /// The same, filled with sample data.
    pub(super) async fn with_sample() -> Self {
        let desk = Self::new().await;
        crate::sample::fill(&desk.client).await.unwrap();
        desk
    }

    pub(super) fn now(&self) -> i64 {
        self.host.now().0
    }

    pub(super) fn push_clock(&self, minutes: i64) {
        self.host.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    /// An entity as a server would send it.
    pub(super) fn entity<const N: usize>(
        &self,
        id: EntityId,
        kind: Kind,
        incident: Option<EntityId>,
        fields: [(&str, Value); N],
    ) -> Entity {
        let stamp =
            Stamp { change: ChangeId(Uuid::now_v7()), author: Author::Server, at: self.host.now() };
        let mut entity = Entity::empty(id, kind, incident);
        entity.fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Field { value, stamp: stamp.clone() }))
            .collect::<BTreeMap<_, _>>();
        entity
    }

    /// It arrives from the server.
    pub(super) async fn arrive(&self, mut entity: Entity) {
        entity.seq = self.seq.fetch_add(1, Ordering::Relaxed).unsigned_abs();
        let chunk = SnapshotChunk {
            epoch: 1,
            start: entity.seq,
            head: Hash::ZERO,
            entities: vec![serde_json::to_string(&entity).unwrap()],
            priority: 0,
            next: None,
            done: 1,
            total: 1,
        };
        self.client.store().unwrap().save_chunk(chunk, self.host.now()).await.unwrap();
    }

    /// An incident declared elsewhere.
    pub(super) async fn foreign_incident(&self, summary: &str, restricted: bool) -> EntityId {
        let id = EntityId(Uuid::now_v7());
        let fields = [
            ("key", json!("HOT-77")),
            ("summary", json!(summary)),
            ("severity", json!(1)),
            ("state", json!("new")),
            ("declared_at", json!(self.now())),
            ("restricted", json!(restricted)),
        ];
        self.arrive(self.entity(id, Kind::INCIDENT, Some(id), fields)).await;
        id
    }

    pub(super) async fn declare(&self, summary: &str, severity: u8) -> Declared {
        let form = DeclareForm {
            summary: summary.to_owned(),
            severity: Some(severity),
            ..DeclareForm::default()
        };
        self.client.declare_incident(form).await.unwrap()
    }

    /// Works the search queue off.
    pub(super) async fn index(&self) {
        let store = self.client.store().unwrap();
        while crate::search::feed::step(&store).await.unwrap() > 0 {}
    }

    /// Ids of what waits to be sent, and what each builds on.
    pub(super) async fn outbox(&self) -> Vec<crate::replica::OutboxSet> {
        self.client.store().unwrap().unsent_sets().await.unwrap()
    }

    pub(super) fn changed_incidents(&self) -> BTreeSet<String> {
        let events = self.host.events.lock().unwrap();
        let incidents = events.iter().filter_map(|event| match event {
            Event::Changed { incidents, .. } => Some(incidents.clone()),
            _ => None,
        });
        incidents.flatten().collect()
    }
}

/// Message ids of the objections in an answer.
pub(super) fn objections<T>(answer: Result<T, crate::api::ApiError>) -> Vec<String> {
    let error = answer.err().expect("it is objected to");
    error.fields.into_iter().map(|field| format!("{}: {}", field.field, field.message_id)).collect()
}
