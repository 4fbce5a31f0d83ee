//! A desktop that is a browser tab: events go to whoever listens, everything else is remembered.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use firebell_client::{
    api::{session::Preferences, sync::Event},
    host::{Badge, CannotShow, Host, KeychainError, Later, Ring, Shown, Timestamp, Uuid},
};
use serde::Serialize;
use tokio::sync::broadcast;

/// Events that a slow tab may be behind.
const EVENTS: usize = 256;
/// Rings and notices that are remembered; the oldest go first.
const REMEMBERED: usize = 200;

/// What the client asked this desktop to do, for tests to look at (`GET /recorded`).
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Recorded {
    rings: Vec<RecordedRing>,
    silenced: Vec<Silenced>,
    notices: Vec<Notice>,
    badge: Numbers,
}

#[derive(Debug, Clone, Serialize)]
struct RecordedRing {
    page: String,
    step: u32,
    incident: String,
    severity: u8,
    title: String,
    body: String,
    exercise: bool,
    silently: bool,
    at: i64,
}

#[derive(Debug, Clone, Serialize)]
struct Silenced {
    page: String,
    quietly: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Notice {
    title: String,
    body: String,
    quiet: bool,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Numbers {
    open: u32,
    ringing: u32,
    online: bool,
    on_call: bool,
}

/// The host of a browser tab.
pub struct BrowserHost {
    events: broadcast::Sender<Event>,
    recorded: Mutex<Recorded>,
    /// In memory only: a development session is signed in again after a restart.
    secrets: Mutex<BTreeMap<String, String>>,
    /// Where files are saved: a browser has no dialog of this program.
    saves: Option<PathBuf>,
}

impl Default for BrowserHost {
    fn default() -> Self {
        Self {
            events: broadcast::channel(EVENTS).0,
            recorded: Mutex::default(),
            secrets: Mutex::default(),
            saves: None,
        }
    }
}

impl BrowserHost {
    /// Saves files into this folder.
    #[must_use]
    pub fn saving_to(mut self, folder: PathBuf) -> Self {
        self.saves = Some(folder);
        self
    }

    /// Events from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// What happened so far.
    pub(crate) fn recorded(&self) -> Recorded {
        lock(&self.recorded).clone()
    }
}

impl Host for BrowserHost {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(Timestamp::MAX.0))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn emit(&self, event: Event) {
        // Nobody listens while no tab is open.
        let _ = self.events.send(event);
    }

    fn ring<'a>(&'a self, ring: &'a Ring) -> Later<'a, Result<Shown, CannotShow>> {
        let recorded = RecordedRing {
            page: ring.page.to_string(),
            step: ring.step,
            incident: ring.incident.to_string(),
            severity: ring.severity,
            title: ring.title.clone(),
            body: ring.body.clone(),
            exercise: ring.exercise,
            silently: ring.silently,
            at: self.now().0,
        };
        remember(&mut lock(&self.recorded).rings, recorded);
        self.emit(Event::Pages {});
        // The tab shows it: that is as loud as a browser gets.
        Box::pin(std::future::ready(Ok(Shown::default())))
    }

    fn silence(&self, page: Uuid, quietly: bool) {
        let silenced = Silenced { page: page.to_string(), quietly };
        remember(&mut lock(&self.recorded).silenced, silenced);
        self.emit(Event::Pages {});
    }

    fn notice(&self, title: &str, body: &str, quiet: bool) {
        let notice = Notice { title: title.to_owned(), body: body.to_owned(), quiet };
        remember(&mut lock(&self.recorded).notices, notice);
    }

    fn badge(&self, badge: Badge) {
        let Badge { open, ringing, online, on_call } = badge;
        lock(&self.recorded).badge = Numbers { open, ringing, online, on_call };
    }

    fn preferences_changed(&self, _: &Preferences) {}

    fn choose_place<'a>(&'a self, name: &'a str) -> Later<'a, Option<PathBuf>> {
        let folder = self.saves.as_ref();
        let made = folder.filter(|folder| std::fs::create_dir_all(folder).is_ok());
        Box::pin(std::future::ready(made.map(|folder| folder.join(name))))
    }

    fn secret<'a>(&'a self, name: &'a str) -> Later<'a, Result<Option<String>, KeychainError>> {
        let secret = lock(&self.secrets).get(name).cloned();
        Box::pin(std::future::ready(Ok(secret)))
    }

    fn set_secret<'a>(
        &'a self,
        name: &'a str,
        value: Option<&'a str>,
    ) -> Later<'a, Result<(), KeychainError>> {
        let mut secrets = lock(&self.secrets);
        match value {
            Some(value) => secrets.insert(name.to_owned(), value.to_owned()),
            None => secrets.remove(name),
        };
        Box::pin(std::future::ready(Ok(())))
    }
}

fn remember<T>(list: &mut Vec<T>, item: T) {
    if list.len() == REMEMBERED {
        list.remove(0);
    }
    list.push(item);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept here is valid after every single step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
