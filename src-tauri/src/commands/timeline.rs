//! The stream of an incident.

use firebell_client::api::{
    ApiError,
    timeline::{
        AddEntry, EditEntries, EditEntry, FollowStream, LineIncident, LinkView, ListStream,
        StreamChanges, StreamPage, VerbView, Written,
        past::{EntryHistory, IncidentAt, IncidentMoment, Picture},
        phrase::{ReadTime, TimeReading},
    },
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

/// Reads a time as people say it.
#[tauri::command]
pub(crate) async fn read_time(
    desk: State<'_, Desk>,
    args: ReadTime,
) -> Result<TimeReading, ApiError> {
    desk.client().await?.read_time(args).await
}

/// What is new in a stream.
#[tauri::command]
pub(crate) async fn follow_stream(
    desk: State<'_, Desk>,
    args: FollowStream,
) -> Result<StreamChanges, ApiError> {
    desk.client().await?.follow_stream(args).await
}

/// Does one thing to many lines.
#[tauri::command]
pub(crate) async fn edit_entries(
    desk: State<'_, Desk>,
    args: EditEntries,
) -> Result<u32, ApiError> {
    desk.client().await?.edit_entries(args).await
}

/// What lines of an incident can be linked to.
#[tauri::command]
pub(crate) async fn list_linkable(
    desk: State<'_, Desk>,
    args: String,
) -> Result<Vec<LinkView>, ApiError> {
    desk.client().await?.list_linkable(args).await
}

/// Who changed what of a line.
#[tauri::command]
pub(crate) async fn get_entry_history(
    desk: State<'_, Desk>,
    args: String,
) -> Result<EntryHistory, ApiError> {
    desk.client().await?.get_entry_history(args).await
}

/// An incident as of a moment.
#[tauri::command]
pub(crate) async fn get_incident_at(
    desk: State<'_, Desk>,
    args: IncidentMoment,
) -> Result<IncidentAt, ApiError> {
    desk.client().await?.get_incident_at(args).await
}

/// What lasted in an incident, for its picture.
#[tauri::command]
pub(crate) async fn get_picture(desk: State<'_, Desk>, args: String) -> Result<Picture, ApiError> {
    desk.client().await?.get_picture(args).await
}

/// Where a quick line may go.
#[tauri::command]
pub(crate) async fn list_line_incidents(
    desk: State<'_, Desk>,
    args: (),
) -> Result<Vec<LineIncident>, ApiError> {
    desk.client().await?.list_line_incidents(args).await
}
