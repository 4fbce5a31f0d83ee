//! Pages: rung at once, escalated when their time has come, by any node.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use firebell_domain::{
    change::{Body, Change},
    directory::DirectoryChange,
    entity::Kind,
    id::{DeviceId, EntityId},
    incident::{IncidentChange, Severity},
    paging::{Channel, DeliveryState, Outcome, Page, PageChange, Reached},
};
use firebell_protocol::frame::{Resume, Ring, ToClient, ToServer};
use tokio::{sync::Notify, time::timeout};
use uuid::Uuid;

use super::{
    desk::Desk,
    world::{SOON, World, change, declare, options, service, to_incident},
};
use crate::{
    Options,
    channel::{Deliverer, Order, Warning},
    node::Node,
    store::Store,
};

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

/// A desktop shows a ring.
fn shown(ring: &Ring) -> Change {
    let (device, reached) = (DeviceId(Uuid::now_v7()), Reached::Shown);
    let body = PageChange::Receive {
        step: ring.step,
        device,
        reached,
        detail: String::new(),
        silently: false,
        held_back: false,
    };
    change(ring.page, Body::Page(body))
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
    let ring = bob.ring().await;
    assert_eq!(ring.step, 0);
    bob.does(vec![shown(&ring)]).await;
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

/// Takes every message and keeps how many pages each told of.
#[derive(Debug, Default)]
struct Letters {
    told: Mutex<Vec<usize>>,
    came: Notify,
}

#[async_trait]
impl Deliverer for Letters {
    async fn deliver(&self, _: &Node, order: &Order) -> Outcome {
        assert_eq!((order.channel, order.person.is_some()), (Channel::Email, true));
        self.told.lock().unwrap().push(order.items.len());
        self.came.notify_one();
        Outcome::Sent
    }

    async fn warn(&self, _: &Node, warning: &Warning) -> Outcome {
        panic!("nobody asked for a warning: {warning:?}")
    }
}

impl Letters {
    fn told(&self) -> Vec<usize> {
        self.told.lock().unwrap().clone()
    }

    /// Waits until so many pages were told of.
    async fn tell_of(&self, pages: usize) {
        let all = async {
            while self.told().iter().sum::<usize>() < pages {
                self.came.notified().await;
            }
        };
        timeout(SOON, all).await.unwrap_or_else(|_| panic!("told of {:?} in all", self.told()));
    }
}

/// A service that pages Bob, who has an address.
fn by_mail(bob: EntityId) -> (EntityId, Vec<Change>) {
    let (shop, mut changes) = service(&[bob], 300);
    let email = [("email".to_owned(), serde_json::json!("bob@example.org"))].into();
    changes.push(change(bob, Body::Person(DirectoryChange::Put { fields: email })));
    (shop, changes)
}

#[tokio::test]
async fn a_storm_of_incidents_is_two_messages_with_a_list_whichever_server_hears_of_them() {
    // Few enough for one claim, so that no server gets a part of them: that would be a third message.
    const STORM: usize = 40;
    for servers in 1..=2 {
        let letters = Arc::new(Letters::default());
        let options = || {
            let deliverer = Arc::<Letters>::clone(&letters);
            Options { deliverer, ..options() }
        };
        let world = World::with(options()).await;
        let other = World::on(world.store.clone(), options()).await;
        let mut ann = world.person("ann", true).await;
        let bob = world.person("bob", false).await;
        world.add("eve", false).await;
        let mut eve = Desk::new(world.session("eve").await);
        eve.connect_up_to_date(&other).await;
        let start = world.store.now().await.unwrap();
        world.store.set_now(start);
        let (shop, changes) = by_mail(bob.person());
        ann.does(changes).await;
        // Each server carries out first what it heard of itself.
        let mut desks = [ann, eve];
        for number in 0..STORM {
            let desk = &mut desks[number % servers];
            desk.does(vec![declare(Severity::One, Some(shop), false)]).await;
        }
        letters.tell_of(1).await;
        // Leases and the pause end by the database's clock.
        world.store.set_now(start.plus_secs(61));
        letters.tell_of(STORM).await;
        assert!(letters.told().len() <= 2, "{servers}: {:?}", letters.told());
    }
}

#[tokio::test]
async fn without_a_channel_the_page_says_so() {
    let world = World::start().await;
    let mut events = world.node().appender.subscribe();
    let mut ann = world.person("ann", true).await;
    let bob = world.person("bob", false).await;
    let (shop, changes) = by_mail(bob.person());
    ann.does(changes).await;
    let incident = declare(Severity::One, Some(shop), false);
    let id = incident.entity;
    ann.does(vec![incident]).await;
    let failed = async {
        loop {
            // A commit is told of when it can be read.
            events.recv().await.unwrap();
            let entities = world.store.entities_of(id).await.unwrap();
            let page = entities.iter().find(|entity| entity.kind == Kind::PAGE).map(Page);
            let states: Vec<_> =
                page.iter().flat_map(Page::deliveries).map(|(_, one)| one.state).collect();
            if states == [DeliveryState::Failed] {
                return;
            }
        }
    };
    timeout(SOON, failed).await.expect("it says that it failed");
}
