//! The global shortcut that opens the declare form. Some desktops give none, and another program may have
//! taken the keys: that is said in Settings and stops nothing.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Manager};
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};

use crate::{deep_link::Place, display, windows};

/// The keys that are asked for, and why they could not be had.
#[derive(Default)]
pub(crate) struct Taken(Mutex<State>);

#[derive(Default, Clone)]
struct State {
    keys: String,
    failure: Option<String>,
}

/// Takes these keys instead of those before; empty takes none.
pub(crate) fn take(app: &AppHandle, keys: &str) {
    let taken = app.state::<Taken>();
    let mut state = taken.0.lock().unwrap_or_else(PoisonError::into_inner);
    if state.keys == keys && state.failure.is_none() {
        return;
    }
    let shortcuts = app.global_shortcut();
    if let Err(error) = shortcuts.unregister_all() {
        tracing::debug!(%error, "giving the old shortcut back");
    }
    let failure = if keys.is_empty() {
        None
    } else if !display::is_x11() {
        Some("a Wayland desktop gives no global shortcuts".to_owned())
    } else {
        let pressed = shortcuts.on_shortcut(keys, |app, _, event| {
            if event.state() == ShortcutState::Pressed {
                windows::go(app, Place::Declare);
            }
        });
        pressed.err().map(|error| error.to_string())
    };
    if let Some(why) = &failure {
        tracing::warn!(keys, why, "no global shortcut");
    }
    *state = State { keys: keys.to_owned(), failure };
}

/// Why the shortcut cannot be used; none when it can, or none is wanted.
pub(crate) fn failure(app: &AppHandle) -> Option<String> {
    let taken = app.state::<Taken>();
    let state = taken.0.lock().unwrap_or_else(PoisonError::into_inner);
    let wayland =
        || (!display::is_x11()).then(|| "a Wayland desktop gives no global shortcuts".to_owned());
    state.failure.clone().or_else(wayland)
}
