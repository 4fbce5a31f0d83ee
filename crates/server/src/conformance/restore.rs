//! A restore starts a new life of the record.

use firebell_domain::{
    decide::Refusal,
    id::EntityId,
    incident::{Incident, Severity},
};

use super::{
    Ground,
    scene::{Scene, accepted, refused},
};

pub(super) async fn a_new_epoch_extends_the_backup(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let before = scene.store.head().await.expect("head");
    let restored = ground.restored().await;
    accepted(&scene.send(&[scene.entry(incident, "lost")]).await);
    assert_eq!(restored.head().await.expect("head"), before);
    let head = restored.new_epoch(before.next_key + 7).await.expect("epoch");
    assert_eq!((head.epoch, head.seq, head.hash), (before.epoch + 1, before.seq, before.hash));
    assert_eq!(head.next_key, before.next_key + 8);
    assert_eq!(restored.head().await.expect("head"), head);
    let rows = restored.rows_after(0, 1_000).await.expect("read");
    assert_eq!(rows.last().map(|row| row.head), Some(head.hash));
    // A report that cannot be true moves nothing; a lower one neither.
    for report in [u64::MAX, i64::MAX as u64, 3] {
        restored.raise_next_key(report).await.expect("raise");
    }
    assert_eq!(restored.head().await.expect("head").next_key, head.next_key);
    restored.raise_next_key(head.next_key + 1).await.expect("raise");
    assert_eq!(restored.head().await.expect("head").next_key, head.next_key + 2);
}

pub(super) async fn own_sets_are_offered_again(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let restored = ground.restored().await;
    let lost = scene.set(&[scene.entry(incident, "written after the backup")]);
    let (first, _) = accepted(&scene.push(scene.ben, scene.device(2), lost.clone()).await);
    restored.new_epoch(0).await.expect("epoch");
    let life = Scene::on(restored, 3).await;
    accepted(&life.send(&[life.entry(incident, "somebody was faster")]).await);
    let mut again = lost;
    again.again = true;
    let answer = life.push(life.ben, life.device(2), again.clone()).await;
    assert_eq!(accepted(&answer).0, first + 1);
    assert_eq!(life.push(life.ben, life.device(2), again).await, answer);
    assert_eq!(life.store.head().await.expect("head").epoch, 2);
}

pub(super) async fn keys_of_the_lost_life_are_accepted(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let restored = ground.restored().await;
    // Granted after the backup; the desktop tells of the highest when it says hello.
    let lost = scene.store.grant_keys(scene.device(1), 4).await.expect("grant");
    restored.new_epoch(lost[3]).await.expect("epoch");
    let life = Scene::on(restored, 3).await;
    let incident = EntityId(life.id());
    let declare = life.set(&[life.declare(incident, Some(lost[2]), Severity::Three)]);
    accepted(&life.push(life.anna, life.device(1), declare).await);
    assert_eq!(Incident(&life.entity(incident).await).key(), Some("HOT-3"));
    let twice = life.set(&[life.declare(EntityId(life.id()), Some(lost[2]), Severity::Three)]);
    let answer = life.push(life.anna, life.device(2), twice).await;
    assert_eq!(refused(&answer), Refusal::KeyTaken { number: lost[2], fresh: lost[3] + 1 });
    assert_eq!(life.store.grant_keys(life.device(5), 1).await.expect("grant"), [lost[3] + 2]);
}
