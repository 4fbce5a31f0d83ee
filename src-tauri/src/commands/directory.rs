//! Editing the directory: people, teams, services, products, schedules, policies, settings.

use firebell_client::api::{
    ApiError,
    directory::{
        InvitationView, InvitePerson, PersonForm, PolicyDoubtView, PolicyForm, PreviewPolicy,
        PreviewSchedule, ProductForm, Save, ScheduleForm, SchedulePreview, ServiceForm,
        SettingsForm, TeamForm, WorkspaceView,
    },
    intake::{AlertSourceForm, AlertTokenView, MaintenanceForm},
};
use tauri::State;

use crate::desk::Desk;

/// Everything in it, with what editing needs.
#[tauri::command]
pub(crate) async fn get_directory(
    desk: State<'_, Desk>,
    args: (),
) -> Result<WorkspaceView, ApiError> {
    desk.client().await?.get_directory(args).await
}

/// Adds or changes a person.
#[tauri::command]
pub(crate) async fn save_person(
    desk: State<'_, Desk>,
    args: Save<PersonForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_person(args).await
}

/// Adds or changes a team.
#[tauri::command]
pub(crate) async fn save_team(
    desk: State<'_, Desk>,
    args: Save<TeamForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_team(args).await
}

/// Adds or changes a service.
#[tauri::command]
pub(crate) async fn save_service(
    desk: State<'_, Desk>,
    args: Save<ServiceForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_service(args).await
}

/// Adds or changes a product.
#[tauri::command]
pub(crate) async fn save_product(
    desk: State<'_, Desk>,
    args: Save<ProductForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_product(args).await
}

/// Adds or changes a schedule.
#[tauri::command]
pub(crate) async fn save_schedule(
    desk: State<'_, Desk>,
    args: Save<ScheduleForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_schedule(args).await
}

/// Adds or changes an escalation policy.
#[tauri::command]
pub(crate) async fn save_policy(
    desk: State<'_, Desk>,
    args: Save<PolicyForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_policy(args).await
}

/// Changes the workspace's settings.
#[tauri::command]
pub(crate) async fn save_settings(
    desk: State<'_, Desk>,
    args: Save<SettingsForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_settings(args).await
}

/// Adds or changes a monitoring system.
#[tauri::command]
pub(crate) async fn save_alert_source(
    desk: State<'_, Desk>,
    args: Save<AlertSourceForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_alert_source(args).await
}

/// Adds or changes a maintenance window.
#[tauri::command]
pub(crate) async fn save_maintenance(
    desk: State<'_, Desk>,
    args: Save<MaintenanceForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_maintenance(args).await
}

/// Makes a token for a monitoring system.
#[tauri::command]
pub(crate) async fn renew_alert_token(
    desk: State<'_, Desk>,
    args: String,
) -> Result<AlertTokenView, ApiError> {
    desk.client().await?.renew_alert_token(args).await
}

/// Who would be on call when, before anything is saved.
#[tauri::command]
pub(crate) async fn preview_schedule(
    desk: State<'_, Desk>,
    args: PreviewSchedule,
) -> Result<SchedulePreview, ApiError> {
    desk.client().await?.preview_schedule(args).await
}

/// What of a policy reaches nobody, before anything is saved.
#[tauri::command]
pub(crate) async fn preview_policy(
    desk: State<'_, Desk>,
    args: PreviewPolicy,
) -> Result<Vec<PolicyDoubtView>, ApiError> {
    desk.client().await?.preview_policy(args).await
}

/// Asks the server for an invitation.
#[tauri::command]
pub(crate) async fn invite_person(
    desk: State<'_, Desk>,
    args: InvitePerson,
) -> Result<InvitationView, ApiError> {
    desk.client().await?.invite_person(args).await
}
