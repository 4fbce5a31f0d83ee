//! First syncs, older rows, and new lives of the record.

use super::*;

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
async fn a_new_life_in_the_middle_of_a_first_sync_gets_own_sets_back_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::new(2);
    let backup = record.clone();
    record.server(Pen::new(300).declare(entity(HOT + 7), None, "another's, lost", false));
    let store = open(&file(&folder)).await;
    store.meet_life(record.epoch).await.unwrap();
    let whole = record.snapshot(entity(1));
    let part = firebell_protocol::http::SnapshotChunk { next: Some("t".to_owned()), ..whole };
    store.save_chunk(part, BEGIN).await.unwrap();
    execute(&store, Pen::new(1).declare(entity(HOT), None, "mine", false)).await;
    send(&store, &mut record).await;
    record.restore(&backup);

    store.meet_life(record.epoch).await.unwrap();
    store.drop_snapshot().await.unwrap();
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    assert_eq!(store.entity(entity(HOT + 7)).await.unwrap(), None, "of the life that is lost");
    assert_eq!(send(&store, &mut record).await.len(), 1, "the own set is offered again");
    pull(&store, &record).await;
    assert_eq!(confirmed(&store).await, record.view(entity(1)));
    assert_eq!(visible(&store).await, record.view(entity(1)));
}

#[tokio::test]
async fn a_new_life_of_the_record_replaces_what_was_here_and_gets_own_sets_back() {
    let (_folder, mut record, mut pen, store) = desk(2).await;
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
