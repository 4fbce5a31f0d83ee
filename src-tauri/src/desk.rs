//! What the shell's parts share: the client once its data is open, what is known for tray and windows, and
//! the place to go to once there is a window.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use firebell_client::{
    Client,
    api::{ApiError, session::Preferences},
    host::Badge,
};
use tokio::sync::watch;

use crate::deep_link::Place;

/// The client, or why there is none.
type Opened = Result<Client, ApiError>;

/// The running desktop.
pub(crate) struct Desk {
    client: watch::Sender<Option<Opened>>,
    known: Mutex<Known>,
    ready: AtomicBool,
    hidden: AtomicBool,
}

/// What was heard last.
#[derive(Default)]
struct Known {
    preferences: Preferences,
    badge: Badge,
    place: Option<Place>,
}

impl Desk {
    /// A desk whose data is not open yet. `hidden` keeps the main window in the tray at the start.
    pub(crate) fn new(hidden: bool) -> Self {
        let known = Known {
            // Until the person's choice is read: a page that rings now must be heard.
            preferences: Preferences { sound: true, ..Preferences::default() },
            ..Known::default()
        };
        Self {
            client: watch::Sender::new(None),
            known: Mutex::new(known),
            ready: AtomicBool::new(false),
            hidden: AtomicBool::new(hidden),
        }
    }

    /// The data is open, or cannot be.
    pub(crate) fn opened(&self, opened: Opened) {
        self.client.send_replace(Some(opened));
    }

    /// The client, as soon as its data is open.
    pub(crate) async fn client(&self) -> Opened {
        let mut client = self.client.subscribe();
        let opened = client.wait_for(Option::is_some).await;
        match opened.as_deref() {
            Ok(Some(opened)) => opened.clone(),
            // The desk owns the sender, so neither happens while anybody can ask.
            Ok(None) | Err(_) => Err(ApiError::internal("the program is ending")),
        }
    }

    /// The client if its data is open now.
    pub(crate) fn client_now(&self) -> Option<Client> {
        self.client.borrow().as_ref().and_then(|opened| opened.as_ref().ok().cloned())
    }

    pub(crate) fn preferences(&self) -> Preferences {
        self.known().preferences.clone()
    }

    pub(crate) fn set_preferences(&self, preferences: Preferences) {
        self.known().preferences = preferences;
    }

    /// Whether the person wants to hear the siren.
    pub(crate) fn sound_wanted(&self) -> bool {
        self.known().preferences.sound
    }

    pub(crate) fn badge(&self) -> Badge {
        self.known().badge
    }

    pub(crate) fn set_badge(&self, badge: Badge) {
        self.known().badge = badge;
    }

    /// The main window has painted; gives the place that waited for it.
    pub(crate) fn window_is_ready(&self) -> Option<Place> {
        self.ready.store(true, Ordering::SeqCst);
        self.known().place.take()
    }

    /// Keeps a place for the window that has not painted yet; gives it back when one has.
    pub(crate) fn keep_place(&self, place: Place) -> Option<Place> {
        // The lock is taken first, so that a window that gets ready meanwhile finds the place.
        let mut known = self.known();
        if self.ready.load(Ordering::SeqCst) {
            return Some(place);
        }
        known.place = Some(place);
        None
    }

    /// Whether the main window stays in the tray; asked once, at the first paint.
    pub(crate) fn starts_hidden(&self) -> bool {
        self.hidden.load(Ordering::SeqCst)
    }

    /// A person wants to see the main window.
    pub(crate) fn wanted(&self) {
        self.hidden.store(false, Ordering::SeqCst);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_link_waits_for_the_window_and_then_goes_straight() {
        let desk = Desk::new(false);
        assert_eq!(desk.keep_place(Place::Declare), None);
        let hot = Place::Incident("HOT-1".into());
        assert_eq!(desk.keep_place(hot.clone()), None);
        assert_eq!(desk.window_is_ready(), Some(hot), "the last one counts");
        assert_eq!(desk.window_is_ready(), None);
        assert_eq!(desk.keep_place(Place::Declare), Some(Place::Declare));
    }

    #[test]
    fn whoever_asks_early_waits_until_the_data_is_open() {
        let desk = Arc::new(Desk::new(false));
        let asking = Arc::clone(&desk);
        let asked = tauri::async_runtime::spawn(async move { asking.client().await });
        desk.opened(Err(ApiError::internal("disk on fire")));
        let answer = tauri::async_runtime::block_on(asked).expect("it ends");
        assert!(answer.is_err_and(|error| error.message == "disk on fire"));
        assert!(desk.client_now().is_none());
    }
}
