//! Several nodes on one database: one order for all, and a node that freezes or dies harms nobody else.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::ground::Database;
use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId, SetId},
};
use firebell_server::store::{
    ClaimedJob, Head, JobBody, NewJob, Store, StoreError, StoredAnswer, StoredRow, Writes,
};
use firebell_server_postgres::PostgresStore;
use tokio::time::timeout;
use uuid::Uuid;

const TASKS: usize = 8;
const APPENDS: usize = 40;

async fn open(database: &Database) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(&database.url).await.expect("open"))
}

/// A set of `count` rows after `head`.
fn set(head: Head, count: u64) -> Writes {
    let mut end = head;
    let rows = (1..=count).map(|n| {
        let (seq, salt, row) = (head.seq + n, [n as u8; 16], format!("{{\"n\":{n}}}").into_bytes());
        end.seq = seq;
        end.hash = end.hash.extend(seq, Hash::leaf(&salt, &row));
        let entity = EntityId(Uuid::now_v7());
        StoredRow {
            seq,
            entity,
            incident: None,
            salt,
            head: end.hash,
            set_end: head.seq + count,
            row,
        }
    });
    let rows: Vec<_> = rows.collect();
    let answer = StoredAnswer {
        set: SetId(Uuid::now_v7()),
        device: Some(DeviceId(Uuid::now_v7())),
        body: Hash::ZERO,
        rows: Some((head.seq + 1, end.seq)),
        refusal: None,
    };
    Writes { rows, answers: vec![answer], head: Some(end), ..Writes::default() }
}

async fn append(store: &PostgresStore, count: u64) -> Result<(), StoreError> {
    let append = store.begin().await?;
    let writes = set(append.head(), count);
    append.commit(&writes).await
}

/// Reads as a tailer does, until there are `total` rows.
async fn tail(store: Arc<PostgresStore>, total: u64) -> Vec<StoredRow> {
    let mut seen: Vec<StoredRow> = Vec::new();
    while (seen.len() as u64) < total {
        let at = seen.last().map_or(0, |row| row.seq);
        let rows = store.rows_after(at, 7).await.expect("read");
        if rows.is_empty() {
            // A hint, or else the poll behind it.
            timeout(Duration::from_millis(20), store.hinted()).await.ok();
        }
        seen.extend(rows);
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_on_two_nodes_make_one_dense_log_and_tailers_see_every_row_in_order() {
    let database = Database::new().await;
    let nodes = [open(&database).await, open(&database).await];
    let count = |task: usize, n: usize| ((task + n) % 3 + 1) as u64;
    let total = (0..TASKS).flat_map(|task| (0..APPENDS).map(move |n| count(task, n))).sum();
    let tailers = nodes.clone().map(|node| tokio::spawn(tail(node, total)));
    let writers: Vec<_> = (0..TASKS)
        .map(|task| {
            let node = nodes[task % 2].clone();
            tokio::spawn(async move {
                for n in 0..APPENDS {
                    append(&node, count(task, n)).await.expect("append");
                    let head = node.head().await.expect("head");
                    node.notify(head.seq).await.expect("notify");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("a writer");
    }
    for tailer in tailers {
        let rows =
            timeout(Duration::from_secs(60), tailer).await.expect("in time").expect("a tailer");
        assert_eq!(rows.len() as u64, total);
        let mut head = Hash::ZERO;
        for (row, seq) in rows.iter().zip(1..) {
            assert_eq!(row.seq, seq, "dense and in order");
            head = head.extend(seq, Hash::leaf(&row.salt, &row.row));
            assert_eq!(row.head, head, "the chain holds");
        }
    }
    eprintln!("{} appends, {total} rows, 2 tailers", TASKS * APPENDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_freezes_with_the_lock_stops_the_others_for_no_more_than_three_seconds() {
    let database = Database::new().await;
    let (frozen, other) = (open(&database).await, open(&database).await);
    let held = frozen.begin().await.expect("begin");
    let late = set(held.head(), 3);
    let started = Instant::now();
    append(&other, 2).await.expect("another node goes on");
    let waited = started.elapsed();
    assert!(waited > Duration::from_millis(500), "the lock was not held: {waited:?}");
    assert!(waited < Duration::from_secs(3), "{waited:?}");
    // It wakes up, and must not write what it decided on a head of the past.
    let woken = held.commit(&late).await;
    assert!(matches!(woken, Err(StoreError::Unavailable(_))), "{woken:?}");
    let rows = frozen.rows_after(0, 100).await.expect("read");
    assert_eq!(rows.len(), 2);
    append(&frozen, 1).await.expect("and works again");
    assert_eq!(other.head().await.expect("head").seq, 3);
}

const APPENDERS: &str = "datname = current_database() AND pid <> pg_backend_pid()
    AND query ~ 'BEGIN|COMMIT|FROM meta'";

async fn kill(database: &Database, which: &str) -> i64 {
    let sql =
        format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {which}");
    database.number(&sql).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_backend_is_not_available_and_leaves_nothing_half_written() {
    let database = Database::new().await;
    let node = open(&database).await;
    append(&node, 2).await.expect("append");
    let before = node.head().await.expect("head");
    let held = node.begin().await.expect("begin");
    let writes = set(held.head(), 5);
    let in_transaction = format!("{APPENDERS} AND state = 'idle in transaction'");
    assert_eq!(kill(&database, &in_transaction).await, 1);
    let killed = held.commit(&writes).await;
    assert!(matches!(killed, Err(StoreError::Unavailable(_))), "{killed:?}");
    assert_eq!(node.head().await.expect("head"), before);
    let count = "(SELECT count(*) FROM log) + (SELECT count(*) FROM answer)";
    assert_eq!(database.number(count).await, 3, "two rows and one answer");
    append(&node, 1).await.expect("append");
    // One that dies between two appends is not even noticed.
    assert!(kill(&database, "datname = current_database() AND pid <> pg_backend_pid()").await > 2);
    append(&node, 1).await.expect("append");
    assert_eq!(database.number("SELECT seq FROM meta").await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_is_given_up_writes_nothing_and_frees_the_lock() {
    let database = Database::new().await;
    let (node, other) = (open(&database).await, open(&database).await);
    drop(node.begin().await.expect("begin"));
    let started = Instant::now();
    append(&other, 1).await.expect("append");
    append(&node, 1).await.expect("append");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    // One whose writes are refused takes back all of them.
    let held = node.begin().await.expect("begin");
    let mut writes = set(held.head(), 2);
    writes.answers.push(writes.answers[0].clone());
    let refused = held.commit(&writes).await;
    assert!(matches!(refused, Err(StoreError::Other(_))), "{refused:?}");
    assert_eq!(node.head().await.expect("head").seq, 2);
    assert_eq!(node.rows_after(0, 10).await.expect("read").len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_come_from_other_nodes_and_come_back_after_the_listener_was_killed() {
    let database = Database::new().await;
    let (node, other) = (open(&database).await, open(&database).await);
    let heard = |patience| timeout(patience, node.hinted());
    let soon = Duration::from_secs(5);
    // The first says that nobody listened before.
    heard(soon).await.expect("a hint").expect("listening");
    node.notify(1).await.expect("notify");
    assert!(heard(Duration::from_millis(300)).await.is_err(), "its own are no news");
    other.notify(2).await.expect("notify");
    heard(soon).await.expect("a hint").expect("listening");
    let listeners = "datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(kill(&database, listeners).await, 2);
    heard(soon).await.expect("something may have been missed").expect("listening");
    other.notify(3).await.expect("notify");
    heard(soon).await.expect("a hint").expect("listening");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fence_from_a_jobs_earlier_life_ends_nothing() {
    let database = Database::new().await;
    let node = open(&database).await;
    let id = Uuid::now_v7();
    let put = async || {
        let append = node.begin().await.expect("begin");
        let body = JobBody::StepPage { page: EntityId(id) };
        let job = NewJob { id, due_at: append.now().plus_secs(-1), body, waits_for: None };
        append.commit(&Writes { jobs: vec![job], ..Writes::default() }).await.expect("commit");
    };
    let ends = async |job: &ClaimedJob| {
        let append = node.begin().await.expect("begin");
        let jobs_done = vec![(job.id, job.fence)];
        append.commit(&Writes { jobs_done, ..Writes::default() }).await.expect("commit");
        node.next_job_in().await.expect("read").is_none()
    };
    put().await;
    let slept = node.claim_jobs(5, 10).await.expect("claim").remove(0);
    database.execute("UPDATE clock_offset SET ms = 6000").await;
    let done = node.claim_jobs(5, 10).await.expect("claim").remove(0);
    assert!(ends(&done).await);
    put().await;
    let held = node.claim_jobs(5, 10).await.expect("claim").remove(0);
    for old in [&slept, &done] {
        assert!(!ends(old).await, "{}", old.fence);
    }
    assert!(ends(&held).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_cannot_be_read_does_not_stop_the_others() {
    let database = Database::new().await;
    let node = open(&database).await;
    let id = Uuid::now_v7();
    let append = node.begin().await.expect("begin");
    let body = JobBody::StepPage { page: EntityId(id) };
    let job = NewJob { id, due_at: append.now().plus_secs(-1), body, waits_for: None };
    append.commit(&Writes { jobs: vec![job], ..Writes::default() }).await.expect("commit");
    database
        .execute(
            "INSERT INTO job (workspace, id, due_at, body)
             SELECT workspace, gen_random_uuid(), 1, '{' FROM meta",
        )
        .await;
    let claimed = node.claim_jobs(5, 10).await.expect("claim");
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [id]);
    assert!(node.claim_jobs(5, 10).await.expect("claim").is_empty(), "it stays leased");
}
