//! Short addresses for people (D3): `/hot` declares, `/HOT-12` opens that incident on the desktop. The
//! page holds a link and nothing of the record, so that it is the same whether the incident exists or
//! not, and whoever asks.

use axum::{
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use firebell_domain::incident;

use super::failure::not_found;
use crate::markup::{self, escape};

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
    let (link, words) = (escape(link), escape(words));
    let body = format!(
        "<p><a href=\"{link}\">{words}</a></p>\n\
         <p>Nothing happens? Firebell has to be installed on this computer.</p>\n"
    );
    markup::page("en", title, &body)
}
