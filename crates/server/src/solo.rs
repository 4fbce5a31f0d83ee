//! A record without a shared server: the same router, reached inside the process, with no listening
//! socket that another user of the computer could find.

use axum::Router;
use tokio::io::DuplexStream;
use tokio_util::sync::CancellationToken;

use crate::api::listener;

/// Bytes under way in one direction.
const BUFFER: usize = 64 * 1024;

/// Opens connections to a server in this process.
#[derive(Clone)]
pub struct Connector {
    router: Router,
    stop: CancellationToken,
}

impl Connector {
    pub(crate) fn new(router: Router, stop: CancellationToken) -> Self {
        Self { router, stop }
    }

    /// A connection that speaks HTTP/1.1, WebSocket included. Needs a running tokio runtime.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (near, far) = tokio::io::duplex(BUFFER);
        tokio::spawn(listener::connection(far, None, self.router.clone(), self.stop.clone()));
        near
    }
}
