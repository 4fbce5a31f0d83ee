use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use firebell_domain::{
    change::Body,
    decide::Refusal,
    id::EntityId,
    paging::{PageChange, Reached},
};
use firebell_protocol::frame::{Ring, SetAnswer, Verdict};

use super::{Remembered, secret, secret::Kept};
use crate::{
    Client, Setup,
    api::{ErrorCode, page::AcknowledgePage, session::ConnectServer, session::StartView},
    host::{CannotShow, Host},
    testing::{BEGIN, Pen, Record, TestHost, WORKSPACE, device, entity},
};

async fn client(folder: &Path, host: &Arc<TestHost>) -> Client {
    let host = Arc::clone(host) as Arc<dyn Host>;
    let setup = Setup { host, folder: folder.to_owned(), solo: None, extra_ca: None };
    Client::open(setup).await.unwrap()
}

fn known() -> Remembered {
    Remembered {
        workspace: WORKSPACE,
        person: entity(1),
        device: device(1),
        server: Some("https://127.0.0.1:1".to_owned()),
        name: "ann".to_owned(),
        kept: Kept::Keychain,
        signed_out: false,
        revoked: false,
    }
}

/// A client with a workspace that has read a small record, and no server; it is in again at the next start.
async fn entered(folder: &Path, host: &Arc<TestHost>) -> (Client, Record) {
    host.secrets.lock().unwrap().insert(secret::name(WORKSPACE, entity(1)), "token".to_owned());
    let client = client(folder, host).await;
    client.enter(known(), None).await.unwrap();
    let record = Record::new(2);
    let store = client.store().unwrap();
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    (client, record)
}

#[tokio::test]
async fn a_first_start_knows_nobody_and_a_second_one_knows_who_was_here() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (first, _) = entered(folder.path(), &host).await;
    let chosen = crate::api::session::Preferences { compact: true, ..first.preferences() };
    assert!(chosen.sound && chosen.single_keys);
    first.save_preferences(&chosen).await.unwrap();
    first.close().await;
    assert_eq!(first.store().map(drop).unwrap_err().code, ErrorCode::SignedOut);
    let second = client(folder.path(), &host).await;
    assert_eq!(second.me(), Some(entity(1)));
    assert_eq!(second.preferences(), chosen);
    let start = second.get_start(()).await.unwrap();
    let StartView::Ready { me, solo, .. } = start else { panic!("{start:?}") };
    assert_eq!((me.name.as_str(), me.admin, solo), ("Person 1", true, false));
    let fresh = tempfile::tempdir().unwrap();
    let other = client(fresh.path(), &host).await;
    assert!(matches!(other.get_start(()).await.unwrap(), StartView::FirstStart {}));
}

#[tokio::test]
async fn after_signing_out_one_reads_and_does_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let name = secret::name(WORKSPACE, entity(1));
    host.secrets.lock().unwrap().insert(name.clone(), "token".to_owned());
    let (client, _) = entered(folder.path(), &host).await;
    let start = client.sign_out(()).await.unwrap();
    assert!(matches!(start, StartView::SignIn { revoked: false, .. }), "{start:?}");
    assert!(!host.secrets.lock().unwrap().contains_key(&name));
    assert!(client.store().unwrap().entity(entity(1)).await.unwrap().is_some());
    let set = client.new_set(Vec::new());
    assert_eq!(client.execute(set).await.unwrap_err().code, ErrorCode::SignedOut);
}

#[tokio::test]
async fn without_a_keychain_consent_is_asked_before_the_server_is() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost { keychain: false.into(), ..TestHost::default() });
    let client = client(folder.path(), &host).await;
    let form = |file_consent| ConnectServer {
        server: "http://127.0.0.1:1".to_owned(),
        name: "ann".to_owned(),
        password: "secret words".to_owned(),
        invitation: None,
        file_consent,
    };
    let refused = client.connect_server(form(false)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoKeychain);
    let offline = client.connect_server(form(true)).await.unwrap_err();
    assert_eq!(offline.code, ErrorCode::Offline);

    let token = secret::Secret::new("canary".to_owned());
    assert_eq!(format!("{token:?}"), "Secret(…)");
    secret::keep(&*host, folder.path(), "session x", Kept::File, &token).await.unwrap();
    let read = secret::read(&*host, folder.path(), "session x", Kept::File).await.unwrap();
    assert_eq!(read.unwrap().reveal(), "canary");
    #[cfg(unix)]
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
    }
}

#[tokio::test]
async fn a_file_of_choices_that_cannot_be_read_is_said_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("desktop.json"), b"{ half").unwrap();
    let host = Arc::new(TestHost::default());
    let client = client(folder.path(), &host).await;
    let start = client.get_start(()).await.unwrap();
    let StartView::Unusable { error, .. } = start else { panic!("{start:?}") };
    assert_eq!(error.code, ErrorCode::StoreUnreadable);
    let kept = std::fs::read(folder.path().join("desktop.json")).unwrap();
    assert_eq!(kept, b"{ half");
}

#[tokio::test]
async fn a_damaged_store_is_said_and_what_was_not_sent_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (first, _) = entered(folder.path(), &host).await;
    let mut pen = crate::testing::Pen::new(1);
    first.execute(pen.declare(entity(1_000), None, "typed offline", false)).await.unwrap();
    let path = first.store().unwrap().path().to_owned();
    first.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&77_u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let second = client(folder.path(), &host).await;
    let start = second.get_start(()).await.unwrap();
    let StartView::Unusable { error, rescued, rescued_count } = start else { panic!("{start:?}") };
    assert_eq!((error.code, rescued_count), (ErrorCode::StoreNewer, 1));
    let saved = std::fs::read_to_string(rescued.unwrap()).unwrap();
    assert!(saved.contains("typed offline"));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(second.store().map(drop).unwrap_err().code, ErrorCode::StoreNewer);
}

#[tokio::test]
async fn a_keychain_that_is_late_is_asked_again_until_somebody_can_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (first, _) = entered(folder.path(), &host).await;
    first.close().await;
    host.keychain.store(false, Ordering::SeqCst);
    let late = client(folder.path(), &host).await;
    let until = async |talks: bool| {
        let told = async {
            while late.sync_state().blocked.is_some() == talks || late.is_silent() == talks {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), told).await.expect("in time");
    };
    until(false).await;
    assert_eq!(late.sync_state().blocked.unwrap().code, ErrorCode::NoKeychain);
    // Somebody logged in: the keychain is open now.
    host.keychain.store(true, Ordering::SeqCst);
    until(true).await;
    late.close().await;
}

fn ring(page: EntityId, step: u32) -> Ring {
    Ring {
        page,
        incident: Some(entity(1_000)),
        cycle: 1,
        step,
        key: Some("HOT-1".to_owned()),
        severity: 1,
        summary: Some("payments are down".to_owned()),
        restricted: false,
        drill: false,
        test: false,
        declared_at: BEGIN,
        paged_at: BEGIN,
        held_by: None,
    }
}

/// What this desktop told the server about rings.
async fn receipts(client: &Client) -> Vec<(u32, Reached)> {
    let sets = client.store().unwrap().unsent_sets().await.unwrap();
    let changes = sets.iter().flat_map(|set| set.known_changes().collect::<Vec<_>>());
    changes
        .filter_map(|change| match change.body {
            Body::Page(PageChange::Receive { step, reached, .. }) => Some((step, reached)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn each_step_of_a_page_is_shown_once_and_the_server_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (client, _) = entered(folder.path(), &host).await;
    for step in [0, 0, 1, 0, 1] {
        client.take_rings(vec![ring(entity(9), step)]).await;
    }
    assert_eq!(host.rings.lock().unwrap().iter().map(|r| r.step).collect::<Vec<_>>(), [0, 1]);
    let told = receipts(&client).await;
    assert_eq!(
        told,
        [
            (0, Reached::Delivered),
            (0, Reached::Shown),
            (1, Reached::Delivered),
            (1, Reached::Shown)
        ]
    );
    // Nor when it comes in the middle of a storm, whose other pages are shown.
    let storm =
        [(9, 1), (20, 0), (21, 0), (20, 0), (9, 0)].map(|(page, step)| ring(entity(page), step));
    client.take_rings(storm.into()).await;
    let shown: Vec<_> = host.rings.lock().unwrap().iter().map(|r| (r.page, r.step)).collect();
    let pages = [(9, 0), (9, 1), (20, 0), (21, 0)].map(|(page, step)| (entity(page).0, step));
    assert_eq!(shown, pages);
    assert_eq!(receipts(&client).await.len(), 8, "two for each that was shown");
    // Nor after a restart, when the page does not stand here as one to answer.
    client.close().await;
    let again = self::client(folder.path(), &host).await;
    again.store().expect("it is in");
    again.take_rings(vec![ring(entity(9), 1)]).await;
    assert_eq!(host.rings.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_page_that_still_stands_rings_on_after_a_restart_and_that_is_told_to_nobody_again() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (client, mut record) = entered(folder.path(), &host).await;
    let (hot, page) = (entity(1_000), entity(9));
    record.server(Pen::new(50).declare(hot, None, "payments are down", false));
    let mut pen = Pen::new(51);
    let start = PageChange::Start {
        incident: Some(hot),
        cycle: 1,
        plan: Vec::new(),
        command_within_secs: None,
    };
    let due_at = BEGIN.plus_secs(300);
    let ring_step = |step, person| PageChange::Ring {
        step,
        people: vec![entity(person)],
        at: BEGIN,
        due_at,
        place: None,
        reach_by: None,
        deliveries: Vec::new(),
    };
    let step = ring_step(0, 1);
    let changes = [start, step].map(|body| pen.change(page, Body::Page(body)));
    record.server(pen.set(changes.into()));
    let store = client.store().unwrap();
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    client.take_rings(vec![ring(page, 0)]).await;
    client.take_rings(vec![ring(page, 0)]).await;
    let told = [(0, Reached::Delivered), (0, Reached::Shown)];
    assert_eq!(receipts(&client).await, told);
    assert_eq!(host.rings.lock().unwrap().len(), 1);
    drop(store);
    client.close().await;

    let again = self::client(folder.path(), &host).await;
    again.take_rings(vec![ring(page, 0)]).await;
    again.take_rings(vec![ring(page, 0)]).await;
    assert_eq!(receipts(&again).await, told);
    assert_eq!(host.rings.lock().unwrap().len(), 2);
    // A later step rings others as well; who was rung before has it still.
    let step = ring_step(1, 2);
    record.server(pen.one(page, Body::Page(step)));
    let store = again.store().unwrap();
    let read = store.sync_start().await.unwrap().cursor.unwrap().seq;
    let (slots, head) = record.slots(entity(1), read, record.last());
    host.silenced.lock().unwrap().clear();
    store.apply(slots, head, BEGIN).await.unwrap();
    again.settle_ring(page).await;
    assert!(again.ringing().rings(page));
    assert_eq!(*host.silenced.lock().unwrap(), []);
    // Quiet once it was acknowledged here, loud again when the server refuses that.
    acknowledge(&again, page).await;
    again.settle_ring(page).await;
    assert_eq!(*host.silenced.lock().unwrap(), [(page.0, true)]);
    let sets = store.unsent_sets().await.unwrap();
    let why = Refusal::NotAllowed {};
    let answer = SetAnswer { id: sets.last().unwrap().id, verdict: Verdict::Refused { why } };
    store.answer(vec![answer], BEGIN).await.unwrap();
    again.settle_ring(page).await;
    // The task that hears of changes may have been first, and be about to.
    let loud = async {
        while host.rings.lock().unwrap().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), loud).await.expect("in time");
    // Once it was acknowledged here, it does not ring at the next start.
    acknowledge(&again, page).await;
    drop(store);
    again.close().await;
    let third = self::client(folder.path(), &host).await;
    third.store().expect("it is in");
    third.take_rings(vec![ring(page, 0)]).await;
    assert_eq!(host.rings.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn the_tray_counts_pages_as_they_come_are_answered_and_go_out_of_sight() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(TestHost::default());
    let (client, mut record) = entered(folder.path(), &host).await;
    let hots = [entity(1_000), entity(1_001)];
    let mut pen = Pen::new(51);
    let mut rings = |record: &mut Record, page: u128, hot: EntityId| {
        let (incident, plan, command_within_secs) = (Some(hot), Vec::new(), None);
        let start = PageChange::Start { incident, cycle: 1, plan, command_within_secs };
        let ring = PageChange::Ring {
            step: 0,
            people: vec![entity(1)],
            at: BEGIN,
            due_at: BEGIN.plus_secs(300),
            place: None,
            reach_by: None,
            deliveries: Vec::new(),
        };
        let changes = [start, ring].map(|body| pen.change(entity(page), Body::Page(body)));
        record.server(pen.set(changes.into()));
    };
    for hot in hots {
        record.server(Pen::new(hot.0.as_u128()).declare(hot, None, "payments are down", false));
    }
    rings(&mut record, 9, hots[0]);
    let store = client.store().unwrap();
    store.save_chunk(record.snapshot(entity(1)), BEGIN).await.unwrap();
    tray(&host, 1).await;
    rings(&mut record, 10, hots[1]);
    rings(&mut record, 11, hots[0]);
    let read = store.sync_start().await.unwrap().cursor.unwrap().seq;
    let (slots, head) = record.slots(entity(1), read, record.last());
    store.apply(slots, head, BEGIN).await.unwrap();
    tray(&host, 3).await;
    acknowledge(&client, entity(9)).await;
    tray(&host, 2).await;
    store.forget(hots[1], BEGIN).await.unwrap();
    tray(&host, 1).await;
    drop(store);
    client.close().await;
}

/// Until the tray says that so many pages ring.
async fn tray(host: &TestHost, ringing: u32) {
    let said = async {
        while host.badges.lock().unwrap().last().is_none_or(|badge| badge.ringing != ringing) {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), said).await;
    let last = host.badges.lock().unwrap().last().copied();
    in_time.unwrap_or_else(|_| panic!("{ringing} ring, and the tray says {last:?}"));
}

async fn acknowledge(client: &Client, page: EntityId) {
    let form = AcknowledgePage { id: page.to_string(), take_command: false };
    client.acknowledge_page(form).await.unwrap();
}

#[tokio::test]
async fn a_ring_that_nobody_could_notice_is_told_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let can_show = Err(CannotShow::Denied("focus".to_owned()));
    let host = Arc::new(TestHost { can_show, ..TestHost::default() });
    let (client, _) = entered(folder.path(), &host).await;
    client.take_rings(vec![ring(entity(9), 0)]).await;
    let told = receipts(&client).await;
    assert_eq!(told, [(0, Reached::Delivered), (0, Reached::NotShown)]);
    let why = client.sync_state().cannot_ring.unwrap();
    assert!(why.contains("focus"), "{why}");
}
