//! The tray: a drawing for each state, never colour alone, and a menu whose first line says the same in
//! words. Linux has neither tool tips nor clicks on trays.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use firebell_client::host::Badge;
use tauri::{
    AppHandle, Manager, Wry,
    image::Image,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::{TrayIcon, TrayIconBuilder},
};

use crate::{deep_link::Place, desk::Desk, windows, words};

/// The tray, if this desktop has one.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Option<Shown>>);

struct Shown {
    icon: TrayIcon,
    state: MenuItem<Wry>,
    show: MenuItem<Wry>,
    declare: MenuItem<Wry>,
    quit: MenuItem<Wry>,
    /// Something on the desktop draws tray icons; ours may stand there unseen otherwise.
    seen: bool,
}

/// What the icon says, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ringing,
    Offline,
    Open,
    OnCall,
    Idle,
}

impl State {
    fn of(badge: Badge) -> Self {
        match badge {
            Badge { ringing: 1.., .. } => Self::Ringing,
            Badge { online: false, .. } => Self::Offline,
            Badge { open: 1.., .. } => Self::Open,
            Badge { on_call: true, .. } => Self::OnCall,
            Badge { .. } => Self::Idle,
        }
    }

    fn drawing(self) -> &'static [u8] {
        macro_rules! drawing {
            ($name:literal) => {
                include_bytes!(concat!(env!("OUT_DIR"), "/tray/", $name, ".png"))
            };
        }
        match self {
            Self::Ringing => drawing!("ringing"),
            Self::Offline => drawing!("offline"),
            Self::Open => drawing!("open"),
            Self::OnCall => drawing!("on-call"),
            Self::Idle => drawing!("idle"),
        }
    }
}

impl Tray {
    /// Whether a person can see the icon, so that a window may be put away there.
    pub(crate) fn can_be_seen(&self) -> bool {
        self.lock().as_ref().is_some_and(|shown| shown.seen)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the icon into the tray; without one the program works all the same. On the main thread only.
pub(crate) fn open(app: &AppHandle) {
    // The library behind it is loaded now, and panics when it is not installed.
    let built = catch_unwind(AssertUnwindSafe(|| build(app)));
    match built {
        Ok(Ok(shown)) => *app.state::<Tray>().lock() = Some(shown),
        Ok(Err(error)) => tracing::warn!(%error, "no tray"),
        Err(_) => tracing::warn!("no tray: its library is missing"),
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let seen = is_drawn().await;
        if let Some(shown) = app.state::<Tray>().lock().as_mut() {
            shown.seen = seen;
        }
        tracing::info!(seen, "tray");
    });
}

/// Shows new numbers, or the same in another language.
pub(crate) fn refresh(app: &AppHandle) {
    let handle = app.clone();
    let refreshed = app.run_on_main_thread(move || {
        let tray = handle.state::<Tray>();
        let tray = tray.lock();
        let Some(shown) = tray.as_ref() else { return };
        if let Err(error) = shown.say(&handle) {
            tracing::warn!(%error, "the tray did not follow");
        }
    });
    if let Err(error) = refreshed {
        tracing::debug!(%error, "the program is ending");
    }
}

fn build(app: &AppHandle) -> tauri::Result<Shown> {
    let item = |id: &str, enabled| MenuItem::with_id(app, id, "", enabled, None::<&str>);
    let (state, show) = (item("state", false)?, item("show", true)?);
    let (declare, quit) = (item("declare", true)?, item("quit", true)?);
    let line = || PredefinedMenuItem::separator(app);
    let menu = Menu::with_items(app, &[&state, &line()?, &show, &declare, &line()?, &quit])?;
    let icon = TrayIconBuilder::with_id("main")
        .menu(&menu)
        .icon(Image::from_bytes(State::Idle.drawing())?)
        .tooltip("Firebell")
        .on_menu_event(|app, event| match event.id().as_ref() {
            "show" => windows::show_main(app),
            "declare" => windows::go(app, Place::Declare),
            "quit" => windows::quit(app),
            _ => {}
        })
        .build(app)?;
    let shown = Shown { icon, state, show, declare, quit, seen: false };
    shown.say(app)?;
    Ok(shown)
}

impl Shown {
    fn say(&self, app: &AppHandle) -> tauri::Result<()> {
        let (words, badge) = (words::of(app), app.state::<Desk>().badge());
        self.icon.set_icon(Some(Image::from_bytes(State::of(badge).drawing())?))?;
        let state = words::state(words, badge);
        self.icon.set_tooltip(Some(&state))?;
        self.state.set_text(state)?;
        self.show.set_text(words.text("tray-show", &[]))?;
        self.declare.set_text(words.text("tray-declare", &[]))?;
        // The effect stands on the button, where it cannot be missed or clicked away.
        let quit = if badge.on_call { "tray-quit-on-call" } else { "tray-quit" };
        self.quit.set_text(words.text(quit, &[]))
    }
}

/// Whether a desktop draws tray icons. An icon can be registered where nobody draws it.
#[cfg(target_os = "linux")]
async fn is_drawn() -> bool {
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let bus = zbus::fdo::DBusProxy::new(&bus).await?;
        Ok::<_, zbus::Error>(bus.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?).await?)
    };
    let patience = std::time::Duration::from_secs(5);
    matches!(tokio::time::timeout(patience, asked).await, Ok(Ok(true)))
}

#[cfg(not(target_os = "linux"))]
async fn is_drawn() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_state_is_drawn() {
        let calm = Badge { online: true, ..Badge::default() };
        for (badge, state) in [
            (calm, State::Idle),
            (Badge { on_call: true, ..calm }, State::OnCall),
            (Badge { on_call: true, open: 3, ..calm }, State::Open),
            (Badge { on_call: true, open: 3, online: false, ..calm }, State::Offline),
            (Badge { on_call: true, open: 3, online: false, ringing: 1 }, State::Ringing),
        ] {
            assert_eq!(State::of(badge), state, "{badge:?}");
        }
    }

    #[test]
    fn every_state_has_a_drawing_that_can_be_read() {
        for state in [State::Ringing, State::Offline, State::Open, State::OnCall, State::Idle] {
            let image = Image::from_bytes(state.drawing()).expect("a picture");
            assert!(image.width() >= 16 && image.height() >= 16, "{state:?}");
        }
    }
}
