mod files;
mod first_sync;
mod model;
mod purge;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use firebell_domain::{
    change::{Author, ChangeSet},
    entity::Entity,
    id::EntityId,
    incident::IncidentChange,
};
use firebell_protocol::{
    frame::{SetAnswer, ToServer},
    http::History,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sqlx::Connection;
use tempfile::TempDir;

use super::*;
use crate::{
    replica::MemoryReplica,
    testing::{BEGIN, Pen, Record, WORKSPACE, device, entity},
};

const HOT: u128 = 1_000;

fn whose(n: u128) -> Identity {
    Identity { workspace: WORKSPACE, person: entity(n), device: device(n) }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("record.db")
}

async fn open(path: &Path) -> Arc<Store> {
    Store::open(path, whose(1), |_| {}).await.unwrap().store
}

/// A store that has read the record.
async fn synced(path: &Path, record: &mut Record) -> Arc<Store> {
    let store = open(path).await;
    let done = store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    assert_eq!(done, None);
    store.add_keys(record.grant(device(1), 5)).await.unwrap();
    store
}

/// A record of so many people, and the desktop of the first of them: its folder, pen and store.
async fn desk(people: u128) -> (TempDir, Record, Pen, Arc<Store>) {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(people);
    let store = synced(&file(&folder), &mut record).await;
    (folder, record, Pen::new(1), store)
}

async fn execute(store: &Store, set: ChangeSet) -> crate::replica::Executed {
    let done = store.execute(vec![set], BEGIN, false).await.unwrap();
    done.into_iter().next().unwrap().unwrap()
}

async fn send(store: &Store, record: &mut Record) -> Vec<SetAnswer> {
    let mut all = Vec::new();
    loop {
        let push = store.plan_push(&BTreeSet::new(), &BTreeSet::new()).await.unwrap();
        if push.sets.is_empty() {
            return all;
        }
        let sets = store.push_sets(&push.sets).await.unwrap();
        let author = Author::Person(store.identity().person);
        let answers: Vec<SetAnswer> = sets
            .iter()
            .map(|set| record.push(author, Some(store.identity().device), set))
            .collect();
        store.answer(answers.clone(), BEGIN).await.unwrap();
        all.extend(answers);
    }
}

async fn pull(store: &Store, record: &Record) {
    let place = store.sync_start().await.unwrap().cursor.unwrap().seq;
    let (slots, head) = record.slots(store.identity().person, place, record.last());
    store.apply(slots, head, BEGIN).await.unwrap();
}

/// Everything that is confirmed.
async fn confirmed(store: &Store) -> BTreeMap<EntityId, Entity> {
    let bodies: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT coalesce(c.body, e.body) FROM entity e LEFT JOIN entity_confirmed c ON c.id = e.id
         WHERE e.unsent = 0 OR c.id IS NOT NULL",
    )
    .fetch_all(store.readers())
    .await
    .unwrap();
    let entities = bodies.iter().map(|body| read::parse(body).unwrap());
    entities.map(|entity| (entity.id, entity)).collect()
}

async fn visible(store: &Store) -> BTreeMap<EntityId, Entity> {
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT body FROM entity").fetch_all(store.readers()).await.unwrap();
    let entities = bodies.iter().map(|body| read::parse(body).unwrap());
    entities.map(|entity| (entity.id, entity)).collect()
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash_and_is_sent_then() {
    let (folder, mut record, mut pen, store) = desk(1).await;
    let key = store.next_key().await.unwrap();
    let executed = execute(&store, pen.declare(entity(HOT), key, "payments are down", false)).await;
    assert_eq!(executed.key, key);
    execute(&store, pen.write(entity(HOT + 1), entity(HOT), "a line")).await;
    // No farewell: the writer is cut off as a kill would.
    let copy = tempfile::tempdir().unwrap();
    for name in ["record.db", "record.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let again = open(&file(&copy)).await;
    assert_eq!(again.unsent_count().await.unwrap(), 2);
    assert_ne!(again.next_key().await.unwrap(), key);
    assert_eq!(
        again.entity(entity(HOT)).await.unwrap().unwrap().text("summary"),
        "payments are down"
    );
    send(&again, &mut record).await;
    pull(&again, &record).await;
    assert_eq!(confirmed(&again).await, record.view(entity(1)));
    assert_eq!(visible(&again).await, record.view(entity(1)));
    assert_eq!(again.unsent_count().await.unwrap(), 0);
}

#[tokio::test]
async fn the_stream_has_the_lines_of_what_is_unsent_and_keeps_them_when_it_is_sent() {
    let (_folder, mut record, mut pen, store) = desk(1).await;
    execute(&store, pen.declare(entity(HOT), None, "x", false)).await;
    execute(&store, pen.incident(entity(HOT), IncidentChange::TakeCommand {})).await;
    execute(&store, pen.write(entity(HOT + 1), entity(HOT), "a line")).await;
    let lines = async || {
        let rows: Vec<(Vec<u8>, bool, bool)> = sqlx::query_as(
            "SELECT id, unsent IS NOT NULL, seq IS NOT NULL FROM stream ORDER BY incident, at, id",
        )
        .fetch_all(store.readers())
        .await
        .unwrap();
        rows
    };
    let before = lines().await;
    assert_eq!(
        before.iter().map(|l| (l.1, l.2)).collect::<Vec<_>>(),
        [(true, false), (true, false), (false, false)]
    );
    send(&store, &mut record).await;
    pull(&store, &record).await;
    let after = lines().await;
    assert_eq!(
        after.iter().map(|l| (l.1, l.2)).collect::<Vec<_>>(),
        [(false, true), (false, true), (false, false)]
    );
    assert!(before.iter().zip(&after).all(|(b, a)| b.0 == a.0));
    let state: String =
        sqlx::query_scalar("SELECT state FROM incident").fetch_one(store.readers()).await.unwrap();
    assert_eq!(state, "fixing");
}

#[tokio::test]
async fn a_refusal_at_the_form_stores_nothing() {
    let (_folder, _, mut pen, store) = desk(1).await;
    let done = store
        .execute(
            vec![
                pen.declare(entity(HOT), None, "   ", false),
                pen.declare(entity(HOT + 1), None, "good", false),
            ],
            BEGIN,
            false,
        )
        .await
        .unwrap();
    assert!(matches!(done[0], Err(StoreError::Refused(_))));
    assert!(done[1].is_ok());
    assert_eq!(store.unsent_count().await.unwrap(), 1);
    assert_eq!(store.entity(entity(HOT)).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_withdrawn_was_never_there_unless_the_server_has_it() {
    let (_folder, mut record, mut pen, store) = desk(1).await;
    let executed = execute(&store, pen.declare(entity(HOT), None, "taken back", false)).await;
    store.withdraw(executed.id, BEGIN).await.unwrap();
    assert_eq!(
        (store.unsent_count().await.unwrap(), store.entity(entity(HOT)).await.unwrap()),
        (0, None)
    );

    let executed = execute(&store, pen.declare(entity(HOT + 1), None, "sent", false)).await;
    send(&store, &mut record).await;
    store.withdraw(executed.id, BEGIN).await.unwrap();
    pull(&store, &record).await;
    assert_eq!(visible(&store).await, record.view(entity(1)));
    assert!(store.entity(entity(HOT + 1)).await.unwrap().is_some());
}

#[tokio::test]
async fn many_writers_share_commits_and_one_that_fails_harms_no_other() {
    let (_folder, _, _, store) = desk(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200_u128 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let set = Pen::new(100 + n).declare(entity(HOT + n), None, "x", false);
            if n % 10 == 0 {
                let failed: Result<(), StoreError> = store
                    .write(|writing| {
                        Box::pin(async move {
                            sqlx::query("INSERT INTO local (name, value) VALUES ('half', '1')")
                                .execute(&mut writing.connection)
                                .await?;
                            Err(StoreError::Other("planned".to_owned()))
                        })
                    })
                    .await;
                assert!(failed.is_err());
            }
            execute(&store, set).await
        });
    }
    assert_eq!(tasks.join_all().await.len(), 200);
    assert_eq!(store.local::<u8>("half").await.unwrap(), None);
    let numbers: Vec<i64> = sqlx::query_scalar("SELECT number FROM outbox ORDER BY number")
        .fetch_all(store.readers())
        .await
        .unwrap();
    assert_eq!(numbers, (1..=200).collect::<Vec<i64>>(), "dense");
}

#[tokio::test]
async fn what_changed_is_announced_after_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(2);
    let heard: Arc<Mutex<Changed>> = Arc::default();
    let ear = Arc::clone(&heard);
    let path = file(&folder);
    let opened = Store::open(&path, whose(1), move |changed| {
        ear.lock().unwrap().add(changed);
    });
    let store = opened.await.unwrap().store;
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    assert_eq!(store.directory().all().count(), 3, "settings and two people");
    let executed = execute(&store, Pen::new(1).declare(entity(HOT), None, "x", false)).await;
    store.close().await;
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.directory.len(), 3);
    assert!(heard.incidents.contains(&entity(HOT)));
    assert_eq!(heard.executed, [executed.id]);
    record.grant(device(1), 1);
}

#[tokio::test]
async fn a_second_key_is_taken_when_two_forms_had_the_same() {
    let (_folder, _, mut pen, store) = desk(1).await;
    let key = store.next_key().await.unwrap();
    let first = execute(&store, pen.declare(entity(HOT), key, "one", false)).await;
    let second = execute(&store, pen.declare(entity(HOT + 1), key, "two", false)).await;
    assert_eq!((first.key, second.key), (key, key.map(|key| key + 1)));
}

#[tokio::test]
async fn what_is_answered_not_saved_does_not_stand() {
    let folder = TempDir::new().unwrap();
    let mut record = Record::new(1);
    let store = synced(&file(&folder), &mut record).await;
    let patience = store.write(|writing| {
        Box::pin(async move {
            let short = sqlx::query("PRAGMA busy_timeout = 20");
            Ok(short.execute(&mut writing.connection).await.map(drop)?)
        })
    });
    patience.await.unwrap();
    // Another program, a backup perhaps, holds the file for longer than we wait.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file(&folder));
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let set = Pen::new(7).declare(entity(HOT), None, "payments are down", false);
    let refused = store.execute(vec![set.clone()], BEGIN, false).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotSaved(_)), "{refused}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(store.unsent_sets().await.unwrap(), []);
    execute(&store, set).await;
    assert_eq!(store.unsent_sets().await.unwrap().len(), 1);
}
