//! The global shortcuts: one opens the declare form, one the quick line. Some desktops give none, and
//! another program may have taken the keys: that is said in Settings and stops nothing.

use std::{
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use tauri::{AppHandle, Manager};
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};

use crate::{deep_link::Place, display, windows};

/// The keys that are asked for, and why they could not be had.
#[derive(Default)]
pub(crate) struct Taken(Mutex<State>);

#[derive(Default, Clone)]
struct State {
    declare: String,
    line: String,
    failure: Option<String>,
}

/// Takes these keys instead of those before; empty takes none.
pub(crate) fn take(app: &AppHandle, declare: &str, line: &str) {
    let taken = app.state::<Taken>();
    let mut state = taken.0.lock().unwrap_or_else(PoisonError::into_inner);
    if state.declare == declare && state.line == line && state.failure.is_none() {
        return;
    }
    if let Err(error) = app.global_shortcut().unregister_all() {
        tracing::debug!(%error, "giving the old shortcuts back");
    }
    let failure =
        one(app, declare, |app| windows::go(app, Place::Declare))
            .or(one(app, line, |app| windows::open_line(app, pressed_at())));
    *state = State { declare: declare.to_owned(), line: line.to_owned(), failure };
}

/// Takes one; why it could not be had.
fn one(app: &AppHandle, keys: &str, act: fn(&AppHandle)) -> Option<String> {
    let failure = if keys.is_empty() {
        None
    } else if !display::is_x11() {
        Some("a Wayland desktop gives no global shortcuts".to_owned())
    } else {
        let pressed = app.global_shortcut().on_shortcut(keys, move |app, _, event| {
            if event.state() == ShortcutState::Pressed {
                act(app);
            }
        });
        pressed.err().map(|error| error.to_string())
    };
    if let Some(why) = &failure {
        tracing::warn!(keys, why, "no global shortcut");
    }
    failure
}

/// When the keys were pressed, by this computer's clock.
fn pressed_at() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

/// Why a shortcut cannot be used; none when they can, or none is wanted.
pub(crate) fn failure(app: &AppHandle) -> Option<String> {
    let taken = app.state::<Taken>();
    let state = taken.0.lock().unwrap_or_else(PoisonError::into_inner);
    let wayland =
        || (!display::is_x11()).then(|| "a Wayland desktop gives no global shortcuts".to_owned());
    state.failure.clone().or_else(wayland)
}
