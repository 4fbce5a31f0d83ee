//! Restricted incidents: nothing of them reaches who may not see them, and the chain holds.

use axum::http::StatusCode;
use firebell_domain::{
    id::EntityId,
    incident::{IncidentChange, Severity},
};
use firebell_protocol::{
    frame::{Resume, ToClient, ToServer},
    http::{History, IncidentDump},
    row::Slot,
};

use super::{
    desk::Desk,
    world::{World, declare, fresh, message, to_incident},
};

async fn forget(desk: &mut Desk) -> (EntityId, u64) {
    desk.until(|frame| match frame {
        ToClient::Forget { incident, seq } => Some((*incident, *seq)),
        ToClient::Rows { .. } => panic!("rows before Forget"),
        _ => None,
    })
    .await
}

/// An incident that Ann declared and that Bob has read.
async fn both_see(world: &World) -> (Desk, Desk, EntityId) {
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    let last = ann.does(vec![incident]).await;
    bob.until_row(last).await;
    (ann, bob, id)
}

#[tokio::test]
async fn a_hidden_incident_arrives_as_leaves_and_the_chain_verifies() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, true);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    let last = ann.does(vec![message(id, "the secret word")]).await;
    bob.until_row(last).await;
    assert_eq!(bob.cursor, ann.cursor, "equal heads");
    assert!(bob.slots.iter().all(|slot| matches!(slot, Slot::Leaf { .. })), "{:?}", bob.slots);
    assert_eq!(ann.readable().len(), 2);
    let (_, log) = world.get("/api/v1/log?after=0", &bob.session).await;
    assert!(!log.to_string().contains("secret word"));
}

#[tokio::test]
async fn hidden_and_absent_get_the_same_answer() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, true);
    ann.does(vec![incident.clone()]).await;
    for tail in ["", "/history"] {
        let path = |id| format!("/api/v1/incidents/{id}{tail}");
        let hidden = world.get(&path(incident.entity), &bob.session).await;
        let absent = world.get(&path(fresh()), &bob.session).await;
        let nonsense = world.get("/api/v1/incidents/nonsense", &bob.session).await;
        assert_eq!(hidden.0, StatusCode::NOT_FOUND);
        assert_eq!(hidden, absent);
        assert_eq!(hidden, nonsense);
        assert_eq!(world.get(&path(incident.entity), &ann.session).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn who_loses_sight_is_told_to_forget_before_any_further_row_until_they_did() {
    let world = World::start().await;
    let (mut ann, mut bob, id) = both_see(&world).await;
    let hid = ann.does(vec![to_incident(id, IncidentChange::Restrict {})]).await;
    assert_eq!(forget(&mut bob).await, (id, hid));
    let last = ann.does(vec![message(id, "after it was closed")]).await;
    bob.until_row(last).await;
    assert_eq!(bob.readable().len(), 1, "the declaration only");
    assert_eq!(bob.cursor, ann.cursor);

    // Not confirmed: said again with the next connection, also ahead of rows.
    bob.socket = None;
    ann.does(vec![message(id, "while bob was away")]).await;
    assert_eq!(bob.connect(&world).await, Resume::Rows);
    assert_eq!(forget(&mut bob).await, (id, hid));
    bob.send(&ToServer::Forgotten { incident: id, seq: hid }).await;
    // Answered in order: the purge is noted when the pong is here.
    bob.send(&ToServer::Ping {}).await;
    bob.until(|frame| matches!(frame, ToClient::Pong { .. }).then_some(())).await;
    bob.connect(&world).await;
    bob.send(&ToServer::Ping {}).await;
    bob.until(|frame| match frame {
        ToClient::Forget { .. } => panic!("confirmed already"),
        ToClient::Pong { .. } => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn who_gains_sight_is_told_to_fetch_live_and_on_connect() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let mut eve = world.person("eve", false).await;
    let incident = declare(Severity::Three, None, true);
    let id = incident.entity;
    ann.does(vec![incident, message(id, "before bob came")]).await;
    bob.until_row(ann.cursor.unwrap().seq).await;
    eve.socket = None;

    let backfill = |frame: &ToClient| match frame {
        ToClient::Backfill { incident, to_seq } => Some((*incident, *to_seq)),
        ToClient::Rows { .. } => panic!("rows before Backfill"),
        _ => None,
    };
    let add = |person| vec![to_incident(id, IncidentChange::AddMember { person })];
    let gained = ann.does(add(bob.person())).await;
    assert_eq!(bob.until(backfill).await, (id, gained));
    let (_, body) = world.get(&format!("/api/v1/incidents/{id}"), &bob.session).await;
    let dump: IncidentDump = serde_json::from_value(body).unwrap();
    assert!(dump.seq >= gained && dump.entities.len() == 2);
    assert!(dump.entities.iter().any(|entity| entity.contains("before bob came")));
    let (_, body) = world.get(&format!("/api/v1/incidents/{id}/history"), &bob.session).await;
    let history: History = serde_json::from_value(body).unwrap();
    assert_eq!((history.slots.len(), history.next), (3, None));
    let last = ann.does(vec![message(id, "bob reads this")]).await;
    bob.until_row(last).await;
    assert!(bob.readable().len() >= 2);

    // Eve was away when she became a member.
    let gained = ann.does(add(eve.person())).await;
    assert_eq!(eve.connect(&world).await, Resume::Rows);
    assert_eq!(eve.until(backfill).await, (id, gained));
}

#[tokio::test]
async fn what_is_newer_than_the_tailer_is_hidden_by_who_may_see_it_now() {
    let world = World::start().await;
    let other = world.beside().await;
    let mut ann = world.person("ann", true).await;
    let bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    ann.does(vec![incident, message(id, "for everybody")]).await;
    ann.connect(&other).await;
    // All chunks of a snapshot; the log has one.
    let ask = async |path: &str| {
        let (mut told, mut next) = (String::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let (_, body) = world.get(&path, &bob.session).await;
            next = body["next"].as_str().map(|token| format!("/api/v1/snapshot?token={token}"));
            told.push_str(&body.to_string());
        }
        told
    };
    for path in ["/api/v1/log?after=0", "/api/v1/snapshot"] {
        assert!(ask(path).await.contains("for everybody"), "{path}");
    }
    // From here on this node learns nothing by its tailer, as one that is behind.
    world.node().stop.cancel();
    ann.does(vec![to_incident(id, IncidentChange::Restrict {})]).await;
    ann.does(vec![message(id, "the secret word")]).await;
    for path in ["/api/v1/log?after=0", "/api/v1/snapshot"] {
        let told = ask(path).await;
        assert!(!told.contains("secret word") && !told.contains("for everybody"), "{path}");
    }
}

#[tokio::test]
async fn a_confirmation_of_what_was_never_asked_changes_nothing() {
    let world = World::start().await;
    let (mut ann, mut bob, id) = both_see(&world).await;
    for incident in [id, fresh()] {
        bob.send(&ToServer::Forgotten { incident, seq: u64::MAX }).await;
    }
    bob.send(&ToServer::Ping {}).await;
    bob.until(|frame| matches!(frame, ToClient::Pong { .. }).then_some(())).await;
    let hid = ann.does(vec![to_incident(id, IncidentChange::Restrict {})]).await;
    assert_eq!(forget(&mut bob).await, (id, hid));
}
