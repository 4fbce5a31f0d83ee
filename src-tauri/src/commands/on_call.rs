//! Who is on call.

use firebell_client::api::{
    ApiError,
    on_call::{
        AddLeave, AddOverride, AddTemporary, AnswerSwap, CalendarAddress, CalendarView,
        CoverageView, ListShifts, OfferSwap, OnCallView, SetScheduleOwner, TakeShift,
    },
    readiness::ReadinessView,
};
use tauri::State;

use crate::desk::Desk;

/// Who is on call now and next.
#[tauri::command]
pub(crate) async fn list_on_call(desk: State<'_, Desk>, args: ()) -> Result<OnCallView, ApiError> {
    desk.client().await?.list_on_call(args).await
}

/// Whether this person can be rung, and who else cannot.
#[tauri::command]
pub(crate) async fn get_readiness(
    desk: State<'_, Desk>,
    args: (),
) -> Result<ReadinessView, ApiError> {
    desk.client().await?.get_readiness(args).await
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

/// All schedules in a window of time.
#[tauri::command]
pub(crate) async fn list_shifts(
    desk: State<'_, Desk>,
    args: ListShifts,
) -> Result<CalendarView, ApiError> {
    desk.client().await?.list_shifts(args).await
}

/// This person relieves somebody now.
#[tauri::command]
pub(crate) async fn take_shift(
    desk: State<'_, Desk>,
    args: TakeShift,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.take_shift(args).await
}

/// A colleague is asked to take a time.
#[tauri::command]
pub(crate) async fn offer_swap(
    desk: State<'_, Desk>,
    args: OfferSwap,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.offer_swap(args).await
}

/// And says so, or not.
#[tauri::command]
pub(crate) async fn answer_swap(
    desk: State<'_, Desk>,
    args: AnswerSwap,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.answer_swap(args).await
}

/// A time is planned by hand.
#[tauri::command]
pub(crate) async fn add_temporary(
    desk: State<'_, Desk>,
    args: AddTemporary,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.add_temporary(args).await
}

/// And is not any more.
#[tauri::command]
pub(crate) async fn remove_temporary(
    desk: State<'_, Desk>,
    args: String,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.remove_temporary(args).await
}

/// Somebody is away for a time.
#[tauri::command]
pub(crate) async fn add_leave(
    desk: State<'_, Desk>,
    args: AddLeave,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.add_leave(args).await
}

/// And is not any more.
#[tauri::command]
pub(crate) async fn remove_leave(
    desk: State<'_, Desk>,
    args: String,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.remove_leave(args).await
}

/// Who is told when somebody on a schedule could not be rung.
#[tauri::command]
pub(crate) async fn set_schedule_owner(
    desk: State<'_, Desk>,
    args: SetScheduleOwner,
) -> Result<OnCallView, ApiError> {
    desk.client().await?.set_schedule_owner(args).await
}

/// What is wrong with the next weeks.
#[tauri::command]
pub(crate) async fn report_coverage(
    desk: State<'_, Desk>,
    args: (),
) -> Result<CoverageView, ApiError> {
    desk.client().await?.report_coverage(args).await
}

/// Addresses for a calendar program; earlier ones end.
#[tauri::command]
pub(crate) async fn renew_calendar(
    desk: State<'_, Desk>,
    args: (),
) -> Result<CalendarAddress, ApiError> {
    desk.client().await?.renew_calendar(args).await
}
