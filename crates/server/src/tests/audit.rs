//! The audit: a page that stands still is found, told by silence, and taken on.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode, routing::get};
use firebell_domain::incident::Severity;
use tokio::{net::TcpListener, sync::Notify};

use super::world::{World, declare, options, service};
use crate::{
    Options,
    audit::Heartbeat,
    store::{Append, Store, Writes},
};

/// Somebody outside who waits for heartbeats.
struct Outside {
    url: String,
    count: Arc<AtomicUsize>,
    came: Arc<Notify>,
    refuses: Arc<AtomicUsize>,
}

impl Outside {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/ping/1", listener.local_addr().expect("an address"));
        let (count, came) = (Arc::<AtomicUsize>::default(), Arc::<Notify>::default());
        let refuses = Arc::<AtomicUsize>::default();
        let (counts, tells, refusing) = (count.clone(), came.clone(), refuses.clone());
        let answer = move || async move {
            let left =
                refusing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
            if left.is_ok() {
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            counts.fetch_add(1, Ordering::SeqCst);
            tells.notify_one();
            StatusCode::OK
        };
        let router = Router::new().route("/ping/1", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, count, came, refuses }
    }

    /// Waits for a heartbeat.
    async fn heard(&self) {
        let soon = std::time::Duration::from_secs(30);
        tokio::time::timeout(soon, self.came.notified()).await.expect("a heartbeat");
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    fn options(&self) -> Options {
        let heartbeat = Some(Heartbeat::to(&self.url).expect("an address"));
        let settle = std::time::Duration::ZERO;
        Options {
            audit_heartbeat: heartbeat,
            audit_every_secs: 60,
            audit_settle: settle,
            ..options()
        }
    }
}

/// Waits until the node has found something wrong so often.
async fn found(world: &World, times: u64) {
    let found = async {
        while world.node().metrics.audit_findings.get() < times {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), found).await.expect("an audit");
}

#[tokio::test]
async fn a_page_that_stands_still_is_told_by_silence_and_taken_on() {
    let outside = Outside::start().await;
    let world = World::with(outside.options()).await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let start = world.store.now().await.unwrap();
    world.store.set_now(start);
    let (shop, changes) = service(&[ann.person(), bob.person()], 300);
    ann.does(changes).await;
    ann.does(vec![declare(Severity::One, Some(shop), false)]).await;

    // Ann's desktop confirms nothing, so Bob is rung. All is well, and the outside hears of it, even
    // where it did not listen at first.
    outside.refuses.store(1, Ordering::SeqCst);
    world.store.set_now(start.plus_secs(120));
    assert_eq!(bob.ring().await.step, 1);
    outside.heard().await;
    assert_eq!(outside.count(), 1);
    assert_eq!(world.node().metrics.heartbeat_failures.get(), 1);

    // The next step is lost: its job is gone, as by a defect.
    let store = world.store.clone();
    world.server.shutdown().await;
    store.set_now(start.plus_secs(900));
    let jobs = store.claim_jobs(1, 100).await.unwrap();
    let done = jobs.iter().map(|job| (job.id, job.fence)).collect();
    let append: Box<dyn Append> = store.begin().await.unwrap();
    let head = Some(append.head());
    append.commit(&Writes { jobs_done: done, head, ..Writes::default() }).await.unwrap();
    assert_eq!(store.next_job_in().await.unwrap(), None);

    // It is found, and nobody outside is told that all is well.
    let again = World::on(store, outside.options()).await;
    again.store.set_now(start.plus_secs(1_000));
    found(&again, 1).await;
    assert_eq!(outside.count(), 1);

    // It was taken on: the page says that nobody came, and all is as it should be.
    again.store.set_now(start.plus_secs(1_100));
    outside.heard().await;
    assert_eq!(outside.count(), 2);
    assert_eq!(again.node().metrics.audit_findings.get(), 1);
    assert_eq!(again.store.ringing_pages().await.unwrap(), []);
}

#[tokio::test]
async fn two_nodes_look_once() {
    let outside = Outside::start().await;
    let world = World::with(outside.options()).await;
    let other = World::on(world.store.clone(), outside.options()).await;
    let start = world.store.now().await.unwrap();
    for turn in 1..=5 {
        world.store.set_now(start.plus_secs(turn * 100));
        outside.heard().await;
    }
    let looks = [&world, &other].map(|world| world.node().metrics.audits.get());
    assert_eq!((looks.iter().sum::<u64>(), outside.count()), (5, 5), "{looks:?}");
}
