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

/// Has WebKit paint with the processor where there is no graphics card, unless the person chose. It would
/// paint through OpenGL that is itself made by the processor, which takes longer, see ADR 22. First of all,
/// while there is one thread: WebKit's own processes get it from this one's environment.
pub(crate) fn choose_painter() {
    #[cfg(target_os = "linux")]
    if !has_graphics_card(std::path::Path::new("/dev/dri")) {
        let chosen = gdk::glib::setenv("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1", false);
        if let Err(error) = chosen {
            tracing::debug!(%error, "WebKit paints as it likes");
        }
    }
}

/// Whether the kernel offers something to render with.
#[cfg(target_os = "linux")]
fn has_graphics_card(devices: &std::path::Path) -> bool {
    let Ok(devices) = std::fs::read_dir(devices) else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_screen_alone_is_no_graphics_card() {
        let devices = tempfile::tempdir().expect("a folder");
        assert!(!has_graphics_card(&devices.path().join("none")));
        std::fs::write(devices.path().join("card0"), "").expect("a screen");
        assert!(!has_graphics_card(devices.path()));
        std::fs::write(devices.path().join("renderD128"), "").expect("a card");
        assert!(has_graphics_card(devices.path()));
    }
}
