//! The page behind an acknowledge link, for somebody whom others call into an incident.

use axum::http::{Method, StatusCode};
use firebell_domain::{
    change::Body as What, directory::Target, incident::Severity, paging::PageChange,
};

use super::world::{World, change, declare, fresh, options};
use crate::{
    Options,
    channel::{ChannelOptions, Claim, Secret},
    store::Store,
};

#[tokio::test]
async fn who_is_called_in_reads_who_calls_and_where_to_go_and_nothing_of_taking_command() {
    let channels = ChannelOptions {
        secret: Some(Secret::fresh().unwrap()),
        public_url: Some("https://firebell.example".to_owned()),
        ..ChannelOptions::default()
    };
    let world = World::with(Options { channels, ..options() }).await;
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let (incident_id, page) = (incident.entity, fresh());
    ann.does(vec![incident]).await;
    let ask = PageChange::Ask {
        incident: incident_id,
        targets: vec![Target::Person(bob.person())],
        policy: None,
        role: String::new(),
        note: String::new(),
    };
    ann.does(vec![change(page, What::Page(ask))]).await;
    assert_eq!(bob.ring().await.page, page);

    let expires_at = world.store.now().await.unwrap().plus_secs(60);
    let claim = Claim { page, person: bob.person(), webhook: None, step: 0, expires_at };
    let url = world.node().channels.links().unwrap().url(&claim);
    let path = url.strip_prefix("https://firebell.example").unwrap();
    let (status, _, asks) = world.raw(Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(asks.contains("ANN asks you to come into HOT-1"), "{asks}");
    let (status, _, done) = world.raw(Method::POST, path, None, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(done.contains("You are expected in HOT-1") && !done.contains("take command"), "{done}");
    assert!(done.contains("href=\"https://firebell.example/HOT-1\""), "{done}");
}
