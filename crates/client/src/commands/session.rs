//! Preferences and the directory; starting and signing in stand with the session itself.

use crate::{
    Client,
    api::{
        ApiError,
        session::{DirectoryView, Preferences},
    },
    views::directory,
};

impl Client {
    /// `get_preferences`.
    ///
    /// # Errors
    /// None: without a file there are defaults.
    pub async fn get_preferences(&self, _: ()) -> Result<Preferences, ApiError> {
        Ok(self.preferences())
    }

    /// `set_preferences`.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn set_preferences(&self, chosen: Preferences) -> Result<Preferences, ApiError> {
        self.save_preferences(&chosen).await?;
        Ok(chosen)
    }

    /// `list_directory`: everyone and everything that a form may name. Empty before a workspace is open.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn list_directory(&self, _: ()) -> Result<DirectoryView, ApiError> {
        directory::view(self).await
    }
}
