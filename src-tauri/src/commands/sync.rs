//! What has left this desktop and what was refused.

use firebell_client::api::{
    ApiError,
    sync::{ConflictView, SyncView},
};
use tauri::State;

use crate::desk::Desk;

/// What waits, and whether the server is there.
#[tauri::command]
pub(crate) async fn get_sync(desk: State<'_, Desk>, args: ()) -> Result<SyncView, ApiError> {
    desk.client().await?.get_sync(args).await
}

/// What was refused and waits for its author.
#[tauri::command]
pub(crate) async fn list_conflicts(
    desk: State<'_, Desk>,
    args: (),
) -> Result<Vec<ConflictView>, ApiError> {
    desk.client().await?.list_conflicts(args).await
}

/// The author has dealt with it.
#[tauri::command]
pub(crate) async fn dismiss_conflict(desk: State<'_, Desk>, args: String) -> Result<(), ApiError> {
    desk.client().await?.dismiss_conflict(args).await
}

/// Issues it again on top of what stands.
#[tauri::command]
pub(crate) async fn reapply_conflict(desk: State<'_, Desk>, args: String) -> Result<(), ApiError> {
    desk.client().await?.reapply_conflict(args).await
}
