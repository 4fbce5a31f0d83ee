//! The board, declaring, one incident and command of it.

use firebell_client::api::{
    ApiError,
    incident::{
        BoardView, CommandIncident, DeclareForm, DeclareView, Declared, EditIncident, IncidentPage,
        IncidentRow, IncidentView, ListIncidents, LookAt, PagePreview,
    },
    queue::QueueView,
    role::{AssignRole, BriefView, ChangeRole},
    sync::SearchHit,
};
use tauri::State;

use crate::desk::Desk;

/// Now: what is open and who is on call.
#[tauri::command]
pub(crate) async fn get_board(desk: State<'_, Desk>, args: ()) -> Result<BoardView, ApiError> {
    desk.client().await?.get_board(args).await
}

/// Incidents, filtered.
#[tauri::command]
pub(crate) async fn list_incidents(
    desk: State<'_, Desk>,
    args: ListIncidents,
) -> Result<IncidentPage, ApiError> {
    desk.client().await?.list_incidents(args).await
}

/// Full-text search.
#[tauri::command]
pub(crate) async fn search(
    desk: State<'_, Desk>,
    args: String,
) -> Result<Vec<SearchHit>, ApiError> {
    desk.client().await?.search(args).await
}

/// What waits for a team.
#[tauri::command]
pub(crate) async fn get_queue(desk: State<'_, Desk>, args: ()) -> Result<QueueView, ApiError> {
    desk.client().await?.get_queue(args).await
}

/// What the declare form needs when it opens.
#[tauri::command]
pub(crate) async fn open_declare(desk: State<'_, Desk>, args: ()) -> Result<DeclareView, ApiError> {
    desk.client().await?.open_declare(args).await
}

/// Keeps what was typed so far.
#[tauri::command]
pub(crate) async fn save_declare_draft(
    desk: State<'_, Desk>,
    args: DeclareForm,
) -> Result<(), ApiError> {
    desk.client().await?.save_declare_draft(args).await
}

/// Throws it away.
#[tauri::command]
pub(crate) async fn discard_declare_draft(desk: State<'_, Desk>, args: ()) -> Result<(), ApiError> {
    desk.client().await?.discard_declare_draft(args).await
}

/// Incidents that read alike.
#[tauri::command]
pub(crate) async fn find_similar(
    desk: State<'_, Desk>,
    args: String,
) -> Result<Vec<IncidentRow>, ApiError> {
    desk.client().await?.find_similar(args).await
}

/// Who would be paged.
#[tauri::command]
pub(crate) async fn preview_page(
    desk: State<'_, Desk>,
    args: DeclareForm,
) -> Result<PagePreview, ApiError> {
    desk.client().await?.preview_page(args).await
}

/// Declares an incident.
#[tauri::command]
pub(crate) async fn declare_incident(
    desk: State<'_, Desk>,
    args: DeclareForm,
) -> Result<Declared, ApiError> {
    desk.client().await?.declare_incident(args).await
}

/// One incident, by id or key.
#[tauri::command]
pub(crate) async fn get_incident(
    desk: State<'_, Desk>,
    args: String,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.get_incident(args).await
}

/// Changes one field.
#[tauri::command]
pub(crate) async fn edit_incident(
    desk: State<'_, Desk>,
    args: EditIncident,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.edit_incident(args).await
}

/// Command, and where the incident is in its life.
#[tauri::command]
pub(crate) async fn command_incident(
    desk: State<'_, Desk>,
    args: CommandIncident,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.command_incident(args).await
}

/// Gives an incident a video call.
#[tauri::command]
pub(crate) async fn start_call(
    desk: State<'_, Desk>,
    args: String,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.start_call(args).await
}

/// Gives somebody a role.
#[tauri::command]
pub(crate) async fn assign_role(
    desk: State<'_, Desk>,
    args: AssignRole,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.assign_role(args).await
}

/// Hands a role over, plans who has it next, ends it.
#[tauri::command]
pub(crate) async fn change_role(
    desk: State<'_, Desk>,
    args: ChangeRole,
) -> Result<IncidentView, ApiError> {
    desk.client().await?.change_role(args).await
}

/// What whoever takes over, or joins, has to know.
#[tauri::command]
pub(crate) async fn get_brief(desk: State<'_, Desk>, args: String) -> Result<BriefView, ApiError> {
    desk.client().await?.get_brief(args).await
}

/// The window shows this incident, or no longer: others who look at it see this person there.
#[tauri::command]
pub(crate) async fn look_at(desk: State<'_, Desk>, args: LookAt) -> Result<(), ApiError> {
    desk.client().await?.look_at(args).await
}
