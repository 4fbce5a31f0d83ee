//! What opens a stream to a server.

use std::{io, path::Path, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};

use super::{Address, CONNECT_SECS, tls};
use crate::host::Later;

/// Both directions of a connection.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A stream of any kind.
pub type BoxStream = Box<dyn Stream>;
/// A connector shared by all that talk to one server.
pub type SharedConnector = Arc<dyn Connector>;

/// Opens streams to one server, each of which speaks HTTP/1.1.
pub trait Connector: Send + Sync + 'static {
    /// A fresh stream.
    ///
    /// # Errors
    /// When the server cannot be reached, or is not the one whose name was asked for.
    fn connect(&self) -> Later<'_, io::Result<BoxStream>>;

    /// `host:port` for the `Host` header.
    fn authority(&self) -> String;
}

/// TCP, with TLS unless the server is on this computer.
pub struct TcpConnector {
    address: Address,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl TcpConnector {
    /// For an address; `extra_ca` is a file with certificates that are trusted besides the system's.
    /// There is no way to trust without checking.
    ///
    /// # Errors
    /// When the host's name or the file cannot be read.
    pub fn new(address: Address, extra_ca: Option<&Path>) -> io::Result<Self> {
        let tls = if address.tls {
            let name = ServerName::try_from(address.host.trim_matches(['[', ']']).to_owned())
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            let config: Arc<ClientConfig> = tls::config(extra_ca)?;
            Some((TlsConnector::from(config), name))
        } else {
            None
        };
        Ok(Self { address, tls })
    }
}

impl Connector for TcpConnector {
    fn connect(&self) -> Later<'_, io::Result<BoxStream>> {
        Box::pin(async move {
            let open = async {
                let host = self.address.host.trim_matches(['[', ']']);
                let tcp = TcpStream::connect((host, self.address.port)).await?;
                tcp.set_nodelay(true)?;
                let stream: BoxStream = match &self.tls {
                    Some((tls, name)) => Box::new(tls.connect(name.clone(), tcp).await?),
                    None => Box::new(tcp),
                };
                Ok(stream)
            };
            tokio::time::timeout(Duration::from_secs(CONNECT_SECS), open)
                .await
                .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))?
        })
    }

    fn authority(&self) -> String {
        self.address.authority()
    }
}
