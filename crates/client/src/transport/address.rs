//! A server's address as a person enters it.

use url::{Host, Url};

use crate::api::ApiError;

/// Where a server is: `https://…`, or `http://…` on this very computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As it is shown and stored.
    pub url: String,
    /// Name or number of the host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS.
    pub tls: bool,
}

impl Address {
    /// Reads what a person entered; a missing `https://` is added.
    ///
    /// # Errors
    /// `Invalid` on the field `server`.
    pub fn parse(entered: &str) -> Result<Self, ApiError> {
        let wrong = || ApiError::field("server", "error-server-address");
        let entered = entered.trim();
        let text =
            if entered.contains("://") { entered.to_owned() } else { format!("https://{entered}") };
        let url = Url::parse(&text).map_err(|_| wrong())?;
        let loopback = match url.host().ok_or_else(wrong)? {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let tls = match url.scheme() {
            "https" => true,
            "http" if loopback => false,
            "http" => return Err(ApiError::field("server", "error-server-not-https")),
            _ => return Err(wrong()),
        };
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(wrong());
        }
        let host = url.host_str().ok_or_else(wrong)?.to_owned();
        let port = url.port_or_known_default().ok_or_else(wrong)?;
        Ok(Self { url: url.origin().ascii_serialization(), host, port, tls })
    }

    /// `host:port`, as HTTP names it.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_computer_alone() {
        for good in
            ["https://hot.example", "hot.example:8443", "http://127.0.0.1:9", "http://[::1]:9"]
        {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hot.example",
            "http://127.0.0.1.example",
            "ftp://hot.example",
            "https://me:secret@hot.example",
            "https://hot.example/path",
            "",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
