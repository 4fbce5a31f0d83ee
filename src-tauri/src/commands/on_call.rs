//! Who is on call.

use firebell_client::api::{
    ApiError,
    on_call::{AddOverride, OnCallView},
};
use tauri::State;

use crate::desk::Desk;

/// Who is on call now and next.
#[tauri::command]
pub(crate) async fn list_on_call(desk: State<'_, Desk>, args: ()) -> Result<OnCallView, ApiError> {
    desk.client().await?.list_on_call(args).await
}

/// Somebody stands in for a time.
#[tauri::command]
pub(crate) async fn add_override(
    desk: State<'_, Desk>,
    args: AddOverride,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.add_override(args).await
}

/// And does not any more.
#[tauri::command]
pub(crate) async fn remove_override(
    desk: State<'_, Desk>,
    args: String,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.remove_override(args).await
}
