//! Pages and numbers beside the API.

use axum::http::{Method, StatusCode};
use firebell_protocol::http::Health;

use super::world::World;

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
        (Method::POST, "/api/v1/logout"),
    ] {
        for token in [None, Some("nonsense")] {
            let (status, body) = world.request(method.clone(), path, token, None).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(body["code"], "signed_out");
        }
    }
}
