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
    replica::{MemoryReplica, plan},
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

async fn execute(store: &Store, set: ChangeSet) -> crate::replica::Executed {
    let done = store.execute(vec![set], BEGIN, false).await.unwrap();
    done.into_iter().next().unwrap().unwrap()
}

async fn send(store: &Store, record: &mut Record) -> Vec<SetAnswer> {
    let mut all = Vec::new();
    loop {
        let waiting = store.waiting().await.unwrap();
        let push = plan(&waiting, &BTreeSet::new(), &BTreeSet::new());
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
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
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
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
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
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
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
async fn many_writers_share_commits_and_one_that_fails_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    let store = synced(&file(&folder), &mut record).await;
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
async fn a_first_sync_goes_on_after_an_interruption() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(3);
    for n in 0..10 {
        record.server(Pen::new(200 + n).declare(entity(HOT + n), None, "x", false));
    }
    let whole = record.snapshot(entity(1));
    let (first, second) = whole.entities.split_at(5);
    let chunk = |entities: &[String], next: Option<&str>, done: u64| {
        let next = next.map(str::to_owned);
        firebell_protocol::http::SnapshotChunk {
            entities: entities.to_vec(),
            next,
            done,
            ..whole.clone()
        }
    };
    let store = open(&file(&folder)).await;
    let progress = store.save_chunk(chunk(first, Some("t2"), 5), BEGIN).await.unwrap().unwrap();
    assert_eq!(progress.next.as_deref(), Some("t2"));
    let mut pen = Pen::new(1);
    // The person works on while the rest is on its way.
    execute(&store, pen.declare(entity(HOT + 99), None, "mine", false)).await;
    store.close().await;
    let store = open(&file(&folder)).await;
    assert!(store.sync_start().await.unwrap().snapshot);
    assert_eq!(store.sync_start().await.unwrap().cursor, None);
    assert_eq!(store.snapshot().await.unwrap(), Some(progress));
    // Meanwhile the log grew; rows not newer than their entity are skipped.
    let start = record.last();
    record.server(
        Pen::new(300)
            .incident(entity(HOT), IncidentChange::SetSummary { summary: "newer".to_owned() }),
    );
    let newest = record.snapshot(entity(1)).entities;
    assert_eq!(store.save_chunk(chunk(&newest, None, 14), BEGIN).await.unwrap(), None);
    assert_eq!(store.sync_start().await.unwrap().cursor.unwrap().seq, start);
    store.save_chunk(chunk(second, None, 14), BEGIN).await.unwrap();
    pull(&store, &record).await;
    assert_eq!(confirmed(&store).await, record.view(entity(1)));
    assert_eq!(store.unsent_count().await.unwrap(), 1);
    assert!(store.next_history().await.unwrap().is_some());
}

#[tokio::test]
async fn older_rows_are_fetched_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    record.server(Pen::new(200).declare(entity(HOT), None, "x", false));
    let store = synced(&file(&folder), &mut record).await;
    let missing = store.next_history().await.unwrap().unwrap();
    assert_eq!((missing.incident, missing.after), (entity(HOT), 0));
    let slots = record.history(entity(1), entity(HOT));
    assert_eq!(slots.len(), 1);
    store.save_history(entity(HOT), History { slots, next: None }).await.unwrap();
    assert_eq!(store.next_history().await.unwrap(), None);
    let lines: i64 = sqlx::query_scalar("SELECT count(*) FROM stream WHERE seq IS NOT NULL")
        .fetch_one(store.readers())
        .await
        .unwrap();
    assert_eq!(lines, 1);
}

#[tokio::test]
async fn a_new_life_of_the_record_replaces_what_was_here_and_gets_own_sets_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(2);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
    let key = store.next_key().await.unwrap();
    execute(&store, pen.declare(entity(HOT), key, "before the backup", false)).await;
    send(&store, &mut record).await;
    pull(&store, &record).await;
    let backup = record.clone();
    let change = IncidentChange::SetSummary { summary: "after it".to_owned() };
    execute(&store, pen.incident(entity(HOT), change)).await;
    send(&store, &mut record).await;
    record.server(Pen::new(300).declare(entity(HOT + 7), None, "another's, lost", false));
    pull(&store, &record).await;
    record.restore(&backup);

    let copy = store.keep_copy().await.unwrap();
    assert!(copy.exists());
    store.begin_life(BEGIN).await.unwrap();
    assert_eq!(store.sync_start().await.unwrap().cursor, None);
    assert_eq!(store.unsent_count().await.unwrap(), 2);
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    assert_eq!(store.entity(entity(HOT + 7)).await.unwrap(), None);
    let shown = store.entity(entity(HOT)).await.unwrap().unwrap();
    assert_eq!(shown.text("summary"), "after it");
    assert_eq!(store.sync_start().await.unwrap().cursor.unwrap().epoch, 2);
    let answers = send(&store, &mut record).await;
    assert_eq!(answers.len(), 2, "own sets are offered again");
    pull(&store, &record).await;
    assert_eq!(confirmed(&store).await, record.view(entity(1)));
    assert_eq!(visible(&store).await, record.view(entity(1)));
    store.check().await.unwrap();
    store.drop_copies().unwrap();
    assert!(!copy.exists());
}

fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[tokio::test]
async fn a_purged_incident_leaves_no_byte_but_the_persons_own_unsent_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(2);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
    for n in 0..30 {
        let id = entity(HOT + 10 * n);
        let word = if n == 7 { "canarytitle" } else { "ordinary" };
        record.server(Pen::new(200 + n).declare(id, None, word, false));
        for m in 1..9 {
            let text =
                if n == 7 { format!("canaryline{m} 密文金丝雀") } else { "line".to_owned() };
            record.server(Pen::new(1_000 + 10 * n + m).write(entity(HOT + 10 * n + m), id, &text));
        }
    }
    let secret = entity(HOT + 70);
    for n in 0..5 {
        let summary = format!("canarytitle number {n}");
        let change = IncidentChange::SetSummary { summary };
        record.server(Pen::new(9_000 + n).incident(secret, change));
    }
    pull(&store, &record).await;
    let slots = record.history(entity(1), secret);
    store.save_history(secret, History { slots, next: None }).await.unwrap();
    while crate::search::feed::step(&store).await.unwrap() > 0 {}
    let mine = IncidentChange::SetSummary { summary: "my own words".to_owned() };
    execute(&store, pen.incident(secret, mine)).await;
    assert!(contains(&bytes_of(folder.path()), "canary"));
    let tokens: Vec<String> = firebell_domain::search::tokens("密文金丝雀");
    assert!(contains(&bytes_of(folder.path()), &tokens[0]));

    store.forget(secret, BEGIN).await.unwrap();
    let left = bytes_of(folder.path());
    assert!(!contains(&left, "canary"), "in the file, its log or its index");
    assert!(!contains(&left, &tokens[0]));
    assert!(contains(&left, "my own words"));
    assert_eq!(store.entity(secret).await.unwrap(), None);
    assert_eq!(store.unsent_count().await.unwrap(), 1);
    store.check().await.unwrap();
    // Rows that were on their way when it happened do not come back.
    let slots = record.history(entity(1), secret);
    store.save_history(secret, History { slots, next: None }).await.unwrap();
    assert!(!contains(&bytes_of(folder.path()), "canary"));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut record = Record::new(1);
    let store = synced(&path, &mut record).await;
    let second = Store::open(&path, whose(1), |_| {}).await;
    assert!(matches!(second, Err(StoreError::Locked { .. })));
    store.close().await;
    drop(store);
    let good = std::fs::read(&path).unwrap();

    let refuse = async |bytes: &[u8], newer: bool, what: &str| {
        std::fs::write(&path, bytes).unwrap();
        match Store::open(&path, whose(1), |_| {}).await {
            Err(StoreError::Newer { .. }) => assert!(newer, "{what}"),
            Err(StoreError::Unreadable { .. }) => assert!(!newer, "{what}"),
            Err(error) => panic!("{what}: {error}"),
            Ok(_) => panic!("{what}: opened"),
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what}: changed");
    };
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    refuse(&newer, true, "newer").await;
    refuse(b"this is a letter to my aunt, not a database", false, "text").await;
    refuse(&good[..good.len() / 2], false, "cut").await;
    let mut foreign = good.clone();
    foreign[60..64].fill(0);
    refuse(&foreign, false, "foreign").await;
    for at in [100, 4_096 + 3, 8_192, 3 * 4_096 + 5] {
        let mut broken = good.clone();
        broken[at..at + 40].fill(0xa5);
        // Left as if the program had died, so that the whole file is looked through.
        std::fs::write(super::wal_of(&path), b"").unwrap();
        refuse(&broken, false, "broken page").await;
        std::fs::remove_file(super::wal_of(&path)).ok();
        std::fs::remove_file(path.with_extension("db-shm")).ok();
    }
    std::fs::write(&path, &good).unwrap();
    let other = Store::open(&path, whose(2), |_| {}).await;
    assert!(matches!(other, Err(StoreError::Unreadable { .. })));
    open(&path).await;
}

#[tokio::test]
async fn what_was_not_sent_is_saved_from_a_file_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut record = Record::new(1);
    let mut pen = Pen::new(1);
    let store = synced(&path, &mut record).await;
    execute(&store, pen.declare(entity(HOT), None, "typed with care", false)).await;
    execute(&store, pen.write(entity(HOT + 1), entity(HOT), &"long ".repeat(9_000))).await;
    store.close().await;
    drop(store);
    let error = || StoreError::Unreadable { path: path.clone(), why: "a test".to_owned() };
    let saved = crate::bad_file::unusable(&path, folder.path(), error()).await;
    assert_eq!(saved.count, 2);
    // The list of tables is gone: the pages themselves are looked at.
    let mut broken = std::fs::read(&path).unwrap();
    broken[100..4_096].fill(0);
    std::fs::write(&path, &broken).unwrap();
    let saved = crate::bad_file::unusable(&path, folder.path(), error()).await;
    assert_eq!(saved.count, 2);
    let text = std::fs::read_to_string(saved.rescued.unwrap()).unwrap();
    assert!(text.contains("typed with care") && text.contains(&"long ".repeat(9_000)));
}

#[tokio::test]
async fn a_second_key_is_taken_when_two_forms_had_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(1);
    let mut pen = Pen::new(1);
    let store = synced(&file(&folder), &mut record).await;
    let key = store.next_key().await.unwrap();
    let first = execute(&store, pen.declare(entity(HOT), key, "one", false)).await;
    let second = execute(&store, pen.declare(entity(HOT + 1), key, "two", false)).await;
    assert_eq!((first.key, second.key), (key, key.map(|key| key + 1)));
}

/// The store does what the replica in memory does, whatever happens.
#[tokio::test]
async fn the_store_ends_like_the_replica_in_memory() {
    let config = Config { rng_algorithm: RngAlgorithm::ChaCha, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let moves = proptest::collection::vec((0..10_u8, proptest::num::u8::ANY), 30..60);
    for case in 0..12 {
        let moves = moves.new_tree(&mut runner).unwrap().current();
        follow(case, &moves).await;
    }
}

async fn follow(case: u32, moves: &[(u8, u8)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(2);
    let mut store = synced(&file(&folder), &mut record).await;
    let mut memory = MemoryReplica::new(WORKSPACE, entity(1), device(1));
    memory.take_chunk(&record.snapshot(entity(1)));
    let (mut mine, mut theirs) = (Pen::new(1), Pen::new(2));
    let mut incidents: Vec<EntityId> = Vec::new();
    for (step, (what, far)) in moves.iter().copied().enumerate() {
        let incident = incidents.get(usize::from(far) % incidents.len().max(1)).copied();
        let next = entity(HOT + 2 * step as u128);
        let set = match (what, incident) {
            (0, _) => {
                incidents.push(next);
                mine.declare(next, None, "mine", false)
            }
            (1, Some(id)) => {
                mine.incident(id, IncidentChange::SetSummary { summary: format!("mine {step}") })
            }
            (2, Some(id)) => mine.incident(id, IncidentChange::TakeCommand {}),
            (3, Some(id)) => mine.write(next, id, "line"),
            (4, id) => {
                // Another person, straight on the record.
                let id = id.filter(|id| record.entities.contains_key(id));
                let set = match id {
                    Some(id) => theirs.incident(
                        id,
                        match far % 3 {
                            0 => IncidentChange::TakeCommand {},
                            1 => IncidentChange::SetSummary { summary: format!("theirs {step}") },
                            _ => IncidentChange::AddMember { person: entity(2) },
                        },
                    ),
                    None => {
                        incidents.push(next);
                        theirs.declare(next, None, "theirs", false)
                    }
                };
                let changes =
                    set.changes.iter().map(|c| serde_json::to_value(c).unwrap()).collect();
                let set = firebell_protocol::frame::PushSet {
                    id: set.id,
                    number: 0,
                    after: Vec::new(),
                    again: false,
                    changes,
                };
                record.push(Author::Person(entity(2)), Some(device(2)), &set);
                continue;
            }
            (5 | 6, _) => {
                let Some(ToServer::Push { sets, .. }) = memory.push() else { continue };
                let waiting = store.waiting().await.unwrap();
                let push = plan(&waiting, &BTreeSet::new(), &BTreeSet::new());
                assert_eq!(store.push_sets(&push.sets).await.unwrap(), sets, "case {case}");
                let author = Author::Person(entity(1));
                let answers: Vec<SetAnswer> =
                    sets.iter().map(|set| record.push(author, Some(device(1)), set)).collect();
                memory.take_answers(&answers);
                store.answer(answers, BEGIN).await.unwrap();
                continue;
            }
            (7 | 8, _) => {
                let place = memory.cursor().unwrap().seq;
                let from = place.saturating_sub(u64::from(far % 3));
                let (slots, head) =
                    record.slots(entity(1), from, (place + u64::from(far % 9)).min(record.last()));
                let here = memory.take_rows(&slots, head);
                let there = store.apply(slots, head, BEGIN).await;
                assert_eq!(here.is_ok(), there.is_ok(), "case {case}: {there:?}");
                continue;
            }
            (9, _) => {
                memory.crash();
                store.close().await;
                drop(store);
                store = open(&file(&folder)).await;
                continue;
            }
            _ => continue,
        };
        let here = memory.execute(BEGIN, &set);
        let there = store.execute(vec![set], BEGIN, false).await.unwrap();
        assert_eq!(here.is_ok(), there[0].is_ok(), "case {case}: {here:?} {there:?}");
    }
    assert_eq!(confirmed(&store).await, *memory.confirmed(), "case {case}");
    assert_eq!(visible(&store).await, *memory.visible(), "case {case}");
    let unsent: Vec<_> = memory.unsent().cloned().collect();
    assert_eq!(store.unsent_sets().await.unwrap(), unsent, "case {case}");
    for set in memory.refused() {
        assert_eq!(store.refused_tail(set.id).await.unwrap().first(), Some(set), "case {case}");
    }
    for id in memory.visible().keys() {
        let listed: i64 = sqlx::query_scalar("SELECT count(*) FROM incident WHERE id = ?")
            .bind(blob(id.0))
            .fetch_one(store.readers())
            .await
            .unwrap();
        assert_eq!(listed == 1, incidents.contains(id), "case {case}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_incidents_open_without_replay() {
    // The figure is asserted by the benchmarks; here only that opening reads no more than the directory.
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut record = Record::new(1);
    let store = synced(&path, &mut record).await;
    store.close().await;
    drop(store);
    let mut connection =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO entity (id, kind, incident, seq, life, body)
         SELECT randomblob(16), 'incident', randomblob(16), i, 1, CAST('not read at start' AS BLOB) FROM n",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    open(&path).await;
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
