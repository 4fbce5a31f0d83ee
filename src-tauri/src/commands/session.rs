//! First start, session, preferences, the directory.

use firebell_client::api::{
    ApiError,
    session::{ConnectServer, DirectoryView, Preferences, StartSolo, StartView},
};
use tauri::State;

use crate::desk::Desk;

/// What the window shows first.
#[tauri::command]
pub(crate) async fn get_start(desk: State<'_, Desk>, args: ()) -> Result<StartView, ApiError> {
    match desk.client().await {
        Ok(client) => client.get_start(args).await,
        // A window that can say what is wrong, rather than none.
        Err(error) => Ok(StartView::Unusable { error, rescued: None, rescued_count: 0 }),
    }
}

/// Keeps everything on this computer.
#[tauri::command]
pub(crate) async fn start_solo(
    desk: State<'_, Desk>,
    args: StartSolo,
) -> Result<StartView, ApiError> {
    desk.client().await?.start_solo(args).await
}

/// Joins a company's server.
#[tauri::command]
pub(crate) async fn connect_server(
    desk: State<'_, Desk>,
    args: ConnectServer,
) -> Result<StartView, ApiError> {
    desk.client().await?.connect_server(args).await
}

/// Ends the session.
#[tauri::command]
pub(crate) async fn sign_out(desk: State<'_, Desk>, args: ()) -> Result<StartView, ApiError> {
    desk.client().await?.sign_out(args).await
}

/// The person's choices on this desktop.
#[tauri::command]
pub(crate) async fn get_preferences(
    desk: State<'_, Desk>,
    args: (),
) -> Result<Preferences, ApiError> {
    desk.client().await?.get_preferences(args).await
}

/// Changes them.
#[tauri::command]
pub(crate) async fn set_preferences(
    desk: State<'_, Desk>,
    args: Preferences,
) -> Result<Preferences, ApiError> {
    desk.client().await?.set_preferences(args).await
}

/// Everyone and everything that a form may name.
#[tauri::command]
pub(crate) async fn list_directory(
    desk: State<'_, Desk>,
    args: (),
) -> Result<DirectoryView, ApiError> {
    desk.client().await?.list_directory(args).await
}
