//! The browser host as a browser sees it.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use firebell_client::{Client, Setup, api::sync::Event, host::Host};
use firebell_devhost::{BrowserHost, Devhost, guard::Guard, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const HERE: &str = "127.0.0.1:4420";

struct Running {
    routes: Router,
    host: Arc<BrowserHost>,
    token: String,
    _folder: tempfile::TempDir,
}

impl Running {
    async fn start(server: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ui = folder.path().join("ui");
        std::fs::create_dir_all(&ui).expect("a folder");
        std::fs::write(ui.join("index.html"), "<!doctype html><title>Firebell</title>")
            .expect("a file");
        let host = Arc::new(BrowserHost::default());
        let setup = Setup {
            host: host.clone(),
            folder: folder.path().join("data"),
            solo: None,
            extra_ca: None,
        };
        let client = Client::open(setup).await.expect("a client");
        let guard = Guard::new(HERE.parse().expect("an address"));
        let token = guard.token().to_owned();
        let server = server.map(str::to_owned);
        let devhost = Devhost { client, host: host.clone(), guard, server };
        Self { routes: routes(devhost, &ui), host, token, _folder: folder }
    }

    async fn call(&self, command: &str, args: Value) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/{command}"))
            .header(header::HOST, HERE)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-firebell-token", &self.token)
            .body(Body::from(args.to_string()));
        self.ask(request.expect("a request")).await
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.routes.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn routes(devhost: Devhost, ui: &Path) -> Router {
    router(Arc::new(devhost), ui)
}

#[tokio::test]
async fn the_first_page_load_lets_this_page_in_and_nobody_else() {
    let running = Running::start(None).await;
    let page = Request::get("/").header(header::HOST, HERE).body(Body::empty()).expect("a request");
    let answer = running.routes.clone().oneshot(page).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = &answer.headers()[header::CONTENT_SECURITY_POLICY];
    assert!(policy.to_str().expect("text").contains("script-src 'self'"));
    let cookie = answer.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair");

    let call = |host: &str, cookie: Option<&str>, kind: &str| {
        let mut request = Request::post("/api/get_start")
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request.body(Body::from("null")).expect("a request")
    };
    let (status, start) = running.ask(call(HERE, Some(cookie), "application/json")).await;
    assert_eq!((status, &start["state"]), (StatusCode::OK, &json!("first_start")));
    for (host, cookie, kind, expected) in [
        (HERE, None, "application/json", StatusCode::FORBIDDEN),
        ("rebound.example", Some(cookie), "application/json", StatusCode::FORBIDDEN),
        (HERE, Some(cookie), "text/plain", StatusCode::BAD_REQUEST),
    ] {
        let (status, _) = running.ask(call(host, cookie, kind)).await;
        assert_eq!(status, expected, "{host} {cookie:?} {kind}");
    }
    let events = Request::get("/events").header(header::HOST, HERE).body(Body::empty());
    let (status, _) = running.ask(events.expect("a request")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let health = Request::get("/healthz").body(Body::empty()).expect("a request");
    assert_eq!(running.ask(health).await.0, StatusCode::OK);
}

#[tokio::test]
async fn errors_have_the_usual_shape_and_a_status_that_fits() {
    let running = Running::start(Some("http://127.0.0.1:1")).await;
    for (command, args, status, code) in [
        ("no_such_command", Value::Null, StatusCode::NOT_FOUND, "not_found"),
        ("get_incident", json!(7), StatusCode::BAD_REQUEST, "invalid"),
        ("get_board", Value::Null, StatusCode::UNAUTHORIZED, "signed_out"),
        ("start_solo", json!({"name": "Kim", "sample": true}), StatusCode::CONFLICT, "refused"),
        (
            "connect_server",
            json!({"server": "", "name": "kim", "password": "x", "invitation": null, "file_consent": false}),
            StatusCode::SERVICE_UNAVAILABLE,
            "offline",
        ),
    ] {
        let (found, error) = running.call(command, args).await;
        assert_eq!((found, &error["code"]), (status, &json!(code)), "{command}: {error}");
    }
    let (status, can) = running.call("get_capabilities", Value::Null).await;
    assert_eq!((status, &can["tray"]["detail"]), (StatusCode::OK, &json!("browser")));
    assert_eq!(running.call("window_ready", Value::Null).await, (StatusCode::OK, Value::Null));
    let (_, preferences) = running.call("get_preferences", Value::Null).await;
    assert_eq!(preferences["language"], "system");
}

#[tokio::test]
async fn events_reach_the_tab() {
    let running = Running::start(None).await;
    let request = Request::get("/events")
        .header(header::HOST, HERE)
        .header("x-firebell-token", &running.token)
        .body(Body::empty());
    let answer =
        running.routes.clone().oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    running.host.emit(Event::Open { incident: "HOT-1".to_owned() });
    let mut body = answer.into_body();
    let frame = body.frame().await.expect("a frame").expect("no error");
    let data = frame.into_data().expect("data");
    let text = std::str::from_utf8(&data).expect("text");
    assert_eq!(text, "data: {\"event\":\"open\",\"incident\":\"HOT-1\"}\n\n");
}
