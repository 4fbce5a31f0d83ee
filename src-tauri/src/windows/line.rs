//! The quick line: one small window over whatever program is in front, for a line of the stream (C5, T1).
//! It takes the focus, because the person has just pressed the keys that ask for it.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::{FIRST_PAINT, LINE, fenced, log};

/// Size: the incident, one line that grows to three, and what the keys do.
const SIZE: (f64, f64) = (620.0, 168.0);

/// Opens the quick line for something that happened at `at`, in milliseconds: when the keys were pressed,
/// not when the window was there. One that is open already keeps its text and its time.
pub(crate) fn open_line(app: &AppHandle, at: i64) {
    if let Some(window) = app.get_webview_window(LINE) {
        show(&window);
        return;
    }
    let url = WebviewUrl::App(format!("line.html?at={at}").into());
    let builder = WebviewWindowBuilder::new(app, LINE, url)
        .title("Firebell")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(360.0, 140.0)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .skip_taskbar(true)
        .focused(true)
        .center()
        .visible(false);
    match fenced(builder).build() {
        Ok(window) => {
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(FIRST_PAINT).await;
                if !window.is_visible().unwrap_or(true) {
                    show(&window);
                }
            });
        }
        Err(error) => tracing::error!(%error, "no window for a quick line"),
    }
}

/// It has painted.
pub(super) fn ready(window: &WebviewWindow) {
    show(window);
}

/// Closes the quick line when it asks for that itself.
pub(crate) fn close_line(window: &WebviewWindow) {
    if window.label() == LINE {
        log(window.destroy(), "closing the quick line");
    }
}

fn show(window: &WebviewWindow) {
    log(window.show(), "showing the quick line");
    log(window.set_always_on_top(true), "keeping the quick line on top");
    log(window.set_focus(), "focusing the quick line");
}
