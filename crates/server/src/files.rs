//! The bytes of files that timeline entries name, beside the log (T1).
//!
//! Everything goes through `object_store`: a folder by default. A file lies at `INCIDENT/HASH`, so that
//! only who may see the incident ever gets at it: the same bytes in another incident are another object,
//! and whoever merely knows a hash has to bring the bytes themselves. What is being uploaded lies at
//! `partial/DEVICE/ENTRY-HASH/INDEX-MILLIS` in pieces of one size, on whatever node took them; no node
//! remembers anything.

mod sweep;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, io, path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use firebell_domain::{
    chain::Hash,
    file::FileRef,
    id::{DeviceId, EntityId},
    time::Timestamp,
};
use firebell_protocol::http::{UPLOAD_PIECE, UploadState};
use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    Error as StoreFailure, ObjectMeta, ObjectStore, ObjectStoreExt, local::LocalFileSystem,
    memory::InMemory, path::Path,
};
use tokio::sync::Semaphore;

pub(crate) use sweep::run;

use crate::store::StoreError;

/// Pieces that are being taken at the same moment; each is held in memory.
const MAX_PIECES: usize = 32;
/// Files that are being put together at the same moment; each is held in memory.
const MAX_FINISHING: usize = 2;
/// Uploads that one device may leave unfinished at a time. A desktop sends one after the other.
const MAX_UNFINISHED: usize = 16;
/// Folder of what is being uploaded.
const PARTIAL: &str = "partial";

/// Where the bytes of files are.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    objects: Box<dyn ObjectStore>,
    /// See [`MAX_PIECES`].
    pieces: Semaphore,
    /// See [`MAX_FINISHING`].
    finishing: Semaphore,
}

/// Why a piece was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// It does not begin where the upload stands.
    Elsewhere(UploadState),
    /// It is neither of the size that pieces have nor the last one.
    WrongSize,
    /// All bytes came, and they are not those of the hash; the upload begins anew.
    WrongHash,
    /// The device leaves too many uploads unfinished.
    TooMany,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A file that entries of an incident name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The incident.
    pub incident: EntityId,
    /// The entry through which it is reached.
    pub entry: EntityId,
    /// SHA-256 of the bytes.
    pub hash: Hash,
}

impl Place {
    fn path(&self) -> Path {
        Path::from(format!("{}/{}", self.incident, self.hash))
    }

    fn partial(&self, device: DeviceId) -> Path {
        Path::from(format!("{PARTIAL}/{device}/{}-{}", self.entry, self.hash))
    }
}

impl Files {
    /// In a folder, which is made for its owner alone when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or used.
    pub fn in_folder(folder: &FilePath) -> io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(io::Error::other)?;
        // "Done" is said when the bytes survive the power: the desktop then stops offering them.
        Ok(Self::over(Box::new(objects.with_fsync(true).with_automatic_cleanup(true))))
    }

    /// In memory, for simulations and tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::over(Box::new(InMemory::new()))
    }

    /// Over any store of objects.
    #[must_use]
    pub fn over(objects: Box<dyn ObjectStore>) -> Self {
        let (pieces, finishing) = (Semaphore::new(MAX_PIECES), Semaphore::new(MAX_FINISHING));
        Self(Arc::new(Inner { objects, pieces, finishing }))
    }

    /// A turn to take a piece; held while it is read.
    ///
    /// # Errors
    /// Never while the process runs.
    pub async fn turn(
        &self,
    ) -> Result<tokio::sync::SemaphorePermit<'_>, tokio::sync::AcquireError> {
        self.0.pieces.acquire().await
    }

    /// Whether all bytes of a file are here.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn has(&self, place: &Place) -> Result<bool, StoreError> {
        match self.0.objects.head(&place.path()).await {
            Ok(_) => Ok(true),
            Err(StoreFailure::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Bytes of a file, as far as the range lies in it; none when it is not here.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn read(
        &self,
        place: &Place,
        range: std::ops::Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        if range.is_empty() {
            return Ok(self.has(place).await?.then(Bytes::new));
        }
        match self.0.objects.get_range(&place.path(), range).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreFailure::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// How far the upload of a file by this device got.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn state(
        &self,
        place: &Place,
        device: DeviceId,
        file: &FileRef,
    ) -> Result<UploadState, StoreError> {
        if self.has(place).await? {
            return Ok(UploadState { received: file.bytes, bytes: file.bytes, done: true });
        }
        let received = self.parts(&place.partial(device)).await?.iter().map(|part| part.size).sum();
        Ok(UploadState { received, bytes: file.bytes, done: false })
    }

    /// Takes the next piece of a file. The last one puts the file together, when its hash is right.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn take(
        &self,
        place: &Place,
        device: DeviceId,
        file: &FileRef,
        (at, piece): (u64, Bytes),
        now: Timestamp,
    ) -> Result<UploadState, NotTaken> {
        if self.has(place).await? {
            return Ok(UploadState { received: file.bytes, bytes: file.bytes, done: true });
        }
        let partial = place.partial(device);
        let parts = self.parts(&partial).await?;
        let received: u64 = parts.iter().map(|part| part.size).sum();
        let state = UploadState { received, bytes: file.bytes, done: false };
        if at != received {
            return Err(NotTaken::Elsewhere(state));
        }
        let length = piece.len() as u64;
        let last = at + length == file.bytes;
        if at + length > file.bytes || (!last && length != UPLOAD_PIECE) {
            return Err(NotTaken::WrongSize);
        }
        if parts.is_empty() && self.unfinished(device).await? >= MAX_UNFINISHED {
            return Err(NotTaken::TooMany);
        }
        if last {
            self.finish(place, &parts, piece).await?;
            return Ok(UploadState { received: file.bytes, bytes: file.bytes, done: true });
        }
        let name = format!("{:03}-{}", parts.len(), now.0);
        self.put(&partial.join(name), piece).await?;
        Ok(UploadState { received: received + length, ..state })
    }

    /// Everything that is here: how many files, how many bytes, and those whose bytes are not those of
    /// their name.
    ///
    /// # Errors
    /// [`StoreError`] of the store.
    pub async fn check(&self) -> Result<Checked, StoreError> {
        let mut checked = Checked::default();
        let mut all = self.0.objects.list(None);
        while let Some(object) = all.next().await {
            let object = object.map_err(failed)?;
            if object.location.prefix_matches(&Path::from(PARTIAL)) {
                continue;
            }
            checked.files += 1;
            checked.bytes += object.size;
            let bytes = self.whole(&object.location).await?;
            let named = object.location.filename().and_then(Hash::from_hex);
            if named != Some(Hash::of(&bytes)) {
                checked.damaged.push(object.location.to_string());
            }
        }
        Ok(checked)
    }

    /// Copies every whole file to another place that does not have it yet.
    ///
    /// # Errors
    /// [`StoreError`] of either store.
    pub async fn copy_to(&self, other: &Self) -> Result<u64, StoreError> {
        let (mut copied, mut all) = (0, self.0.objects.list(None));
        while let Some(object) = all.next().await {
            let object = object.map_err(failed)?;
            let whole = !object.location.prefix_matches(&Path::from(PARTIAL));
            if whole && other.0.objects.head(&object.location).await.is_err() {
                other.put(&object.location, self.whole(&object.location).await?).await?;
                copied += 1;
            }
        }
        Ok(copied)
    }

    /// The pieces that came, in order and without a gap. Of two that came at once for one place, the
    /// first counts.
    async fn parts(&self, partial: &Path) -> Result<Vec<ObjectMeta>, StoreError> {
        let objects: Vec<ObjectMeta> =
            self.0.objects.list(Some(partial)).try_collect().await.map_err(failed)?;
        let mut parts = BTreeMap::new();
        for object in objects {
            if let Some(index) = object.location.filename().and_then(sweep::index_of) {
                parts.entry(index).or_insert(object);
            }
        }
        let parts = parts.into_iter().enumerate();
        Ok(parts.take_while(|(at, (index, _))| at == index).map(|(_, (_, part))| part).collect())
    }

    async fn unfinished(&self, device: DeviceId) -> Result<usize, StoreError> {
        let folder = Path::from(format!("{PARTIAL}/{device}"));
        let listed = self.0.objects.list_with_delimiter(Some(&folder)).await.map_err(failed)?;
        Ok(listed.common_prefixes.len())
    }

    async fn finish(
        &self,
        place: &Place,
        parts: &[ObjectMeta],
        last: Bytes,
    ) -> Result<(), NotTaken> {
        let _turn = self.0.finishing.acquire().await;
        let mut whole = Vec::new();
        for part in parts {
            whole.extend_from_slice(&self.whole(&part.location).await?);
        }
        whole.extend_from_slice(&last);
        let right = Hash::of(&whole) == place.hash;
        if right {
            self.put(&place.path(), whole.into()).await?;
        }
        for part in parts {
            self.remove(&part.location).await?;
        }
        if right { Ok(()) } else { Err(NotTaken::WrongHash) }
    }

    async fn whole(&self, path: &Path) -> Result<Bytes, StoreError> {
        let found = self.0.objects.get(path).await.map_err(failed)?;
        found.bytes().await.map_err(failed)
    }

    async fn put(&self, path: &Path, bytes: Bytes) -> Result<(), StoreError> {
        self.0.objects.put(path, bytes.into()).await.map(drop).map_err(failed)
    }

    async fn remove(&self, path: &Path) -> Result<(), StoreError> {
        match self.0.objects.delete(path).await {
            Ok(()) | Err(StoreFailure::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// What [`Files::check`] found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Whole files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those whose bytes are not those of their name.
    pub damaged: Vec<String>,
}

fn failed(error: StoreFailure) -> StoreError {
    StoreError::Unavailable(format!("files: {error}"))
}
