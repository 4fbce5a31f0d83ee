//! State documents.

use firebell_domain::{document::Text, id::EntityId};

use super::{Ground, scene::Scene};

pub(super) async fn updates_are_numbered_kept_and_noted(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let other = ground.store().await;
    let (one, two) = (EntityId(scene.id()), EntityId(scene.id()));
    let store = &scene.store;
    assert_eq!(store.document(one).await.expect("read"), Default::default());
    let mut text = Text::written_by(1);
    let bodies: Vec<Vec<u8>> = (0..6).map(|n| text.insert(n, "磁")).collect();
    // Two servers on one record, by turns.
    for (n, body) in bodies.iter().enumerate() {
        let (server, who) = if n % 2 == 0 { (store, scene.anna) } else { (&other, scene.ben) };
        let at = server.take_document_update(one, who, body).await.expect("taken");
        assert_eq!(at, n as u64 + 1);
    }
    assert_eq!(store.take_document_update(two, scene.carl, b"other").await.expect("taken"), 1);
    let all = other.document(one).await.expect("read");
    assert_eq!((all.state_at, all.state.len()), (0, 0));
    let read: Vec<(u64, EntityId, Vec<u8>)> =
        all.updates.iter().map(|u| (u.at, u.person, u.body.clone())).collect();
    let expected = bodies.iter().enumerate().map(|(n, body)| {
        (n as u64 + 1, if n % 2 == 0 { scene.anna } else { scene.ben }, body.clone())
    });
    assert_eq!(read, expected.collect::<Vec<_>>(), "byte for byte, in order");
    let some = store.document_updates(one, 2, 3).await.expect("read");
    assert_eq!(some.iter().map(|u| u.at).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(store.document_updates(one, 6, 9).await.expect("read").is_empty());
    // A state saves reading, and takes nothing away.
    let state = text.state();
    for at in [3, 5, 5] {
        store.keep_document_state(one, at, &state).await.expect("kept");
    }
    let kept = other.document(one).await.expect("read");
    assert_eq!((kept.state_at, &kept.state), (5, &state));
    assert_eq!(kept.updates.iter().map(|u| u.at).collect::<Vec<_>>(), [6]);
    assert_eq!(store.document_updates(one, 0, 99).await.expect("read").len(), 6);
    // What the log is to say, and how seldom.
    let due = async || {
        let mut due = other.documents_to_note(5_000, 9).await.expect("read");
        due.sort_unstable();
        due
    };
    let mut both = vec![(one, 6), (two, 1)];
    both.sort_unstable();
    assert_eq!(due().await, both);
    store.document_noted(one, 6).await.expect("noted");
    store.document_noted(two, 1).await.expect("noted");
    assert!(due().await.is_empty());
    store.take_document_update(two, scene.carl, b"more").await.expect("taken");
    assert!(due().await.is_empty(), "not within five seconds");
    ground.set_clock_offset(6_000).await;
    assert_eq!(due().await, [(two, 2)]);
    let backup = ground.restored().await;
    assert_eq!(backup.document(one).await.expect("read"), kept, "a backup has it");
}

pub(super) async fn many_write_one_document_at_once(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let incident = EntityId(scene.id());
    let (here, there) = (scene.store.clone(), ground.store().await);
    let mut writing = tokio::task::JoinSet::new();
    for n in 0..20u8 {
        let store = if n % 2 == 0 { here.clone() } else { there.clone() };
        let who = scene.anna;
        writing.spawn(async move {
            store.take_document_update(incident, who, &[n]).await.expect("taken")
        });
    }
    let mut numbers = writing.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<u64>>(), "without gaps, none twice");
    assert_eq!(here.document(incident).await.expect("read").updates.len(), 20);
}
