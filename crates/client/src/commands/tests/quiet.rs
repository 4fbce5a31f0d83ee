//! Quiet hours on one's own desktop: what comes silently, what rings all the same, and what the server and
//! the others are told of it.

use std::{sync::atomic::Ordering, time::Duration};

use firebell_domain::{
    change::Body,
    entity::{Entity, Kind},
    id::EntityId,
    paging::{PageChange, QUIET_HOURS, Reached},
    time::Timestamp,
};
use firebell_protocol::frame::Ring;
use serde_json::{Value, json};

use super::{Desk, desk::objections, pages::ringing};
use crate::api::{
    directory::{HoursForm, Item, PersonForm, PreviewRules, QuietEffect, Save, WorkspaceView},
    page::ReachedView,
};

/// The desk's clock begins on Sunday 22 November 2026 at noon in Greenwich.
fn noon() -> Value {
    json!({"days": [7], "from": "11:00", "until": "13:00"})
}

/// Kim with these quiet hours.
async fn quiet(desk: &Desk, hours: Value) {
    let fields = [
        ("name", json!("Kim")),
        ("admin", json!(true)),
        ("zone", json!("UTC")),
        (QUIET_HOURS, hours),
    ];
    desk.arrive(desk.entity(desk.me, Kind::PERSON, None, fields)).await;
}

/// An incident of this severity under an id of its own.
fn incident(desk: &Desk, id: EntityId, severity: u8) -> Entity {
    let fields = [
        ("key", json!("HOT-77")),
        ("summary", json!("Checkout fails")),
        ("severity", json!(severity)),
        ("state", json!("new")),
        ("declared_at", json!(desk.now())),
        ("restricted", json!(false)),
    ];
    desk.entity(id, Kind::INCIDENT, Some(id), fields)
}

fn frame(desk: &Desk, page: EntityId, incident: Option<EntityId>, severity: u8) -> Ring {
    Ring {
        page,
        incident,
        cycle: 1,
        step: 0,
        key: Some("HOT-77".to_owned()),
        severity,
        summary: Some("Checkout fails".to_owned()),
        restricted: false,
        drill: false,
        test: incident.is_none(),
        declared_at: Timestamp(desk.now()),
        paged_at: Timestamp(desk.now()),
        held_by: None,
    }
}

/// What the server is told of a page: how far it got, and whether without sound.
async fn told(desk: &Desk, page: EntityId) -> Vec<(Reached, bool)> {
    let sets = desk.outbox().await;
    let changes = sets.iter().flat_map(|set| set.known_changes().collect::<Vec<_>>());
    let receipts = changes.filter(|change| change.entity == page);
    let receipts = receipts.filter_map(|change| match change.body {
        Body::Page(PageChange::Receive { reached, silently, .. }) => Some((reached, silently)),
        _ => None,
    });
    receipts.collect()
}

#[tokio::test]
async fn a_page_of_severity_2_comes_silently_in_quiet_hours_and_severity_1_rings() {
    let never = json!({"days": [1], "from": "11:00", "until": "13:00"});
    let mut asked = 0;
    // Severity of the incident here, of the ring, the hours, a test page; whether it comes silently.
    for (known, said, hours, test, silently) in [
        (2, 2, noon(), false, true),
        (3, 3, noon(), false, true),
        (1, 1, noon(), false, false),
        // Raised, and only one of the two has arrived.
        (1, 2, noon(), false, false),
        (2, 1, noon(), false, false),
        // Not these hours; none at all; such as nobody can read.
        (2, 2, never, false, false),
        (2, 2, Value::Null, false, false),
        (2, 2, json!("always"), false, false),
        // Whoever asks for a test hears it, whatever the hour. A number that is no severity rings.
        (2, 2, noon(), true, false),
        (2, 0, noon(), true, false),
    ] {
        let desk = Desk::with_sample().await;
        quiet(&desk, hours.clone()).await;
        let hot = EntityId(uuid::Uuid::now_v7());
        desk.arrive(incident(&desk, hot, known)).await;
        let page = ringing(&desk, hot).await;
        desk.client.take_rings(vec![frame(&desk, page, (!test).then_some(hot), said)]).await;
        let rings = desk.host.rings.lock().unwrap().clone();
        let case = format!("{known} {said} {hours} {test}");
        assert_eq!((rings.len(), rings[0].silently), (1, silently), "{case}");
        // It is told in any case, as shown, so that the step keeps its time.
        let receipts = [(Reached::Delivered, silently), (Reached::Shown, silently)];
        assert_eq!(told(&desk, page).await, receipts, "{case}");
        let view = desk.client.list_my_pages(()).await.unwrap().remove(0);
        let reached = if silently { ReachedView::ShownSilently } else { ReachedView::Shown };
        assert_eq!((view.for_me, view.rung[0].reached), (true, reached), "{case}");
        asked += 1;
    }
    assert_eq!(asked, 10);
}

#[tokio::test]
async fn what_came_silently_is_loud_once_it_is_severity_1_or_the_hours_are_over() {
    for raised in [true, false] {
        let desk = Desk::with_sample().await;
        quiet(&desk, noon()).await;
        let hot = EntityId(uuid::Uuid::now_v7());
        desk.arrive(incident(&desk, hot, 2)).await;
        let page = ringing(&desk, hot).await;
        desk.client.take_rings(vec![frame(&desk, page, Some(hot), 2)]).await;
        desk.client.wake_silent().await;
        assert_eq!(desk.host.rings.lock().unwrap().len(), 1, "still quiet hours");
        if raised {
            desk.arrive(incident(&desk, hot, 1)).await;
        } else {
            desk.push_clock(60);
        }
        desk.client.wake_silent().await;
        desk.client.wake_silent().await;
        let rings = desk.host.rings.lock().unwrap().clone();
        let heard: Vec<_> = rings.iter().map(|ring| (ring.silently, ring.severity)).collect();
        assert_eq!(heard, [(true, 2), (false, if raised { 1 } else { 2 })], "once more, and once");
        // The task that hears of changes may have been first: what it tells the server is on its way.
        let is_told = async {
            while told(&desk, page).await.last() != Some(&(Reached::Shown, false)) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), is_told).await.expect("in time");
        let view = desk.client.list_my_pages(()).await.unwrap().remove(0);
        assert_eq!(view.rung[0].reached, ReachedView::Shown);
    }
}

#[tokio::test]
async fn ordinary_notices_are_quiet_too() {
    let desk = Desk::with_sample().await;
    desk.client.notice("Queue", "HOT-7");
    assert_eq!(desk.host.quiet_notices.load(Ordering::Relaxed), 0);
    quiet(&desk, noon()).await;
    desk.client.notice("Queue", "HOT-7");
    assert_eq!(desk.host.quiet_notices.load(Ordering::Relaxed), 1);
    assert_eq!(desk.host.notices.lock().unwrap().len(), 2, "and shown all the same");
}

#[tokio::test]
async fn they_are_edited_on_ones_own_entry_and_the_preview_says_what_they_do() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let me = |view: WorkspaceView| -> Item<PersonForm> {
        let id = desk.me.to_string();
        view.people.into_iter().find(|one| one.id == id).unwrap()
    };
    let was = me(client.get_directory(()).await.unwrap());
    assert_eq!(was.form.quiet_hours, None);
    let hours = |days: &[u8], from: &str, until: &str| {
        Some(HoursForm { days: days.to_vec(), from: from.to_owned(), until: until.to_owned() })
    };
    let with = |quiet_hours, zone: &str| PersonForm {
        quiet_hours,
        zone: zone.to_owned(),
        ..was.form.clone()
    };
    for (form, wrong) in [
        (with(hours(&[], "22:00", "07:00"), "UTC"), "quiet_hours.days: error-quiet-days"),
        (with(hours(&[1], "late", "07:00"), "UTC"), "quiet_hours.from: error-hand-off"),
        (with(hours(&[8], "22:00", "07:00"), "UTC"), "quiet_hours.from: error-hand-off"),
        (with(hours(&[1], "22:00", "07:00"), ""), "zone: error-quiet-zone"),
    ] {
        let save = Save { was: Some(was.clone()), form: form.clone() };
        let found = objections(client.save_person(save).await);
        assert!(found.contains(&wrong.to_owned()), "{found:?} for {form:?}");
        let asked = PreviewRules { id: Some(was.id.clone()), form };
        assert!(objections(client.preview_rules(asked).await).contains(&wrong.to_owned()));
    }
    for (form, effects) in [
        (with(None, "UTC"), [QuietEffect::None, QuietEffect::None]),
        (with(hours(&[7, 1], "22:00", "7:00"), "UTC"), [QuietEffect::Rings, QuietEffect::Silent]),
    ] {
        let asked = PreviewRules { id: Some(was.id.clone()), form: form.clone() };
        let said = client.preview_rules(asked).await.unwrap();
        assert_eq!(said.iter().map(|view| view.quiet).collect::<Vec<_>>(), effects);
        client.save_person(Save { was: Some(was.clone()), form }).await.unwrap();
    }
    let now = me(client.get_directory(()).await.unwrap());
    assert_eq!(now.form.quiet_hours, hours(&[1, 7], "22:00", "07:00"));
}
