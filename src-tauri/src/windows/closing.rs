//! Closing and quitting. A closed window must not end the ringing unnoticed, and a program must be able
//! to be ended.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tauri::{AppHandle, CloseRequestApi, Manager, WebviewWindow};

use super::log;
use crate::{desk::Desk, notify, tray::Tray, words};

/// A second close within this is meant.
const MEANT: Duration = Duration::from_secs(30);

/// When the window was last closed without ending the program.
#[derive(Default)]
pub(crate) struct LastClose(Mutex<Option<Instant>>);

/// What closing the main window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// It goes to the tray, where it can be seen that the program runs.
    Hide,
    /// There is no tray: it goes to the task bar, and the person is told how to end it.
    Minimise,
    /// The program ends.
    Quit,
}

/// Decides from what is known. `since` is how long ago the window was closed before.
fn decide(tray: bool, driven: bool, since: Option<Duration>) -> Closing {
    match (tray, since) {
        // A test that ends its session wants the program to end.
        _ if driven => Closing::Quit,
        (true, _) => Closing::Hide,
        (false, Some(since)) if since <= MEANT => Closing::Quit,
        (false, _) => Closing::Minimise,
    }
}

/// The person closes the main window.
pub(super) fn requested(window: &WebviewWindow, api: &CloseRequestApi) {
    let app = window.app_handle();
    let now = Instant::now();
    let last = app.state::<LastClose>();
    let before = last.0.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    let tray = app.state::<Tray>().can_be_seen();
    match decide(tray, driven, before.map(|before| now - before)) {
        Closing::Hide => {
            api.prevent_close();
            log(window.hide(), "hiding the window");
        }
        Closing::Minimise => {
            api.prevent_close();
            log(window.minimize(), "minimising the window");
            let on_call = app.state::<Desk>().badge().on_call;
            let (title, body) = words::stays_open(app, on_call);
            notify::notice(app, &title, &body);
        }
        Closing::Quit => quit(app),
    }
}

/// Ends the program.
pub(crate) fn quit(app: &AppHandle) {
    tracing::info!("quitting");
    app.exit(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_never_ends_the_ringing_unnoticed() {
        let soon = Some(Duration::from_secs(5));
        let later = Some(Duration::from_secs(31));
        for (tray, driven, since, wanted) in [
            (true, false, None, Closing::Hide),
            (true, false, soon, Closing::Hide),
            (false, false, None, Closing::Minimise),
            (false, false, soon, Closing::Quit),
            (false, false, later, Closing::Minimise),
            (true, true, None, Closing::Quit),
            (false, true, None, Closing::Quit),
        ] {
            assert_eq!(decide(tray, driven, since), wanted, "{tray} {driven} {since:?}");
        }
    }
}
