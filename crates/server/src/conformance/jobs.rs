//! Jobs: leases by the database's clock, fences.

use firebell_domain::{id::EntityId, time::Timestamp};
use uuid::Uuid;

use super::{Ground, scene::Scene};
use crate::{
    append::{Asked, Told, quiet::QUIET_SECS},
    store::{ClaimedJob, JobBody, NewJob, SharedStore, Writes},
};

async fn write(store: &SharedStore, jobs: Vec<NewJob>) {
    let append = store.begin().await.expect("begin");
    let head = Some(append.head());
    append.commit(&Writes { jobs, head, ..Writes::default() }).await.expect("commit");
}

/// Ends the only job there is, as an append does that ran it; false when it stands nevertheless.
async fn ends(store: &SharedStore, job: &ClaimedJob) -> bool {
    let append = store.begin().await.expect("begin");
    let head = Some(append.head());
    let jobs_done = vec![(job.id, job.fence)];
    append.commit(&Writes { jobs_done, head, ..Writes::default() }).await.expect("commit");
    store.next_job_in().await.expect("read").is_none()
}

async fn job(store: &SharedStore, id: u128, due_in: i64) -> NewJob {
    let now: Timestamp = store.now().await.expect("now");
    let body = JobBody::StepPage { page: EntityId(Uuid::from_u128(id)) };
    NewJob { id: Uuid::from_u128(id), due_at: now.plus_millis(due_in), body, waits_for: None }
}

pub(super) async fn a_lease_keeps_others_out_and_ends(ground: &dyn Ground) {
    let store = Scene::new(ground).await.store;
    let other = ground.store().await;
    let jobs =
        vec![job(&store, 1, -500).await, job(&store, 2, -900).await, job(&store, 3, 60_000).await];
    write(&store, jobs).await;
    let claim = async |at: &SharedStore, limit| at.claim_jobs(5, limit).await.expect("claim");
    let first = claim(&store, 1).await;
    assert_eq!(first[0].id, Uuid::from_u128(2), "what is due longest comes first");
    let rest = claim(&other, 10).await;
    assert_eq!(rest.iter().map(|job| job.id).collect::<Vec<_>>(), [Uuid::from_u128(1)]);
    assert!(claim(&store, 10).await.is_empty());
    let wait = store.next_job_in().await.expect("read").expect("a lease");
    assert!((1..=5_000).contains(&wait), "{wait}");
    ground.set_clock_offset(6_000).await;
    let again = claim(&other, 10).await;
    assert_eq!(again.len(), 2);
    let taken = again.iter().find(|job| job.id == first[0].id).expect("it came back");
    assert!(taken.fence > first[0].fence);
}

pub(super) async fn an_old_fence_ends_nothing(ground: &dyn Ground) {
    let store = Scene::new(ground).await.store;
    write(&store, vec![job(&store, 1, -500).await]).await;
    let old = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    ground.set_clock_offset(6_000).await;
    let new = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    assert!(!ends(&store, &old).await);
    assert!(ends(&store, &new).await);
    // Moving a job takes it from whoever holds it.
    write(&store, vec![job(&store, 2, -500).await]).await;
    let held = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    write(&store, vec![job(&store, 2, 9_000).await]).await;
    assert!(!ends(&store, &held).await);
    let wait = store.next_job_in().await.expect("read").expect("it stands");
    assert!((5_000..=9_000).contains(&wait), "{wait}");
    write(&store, vec![job(&store, 2, -500).await]).await;
    let held = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    assert!(ends(&store, &held).await);
    // A job that ended and is written again is another job: who slept through that does not end it.
    write(&store, vec![job(&store, 3, -500).await]).await;
    let slept = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    assert!(ends(&store, &slept).await);
    write(&store, vec![job(&store, 3, -500).await]).await;
    let again = store.claim_jobs(5, 10).await.expect("claim").remove(0);
    assert!(!ends(&store, &slept).await);
    assert!(ends(&store, &again).await);
}

pub(super) async fn waiting_jobs_are_released(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let store = scene.store.clone();
    let mut jobs = vec![job(&store, 1, 30_000).await, job(&store, 2, 30_000).await];
    jobs[0].waits_for = Some(scene.device(1));
    jobs[1].waits_for = Some(scene.device(2));
    write(&store, jobs).await;
    store.release_jobs(scene.device(1)).await.expect("release");
    assert_eq!(store.next_job_in().await.expect("read"), Some(0));
    let due = store.claim_jobs(5, 10).await.expect("claim");
    assert_eq!(due.iter().map(|job| job.id).collect::<Vec<_>>(), [Uuid::from_u128(1)]);
}

/// A delivery that wants to go to an address; its page does not matter for that.
async fn asks(scene: &Scene, address: u128, job: u128) -> Option<Timestamp> {
    let body = JobBody::Deliver { page: EntityId(Uuid::from_u128(9)), delivery: "0:0".to_owned() };
    let due_at = scene.store.now().await.expect("now");
    let jobs = vec![ClaimedJob { id: Uuid::from_u128(job), fence: 0, due_at, body }];
    let asked = Asked { mark: Uuid::from_u128(address), jobs };
    scene.appender.ask_to_go(vec![asked]).await.expect("asked").remove(0)
}

pub(super) async fn of_two_servers_one_tells_somebody_and_the_other_waits(ground: &dyn Ground) {
    const ADDRESSES: u128 = 20;
    let one = Scene::new(ground).await;
    let other = Scene::on(ground.store().await, 1).await;
    for address in (1..=ADDRESSES).map(|n| n << 32) {
        let both = futures_util::future::join(
            asks(&one, address, address + 1),
            asks(&other, address, address + 2),
        );
        let (here, there) = both.await;
        assert!(here.is_some() != there.is_some(), "{here:?} {there:?}");
    }
}

pub(super) async fn who_was_told_is_left_in_peace_by_every_server(ground: &dyn Ground) {
    let one = Scene::new(ground).await;
    let other = Scene::on(ground.store().await, 1).await;
    let told = async |mark: u128, begun_at, went| {
        let told = Told { mark: Uuid::from_u128(mark), begun_at, went, for_secs: QUIET_SECS };
        one.appender.record_deliveries(Vec::new(), told).await.expect("written");
    };
    // It did not go: the next one may, at once and anywhere.
    let begun = asks(&one, 1, 11).await.expect("nobody was told");
    told(1, begun, false).await;
    let begun = asks(&other, 1, 12).await.expect("nobody was told after all");
    // It went: a minute for all, and what comes meanwhile is due when that is over.
    told(1, begun, true).await;
    assert_eq!(asks(&one, 1, 13).await, None);
    assert_eq!(asks(&other, 1, 14).await, None);
    assert!(asks(&one, 2, 15).await.is_some(), "somebody else");
    ground.set_clock_offset(50_000).await;
    assert_eq!(asks(&other, 1, 16).await, None);
    let waiting =
        |jobs: Vec<ClaimedJob>| jobs.into_iter().filter(|job| job.body != JobBody::Quiet {});
    assert_eq!(waiting(one.claim().await).count(), 0);
    ground.set_clock_offset(61_000).await;
    let mut due: Vec<u128> = waiting(one.claim().await).map(|job| job.id.as_u128()).collect();
    due.sort_unstable();
    assert_eq!(due, [13, 14, 16]);
    // A server that died in the middle keeps the others waiting no longer than its leases do; what it
    // writes down after all does not shorten anybody's time, nor end another's.
    let dead = asks(&one, 1, 17).await.expect("the minute is over");
    ground.set_clock_offset(65_000).await;
    assert_eq!(asks(&other, 1, 18).await, None);
    ground.set_clock_offset(72_000).await;
    let begun = asks(&other, 1, 18).await.expect("the leases are over");
    told(1, dead, false).await;
    assert_eq!(asks(&one, 1, 19).await, None);
    told(1, begun, true).await;
    told(1, dead, true).await;
    ground.set_clock_offset(126_000).await;
    assert_eq!(asks(&one, 1, 19).await, None);
}
