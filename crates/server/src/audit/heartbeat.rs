//! An address outside that expects to be asked for at regular times, and raises an alarm when it is not.

use std::{fmt, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};
use url::Url;

/// How long one try may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Where the heartbeat goes. Its address is a secret: whoever knows it can keep the alarm silent.
#[derive(Clone)]
pub struct Heartbeat {
    url: Url,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
}

/// Why a heartbeat cannot be sent, or was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    /// Not an address that this can ask for.
    #[error("a heartbeat goes to an http or https address")]
    Address,
    /// Not reached.
    #[error("not reached: {0}")]
    Io(#[from] io::Error),
    /// Reached, and it does not speak HTTP as it should.
    #[error("no answer: {0}")]
    Http(#[from] hyper::Error),
    /// It did not answer in time.
    #[error("no answer within {} s", WITHIN.as_secs())]
    Late,
    /// It refused.
    #[error("answered with {0}")]
    Refused(u16),
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Heartbeat({})", self.host)
    }
}

impl Heartbeat {
    /// A heartbeat to this address; the system's roots are trusted.
    ///
    /// # Errors
    /// [`HeartbeatError::Address`] for anything but http and https.
    pub fn to(address: &str) -> Result<Self, HeartbeatError> {
        let url = Url::parse(address).map_err(|_| HeartbeatError::Address)?;
        let host = url.host_str().ok_or(HeartbeatError::Address)?.to_owned();
        let port = url.port_or_known_default().ok_or(HeartbeatError::Address)?;
        let tls = match url.scheme() {
            "http" => None,
            "https" => Some(TlsConnector::from(trust()?)),
            _ => return Err(HeartbeatError::Address),
        };
        Ok(Self { url, host, port, tls })
    }

    /// Asks for the address once. Redirects are not followed.
    ///
    /// # Errors
    /// When it was not reached or did not answer with success.
    pub async fn ping(&self) -> Result<(), HeartbeatError> {
        tokio::time::timeout(WITHIN, self.ask()).await.map_err(|_| HeartbeatError::Late)?
    }

    async fn ask(&self) -> Result<(), HeartbeatError> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let stream = TcpStream::connect((bare.as_str(), self.port)).await?;
        match &self.tls {
            None => self.speak(stream).await,
            Some(tls) => {
                let name = ServerName::try_from(bare).map_err(|_| HeartbeatError::Address)?;
                self.speak(tls.connect(name, stream).await?).await
            }
        }
    }

    async fn speak<S>(&self, stream: S) -> Result<(), HeartbeatError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let path = match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        };
        let host = match self.url.port() {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        };
        let request = Request::get(path)
            .header(header::HOST, host)
            .header(header::USER_AGENT, concat!("firebell-server/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close")
            .body(Empty::<Bytes>::new())
            .map_err(|_| HeartbeatError::Address)?;
        // It ends with the answer, or when the sender below is gone.
        let driving = tokio::spawn(connection);
        let status = sender.send_request(request).await.map(|answer| answer.status());
        driving.abort();
        match status? {
            status if status.is_success() => Ok(()),
            status => Err(HeartbeatError::Refused(status.as_u16())),
        }
    }
}

fn trust() -> Result<Arc<ClientConfig>, HeartbeatError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "a system certificate could not be read");
    }
    roots.add_parsable_certificates(native.certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be_asked_for_are_refused_and_none_is_printed() {
        for address in ["", "ftp://a.example/x", "a.example", "http://", "mailto:a@b.example"] {
            assert!(Heartbeat::to(address).is_err(), "{address}");
        }
        let secret = Heartbeat::to("https://a.example/ping/5f1e?x=1").expect("an address");
        assert_eq!(format!("{secret:?}"), "Heartbeat(a.example)");
    }
}
