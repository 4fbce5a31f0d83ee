//! Keys: given once, used once.

use std::collections::BTreeSet;

use firebell_domain::{
    decide::Refusal,
    id::EntityId,
    incident::{Incident, Severity},
};

use super::{
    Ground,
    scene::{Scene, accepted, refused},
};

async fn key(scene: &Scene, incident: EntityId) -> String {
    Incident(&scene.entity(incident).await).key().expect("a key").to_owned()
}

pub(super) async fn a_key_is_used_once_by_its_device(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (mine, other) = (scene.device(1), scene.device(2));
    let keys = scene.store.grant_keys(mine, 3).await.expect("grant");
    assert_eq!(keys.len(), 3);
    let incident = EntityId(scene.id());
    let declare = |id, number| scene.set(&[scene.declare(id, Some(number), Severity::Three)]);
    accepted(&scene.push(scene.anna, mine, declare(incident, keys[1])).await);
    assert_eq!(key(&scene, incident).await, format!("HOT-{}", keys[1]));
    for (device, number) in [(mine, keys[1]), (other, keys[0]), (mine, 1_000_000)] {
        let answer = scene.push(scene.anna, device, declare(EntityId(scene.id()), number)).await;
        assert!(matches!(refused(&answer), Refusal::KeyTaken { number: n, .. } if n == number));
    }
}

pub(super) async fn a_taken_key_is_answered_with_a_fresh_one(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (mine, clone) = (scene.device(1), scene.device(2));
    let number = scene.store.grant_keys(mine, 1).await.expect("grant")[0];
    let set = scene.set(&[scene.declare(EntityId(scene.id()), Some(number), Severity::Three)]);
    let answer = scene.push(scene.ben, clone, set.clone()).await;
    let Refusal::KeyTaken { fresh, .. } = refused(&answer) else { panic!("{answer:?}") };
    assert_ne!(fresh, number);
    assert_eq!(scene.push(scene.ben, clone, set).await, answer, "the same fresh key again");
    let incident = EntityId(scene.id());
    let retry = scene.set(&[scene.declare(incident, Some(fresh), Severity::Three)]);
    accepted(&scene.push(scene.ben, clone, retry).await);
    assert_eq!(key(&scene, incident).await, format!("HOT-{fresh}"));
    assert!(scene.store.head().await.expect("head").next_key > fresh);
}

pub(super) async fn a_declaration_without_a_key_gets_the_next(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    for expected in ["HOT-1", "HOT-2", "HOT-3"] {
        let (incident, _) = scene.declared(Severity::Three).await;
        assert_eq!(key(&scene, incident).await, expected);
    }
    assert_eq!(scene.store.grant_keys(scene.device(1), 2).await.expect("grant"), [4, 5]);
}

pub(super) async fn two_declarations_in_one_set_differ(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (one, two) = (EntityId(scene.id()), EntityId(scene.id()));
    let declare = |id, number| scene.declare(id, number, Severity::Three);
    accepted(&scene.send(&[declare(one, None), declare(two, None)]).await);
    assert_ne!(key(&scene, one).await, key(&scene, two).await);
    let number = scene.store.grant_keys(scene.device(1), 1).await.expect("grant")[0];
    let twice =
        [declare(EntityId(scene.id()), Some(number)), declare(EntityId(scene.id()), Some(number))];
    assert!(matches!(refused(&scene.send(&twice).await), Refusal::KeyTaken { .. }));
}

pub(super) async fn grants_and_appends_never_give_a_number_twice(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let grants = (0..10_u128).map(|device| {
        let scene = &scene;
        async move { scene.store.grant_keys(scene.device(device), 5).await.expect("grant") }
    });
    let declares = (0..10).map(|_| async {
        let (incident, _) = scene.declared(Severity::Three).await;
        key(&scene, incident).await
    });
    let (granted, used) = futures_util::future::join(
        futures_util::future::join_all(grants),
        futures_util::future::join_all(declares),
    )
    .await;
    let mut numbers: BTreeSet<String> =
        granted.into_iter().flatten().map(|number| format!("HOT-{number}")).collect();
    numbers.extend(used);
    assert_eq!(numbers.len(), 60);
}
