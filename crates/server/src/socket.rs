//! The WebSocket `/api/v1/socket`: one desktop's live connection.
//!
//! Its first frame says who it is; [`welcome`] answers it and brings the desktop up to date in the
//! order that keeps it right: who may see what, rings that still stand, rows. Then two halves run side
//! by side: [`inbox`] reads what the desktop wants, [`outbox`] sends what happened.

mod inbox;
mod outbox;
mod welcome;

pub(crate) use welcome::check_version;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use firebell_protocol::{MAX_FRAME, error::ApiError, frame::ToClient};
use futures_util::{SinkExt, StreamExt, stream::SplitSink, stream::SplitStream};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    delivery::{batch::encode, line::Line},
    node::Node,
    presence,
};

/// Sending half of a connection.
type Sink = SplitSink<WebSocket, Message>;
/// Receiving half of a connection.
type Stream = SplitStream<WebSocket>;

/// Default buffers are 128 KiB each way for every connection, which 5,000 idle desktops would pay.
const READ_BUFFER: usize = 4_096;
/// A frame that is too large is still read when it is not absurd, so that its sender can be told why.
const MAX_READ: usize = 2 * MAX_FRAME;
/// How long a connection that ends may take to send its last words.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long to listen after the last words, so that they are not lost to a reset.
const LINGER: Duration = Duration::from_secs(1);

/// Takes a connection in. Browsers are let in from the server's own pages only.
pub(crate) async fn upgrade(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    if !same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(place) = Arc::clone(&node.greeting).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    socket
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_READ)
        .max_frame_size(MAX_READ)
        .on_upgrade(move |socket| serve(node, socket, place))
}

/// No `Origin` (desktops send none), or this very host.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}

async fn serve(node: Arc<Node>, socket: WebSocket, place: OwnedSemaphorePermit) {
    let (mut sink, mut stream) = socket.split();
    let hello = welcome::hello(&node, &mut stream).await;
    drop(place);
    let error = match hello {
        Ok(Some(hello)) => talk(&node, &mut sink, &mut stream, hello).await,
        Ok(None) => None,
        Err(error) => Some(error),
    };
    let Some(error) = error else { return };
    tracing::info!(code = ?error.code, "a connection was ended");
    let last_words = async {
        let fault = Message::Text(encode(&ToClient::Fault { error }));
        sink.send(fault).await.ok()?;
        sink.send(Message::Close(None)).await.ok()
    };
    if let Ok(Some(())) = tokio::time::timeout(LAST_WORDS, last_words).await {
        let silence = async { while let Some(Ok(_)) = stream.next().await {} };
        // Who goes on talking is cut off.
        drop(tokio::time::timeout(LINGER, silence).await);
    }
}

/// The life of a connection after its hello; the answer is the error with which to end it, or none
/// when the desktop is gone.
async fn talk(
    node: &Arc<Node>,
    sink: &mut Sink,
    stream: &mut Stream,
    hello: welcome::Hello,
) -> Option<ApiError> {
    let line = Arc::new(Line::new(
        hello.session,
        node.options.room,
        node.metrics.connections_dropped.clone(),
    ));
    let seat = match node.hub.join(&line) {
        Ok(seat) => seat,
        Err(error) => return Some(error),
    };
    // Again: what ended the session before it joined could not end its line.
    if let Err(error) = node.accounts.session(hello.session.token).await {
        return Some(error);
    }
    let _counted = Counted::new(node);
    let mut outbox = outbox::Outbox::new(node, sink, &line, seat.tail);
    let mut inbox = inbox::Inbox::new(node, stream, &line);
    let sending = async {
        match outbox.welcome(hello).await {
            Ok(()) => outbox.run().await,
            Err(end) => end,
        }
    };
    tokio::pin!(sending);
    let ended = tokio::select! {
        end = &mut sending => Some(end),
        () = inbox.run() => None,
    };
    if let Err(error) = presence::look(node, &line, None).await {
        tracing::warn!(%error, "it was not told who looks at an incident");
    }
    if let Some(end) = ended {
        return end.error();
    }
    // The reader ended: the desktop is gone, or the line holds the error with which to end.
    if !line.is_closing() {
        return None;
    }
    match tokio::time::timeout(LAST_WORDS, sending).await {
        Ok(end) => end.error(),
        Err(_) => None,
    }
}

/// Counts a connection while it lasts.
struct Counted<'a>(&'a Node);

impl<'a> Counted<'a> {
    fn new(node: &'a Node) -> Self {
        node.metrics.connections.inc();
        Self(node)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.metrics.connections.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_let_in_from_our_own_pages_only() {
        let fits = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "hot.example:8750".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            same_origin(&headers)
        };
        assert!(fits(None));
        assert!(fits(Some("https://HOT.example:8750")));
        for hostile in ["https://evil.example", "null", "https://hot.example", "hot.example:8750"] {
            assert!(!fits(Some(hostile)), "{hostile}");
        }
    }
}
