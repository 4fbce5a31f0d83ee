//! A server with people, and what tests ask of it.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use firebell_domain::{
    change::{Body as What, Change},
    directory::{DirectoryChange, PolicyStep, Target},
    id::{ChangeId, DeviceId, EntityId, WorkspaceId},
    incident::{DetectedBy, IncidentChange, Severity},
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use firebell_protocol::{VERSION, http::Session};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;
use uuid::Uuid;

use super::desk::Desk;
use crate::{Options, Server, accounts::entry::NewAccount, memory::MemoryStore, node::Node};

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Bound of every wait; conditions come much sooner.
pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
}

pub(crate) fn options() -> Options {
    Options { password_cost: (64, 1), ..Options::default() }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(options()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::on(MemoryStore::new(WorkspaceId(Uuid::now_v7())), options).await
    }

    /// Another process on the same database.
    pub(crate) async fn beside(&self) -> Self {
        Self::on(self.store.clone(), options()).await
    }

    /// A process that starts where another one stopped.
    pub(crate) async fn again(store: MemoryStore) -> Self {
        Self::on(store, options()).await
    }

    pub(crate) async fn on(store: MemoryStore, options: Options) -> Self {
        let mut server = Server::start(Arc::new(store.clone()), options).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        server.serve(listener);
        Self { store, server, address }
    }

    pub(crate) fn node(&self) -> &Node {
        self.server.node()
    }

    pub(crate) async fn add(&self, name: &str, admin: bool) -> EntityId {
        let new = NewAccount { name: name.to_owned(), display_name: name.to_uppercase(), admin };
        self.server.add_account(new, PASSWORD.to_owned()).await.unwrap()
    }

    pub(crate) async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let (status, _, text) = self.raw(method, path, token, body).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (StatusCode, axum::http::HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let answer = self.server.router().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub(crate) async fn get(&self, path: &str, session: &Session) -> (StatusCode, Value) {
        self.request(Method::GET, path, Some(&session.token), None).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        session: &Session,
        body: Value,
    ) -> (StatusCode, Value) {
        self.request(Method::POST, path, Some(&session.token), Some(body)).await
    }

    pub(crate) async fn login(&self, name: &str, password: &str) -> (StatusCode, Value) {
        let body = login(name, password, DeviceId(Uuid::now_v7()));
        self.request(Method::POST, "/api/v1/login", None, Some(body)).await
    }

    /// A session on a fresh device.
    pub(crate) async fn session(&self, name: &str) -> Session {
        let (status, body) = self.login(name, PASSWORD).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// A new person with a desktop that is up to date and connected.
    pub(crate) async fn person(&self, name: &str, admin: bool) -> Desk {
        self.add(name, admin).await;
        let session = self.session(name).await;
        let mut desk = Desk::new(session);
        desk.connect_up_to_date(self).await;
        desk
    }
}

pub(crate) fn login(name: &str, password: &str, device: DeviceId) -> Value {
    json!({
        "protocol": VERSION, "name": name, "password": password,
        "device": device, "device_name": "laptop",
    })
}

pub(crate) fn change(entity: EntityId, body: What) -> Change {
    let (id, at) = (ChangeId(Uuid::now_v7()), Timestamp(1_700_000_000_000));
    Change { id, entity, at, seen: BTreeMap::new(), body }
}

pub(crate) fn fresh() -> EntityId {
    EntityId(Uuid::now_v7())
}

pub(crate) fn declare(severity: Severity, service: Option<EntityId>, restricted: bool) -> Change {
    let body = IncidentChange::Declare {
        number: None,
        summary: "checkout fails".to_owned(),
        description: String::new(),
        severity,
        service,
        products: Vec::new(),
        detected_by: DetectedBy::Customer,
        impact_start: None,
        restricted,
        drill: false,
    };
    change(fresh(), What::Incident(body))
}

pub(crate) fn to_incident(incident: EntityId, body: IncidentChange) -> Change {
    change(incident, What::Incident(body))
}

pub(crate) fn message(incident: EntityId, text: &str) -> Change {
    let body = EntryChange::add(incident, EntryKind::Message, text, Timestamp(1_700_000_000_000));
    change(fresh(), What::Entry(body))
}

fn put(fields: Vec<(&str, Value)>) -> DirectoryChange {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    DirectoryChange::Put { fields }
}

/// A service whose policy rings these people one after the other.
pub(crate) fn service(people: &[EntityId], timeout_secs: u32) -> (EntityId, Vec<Change>) {
    let (policy, service) = (fresh(), fresh());
    let steps: Vec<PolicyStep> = people
        .iter()
        .map(|person| PolicyStep::new(vec![Target::Person(*person)], timeout_secs))
        .collect();
    let policy_put = put(vec![("name", json!("policy")), ("steps", json!(steps))]);
    let service_put = put(vec![("name", json!("shop")), ("policy", json!(policy))]);
    let changes =
        vec![change(policy, What::Policy(policy_put)), change(service, What::Service(service_put))];
    (service, changes)
}

pub(crate) fn deactivate(person: EntityId) -> Change {
    change(person, What::Person(put(vec![("active", json!(false))])))
}
