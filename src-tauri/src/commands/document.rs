//! The state document of an incident, the tables beside it, and the incident as Markdown.

use firebell_client::api::{
    ApiError,
    document::{
        AddProductionChange, AddWorkstream, DocumentView, EditProductionChange, EditWorkstream,
        IncidentExport, OpenDocument, PlaceCaret, TablesView, WriteDocument,
    },
};
use tauri::State;

use crate::desk::Desk;

/// What stands in a state document, or what came to it since.
#[tauri::command]
pub(crate) async fn open_document(
    desk: State<'_, Desk>,
    args: OpenDocument,
) -> Result<DocumentView, ApiError> {
    desk.client().await?.open_document(args).await
}

/// Nobody looks at it here any more.
#[tauri::command]
pub(crate) async fn close_document(desk: State<'_, Desk>, args: String) -> Result<(), ApiError> {
    desk.client().await?.close_document(args).await
}

/// Begins it, with headings to write under.
#[tauri::command]
pub(crate) async fn begin_document(desk: State<'_, Desk>, args: String) -> Result<(), ApiError> {
    desk.client().await?.begin_document(args).await
}

/// Keeps what was written in it.
#[tauri::command]
pub(crate) async fn write_document(
    desk: State<'_, Desk>,
    args: WriteDocument,
) -> Result<(), ApiError> {
    desk.client().await?.write_document(args).await
}

/// Tells others who look at it where this person is.
#[tauri::command]
pub(crate) async fn place_caret(desk: State<'_, Desk>, args: PlaceCaret) -> Result<(), ApiError> {
    desk.client().await?.place_caret(args).await
}

/// The tables beside it.
#[tauri::command]
pub(crate) async fn get_tables(
    desk: State<'_, Desk>,
    args: String,
) -> Result<TablesView, ApiError> {
    desk.client().await?.get_tables(args).await
}

/// Writes a change to production down.
#[tauri::command]
pub(crate) async fn add_production_change(
    desk: State<'_, Desk>,
    args: AddProductionChange,
) -> Result<String, ApiError> {
    desk.client().await?.add_production_change(args).await
}

/// Changes one field of it; its history is kept.
#[tauri::command]
pub(crate) async fn edit_production_change(
    desk: State<'_, Desk>,
    args: EditProductionChange,
) -> Result<(), ApiError> {
    desk.client().await?.edit_production_change(args).await
}

/// Begins a workstream.
#[tauri::command]
pub(crate) async fn add_workstream(
    desk: State<'_, Desk>,
    args: AddWorkstream,
) -> Result<String, ApiError> {
    desk.client().await?.add_workstream(args).await
}

/// Changes one field of it; its history is kept.
#[tauri::command]
pub(crate) async fn edit_workstream(
    desk: State<'_, Desk>,
    args: EditWorkstream,
) -> Result<(), ApiError> {
    desk.client().await?.edit_workstream(args).await
}

/// The incident as Markdown.
#[tauri::command]
pub(crate) async fn export_incident(
    desk: State<'_, Desk>,
    args: String,
) -> Result<IncidentExport, ApiError> {
    desk.client().await?.export_incident(args).await
}
