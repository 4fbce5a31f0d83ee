//! How a desktop goes on after hello, and how it gets what it missed.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use firebell_domain::{chain::Hash, entity::Entity, incident::Severity};
use firebell_protocol::{
    KEY_RESERVE,
    frame::{Resume, ToClient, ToServer},
    http::{LogPage, SnapshotChunk},
    row::Cursor,
};

use super::{
    desk::Desk,
    world::{World, declare, message, options},
};
use crate::{Options, store::Store};

#[tokio::test]
async fn a_desktop_gets_the_rows_it_missed_and_then_what_happens() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    bob.socket = None;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    for n in 0..30 {
        ann.does(vec![message(id, &format!("line {n}")), message(id, "and another")]).await;
    }
    assert_eq!(bob.connect(&world).await, Resume::Rows);
    bob.until_row(ann.cursor.unwrap().seq).await;
    let last = ann.does(vec![message(id, "live")]).await;
    bob.until_row(last).await;
    assert_eq!(bob.cursor, ann.cursor);
    assert_eq!(bob.slots.len(), 62);
}

#[tokio::test]
async fn a_cursor_decides_how_a_desktop_goes_on() {
    let world = World::with(Options { max_behind: 3, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let good = ann.cursor.unwrap();
    let session = ann.session.clone();
    let with = async |cursor: Option<Cursor>| {
        let mut desk = Desk::new(session.clone());
        desk.cursor = cursor;
        desk.connect(&world).await
    };
    assert_eq!(with(None).await, Resume::Snapshot);
    assert_eq!(with(Some(good)).await, Resume::Rows);
    assert_eq!(with(Some(Cursor { seq: 0, head: Hash::ZERO, ..good })).await, Resume::Rows);
    let forged = Cursor { head: Hash::of(b"forged"), ..good };
    assert_eq!(with(Some(forged)).await, Resume::ChainBroken);
    let beyond = Cursor { seq: good.seq + 5, ..good };
    assert_eq!(with(Some(beyond)).await, Resume::ChainBroken);
    let elsewhere = Cursor { epoch: good.epoch + 1, ..good };
    assert_eq!(with(Some(elsewhere)).await, Resume::NewEpoch);
    for _ in 0..2 {
        ann.does(vec![declare(Severity::Three, None, false)]).await;
    }
    assert_eq!(with(Some(Cursor { seq: 0, head: Hash::ZERO, ..good })).await, Resume::Snapshot);
}

#[tokio::test]
async fn a_new_life_of_the_record_is_told_and_no_reported_key_is_given_again() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    world.store.new_epoch(0).await.unwrap();
    // The running server notices, and everybody comes again.
    ann.fault().await;
    ann.highest_key = 4_711;
    ann.keys_left = 0;
    assert_eq!(ann.connect(&world).await, Resume::NewEpoch);
    let keys = keys(&mut ann).await;
    assert!(keys.iter().all(|key| *key > 4_711), "{keys:?}");
}

#[tokio::test]
async fn a_desktop_reports_its_highest_key_once_in_a_life_and_only_from_an_earlier_one() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    world.store.new_epoch(0).await.unwrap();
    ann.fault().await;
    let next_key = async || world.store.head().await.unwrap().next_key;
    let before = next_key().await;
    let earlier = ann.cursor.unwrap();
    // A life that never was.
    ann.cursor = Some(Cursor { epoch: 9, ..earlier });
    ann.highest_key = before + 500_000;
    assert_eq!(ann.connect(&world).await, Resume::NewEpoch);
    assert_eq!(next_key().await, before);
    ann.cursor = Some(earlier);
    ann.highest_key = before + 10;
    assert_eq!(ann.connect(&world).await, Resume::NewEpoch);
    assert_eq!(next_key().await, before + 11);
    ann.highest_key = before + 500_000;
    assert_eq!(ann.connect(&world).await, Resume::NewEpoch);
    assert_eq!(next_key().await, before + 11);
    // Its next life is another matter.
    world.store.new_epoch(0).await.unwrap();
    assert_eq!(ann.connect(&world).await, Resume::NewEpoch);
    assert_eq!(next_key().await, before + 500_001);
}

#[tokio::test]
async fn keys_are_topped_up_and_given_on_request() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = Desk::new(world.session("ann").await);
    bob.keys_left = 5;
    bob.cursor = ann.cursor;
    bob.connect(&world).await;
    let first = keys(&mut bob).await;
    assert_eq!(first.len() as u32, KEY_RESERVE - 5);
    bob.send(&ToServer::NeedKeys { count: 7 }).await;
    let second = keys(&mut bob).await;
    assert_eq!(second.len(), 7);
    ann.send(&ToServer::NeedKeys { count: 1_000_000 }).await;
    let third = keys(&mut ann).await;
    assert_eq!(third.len() as u32, firebell_protocol::MAX_KEYS);
    let all: BTreeSet<u64> = first.iter().chain(&second).chain(&third).copied().collect();
    assert_eq!(all.len(), first.len() + second.len() + third.len(), "nobody shares a key");
}

async fn keys(desk: &mut Desk) -> Vec<u64> {
    desk.until(|frame| match frame {
        ToClient::Keys { numbers } => Some(numbers.clone()),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_snapshot_and_the_log_from_its_start_are_everything() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut expected = BTreeSet::new();
    for n in 0..40 {
        let incident = declare(Severity::Three, None, false);
        let changes: Vec<_> = std::iter::once(incident.clone())
            .chain((0..40).map(|_| message(incident.entity, &format!("{n}"))))
            .collect();
        expected.extend(changes.iter().map(|change| change.entity));
        ann.does(changes).await;
    }
    let hidden = declare(Severity::Three, None, true);
    let secret = message(hidden.entity, "secret");
    ann.does(vec![hidden.clone(), secret.clone()]).await;

    world.add("bob", false).await;
    let bob = world.session("bob").await;
    let (mut seen, mut token, mut start, mut chunks) = (BTreeSet::new(), None, 0, 0);
    let mut last_priority = 0;
    loop {
        let path = match &token {
            None => "/api/v1/snapshot".to_owned(),
            Some(token) => format!("/api/v1/snapshot?token={token}"),
        };
        let (status, body) = world.get(&path, &bob).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let chunk: SnapshotChunk = serde_json::from_value(body).unwrap();
        chunks += 1;
        assert!(token.is_none() || chunk.start == start, "the start is fixed");
        assert!(chunk.priority >= last_priority && chunk.done <= chunk.total);
        (start, last_priority) = (chunk.start, chunk.priority);
        if chunks == 1 {
            // Life goes on meanwhile.
            ann.does(vec![declare(Severity::Three, None, false)]).await;
        }
        for entity in &chunk.entities {
            assert!(!entity.contains("secret"));
            let entity: Entity = serde_json::from_str(entity).unwrap();
            seen.insert(entity.id);
        }
        token = chunk.next;
        if token.is_none() {
            break;
        }
    }
    assert!(chunks > 2, "several chunks");
    assert!(seen.is_superset(&expected));
    assert!(!seen.contains(&hidden.entity) && !seen.contains(&secret.entity));
    assert!(seen.contains(&ann.person()) && seen.contains(&bob.person), "the directory");

    let (_, body) = world.get(&format!("/api/v1/log?after={start}&limit=1"), &bob).await;
    let page: LogPage = serde_json::from_value(body).unwrap();
    assert_eq!((page.slots.len(), page.slots[0].seq()), (1, start + 1));
    let (status, body) = world.get("/api/v1/snapshot?token=1.2.3", &bob).await;
    assert_eq!(
        (status, body["fields"][0]["field"].as_str()),
        (StatusCode::BAD_REQUEST, Some("token"))
    );
}

#[tokio::test]
async fn a_page_of_the_log_never_splits_a_set() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let incident = declare(Severity::Three, None, false);
    let id = incident.entity;
    let before = ann.cursor.unwrap().seq;
    let lines = (0..5).map(|_| message(id, "x"));
    ann.does(std::iter::once(incident).chain(lines).collect()).await;
    let (_, body) = world.get(&format!("/api/v1/log?after={before}&limit=2"), &ann.session).await;
    let page: LogPage = serde_json::from_value(body).unwrap();
    assert_eq!(page.slots.len(), 6);
    assert_eq!((page.last, page.head), (ann.cursor.unwrap().seq, ann.cursor.unwrap().head));
}
