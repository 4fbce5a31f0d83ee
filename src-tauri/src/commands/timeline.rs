//! The stream of an incident.

use firebell_client::api::{
    ApiError,
    timeline::{AddEntry, EditEntry, ListStream, StreamPage},
};
use tauri::State;

use crate::desk::Desk;

/// Lines of the stream.
#[tauri::command]
pub(crate) async fn list_stream(
    desk: State<'_, Desk>,
    args: ListStream,
) -> Result<StreamPage, ApiError> {
    desk.client().await?.list_stream(args).await
}

/// Adds a line.
#[tauri::command]
pub(crate) async fn add_entry(desk: State<'_, Desk>, args: AddEntry) -> Result<String, ApiError> {
    desk.client().await?.add_entry(args).await
}

/// Corrects a line; its history is kept.
#[tauri::command]
pub(crate) async fn edit_entry(desk: State<'_, Desk>, args: EditEntry) -> Result<(), ApiError> {
    desk.client().await?.edit_entry(args).await
}
