//! What a desktop without a window needs from the one that has it: few operations, each named.
//!
//! The shell (`src-tauri`) implements it with the real desktop, `devhost` for a browser, tests with a
//! recorder and a clock they push.

use std::{future::Future, path::PathBuf, pin::Pin, sync::Arc};

// A host names these two; it need not know the crates that they come from.
pub use firebell_domain::time::Timestamp;
pub use uuid::Uuid;

use crate::api::{session::Preferences, sync::Event};

/// A host shared by all of the client's tasks.
pub type SharedHost = Arc<dyn Host>;

/// A boxed answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The desktop around the client.
pub trait Host: Send + Sync + 'static {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// A fresh time-ordered id (UUIDv7).
    fn new_id(&self) -> Uuid;

    /// Tells every window that something changed. Never blocks.
    fn emit(&self, event: Event);

    /// Rings: native notification with critical urgency, page window, sound. Called once for each
    /// (page, step); the host repeats until [`Host::silence`]. The answer says whether a person could
    /// notice it; the client tells the server.
    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>>;

    /// The page needs no ringing any more (answered, closed, held by somebody else). With `quietly`
    /// the siren drops to a quiet repeat because this desktop acknowledged and the server has not
    /// confirmed it yet.
    fn silence(&self, page: Uuid, quietly: bool);

    /// An ordinary notice. It may be missed. With `quiet` it goes to the list of notices and draws no
    /// attention at all: these are the person's quiet hours.
    fn notice(&self, title: &str, body: &str, quiet: bool);

    /// Numbers for tray and title: open incidents, pages that ring for this person, online or not,
    /// on call or not.
    fn badge(&self, badge: Badge);

    /// Preferences changed: language, autostart, shortcut.
    fn preferences_changed(&self, preferences: &Preferences);

    /// Asks the person where to save a file that is offered under this name; none when they think better of
    /// it. The name is safe on every system.
    fn choose_place<'a>(&'a self, name: &'a str) -> Later<'a, Option<PathBuf>>;

    /// Reads a secret from the keychain of the operating system.
    ///
    /// # Errors
    /// [`KeychainError`] when there is no keychain or it refuses.
    fn secret<'a>(&'a self, name: &'a str) -> Later<'a, Result<Option<String>, KeychainError>>;

    /// Writes (`Some`) or deletes (`None`) a secret in the keychain.
    ///
    /// # Errors
    /// [`KeychainError`] when there is no keychain or it refuses.
    fn set_secret<'a>(
        &'a self,
        name: &'a str,
        value: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>>;
}

/// What the host shows when a page rings. Texts are already in the person's language and cleaned of
/// control and direction characters; a restricted incident's are neutral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The page.
    pub page: Uuid,
    /// Its step, from 0; (page, step) is shown once.
    pub step: u32,
    /// The incident, to open on a click.
    pub incident: Uuid,
    /// 1, 2 or 3.
    pub severity: u8,
    /// First line: key and severity.
    pub title: String,
    /// Second line: summary, and how late it is if it is.
    pub body: String,
    /// Label of the button that acknowledges.
    pub acknowledge_label: String,
    /// Label of the button that opens.
    pub open_label: String,
    /// A drill or a test: marked, same loudness.
    pub exercise: bool,
    /// It comes in its person's quiet hours: a notification that stays, and neither sound nor page window.
    pub silently: bool,
}

/// How a ring was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Do-not-disturb is on: the notification may have been held back; the page window and the siren were not.
    pub held_back: bool,
}

/// Why a ring could not be shown so that a person would notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotShow {
    /// No notification daemon answers on this desktop.
    #[error("no notification daemon: {0}")]
    NoDaemon(String),
    /// The operating system denies notifications to this program.
    #[error("notifications are denied: {0}")]
    Denied(String),
    /// The sound could not be played.
    #[error("no sound: {0}")]
    NoSound(String),
}

/// Why the keychain did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is none on this desktop.
    #[error("there is no keychain: {0}")]
    None(String),
    /// It refused or failed.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

/// Numbers for tray and window title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Badge {
    /// Open incidents.
    pub open: u32,
    /// Pages ringing for this person.
    pub ringing: u32,
    /// Connected to the server (always true in solo mode).
    pub online: bool,
    /// On call now.
    pub on_call: bool,
}
