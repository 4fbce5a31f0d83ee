//! Who gets in, and who is put out.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use firebell_domain::{directory::Person, id::DeviceId, incident::Severity};
use firebell_protocol::{
    MAX_FRAME,
    error::ErrorCode,
    frame::{Resume, ToClient, ToServer},
    http::{Device, Invitation, Session},
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::{
    desk::{Desk, dial, receive},
    world::{PASSWORD, SOON, World, deactivate, declare, fresh, login, message, options},
};
use crate::{
    Options,
    delivery::line::Room,
    memory::Fault,
    store::{Account, Store},
};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let world = World::start().await;
    world.add("ann", true).await;
    let (wrong, wrong_body) = world.login("ann", "incorrect horse battery").await;
    let (unknown, unknown_body) = world.login("nobody", "incorrect horse battery").await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    assert_eq!((wrong, &wrong_body), (unknown, &unknown_body));
    assert_eq!(wrong_body["code"], "wrong_password");
    assert_eq!(world.login(" ANN ", PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_administrator_whose_person_was_not_written_is_one_after_signing_in() {
    let world = World::start().await;
    for (name, admin) in [("ann", true), ("bob", false)] {
        world.add(&format!("{name}-before"), false).await;
        let known = world.store.account(&format!("{name}-before")).await.unwrap().unwrap();
        // As the process leaves it that ends between the account and the person.
        let person = fresh();
        let account = Account { name: name.to_owned(), person, admin, ..known };
        assert!(world.store.add_account(&account).await.unwrap());
        let session = world.session(name).await;
        assert_eq!(session.person, person);
        let stored = world.store.entities(&[person]).await.unwrap().remove(0);
        assert_eq!(Person(&stored).admin(), admin, "{name}");
    }
}

#[tokio::test]
async fn guessing_is_limited_by_account_whatever_the_answer_would_be() {
    let options = Options { logins_of_account: (3, 1), ..options() };
    let world = World::with(options).await;
    world.add("ann", true).await;
    for name in ["ann", "nobody"] {
        for _ in 0..3 {
            assert_eq!(world.login(name, "incorrect horse").await.0, StatusCode::UNAUTHORIZED);
        }
        let (status, body) = world.login(name, PASSWORD).await;
        assert_eq!((status, &body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("too_many")));
        assert_eq!(body["retryable"], true);
    }
}

#[tokio::test]
async fn an_old_version_is_told_so_over_http_and_socket() {
    let world = World::start().await;
    world.add("ann", true).await;
    let mut body = login("ann", PASSWORD, DeviceId(Uuid::now_v7()));
    body["protocol"] = json!(0);
    let (status, body) = world.request(Method::POST, "/api/v1/login", None, Some(body)).await;
    assert_eq!(status, StatusCode::UPGRADE_REQUIRED);
    assert_eq!(body["code"], "protocol_version");

    let mut socket = dial(&world).await;
    let hello = json!({ "frame": "hello", "protocol": 0, "secret": "of an old version" });
    socket.send(Message::text(hello.to_string())).await.unwrap();
    match receive(&mut socket).await {
        Some(ToClient::Fault { error }) => assert_eq!(error.code, ErrorCode::ProtocolVersion),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_that_nobody_has_and_another_device_are_signed_out() {
    let world = World::start().await;
    world.add("ann", true).await;
    let session = world.session("ann").await;
    let stranger = Session { token: "0".repeat(64), ..session.clone() };
    assert_eq!(world.get("/api/v1/log", &stranger).await.0, StatusCode::UNAUTHORIZED);
    let moved = Session { device: DeviceId(Uuid::now_v7()), ..session };
    for bad in [stranger, moved] {
        let mut desk = Desk::new(bad);
        desk.socket = Some(dial(&world).await);
        let hello = desk.hello();
        desk.send(&hello).await;
        assert_eq!(desk.fault().await, ErrorCode::SignedOut);
    }
}

#[tokio::test]
async fn who_says_no_hello_is_put_out() {
    let world = World::with(Options { hello_within: Duration::from_millis(50), ..options() }).await;
    let mut socket = dial(&world).await;
    assert!(matches!(receive(&mut socket).await, Some(ToClient::Fault { .. })));
    assert!(receive(&mut socket).await.is_none());
}

#[tokio::test]
async fn who_falls_silent_is_asked_and_then_counts_as_gone() {
    let world = World::with(Options { heartbeat: Duration::from_millis(100), ..options() }).await;
    let mut desk = world.person("ann", true).await;
    assert_eq!(world.node().hub.len(), 1);
    // A client that is not polled answers no ping.
    until_lines(&world, 0).await;
    let asked = async {
        while let Some(Ok(message)) = desk.socket.as_mut().unwrap().next().await {
            if message.is_ping() {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(SOON, asked).await.unwrap());
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_told_so() {
    let world = World::start().await;
    for bytes in [MAX_FRAME + 1, 3 * MAX_FRAME] {
        let name = format!("ann{bytes}");
        let mut desk = world.person(&name, false).await;
        desk.send_bytes(bytes).await;
        if bytes < 2 * MAX_FRAME {
            assert_eq!(desk.fault().await, ErrorCode::TooLarge);
        }
        until_lines(&world, 0).await;
    }
    let (status, body) = world
        .request(
            Method::POST,
            "/api/v1/login",
            None,
            Some(login(&"x".repeat(100_000), PASSWORD, DeviceId(Uuid::now_v7()))),
        )
        .await;
    assert_eq!((status, &body["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
}

#[tokio::test]
async fn a_revoked_device_is_put_out_within_five_seconds_on_every_node() {
    let world = World::start().await;
    let other = world.beside().await;
    let mut here = world.person("ann", true).await;
    let mut there = Desk::new(world.session("ann").await);
    there.connect_up_to_date(&other).await;

    let (_, devices) = world.get("/api/v1/devices", &here.session).await;
    let devices: Vec<Device> = serde_json::from_value(devices).unwrap();
    assert_eq!(devices.len(), 2);
    let begun = Instant::now();
    for device in [there.session.device, here.session.device] {
        let path = format!("/api/v1/devices/{device}/revoke");
        let (status, _) = world.post(&path, &here.session, Value::Null).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(here.fault().await, ErrorCode::Revoked);
    assert_eq!(there.fault().await, ErrorCode::Revoked);
    assert!(begun.elapsed() < Duration::from_secs(5));
    let (status, body) = other.get("/api/v1/log", &there.session).await;
    assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!("revoked")));
}

#[tokio::test]
async fn signing_in_again_on_a_device_ends_the_session_before() {
    let world = World::start().await;
    let mut desk = world.person("ann", true).await;
    let body = login("ann", PASSWORD, desk.session.device);
    let (status, body) = world.request(Method::POST, "/api/v1/login", None, Some(body)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["device"], json!(desk.session.device));
    assert_eq!(desk.fault().await, ErrorCode::Revoked);
}

#[tokio::test]
async fn a_device_of_somebody_else_gets_an_id_of_its_own() {
    let world = World::start().await;
    let ann = world.person("ann", true).await;
    world.add("bob", false).await;
    let body = login("bob", PASSWORD, ann.session.device);
    let (_, body) = world.request(Method::POST, "/api/v1/login", None, Some(body)).await;
    assert_ne!(body["device"], json!(ann.session.device));
    // Hers still works.
    assert_eq!(world.get("/api/v1/log", &ann.session).await.0, StatusCode::OK);
}

#[tokio::test]
async fn who_left_is_put_out_and_does_not_get_in_again() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    ann.does(vec![deactivate(bob.person())]).await;
    assert_eq!(bob.fault().await, ErrorCode::Revoked);
    assert_eq!(world.get("/api/v1/log", &bob.session).await.0, StatusCode::UNAUTHORIZED);
    let (status, body) = world.login("bob", PASSWORD).await;
    assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!("wrong_password")));
}

#[tokio::test]
async fn who_left_is_put_out_also_while_what_came_with_it_cannot_be_sent() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let sets =
        ann.sets(vec![vec![deactivate(bob.person()), declare(Severity::Three, None, false)]]);
    world.store.set_fault(Some(Fault::Unreadable));
    ann.send(&ToServer::Push { sets, more: false }).await;
    assert_eq!(bob.fault().await, ErrorCode::Revoked);
}

#[tokio::test]
async fn an_invitation_works_once_and_only_administrators_make_them() {
    let world = World::start().await;
    let ann = world.person("ann", true).await;
    let invite = json!({ "admin": false });
    let (_, body) = world.post("/api/v1/invitations", &ann.session, invite.clone()).await;
    let invitation: Invitation = serde_json::from_value(body).unwrap();
    let accept = |name: &str, code: &str| {
        let mut body = login(name, PASSWORD, DeviceId(Uuid::now_v7()));
        body["code"] = json!(code);
        body["display_name"] = json!("Bob");
        body
    };
    let path = "/api/v1/invitations/accept";
    let post = |body| world.request(Method::POST, path, None, Some(body));

    let (status, body) = post(accept("bob", "made up")).await;
    assert_eq!((status, &body["fields"][0]["field"]), (StatusCode::BAD_REQUEST, &json!("code")));
    // A taken name costs the code, and a fresh one comes with the answer.
    let (status, body) = post(accept("ann", &invitation.code)).await;
    assert_eq!((status, &body["fields"][0]["field"]), (StatusCode::BAD_REQUEST, &json!("name")));
    let code = body["args"]["code"].as_str().unwrap().to_owned();
    let (status, body) = post(accept("bob", &code)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let bob: Session = serde_json::from_value(body).unwrap();
    assert_eq!(post(accept("eve", &code)).await.0, StatusCode::BAD_REQUEST);

    let (status, _) = world.post("/api/v1/invitations", &bob, invite).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let devices = world.get("/api/v1/devices", &bob).await.1;
    assert_eq!(devices.as_array().unwrap().len(), 1, "own devices only");
    let hers = format!("/api/v1/devices/{}/revoke", ann.session.device);
    let nobodys = format!("/api/v1/devices/{}/revoke", Uuid::now_v7());
    let (a, b) =
        (world.post(&hers, &bob, Value::Null).await, world.post(&nobodys, &bob, Value::Null).await);
    assert_eq!(a.0, StatusCode::NOT_FOUND);
    assert_eq!(a, b);
}

#[tokio::test]
async fn who_signs_out_is_signed_out() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let (status, _) = world.post("/api/v1/logout", &ann.session, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(ann.fault().await, ErrorCode::SignedOut);
    assert_eq!(world.get("/api/v1/log", &ann.session).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_server_that_stops_says_when_to_come_back() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let World { server, .. } = world;
    let stopped = tokio::spawn(server.shutdown());
    let error = ann.fault_whole().await;
    assert_eq!((error.code, error.retryable), (ErrorCode::Offline, true));
    assert!(error.args.contains_key("retry_after_millis"));
    tokio::time::timeout(SOON, stopped).await.unwrap().unwrap();
}

#[tokio::test]
async fn one_person_has_so_many_connections_and_no_more() {
    let world = World::with(Options { max_connections_of_person: 1, ..options() }).await;
    let ann = world.person("ann", true).await;
    let mut second = Desk::new(ann.session.clone());
    second.socket = Some(dial(&world).await);
    let hello = second.hello();
    second.send(&hello).await;
    assert_eq!(second.fault().await, ErrorCode::TooMany);
    let bob = world.person("bob", false).await;
    drop((ann, bob));
    until_lines(&world, 0).await;
    second = Desk::new(second.session);
    assert_eq!(second.connect(&world).await, Resume::Snapshot);
}

/// Fills what lies between the server and a desktop that does not read.
async fn flood(writer: &mut Desk) {
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    writer.does(vec![incident]).await;
    let long = "x".repeat(60_000);
    for _ in 0..20 {
        writer.does((0..10).map(|_| message(id, &long)).collect()).await;
    }
}

#[tokio::test]
async fn who_was_put_out_and_does_not_read_it_writes_nothing_more() {
    let room = Room { batches: 1_000, bytes: 100_000_000 };
    let world = World::with(Options { room, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    flood(&mut ann).await;
    let before = world.store.head().await.unwrap().seq;
    let path = format!("/api/v1/devices/{}/revoke", bob.session.device);
    assert_eq!(world.post(&path, &ann.session, Value::Null).await.0, StatusCode::NO_CONTENT);
    for _ in 0..3 {
        let sets = bob.sets(vec![vec![declare(Severity::Three, None, false)]]);
        bob.send(&ToServer::Push { sets, more: false }).await;
    }
    until_lines(&world, 1).await;
    assert_eq!(world.store.head().await.unwrap().seq, before);
}

#[tokio::test]
async fn who_does_not_read_is_put_out_and_counted() {
    let room = Room { batches: 1_000, bytes: 100_000_000 };
    let send_within = Duration::from_millis(300);
    let world = World::with(Options { room, send_within, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let _bob = world.person("bob", false).await;
    flood(&mut ann).await;
    until_lines(&world, 1).await;
    assert_eq!(world.node().metrics.connections_dropped.get(), 1);
}

/// Waits until so many desktops are connected, within a bound.
async fn until_lines(world: &World, lines: usize) {
    let counted = world.node().hub.counts(lines);
    tokio::time::timeout(SOON, counted).await.expect("in time");
}
