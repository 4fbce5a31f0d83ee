//! What goes by other channels than desktops.

use serde_json::json;

use super::*;
use crate::{
    paging::{
        Channel, Delivery, Finding, Outcome,
        audit::{DELIVERY_LATE_SECS, audit},
        delivered,
    },
    time::Timestamp,
};

/// Gives Ana an address and these rules.
fn ana_by(story: &mut Story, rules: serde_json::Value) -> EntityId {
    story.put_at(story.ana, Kind::PERSON, json!({"email": "ana@example.org", "rules": rules}));
    story.ana
}

fn deliveries(story: &Story, page: EntityId) -> Vec<(String, Delivery)> {
    Page(story.entity(page)).deliveries().collect()
}

#[test]
fn a_test_page_goes_by_every_channel_that_is_ever_used_at_once() {
    let mut story = Story::new();
    let hook = story.put(Kind::WEBHOOK, json!({"name": "calls", "url": "https://hooks.example"}));
    let gone = json!({"name": "old", "url": "https://old.example", "active": false});
    let gone = story.put(Kind::WEBHOOK, gone);
    let rules = json!([
        {"channel": "desktop"},
        {"channel": "email", "when": "unreachable", "after_secs": 600},
        {"channel": {"webhook": hook}, "severities": [3]},
        {"channel": {"webhook": hook}, "after_secs": 60},
        {"channel": {"webhook": gone}},
    ]);
    let ana = ana_by(&mut story, rules);
    let page = EntityId(story.id());
    answer(&mut story, ana, page, Do::RequestTest {});
    assert!(after_secs(&mut story, page, 0), "it rings");
    let now = story.now;
    let went = deliveries(&story, page);
    let channels: Vec<Channel> = went.iter().map(|(_, one)| one.channel).collect();
    assert_eq!(channels, [Channel::Email, Channel::Webhook(hook)]);
    assert!(went.iter().all(|(_, one)| one.due_at == now && one.person == Some(ana)), "{went:?}");
    answer(&mut story, ana, page, Do::Acknowledge {});
    assert!(went.iter().all(|(_, one)| Page(story.entity(page)).wants(one)), "it asks for the way");
}

#[test]
fn the_audit_finds_a_message_that_should_have_gone_long_ago() {
    let mut story = Story::new();
    ana_by(&mut story, json!([{"channel": "email", "after_secs": 100}]));
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).expect("a page");
    shown(&mut story, page);
    let found = |story: &Story, at: Timestamp| {
        let found = audit(&story.world, at);
        found.contains(&Finding::DeliveryOverdue { page })
    };
    let (name, delivery) = deliveries(&story, page).pop().expect("a delivery");
    let late = delivery.due_at.plus_secs(DELIVERY_LATE_SECS);
    assert!(!found(&story, late) && found(&story, late.plus_millis(1)));
    // An attempt that failed gives it until the next one.
    story.now = late;
    let outcome = Outcome::Retry { reason: "busy".to_owned() };
    let (set, again) = delivered(story.entity(page), &name, &outcome, late).expect("an attempt");
    story.decide(Author::Server, &set).expect("it stands");
    let late = again.expect("another one").plus_secs(DELIVERY_LATE_SECS);
    assert!(!found(&story, late) && found(&story, late.plus_millis(1)));
    let (set, _) = delivered(story.entity(page), &name, &Outcome::Sent, late).expect("an attempt");
    story.decide(Author::Server, &set).expect("it stands");
    assert!(!found(&story, late.plus_secs(60)), "it went");
}
