//! Where a person sits: their folders and their session bus, which outlive the desktop's process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::bus::Bus;

/// The folders, by the variables that name them.
const FOLDERS: &[(&str, &str)] = &[
    ("HOME", "home"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_RUNTIME_DIR", "run"),
    ("FIREBELL_DATA_DIR", "firebell"),
];

/// A person's place on the machine.
#[derive(Debug)]
pub struct Seat {
    name: String,
    folder: PathBuf,
    bus: Bus,
    language: String,
}

impl Seat {
    /// Makes the folders and starts the bus.
    pub async fn take(folder: &Path, name: &str) -> Result<Self> {
        let folder = folder.join(name);
        for (_, below) in FOLDERS {
            fs::create_dir_all(folder.join(below))?;
        }
        // The specification wants the run-time folder closed to others.
        fs::set_permissions(folder.join("run"), fs::Permissions::from_mode(0o700))?;
        let bus = Bus::start(&folder).await?;
        let language = "en".to_owned();
        Ok(Self { name: name.to_owned(), folder, bus, language })
    }

    /// Sets the language that the system tells programs, such as `zh_CN`; without, it is `en`.
    #[must_use]
    pub fn language(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    /// The name of the seat.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder in which all of its folders and logs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The desktop's own data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("firebell")
    }

    /// The session bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The variables that a program started at this seat sees.
    pub fn environment(&self) -> Vec<(String, String)> {
        let folders = FOLDERS
            .iter()
            .map(|(variable, below)| (*variable, self.folder.join(below).display().to_string()));
        let fixed = [
            ("DBUS_SESSION_BUS_ADDRESS", self.bus.address().to_owned()),
            // The one locale with UTF-8 that every Debian has; what is wanted stands in LANGUAGE.
            ("LANG", "C.UTF-8".to_owned()),
            ("LANGUAGE", self.language.clone()),
            ("LC_ALL", String::new()),
            ("GDK_BACKEND", "x11".to_owned()),
            // No accessibility bus: nobody listens, and looking for one takes its time.
            ("GTK_A11Y", "none".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            // A machine for tests has no loudspeaker, and nobody who wants to hear it.
            ("FIREBELL_SOUND", "off".to_owned()),
        ];
        let fixed = fixed.into_iter();
        folders.chain(fixed).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
