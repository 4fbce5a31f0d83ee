//! Signed webhooks, so that a gateway can call, text or chat (N3). The form is that of the Standard
//! Webhooks specification, for which there are libraries: `webhook-id`, `webhook-timestamp` and
//! `webhook-signature` over id, time and body.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use firebell_domain::{
    id::{EntityId, WorkspaceId},
    paging::Outcome,
    time::Timestamp,
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};
use url::{Host, Url};

use super::{
    notice::{Notice, Told, reason},
    reach::Reach,
    secret::Secret,
};

/// How long it may take to be connected, to any one address.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long a whole attempt may take: it has to end before the lease of its job does.
const ATTEMPT_WITHIN: Duration = Duration::from_secs(7);
/// What is read of an answer, in bytes: nothing of it is used, but the other side may want to finish.
const MAX_ANSWER: usize = 16 * 1024;
/// How long the rest of an answer is waited for, once its status is known.
const REST_WITHIN: Duration = Duration::from_millis(500);
/// Addresses of one name that are looked at; each of them must be allowed.
const MAX_ADDRESSES: usize = 16;

/// Sends webhooks of one record.
pub struct Webhooks {
    secret: Secret,
    reach: Reach,
    trust: Trust,
}

/// Whose certificates are believed: the system's roots, and a company's own.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

/// The body of a webhook. Documented in `docs/gateway/README.md`.
#[derive(Debug, Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    what: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonData<'a>>,
    languages: Vec<&'static str>,
    pages: Vec<PageData<'a>>,
}

#[derive(Debug, Serialize)]
struct PageData<'a> {
    delivery: String,
    page: EntityId,
    step: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<IncidentData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledge_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledge_until: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct PersonData<'a> {
    id: EntityId,
    name: &'a str,
    phone: &'a str,
}

#[derive(Debug, Serialize)]
struct IncidentData<'a> {
    key: &'a str,
    severity: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    restricted: bool,
    drill: bool,
    declared_at: Timestamp,
    paged_at: Timestamp,
}

impl Webhooks {
    /// Webhooks of a record, to wherever `reach` allows.
    #[must_use]
    pub fn new(secret: &Secret, workspace: WorkspaceId, reach: Reach, trust: Trust) -> Self {
        let secret = secret.for_purpose("webhook", workspace.0.as_bytes());
        Self { secret, reach, trust }
    }

    /// What a webhook's messages are signed with, as libraries of Standard Webhooks read it.
    #[must_use]
    pub fn signing_secret(&self, webhook: EntityId) -> String {
        format!("whsec_{}", STANDARD.encode(self.key(webhook).reveal()))
    }

    fn key(&self, webhook: EntityId) -> Secret {
        self.secret.for_purpose("signature", webhook.0.as_bytes())
    }

    /// Tells a webhook; `now` dates the signature.
    pub async fn send(
        &self,
        webhook: EntityId,
        url: &str,
        notice: &Notice,
        now: Timestamp,
    ) -> Outcome {
        let body = match serde_json::to_vec(&body(notice, now)) {
            Ok(body) => Bytes::from(body),
            Err(error) => return failed(error),
        };
        let secs = now.0.div_euclid(1_000).to_string();
        let id = notice.id.to_string();
        let signed = self.key(webhook).sign(&[id.as_bytes(), b".", secs.as_bytes(), b".", &body]);
        let headers = BTreeMap::from([
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.clone()),
            ("webhook-timestamp", secs),
            ("webhook-signature", format!("v1,{}", STANDARD.encode(signed))),
            ("idempotency-key", id),
            ("user-agent", concat!("Firebell/", env!("CARGO_PKG_VERSION")).to_owned()),
        ]);
        match tokio::time::timeout(ATTEMPT_WITHIN, self.post(url, &headers, body)).await {
            Err(_) => later("no answer in time"),
            Ok(Err(outcome)) => outcome,
            Ok(Ok(status)) => judge(status),
        }
    }

    /// One request to one address that was looked at before it was connected to. Redirects are not
    /// followed: they would lead past all of that.
    async fn post(
        &self,
        url: &str,
        headers: &BTreeMap<&'static str, String>,
        body: Bytes,
    ) -> Result<StatusCode, Outcome> {
        let target = Target::read(url).map_err(failed)?;
        let address = self.find(&target).await?;
        let tcp = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(address))
            .await
            .map_err(|_| later("it cannot be connected to in time"))?
            .map_err(later)?;
        let stream: Box<dyn Stream> = match &target.tls {
            Some(name) => {
                let tls = TlsConnector::from(Arc::clone(&self.trust.0));
                Box::new(tls.connect(name.clone(), tcp).await.map_err(later)?)
            }
            None => Box::new(tcp),
        };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&target.path)
            .header(header::HOST, &target.authority);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(body)).map_err(failed)?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(later)?;
        // Ends with this attempt, also when its time is up.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let answer = sender.send_request(request).await.map_err(later)?;
        let status = answer.status();
        // Read so that the other side sees an orderly end; how it goes, and how long it takes, changes
        // nothing of what was answered.
        let rest = Limited::new(answer.into_body(), MAX_ANSWER).collect();
        drop(tokio::time::timeout(REST_WITHIN, rest).await);
        Ok(status)
    }

    /// The address to connect to: every one that the name has must be allowed, so that it does not
    /// matter which one is taken, and it is looked up once.
    async fn find(&self, target: &Target) -> Result<SocketAddr, Outcome> {
        let found: Vec<SocketAddr> = match &target.host {
            Host::Ipv4(ip) => vec![SocketAddr::new(IpAddr::V4(*ip), target.port)],
            Host::Ipv6(ip) => vec![SocketAddr::new(IpAddr::V6(*ip), target.port)],
            Host::Domain(name) => tokio::net::lookup_host((name.as_str(), target.port))
                .await
                .map_err(later)?
                .take(MAX_ADDRESSES)
                .collect(),
        };
        for address in &found {
            if !self.reach.allows(address.ip()) {
                // How names resolve inside is nothing for the record.
                tracing::warn!(ip = %address.ip(), "a webhook may not reach this address");
                return Err(failed("its address is none that webhooks may reach"));
            }
            if target.tls.is_none() && !self.reach.is_named(address.ip()) {
                return Err(failed("only https, except to ranges that the operator allows"));
            }
        }
        found.first().copied().ok_or_else(|| later("it has no address"))
    }
}

/// Where to send, read once.
struct Target {
    host: Host<String>,
    port: u16,
    authority: String,
    path: String,
    tls: Option<ServerName<'static>>,
}

impl Target {
    fn read(url: &str) -> Result<Self, &'static str> {
        let url = Url::parse(url).map_err(|_| "its address cannot be read")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address with a name or password in it is not called");
        }
        let host = url.host().ok_or("its address names no host")?.to_owned();
        let tls = match url.scheme() {
            "https" => Some(match &host {
                Host::Domain(name) => {
                    ServerName::try_from(name.clone()).map_err(|_| "its host cannot be read")?
                }
                Host::Ipv4(ip) => ServerName::from(IpAddr::V4(*ip)),
                Host::Ipv6(ip) => ServerName::from(IpAddr::V6(*ip)),
            }),
            "http" => None,
            _ => return Err("only https and http are spoken"),
        };
        let port = url.port_or_known_default().ok_or("its address names no port")?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self { host, port, authority, path: format!("{}{query}", url.path()), tls })
    }
}

/// Whether a URL is one that a webhook can have, before anything is sent there.
///
/// # Errors
/// Why not, in words for the log.
pub fn check_url(url: &str) -> Result<(), &'static str> {
    Target::read(url).map(drop)
}

/// Both directions of a connection.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Not now.
fn later(why: impl std::fmt::Display) -> Outcome {
    Outcome::Retry { reason: reason(why) }
}

/// Never.
fn failed(why: impl std::fmt::Display) -> Outcome {
    Outcome::Failed { reason: reason(why) }
}

/// What an answer means for the delivery.
fn judge(status: StatusCode) -> Outcome {
    let said = format!("it answered {status}");
    match status {
        status if status.is_success() => Outcome::Delivered,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            later(said)
        }
        status if status.is_server_error() => later(said),
        // A redirect too: it is not followed.
        _ => failed(said),
    }
}

fn body(notice: &Notice, now: Timestamp) -> Body<'_> {
    let person = notice.person.as_ref().map(|person| PersonData {
        id: person.id,
        name: &person.name,
        phone: &person.phone,
    });
    let timestamp = chrono::DateTime::from_timestamp_millis(now.0)
        .map(|time| time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_default();
    let data = Data {
        attempt: notice.attempt,
        person,
        languages: notice.tongues.iter().map(|tongue| tongue.tag()).collect(),
        pages: notice.pages.iter().map(page).collect(),
    };
    Body { what: if notice.pages.is_empty() { "test" } else { "page" }, timestamp, data }
}

fn page(told: &Told) -> PageData<'_> {
    let incident = told.incident.as_ref().map(|about| IncidentData {
        key: &about.key,
        severity: about.severity,
        summary: about.summary.as_deref(),
        restricted: about.summary.is_none(),
        drill: about.drill,
        declared_at: about.declared_at,
        paged_at: about.paged_at,
    });
    PageData {
        delivery: told.delivery.to_string(),
        page: told.page,
        step: told.step,
        incident,
        acknowledge_url: told.acknowledge.as_ref().map(|link| link.url.as_str()),
        acknowledge_until: told.acknowledge.as_ref().map(|link| link.expires_at),
    }
}

impl Trust {
    /// The system's roots, and certificates in PEM besides.
    ///
    /// # Errors
    /// When those cannot be read.
    pub fn new(extra_ca: Option<&[u8]>) -> io::Result<Self> {
        let wrong = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        for error in &native.errors {
            tracing::warn!(%error, "a system certificate could not be read");
        }
        roots.add_parsable_certificates(native.certs);
        for certificate in extra_ca.into_iter().flat_map(CertificateDer::pem_slice_iter) {
            let certificate =
                certificate.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            roots.add(certificate).map_err(wrong)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

#[cfg(test)]
mod tests;
