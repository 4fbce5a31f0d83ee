//! Who looks, as desktops are told it over real sockets.

use std::sync::Arc;

use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId},
    incident::{IncidentChange, Severity},
};
use firebell_protocol::frame::{ToClient, ToServer};

use prometheus_client::metrics::counter::Counter;
use uuid::Uuid;

use super::Presence;
use crate::delivery::line::{Line, Room, Session};
use crate::tests::{
    desk::Desk,
    world::{World, declare, to_incident},
};

/// The next word about who looks.
async fn told(desk: &mut Desk) -> (EntityId, Vec<EntityId>) {
    desk.until(|frame| match frame {
        ToClient::Looking { incident, people } => Some((*incident, people.clone())),
        _ => None,
    })
    .await
}

async fn look(desk: &mut Desk, incident: Option<EntityId>) {
    desk.send(&ToServer::Look { incident }).await;
}

/// What is told after everything that was sent before: nothing.
async fn nothing(desk: &mut Desk) {
    desk.send(&ToServer::Ping {}).await;
    desk.until(|frame| match frame {
        ToClient::Looking { people, .. } => panic!("told of {people:?}"),
        ToClient::Pong { .. } => Some(()),
        _ => None,
    })
    .await;
}

/// Ann and Bob, and two incidents that both see.
async fn met(world: &World) -> (Desk, Desk, [EntityId; 2]) {
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let declared = [declare(Severity::Three, None, false), declare(Severity::Three, None, false)];
    let incidents = [declared[0].entity, declared[1].entity];
    let mut last = 0;
    for one in declared {
        last = ann.does(vec![one]).await;
    }
    bob.until_row(last).await;
    (ann, bob, incidents)
}

#[tokio::test]
async fn those_who_look_know_of_each_other_and_of_who_left() {
    let world = World::start().await;
    let (mut ann, mut bob, [one, other]) = met(&world).await;
    let mut both = vec![ann.person(), bob.person()];
    both.sort_unstable();
    look(&mut ann, Some(one)).await;
    assert_eq!(told(&mut ann).await, (one, vec![ann.person()]));
    look(&mut bob, Some(one)).await;
    assert_eq!(told(&mut bob).await, (one, both.clone()));
    assert_eq!(told(&mut ann).await, (one, both));
    look(&mut bob, Some(other)).await;
    assert_eq!(told(&mut ann).await, (one, vec![ann.person()]));
    assert_eq!(told(&mut bob).await, (other, vec![bob.person()]));
    look(&mut ann, None).await;
    nothing(&mut ann).await;
    nothing(&mut bob).await;
}

#[tokio::test]
async fn an_incident_may_be_looked_at_before_it_arrives() {
    let world = World::start().await;
    let (mut ann, mut bob, _) = met(&world).await;
    let declared = declare(Severity::Three, None, false);
    let coming = declared.entity;
    look(&mut ann, Some(coming)).await;
    nothing(&mut ann).await;
    let last = ann.does(vec![declared]).await;
    bob.until_row(last).await;
    look(&mut bob, Some(coming)).await;
    assert_eq!(told(&mut ann).await.1.len(), 2);
}

#[tokio::test]
async fn who_goes_away_looks_no_more() {
    let world = World::start().await;
    let (mut ann, mut bob, [one, _]) = met(&world).await;
    look(&mut ann, Some(one)).await;
    told(&mut ann).await;
    look(&mut bob, Some(one)).await;
    assert_eq!(told(&mut ann).await.1.len(), 2);
    drop(bob);
    assert_eq!(told(&mut ann).await, (one, vec![ann.person()]));
}

#[tokio::test]
async fn who_may_not_see_it_is_not_told_and_not_named() {
    let world = World::start().await;
    let (mut ann, mut bob, [one, _]) = met(&world).await;
    look(&mut bob, Some(one)).await;
    told(&mut bob).await;
    let hid = ann.does(vec![to_incident(one, IncidentChange::Restrict {})]).await;
    bob.until_row(hid).await;
    look(&mut ann, Some(one)).await;
    assert_eq!(told(&mut ann).await, (one, vec![ann.person()]));
    nothing(&mut bob).await;
    look(&mut bob, Some(one)).await;
    nothing(&mut bob).await;
    assert_eq!(told(&mut ann).await, (one, vec![ann.person()]), "his line was still there");
    nothing(&mut ann).await;
}

#[test]
fn what_was_found_before_somebody_came_is_not_said_after_it() {
    let [ann, bob] = [1, 2].map(|number| {
        let person = EntityId(Uuid::from_u128(number));
        let session = Session { person, device: DeviceId(Uuid::nil()), token: Hash::ZERO };
        Arc::new(Line::new(session, Room { batches: 1, bytes: 1 }, Counter::default()))
    });
    let incident = EntityId(Uuid::from_u128(3));
    let frame = ToClient::Looking { incident, people: vec![ann.session.person] };
    let presence = Presence::default();
    presence.moves(&ann, Some(incident));
    let before = presence.at(incident);
    presence.moves(&bob, Some(incident));
    presence.say(incident, before.moved, &before.lines, &frame);
    assert!(ann.take().is_none(), "it is out of date");
    let now = presence.at(incident);
    presence.say(incident, now.moved, &now.lines, &frame);
    assert!(ann.take().is_some() && bob.take().is_some());
}
