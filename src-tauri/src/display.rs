//! Which display the windows are on. A Wayland client can neither stay on top nor take a global shortcut,
//! both of which a page needs; so X11 is asked for, which Wayland desktops offer too.

use std::sync::OnceLock;

static X11: OnceLock<bool> = OnceLock::new();

/// Asks for X11 unless the person chose by `GDK_BACKEND`. Before any window, on the main thread.
pub(crate) fn prefer_x11() {
    #[cfg(target_os = "linux")]
    if std::env::var_os("GDK_BACKEND").is_none() {
        gdk::set_allowed_backends("x11,*");
    }
}

/// Notes what was got. Once windows can be opened, on the main thread.
pub(crate) fn note() {
    #[cfg(target_os = "linux")]
    {
        use gdk::prelude::*;
        let display = gdk::Display::default();
        let name = display.map(|display| display.type_().name());
        tracing::info!(display = name.unwrap_or("none"), "display");
        let _ = X11.set(name == Some("GdkX11Display"));
    }
}

/// Whether windows can stay on top and shortcuts be taken: X11 here, and every other system.
pub(crate) fn is_x11() -> bool {
    X11.get().copied().unwrap_or(!cfg!(target_os = "linux"))
}
