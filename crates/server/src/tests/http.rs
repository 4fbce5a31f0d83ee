//! Pages and numbers beside the API.

use axum::http::{Method, StatusCode};
use firebell_domain::incident::Severity;
use firebell_protocol::{
    frame::{ToServer, Verdict},
    http::Health,
};

use super::world::{SOON, World, change, declare};
use crate::memory::Fault;

#[tokio::test]
async fn the_short_address_opens_the_desktop_and_tells_nothing() {
    let world = World::start().await;
    let (status, headers, page) = world.raw(Method::GET, "/hot", None, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("href=\"firebell://declare\""), "{page}");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert!(!page.contains("<script"));
    for path in ["/HOT-12", "/hot-12"] {
        let (status, _, page) = world.raw(Method::GET, path, None, None).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("href=\"firebell://HOT-12\""), "{page}");
    }
    for path in ["/HOT-x", "/HOT-%3Cscript%3E", "/HOT-", "/", "/HOT-1/2", "/api/v1/nothing"] {
        let (status, _, page) = world.raw(Method::GET, path, None, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.contains('<'), "{page}");
    }
}

#[tokio::test]
async fn machines_see_health_and_numbers() {
    let world = World::start().await;
    let _ann = world.person("ann", true).await;
    let (status, body) = world.request(Method::GET, "/healthz", None, None).await;
    let health: Health = serde_json::from_value(body).unwrap();
    assert_eq!((status, health.status.as_str()), (StatusCode::OK, "ok"));
    assert!(health.seq >= 2);
    let (_, headers, text) = world.raw(Method::GET, "/metrics", None, None).await;
    assert!(text.contains("firebell_connections 1") && text.contains("firebell_logins_total 1"));
    assert!(headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn nothing_of_the_api_answers_without_a_session() {
    let world = World::start().await;
    for (method, path) in [
        (Method::GET, "/api/v1/log"),
        (Method::GET, "/api/v1/snapshot"),
        (Method::GET, "/api/v1/incidents/00000000-0000-0000-0000-000000000000"),
        (Method::GET, "/api/v1/incidents/00000000-0000-0000-0000-000000000000/history"),
        (Method::GET, "/api/v1/devices"),
        (Method::POST, "/api/v1/devices/00000000-0000-0000-0000-000000000000/revoke"),
        (Method::POST, "/api/v1/invitations"),
        (Method::POST, "/api/v1/calendar"),
        (Method::POST, "/api/v1/logout"),
    ] {
        for token in [None, Some("nonsense")] {
            let (status, body) = world.request(method.clone(), path, token, None).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(body["code"], "signed_out");
        }
    }
}

#[tokio::test]
async fn a_server_whose_tailer_died_says_so_and_is_not_healthy() {
    let mut world = World::start().await;
    let health = async |world: &World| world.request(Method::GET, "/healthz", None, None).await.0;
    assert_eq!(health(&world).await, StatusCode::OK);
    world.store.set_fault(Some(Fault::Panics));
    tokio::time::timeout(SOON, world.server.broken()).await.expect("it is noticed");
    world.store.set_fault(None);
    assert_eq!(health(&world).await, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_server_that_cannot_write_any_more_says_so_and_is_not_healthy() {
    let mut world = World::start().await;
    let mut ann = world.person("ann", true).await;
    world.store.set_fault(Some(Fault::Panics));
    let sets = ann.sets(vec![vec![declare(Severity::Three, None, false)]]);
    ann.send(&ToServer::Push { sets, more: false }).await;
    assert!(matches!(ann.answers().await[0].verdict, Verdict::NotNow { .. }));
    tokio::time::timeout(SOON, world.server.broken()).await.expect("it is noticed");
    let (status, _) = world.request(Method::GET, "/healthz", None, None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_calendar_is_read_by_its_address_alone_until_the_key_is_renewed() {
    use firebell_domain::{
        change::Body,
        directory::{CALENDAR_KEY, DirectoryChange, calendar_key},
        oncall::Rotation,
    };
    use icalendar::{Calendar, CalendarComponent, Component};
    use serde_json::json;

    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let (status, body) =
        world.request(Method::POST, "/api/v1/calendar", Some(&ann.session.token), None).await;
    assert_eq!(status, StatusCode::OK);
    let key = body["key"].as_str().unwrap().to_owned();
    let me = ann.session.person;
    let address = format!("/calendar/{me}/{key}");
    assert_eq!(world.raw(Method::GET, &address, None, None).await.0, StatusCode::NOT_FOUND);

    let schedule = firebell_domain::id::EntityId(uuid::Uuid::now_v7());
    let put = |fields: serde_json::Value| DirectoryChange::Put {
        fields: serde_json::from_value(fields).unwrap(),
    };
    let nine = "09:00".parse().unwrap();
    let first = "2020-01-01".parse().unwrap();
    let rotation = Rotation::of_days(vec![me, schedule], nine, first, 7);
    let made =
        put(json!({"name": "Rota, nights; weekly", "zone": "Europe/Berlin", "rotation": rotation}));
    let open = put(json!({CALENDAR_KEY: calendar_key(&key)}));
    ann.does(vec![change(schedule, Body::Schedule(made)), change(me, Body::Person(open))]).await;

    let read = async |address: &str| {
        let (status, headers, text) = world.raw(Method::GET, address, None, None).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["content-type"], "text/calendar; charset=utf-8");
        let calendar: Calendar = text.parse().expect("RFC 5545");
        let events = calendar.components.iter().filter_map(CalendarComponent::as_event);
        events.map(|event| event.get_summary().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mine = read(&address).await;
    // Every second week of thirty.
    assert!((14..=16).contains(&mine.len()), "{mine:?}");
    assert!(mine.iter().all(|title| title.contains("nights")), "{mine:?}");
    let all = read(&format!("{address}/{schedule}")).await;
    assert!((29..=32).contains(&all.len()), "{all:?}");
    for wrong in [
        format!("/calendar/{me}/{}", "0".repeat(64)),
        format!("/calendar/{schedule}/{key}"),
        format!("{address}/{me}"),
        format!("/calendar/nobody/{key}"),
    ] {
        assert_eq!(world.raw(Method::GET, &wrong, None, None).await.0, StatusCode::NOT_FOUND);
    }
    let renewed = put(json!({CALENDAR_KEY: calendar_key("another")}));
    ann.does(vec![change(me, Body::Person(renewed))]).await;
    assert_eq!(world.raw(Method::GET, &address, None, None).await.0, StatusCode::NOT_FOUND);
}
