//! Who may talk to a loopback port.
//!
//! Any page in the browser can send requests to `127.0.0.1`, and a name of its own can be made to point
//! here. Therefore:
//! - the `Host` header must name loopback and this port (a foreign name that resolves here does not);
//! - an `Origin`, where there is one, must be this one, and a page of another site is not let in by
//!   `Sec-Fetch-Site` either;
//! - every call needs the token of this run: in a cookie that the first page load sets (`HttpOnly`,
//!   `SameSite=Strict`, so no other site's page sends or reads it), or in the header `x-firebell-token`
//!   for a program that read it from the line printed at start.
//!
//! While working on the UI, a development server stands in front and hands calls on
//! (`--dev-server localhost:1420`). Its page cannot have the cookie; for calls under its name the browser
//! itself must say that they come from there (`Sec-Fetch-Site: same-origin`, which no page can forge).
//!
//! Not protected against: other programs of this computer, which can load the page as a browser does.

use std::net::SocketAddr;

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{COOKIE, HOST, ORIGIN},
};

/// Header that carries the token for programs.
pub const TOKEN_HEADER: &str = "x-firebell-token";

/// The token and address of one run.
#[derive(Debug, Clone)]
pub struct Guard {
    address: SocketAddr,
    token: String,
    dev_server: Option<String>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// It names another host.
    Host,
    /// It comes from a page of another site.
    Origin,
    /// It has no token of this run.
    Token,
}

impl Guard {
    /// With a fresh token.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let token = format!("{:032x}", rand::random::<u128>());
        Self { address, token, dev_server: None }
    }

    /// Lets the page of a development server in, by its name and port.
    #[must_use]
    pub fn with_dev_server(mut self, name: Option<String>) -> Self {
        self.dev_server = name.map(|name| name.to_ascii_lowercase());
        self
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether a page load may be answered.
    ///
    /// # Errors
    /// Why not.
    pub fn page(&self, headers: &HeaderMap) -> Result<(), Turned> {
        let host = text(headers, &HOST).ok_or(Turned::Host)?;
        if !self.names().contains(&host.to_ascii_lowercase()) {
            return Err(Turned::Host);
        }
        if let Some(origin) = text(headers, &ORIGIN) {
            let own = self
                .names()
                .iter()
                .any(|name| origin.eq_ignore_ascii_case(&format!("http://{name}")));
            if !own {
                return Err(Turned::Origin);
            }
        }
        match text(headers, &HeaderName::from_static("sec-fetch-site")) {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) => Err(Turned::Origin),
        }
    }

    /// Whether a call may be answered.
    ///
    /// # Errors
    /// Why not.
    pub fn call(&self, headers: &HeaderMap) -> Result<(), Turned> {
        self.page(headers)?;
        let header = text(headers, &HeaderName::from_static(TOKEN_HEADER));
        let name = self.cookie_name();
        let cookie = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value);
        if self.is_dev_server(headers) {
            return Ok(());
        }
        let known = [header, cookie].into_iter().flatten().any(|token| same(token, &self.token));
        if known { Ok(()) } else { Err(Turned::Token) }
    }

    /// The cookie that a page load sets.
    #[must_use]
    pub fn cookie(&self) -> Option<HeaderValue> {
        let (name, token) = (self.cookie_name(), &self.token);
        HeaderValue::from_str(&format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/")).ok()
    }

    /// Cookies do not know about ports: two runs side by side need two names.
    fn cookie_name(&self) -> String {
        format!("firebell_devhost_{}", self.address.port())
    }

    fn is_dev_server(&self, headers: &HeaderMap) -> bool {
        let host = text(headers, &HOST).map(str::to_ascii_lowercase);
        let site = text(headers, &HeaderName::from_static("sec-fetch-site"));
        self.dev_server.is_some() && host == self.dev_server && site == Some("same-origin")
    }

    fn names(&self) -> Vec<String> {
        let own = [self.address.to_string(), format!("localhost:{}", self.address.port())];
        own.into_iter().chain(self.dev_server.clone()).collect()
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Compares in the same time wherever they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))
        });
        pairs.collect()
    }

    #[test]
    fn only_this_page_with_the_token_of_this_run_is_answered() {
        let guard = Guard::new("127.0.0.1:4420".parse().expect("an address"));
        let cookie = format!("other=1; firebell_devhost_4420={}", guard.token());
        let own = ("host", "127.0.0.1:4420");
        let site = |site| ("sec-fetch-site", site);
        let answer = |pairs: &[(&'static str, &str)]| guard.call(&headers(pairs));
        assert_eq!(answer(&[own, ("cookie", &cookie)]), Ok(()));
        assert_eq!(answer(&[own, ("x-firebell-token", guard.token())]), Ok(()));
        assert_eq!(answer(&[("host", "LOCALHOST:4420"), ("cookie", &cookie)]), Ok(()));
        let origin = ("origin", "http://127.0.0.1:4420");
        assert_eq!(answer(&[own, origin, site("same-origin"), ("cookie", &cookie)]), Ok(()));
        for (turned, pairs) in [
            (Turned::Token, vec![own]),
            (Turned::Token, vec![own, ("cookie", "firebell_devhost_4420=0")]),
            (Turned::Host, vec![("cookie", cookie.as_str())]),
            (Turned::Host, vec![("host", "rebound.example:4420"), ("cookie", &cookie)]),
            (Turned::Host, vec![("host", "127.0.0.1:4421"), ("cookie", &cookie)]),
            (Turned::Origin, vec![own, ("origin", "http://evil.example"), ("cookie", &cookie)]),
            (Turned::Origin, vec![own, ("origin", "http://127.0.0.1:1"), ("cookie", &cookie)]),
            (Turned::Origin, vec![own, ("origin", "null"), ("cookie", &cookie)]),
            (Turned::Origin, vec![own, site("cross-site"), ("cookie", &cookie)]),
            (Turned::Origin, vec![own, site("same-site"), ("cookie", &cookie)]),
        ] {
            assert_eq!(answer(&pairs), Err(turned), "{pairs:?}");
        }
    }
    #[test]
    fn a_development_server_is_let_in_by_its_name_and_by_what_the_browser_says() {
        let address = "127.0.0.1:4420".parse().expect("an address");
        let guard = Guard::new(address).with_dev_server(Some("localhost:1420".to_owned()));
        let dev = ("host", "localhost:1420");
        let same = ("sec-fetch-site", "same-origin");
        let answer = |pairs: &[(&'static str, &str)]| guard.call(&headers(pairs));
        assert_eq!(answer(&[dev, same]), Ok(()));
        assert_eq!(answer(&[dev]), Err(Turned::Token));
        assert_eq!(answer(&[dev, ("sec-fetch-site", "cross-site")]), Err(Turned::Origin));
        assert_eq!(answer(&[("host", "127.0.0.1:4420"), same]), Err(Turned::Token));
        assert_eq!(Guard::new(address).call(&headers(&[dev, same])), Err(Turned::Host));
    }
}
