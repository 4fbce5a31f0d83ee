//! Pages: rung at once, escalated when their time has come, by any node.

use firebell_domain::{
    change::Body,
    incident::{IncidentChange, Severity},
    paging::PageChange,
};
use firebell_protocol::frame::{Resume, ToClient, ToServer};

use super::{
    desk::Desk,
    world::{World, change, declare, service, to_incident},
};
use crate::store::Store;

/// No ring comes before the answer to a ping.
async fn hears_nothing(desk: &mut Desk) {
    desk.send(&ToServer::Ping {}).await;
    desk.until(|frame| match frame {
        ToClient::Ring(ring) => panic!("{ring:?}"),
        ToClient::Pong { .. } => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn a_declaration_rings_who_is_on_call_ahead_of_its_rows() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let (shop, changes) = service(&[bob.person()], 300);
    ann.does(changes).await;
    bob.until_row(ann.cursor.unwrap().seq).await;
    let before = bob.cursor.unwrap().seq;
    let incident = declare(Severity::One, Some(shop), false);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    let ring = bob.ring().await;
    assert_eq!(bob.cursor.unwrap().seq, before, "ahead of rows");
    assert_eq!((ring.incident, ring.step, ring.severity), (Some(id), 0, 1));
    assert_eq!(ring.summary.as_deref(), Some("checkout fails"));
    assert_eq!(ring.held_by, None);
    hears_nothing(&mut ann).await;

    // What still stands rings on connect, and says who has it by now.
    ann.does(vec![to_incident(id, IncidentChange::TakeCommand {})]).await;
    assert_eq!(bob.connect(&world).await, Resume::Rows);
    let again = bob.ring().await;
    assert_eq!((again.page, again.step, again.paged_at), (ring.page, ring.step, ring.paged_at));
    assert_eq!(again.held_by, Some(ann.person()));

    // What was answered does not.
    bob.does(vec![change(ring.page, Body::Page(PageChange::Acknowledge {}))]).await;
    assert_eq!(bob.connect(&world).await, Resume::Rows);
    hears_nothing(&mut bob).await;
}

#[tokio::test]
async fn a_restricted_incident_rings_without_its_summary_and_makes_a_member() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let (shop, changes) = service(&[bob.person()], 300);
    ann.does(changes).await;
    let incident = declare(Severity::One, Some(shop), true);
    ann.does(vec![incident.clone()]).await;
    let ring = bob.ring().await;
    assert_eq!((ring.summary, ring.restricted), (None, true));
    let path = format!("/api/v1/incidents/{}", incident.entity);
    assert_eq!(world.get(&path, &bob.session).await.0, axum::http::StatusCode::OK);
}

#[tokio::test]
async fn nobody_answers_and_the_next_step_rings_on_whichever_node_they_are() {
    let world = World::start().await;
    let other = world.beside().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    world.add("eve", false).await;
    let mut eve = Desk::new(world.session("eve").await);
    eve.connect_up_to_date(&other).await;
    let start = world.store.now().await.unwrap();
    world.store.set_now(start);
    let (shop, changes) = service(&[bob.person(), eve.person()], 60);
    ann.does(changes).await;
    ann.does(vec![declare(Severity::One, Some(shop), false)]).await;
    assert_eq!(bob.ring().await.step, 0);
    eve.until_row(ann.cursor.unwrap().seq).await;
    world.store.set_now(start.plus_secs(59));
    hears_nothing(&mut eve).await;
    world.store.set_now(start.plus_secs(61));
    let ring = eve.ring().await;
    assert_eq!((ring.step, ring.paged_at), (1, start.plus_secs(61)));
}

#[tokio::test]
async fn first_rings_wait_while_more_is_to_come() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let (shop, changes) = service(&[bob.person()], 300);
    ann.does(changes).await;
    world.store.set_now(world.store.now().await.unwrap());
    let incident = declare(Severity::One, Some(shop), false);
    let id = incident.entity;
    let sets = ann.sets(vec![vec![incident]]);
    ann.send(&ToServer::Push { sets, more: true }).await;
    ann.answers().await;
    hears_nothing(&mut bob).await;
    let sets = ann.sets(vec![vec![to_incident(id, IncidentChange::TakeCommand {})]]);
    ann.send(&ToServer::Push { sets, more: true }).await;
    ann.answers().await;
    hears_nothing(&mut bob).await;
    // The push is over, with nothing left to say.
    ann.send(&ToServer::Push { sets: Vec::new(), more: false }).await;
    assert_eq!(bob.ring().await.held_by, Some(ann.person()));
}

#[tokio::test]
async fn a_node_that_starts_takes_over_what_was_due() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let start = world.store.now().await.unwrap();
    world.store.set_now(start);
    let (shop, changes) = service(&[ann.person(), bob.person()], 60);
    ann.does(changes).await;
    ann.does(vec![declare(Severity::One, Some(shop), false)]).await;
    let store = world.store.clone();
    world.server.shutdown().await;
    store.set_now(start.plus_secs(600));
    let again = World::again(store).await;
    assert_eq!(bob.connect(&again).await, Resume::Rows);
    assert_eq!(bob.ring().await.step, 1);
}
