//! The WebSocket: frames both ways, bounded in size.

use std::time::Duration;

use firebell_protocol::{
    MAX_FRAME,
    frame::{ToClient, ToServer},
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use http::Request;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, Message, handshake::client::generate_key, protocol::WebSocketConfig},
};

use super::{BoxStream, CONNECT_SECS, SharedConnector};
use crate::api::{ApiError, ErrorCode};

type Web = WebSocketStream<BoxStream>;

/// Frames may be larger than what we send: a page of the log never splits a set.
const MAX_READ: usize = 4 * MAX_FRAME;
const READ_BUFFER: usize = 16 * 1_024;

/// An open conversation.
pub struct Socket {
    /// Frames to the server.
    pub sink: Sink,
    /// Frames from it.
    pub source: Source,
}

/// Frames to the server.
pub struct Sink(SplitSink<Web, Message>);

/// Frames from the server.
pub struct Source(SplitStream<Web>);

impl Socket {
    /// Opens a conversation; the first frame says who we are.
    ///
    /// # Errors
    /// `Offline` when the server cannot be reached or is none of ours.
    pub async fn open(connector: &SharedConnector) -> Result<Self, ApiError> {
        let authority = connector.authority();
        let request = Request::builder()
            .uri(format!("ws://{authority}/api/v1/socket"))
            .header("Host", &authority)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .body(())
            .map_err(ApiError::internal)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_READ))
            .max_frame_size(Some(MAX_READ));
        let open = async {
            let stream = connector.connect().await.map_err(offline)?;
            let (web, _) =
                client_async_with_config(request, stream, Some(config)).await.map_err(offline)?;
            Ok::<Web, ApiError>(web)
        };
        let web: Web = tokio::time::timeout(Duration::from_secs(CONNECT_SECS), open)
            .await
            .map_err(|_| offline("no answer"))??;
        let (sink, source) = web.split();
        Ok(Self { sink: Sink(sink), source: Source(source) })
    }
}

impl Sink {
    /// Sends a frame.
    ///
    /// # Errors
    /// `Offline` when the conversation is over.
    pub async fn send(&mut self, frame: &ToServer) -> Result<(), ApiError> {
        let text = serde_json::to_string(frame).map_err(ApiError::internal)?;
        self.0.send(Message::text(text)).await.map_err(offline)
    }

    /// Ends the conversation.
    pub async fn close(mut self) {
        // The other side may be gone already; then there is nobody to tell.
        self.0.close().await.ok();
    }
}

impl Source {
    /// The next frame; none when the conversation is over.
    ///
    /// # Errors
    /// `Offline` when it broke; `Internal` for what cannot be read.
    pub async fn next(&mut self) -> Result<Option<ToClient>, ApiError> {
        while let Some(message) = self.0.next().await {
            match message {
                Ok(Message::Text(text)) => {
                    let frame = serde_json::from_str(text.as_str())
                        .map_err(|error| ApiError::internal(format!("a frame: {error}")))?;
                    return Ok(Some(frame));
                }
                Ok(Message::Close(_)) => return Ok(None),
                Ok(_) => {}
                Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                    return Ok(None);
                }
                Err(error) => return Err(offline(error)),
            }
        }
        Ok(None)
    }
}

fn offline(error: impl std::fmt::Display) -> ApiError {
    ApiError::of(ErrorCode::Offline, error.to_string())
}
