//! The folder of files beside a workspace's database, and what is under way.
//!
//! `INCIDENT/HASH` is a whole file, `INCIDENT/HASH.part` one that is coming, `INCIDENT/HASH.thumb` a drawn
//! thumbnail; an empty `unsent/INCIDENT.ENTRY.HASH` says that the server does not have it yet. Names are
//! ids and hashes, never words of a person.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use firebell_domain::{chain::Hash, id::EntityId};
use tokio::sync::{Notify, Semaphore};

use super::{picture, send::not_saved};
use crate::api::{ApiError, file::PictureSize};

/// How long drawing a picture may take; pixels and memory are bounded, so it ends soon after.
const DRAWN_WITHIN: Duration = Duration::from_secs(20);
/// Files that come at the same moment.
const FETCHING: usize = 3;
/// Files that are waited for; beyond that the oldest are forgotten until somebody looks.
const MAX_WANTED: usize = 1_000;
/// A file that no entry names is kept for so long: a draft, or an entry that was refused, may need it.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A file of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) incident: EntityId,
    pub(crate) entry: EntityId,
    pub(crate) hash: Hash,
}

/// See [`Spot`].
pub(crate) fn spot(incident: EntityId, entry: EntityId, hash: Hash) -> Spot {
    Spot { incident, entry, hash }
}

/// How a file that is under way stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Way {
    /// Bytes are going or coming now.
    pub(crate) active: bool,
    /// How many went or came.
    pub(crate) done: u64,
    /// Why it does not go on by itself.
    pub(crate) failure: Option<ApiError>,
}

/// A file that others have and this desktop wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) spot: Spot,
    /// Tries so far, and the instant of the next one.
    pub(super) tries: u32,
    pub(super) next: std::time::Instant,
}

/// See the module.
pub(crate) struct Shelf {
    root: PathBuf,
    ways: Mutex<BTreeMap<(EntityId, Hash), Way>>,
    wanted: Mutex<Vec<Wanted>>,
    written: AtomicU64,
    /// Rung when there may be something to send or fetch.
    pub(crate) wake: Notify,
    /// Rung when a fetch ended.
    pub(super) settled: Notify,
    pub(super) fetching: Semaphore,
    /// One picture is drawn at a time: each may take a lot of memory.
    drawing: Arc<Semaphore>,
}

impl Shelf {
    /// The shelf in this folder, which is made when something is put there.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self {
            root,
            ways: Mutex::default(),
            wanted: Mutex::default(),
            written: AtomicU64::new(0),
            wake: Notify::new(),
            settled: Notify::new(),
            fetching: Semaphore::new(FETCHING),
            drawing: Arc::new(Semaphore::new(1)),
        }
    }

    /// Where a whole file lies.
    pub(crate) fn path(&self, incident: EntityId, hash: Hash) -> PathBuf {
        self.root.join(incident.to_string()).join(hash.to_string())
    }

    pub(crate) fn has(&self, incident: EntityId, hash: Hash) -> bool {
        self.path(incident, hash).exists()
    }

    /// Keeps bytes: when this answers, they survive the power.
    pub(crate) fn keep(&self, incident: EntityId, hash: Hash, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(incident, hash);
        if path.exists() {
            // Its age counts from now: it is used again.
            return File::options().append(true).open(&path)?.set_modified(SystemTime::now());
        }
        self.write(&path, bytes)
    }

    /// Writes a file whole or not at all.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        private(folder)?;
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let new = path.with_extension(format!("{}-{number}.new", std::process::id()));
        let mut file = File::create(&new)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        drop(file);
        match written.and_then(|()| fs::rename(&new, path)) {
            Ok(()) => sync_folder(folder),
            Err(error) => {
                fs::remove_file(&new).ok();
                Err(error)
            }
        }
    }

    /// Draws a picture that is here, one at a time, and not for longer than somebody waits.
    ///
    /// # Errors
    /// `Invalid` with why it cannot be drawn.
    pub(crate) async fn draw(&self, path: PathBuf, size: PictureSize) -> Result<Vec<u8>, ApiError> {
        let turn = Arc::clone(&self.drawing).acquire_owned().await.map_err(ApiError::internal)?;
        let drawing = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also when nobody waits for it any more.
            let _turn = turn;
            picture::draw(&fs::read(path).map_err(not_saved)?, size)
        });
        match tokio::time::timeout(DRAWN_WITHIN, drawing).await {
            Ok(drawn) => drawn.map_err(ApiError::internal)?,
            Err(_) => Err(ApiError::field("file", "error-picture-slow")),
        }
    }

    /// Where a file that is coming lies.
    pub(super) fn part(&self, incident: EntityId, hash: Hash) -> io::Result<PathBuf> {
        let path = self.path(incident, hash).with_extension("part");
        private(path.parent().unwrap_or(&self.root))?;
        Ok(path)
    }

    /// Where its thumbnail lies.
    pub(crate) fn thumbnail(&self, incident: EntityId, hash: Hash) -> PathBuf {
        self.path(incident, hash).with_extension("thumb")
    }

    /// Notes that the server does not have a file yet.
    pub(crate) fn note_unsent(&self, spot: &Spot) -> io::Result<()> {
        self.write(&self.marker(spot), b"")
    }

    /// The server has it, or nobody needs it any more.
    pub(crate) fn note_sent(&self, spot: &Spot) -> io::Result<()> {
        remove(&self.marker(spot))
    }

    pub(crate) fn is_unsent(&self, spot: &Spot) -> bool {
        self.marker(spot).exists()
    }

    /// Files that the server does not have yet.
    pub(crate) fn unsent(&self) -> io::Result<Vec<Spot>> {
        let mut spots = Vec::new();
        for name in names(&self.root.join("unsent"))? {
            spots.extend(read_marker(&name));
        }
        spots.sort_unstable();
        Ok(spots)
    }

    fn marker(&self, spot: &Spot) -> PathBuf {
        let Spot { incident, entry, hash } = spot;
        self.root.join("unsent").join(format!("{incident}.{entry}.{hash}"))
    }

    /// Deletes files that no entry names and nobody used for long. `named` says which hashes entries of an
    /// incident name; none when that cannot be told, and then everything stays.
    pub(crate) fn sweep_incident(
        &self,
        incident: EntityId,
        named: &BTreeSet<Hash>,
        now: SystemTime,
    ) -> io::Result<u32> {
        let folder = self.root.join(incident.to_string());
        let mut swept = 0;
        for name in names(&folder)? {
            let stem = name.split('.').next().unwrap_or_default();
            if Hash::from_hex(stem).is_some_and(|hash| named.contains(&hash)) {
                continue;
            }
            let path = folder.join(&name);
            let age =
                fs::metadata(&path)?.modified().ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age > UNUSED) {
                remove(&path)?;
                swept += 1;
            }
        }
        for spot in self.unsent()?.iter().filter(|spot| spot.incident == incident) {
            if !self.has(incident, spot.hash) {
                self.note_sent(spot)?;
            }
        }
        Ok(swept)
    }

    /// Incidents that have files here.
    pub(crate) fn incidents(&self) -> io::Result<Vec<EntityId>> {
        Ok(names(&self.root)?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// How a file that is under way stands.
    pub(crate) fn way(&self, incident: EntityId, hash: Hash) -> Option<Way> {
        self.ways().get(&(incident, hash)).cloned()
    }

    /// A file begins to go or come; false when it does already.
    pub(super) fn begin(&self, incident: EntityId, hash: Hash) -> bool {
        let mut ways = self.ways();
        let way = ways.entry((incident, hash)).or_default();
        let begins = !way.active;
        if begins {
            *way = Way { active: true, ..Way::default() };
        }
        begins
    }

    pub(super) fn moved(&self, incident: EntityId, hash: Hash, done: u64) {
        if let Some(way) = self.ways().get_mut(&(incident, hash)) {
            way.done = done;
        }
    }

    /// It ended; a failure is kept until somebody tries again.
    pub(super) fn ended(&self, incident: EntityId, hash: Hash, failure: Option<ApiError>) {
        let mut ways = self.ways();
        match failure {
            None => drop(ways.remove(&(incident, hash))),
            Some(failure) => {
                let way = ways.entry((incident, hash)).or_default();
                (way.active, way.failure) = (false, Some(failure));
            }
        }
        drop(ways);
        self.settled.notify_waiters();
    }

    /// Forgets a failure, so that it is tried again now.
    pub(crate) fn try_again(&self, spot: &Spot) {
        let mut ways = self.ways();
        if ways.get(&(spot.incident, spot.hash)).is_some_and(|way| !way.active) {
            ways.remove(&(spot.incident, spot.hash));
        }
        drop(ways);
        self.wake.notify_one();
    }

    /// Has a file fetched when it can be.
    pub(crate) fn want(&self, spot: Spot) {
        if self.has(spot.incident, spot.hash) {
            return;
        }
        let mut wanted = self.wanted();
        if !wanted.iter().any(|known| known.spot == spot) {
            if wanted.len() >= MAX_WANTED {
                wanted.remove(0);
            }
            wanted.push(Wanted { spot, tries: 0, next: std::time::Instant::now() });
        }
        drop(wanted);
        self.wake.notify_one();
    }

    /// Wanted files whose time has come, and when the next one's does.
    pub(super) fn due(&self, now: std::time::Instant) -> (Vec<Wanted>, Option<Duration>) {
        let wanted = self.wanted();
        let due = wanted.iter().filter(|wanted| wanted.next <= now).copied().collect();
        let next = wanted.iter().map(|wanted| wanted.next.saturating_duration_since(now)).min();
        (due, next)
    }

    /// A wanted file came, or is tried again after a pause that grows.
    pub(super) fn tried(&self, spot: &Spot, came: bool, now: std::time::Instant) {
        /// The longest pause: a colleague's desktop may stay away for days.
        const LONGEST: Duration = Duration::from_secs(300);
        let mut wanted = self.wanted();
        if came {
            wanted.retain(|known| known.spot != *spot);
        } else if let Some(known) = wanted.iter_mut().find(|known| known.spot == *spot) {
            known.tries = known.tries.saturating_add(1);
            known.next = now + LONGEST.min(Duration::from_secs(1 << known.tries.min(9)));
        }
    }

    fn ways(&self) -> MutexGuard<'_, BTreeMap<(EntityId, Hash), Way>> {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, Vec<Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Deletes every file of an incident from the folder at `root`.
pub(crate) fn forget(root: &Path, incident: EntityId) -> io::Result<()> {
    let unsent = root.join("unsent");
    for name in names(&unsent)? {
        if read_marker(&name).is_some_and(|spot| spot.incident == incident) {
            remove(&unsent.join(name))?;
        }
    }
    match fs::remove_dir_all(root.join(incident.to_string())) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ if root.exists() => sync_folder(root),
        _ => Ok(()),
    }
}

fn read_marker(name: &str) -> Option<Spot> {
    let mut parts = name.split('.');
    let (incident, entry) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Spot { incident, entry, hash: Hash::from_hex(parts.next()?)? })
}

/// Names of what is in a folder; none when it is not there.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder, and those above it, for this user alone.
fn private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A name in a folder survives the power only once the folder itself was written.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
