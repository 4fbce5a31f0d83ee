//! E-mail by SMTP. Encrypted and checked against the system's certificates, except on this computer or
//! where the operator says plainly that it should not be.

use std::{net::IpAddr, time::Duration};

use firebell_domain::paging::Outcome;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use tokio::sync::Semaphore;
use url::{Host, Url};
use uuid::Uuid;

use super::{
    letter::Letter,
    link::Links,
    notice::{Notice, reason},
    warning::Warning,
};

/// How long connecting to the mail server may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(6);
/// How long a whole attempt may take, waiting for a connection included: it has to end before the lease of
/// its job does. RFC 5321 allows minutes; a page cannot wait so long, and tries again.
const ATTEMPT_WITHIN: Duration = Duration::from_secs(7);
/// Connections to the mail server at once; more wait. Each is for one letter: one that was given up in the
/// middle holds an answer that would be taken for the next letter's.
const CONNECTIONS: usize = 4;

/// Where e-mail goes out.
#[derive(Debug, Clone)]
pub struct MailSetup {
    /// `smtp://[name:password@]host[:port][?tls=required]` (STARTTLS, port 587) or `smtps://…` (port 465).
    pub url: String,
    /// From whom: an address, or `Name <address>`.
    pub from: String,
    /// Lets `smtp://` to another computer go without encryption.
    pub plain: bool,
    /// Certificates in PEM that are trusted besides the system's.
    pub extra_ca: Option<Vec<u8>>,
}

/// Sends e-mail.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    room: Semaphore,
}

impl Mail {
    /// Reads the setup; connects to nothing yet.
    ///
    /// # Errors
    /// In words for the operator.
    pub fn new(setup: &MailSetup) -> Result<Self, String> {
        let from: Mailbox =
            setup.from.parse().map_err(|error| format!("the sender {}: {error}", setup.from))?;
        // The address may hold a password: it is in no error.
        let url = Url::parse(&setup.url).map_err(|error| format!("the SMTP address: {error}"))?;
        let host = url.host().ok_or("the SMTP address names no host")?;
        let name = match &host {
            Host::Domain(name) => (*name).to_owned(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        let tls = || {
            let mut tls = TlsParameters::builder(name.clone());
            if let Some(pem) = &setup.extra_ca {
                let extra = Certificate::from_pem(pem).map_err(|e| e.to_string())?;
                tls = tls.add_root_certificate(extra);
            }
            tls.build().map_err(|error| error.to_string())
        };
        let required = match url.query() {
            None => false,
            Some("tls=required") if !setup.plain => true,
            Some("tls=required") => {
                return Err(
                    "the SMTP address asks for encryption, and --smtp-plain for none".into()
                );
            }
            Some(_) => return Err("the SMTP address may end with ?tls=required, no other".into()),
        };
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::Wrapper(tls()?), 465),
            "smtp" if !required && (setup.plain || is_here(&name)) => (Tls::None, 25),
            "smtp" => (Tls::Required(tls()?), 587),
            other => return Err(format!("{other} is not a way to send mail: smtp or smtps")),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(name)
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(CONNECT_WITHIN));
        if !url.username().is_empty() {
            let user = decoded(url.username());
            let password = decoded(url.password().unwrap_or_default());
            builder = builder.credentials(Credentials::new(user, password));
        }
        let room = Semaphore::new(CONNECTIONS);
        Ok(Self { transport: builder.build(), from, room })
    }

    /// Sends a notice to an address; `links` say where its incidents can be opened.
    pub async fn send(&self, to: &str, notice: &Notice, links: Option<&Links>) -> Outcome {
        let name = notice.person.as_ref().map(|person| person.name.clone());
        self.post(to, name, notice.id, Letter::of(notice, links)).await
    }

    /// Warns somebody of people whom a page would not reach.
    pub async fn warn(&self, warning: &Warning) -> Outcome {
        let name = Some(warning.name.clone());
        self.post(&warning.address, name, warning.id, Letter::of_warning(warning)).await
    }

    /// Sends a letter under an id that is the same for a resend.
    async fn post(&self, to: &str, name: Option<String>, id: Uuid, letter: Letter) -> Outcome {
        let Ok(to) = to.trim().parse::<Address>() else {
            let reason = format!("{} is not an e-mail address", reason(to));
            return Outcome::Failed { reason };
        };
        let message = match self.write(Mailbox::new(name, to), id, letter) {
            Ok(message) => message,
            Err(error) => return Outcome::Failed { reason: reason(error) },
        };
        let attempt = async {
            // Never closed, so there is always room in the end.
            let _room = self.room.acquire().await.ok();
            self.transport.send(message).await
        };
        match tokio::time::timeout(ATTEMPT_WITHIN, attempt).await {
            Err(_) => {
                Outcome::Retry { reason: "the mail server did not answer in time".to_owned() }
            }
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => refused(&error),
        }
    }

    /// Connects and says hello, nothing more.
    ///
    /// # Errors
    /// In words for the operator.
    pub async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(ATTEMPT_WITHIN, self.transport.test_connection()).await {
            Err(_) => Err("no answer in time".to_owned()),
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server does not want to talk".to_owned()),
            Ok(Err(error)) => Err(words(&error)),
        }
    }

    fn write(
        &self,
        to: Mailbox,
        id: Uuid,
        letter: Letter,
    ) -> Result<Message, lettre::error::Error> {
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject)
            // The same for a resend: mail servers and readers drop what they have.
            .message_id(Some(format!("<{id}@{domain}>")))
            .header(AutoSubmitted)
            .header(Delivery(id))
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
    }
}

/// RFC 3834: an absence notice must not answer this.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Which delivery it is, for whoever searches a mail server's log.
#[derive(Clone)]
struct Delivery(Uuid);

impl Header for Delivery {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Firebell-Delivery")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_string())
    }
}

/// A mail server that says 5xx has decided; everything else may pass.
fn refused(error: &SmtpError) -> Outcome {
    let reason = words(error);
    if error.is_permanent() { Outcome::Failed { reason } } else { Outcome::Retry { reason } }
}

/// An error with what lies under it: the code and words of the mail server.
fn words(error: &SmtpError) -> String {
    let mut text = error.to_string();
    let mut inner = std::error::Error::source(error);
    while let Some(error) = inner {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        inner = error.source();
    }
    reason(text)
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// A part of a URL as it was meant.
fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(url: &str) -> MailSetup {
        let from = "Firebell <firebell@example.org>".to_owned();
        MailSetup { url: url.to_owned(), from, plain: false, extra_ca: None }
    }

    #[test]
    fn an_operator_hears_what_is_wrong_and_never_the_password() {
        let cases = [
            "smtp://",
            "http://mail.example",
            "mail.example:25",
            "smtp://u:secret@:25",
            "smtp://u:secret@mail.example?tls=none",
            "smtp://mail.example?starttls=always",
            "",
        ];
        for url in cases {
            let error = Mail::new(&setup(url)).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert!(!error.contains("secret"), "{error}");
        }
        let both = MailSetup { plain: true, ..setup("smtp://m?tls=required") };
        assert!(Mail::new(&both).is_err());
        assert!(Mail::new(&MailSetup { from: "nobody".to_owned(), ..setup("smtp://m") }).is_err());
    }

    #[test]
    fn only_this_computer_goes_without_encryption() {
        for (host, here) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("mail.example", false),
            ("10.0.0.1", false),
            ("localhost.example", false),
        ] {
            assert_eq!(is_here(host), here, "{host}");
        }
    }

    #[test]
    fn what_is_escaped_in_an_address_is_meant_as_written() {
        assert_eq!(decoded("p%40ss%2Fw%C3%B6rd"), "p@ss/wörd");
    }
}
