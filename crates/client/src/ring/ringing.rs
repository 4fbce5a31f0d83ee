//! What rings on this desktop, and what is about to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::EntityId;
use firebell_protocol::frame::Ring;

use super::count::Counted;
use crate::host::Host;

/// What rings here now, and what is about to.
#[derive(Debug, Default)]
pub(crate) struct Ringing {
    sounds: Mutex<BTreeMap<EntityId, Sound>>,
    /// Came, and not looked at yet; none while nobody looks.
    coming: Mutex<Option<Vec<Ring>>>,
    /// See [`super::count`].
    pub(super) counted: Mutex<Counted>,
}

/// A page that this desktop rings for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sound {
    /// As it came; its words are made anew when it is loud again.
    pub(super) ring: Ring,
    /// Acknowledged here, not confirmed by the server.
    pub(super) quiet: bool,
    /// It came in quiet hours: no sound, no window.
    pub(super) silently: bool,
    /// The page itself has arrived with the log; a ring comes ahead of it.
    pub(super) seen: bool,
}

impl Ringing {
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<EntityId, Sound>> {
        self.sounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn coming(&self) -> MutexGuard<'_, Option<Vec<Ring>>> {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A ring came; true when nobody takes them just now, and somebody has to.
    pub(super) fn comes(&self, ring: Ring) -> bool {
        let mut coming = self.coming();
        let taken = coming.is_some();
        coming.get_or_insert_default().push(ring);
        !taken
    }

    /// What came so far; none when there is nothing, and whoever takes them is done.
    pub(super) fn take_coming(&self) -> Option<Vec<Ring>> {
        let mut coming = self.coming();
        if coming.as_ref().is_none_or(Vec::is_empty) {
            *coming = None;
        }
        coming.as_mut().map(std::mem::take)
    }

    /// Which pages ring.
    pub(super) fn pages(&self) -> BTreeSet<EntityId> {
        self.lock().keys().copied().collect()
    }

    /// Which of them have arrived with the log.
    pub(super) fn seen(&self) -> Vec<EntityId> {
        let ringing = self.lock();
        ringing.iter().filter(|(_, sound)| sound.seen).map(|(page, _)| *page).collect()
    }

    /// Whether this page rings.
    pub(crate) fn rings(&self, page: EntityId) -> bool {
        self.lock().contains_key(&page)
    }

    /// Begins a step of a page; false when this very step rings already.
    pub(super) fn begin(&self, ring: &Ring) -> bool {
        let mut ringing = self.lock();
        if ringing.get(&ring.page).is_some_and(|sound| sound.ring.step >= ring.step) {
            return false;
        }
        let sound = Sound { ring: ring.clone(), quiet: false, silently: false, seen: false };
        ringing.insert(ring.page, sound);
        true
    }

    /// Says whether this page makes no sound here.
    pub(super) fn set_silently(&self, page: EntityId, silently: bool) {
        if let Some(sound) = self.lock().get_mut(&page) {
            sound.silently = silently;
        }
    }

    /// Makes a page loud that came silently; false when it is loud already, or rings no more.
    pub(super) fn wakes(&self, page: EntityId) -> bool {
        self.lock().get_mut(&page).is_some_and(|sound| std::mem::take(&mut sound.silently))
    }

    /// Everything falls silent: the workspace is being left.
    pub(crate) fn stop(&self, host: &dyn Host) {
        for page in std::mem::take(&mut *self.lock()).into_keys() {
            host.silence(page.0, false);
        }
        // Whoever signs in next is somebody else.
        std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
