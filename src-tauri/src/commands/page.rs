//! Pages and their answers.

use firebell_client::api::{
    ApiError,
    page::{AcknowledgePage, ActOnPage, DeclinePage, PagePeople, PageView},
    readiness::TestWalkView,
};
use tauri::State;

use crate::desk::Desk;

/// This person's pages.
#[tauri::command]
pub(crate) async fn list_my_pages(
    desk: State<'_, Desk>,
    args: (),
) -> Result<Vec<PageView>, ApiError> {
    desk.client().await?.list_my_pages(args).await
}

/// One page.
#[tauri::command]
pub(crate) async fn get_page(desk: State<'_, Desk>, args: String) -> Result<PageView, ApiError> {
    desk.client().await?.get_page(args).await
}

/// Acknowledges a page, and takes command if asked to.
#[tauri::command]
pub(crate) async fn acknowledge_page(
    desk: State<'_, Desk>,
    args: AcknowledgePage,
) -> Result<PageView, ApiError> {
    desk.client().await?.acknowledge_page(args).await
}

/// Says why this person cannot come.
#[tauri::command]
pub(crate) async fn decline_page(
    desk: State<'_, Desk>,
    args: DeclinePage,
) -> Result<PageView, ApiError> {
    desk.client().await?.decline_page(args).await
}

/// How far the last test page got, hop by hop.
#[tauri::command]
pub(crate) async fn get_test_walk(
    desk: State<'_, Desk>,
    args: (),
) -> Result<Option<TestWalkView>, ApiError> {
    desk.client().await?.get_test_walk(args).await
}

/// Answers a page otherwise: for somebody else, later, or by sending it on.
#[tauri::command]
pub(crate) async fn act_on_page(
    desk: State<'_, Desk>,
    args: ActOnPage,
) -> Result<PageView, ApiError> {
    desk.client().await?.act_on_page(args).await
}

/// Calls others into an incident.
#[tauri::command]
pub(crate) async fn page_people(
    desk: State<'_, Desk>,
    args: PagePeople,
) -> Result<PageView, ApiError> {
    desk.client().await?.page_people(args).await
}

/// Rings this person, to see that it works.
#[tauri::command]
pub(crate) async fn send_test_page(desk: State<'_, Desk>, args: ()) -> Result<PageView, ApiError> {
    desk.client().await?.send_test_page(args).await
}
