//! The routes: commands, events, files.

use std::{convert::Infallible, path::Path as FilePath, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::{self, Next},
    response::{
        IntoResponse, Response,
        sse::{Event as Sent, KeepAlive, Sse},
    },
    routing::{get, post},
};
use firebell_client::{
    Client,
    api::{
        ApiError, ErrorCode,
        file::{FileView, PictureOf},
        sync::Event,
        table,
    },
};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tower_http::services::ServeDir;

use crate::{failure::Failure, guard::Guard, host::BrowserHost, shell};

/// The largest body of a call.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// The largest file: a byte more than is allowed, so that the client can say so.
const MAX_FILE: usize = 25_000_001;
/// The policy of the desktop's windows, as far as it applies to a browser.
pub const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the routes work with.
pub struct Devhost {
    /// The client.
    pub client: Client,
    /// Its host.
    pub host: Arc<BrowserHost>,
    /// Who may talk.
    pub guard: Guard,
    /// The server's address where the connect form leaves it empty.
    pub server: Option<String>,
}

type Shared = State<Arc<Devhost>>;

/// All routes. `ui` is the folder of the built UI.
pub fn router(devhost: Arc<Devhost>, ui: &FilePath) -> Router {
    let calls = Router::new()
        .route("/api/{command}", post(call))
        .route("/files/{incident}", post(stage).layer(DefaultBodyLimit::max(MAX_FILE)))
        .route("/pictures", post(picture))
        .route("/events", get(events))
        .route("/recorded", get(recorded))
        .layer(middleware::from_fn_with_state(Arc::clone(&devhost), guard_calls));
    let pages = Router::new()
        .fallback_service(ServeDir::new(ui))
        .layer(middleware::from_fn_with_state(Arc::clone(&devhost), guard_pages));
    Router::new()
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .merge(calls)
        .merge(pages)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::map_response(with_policy))
        .with_state(devhost)
}

async fn guard_calls(State(devhost): Shared, request: Request, next: Next) -> Response {
    match devhost.guard.call(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(turned) => turned.into_response(),
    }
}

async fn guard_pages(State(devhost): Shared, request: Request, next: Next) -> Response {
    if let Err(turned) = devhost.guard.page(request.headers()) {
        return turned.into_response();
    }
    let mut response = next.run(request).await;
    let html = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html && let Some(cookie) = devhost.guard.cookie() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

async fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn call(
    State(devhost): Shared,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    // A form of another site cannot send this type without asking first.
    let json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !json {
        return Err(Failure(ApiError::of(ErrorCode::Invalid, "send application/json")));
    }
    if let Some(answer) = shell::answer(&command) {
        return Ok(Json(answer));
    }
    let mut args: Value = match body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&body)
            .map_err(|error| Failure(ApiError::bad_arguments(error)))?,
    };
    match command.as_str() {
        "connect_server" => fill_in(&mut args, devhost.server.as_deref()),
        // A server inside this process would need the server's crates, which this one may not know.
        "start_solo" => {
            let error =
                ApiError::of(ErrorCode::Refused, "the browser host has no server of its own");
            return Err(Failure(error.with("refusal", "no_solo_server")));
        }
        _ => {}
    }
    table::dispatch(&devhost.client, &command, args).await.map(Json).map_err(Failure)
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Keeps bytes that were pasted or dropped.
async fn stage(
    State(devhost): Shared,
    Path(incident): Path<String>,
    Query(Named { name }): Query<Named>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<FileView>, Failure> {
    // A form of another site cannot send this type without asking first.
    let bytes = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/octet-stream");
    if !bytes {
        return Err(Failure(ApiError::of(ErrorCode::Invalid, "send application/octet-stream")));
    }
    let body = body.map_err(|_| Failure(ApiError::field("file", "error-file-too-large")))?;
    devhost.client.stage_file(&incident, &name, body.into()).await.map(Json).map_err(Failure)
}

/// A picture, drawn anew.
async fn picture(
    State(devhost): Shared,
    Json(asked): Json<PictureOf>,
) -> Result<Response, Failure> {
    let drawn = devhost.client.show_picture(asked).await.map_err(Failure)?;
    Ok(([(CONTENT_TYPE, "image/png")], drawn).into_response())
}

/// Puts the server's address where the form left it empty.
fn fill_in(args: &mut Value, server: Option<&str>) {
    let empty =
        args.get("server").and_then(Value::as_str).is_some_and(|text| text.trim().is_empty());
    if let (true, Some(server)) = (empty, server) {
        args["server"] = Value::from(server);
    }
}

async fn recorded(State(devhost): Shared) -> Response {
    Json(devhost.host.recorded()).into_response()
}

async fn events(State(devhost): Shared) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    let stream = stream::unfold(devhost.host.events(), async |mut events| {
        let event = match events.recv().await {
            Ok(event) => event,
            // The tab was too slow and missed some: it reads everything again.
            Err(RecvError::Lagged(_)) => Event::Session {},
            Err(RecvError::Closed) => return None,
        };
        let sent = Sent::default().json_data(&event).unwrap_or_else(|error| {
            tracing::error!(%error, "an event has no JSON form");
            Sent::default().comment("an event was lost")
        });
        Some((Ok(sent), events))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
