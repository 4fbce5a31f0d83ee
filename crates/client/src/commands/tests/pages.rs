use std::collections::BTreeMap;

use firebell_domain::{
    change::Author,
    directory::Target,
    entity::{Entity, Kind, Member, Stamp},
    id::{ChangeId, EntityId},
    paging::{PlannedStep, RUNG, Rung},
    time::Timestamp,
};
use serde_json::json;
use uuid::Uuid;

use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    on_call::AddOverride,
    page::{AcknowledgePage, DeclinePage, PageStateView, ReachedView},
};

/// A page of an incident that rings for this desk's person.
pub(super) async fn ringing(desk: &Desk, incident: EntityId) -> EntityId {
    let page = ringing_page(desk, incident);
    let id = page.id;
    desk.arrive(page).await;
    id
}

/// The same before it has arrived.
pub(super) fn ringing_page(desk: &Desk, incident: EntityId) -> Entity {
    let id = EntityId(Uuid::now_v7());
    let targets = vec![Target::Person(desk.me)];
    let step = PlannedStep { targets, timeout_secs: 300, ..PlannedStep::default() };
    let now = Timestamp(desk.now());
    let mut page = desk.entity(
        id,
        Kind::PAGE,
        Some(incident),
        [
            ("state", json!("ringing")),
            ("cycle", json!(1)),
            ("plan", json!([step, step])),
            ("step", json!(0)),
            ("rang_at", json!(now)),
            ("due_at", json!(now.plus_secs(300))),
            ("started_at", json!(now)),
            ("test", json!(false)),
        ],
    );
    let rung = Rung { person: desk.me, step: 0, at: now };
    let stamp = Stamp { change: ChangeId(Uuid::now_v7()), author: Author::Server, at: now };
    let member = Member { value: json!(rung), removed: false, stamp };
    let list = BTreeMap::from([(format!("0:{}", desk.me), member)]);
    page.lists.insert(RUNG.to_owned(), list);
    page
}

#[tokio::test]
async fn acknowledging_and_taking_command_are_two_sets_and_neither_waits_for_the_other() {
    let desk = Desk::with_sample().await;
    let incident = desk.foreign_incident("Checkout fails", false).await;
    let page = ringing(&desk, incident).await;
    let mine = desk.client.list_my_pages(()).await.unwrap();
    assert_eq!(mine.len(), 1);
    assert!(mine[0].for_me && mine[0].state == PageStateView::Ringing);
    assert_eq!((mine[0].step, mine[0].steps), (1, 2));
    assert_eq!(mine[0].rung[0].reached, ReachedView::Sent);
    assert_eq!(mine[0].next_people.len(), 1);
    assert!(desk.client.get_board(()).await.unwrap().incidents.iter().any(|row| row.ringing));

    let before = desk.outbox().await.len();
    let form = AcknowledgePage { id: page.to_string(), take_command: true };
    let view = desk.client.acknowledge_page(form).await.unwrap();
    assert_eq!(view.state, PageStateView::Acknowledged);
    assert!(view.unconfirmed && !view.for_me);
    assert_eq!(view.im.map(|im| im.name), Some("Kim".to_owned()));
    assert_eq!(view.rung[0].reached, ReachedView::Acknowledged);
    let sets = desk.outbox().await;
    let [acknowledge, take] = &sets[before..] else { panic!("two sets") };
    assert_eq!(acknowledge.changes[0]["kind"], "page");
    assert_eq!(take.changes[0]["kind"], "incident");
    assert!(!acknowledge.after.contains(&take.id) && !take.after.contains(&acknowledge.id));
}

#[tokio::test]
async fn who_cannot_come_says_why() {
    let desk = Desk::with_sample().await;
    let incident = desk.foreign_incident("Checkout fails", false).await;
    let page = ringing(&desk, incident).await;
    let decline = DeclinePage { id: page.to_string(), reason: "on a train".to_owned() };
    let view = desk.client.decline_page(decline).await.unwrap();
    assert_eq!(view.state, PageStateView::Ringing);
    assert!(!view.for_me);
    assert_eq!(
        (view.rung[0].reached, view.rung[0].detail.as_str()),
        (ReachedView::Declined, "on a train")
    );
    assert!(view.next_people.is_empty(), "they were the only one");
    let long = DeclinePage { id: page.to_string(), reason: "x".repeat(3_000) };
    assert_eq!(objections(desk.client.decline_page(long).await), ["reason: error-text-too-long"]);
}

#[tokio::test]
async fn a_page_of_an_incident_that_i_may_not_see_does_not_exist() {
    let desk = Desk::with_sample().await;
    let incident = desk.foreign_incident("MARKER", true).await;
    let page = ringing(&desk, incident).await;
    assert!(desk.client.list_my_pages(()).await.unwrap().is_empty());
    let error = desk.client.get_page(page.to_string()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_test_page_needs_the_server_and_is_not_kept_for_later() {
    let desk = Desk::new().await;
    let error = desk.client.send_test_page(()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    assert!(desk.outbox().await.is_empty());
}

#[tokio::test]
async fn somebody_stands_in_and_not_any_more() {
    let desk = Desk::with_sample().await;
    let view = desk.client.list_on_call(()).await.unwrap();
    let imoc = &view.lines[0];
    assert!(imoc.imoc);
    assert_eq!(imoc.now[0].name, "Priya Nair");
    let names: Vec<&str> = view.lines[1..].iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["catalogue-search", "checkout", "image-store", "login", "payments-api"]);
    let payments = view.lines.last().unwrap();
    assert_eq!(
        (payments.now[0].name.as_str(), payments.next[0].name.as_str()),
        ("Kim", "Ana Ortiz")
    );
    assert!(payments.until.is_some());
    assert_eq!(view.direct_dial.len(), 4, "each once: {:?}", view.direct_dial);
    let shift = desk.client.get_board(()).await.unwrap().my_shift.unwrap();
    assert!(shift.start.unwrap() <= desk.now() && shift.schedule == "Payments on call");

    let schedule = view.schedules.iter().find(|s| s.name == "Payments on call").unwrap();
    let people = desk.client.list_directory(()).await.unwrap().people;
    let tom = people.iter().find(|person| person.name == "Tom Berg").unwrap();
    let form = |start: i64, end: i64| AddOverride {
        schedule: schedule.id.clone(),
        person: Some(tom.id.clone()),
        replaces: None,
        adds: false,
        start: desk.now() + start,
        end: desk.now() + end,
    };
    let add = async |form: AddOverride| desk.client.add_override(form).await;
    assert_eq!(objections(add(form(5, 5)).await), ["end: error-end-before-start"]);
    assert_eq!(objections(add(form(-9, -5)).await), ["end: error-override-past"]);
    let view = add(form(-1_000, 3_600_000)).await.unwrap();
    let payments = view.lines.last().unwrap();
    assert_eq!(payments.now[0].name, "Tom Berg");
    assert_eq!(payments.until, Some(desk.now() + 3_600_000));
    let schedule = view.schedules.iter().find(|s| s.name == "Payments on call").unwrap();
    assert_eq!(schedule.overrides.len(), 1);
    let id = schedule.overrides[0].id.clone();
    let view = desk.client.remove_override(id.clone()).await.unwrap();
    assert_eq!(view.lines.last().unwrap().now[0].name, "Kim");
    let again = desk.client.remove_override(id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
}
