//! How connections come in: a bounded number, with a bounded time for their headers.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::caller::Peer;

/// A request's headers must be here so soon; also the rest of a connection between two requests.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// Pause after the operating system gave no connection (out of files, mostly).
const RETRY: Duration = Duration::from_millis(100);

/// Takes connections until `stop`.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    max: usize,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(max));
    loop {
        // More than that wait in the operating system's queue.
        let place = tokio::select! {
            () = stop.cancelled() => return,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let Ok(place) = place else { return };
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                // A page is small, and must not wait for more to come along.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its delay");
                }
                let (router, stop) = (router.clone(), stop.clone());
                tokio::spawn(async move {
                    connection(stream, Some(address), router, stop).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection could be taken");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Serves one connection to its end. A WebSocket lives on after it in the task that upgraded it.
pub(crate) async fn connection(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: Option<SocketAddr>,
    router: Router,
    stop: CancellationToken,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        if let Some(address) = address {
            request.extensions_mut().insert(Peer(address.ip()));
        }
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            // What is being answered is answered; nothing new begins.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
