//! The desktop as the client sees it: each operation handed to the part of the shell that does it.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use firebell_client::{
    api::{session::Preferences, sync::Event},
    host::{Badge, CannotShow, Host, KeychainError, Later, Ring, Shown, Timestamp},
};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_autostart::ManagerExt;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{desk::Desk, keychain, notify, ringing::Ringing, shortcut, tray, windows};

/// The real desktop.
pub(crate) struct DesktopHost {
    app: AppHandle,
    ringing: Ringing,
}

impl DesktopHost {
    pub(crate) fn new(app: &AppHandle) -> Self {
        Self { app: app.clone(), ringing: Ringing::start(app) }
    }
}

impl Host for DesktopHost {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(Timestamp::MAX.0))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn emit(&self, event: Event) {
        if let Err(error) = self.app.emit("firebell", event) {
            tracing::warn!(%error, "the windows were not told");
        }
    }

    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>> {
        Box::pin(self.ringing.ring(ring.clone()))
    }

    fn silence(&self, page: Uuid, quietly: bool) {
        self.ringing.silence(page, quietly);
    }

    fn notice(&self, title: &str, body: &str, quiet: bool) {
        match quiet {
            true => self.ringing.murmur(title, body),
            false => notify::notice(&self.app, title, body),
        }
    }

    fn badge(&self, badge: Badge) {
        self.app.state::<Desk>().set_badge(badge);
        tray::refresh(&self.app);
    }

    fn preferences_changed(&self, preferences: &Preferences) {
        self.app.state::<Desk>().set_preferences(preferences.clone());
        tray::refresh(&self.app);
        self.ringing.listen();
        let (app, preferences) = (self.app.clone(), preferences.clone());
        // Keys and autostart ask the system, which may take its time.
        tauri::async_runtime::spawn_blocking(move || {
            shortcut::take(&app, &preferences.declare_shortcut, &preferences.line_shortcut);
            start_with_computer(&app, preferences.autostart);
        });
    }

    fn choose_place<'a>(&'a self, name: &'a str) -> Later<'a, Option<PathBuf>> {
        let (chosen, answer) = oneshot::channel();
        let mut dialog = self.app.dialog().file().set_file_name(name);
        if let Some(window) = self.app.get_webview_window(windows::MAIN) {
            dialog = dialog.set_parent(&window);
        }
        dialog.save_file(move |place| {
            // Nobody waits any more when the window was closed meanwhile.
            let _ = chosen.send(place.and_then(|place| place.into_path().ok()));
        });
        Box::pin(async move { answer.await.ok().flatten() })
    }

    fn secret<'a>(&'a self, name: &'a str) -> Later<'a, Result<Option<String>, KeychainError>> {
        Box::pin(keychain::read(name))
    }

    fn set_secret<'a>(
        &'a self,
        name: &'a str,
        value: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>> {
        Box::pin(keychain::write(name, value))
    }
}

/// Starts with the computer, or not any more.
fn start_with_computer(app: &AppHandle, wanted: bool) {
    let autostart = app.autolaunch();
    let done = match (wanted, autostart.is_enabled().unwrap_or(false)) {
        (true, false) => autostart.enable(),
        (false, true) => autostart.disable(),
        _ => Ok(()),
    };
    if let Err(error) = done {
        tracing::warn!(%error, wanted, "starting with the computer");
    }
}
