//! Page windows: always on top, on every workspace, without taking the focus from what is being typed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use firebell_client::api::readiness::Hop;
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder,
};
use uuid::Uuid;

use super::{FIRST_PAINT, PAGE, fenced, log};
use crate::{bells::WINDOWS, desk::Desk};

/// Size, and distance from the screen's edge and from each other.
const SIZE: (f64, f64) = (440.0, 300.0);
const MARGIN: f64 = 24.0;

/// The pages that have a window, oldest first.
#[derive(Default)]
pub(crate) struct OpenPages(Mutex<Vec<OpenPage>>);

struct OpenPage {
    page: Uuid,
    /// Number of its place on the screen.
    place: usize,
    /// It rings no more; the window stays to say who has it.
    over: bool,
}

/// Opens the window of a page, or brings it back on top.
pub(crate) fn open_page(app: &AppHandle, page: Uuid) {
    let label = format!("{PAGE}{page}");
    if let Some(window) = app.get_webview_window(&label) {
        mark(app, page, false);
        log(window.set_always_on_top(true), "keeping a page on top");
        log(window.show(), "showing a page");
        return;
    }
    let place = make_room(app, page);
    let url = WebviewUrl::App(format!("page.html?id={page}").into());
    let builder = WebviewWindowBuilder::new(app, label, url)
        .title("Firebell")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(320.0, 240.0)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .skip_taskbar(false)
        .focused(false)
        .visible(false);
    let builder = match corner(app, place) {
        Some(at) => builder.position(at.x, at.y),
        None => builder.center(),
    };
    match fenced(builder).build() {
        Ok(window) => show_at_last(window),
        // Notification and siren go on without it.
        Err(error) => tracing::error!(%page, %error, "no window for a page"),
    }
}

/// A page rings no more: its window is the first to go when room is needed.
pub(crate) fn page_is_over(app: &AppHandle, page: Uuid) {
    mark(app, page, true);
}

fn mark(app: &AppHandle, page: Uuid, over: bool) {
    for open in open_pages(&app.state()).iter_mut().filter(|open| open.page == page) {
        open.over = over;
    }
}

fn open_pages(pages: &OpenPages) -> MutexGuard<'_, Vec<OpenPage>> {
    pages.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// It has painted.
pub(super) fn ready(window: &WebviewWindow) {
    if !window.is_visible().unwrap_or(false) {
        log(window.show(), "showing a page");
        // A window manager may have forgotten while the window was not there.
        log(window.set_always_on_top(true), "keeping a page on top");
    }
    let page = window.label().strip_prefix(PAGE).and_then(|page| page.parse().ok());
    if let (Some(page), Some(client)) = (page, window.state::<Desk>().client_now()) {
        client.note_hop(page, Hop::Window, Ok(()));
    }
}

/// Closes a page's own window.
pub(crate) fn close_page(window: &WebviewWindow) {
    if window.label().starts_with(PAGE) {
        log(window.destroy(), "closing a page's window");
    }
}

/// Notes a page's window and closes another when there are too many. Gives the number of its place on the
/// screen.
fn make_room(app: &AppHandle, page: Uuid) -> usize {
    let pages = app.state::<OpenPages>();
    let mut open = open_pages(&pages);
    open.retain(|open| app.get_webview_window(&format!("{PAGE}{}", open.page)).is_some());
    let (place, gone) = take_place(&mut open, page);
    for page in gone {
        if let Some(window) = app.get_webview_window(&format!("{PAGE}{page}")) {
            log(window.destroy(), "closing a page's window for another");
        }
    }
    place
}

/// Gives the page a place, and says whose windows have to go for it: the oldest that rings no more, and
/// only without one the oldest of all.
fn take_place(open: &mut Vec<OpenPage>, page: Uuid) -> (usize, Vec<Uuid>) {
    let mut gone = Vec::new();
    while open.len() >= WINDOWS {
        let first = open.iter().position(|open| open.over).unwrap_or(0);
        gone.push(open.remove(first).page);
    }
    let free = |place: &usize| open.iter().all(|open| open.place != *place);
    let place = (0..WINDOWS).find(free).unwrap_or(0);
    open.push(OpenPage { page, place, over: false });
    (place, gone)
}

/// Where a page's window goes on the screen that the person works on.
fn corner(app: &AppHandle, place: usize) -> Option<LogicalPosition<f64>> {
    let monitor = app.primary_monitor().ok().flatten()?;
    let scale = monitor.scale_factor();
    let area = monitor.work_area();
    let (origin, size) = (area.position.to_logical(scale), area.size.to_logical(scale));
    Some(position(origin, size, place))
}

/// The lower right corner, then above it, then to its left: it covers little of what somebody reads or
/// types, and not the notifications, which most desktops show at the top.
fn position(
    origin: LogicalPosition<f64>,
    size: LogicalSize<f64>,
    place: usize,
) -> LogicalPosition<f64> {
    let (width, height) = (SIZE.0 + MARGIN, SIZE.1 + MARGIN);
    let rows = ((size.height / height) as usize).max(1);
    let (row, column) = (place % rows + 1, place / rows + 1);
    let x = origin.x + size.width - width * column as f64;
    let y = origin.y + size.height - height * row as f64;
    LogicalPosition::new(x.max(origin.x), y.max(origin.y))
}

fn show_at_last(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(FIRST_PAINT).await;
        if !window.is_visible().unwrap_or(true) {
            log(window.show(), "showing a page");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_windows_never_cover_each_other_on_an_ordinary_screen() {
        let origin = LogicalPosition::new(0.0, 30.0);
        for (width, height) in
            [(1280.0, 770.0), (1440.0, 870.0), (1920.0, 1050.0), (3840.0, 2130.0)]
        {
            let size = LogicalSize::new(width, height);
            let places: Vec<_> = (0..WINDOWS).map(|place| position(origin, size, place)).collect();
            for (index, one) in places.iter().enumerate() {
                assert!(one.x >= origin.x && one.x + SIZE.0 <= width, "{one:?} on {size:?}");
                assert!(one.y >= origin.y && one.y + SIZE.1 <= origin.y + height, "{one:?}");
                for other in &places[..index] {
                    let apart =
                        (one.x - other.x).abs() >= SIZE.0 || (one.y - other.y).abs() >= SIZE.1;
                    assert!(apart, "{one:?} {other:?} on {size:?}");
                }
            }
        }
    }

    #[test]
    fn a_window_that_rings_stays_while_one_that_does_not_can_go() {
        let id = Uuid::from_u128;
        let mut open = Vec::new();
        for (index, page) in (1..=3).enumerate() {
            assert_eq!(take_place(&mut open, id(page)), (index, vec![]));
        }
        open[1].over = true;
        assert_eq!(take_place(&mut open, id(4)), (1, vec![id(2)]), "in the place of what is over");
        assert_eq!(take_place(&mut open, id(5)), (0, vec![id(1)]), "all ring: the oldest goes");
    }

    #[test]
    fn a_tiny_screen_still_shows_the_window() {
        let at = position(LogicalPosition::new(0.0, 0.0), LogicalSize::new(320.0, 200.0), 2);
        assert_eq!((at.x, at.y), (0.0, 0.0));
    }
}
