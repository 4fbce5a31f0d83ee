//! What this desktop remembers before any workspace is open: which ones there are, and choices.

use std::{
    io,
    path::{Path, PathBuf},
};

use firebell_domain::id::{DeviceId, EntityId, WorkspaceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{secret::Kept, write_private};
use crate::api::{
    ApiError, ErrorCode,
    session::{Preferences, usual_line_shortcut},
};

/// Name of the file in the data folder.
const FILE: &str = "desktop.json";

/// A workspace on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    pub(crate) workspace: WorkspaceId,
    pub(crate) person: EntityId,
    pub(crate) device: DeviceId,
    /// The server's address; none in solo mode.
    pub(crate) server: Option<String>,
    /// Sign-in name, or display name in solo mode.
    pub(crate) name: String,
    /// Where its token is.
    pub(crate) kept: Kept,
    /// Nobody is signed in.
    #[serde(default)]
    pub(crate) signed_out: bool,
    /// The session was ended by the server, not by choice.
    #[serde(default)]
    pub(crate) revoked: bool,
}

impl Remembered {
    pub(crate) fn is_solo(&self) -> bool {
        self.server.is_none()
    }

    /// Its database.
    pub(crate) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}-{}.db", self.workspace, self.person))
    }
}

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DesktopFile {
    pub(crate) preferences: Preferences,
    pub(crate) workspaces: Vec<Remembered>,
    /// Which of them is open, by place.
    pub(crate) current: Option<usize>,
}

impl Default for DesktopFile {
    fn default() -> Self {
        let preferences = Preferences {
            single_keys: true,
            sound: true,
            declare_shortcut: "CommandOrControl+Shift+D".to_owned(),
            line_shortcut: usual_line_shortcut(),
            ..Preferences::default()
        };
        Self { preferences, workspaces: Vec::new(), current: None }
    }
}

impl DesktopFile {
    /// Reads it; a folder without one is a first start.
    ///
    /// # Errors
    /// `StoreUnreadable` when it is there and cannot be read; it stays as it is.
    pub(crate) fn read(folder: &Path) -> Result<Self, ApiError> {
        let path = folder.join(FILE);
        let unreadable = |why: String| {
            ApiError::of(ErrorCode::StoreUnreadable, format!("{}: {why}", path.display()))
                .with("path", path.display().to_string())
                .with("why", why)
        };
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| unreadable(e.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), ApiError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(ApiError::internal)?;
        write_private(&folder.join(FILE), &bytes)
            .map_err(|error| ApiError::of(ErrorCode::NotSaved, error.to_string()))
    }

    /// The workspace that is open.
    pub(crate) fn open(&self) -> Option<&Remembered> {
        self.workspaces.get(self.current?)
    }

    /// Puts a workspace in its place and makes it the open one.
    pub(crate) fn enter(&mut self, entered: Remembered) {
        let same = |known: &Remembered| {
            (known.workspace, known.person) == (entered.workspace, entered.person)
        };
        let place = self.workspaces.iter().position(same);
        let place = place.unwrap_or_else(|| {
            self.workspaces.push(entered.clone());
            self.workspaces.len() - 1
        });
        self.workspaces[place] = entered;
        self.current = Some(place);
    }

    /// The device to sign in as: the one that this person was here before, or a fresh one.
    pub(crate) fn device(&self, server: &str, name: &str, fresh: Uuid) -> DeviceId {
        let known = self.workspaces.iter().find(|known| {
            known.server.as_deref() == Some(server) && known.name.eq_ignore_ascii_case(name)
        });
        known.map_or(DeviceId(fresh), |known| known.device)
    }
}
