//! Monitoring systems report over HTTP: bodies that the real Alertmanager sent, the Events API, plain JSON.

use axum::http::{Method, StatusCode};
use firebell_domain::{
    change::{Body, ChangeSet},
    directory::DirectoryChange,
    entity::{Entity, Kind},
    id::{EntityId, SetId},
    incident::Incident,
    intake::{Alert, AlertState},
    timeline::Entry,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, change, fresh, service};
use crate::{
    accounts::token::Token,
    append::Request,
    memory::Fault,
    store::{SnapshotKey, Store, priority},
};

const FIRING: &str = include_str!("intake/firing.json");
const MIXED: &str = include_str!("intake/mixed.json");
const RESOLVED: &str = include_str!("intake/resolved.json");

/// A server with one source for each format, and who is on call.
struct Intake {
    world: World,
    service: EntityId,
    tokens: [String; 3],
}

impl Intake {
    async fn start() -> Self {
        let world = World::start().await;
        let bob = world.add("bob", false).await;
        let (service, changes) = service(&[bob], 300);
        does(&world, changes).await;
        let mut tokens = Vec::new();
        for format in ["alertmanager", "events", "json"] {
            let source = fresh();
            let secret = Uuid::now_v7();
            let token = format!("{}{}", source.0.simple(), secret.simple());
            let fields = json!({
                "name": format, "format": format, "service": service, "severity": 2,
                "token": Token::sent(&token).hash().to_string(),
                "rules": [{"conditions": [{"label": "severity", "how": "equals", "value": "info"}], "ignore": true}],
            });
            let put = DirectoryChange::Put { fields: serde_json::from_value(fields).unwrap() };
            does(&world, vec![change(source, Body::AlertSource(put))]).await;
            tokens.push(token);
        }
        Self { world, service, tokens: tokens.try_into().expect("three") }
    }

    async fn alertmanager(&self, body: &str) -> StatusCode {
        let body = serde_json::from_str(body).unwrap();
        let path = "/api/v1/intake/alertmanager";
        self.world.request(Method::POST, path, Some(&self.tokens[0]), Some(body)).await.0
    }

    async fn event(&self, body: Value) -> (StatusCode, Value) {
        let mut body = body;
        if body.get("routing_key").is_none() {
            body["routing_key"] = self.tokens[1].clone().into();
        }
        self.world.request(Method::POST, "/v2/enqueue", None, Some(body)).await
    }

    async fn json(&self, body: Value) -> (StatusCode, Value) {
        let path = "/api/v1/intake/json";
        self.world.request(Method::POST, path, Some(&self.tokens[2]), Some(body)).await
    }

    /// All that stands, of one kind.
    async fn all(&self, kind: &Kind) -> Vec<Entity> {
        let store = &self.world.store;
        let (head, now) = (store.head().await.unwrap(), store.now().await.unwrap());
        let mut all = Vec::new();
        for priority in [priority::OPEN, priority::REST] {
            let key = SnapshotKey { priority, start: head.seq, after: None };
            all.extend(store.snapshot_page(key, now, 10_000).await.unwrap());
        }
        all.retain(|entity| entity.kind == *kind);
        all
    }

    /// How many incidents, pages and rows there are.
    async fn counts(&self) -> (usize, usize, u64) {
        let seq = self.world.store.head().await.unwrap().seq;
        (self.all(&Kind::INCIDENT).await.len(), self.all(&Kind::PAGE).await.len(), seq)
    }
}

async fn does(world: &World, changes: Vec<firebell_domain::change::Change>) {
    let set = ChangeSet { id: SetId(Uuid::now_v7()), changes };
    let answers = world.node().appender.push(vec![Request::of_server(&set)]).await;
    assert!(format!("{answers:?}").contains("Accepted"), "{answers:?}");
}

#[tokio::test]
async fn what_alertmanager_sends_declares_once_repeats_silently_and_resolves_the_alert() {
    let intake = Intake::start().await;
    assert_eq!(intake.alertmanager(FIRING).await, StatusCode::OK);
    let (incidents, pages, rows) = intake.counts().await;
    assert_eq!((incidents, pages), (1, 1));
    for _ in 0..5 {
        assert_eq!(intake.alertmanager(FIRING).await, StatusCode::OK);
    }
    assert_eq!(intake.counts().await, (1, 1, rows), "a repeat is counted and writes nothing");
    let incident = intake.all(&Kind::INCIDENT).await.remove(0);
    let incident = Incident(&incident);
    assert_eq!(incident.summary(), "结账失败 Checkout is down on 127.0.0.1:9912");
    assert_eq!((incident.key(), incident.service()), (Some("HOT-1"), Some(intake.service)));
    assert_eq!(intake.alertmanager(RESOLVED).await, StatusCode::OK);
    let alert = intake.all(&Kind::ALERT).await.remove(0);
    assert_eq!((Alert(&alert).state(), Alert(&alert).count()), (AlertState::Resolved, 7));
    let link = Alert(&alert).report().link.unwrap();
    assert!(link.starts_with("http://vm:9090/graph?"), "{link}");
    assert!(Alert(&alert).ended_at().unwrap() > Alert(&alert).report().starts_at.unwrap());
    assert_eq!(intake.all(&Kind::INCIDENT).await.len(), 1, "the incident is open still");
}

#[tokio::test]
async fn a_mixed_group_fires_and_a_year_of_one_is_no_end() {
    let intake = Intake::start().await;
    assert_eq!(intake.alertmanager(MIXED).await, StatusCode::OK);
    let alert = intake.all(&Kind::ALERT).await.remove(0);
    let report = Alert(&alert).report();
    assert_eq!((report.firing, report.resolved), (1, 1));
    assert_eq!(
        report.summary, "DiskFull · db",
        "different words for each: the group says what it is"
    );
    assert_eq!((Alert(&alert).is_firing(), Alert(&alert).ended_at()), (true, None));
}

#[tokio::test]
async fn many_who_report_the_same_at_once_make_one_incident() {
    let intake = Intake::start().await;
    let other = intake.world.beside().await;
    let path = "/api/v1/intake/alertmanager";
    let reports = (0..100).map(|n| {
        let (node, token) = (if n % 2 == 0 { &intake.world } else { &other }, &intake.tokens[0]);
        let body = serde_json::from_str(FIRING).unwrap();
        node.request(Method::POST, path, Some(token), Some(body))
    });
    let answers = futures_util::future::join_all(reports).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK));
    let (incidents, pages, _) = intake.counts().await;
    assert_eq!((incidents, pages, intake.all(&Kind::ALERT).await.len()), (1, 1, 1));
}

#[tokio::test]
async fn what_cannot_be_stored_is_a_503_and_is_stored_when_it_comes_again() {
    for fault in [Fault::Unavailable, Fault::Unreadable] {
        let intake = Intake::start().await;
        intake.world.store.set_fault(Some(fault));
        assert_eq!(intake.alertmanager(FIRING).await, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
        let (status, _) = intake.event(trigger("k", "critical")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
        intake.world.store.set_fault(None);
        assert_eq!(intake.counts().await.0, 0);
        assert_eq!(intake.alertmanager(FIRING).await, StatusCode::OK);
        assert_eq!(intake.counts().await.0, 1);
    }
}

#[tokio::test]
async fn a_token_lets_in_its_source_in_its_format_and_nobody_else() {
    let intake = Intake::start().await;
    let body: Value = serde_json::from_str(FIRING).unwrap();
    let path = "/api/v1/intake/alertmanager";
    let good = intake.tokens[0].clone();
    let changed = format!("{}{}", &good[..63], if good.ends_with('0') { '1' } else { '0' });
    let wrong =
        [None, Some(""), Some("短"), Some(&*changed), Some(&good[..32]), Some(&*intake.tokens[2])];
    for token in wrong {
        let answer = intake.world.request(Method::POST, path, token, Some(body.clone())).await;
        assert_eq!((answer.0, &answer.1["code"]), (StatusCode::UNAUTHORIZED, &json!("signed_out")));
    }
    let source = EntityId(Uuid::try_parse(&good[..32]).unwrap());
    let fields = std::collections::BTreeMap::from([("active".to_owned(), json!(false))]);
    does(&intake.world, vec![change(source, Body::AlertSource(DirectoryChange::Put { fields }))])
        .await;
    assert_eq!(intake.alertmanager(FIRING).await, StatusCode::UNAUTHORIZED, "retired");
    assert_eq!(intake.counts().await.0, 0);
}

fn trigger(key: &str, severity: &str) -> Value {
    json!({
        "event_action": "trigger", "dedup_key": key, "client": "Nagios",
        "client_url": "https://nagios.example/", "unknown": {"field": 1},
        "payload": {
            "summary": "disk full", "source": "db-1", "severity": severity,
            "custom_details": {"free": 3, "mount": "/data", "more": {"a": 1}},
        },
    })
}

#[tokio::test]
async fn the_events_api_triggers_acknowledges_and_resolves() {
    let intake = Intake::start().await;
    let (status, body) = intake.event(trigger("disk", "critical")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(
        body,
        json!({"status": "success", "message": "Event processed", "dedup_key": "disk"})
    );
    intake.event(trigger("disk", "critical")).await;
    assert_eq!(intake.counts().await.0, 1);
    intake.event(trigger("noise", "info")).await;
    assert_eq!(intake.counts().await.0, 1, "a rule ignores it");
    let (status, _) =
        intake.event(json!({"event_action": "acknowledge", "dedup_key": "disk"})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let alert = intake.all(&Kind::ALERT).await.remove(0);
    assert!(Alert(&alert).acknowledged());
    assert_eq!(Alert(&alert).report().description, "free: 3\nmount: /data");
    assert_eq!(Alert(&alert).report().link.as_deref(), Some("https://nagios.example/"));
    intake.event(json!({"event_action": "resolve", "dedup_key": "disk"})).await;
    let alert = intake.all(&Kind::ALERT).await.remove(0);
    assert_eq!(Alert(&alert).state(), AlertState::Resolved);
    // Without a key what says the same is the same, and the answer says by which key it can be resolved.
    let mut keyless = trigger("", "error");
    keyless["payload"]["summary"] = "cpu hot".into();
    let (_, first) = intake.event(keyless.clone()).await;
    let (_, second) = intake.event(keyless).await;
    assert_eq!(first["dedup_key"], second["dedup_key"]);
    assert_eq!(intake.counts().await.0, 2);
}

#[tokio::test]
async fn an_event_that_is_none_is_answered_in_the_words_of_the_events_api() {
    let intake = Intake::start().await;
    let long = "k".repeat(256);
    for body in [
        json!({}),
        json!({"routing_key": "nonsense", "event_action": "trigger", "payload": {"summary": "x"}}),
        json!({"event_action": "trigger"}),
        json!({"event_action": "trigger", "payload": {"summary": " "}}),
        json!({"event_action": "resolve"}),
        json!({"event_action": "explode", "dedup_key": "k"}),
        json!({"event_action": "resolve", "dedup_key": long}),
    ] {
        let (status, answer) = intake.event(body.clone()).await;
        assert_eq!(
            (status, &answer["status"]),
            (StatusCode::BAD_REQUEST, &json!("invalid event")),
            "{body}"
        );
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    }
    assert_eq!(intake.counts().await.0, 0);
}

#[tokio::test]
async fn a_change_event_stands_on_the_timeline_of_its_service_once_and_pages_nobody() {
    let intake = Intake::start().await;
    intake.event(trigger("disk", "critical")).await;
    let pages = intake.counts().await.1;
    let body = json!({
        "routing_key": intake.tokens[1],
        "payload": {"summary": "deploy 4.2", "timestamp": "2026-11-22T09:44:37Z"},
        "links": [{"href": "https://ci.example/42", "text": "build"}],
    });
    for _ in 0..2 {
        let path = "/v2/change/enqueue";
        let (status, answer) =
            intake.world.request(Method::POST, path, None, Some(body.clone())).await;
        assert_eq!((status, &answer["status"]), (StatusCode::ACCEPTED, &json!("success")));
    }
    let lines = intake.all(&Kind::ENTRY).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(Entry(&lines[0]).text(), "deploy 4.2\nhttps://ci.example/42");
    assert_eq!(intake.all(&Kind::CHANGE_EVENT).await.len(), 1);
    assert_eq!(intake.counts().await.1, pages);
}

#[tokio::test]
async fn plain_json_needs_a_summary_and_no_more() {
    let intake = Intake::start().await;
    let (status, body) = intake.json(json!({"summary": "backup failed"})).await;
    assert_eq!(
        (status, body),
        (StatusCode::ACCEPTED, json!({"status": "accepted", "dedup_key": "backup failed"}))
    );
    assert_eq!(intake.counts().await.0, 1);
    let body = json!({"dedup_key": "backup failed", "status": "resolved", "later": true});
    assert_eq!(intake.json(body).await.0, StatusCode::ACCEPTED);
    let alert = intake.all(&Kind::ALERT).await.remove(0);
    assert_eq!(Alert(&alert).state(), AlertState::Resolved);
    for body in [
        json!({}),
        json!({"summary": " "}),
        json!({"status": "resolved"}),
        json!([]),
        json!({"summary": 1}),
    ] {
        assert_eq!(intake.json(body.clone()).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
}

#[tokio::test]
async fn a_body_has_a_bound_far_above_a_thousand_alerts() {
    let intake = Intake::start().await;
    let mut group: Value = serde_json::from_str(FIRING).unwrap();
    let one = group["alerts"][0].clone();
    let alert = |n: usize| {
        let mut alert = one.clone();
        alert["fingerprint"] = format!("{n:016x}").into();
        alert
    };
    group["alerts"] = (0..1_000).map(alert).collect();
    group["truncatedAlerts"] = 500.into();
    assert_eq!(intake.alertmanager(&group.to_string()).await, StatusCode::OK);
    let found = intake.all(&Kind::ALERT).await.remove(0);
    assert_eq!(Alert(&found).report().firing, 1_500);
    assert_eq!(intake.counts().await.0, 1);
    group["alerts"] = (0..10_000).map(alert).collect();
    assert_eq!(intake.alertmanager(&group.to_string()).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn at_the_end_of_a_window_the_server_declares_what_still_fires_by_itself() {
    let intake = Intake::start().await;
    let now = intake.world.store.now().await.unwrap();
    let window = fresh();
    let put = |fields: Value| {
        let put = DirectoryChange::Put { fields: serde_json::from_value(fields).unwrap() };
        vec![change(window, Body::Maintenance(put))]
    };
    let span = |end| json!({"start": now.plus_secs(-3_600), "end": end});
    let fields = json!({"name": "upgrade", "services": [], "window": span(now.plus_secs(3_600))});
    does(&intake.world, put(fields)).await;
    assert_eq!(intake.alertmanager(FIRING).await, StatusCode::OK);
    assert_eq!(intake.json(json!({"summary": "backup failed"})).await.0, StatusCode::ACCEPTED);
    intake.json(json!({"summary": "backup failed", "status": "resolved"})).await;
    assert_eq!(intake.counts().await.0, 0, "held back");
    assert_eq!(intake.all(&Kind::ALERT).await.len(), 2, "and kept");
    // The window is cut short: its end is now.
    let mut events = intake.world.node().appender.subscribe();
    does(&intake.world, put(json!({"window": span(now)}))).await;
    let declared = async {
        while intake.counts().await.0 == 0 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(super::world::SOON, declared).await.expect("the job comes due");
    let (incidents, pages, _) = intake.counts().await;
    assert_eq!((incidents, pages), (1, 1));
    assert_eq!(intake.alertmanager(FIRING).await, StatusCode::OK);
    assert_eq!(intake.counts().await.0, 1);
}
