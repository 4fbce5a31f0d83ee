//! Short addresses for people (D3): `/hot` declares, `/HOT-12` opens that incident on the desktop. The
//! page holds a link and nothing of the record, so that it is the same whether the incident exists or
//! not, and whoever asks.

use axum::{
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use firebell_domain::incident;

use super::failure::not_found;

/// No script, no style from elsewhere, in no frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(super) async fn declare() -> Response {
    page("Declare an incident", "firebell://declare", "Declare an incident in Firebell")
}

/// Every address that no route answers: a key, or nothing.
pub(super) async fn incident(method: Method, uri: Uri) -> Response {
    let number = uri.path().strip_prefix('/').and_then(incident::key_number);
    match number {
        // Written from the number, so that nothing of the address gets into the page.
        Some(number) if method == Method::GET || method == Method::HEAD => {
            let key = incident::key(number);
            page(&key, &format!("firebell://{key}"), &format!("Open {key} in Firebell"))
        }
        Some(_) => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        None => not_found().into_response(),
    }
}

fn page(title: &str, link: &str, words: &str) -> Response {
    let (title, link, words) = (escape(title), escape(link), escape(words));
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} · Firebell</title>\n\
         <style>body{{font:1.25rem system-ui,sans-serif;margin:20vh auto;max-width:30rem;\
         padding:0 1rem;text-align:center;color-scheme:light dark}}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p><a href=\"{link}\">{words}</a></p>\n\
         <p>Nothing happens? Firebell has to be installed on this computer.</p>\n</body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
