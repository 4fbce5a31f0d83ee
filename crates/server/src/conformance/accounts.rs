//! Accounts, invitations, devices.

use firebell_domain::{chain::Hash, id::EntityId};
use uuid::Uuid;

use super::Ground;
use crate::store::{Account, DeviceRecord, StoreError};

fn person(n: u128) -> EntityId {
    EntityId(Uuid::from_u128(n))
}

pub(super) async fn accounts_are_unique_by_name(ground: &dyn Ground) {
    let store = ground.store().await;
    let account = |name: &str, n, active| Account {
        name: name.to_owned(),
        person: person(n),
        password: format!("$argon2id${n}"),
        admin: n == 1,
        active,
    };
    let anna = account("anna", 1, true);
    assert!(store.add_account(&anna).await.expect("add"));
    assert!(!store.add_account(&account("anna", 2, true)).await.expect("add"));
    assert_eq!(store.account("anna").await.expect("read"), Some(anna));
    assert_eq!(store.account("ben").await.expect("read"), None);
    let changed = account("anna", 3, false);
    store.update_account(&changed).await.expect("update");
    assert_eq!(store.account("anna").await.expect("read"), Some(changed));
    let absent = store.update_account(&account("ben", 4, true)).await;
    assert!(matches!(absent, Err(StoreError::Other(_))));
}

pub(super) async fn an_invitation_works_once(ground: &dyn Ground) {
    let store = ground.store().await;
    let now = store.now().await.expect("now");
    let code = |text: &str| Hash::of(text.as_bytes());
    store.add_invitation(code("a"), true, now.plus_secs(60)).await.expect("add");
    store.add_invitation(code("b"), false, now.plus_secs(60)).await.expect("add");
    store.add_invitation(code("late"), false, now.plus_secs(60)).await.expect("add");
    let uses = (0..6).map(|_| store.use_invitation(code("a")));
    let uses = futures_util::future::join_all(uses).await;
    let mut used: Vec<_> = uses.into_iter().map(|used| used.expect("use")).collect();
    used.sort_unstable();
    assert_eq!(used, [None, None, None, None, None, Some(true)], "once, however many try");
    assert_eq!(store.use_invitation(code("b")).await.expect("use"), Some(false));
    assert_eq!(store.use_invitation(code("nothing")).await.expect("use"), None);
    ground.set_clock_offset(61_000).await;
    assert_eq!(store.use_invitation(code("late")).await.expect("use"), None);
}

pub(super) async fn devices_belong_to_one_person(ground: &dyn Ground) {
    let store = ground.store().await;
    let device = |n: u128, who, token: &str| DeviceRecord {
        device: firebell_domain::id::DeviceId(Uuid::from_u128(n)),
        person: person(who),
        name: "Laptop 💻".to_owned(),
        token: Hash::of(token.as_bytes()),
        revoked: false,
        seen_at: None,
    };
    let first = device(1, 7, "one");
    assert!(store.put_device(&first).await.expect("put"));
    assert!(!store.put_device(&device(1, 8, "two")).await.expect("put"), "it is somebody else's");
    let by =
        async |token: &str| store.device_by_token(Hash::of(token.as_bytes())).await.expect("read");
    assert_eq!(by("one").await, Some(first));
    assert_eq!(by("two").await, None);
    let renewed = device(1, 7, "three");
    assert!(store.put_device(&renewed).await.expect("put"));
    assert_eq!((by("one").await, by("three").await), (None, Some(renewed.clone())));
    assert!(store.put_device(&device(2, 8, "four")).await.expect("put"));
    assert_eq!(store.devices(Some(person(8))).await.expect("read").len(), 1);
    assert_eq!(store.devices(None).await.expect("read").len(), 2);
    store.device_seen(renewed.device).await.expect("seen");
    store.revoke_device(renewed.device).await.expect("revoke");
    let stored = by("three").await.expect("still known");
    assert!(stored.revoked && stored.seen_at.is_some(), "revoked, and known to be");
}
