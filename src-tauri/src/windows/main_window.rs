//! The main window: opened hidden, shown when it has painted, put away rather than closed.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use super::{FIRST_PAINT, MAIN, closing, fenced, log, tell};
use crate::desk::Desk;

/// What of the window is kept from one start to the next. Not whether it could be seen: that is decided
/// by how the program was started.
pub(crate) const KEPT: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED)
    .union(StateFlags::FULLSCREEN);

/// Opens the main window, not yet to be seen. `first` is a script that hands it its first answers.
pub(crate) fn open_main(app: &AppHandle, first: Option<String>) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Firebell")
        .inner_size(1_280.0, 840.0)
        .min_inner_size(720.0, 560.0)
        .center()
        .zoom_hotkeys_enabled(true)
        // Files that are dropped arrive as bytes in the page, as in a browser; no path ever crosses.
        .disable_drag_drop_handler()
        .visible(false);
    let builder = match first {
        Some(script) => builder.initialization_script(script),
        None => builder,
    };
    let window = fenced(builder).build()?;
    let closing = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => closing::requested(&closing, api),
        // Also while it runs: a program that is killed writes nothing at its end.
        WindowEvent::Focused(false) => keep(closing.app_handle()),
        _ => {}
    });
    let late = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(FIRST_PAINT).await;
        if !late.is_visible().unwrap_or(true) && !late.state::<Desk>().starts_hidden() {
            tracing::warn!("the window has not painted yet and is shown as it is");
            log(late.show(), "showing the window");
        }
    });
    Ok(())
}

/// It has painted, and hears what it is told from now on.
pub(super) fn ready(window: &WebviewWindow) {
    let desk = window.state::<Desk>();
    if !desk.starts_hidden() && !window.is_visible().unwrap_or(false) {
        log(window.show(), "showing the window");
    }
    if let Some(place) = desk.window_is_ready() {
        tell(window.app_handle(), &place);
    }
}

/// Shows the main window to a person who asked for it.
pub(crate) fn show_main(app: &AppHandle) {
    app.state::<Desk>().wanted();
    let Some(window) = app.get_webview_window(MAIN) else { return };
    log(window.unminimize(), "restoring the window");
    log(window.show(), "showing the window");
    log(window.set_focus(), "focusing the window");
}

/// Lets the main window be seen without taking the focus: it lists pages that have no window.
pub(crate) fn show_main_behind(app: &AppHandle) {
    app.state::<Desk>().wanted();
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if !window.is_visible().unwrap_or(true) {
        log(window.show(), "showing the window");
    }
}

fn keep(app: &AppHandle) {
    if let Err(error) = app.save_window_state(KEPT) {
        tracing::debug!(%error, "the window's place was not kept");
    }
}
