//! What only a program with windows can do.

use firebell_client::api::{ApiError, ErrorCode, session::Capabilities};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_opener::OpenerExt;

use crate::{
    capabilities,
    deep_link::{self, Place},
    link, ringing,
    siren::Siren,
    watch, windows,
};

/// What this desktop can and cannot do.
#[tauri::command]
pub(crate) async fn get_capabilities(app: AppHandle) -> Result<Capabilities, ApiError> {
    Ok(capabilities::ask(&app).await)
}

/// The desktop looks at itself now, rather than with its next regular look.
#[tauri::command]
pub(crate) async fn check_desktop(app: AppHandle) {
    watch::look(&app).await;
}

/// The window's first content is painted.
#[tauri::command]
pub(crate) async fn window_ready(window: WebviewWindow) {
    windows::ready(&window);
}

/// Closes the page window that asks.
#[tauri::command]
pub(crate) async fn close_page_window(window: WebviewWindow) {
    windows::close_page(&window);
}

/// Closes the quick line.
#[tauri::command]
pub(crate) async fn close_line_window(window: WebviewWindow) {
    windows::close_line(&window);
}

/// Shows the main window, at an incident if one is named; with its document and call for whoever joins it.
#[tauri::command]
pub(crate) async fn show_main(
    app: AppHandle,
    incident: Option<String>,
    joins: bool,
) -> Result<(), ApiError> {
    let Some(name) = incident else {
        windows::show_main(&app);
        return Ok(());
    };
    let incident = deep_link::incident(&name);
    let incident =
        incident.ok_or_else(|| ApiError::of(ErrorCode::Invalid, "no incident's name"))?;
    let place = if joins { Place::Joined(incident) } else { Place::Incident(incident) };
    windows::go(&app, place);
    Ok(())
}

/// Sounds the siren briefly.
#[tauri::command]
pub(crate) async fn test_sound(siren: State<'_, Siren>) -> Result<(), ApiError> {
    ringing::try_siren(&siren).await.map_err(ApiError::internal)
}

/// Opens an address in the browser or the mail program.
#[tauri::command]
pub(crate) async fn open_link(app: AppHandle, url: String) -> Result<(), ApiError> {
    let url = link::allowed(&url);
    let url =
        url.ok_or_else(|| ApiError::of(ErrorCode::Invalid, "not an https or mailto address"))?;
    app.opener().open_url(url.as_str(), None::<&str>).map_err(ApiError::internal)
}
