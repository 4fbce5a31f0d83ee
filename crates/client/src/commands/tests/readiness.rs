use firebell_domain::{entity::Field, id::EntityId, time::Timestamp};
use firebell_protocol::frame::Ring;
use serde_json::json;

use super::{
    Desk,
    pages::{ringing, ringing_page},
};
use crate::api::{
    ErrorCode,
    readiness::{DesktopFacts, DoubtView, HopState},
};

const FINE: DesktopFacts =
    DesktopFacts { notifications: true, sound: true, undisturbed: Some(true), autostart: true };

fn frame(desk: &Desk, page: EntityId, incident: EntityId) -> Ring {
    Ring {
        page,
        incident: Some(incident),
        cycle: 1,
        step: 0,
        key: Some("HOT-77".to_owned()),
        severity: 1,
        summary: Some("Checkout fails".to_owned()),
        restricted: false,
        drill: false,
        test: false,
        declared_at: Timestamp(desk.now()),
        paged_at: Timestamp(desk.now()),
        held_by: None,
    }
}

#[tokio::test]
async fn a_desktop_says_what_it_can_do_when_that_is_news_and_its_person_has_a_shift() {
    let desk = Desk::with_sample().await;
    let written = async |facts: DesktopFacts| desk.client.note_desktop(facts).await.unwrap();
    let sets = desk.outbox().await.len();
    assert!(written(FINE).await);
    assert!(!written(FINE).await, "nothing changed");
    assert!(written(DesktopFacts { sound: false, ..FINE }).await);
    let view = desk.client.get_readiness(()).await.unwrap();
    assert_eq!(view.doubts, [DoubtView::NoSound, DoubtView::NotTested]);
    assert!(view.desktops.len() == 1 && view.desktops[0].this);
    assert_eq!(view.shift.map(|shift| shift.schedule).as_deref(), Some("Payments on call"));
    let mine = view.unready.iter().find(|one| one.person.id == desk.me.to_string()).unwrap();
    assert_eq!((mine.schedule.name.as_str(), mine.start <= desk.now()), ("Payments on call", true));

    assert!(written(FINE).await);
    desk.push_clock(12 * 60 - 1);
    assert!(!written(FINE).await);
    desk.push_clock(1);
    assert!(written(FINE).await, "twice a day it says that it is there");
    assert_eq!(desk.outbox().await.len() - sets, 4);

    let bare = Desk::new().await;
    assert!(!bare.client.note_desktop(FINE).await.unwrap(), "nobody rings who is in no schedule");
    assert!(bare.outbox().await.is_empty());
}

#[tokio::test]
async fn whoever_answers_for_a_schedule_is_told_once_of_who_could_not_be_rung() {
    let desk = Desk::with_sample().await;
    desk.client.note_desktop(FINE).await.unwrap();
    let told = desk.client.tell_unready();
    assert!(told > 1, "the sample's other people have no desktops");
    assert_eq!(desk.client.tell_unready(), 0, "once");
    let notices = desk.host.notices.lock().unwrap().clone();
    let [(title, body)] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    assert!(!title.is_empty() && body.lines().count() <= 4, "{body}");
    assert!(!body.contains("Kim"), "what fails comes first: {body}");
    assert_eq!(title, &desk.client.words().text("notification-unready-others", &[]));

    desk.client.note_desktop(DesktopFacts { notifications: false, ..FINE }).await.unwrap();
    assert_eq!(desk.client.tell_unready(), 1, "only what is new");
    let (_, body) = desk.host.notices.lock().unwrap().pop().unwrap();
    assert!(body.contains("Kim"), "{body}");
}

#[tokio::test]
async fn on_waking_what_still_stands_rings_again_and_what_was_missed_is_named() {
    let desk = Desk::with_sample().await;
    let slept_since = Timestamp(desk.now());
    let incident = desk.foreign_incident("Checkout fails", false).await;
    let page = ringing(&desk, incident).await;
    desk.client.take_rings(vec![frame(&desk, page, incident)]).await;
    // Another one rang and was answered by a colleague meanwhile.
    let people = desk.client.list_directory(()).await.unwrap().people;
    let ana = people.iter().find(|person| person.name == "Ana Ortiz").unwrap();
    let mut missed = ringing_page(&desk, incident);
    for (field, value) in [("state", json!("acknowledged")), ("acknowledged_by", json!(ana.id))] {
        let stamp = missed.fields["state"].stamp.clone();
        missed.fields.insert(field.to_owned(), Field { value, stamp });
    }
    desk.arrive(missed).await;
    assert_eq!(desk.host.rings.lock().unwrap().len(), 1);

    desk.push_clock(3 * 60);
    desk.client.woke(slept_since).await;
    let rings = desk.host.rings.lock().unwrap().clone();
    assert_eq!(rings.len(), 2, "once more, and only what stands");
    assert_eq!((rings[1].page, rings[1].step), (page.0, 0));
    assert_ne!(rings[0].body, rings[1].body, "it says how long ago");
    assert_eq!(desk.host.silenced.lock().unwrap().last(), Some(&(page.0, false)));
    let (title, body) = desk.host.notices.lock().unwrap().pop().unwrap();
    assert!(!title.is_empty() && body.contains("HOT-77") && body.contains("Ana Ortiz"), "{body}");
    let mine = desk.client.list_my_pages(()).await.unwrap();
    let missed = mine.iter().filter(|page| page.missed).count();
    assert_eq!((mine.len(), missed), (2, 1));
}

#[tokio::test]
async fn a_test_page_without_a_server_fails_at_the_first_hop() {
    let desk = Desk::new().await;
    assert_eq!(desk.client.get_test_walk(()).await.unwrap(), None);
    let error = desk.client.send_test_page(()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    let walk = desk.client.get_test_walk(()).await.unwrap().unwrap();
    let states: Vec<HopState> = walk.hops.iter().map(|hop| hop.state).collect();
    assert_eq!(states[0], HopState::Failed);
    assert!(states[1..].iter().all(|state| *state == HopState::Untold));
    assert!(walk.over && !walk.passed);
}
