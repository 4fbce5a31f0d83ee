//! Who gains and loses sight of an incident.

use std::collections::BTreeSet;

use firebell_domain::{
    change::Author,
    id::EntityId,
    incident::{IncidentChange, Severity},
};

use super::{
    Ground,
    scene::{Scene, accepted, all_accepted},
};
use crate::append::Request;

pub(super) async fn restricting_is_forgotten_until_confirmed(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let mut events = scene.appender.subscribe();
    accepted(&scene.send(&[scene.incident(incident, IncidentChange::Restrict {})]).await);
    let event = events.recv().await.expect("an event");
    let lost: BTreeSet<EntityId> = event.access.iter().map(|change| change.person).collect();
    assert_eq!(lost, BTreeSet::from([scene.ben, scene.carl]), "the author stays");
    assert!(event.access.iter().all(|c| !c.gains && c.incident == incident && c.seq == event.seq));
    let (phone, laptop) = (scene.device(21), scene.device(22));
    let forget = async |device| scene.store.to_forget(scene.ben, device).await.expect("read");
    assert_eq!(forget(phone).await, [(incident, event.seq)]);
    scene.store.forgotten(phone, incident, event.seq).await.expect("confirm");
    assert!(forget(phone).await.is_empty());
    assert_eq!(forget(laptop).await, [(incident, event.seq)], "each desktop confirms for itself");
    let add = scene.incident(incident, IncidentChange::AddMember { person: scene.ben });
    accepted(&scene.send(&[add]).await);
    assert!(forget(laptop).await.is_empty());
    let remove = scene.incident(incident, IncidentChange::RemoveMember { person: scene.ben });
    let (_, again) = accepted(&scene.send(&[remove]).await);
    assert_eq!(forget(phone).await, [(incident, again)], "an old confirmation does not count");
    scene.store.forgotten(phone, incident, event.seq).await.expect("confirm");
    assert_eq!(forget(phone).await, [(incident, again)], "nor when it comes late");
    scene.store.forgotten(phone, incident, again).await.expect("confirm");
    scene.store.forgotten(phone, incident, event.seq).await.expect("confirm");
    assert!(forget(phone).await.is_empty(), "nor does it take a newer one back");
}

pub(super) async fn gaining_is_told_after_a_row(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    accepted(&scene.send(&[scene.incident(incident, IncidentChange::Restrict {})]).await);
    let add = scene.incident(incident, IncidentChange::AddMember { person: scene.ben });
    let (_, last) = accepted(&scene.send(&[add]).await);
    let gained = async |seq| scene.store.gained_after(scene.ben, seq).await.expect("read");
    assert_eq!(gained(0).await, [(incident, last)]);
    assert_eq!(gained(last - 1).await, [(incident, last)]);
    assert!(gained(last).await.is_empty());
    accepted(&scene.send(&[scene.incident(incident, IncidentChange::Unrestrict {})]).await);
    assert_eq!(gained(0).await, [(incident, last)], "who saw it gains nothing");
    let carl = scene.store.gained_after(scene.carl, 0).await.expect("read");
    assert_eq!(carl, [(incident, last + 1)]);
}

pub(super) async fn a_batch_tells_only_what_it_changed(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let mut events = scene.appender.subscribe();
    let sets = [IncidentChange::Restrict {}, IncidentChange::Unrestrict {}]
        .map(|change| scene.set(&[scene.incident(incident, change)]))
        .to_vec();
    let author = Author::Person(scene.anna);
    let requests = Request::of_push(sets, author, Some(scene.device(1)), false);
    all_accepted(&scene.appender.push(requests).await);
    assert!(events.recv().await.expect("an event").access.is_empty());
    // Made and restricted in one push: nobody had seen it.
    let secret = EntityId(scene.id());
    let sets = vec![
        scene.set(&[scene.declare(secret, None, Severity::Three)]),
        scene.set(&[scene.incident(secret, IncidentChange::Restrict {})]),
    ];
    let requests = Request::of_push(sets, author, Some(scene.device(1)), false);
    all_accepted(&scene.appender.push(requests).await);
    assert!(events.recv().await.expect("an event").access.is_empty());
}
