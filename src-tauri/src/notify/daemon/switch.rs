//! Do-not-disturb of desktops whose daemon does not say it: a switch among the desktop's settings.

use gio::{Settings, SettingsBackend, SettingsSchemaSource, prelude::SettingsExt};

/// By what the daemon calls itself: the settings and the switch that shows notifications.
const SWITCHES: [(&str, &str, &str); 2] = [
    ("gnome-shell", "org.gnome.desktop.notifications", "show-banners"),
    ("cinnamon", "org.cinnamon.desktop.notifications", "display-notifications"),
];

/// Whether the desktop of this daemon holds notifications back; none where its settings do not say, or
/// another desktop's are installed.
pub(super) fn held_back(daemon: &str) -> Option<bool> {
    held_back_in(&SettingsSchemaSource::default()?, daemon, None)
}

fn held_back_in(
    installed: &SettingsSchemaSource,
    daemon: &str,
    backend: Option<&SettingsBackend>,
) -> Option<bool> {
    let (_, schema, switch) = SWITCHES.iter().find(|(name, ..)| *name == daemon)?;
    // Settings of a schema that is not installed would end the program.
    let schema = installed.lookup(schema, true)?;
    schema.has_key(switch).then(|| !Settings::new_full(&schema, backend, None).boolean(switch))
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    /// GNOME's settings, and nobody else's, as they are installed with it.
    fn gnomes(folder: &std::path::Path) -> SettingsSchemaSource {
        let (_, schema, switch) = SWITCHES[0];
        let text = format!(
            "<schemalist><schema id='{schema}' path='/test/'>\
             <key name='{switch}' type='b'><default>true</default></key></schema></schemalist>"
        );
        fs::write(folder.join("test.gschema.xml"), text).expect("a schema");
        let compiled = Command::new("glib-compile-schemas").arg(folder).status();
        assert!(compiled.expect("it comes with GTK's headers").success());
        SettingsSchemaSource::from_directory(folder, None, false).expect("what was compiled")
    }

    #[test]
    fn gnome_says_it_in_its_settings_and_nobody_else_in_gnomes() {
        let folder = tempfile::tempdir().expect("a folder");
        let installed = gnomes(folder.path());
        let backend = gio::memory_settings_backend_new();
        let held = |daemon: &str| held_back_in(&installed, daemon, Some(&backend));
        assert_eq!(held("gnome-shell"), Some(false));
        let schema = installed.lookup(SWITCHES[0].1, false).expect("GNOME's settings");
        let settings = Settings::new_full(&schema, Some(&backend), None);
        settings.set_boolean(SWITCHES[0].2, false).expect("a switch");
        assert_eq!(held("gnome-shell"), Some(true));
        assert_eq!(held("Notification Daemon"), None, "it is not GNOME's");
        assert_eq!(held("cinnamon"), None, "its settings are not installed");
    }
}
