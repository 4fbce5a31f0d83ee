//! A host that records what it was asked for, with a clock that tests push.

use std::path::PathBuf;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use firebell_domain::time::Timestamp;
use uuid::Uuid;

use super::BEGIN;
use crate::{
    api::{session::Preferences, sync::Event},
    host::{Badge, CannotShow, Host, KeychainError, Later, Ring, Shown},
};

/// See the module.
pub(crate) struct TestHost {
    pub(crate) now: AtomicI64,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) rings: Mutex<Vec<Ring>>,
    pub(crate) silenced: Mutex<Vec<(Uuid, bool)>>,
    pub(crate) badges: Mutex<Vec<Badge>>,
    pub(crate) secrets: Mutex<std::collections::BTreeMap<String, String>>,
    pub(crate) keychain: AtomicBool,
    pub(crate) can_show: Result<(), CannotShow>,
}

impl Default for TestHost {
    fn default() -> Self {
        Self {
            now: AtomicI64::new(BEGIN.0),
            events: Mutex::default(),
            rings: Mutex::default(),
            silenced: Mutex::default(),
            badges: Mutex::default(),
            secrets: Mutex::default(),
            keychain: AtomicBool::new(true),
            can_show: Ok(()),
        }
    }
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.fetch_add(1, Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn emit(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>> {
        Box::pin(async move {
            self.rings.lock().unwrap().push(ring.clone());
            self.can_show.clone().map(|()| Shown::default())
        })
    }

    fn silence(&self, page: Uuid, quietly: bool) {
        self.silenced.lock().unwrap().push((page, quietly));
    }

    fn notice(&self, _: &str, _: &str, _: bool) {}

    fn badge(&self, badge: Badge) {
        self.badges.lock().unwrap().push(badge);
    }

    fn preferences_changed(&self, _: &Preferences) {}

    fn choose_place<'a>(&'a self, _: &'a str) -> Later<'a, Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn secret<'a>(&'a self, name: &'a str) -> Later<'a, Result<Option<String>, KeychainError>> {
        Box::pin(async move {
            if !self.keychain.load(Ordering::SeqCst) {
                return Err(KeychainError::None("none in this test".to_owned()));
            }
            Ok(self.secrets.lock().unwrap().get(name).cloned())
        })
    }

    fn set_secret<'a>(
        &'a self,
        name: &'a str,
        value: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>> {
        Box::pin(async move {
            if !self.keychain.load(Ordering::SeqCst) {
                return Err(KeychainError::None("none in this test".to_owned()));
            }
            let mut secrets = self.secrets.lock().unwrap();
            match value {
                Some(value) => secrets.insert(name.to_owned(), value.to_owned()),
                None => secrets.remove(name),
            };
            Ok(())
        })
    }
}
