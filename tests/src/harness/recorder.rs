//! The desktop around a client that has no window: it remembers what it was asked to show.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use firebell_client::api::session::Preferences;
use firebell_client::api::sync::Event;
use firebell_client::host::{
    Badge, CannotShow, Host, KeychainError, Later, Ring, Shown, Timestamp, Uuid,
};
use tokio::sync::Notify;

/// A host without a screen. It has no keychain, so that a session is found again by another process.
#[derive(Debug, Default)]
pub struct Recorder {
    recorded: Mutex<Recorded>,
    rang: Notify,
}

#[derive(Debug, Default)]
struct Recorded {
    rings: Vec<Ring>,
    silenced: BTreeMap<Uuid, bool>,
    notices: Vec<(String, String)>,
}

impl Recorder {
    /// Every ring that was shown, in order.
    pub fn rings(&self) -> Vec<Ring> {
        self.recorded().rings.clone()
    }

    /// Waits until so many rings were shown; without asking again and again, because it is timed.
    pub async fn rung(&self, count: usize) {
        loop {
            let rang = self.rang.notified();
            if self.recorded().rings.len() >= count {
                return;
            }
            rang.await;
        }
    }

    /// Whether this page was silenced for good.
    pub fn is_silent(&self, page: Uuid) -> bool {
        self.recorded().silenced.get(&page) == Some(&false)
    }

    /// Everything that a person could read outside of the window.
    pub fn shown(&self) -> String {
        let recorded = self.recorded();
        let rings = recorded.rings.iter().map(|ring| format!("{ring:?}\n"));
        let notices = recorded.notices.iter().map(|(title, body)| format!("{title}\n{body}\n"));
        rings.chain(notices).collect()
    }

    /// Nothing panics while it holds this; should that ever happen, the data is whole.
    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Recorder {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(Timestamp::MAX.0))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn emit(&self, _: Event) {}

    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>> {
        self.recorded().rings.push(ring.clone());
        self.rang.notify_one();
        Box::pin(std::future::ready(Ok(Shown::default())))
    }

    fn silence(&self, page: Uuid, quietly: bool) {
        self.recorded().silenced.insert(page, quietly);
    }

    fn notice(&self, title: &str, body: &str, _: bool) {
        self.recorded().notices.push((title.to_owned(), body.to_owned()));
    }

    fn badge(&self, _: Badge) {}

    fn preferences_changed(&self, _: &Preferences) {}

    fn choose_place<'a>(&'a self, _: &'a str) -> Later<'a, Option<std::path::PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn secret<'a>(&'a self, _: &'a str) -> Later<'a, Result<Option<String>, KeychainError>> {
        Box::pin(std::future::ready(Err(no_keychain())))
    }

    fn set_secret<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>> {
        Box::pin(std::future::ready(Err(no_keychain())))
    }
}

fn no_keychain() -> KeychainError {
    KeychainError::None("there is no desktop around this one".to_owned())
}
