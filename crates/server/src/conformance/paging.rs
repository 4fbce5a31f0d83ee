//! Pages: rows in the transaction that caused them, steps by jobs, answers that stop them.

use firebell_domain::{
    change::{Author, Body},
    entity::Entity,
    id::{EntityId, SetId},
    incident::{Incident, IncidentChange, Severity},
    paging::{Page, PageChange, PageState},
};

use super::{
    Ground,
    scene::{STEP_SECS, Scene, accepted, all_accepted, refused},
};
use crate::append::Request;

/// What happened to a page, in order of the log: `start`, `ring 0`, `acknowledge` …
async fn story(scene: &Scene, page: EntityId) -> Vec<String> {
    let rows = scene.rows().await;
    let steps = rows.iter().filter(|row| row.outcome.entity == page).filter_map(|row| {
        let Body::Page(change) = row.known_change()?.body else { return None };
        Some(match change {
            PageChange::Start { .. } => "start".to_owned(),
            PageChange::Ring { step, .. } => format!("ring {step}"),
            PageChange::NobodyOnCall { step } => format!("nobody {step}"),
            PageChange::GiveUp {} => "give up".to_owned(),
            PageChange::Close { .. } => "close".to_owned(),
            PageChange::Acknowledge {} => "acknowledge".to_owned(),
            PageChange::Decline { .. } => "decline".to_owned(),
            PageChange::Receive { .. } => "receive".to_owned(),
            PageChange::RequestTest {} => "test".to_owned(),
            PageChange::Unreachable { step, .. } => format!("unreachable {step}"),
            PageChange::Await { until: Some(_), .. } => "await".to_owned(),
            PageChange::Await { until: None, .. } => "settled".to_owned(),
            PageChange::Again { since, .. } => format!("again {since}"),
            PageChange::Deliver { state, .. } => format!("deliver {state:?}"),
            PageChange::AcknowledgeFor { .. } => "acknowledge for".to_owned(),
            PageChange::AcknowledgeBy { .. } => "acknowledge by".to_owned(),
            PageChange::Snooze { .. } => "snooze".to_owned(),
            PageChange::Escalate { .. } => "escalate".to_owned(),
            PageChange::Ask { .. } => "ask".to_owned(),
        })
    });
    steps.collect()
}

async fn page_state(scene: &Scene, page: EntityId) -> PageState {
    Page(&scene.entity(page).await).state()
}

pub(super) async fn page_rows_are_in_the_same_transaction(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let mut events = scene.appender.subscribe();
    let incident = EntityId(scene.id());
    let answer = scene.send(&[scene.declare(incident, None, Severity::One)]).await;
    let (_, last) = accepted(&answer);
    let event = events.recv().await.expect("an event");
    let page = scene.pages(incident).await.pop().expect("a page");
    assert_eq!(story(&scene, page.id).await, ["start", "ring 0"]);
    assert_eq!(event.seq, last + 2, "one commit holds both sets");
    let [call] = event.rings.as_slice() else { panic!("{:?}", event.rings) };
    assert_eq!(call.people, [scene.anna]);
    assert_eq!((call.ring.page, call.ring.incident, call.ring.step), (page.id, Some(incident), 0));
    assert_eq!(call.ring.summary.as_deref(), Some("Checkout answers 500"));
    assert_eq!(call.ring.key.as_deref(), Some("HOT-1"));
    let ringing = scene.store.ringing_pages().await.expect("read");
    assert_eq!(ringing.iter().map(|page| page.id).collect::<Vec<_>>(), [page.id]);
    let wait = scene.store.next_job_in().await.expect("read").expect("a job");
    assert!(event.jobs_changed && (1..=STEP_SECS * 1_000).contains(&wait), "{wait}");
    assert!(scene.claim().await.is_empty(), "nothing is due yet");
    let (_, none) = scene.declared(Severity::Three).await;
    assert_eq!(none, None, "severity 3 pages nobody");
}

pub(super) async fn the_next_step_rings_when_nobody_answers(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (_, page) = scene.declared(Severity::One).await;
    let page = page.expect("a page");
    let mut events = scene.appender.subscribe();
    ground.set_clock_offset((STEP_SECS + 1) * 1_000).await;
    let jobs = scene.claim().await;
    assert_eq!(jobs.len(), 1);
    scene.appender.run_jobs(jobs.clone()).await.expect("run");
    let event = events.recv().await.expect("an event");
    assert_eq!(event.rings[0].people, [scene.ben]);
    assert_eq!(event.rings[0].ring.step, 1);
    // The same claim again, by a server that was frozen: the step is not due, and the job, which moved to
    // the next one, does not end.
    scene.appender.run_jobs(jobs).await.expect("run");
    assert_eq!(story(&scene, page).await, ["start", "ring 0", "ring 1"]);
    ground.set_clock_offset((2 * STEP_SECS + 2) * 1_000).await;
    assert_eq!(scene.run_jobs().await, 1);
    let told = story(&scene, page).await;
    assert_eq!(told.last().map(String::as_str), Some("give up"), "{told:?}");
    assert_eq!(page_state(&scene, page).await, PageState::Nobody);
    assert_eq!(scene.store.next_job_in().await.expect("read"), None);
}

pub(super) async fn a_set_that_has_a_steps_id_stops_no_page(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (_, page) = scene.declared(Severity::One).await;
    let page = page.expect("a page");
    // Whoever sees the page can work out what its next steps will be called.
    for (name, changes) in [("step-1", vec![]), ("step-2", vec![scene.entry(page, "nowhere")])] {
        let mut set = scene.set(&changes);
        set.id = SetId(page.0).derived(name);
        refused(&scene.push(scene.carl, scene.device(3), set).await);
    }
    for step in 1..=2 {
        ground.set_clock_offset(step * (STEP_SECS + 1) * 1_000).await;
        assert_eq!(scene.run_jobs().await, 1);
    }
    assert_eq!(story(&scene, page).await, ["start", "ring 0", "ring 1", "give up"]);
}

pub(super) async fn an_acknowledgement_stops_it(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, page) = scene.declared(Severity::One).await;
    let page = page.expect("a page");
    let take = scene.incident(incident, IncidentChange::TakeCommand {});
    accepted(&scene.send(&[scene.page(page, PageChange::Acknowledge {}), take]).await);
    assert!(scene.store.ringing_pages().await.expect("read").is_empty());
    ground.set_clock_offset((STEP_SECS + 1) * 1_000).await;
    scene.run_jobs().await;
    assert_eq!(story(&scene, page).await, ["start", "ring 0", "acknowledge"]);
    assert_eq!(scene.store.next_job_in().await.expect("read"), None, "its job is done");
}

pub(super) async fn acknowledgement_and_step_race(ground: &dyn Ground) {
    const RACES: i64 = 12;
    let scene = Scene::new(ground).await;
    let other = Scene::on(ground.store().await, 1).await;
    for race in 1..=RACES {
        let (incident, page) = scene.declared(Severity::One).await;
        let page = page.expect("a page");
        let take = scene.incident(incident, IncidentChange::TakeCommand {});
        ground.set_clock_offset(race * 2 * STEP_SECS * 1_000).await;
        let answer = scene.set(&[scene.page(page, PageChange::Acknowledge {}), take]);
        let (answer, _) = futures_util::future::join(
            scene.push(scene.anna, scene.device(1), answer),
            other.run_jobs(),
        )
        .await;
        accepted(&answer);
        let told = story(&scene, page).await;
        let answered = told.iter().position(|step| step == "acknowledge").expect("answered");
        assert_eq!(answered + 1, told.len(), "nothing rings after it: {told:?}");
        assert_eq!(page_state(&scene, page).await, PageState::Acknowledged);
    }
}

pub(super) async fn first_rings_wait_for_the_rest_of_a_push(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let incident = EntityId(scene.id());
    let author = Author::Person(scene.anna);
    let declare = scene.set(&[scene.declare(incident, None, Severity::One)]);
    let request = Request::new(declare, author, Some(scene.device(1)), true);
    accepted(&scene.appender.push(vec![request]).await[0]);
    assert!(scene.pages(incident).await.is_empty(), "more follows");
    let wait = scene.store.next_job_in().await.expect("read").expect("a job");
    assert!((1..=3_000).contains(&wait), "{wait}");
    // The end of another device's push does not count; the end of this one's does.
    let line = || scene.set(&[scene.entry(incident, "line")]);
    accepted(&scene.push(scene.ben, scene.device(2), line()).await);
    assert_eq!(scene.run_jobs().await, 0);
    accepted(&scene.push(scene.anna, scene.device(1), line()).await);
    assert_eq!(scene.store.next_job_in().await.expect("read"), Some(0));
    assert_eq!(scene.run_jobs().await, 1);
    assert_eq!(scene.pages(incident).await.len(), 1);
    // Where the rest never comes, three seconds are enough.
    let late = EntityId(scene.id());
    let declare = scene.set(&[scene.declare(late, None, Severity::One)]);
    let request = Request::new(declare, author, Some(scene.device(1)), true);
    accepted(&scene.appender.push(vec![request]).await[0]);
    ground.set_clock_offset(3_500).await;
    assert_eq!(scene.run_jobs().await, 1);
    assert_eq!(scene.pages(late).await.len(), 1);
}

pub(super) async fn what_a_push_resolves_is_not_paged(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let incident = EntityId(scene.id());
    let sets = vec![
        scene.set(&[scene.declare(incident, None, Severity::One)]),
        scene.set(&[scene.incident(incident, IncidentChange::TakeCommand {})]),
        scene.set(&[scene.incident(incident, IncidentChange::Resolve {})]),
    ];
    let other = EntityId(scene.id());
    let still = vec![
        scene.set(&[scene.declare(other, None, Severity::One)]),
        scene.set(&[scene.entry(other, "still bad")]),
    ];
    for sets in [sets, still] {
        let author = Author::Person(scene.anna);
        let requests = Request::of_push(sets, author, Some(scene.device(1)), false);
        all_accepted(&scene.appender.push(requests).await);
    }
    assert!(scene.pages(incident).await.is_empty(), "it needs nobody any more");
    assert_eq!(scene.pages(other).await.len(), 1, "with the last set of its push");
}

pub(super) async fn resolving_ends_ringing(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, page) = scene.declared(Severity::One).await;
    let page = page.expect("a page");
    let take = scene.incident(incident, IncidentChange::TakeCommand {});
    let resolve = scene.incident(incident, IncidentChange::Resolve {});
    let mut events = scene.appender.subscribe();
    accepted(&scene.send(&[take, resolve]).await);
    let event = events.recv().await.expect("an event");
    assert_eq!(event.pages_changed, [page]);
    assert_eq!(story(&scene, page).await, ["start", "ring 0", "close"]);
    // Reopened, it pages anew, as another cycle.
    let reason = "it is back".to_owned();
    accepted(&scene.send(&[scene.incident(incident, IncidentChange::Reopen { reason })]).await);
    let mut cycles: Vec<u32> =
        scene.pages(incident).await.iter().map(|page: &Entity| Page(page).cycle()).collect();
    cycles.sort_unstable();
    assert_eq!(cycles, [1, 2]);
}

pub(super) async fn what_is_offered_again_pages_nobody(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let mut events = scene.appender.subscribe();
    let (incident, test) = (EntityId(scene.id()), EntityId(scene.id()));
    for change in
        [scene.declare(incident, None, Severity::One), scene.page(test, PageChange::RequestTest {})]
    {
        let mut set = scene.set(&[change]);
        set.again = true;
        accepted(&scene.push(scene.anna, scene.device(1), set).await);
        assert!(events.recv().await.expect("an event").rings.is_empty());
    }
    assert!(scene.pages(incident).await.is_empty());
    assert!(scene.store.ringing_pages().await.expect("read").is_empty());
    assert_eq!(scene.store.next_job_in().await.expect("read"), None);
}

pub(super) async fn nobody_on_call_is_said(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let retire = |who| {
        let fields = serde_json::json!({"active": false});
        scene.put(firebell_domain::entity::Kind::PERSON, who, fields)
    };
    let gone = [retire(scene.ben), retire(scene.anna)];
    accepted(&scene.send(&gone).await);
    let incident = EntityId(scene.id());
    let set = scene.set(&[scene.declare(incident, None, Severity::One)]);
    accepted(&scene.push(scene.carl, scene.device(3), set).await);
    let page = scene.pages(incident).await.pop().expect("a page");
    assert_eq!(Page(&page).state(), PageState::Nobody);
    assert_eq!(story(&scene, page.id).await, ["start", "nobody 0", "nobody 1", "give up"]);
}

pub(super) async fn declining_goes_on_at_once(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (_, page) = scene.declared(Severity::One).await;
    let page = page.expect("a page");
    let reason = "on a train".to_owned();
    accepted(&scene.send(&[scene.page(page, PageChange::Decline { reason })]).await);
    assert_eq!(story(&scene, page).await, ["start", "ring 0", "decline", "ring 1"]);
    // The job follows the new step: nothing is due before a desktop had its time to confirm.
    ground.set_clock_offset(29_000).await;
    assert_eq!(scene.run_jobs().await, 0);
}

pub(super) async fn a_test_rings_who_asked(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let mut events = scene.appender.subscribe();
    let page = EntityId(scene.id());
    let set = scene.set(&[scene.page(page, PageChange::RequestTest {})]);
    accepted(&scene.push(scene.ben, scene.device(2), set).await);
    let event = events.recv().await.expect("an event");
    assert_eq!(event.rings[0].people, [scene.ben]);
    assert!(event.rings[0].ring.test && event.rings[0].ring.incident.is_none());
    ground.set_clock_offset(121_000).await;
    assert_eq!(scene.run_jobs().await, 1);
    assert_eq!(story(&scene, page).await, ["test", "ring 0", "close"]);
}

pub(super) async fn paging_opens_a_restricted_incident(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let mut events = scene.appender.subscribe();
    let incident = EntityId(scene.id());
    let mut declare = scene.declare(incident, None, Severity::One);
    if let Body::Incident(IncidentChange::Declare { restricted, .. }) = &mut declare.body {
        *restricted = true;
    }
    let set = scene.set(&[declare]);
    accepted(&scene.push(scene.carl, scene.device(3), set).await);
    let event = events.recv().await.expect("an event");
    assert_eq!(event.rings[0].people, [scene.anna]);
    assert_eq!(event.rings[0].ring.summary, None, "a locked screen shows nothing of it");
    assert!(event.access.is_empty(), "nobody had seen it before");
    let stored = scene.entity(incident).await;
    assert!(Incident(&stored).is_member(scene.anna) && !Incident(&stored).is_member(scene.ben));
    ground.set_clock_offset((STEP_SECS + 1) * 1_000).await;
    assert_eq!(scene.run_jobs().await, 1);
    let event = events.recv().await.expect("an event");
    let [gain] = event.access.as_slice() else { panic!("{:?}", event.access) };
    assert!(gain.gains && gain.person == scene.ben && gain.incident == incident);
    assert!(gain.seq <= event.seq && event.rings[0].people == [scene.ben]);
}
