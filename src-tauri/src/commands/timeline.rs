//! The stream of an incident.

use firebell_client::api::{
    ApiError,
    timeline::{AddEntry, EditEntry, ListStream, StreamPage, VerbView, Written},
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

/// Writes what was typed: a line, or what a verb before it asks for.
#[tauri::command]
pub(crate) async fn write_line(desk: State<'_, Desk>, args: AddEntry) -> Result<Written, ApiError> {
    desk.client().await?.write_line(args).await
}

/// What a line may begin with.
#[tauri::command]
pub(crate) async fn list_verbs(desk: State<'_, Desk>, args: ()) -> Result<Vec<VerbView>, ApiError> {
    desk.client().await?.list_verbs(args).await
}

/// Corrects a line; its history is kept.
#[tauri::command]
pub(crate) async fn edit_entry(desk: State<'_, Desk>, args: EditEntry) -> Result<(), ApiError> {
    desk.client().await?.edit_entry(args).await
}
