//! Batches against one-by-one, and what the driver does when a database fails.

use std::collections::BTreeMap;

use firebell_domain::{
    canonical,
    change::{Author, Body, Change, ChangeSet},
    directory::DirectoryChange,
    entity::Kind,
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
    incident::{Incident, IncidentChange, Severity},
    paging::PageChange,
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use firebell_protocol::{
    error::ErrorCode,
    frame::{PushSet, SetAnswer, Verdict},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Appender, Request};
use crate::{
    memory::{Fault, MemoryRecord, MemoryStore},
    store::{SharedStore, StoreError},
};

const NOW: Timestamp = Timestamp(1_750_000_000_000);
const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(1));

fn entity(n: u8) -> EntityId {
    EntityId(Uuid::from_u128(0x1000 + u128::from(n)))
}

fn person(n: u8) -> EntityId {
    entity(200 + n % 3)
}

fn change(id: u128, entity: EntityId, body: Body) -> Change {
    Change { id: ChangeId(Uuid::from_u128(id)), entity, at: NOW, seen: BTreeMap::new(), body }
}

fn put(id: u128, kind: &Kind, entity: EntityId, fields: Value) -> Change {
    let fields = fields.as_object().expect("fields").clone().into_iter().collect();
    change(id, entity, Body::directory(kind, DirectoryChange::Put { fields }).expect("a kind"))
}

/// Three people, one of them on call after the other.
fn directory() -> Request {
    let step = |n| json!({"targets": [{"person": person(n)}], "timeout_secs": 60});
    let policy = entity(210);
    let changes = vec![
        put(1, &Kind::PERSON, person(0), json!({"name": "Anna", "admin": true})),
        put(2, &Kind::PERSON, person(1), json!({"name": "Ben"})),
        put(3, &Kind::PERSON, person(2), json!({"name": "Carl"})),
        put(4, &Kind::POLICY, policy, json!({"name": "P", "steps": [step(0), step(1)]})),
        put(5, &Kind::SERVICE, entity(220), json!({"name": "S", "policy": policy})),
    ];
    Request::of_server(&ChangeSet { id: SetId(Uuid::from_u128(9)), changes })
}

/// One thing that somebody does: to which of three incidents, what, who.
type Deed = (u8, u8, u8, bool);

fn request(index: usize, (incident, what, who, builds): Deed) -> Request {
    let base = 0x10_0000 + 16 * index as u128;
    let id = entity(incident % 3);
    // Every incident is declared by a change with a known id, so that its page is known.
    let declared = ChangeId(Uuid::from_u128(0x5000 + u128::from(incident % 3)));
    let page = EntityId(declared.0).derived("page");
    let one = |body| change(base, id, Body::Incident(body));
    let reason = || "because".to_owned();
    let change = match what % 14 {
        0 | 1 => {
            let mut change = one(IncidentChange::Declare {
                number: None,
                summary: "Checkout answers 500".to_owned(),
                description: String::new(),
                severity: if what.is_multiple_of(2) { Severity::One } else { Severity::Three },
                service: Some(entity(220)),
                products: Vec::new(),
                detected_by: Default::default(),
                impact_start: None,
                restricted: who > 200,
                drill: false,
            });
            change.id = declared;
            change
        }
        2 => one(IncidentChange::TakeCommand {}),
        3 => one(IncidentChange::Resolve {}),
        4 => one(IncidentChange::Reopen { reason: reason() }),
        5 => one(IncidentChange::SetSeverity { severity: Severity::Two }),
        6 => one(IncidentChange::Restrict {}),
        7 => one(IncidentChange::Unrestrict {}),
        8 => one(IncidentChange::AddMember { person: person(who / 3) }),
        9 => change(base, page, Body::Page(PageChange::Acknowledge {})),
        10 => change(base, page, Body::Page(PageChange::Decline { reason: reason() })),
        11 => one(IncidentChange::ReplaceIm { reason: reason() }),
        12 => one(IncidentChange::MarkFalseAlarm { reason: reason() }),
        _ => change(
            base,
            EntityId(Uuid::from_u128(base)),
            Body::Entry(EntryChange::add(id, EntryKind::Observation, "seen", NOW)),
        ),
    };
    let set = |index: usize| SetId(Uuid::from_u128(0x70_0000 + index as u128));
    let after = if builds { index.checked_sub(1).map(set).into_iter().collect() } else { vec![] };
    let changes = vec![serde_json::to_value(&change).expect("JSON")];
    let set = PushSet { id: set(index), number: index as u64, after, again: false, changes };
    let device = DeviceId(Uuid::from_u128(0x80 + u128::from(who % 3)));
    Request::new(set, Author::Person(person(who)), Some(device), false)
}

fn record() -> MemoryRecord {
    let mut record = MemoryRecord::new(WORKSPACE, NOW);
    record.push(vec![directory()]).expect("decided");
    record
}

/// Everything that a desktop could see.
fn seen(record: &MemoryRecord) -> Vec<Vec<u8>> {
    let rows = record.rows_after(0, usize::MAX).iter().map(|row| row.row.clone());
    let entities = record.entities().map(|entity| canonical::to_bytes(entity).expect("canonical"));
    rows.chain(entities).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn batches_of_any_size_do_what_one_by_one_does(
        deeds in prop::collection::vec(any::<Deed>(), 1..40),
        sizes in prop::collection::vec(1_usize..8, 40),
    ) {
        let requests: Vec<Request> =
            deeds.iter().enumerate().map(|(index, deed)| request(index, *deed)).collect();
        let mut one_by_one = record();
        let mut first = Vec::new();
        for request in &requests {
            first.extend(one_by_one.push(vec![request.clone()]).expect("decided").answers);
        }
        let mut batched = record();
        let mut second = Vec::new();
        let mut rest = requests.as_slice();
        for size in sizes {
            let (batch, more) = rest.split_at(size.min(rest.len()));
            second.extend(batched.push(batch.to_vec()).expect("decided").answers);
            rest = more;
        }
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(seen(&one_by_one), seen(&batched));
        prop_assert_eq!(one_by_one.head(), batched.head());
        prop_assert_eq!(one_by_one.next_job_in(), batched.next_job_in());
        // And again: nothing happens twice.
        let again = batched.push(requests).expect("decided").answers;
        for (answer, first) in again.iter().zip(&second) {
            if !matches!(first.verdict, Verdict::NotNow { .. }) {
                prop_assert_eq!(answer, first);
            }
        }
    }
}

async fn appender() -> (MemoryStore, Appender) {
    let store = MemoryStore::new(WORKSPACE);
    store.set_now(NOW);
    let shared: SharedStore = std::sync::Arc::new(store.clone());
    let appender = Appender::start(shared).await.expect("it starts");
    appender.push(vec![directory()]).await;
    (store, appender)
}

#[tokio::test]
async fn a_set_that_cannot_be_written_does_not_take_its_neighbours_along() {
    let (store, appender) = appender().await;
    let requests: Vec<Request> =
        (0..3).map(|index| request(index, (index as u8, 0, 0, false))).collect();
    store.set_fault(Some(Fault::Refuses(requests[1].set.id)));
    let answers = appender.push(requests.clone()).await;
    assert!(matches!(answers[0].verdict, Verdict::Accepted { .. }));
    let Verdict::NotNow { error } = &answers[1].verdict else { panic!("{:?}", answers[1]) };
    assert_eq!(error.code, ErrorCode::Internal);
    assert!(matches!(answers[2].verdict, Verdict::Accepted { .. }));
    store.set_fault(None);
    let again = appender.push(requests).await;
    assert_eq!((&again[0], &again[2]), (&answers[0], &answers[2]));
    assert!(matches!(again[1].verdict, Verdict::Accepted { .. }));
}

#[tokio::test]
async fn everybody_gets_their_own_answers_when_a_batch_is_redone() {
    let (store, appender) = appender().await;
    let requests: Vec<Request> =
        (0..6).map(|index| request(index, (index as u8, 13, 0, false))).collect();
    let ids: Vec<SetId> = requests.iter().map(|request| request.set.id).collect();
    store.set_fault(Some(Fault::Refuses(ids[1])));
    let pushes = requests.chunks(2).map(|two| appender.push(two.to_vec()));
    let jobs = appender.run_jobs(vec![store::job(), store::job()]);
    let (answers, jobs) =
        futures_util::future::join(futures_util::future::join_all(pushes), jobs).await;
    jobs.expect("done");
    let answered: Vec<SetId> = answers.iter().flatten().map(|answer| answer.id).collect();
    assert_eq!(answered, ids);
}

#[tokio::test]
async fn without_a_database_everything_is_not_now() {
    let (store, appender) = appender().await;
    store.set_fault(Some(Fault::Unavailable));
    let requests: Vec<Request> = (0..2).map(|index| request(index, (0, 0, 0, false))).collect();
    for answer in appender.push(requests.clone()).await {
        let Verdict::NotNow { error } = answer.verdict else { panic!("{answer:?}") };
        assert!(error.retryable && error.code == ErrorCode::Offline);
    }
    store.set_fault(None);
    let answers = appender.push(requests).await;
    assert!(matches!(answers[0].verdict, Verdict::Accepted { .. }));
    assert!(matches!(answers[1].verdict, Verdict::Refused { .. }), "it exists already");
}

#[tokio::test]
async fn jobs_wait_for_the_database() {
    let (store, appender) = appender().await;
    let page = store::job();
    store.set_fault(Some(Fault::Unavailable));
    let failed = appender.run_jobs(vec![page.clone()]).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    store.set_fault(None);
    // Its page is gone with a lost life: there is nothing to do, and the job ends.
    appender.run_jobs(vec![page]).await.expect("done");
}

mod store {
    use super::*;
    use crate::store::{ClaimedJob, JobBody};

    pub(super) fn job() -> ClaimedJob {
        let body = JobBody::StepPage { page: entity(99) };
        ClaimedJob { id: Uuid::from_u128(7), fence: 1, due_at: NOW, body }
    }
}

#[test]
fn a_change_with_a_fraction_is_refused_and_a_resend_is_recognised() {
    let mut record = record();
    let mut set = request(0, (0, 0, 0, false)).set;
    set.changes[0]["at"] = json!(1.5);
    let ask = |set: &PushSet| Request::new(set.clone(), Author::Person(person(0)), None, false);
    let answers = record.push(vec![ask(&set), ask(&set)]).expect("decided").answers;
    assert!(answers.iter().all(|answer| matches!(answer.verdict, Verdict::NotNow { .. })));
}

#[test]
fn a_change_id_used_twice_costs_no_incident_its_page() {
    let mut record = record();
    let declare = |index, incident| {
        let mut request = request(index, (incident, 0, 0, false)).set;
        request.changes[0]["id"] = json!(Uuid::from_u128(0x5000));
        Request::new(request, Author::Person(person(0)), None, false)
    };
    for (index, incident) in [(0, 0), (1, 1)] {
        let done = record.push(vec![declare(index, incident)]).expect("decided");
        assert!(matches!(done.answers[0].verdict, Verdict::Accepted { .. }));
        assert_eq!(done.event.rings.len(), 1, "incident {incident}");
        assert_eq!(done.event.rings[0].ring.incident, Some(entity(incident)));
    }
}

#[test]
fn who_is_rung_stays_in_when_it_is_restricted_in_the_same_batch_and_later() {
    for together in [true, false] {
        let mut record = record();
        // Ben declares and restricts; Anna is rung.
        let deeds = vec![request(0, (0, 0, 1, false)), request(1, (0, 6, 1, false))];
        let batches =
            if together { vec![deeds] } else { deeds.into_iter().map(|it| vec![it]).collect() };
        for batch in batches {
            let done = record.push(batch).expect("decided");
            let accepted = |it: &SetAnswer| matches!(it.verdict, Verdict::Accepted { .. });
            assert!(done.answers.iter().all(accepted), "{done:?}");
        }
        let incident = Incident(record.entity(entity(0)).expect("declared"));
        let stays = [0, 1, 2].map(|n| incident.is_member(person(n)));
        assert_eq!(stays, [true, true, false], "together: {together}");
    }
}

#[test]
fn opening_a_restricted_incident_to_a_large_team_is_more_than_one_set() {
    let mut record = record();
    let team = entity(230);
    let people: Vec<EntityId> =
        (0..150_u128).map(|n| EntityId(Uuid::from_u128(0x9000 + n))).collect();
    let mut changes: Vec<Change> = Vec::new();
    let mut id = 0x20_0000;
    let mut next = || {
        id += 1;
        id
    };
    changes.push(put(next(), &Kind::TEAM, team, json!({"name": "All"})));
    for person in &people {
        changes.push(put(next(), &Kind::PERSON, *person, json!({"name": "Somebody"})));
        let (list, member) = (firebell_domain::directory::MEMBERS.to_owned(), *person);
        let add = DirectoryChange::Add { list, member, value: json!(true) };
        changes.push(change(next(), team, Body::Team(add)));
    }
    let steps = json!([{"targets": [{"team": team}], "timeout_secs": 60}]);
    changes.push(put(next(), &Kind::POLICY, entity(210), json!({"steps": steps})));
    for (index, changes) in changes.chunks(100).enumerate() {
        let id = SetId(Uuid::from_u128(0x30_0000 + index as u128));
        let set = ChangeSet { id, changes: changes.to_vec() };
        let done = record.push(vec![Request::of_server(&set)]).expect("decided");
        assert!(matches!(done.answers[0].verdict, Verdict::Accepted { .. }), "{done:?}");
    }
    let done = record.push(vec![request(0, (0, 0, 202, false))]).expect("decided");
    assert!(matches!(done.answers[0].verdict, Verdict::Accepted { .. }), "{done:?}");
    assert_eq!(done.event.rings[0].people.len(), 150);
    assert!(done.event.rings[0].ring.restricted);
}
