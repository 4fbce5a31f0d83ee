//! Rows and rings, to everybody, from every node.

use firebell_domain::{
    decide::Refusal,
    incident::{IncidentChange, Severity},
};
use firebell_protocol::{
    MAX_PUSH,
    error::ErrorCode,
    frame::{ToClient, ToServer, Verdict},
};
use futures_util::SinkExt;
use tokio_tungstenite::{client_async, tungstenite::Message};

use super::{
    desk::Desk,
    world::{World, declare, message, options, to_incident},
};
use crate::{Options, delivery::line::Room};

#[tokio::test]
async fn answers_come_in_order_and_the_author_is_the_session() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    let sets = bob.sets(vec![
        vec![incident],
        vec![to_incident(id, IncidentChange::ReplaceIm { reason: "gone".to_owned() })],
        vec![message(id, "hello")],
    ]);
    let ids: Vec<_> = sets.iter().map(|set| set.id).collect();
    bob.send(&ToServer::Push { sets, more: false }).await;
    let answers = bob.answers().await;
    assert_eq!(answers.iter().map(|answer| answer.id).collect::<Vec<_>>(), ids);
    assert!(matches!(answers[0].verdict, Verdict::Accepted { .. }));
    assert!(matches!(answers[1].verdict, Verdict::Refused { why: Refusal::HasNoIm {} }));
    let Verdict::Accepted { last, .. } = answers[2].verdict else { panic!("{answers:?}") };
    ann.until_row(last).await;
    for row in ann.readable() {
        assert_eq!(row.author.person(), Some(bob.person()));
        assert_eq!(row.device, Some(bob.session.device));
    }
}

#[tokio::test]
async fn a_push_of_too_many_sets_and_a_frame_that_is_none_end_the_connection() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let one = declare(Severity::Three, None, false);
    let sets = ann.sets(vec![vec![one]; MAX_PUSH + 1]);
    ann.send(&ToServer::Push { sets, more: false }).await;
    assert_eq!(ann.fault().await, ErrorCode::TooLarge);
    for bad in [Message::text("{"), Message::binary(vec![1, 2, 3])] {
        ann.connect(&world).await;
        ann.socket.as_mut().unwrap().send(bad).await.unwrap();
        assert_eq!(ann.fault().await, ErrorCode::Invalid);
    }
    ann.connect(&world).await;
    let newer = Message::text(r#"{"frame":"of_a_newer_version","what":1}"#);
    ann.socket.as_mut().unwrap().send(newer).await.unwrap();
    ann.does(vec![declare(Severity::Three, None, false)]).await;
}

#[tokio::test]
async fn a_desktop_that_cannot_keep_up_is_told_to_catch_up() {
    let room = Room { batches: 0, bytes: 0 };
    let world = World::with(Options { room, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let sets = ann.sets(vec![vec![declare(Severity::Three, None, false)]]);
    ann.send(&ToServer::Push { sets, more: false }).await;
    ann.answers().await;
    bob.until(|frame| match frame {
        ToClient::CatchUp {} => Some(()),
        ToClient::Rows { .. } => panic!("there is no room for rows"),
        _ => None,
    })
    .await;
    assert!(world.node().metrics.text().contains("firebell_catch_ups_total"));
}

#[tokio::test]
async fn a_desktop_that_stopped_reading_catches_up_and_ends_with_the_same_head() {
    let room = Room { batches: 8, bytes: 1_000_000 };
    let world = World::with(Options { room, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    // More than sockets and queue hold.
    let long = "x".repeat(60_000);
    for _ in 0..30 {
        ann.does((0..10).map(|_| message(id, &long)).collect()).await;
    }
    // Reads what was under way, up to where it is told.
    bob.until(|frame| matches!(frame, ToClient::CatchUp {}).then_some(())).await;
    bob.catch_up(&world).await;
    assert_eq!(bob.cursor, ann.cursor);
    let last = ann.does(vec![message(id, "live again")]).await;
    bob.until_row(last).await;
    assert_eq!(bob.cursor, ann.cursor);
}

#[tokio::test]
async fn every_node_sends_the_rows_of_every_node_in_one_order() {
    let world = World::start().await;
    let other = world.beside().await;
    let mut ann = world.person("ann", true).await;
    world.add("bob", false).await;
    let mut bob = Desk::new(world.session("bob").await);
    bob.connect_up_to_date(&other).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    let mut last = 0;
    for n in 0..2 {
        last = ann.does(vec![message(id, &format!("ann {n}"))]).await;
        bob.until_row(last).await;
        last = bob.does(vec![message(id, &format!("bob {n}"))]).await;
        ann.until_row(last).await;
    }
    ann.until_row(last).await;
    bob.until_row(last).await;
    assert_eq!(ann.cursor, bob.cursor);
}

#[tokio::test]
async fn a_browser_of_another_site_does_not_get_a_socket() {
    let world = World::start().await;
    let dial = async |origin: &str| {
        let stream = tokio::net::TcpStream::connect(world.address).await.unwrap();
        let request = tokio_tungstenite::tungstenite::ClientRequestBuilder::new(
            format!("ws://{}/api/v1/socket", world.address).parse().unwrap(),
        )
        .with_header("Origin", origin.to_owned());
        client_async(request, stream).await.is_ok()
    };
    assert!(dial(&format!("http://{}", world.address)).await);
    assert!(!dial("https://evil.example").await);
}

#[tokio::test]
async fn a_record_without_a_server_speaks_the_same_inside_one_process() {
    let world = World::start().await;
    let first = world.server.connector().session("Ann").await.unwrap();
    let session = world.server.connector().session("Ann").await.unwrap();
    assert_eq!((first.person, first.device), (session.person, session.device));
    assert_ne!(first.token, session.token);
    let stream = world.server.connector().connect();
    let (mut socket, _) = client_async("ws://solo/api/v1/socket", stream).await.unwrap();
    let hello = serde_json::to_string(&Desk::new(session).hello()).unwrap();
    socket.send(Message::text(hello)).await.unwrap();
    let welcome = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert!(welcome.to_text().unwrap().contains("\"frame\":\"welcome\""), "{welcome}");
}
