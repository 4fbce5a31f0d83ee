//! First sync: pages by keyset that miss nothing.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    entity::Kind,
    id::EntityId,
    incident::{IncidentChange, Severity},
    paging::PageChange,
    time::Timestamp,
};
use firebell_protocol::http::priority;

use super::{
    Ground,
    scene::{Scene, accepted},
};
use crate::store::SnapshotKey;

const DAY: i64 = 86_400_000;

/// Incidents with lines: `open`, or else resolved; declared so many days before now.
async fn incident(scene: &Scene, days: i64, open: bool) -> EntityId {
    let id = EntityId(scene.id());
    let now = scene.store.now().await.expect("now");
    let mut declare = scene.declare(id, None, Severity::Three);
    declare.at = now.plus_millis(-days * DAY);
    let mut changes = vec![declare, scene.entry(id, "one"), scene.entry(id, "two")];
    if !open {
        changes.push(scene.incident(id, IncidentChange::TakeCommand {}));
        changes.push(scene.incident(id, IncidentChange::Resolve {}));
    }
    accepted(&scene.send(&changes).await);
    id
}

/// Walks one priority and answers the incidents (none: the directory) of what it held.
async fn walk(
    scene: &Scene,
    priority: u8,
    start: u64,
    now: Timestamp,
    seen: &mut BTreeMap<EntityId, u64>,
) -> BTreeSet<Option<EntityId>> {
    const LIMIT: usize = 3;
    let mut key = SnapshotKey { priority, start, after: None };
    let mut incidents = BTreeSet::new();
    loop {
        let page = scene.store.snapshot_page(key, now, LIMIT).await.expect("read");
        for entity in &page {
            incidents.insert(entity.incident);
            let newest = seen.entry(entity.id).or_default();
            *newest = entity.seq.max(*newest);
        }
        match page.last() {
            Some(last) if page.len() == LIMIT => key.after = Some(last.id),
            _ => return incidents,
        }
    }
}

pub(super) async fn its_pages_cover_everything(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let mut made = Vec::new();
    for (days, open) in
        [(0, true), (200, true), (10, false), (89, false), (91, false), (400, false)]
    {
        made.push(incident(&scene, days, open).await);
    }
    let test = EntityId(scene.id());
    accepted(&scene.send(&[scene.page(test, PageChange::RequestTest {})]).await);
    let head = scene.store.head().await.expect("head");
    let now = scene.store.now().await.expect("now");
    let mut seen = BTreeMap::new();
    let set = |ids: &[EntityId]| ids.iter().copied().map(Some).collect::<BTreeSet<_>>();
    let mut first = set(&made[..2]);
    first.insert(None);
    assert_eq!(walk(&scene, priority::BOARD, head.seq, now, &mut seen).await, first);
    let board = scene.store.directory().await.expect("read").len() + 2;
    assert_eq!(seen.len(), board, "the directory and two incidents, not their lines");
    assert_eq!(walk(&scene, priority::OPEN, head.seq, now, &mut seen).await, set(&made[..2]));
    assert!(!seen.contains_key(&test));
    assert_eq!(walk(&scene, priority::RECENT, head.seq, now, &mut seen).await, set(&made[2..4]));
    let mut last = set(&made[4..]);
    last.insert(None);
    assert_eq!(walk(&scene, priority::REST, head.seq, now, &mut seen).await, last);
    assert!(seen.contains_key(&test));
    assert_eq!(seen.len() as u64, scene.store.count_entities().await.expect("count"));
    let directory = scene.store.directory().await.expect("read");
    assert!(directory.len() == 6 && directory.iter().all(|e| e.kind != Kind::PAGE));
}

pub(super) async fn an_incident_reopened_meanwhile_is_covered(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let old = incident(&scene, 300, false).await;
    let recent = incident(&scene, 3, false).await;
    let open = incident(&scene, 300, true).await;
    let head = scene.store.head().await.expect("head");
    let now = scene.store.now().await.expect("now");
    let mut seen = BTreeMap::new();
    walk(&scene, priority::BOARD, head.seq, now, &mut seen).await;
    walk(&scene, priority::OPEN, head.seq, now, &mut seen).await;
    // What was to come later moves to what has passed, and the other way.
    for id in [old, recent] {
        let reason = "back".to_owned();
        accepted(&scene.send(&[scene.incident(id, IncidentChange::Reopen { reason })]).await);
    }
    let take = scene.incident(open, IncidentChange::TakeCommand {});
    accepted(&scene.send(&[take, scene.incident(open, IncidentChange::Resolve {})]).await);
    walk(&scene, priority::RECENT, head.seq, now, &mut seen).await;
    walk(&scene, priority::REST, head.seq, now, &mut seen).await;
    for id in [old, recent, open] {
        for entity in scene.store.entities_of(id).await.expect("read") {
            assert!(seen.contains_key(&entity.id), "{entity:?}");
        }
    }
}
