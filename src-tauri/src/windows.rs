//! The windows: one main window, one small window for each of the first pages that ring, and the quick line.

mod closing;
mod line;
mod main_window;
mod page;

use std::time::Duration;

use tauri::{
    AppHandle, Emitter, Manager, Url, UserAttentionType, WebviewWindow, WebviewWindowBuilder, Wry,
    webview::NewWindowResponse,
};

use crate::{deep_link::Place, desk::Desk};

pub(crate) use closing::{LastClose, quit};
pub(crate) use line::{close_line, open_line};
pub(crate) use main_window::{KEPT, open_main, show_main, show_main_behind};
pub(crate) use page::{OpenPages, close_page, open_page, page_is_over};

/// The main window's label.
pub(crate) const MAIN: &str = "main";
/// How page windows' labels begin; what they may do is in `capabilities/page.json`.
pub(crate) const PAGE: &str = "page-";
/// The quick line's label; what it may do is in `capabilities/line.json`.
pub(crate) const LINE: &str = "line";

/// A window that has not painted after this is shown as it is: a person must not wait for nothing.
const FIRST_PAINT: Duration = Duration::from_secs(3);

/// A window's content is painted: shows it.
pub(crate) fn ready(window: &WebviewWindow) {
    if window.label() == MAIN {
        main_window::ready(window);
    } else if window.label() == LINE {
        line::ready(window);
    } else {
        page::ready(window);
    }
}

/// Goes to a place in the main window, as soon as it can.
pub(crate) fn go(app: &AppHandle, place: Place) {
    show_main(app);
    if let Some(place) = app.state::<Desk>().keep_place(place) {
        tell(app, &place);
    }
}

/// Asks for the person's attention on the task bar, by every window that is there.
pub(crate) fn ask_attention(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        let asked = window.request_user_attention(Some(UserAttentionType::Critical));
        log(asked, "asking for attention");
    }
}

fn tell(app: &AppHandle, place: &Place) {
    log(app.emit_to(MAIN, "firebell", place.event()), "telling the window where to go");
}

/// What every window has in common: it shows our files and nothing else, ever.
fn fenced<'a>(
    builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    builder
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_document_title_changed(|window, title| {
            log(window.set_title(&title), "naming a window");
        })
}

/// Whether an address is of this program's own files.
fn is_ours(url: &Url) -> bool {
    let development = tauri::is_dev() && url.scheme() == "http" && url.port() == Some(1420);
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // How Windows spells it.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows) && url.port().is_none(),
        (_, Some("localhost")) => development,
        _ => false,
    }
}

/// A window that does not follow is not worth ending for.
fn log<T>(result: tauri::Result<T>, doing: &str) {
    if let Err(error) = result {
        tracing::warn!(%error, doing, "a window did not follow");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_never_leaves_this_program() {
        let ours = |address: &str| is_ours(&address.parse().expect("an address"));
        for address in ["tauri://localhost", "tauri://localhost/page.html?id=1"] {
            assert!(ours(address), "{address}");
        }
        for address in [
            "https://example.org",
            "http://localhost",
            "http://localhost:8080",
            "https://localhost:1420",
            "tauri://example.org",
            "tauri://localhost.example.org",
            "http://tauri.localhost",
            "http://tauri.localhost.example.org",
            "file:///etc/passwd",
            "about:blank",
            "data:text/html,x",
            "javascript:alert(1)",
            "blob:tauri://localhost/x",
            "ipc://localhost/x",
            "asset://localhost/etc/passwd",
        ] {
            assert!(!ours(address), "{address}");
        }
        assert_eq!(ours("http://localhost:1420/"), tauri::is_dev());
    }
}
