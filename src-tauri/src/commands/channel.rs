//! Channels beside the desktop: webhooks, rules by which a person is reached, tests of both.

use firebell_client::api::{
    ApiError,
    directory::{
        ChannelTestView, ChannelsView, PreviewRules, ReachView, Save, WebhookForm,
        WebhookSecretView,
    },
};
use tauri::State;

use crate::desk::Desk;

/// Adds or changes a webhook.
#[tauri::command]
pub(crate) async fn save_webhook(
    desk: State<'_, Desk>,
    args: Save<WebhookForm>,
) -> Result<String, ApiError> {
    desk.client().await?.save_webhook(args).await
}

/// How a person would be reached, before anything is saved.
#[tauri::command]
pub(crate) async fn preview_rules(
    desk: State<'_, Desk>,
    args: PreviewRules,
) -> Result<Vec<ReachView>, ApiError> {
    desk.client().await?.preview_rules(args).await
}

/// What the server sends beside rings.
#[tauri::command]
pub(crate) async fn get_channels(
    desk: State<'_, Desk>,
    args: (),
) -> Result<ChannelsView, ApiError> {
    desk.client().await?.get_channels(args).await
}

/// Sends an e-mail to one's own address.
#[tauri::command]
pub(crate) async fn send_test_email(
    desk: State<'_, Desk>,
    args: (),
) -> Result<ChannelTestView, ApiError> {
    desk.client().await?.send_test_email(args).await
}

/// Sends a test to a webhook.
#[tauri::command]
pub(crate) async fn test_webhook(
    desk: State<'_, Desk>,
    args: String,
) -> Result<ChannelTestView, ApiError> {
    desk.client().await?.test_webhook(args).await
}

/// Asks the server with what a webhook is signed.
#[tauri::command]
pub(crate) async fn show_webhook_secret(
    desk: State<'_, Desk>,
    args: String,
) -> Result<WebhookSecretView, ApiError> {
    desk.client().await?.show_webhook_secret(args).await
}
