//! Streams to a server, and HTTP and WebSocket over them. What opens a stream is a [`Connector`]: TCP
//! with TLS for a shared server, a pipe inside the process for solo mode; everything above is the same.

mod address;
mod connector;
mod http;
mod socket;
mod tls;

pub use address::Address;
pub use connector::{BoxStream, Connector, SharedConnector, Stream, TcpConnector};
pub use http::Http;
pub use socket::{Sink, Socket, Source};

/// How long opening a stream may take, in seconds.
const CONNECT_SECS: u64 = 10;
/// How long a request may take, in seconds.
const REQUEST_SECS: u64 = 60;
