//! HTTP/1.1 over a connector, JSON both ways, one request at a time on one kept connection.

use std::time::Duration;

use bytes::Bytes;
use firebell_protocol::MAX_FRAME;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use super::{REQUEST_SECS, SharedConnector};
use crate::api::{ApiError, ErrorCode};

/// The largest answer in bytes: a chunk or page with the longest texts, escaped.
const MAX_ANSWER: usize = 4 * MAX_FRAME;

/// The HTTP API of one server.
pub struct Http {
    connector: SharedConnector,
    kept: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

impl Http {
    /// Over a connector.
    #[must_use]
    pub fn new(connector: SharedConnector) -> Self {
        Self { connector, kept: Mutex::new(None) }
    }

    /// `GET`, with a session's token.
    ///
    /// # Errors
    /// What the server answers; `Offline` when it cannot be reached.
    pub async fn get<A: DeserializeOwned>(&self, path: &str, token: &str) -> Result<A, ApiError> {
        self.request(Method::GET, path, Some(token), Bytes::new()).await
    }

    /// `POST`.
    ///
    /// # Errors
    /// What the server answers; `Offline` when it cannot be reached.
    pub async fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<A, ApiError> {
        let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
        self.request(Method::POST, path, token, body.into()).await
    }

    /// `PATCH` with bytes as they are.
    ///
    /// # Errors
    /// What the server answers; `Offline` when it cannot be reached.
    pub async fn patch<A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        bytes: Bytes,
    ) -> Result<A, ApiError> {
        self.request(Method::PATCH, path, Some(token), bytes).await
    }

    /// `GET` of some bytes of a file.
    ///
    /// # Errors
    /// What the server answers; `Offline` when it cannot be reached.
    pub async fn get_range(
        &self,
        path: &str,
        token: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Bytes, ApiError> {
        let asked = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let asked = header::HeaderValue::from_str(&asked).map_err(ApiError::internal)?;
        let headers = [(header::RANGE, asked)];
        let whole = self.exchange((Method::GET, path), Some(token), &headers, Bytes::new());
        let (status, bytes) = in_time(whole).await?;
        if status == StatusCode::PARTIAL_CONTENT { Ok(bytes) } else { Err(refused(status, &bytes)) }
    }

    async fn request<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Bytes,
    ) -> Result<A, ApiError> {
        let (status, bytes) = in_time(self.exchange((method, path), token, &[], body)).await?;
        if status.is_success() {
            let bytes = if bytes.is_empty() { Bytes::from_static(b"null") } else { bytes };
            return serde_json::from_slice(&bytes)
                .map_err(|error| ApiError::internal(format!("an answer cannot be read: {error}")));
        }
        Err(refused(status, &bytes))
    }

    async fn exchange(
        &self,
        (method, path): (Method, &str),
        token: Option<&str>,
        headers: &[(header::HeaderName, header::HeaderValue)],
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), ApiError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, self.connector.authority())
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).map_err(ApiError::internal)?;
        let mut kept = self.kept.lock().await;
        let mut sender = match kept.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.open().await?,
        };
        sender.ready().await.map_err(offline)?;
        let answer = sender.send_request(request).await.map_err(offline)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await.map_err(offline)?;
        // Kept only after a whole answer: a connection that was given up half way is of no use. Nor is one
        // whose server answered before it had read the question: it closes it, sooner or later.
        if status != StatusCode::PAYLOAD_TOO_LARGE {
            *kept = Some(sender);
        }
        Ok((status, body.to_bytes()))
    }

    async fn open(&self) -> Result<SendRequest<Full<Bytes>>, ApiError> {
        let stream = self.connector.connect().await.map_err(offline)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(offline)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
        Ok(sender)
    }
}

/// Bounds the time of an exchange.
async fn in_time<T>(exchange: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    tokio::time::timeout(Duration::from_secs(REQUEST_SECS), exchange)
        .await
        .map_err(|_| offline("the server did not answer in time"))?
}

/// What an answer says that is no success.
fn refused(status: StatusCode, bytes: &[u8]) -> ApiError {
    serde_json::from_slice::<ApiError>(bytes).unwrap_or_else(|_| {
        // Not ours: a proxy, a captive portal, a server that is starting.
        offline(format!("unexpected answer {status}"))
    })
}

fn offline(error: impl std::fmt::Display) -> ApiError {
    ApiError::of(ErrorCode::Offline, error.to_string())
}
