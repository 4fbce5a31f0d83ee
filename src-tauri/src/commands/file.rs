//! Pictures and other files. Bytes cross as they are, in either direction: never as JSON.

use firebell_client::api::{
    ApiError, ErrorCode,
    file::{FileOf, FileView, PictureOf},
};
use percent_encoding::percent_decode_str;
use tauri::{
    State,
    ipc::{InvokeBody, Request, Response},
};

use crate::desk::Desk;

/// Keeps bytes that were pasted or dropped. Incident and name stand in headers, percent-encoded.
#[tauri::command]
pub(crate) async fn stage_file(
    desk: State<'_, Desk>,
    request: Request<'_>,
) -> Result<FileView, ApiError> {
    let header = |name: &str| {
        let value = request.headers().get(name)?.to_str().ok()?;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let wrong = || ApiError::of(ErrorCode::Invalid, "bytes, an incident and a name are needed");
    let InvokeBody::Raw(bytes) = request.body() else { return Err(wrong()) };
    let incident = header("firebell-incident").ok_or_else(wrong)?;
    let name = header("firebell-name").ok_or_else(wrong)?;
    desk.client().await?.stage_file(&incident, &name, bytes.clone()).await
}

/// A picture, drawn anew as PNG.
#[tauri::command]
pub(crate) async fn show_picture(
    desk: State<'_, Desk>,
    args: PictureOf,
) -> Result<Response, ApiError> {
    desk.client().await?.show_picture(args).await.map(Response::new)
}

/// Asks where, and saves a file there.
#[tauri::command]
pub(crate) async fn save_file(desk: State<'_, Desk>, args: FileOf) -> Result<bool, ApiError> {
    desk.client().await?.save_file(args).await
}

/// Tries again to send or to fetch a file.
#[tauri::command]
pub(crate) async fn retry_file(desk: State<'_, Desk>, args: FileOf) -> Result<(), ApiError> {
    desk.client().await?.retry_file(args).await
}
