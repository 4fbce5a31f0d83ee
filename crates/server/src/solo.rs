//! A record without a shared server: the same router, reached inside the process, with no listening
//! socket that another user of the computer could find.

use std::sync::Arc;

use axum::Router;
use firebell_protocol::{error::ApiError, http::Session};
use tokio::io::DuplexStream;

use crate::{
    api::{self, listener},
    node::Node,
};

/// Bytes under way in one direction.
const BUFFER: usize = 64 * 1024;

/// Opens connections to a server in this process.
#[derive(Clone)]
pub struct Connector {
    node: Arc<Node>,
    router: Router,
}

impl Connector {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self { router: api::router(Arc::clone(&node)), node }
    }

    /// The session of the only person of a record that no server shares; the first call makes the
    /// person.
    ///
    /// # Errors
    /// `Offline` when the database cannot be reached.
    pub async fn session(&self, display_name: &str) -> Result<Session, ApiError> {
        self.node.accounts.solo(display_name).await
    }

    /// A connection that speaks HTTP/1.1, WebSocket included. Needs a running tokio runtime.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (near, far) = tokio::io::duplex(BUFFER);
        tokio::spawn(listener::connection(far, None, self.router.clone(), self.node.stop.clone()));
        near
    }
}
