//! Native notifications: ordinary notices, which may be missed, and pages, which may not.
//!
//! Notices go through `tauri-plugin-notification`. Pages need critical urgency, no time-out, buttons,
//! replacing in place and above all to be told when nobody shows them, which that plugin does not do.
//! On Linux they go over one connection to the session bus that lives as long as the program: some
//! daemons close a notification when its connection ends, and send a pressed button only to it.

#[cfg(target_os = "linux")]
mod daemon;
#[cfg(not(target_os = "linux"))]
mod portable;

use firebell_client::host::{CannotShow, Ring};
use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt;
use uuid::Uuid;

#[cfg(target_os = "linux")]
pub use daemon::Daemon;
#[cfg(not(target_os = "linux"))]
pub use portable::Daemon;

/// Key of the button that acknowledges.
pub const ACKNOWLEDGE: &str = "acknowledge";
/// Key of a click on the notification itself, in the specification's words.
pub const DEFAULT: &str = "default";

/// A page as a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNotice {
    /// First line.
    pub title: String,
    /// Second line, plain text.
    pub body: String,
    /// Label of the button that acknowledges; none once it was pressed somewhere.
    pub acknowledge: Option<String>,
    /// Label of the button that opens.
    pub open: String,
    /// Without sound, and without popping up over what somebody does: quiet hours.
    pub silently: bool,
}

impl PageNotice {
    /// The notification of a page that rings.
    #[must_use]
    pub fn of(ring: &Ring) -> Self {
        Self {
            title: ring.title.clone(),
            body: ring.body.clone(),
            acknowledge: Some(ring.acknowledge_label.clone()),
            open: ring.open_label.clone(),
            silently: ring.silently,
        }
    }
}

/// What a person did with a page's notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Pressed the button that acknowledges.
    Acknowledge(Uuid),
    /// Clicked it, or pressed the button that opens. Navigates, never acts.
    Open(Uuid),
    /// Put it away. The page rings on.
    Dismissed(Uuid),
}

/// What the program that shows notifications can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Its name and version.
    pub name: String,
    /// It draws buttons.
    pub actions: bool,
    /// It shows a second line.
    pub body: bool,
}

/// An ordinary notice: silent, and nobody is told when it could not be shown.
pub fn notice<R: Runtime>(app: &AppHandle<R>, title: &str, body: &str) {
    let shown = app.notification().builder().title(title).body(body).show();
    if let Err(error) = shown {
        tracing::warn!(%error, "an ordinary notice could not be shown");
    }
}

/// The pages that have a notification, and what the platform calls it.
pub(crate) trait Shows {
    /// Shows a page, in the place of its earlier notification if it has one.
    async fn show(&self, page: Uuid, notice: &PageNotice) -> Result<(), CannotShow>;
    /// Shows an ordinary notice without sound, in the list of notices.
    async fn murmur(&self, title: &str, body: &str) -> Result<(), CannotShow>;
    /// Takes a page's notification away.
    async fn close(&self, page: Uuid);
    /// Whether the desktop holds notifications back (do-not-disturb); none where it does not say.
    async fn inhibited(&self) -> Option<bool>;
    /// Asks what can be shown.
    async fn abilities(&self) -> Result<Abilities, CannotShow>;
}
