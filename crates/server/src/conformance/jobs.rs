//! Jobs: leases by the database's clock, fences.

use firebell_domain::{id::EntityId, time::Timestamp};
use uuid::Uuid;

use super::{Ground, scene::Scene};
use crate::store::{ClaimedJob, JobBody, NewJob, SharedStore, Writes};

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
