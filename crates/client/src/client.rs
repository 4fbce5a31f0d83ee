//! The handle that everything above this crate holds.

mod announce;
mod open;
mod talk;

pub(crate) use open::WeakClient;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use firebell_domain::{
    change::{Body, Change, ChangeSet},
    directory::settings_id,
    entity::World,
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
};

use crate::{
    api::{ApiError, ErrorCode, session::Preferences},
    bad_file::Unusable,
    commands::{looking::Looking, readiness::Told, refusal},
    file::Shelf,
    host::{Host, SharedHost},
    replica::Executed,
    ring::Ringing,
    search::feed::Feed,
    session::{DesktopFile, Remembered, SoloBackend},
    store::{Directory, Store, StoreError},
    sync::Driver,
    transport::Http,
    walk::Walk,
    words::Words,
};

/// What a client is made of.
pub struct Setup {
    /// The desktop around it.
    pub host: SharedHost,
    /// Folder of everything that it keeps on this computer; made when it is not there.
    pub folder: PathBuf,
    /// A server to start inside this process, for solo mode; none when this program brings none.
    pub solo: Option<Arc<dyn SoloBackend>>,
    /// A file with certificates that are trusted besides the system's.
    pub extra_ca: Option<PathBuf>,
}

/// A desktop without a window. Cheap to clone; all clones are one desktop.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    setup: Setup,
    desktop: RwLock<DesktopFile>,
    /// Held while what the desktop remembers is written, so that nobody who reads it waits for a disk.
    writing: Mutex<()>,
    words: RwLock<Arc<Words>>,
    open: RwLock<Option<Open>>,
    unusable: RwLock<Option<Unusable>>,
    cannot_ring: RwLock<Option<String>>,
    blocked: RwLock<Option<ApiError>>,
    ringing: Ringing,
    walk: Walk,
    /// Who was told of as somebody who could not be rung.
    told_unready: Mutex<Told>,
    /// What the windows show that others are told of.
    looking: Mutex<Looking>,
    /// Incidents whose older rows are being fetched.
    fetching: Mutex<BTreeSet<EntityId>>,
    /// Held while a workspace is being entered or left.
    entering: Arc<tokio::sync::Mutex<()>>,
    /// Held while people are told of a queue, so that nothing is told twice.
    telling: tokio::sync::Mutex<()>,
}

/// The workspace that is open.
struct Open {
    store: Arc<Store>,
    feed: Feed,
    files: Arc<Shelf>,
    carrying: tokio::task::JoinHandle<()>,
    outbox: Arc<tokio::sync::Notify>,
    announcing: tokio::task::JoinHandle<()>,
    talk: Option<Talk>,
}

/// The conversation with its server.
struct Talk {
    driver: Driver,
    http: Arc<Http>,
    /// A connection of its own for files, so that nothing else waits for a large one.
    files: Arc<Http>,
    token: crate::session::Secret,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.announcing.abort();
        self.carrying.abort();
    }
}

impl Client {
    /// Opens a desktop: what it remembers, the workspace that was open last, and the conversation with
    /// its server. What cannot be used is said by `get_start`; the file stays as it is.
    ///
    /// # Errors
    /// `NotSaved` when the folder cannot be made.
    pub async fn open(setup: Setup) -> Result<Self, ApiError> {
        std::fs::create_dir_all(&setup.folder)
            .map_err(|error| ApiError::of(ErrorCode::NotSaved, error.to_string()))?;
        let (desktop, unusable) = match DesktopFile::read(&setup.folder) {
            Ok(desktop) => (desktop, None),
            Err(error) => (DesktopFile::default(), Some(Unusable::without_rescue(error))),
        };
        let words = Arc::new(Words::new(desktop.preferences.language));
        let client = Self(Arc::new(Inner {
            setup,
            desktop: RwLock::new(desktop),
            writing: Mutex::default(),
            words: RwLock::new(words),
            open: RwLock::new(None),
            unusable: RwLock::new(unusable),
            cannot_ring: RwLock::new(None),
            blocked: RwLock::new(None),
            ringing: Ringing::default(),
            walk: Walk::default(),
            told_unready: Mutex::default(),
            looking: Mutex::default(),
            fetching: Mutex::default(),
            entering: Arc::default(),
            telling: tokio::sync::Mutex::default(),
        }));
        client.resume().await;
        Ok(client)
    }

    /// Closes everything tidily. What was answered "saved" is saved without it.
    pub async fn close(&self) {
        self.leave().await;
    }

    /// The desktop around it.
    #[must_use]
    pub fn host(&self) -> &dyn Host {
        &*self.0.setup.host
    }

    pub(crate) fn shared_host(&self) -> SharedHost {
        Arc::clone(&self.0.setup.host)
    }

    /// The person of the workspace that is open; none when none is. They may be signed out: reading goes
    /// on, writing does not.
    #[must_use]
    pub fn me(&self) -> Option<EntityId> {
        self.store().ok().map(|store| store.identity().person)
    }

    /// This desktop in the workspace that is open.
    #[must_use]
    pub fn device(&self) -> Option<DeviceId> {
        self.store().ok().map(|store| store.identity().device)
    }

    /// The workspace that is open.
    #[must_use]
    pub fn workspace(&self) -> Option<WorkspaceId> {
        self.store().ok().map(|store| store.identity().workspace)
    }

    /// Its settings entity.
    #[must_use]
    pub fn settings_id(&self) -> Option<EntityId> {
        self.workspace().map(settings_id)
    }

    /// People, services, schedules and the rest as they are shown now; empty when no workspace is open.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.store().map_or_else(|_| Arc::default(), |store| store.directory())
    }

    /// The store of the workspace that is open.
    ///
    /// # Errors
    /// `SignedOut` when none is; the file's own error when it cannot be used.
    pub fn store(&self) -> Result<Arc<Store>, ApiError> {
        let open = read(&self.0.open);
        match &*open {
            Some(open) => Ok(Arc::clone(&open.store)),
            None => Err(self.unusable().map_or_else(
                || ApiError::of(ErrorCode::SignedOut, "no workspace is open"),
                |unusable| unusable.error,
            )),
        }
    }

    /// The store, for somebody who is signed in.
    pub(crate) fn writable(&self) -> Result<Arc<Store>, ApiError> {
        if self.remembered().is_some_and(|known| known.signed_out) {
            return Err(ApiError::of(ErrorCode::SignedOut, "nobody is signed in"));
        }
        self.store()
    }

    /// Executes a change set: shown, in the outbox and durable when this answers.
    ///
    /// # Errors
    /// The refusal when the rules refuse it as things stand here (nothing is stored); `SignedOut`;
    /// `NotSaved` when the disk refuses.
    pub async fn execute(&self, set: ChangeSet) -> Result<Executed, ApiError> {
        let mut answers = self.execute_all(vec![set]).await?;
        answers.pop().unwrap_or_else(|| Err(ApiError::internal("a set got no answer")))
    }

    /// Executes change sets in one transaction; each stands or falls alone.
    ///
    /// # Errors
    /// `SignedOut`; `NotSaved` when the disk refuses, and then none stands.
    pub async fn execute_all(
        &self,
        sets: Vec<ChangeSet>,
    ) -> Result<Vec<Result<Executed, ApiError>>, ApiError> {
        self.execute_as(sets, false).await
    }

    /// Executes change sets that tell of the past: they cause no pages and no messages.
    ///
    /// # Errors
    /// See [`Client::execute`]; the first refusal.
    pub async fn import(&self, sets: Vec<ChangeSet>) -> Result<Vec<Executed>, ApiError> {
        self.execute_as(sets, true).await?.into_iter().collect()
    }

    async fn execute_as(
        &self,
        sets: Vec<ChangeSet>,
        again: bool,
    ) -> Result<Vec<Result<Executed, ApiError>>, ApiError> {
        let store = self.writable()?;
        let done = store.execute(sets, self.host().now(), again).await;
        let answers = done.map_err(|error| self.api_error(error))?;
        Ok(answers.into_iter().map(|one| one.map_err(|error| self.api_error(error))).collect())
    }

    /// A store's error with names in it.
    pub(crate) fn api_error(&self, error: StoreError) -> ApiError {
        match error {
            StoreError::Refused(why) => refusal::error(&*self.directory(), &why),
            other => other.into(),
        }
    }

    /// A change by this person, now.
    #[must_use]
    pub fn new_change(&self, entity: EntityId, body: Body) -> Change {
        let id = ChangeId(self.host().new_id());
        Change { id, entity, at: self.host().now(), seen: BTreeMap::new(), body }
    }

    /// A change set.
    #[must_use]
    pub fn new_set(&self, changes: Vec<Change>) -> ChangeSet {
        ChangeSet { id: SetId(self.host().new_id()), changes }
    }

    /// The lowest key number of the reserve; none when it is empty. It leaves the reserve with the set
    /// that uses it.
    ///
    /// # Errors
    /// `SignedOut` when no workspace is open.
    pub async fn take_key(&self) -> Result<Option<u64>, ApiError> {
        Ok(self.store()?.next_key().await?)
    }

    pub(crate) fn looking(&self) -> MutexGuard<'_, Looking> {
        self.0.looking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files of the workspace that is open.
    pub(crate) fn shelf(&self) -> Result<Arc<Shelf>, ApiError> {
        let open = read(&self.0.open).as_ref().map(|open| Arc::clone(&open.files));
        open.ok_or_else(|| ApiError::of(ErrorCode::SignedOut, "no workspace is open"))
    }

    /// This desktop's choices.
    #[must_use]
    pub fn preferences(&self) -> Preferences {
        read(&self.0.desktop).preferences.clone()
    }

    /// Keeps this desktop's choices.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn save_preferences(&self, chosen: &Preferences) -> Result<(), ApiError> {
        self.change_desktop(|desktop| desktop.preferences = chosen.clone())?;
        let words = Arc::new(Words::new(chosen.language));
        *write(&self.0.words) = words;
        self.host().preferences_changed(chosen);
        Ok(())
    }

    /// Words in this desktop's language.
    #[must_use]
    pub fn words(&self) -> Arc<Words> {
        Arc::clone(&read(&self.0.words))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0.setup.folder
    }

    pub(crate) fn extra_ca(&self) -> Option<&Path> {
        self.0.setup.extra_ca.as_deref()
    }

    pub(crate) fn solo_backend(&self) -> Option<Arc<dyn SoloBackend>> {
        self.0.setup.solo.clone()
    }

    pub(crate) fn ringing(&self) -> &Ringing {
        &self.0.ringing
    }

    pub(crate) fn walk(&self) -> &Walk {
        &self.0.walk
    }

    pub(crate) fn told_unready(&self) -> MutexGuard<'_, Told> {
        self.0.told_unready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn unusable(&self) -> Option<Unusable> {
        read(&self.0.unusable).clone()
    }

    pub(crate) fn remembered(&self) -> Option<Remembered> {
        read(&self.0.desktop).open().cloned()
    }

    pub(crate) fn device_for(&self, server: &str, name: &str) -> DeviceId {
        read(&self.0.desktop).device(server, name, self.host().new_id())
    }

    /// What this computer calls itself, for the list of devices.
    pub(crate) fn device_name(&self) -> String {
        let name = std::fs::read_to_string("/etc/hostname").ok();
        let name = name.or_else(|| std::env::var("COMPUTERNAME").ok()).unwrap_or_default();
        let name = name.trim();
        if name.is_empty() { "desktop".to_owned() } else { name.chars().take(100).collect() }
    }

    pub(crate) fn set_cannot_ring(&self, why: Option<String>) {
        *write(&self.0.cannot_ring) = why;
        self.host().emit(crate::api::sync::Event::Sync {});
    }

    pub(crate) fn set_blocked(&self, why: ApiError) {
        *write(&self.0.blocked) = Some(why);
        self.host().emit(crate::api::sync::Event::Sync {});
    }

    pub(crate) fn set_signed_out(&self, revoked: bool) -> Result<(), ApiError> {
        self.change_desktop(|desktop| {
            if let Some(known) = desktop.current.and_then(|at| desktop.workspaces.get_mut(at)) {
                known.signed_out = true;
                known.revoked = revoked;
            }
        })?;
        if let Some(open) = &mut *write(&self.0.open) {
            open.talk = None;
        }
        // Nobody would tell any more that somebody else has a page.
        self.ringing().stop(self.host());
        Ok(())
    }

    /// Whether a workspace is open and nobody talks to its server.
    pub(crate) fn is_silent(&self) -> bool {
        read(&self.0.open).as_ref().is_some_and(|open| open.talk.is_none())
    }

    /// Changes what this desktop remembers; nothing changes when the disk refuses.
    fn change_desktop(&self, change: impl FnOnce(&mut DesktopFile)) -> Result<(), ApiError> {
        let _alone = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = read(&self.0.desktop).clone();
        change(&mut changed);
        changed.write(self.folder())?;
        *write(&self.0.desktop) = changed;
        Ok(())
    }

    pub(crate) async fn entering(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.0.entering).lock_owned().await
    }

    pub(crate) async fn telling(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.telling.lock().await
    }

    /// Display name of a person, if they are known here.
    pub(crate) fn name_of(&self, person: EntityId) -> Option<String> {
        let directory = self.directory();
        let name = directory.entity(person)?.text("name").to_owned();
        Some(name).filter(|name| !name.is_empty())
    }
}

/// Nothing panics while it holds one of these locks; should that ever happen, the data is whole.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// See [`read`].
fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}
