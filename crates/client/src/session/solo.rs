//! Everything on this computer: a server inside this process, which the shell brings along.

use std::path::Path;

use firebell_protocol::http::Session;

use crate::{api::ApiError, host::Later, transport::SharedConnector};

/// A server inside this process. The client does not know the server's crate; whoever knows both (the
/// shell, `devhost`, tests) hands this in.
pub trait SoloBackend: Send + Sync + 'static {
    /// Starts the server with its data in `folder`, if it does not run yet, and opens a session of the
    /// record's only person. The first start makes the person, with this display name.
    ///
    /// # Errors
    /// When its data cannot be used.
    fn start<'a>(
        &'a self,
        folder: &'a Path,
        display_name: &'a str,
    ) -> Later<'a, Result<SoloServer, ApiError>>;
}

/// A running server inside this process.
pub struct SoloServer {
    /// The person's session.
    pub session: Session,
    /// The way in.
    pub connector: SharedConnector,
}
