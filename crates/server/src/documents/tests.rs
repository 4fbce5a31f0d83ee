//! Documents as desktops meet them: exchange over HTTP, updates and carets over real sockets.

use axum::http::StatusCode;
use firebell_domain::{
    document::{MAX_UPDATE, Text, document_id, seed},
    id::EntityId,
    incident::{IncidentChange, Severity},
};
use firebell_protocol::{
    document::{Base64, Caret, Exchange, Exchanged, MAX_PLACE},
    error::ErrorCode,
    frame::{ToClient, ToServer},
};
use serde_json::json;

use super::notes;
use crate::{
    store::Store,
    tests::{
        desk::Desk,
        world::{World, declare, to_incident},
    },
};

async fn exchange(
    world: &World,
    desk: &Desk,
    incident: EntityId,
    has: &Text,
    update: Option<Vec<u8>>,
) -> Result<Exchanged, (StatusCode, serde_json::Value)> {
    let asked = Exchange { state_vector: Base64(has.state_vector()), update: update.map(Base64) };
    let path = format!("/api/v1/incidents/{incident}/document");
    let (status, body) = world.post(&path, &desk.session, json!(asked)).await;
    if status == StatusCode::OK {
        Ok(serde_json::from_value(body).unwrap())
    } else {
        Err((status, body))
    }
}

/// Ann and Bob, an incident that both see, and a document that Ann began.
async fn begun(world: &World) -> (Desk, Desk, EntityId, Text) {
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let declared = declare(Severity::Three, None, false);
    let incident = declared.entity;
    let last = ann.does(vec![declared]).await;
    bob.until_row(last).await;
    let mut text = Text::written_by(1);
    text.apply([&seed("en")[..]]).unwrap();
    let answer = exchange(world, &ann, incident, &text, Some(text.state())).await.unwrap();
    assert_eq!(answer.at, 1);
    (ann, bob, incident, text)
}

#[tokio::test]
async fn two_desktops_exchange_what_the_other_lacks() {
    let world = World::start().await;
    let (ann, bob, incident, mut anns) = begun(&world).await;
    let mut bobs = Text::written_by(2);
    let got = exchange(&world, &bob, incident, &bobs, None).await.unwrap();
    bobs.apply([&got.update.0[..]]).unwrap();
    assert_eq!(bobs.read(), anns.read());
    let (by_ann, by_bob) = (anns.insert(0, "磁盘满了\n"), bobs.delete(0, 2));
    let answer = exchange(&world, &ann, incident, &anns, Some(by_ann.clone())).await.unwrap();
    assert_eq!(answer.at, 2);
    let answer = exchange(&world, &bob, incident, &bobs, Some(by_bob)).await.unwrap();
    assert_eq!(answer.at, 3);
    bobs.apply([&answer.update.0[..]]).unwrap();
    let again = exchange(&world, &ann, incident, &anns, Some(by_ann)).await.unwrap();
    assert_eq!(again.at, 3, "what came twice is one update");
    anns.apply([&again.update.0[..]]).unwrap();
    assert_eq!(anns.read(), bobs.read());
    assert!(anns.read().starts_with("磁盘满了\nCurrent state"), "{}", anns.read());
}

#[tokio::test]
async fn who_looks_is_told_of_updates_and_carets_by_others() {
    let world = World::start().await;
    let (mut ann, mut bob, incident, mut anns) = begun(&world).await;
    for desk in [&mut ann, &mut bob] {
        desk.send(&ToServer::OpenDocument { incident }).await;
        // Answered in order: it is open when this is.
        desk.send(&ToServer::Ping {}).await;
        desk.until(|frame| matches!(frame, ToClient::Pong { .. }).then_some(())).await;
    }
    let update = anns.insert(0, "now");
    exchange(&world, &ann, incident, &anns, Some(update.clone())).await.unwrap();
    let told = bob
        .until(|frame| match frame {
            ToClient::Document(update) => Some(update.clone()),
            _ => None,
        })
        .await;
    assert_eq!((told.incident, told.at, told.update.0), (incident, 2, update));
    let caret =
        Caret { incident, writer: 2, anchor: Some("{}".to_owned()), head: Some("{}".to_owned()) };
    bob.send(&ToServer::Caret(caret.clone())).await;
    let (who, place) = ann
        .until(|frame| match frame {
            ToClient::Document(update) => panic!("its own update {}", update.at),
            ToClient::Caret { person, caret } => Some((*person, caret.clone())),
            _ => None,
        })
        .await;
    assert_eq!((who, &place), (bob.person(), &caret));
    let long = Caret { head: Some("x".repeat(MAX_PLACE + 1)), ..caret };
    bob.send(&ToServer::Caret(long)).await;
    assert_eq!(bob.fault().await, ErrorCode::TooLarge);
}

#[tokio::test]
async fn who_may_not_see_the_incident_gives_and_gets_nothing() {
    let world = World::start().await;
    let (mut ann, mut bob, incident, mut anns) = begun(&world).await;
    bob.send(&ToServer::OpenDocument { incident }).await;
    ann.send(&ToServer::OpenDocument { incident }).await;
    let hid = ann.does(vec![to_incident(incident, IncidentChange::Restrict {})]).await;
    bob.until_row(hid).await;
    let nothing = Text::written_by(2);
    let write = Text::written_by(2).insert(0, "bob was here");
    let absent = EntityId(uuid::Uuid::now_v7());
    let (hidden, none) = (
        exchange(&world, &bob, incident, &nothing, Some(write)).await.unwrap_err(),
        exchange(&world, &bob, absent, &nothing, None).await.unwrap_err(),
    );
    assert_eq!(hidden.0, StatusCode::NOT_FOUND);
    assert_eq!(hidden, none, "hidden and absent look alike");
    let update = anns.insert(0, "secret ");
    exchange(&world, &ann, incident, &anns, Some(update)).await.unwrap();
    let place = Some("{}".to_owned());
    bob.send(&ToServer::Caret(Caret { incident, writer: 2, anchor: place.clone(), head: place }))
        .await;
    bob.send(&ToServer::Ping {}).await;
    bob.until(|frame| match frame {
        ToClient::Document(_) | ToClient::Caret { .. } => panic!("what is hidden: {frame:?}"),
        ToClient::Pong { .. } => Some(()),
        _ => None,
    })
    .await;
    ann.send(&ToServer::Ping {}).await;
    ann.until(|frame| match frame {
        ToClient::Caret { .. } => panic!("somebody who may not be there"),
        ToClient::Pong { .. } => Some(()),
        _ => None,
    })
    .await;
    let stored = crate::store::Documents::document(&world.store, incident).await.unwrap();
    let text = Text::of(stored.updates.iter().map(|update| update.body.as_slice())).unwrap();
    assert!(!text.read().contains("bob was here"), "{}", text.read());
}

#[tokio::test]
async fn what_is_too_large_or_no_update_is_refused_with_a_code() {
    let world = World::start().await;
    let (ann, _, incident, anns) = begun(&world).await;
    let large = Text::written_by(9).insert(0, &"x".repeat(MAX_UPDATE + 1));
    let mut cases = 0;
    for (update, code) in [
        (large, "too_large"),
        (b"hello".to_vec(), "invalid"),
        (Vec::new(), "invalid"),
        (vec![255; 100], "invalid"),
    ] {
        let (_, body) = exchange(&world, &ann, incident, &anns, Some(update)).await.unwrap_err();
        assert_eq!(body["code"], code);
        cases += 1;
    }
    assert_eq!(cases, 4);
    let answer = exchange(&world, &ann, incident, &anns, None).await.unwrap();
    assert_eq!(answer.at, 1, "nothing of it was taken");
}

#[tokio::test]
async fn the_log_says_how_far_a_document_is_and_seldom() {
    let world = World::start().await;
    let (ann, _, incident, mut anns) = begun(&world).await;
    let at = async || {
        let entity = world.store.entities(&[document_id(incident)]).await.unwrap().pop();
        entity.map_or(0, |entity| firebell_domain::document::Document(&entity).at())
    };
    let start = world.store.now().await.unwrap();
    world.store.set_now(start);
    // The loop of the server may have been first.
    notes::note(world.node()).await.unwrap();
    assert_eq!(at().await, 1);
    for n in 0..9 {
        let update = anns.insert(0, &n.to_string());
        exchange(&world, &ann, incident, &anns, Some(update)).await.unwrap();
    }
    assert_eq!(notes::note(world.node()).await.unwrap(), 0, "not yet");
    assert_eq!(at().await, 1);
    world.store.set_now(start.plus_secs(6));
    notes::note(world.node()).await.unwrap();
    assert_eq!(at().await, 10);
}

#[tokio::test]
async fn another_server_on_the_record_tells_what_this_one_took() {
    let world = World::start().await;
    let (ann, mut bob, incident, mut anns) = begun(&world).await;
    let other = world.beside().await;
    bob.socket = None;
    bob.connect(&other).await;
    bob.send(&ToServer::OpenDocument { incident }).await;
    let mut bobs = Text::written_by(2);
    let got = exchange(&other, &bob, incident, &bobs, None).await.unwrap();
    bobs.apply([&got.update.0[..]]).unwrap();
    let by_ann = anns.insert(0, "here ");
    exchange(&world, &ann, incident, &anns, Some(by_ann)).await.unwrap();
    let by_bob = bobs.insert(0, "there ");
    let answer = exchange(&other, &bob, incident, &bobs, Some(by_bob)).await.unwrap();
    assert_eq!(answer.at, 3);
    bobs.apply([&answer.update.0[..]]).unwrap();
    let back = exchange(&world, &ann, incident, &anns, None).await.unwrap();
    anns.apply([&back.update.0[..]]).unwrap();
    assert_eq!(anns.read(), bobs.read());
    assert!(anns.read().contains("here ") && anns.read().contains("there "));
}
