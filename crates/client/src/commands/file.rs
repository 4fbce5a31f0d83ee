//! Pictures and other files: putting them beside the input line, showing, saving, trying again (T1).

use std::sync::Arc;

use firebell_domain::{
    chain::Hash,
    change::Body,
    entity::Entity,
    file::{self, FileRef, MAX_BYTES, MAX_FILES},
    id::EntityId,
    timeline::EntryChange,
};

use super::objection::Objections;
use crate::{
    Client,
    api::{
        ApiError,
        file::{FileOf, FileView, NamedFile, PictureOf, PictureSize},
    },
    file::{Shelf, not_saved, picture, spot},
    views::{
        file as view,
        incident::find,
        names::{id, not_found},
    },
};

impl Client {
    /// Keeps bytes that were pasted or dropped, for an entry that is still to be written. Answers what they
    /// are; what cannot be shown as a picture is a file all the same, with the reason.
    ///
    /// # Errors
    /// `Invalid` when there are too many bytes; `NotFound` for an incident that may not be seen; `NotSaved`.
    pub async fn stage_file(
        &self,
        incident: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<FileView, ApiError> {
        let incident = find(self, &*self.store()?, incident).await?.id;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ApiError::field("file", "error-file-too-large"));
        }
        let shelf = self.shelf()?;
        let name = file::shown_name(name);
        let kept = Arc::clone(&shelf);
        let looked = tokio::task::spawn_blocking(move || {
            let (file, objection) = describe(&name, &bytes);
            kept.keep(incident, file.hash, &bytes).map_err(not_saved)?;
            Ok::<_, ApiError>((file, objection))
        });
        let (file, objection) = looked.await.map_err(ApiError::internal)??;
        Ok(FileView {
            objection,
            ..view::of(&shelf, spot(incident, EntityId::NIL, file.hash), &file)
        })
    }

    /// A picture, drawn anew as PNG. What is not here is fetched first.
    ///
    /// # Errors
    /// `Invalid` with why it cannot be drawn; `NotFound`; `Offline` when it is not here.
    pub async fn show_picture(&self, asked: PictureOf) -> Result<Vec<u8>, ApiError> {
        let incident = find(self, &*self.store()?, &asked.incident).await?.id;
        let (hash, shelf) = (hash(&asked.hash)?, self.shelf()?);
        if !shelf.has(incident, hash) {
            let entry = asked.entry.as_deref().ok_or_else(|| not_found("file"))?;
            let (spot, file) = self.file_of(entry, &asked.hash).await?;
            if spot.incident != incident || !file.is_picture() {
                return Err(not_found("file"));
            }
            self.fetch_or_want(&shelf, &spot, &file).await?;
        }
        draw(&shelf, incident, hash, asked.size).await
    }

    /// `save_file`: asks where, and writes the bytes there. False when the person thought better of it.
    ///
    /// # Errors
    /// `NotFound`; `Offline` when it is not here; `NotSaved` when the disk refuses.
    pub async fn save_file(&self, of: FileOf) -> Result<bool, ApiError> {
        let (spot, file) = self.file_of(&of.entry, &of.hash).await?;
        let shelf = self.shelf()?;
        self.fetch_or_want(&shelf, &spot, &file).await?;
        let Some(place) = self.host().choose_place(&file::saved_as(&file.name)).await else {
            return Ok(false);
        };
        let from = shelf.path(spot.incident, spot.hash);
        tokio::fs::copy(from, place).await.map_err(not_saved)?;
        Ok(true)
    }

    /// `retry_file`: tries again now to send or to fetch it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn retry_file(&self, of: FileOf) -> Result<(), ApiError> {
        let (spot, _) = self.file_of(&of.entry, &of.hash).await?;
        let shelf = self.shelf()?;
        shelf.try_again(&spot);
        if !shelf.is_unsent(&spot) {
            shelf.want(spot);
        }
        Ok(())
    }

    /// Files as an entry is to name them, from what was kept. They count as unsent from now on.
    pub(super) async fn take_files(
        &self,
        (incident, entry): (EntityId, EntityId),
        named: &[NamedFile],
        wrong: &mut Objections,
    ) -> Result<Vec<FileRef>, ApiError> {
        let (shelf, mut files) = (self.shelf()?, Vec::new());
        wrong.when(named.len() > MAX_FILES, "files", "error-files-too-many");
        let hashes = named.iter().map(|one| hash(&one.hash)).collect::<Result<Vec<_>, _>>()?;
        for (one, hash) in named.iter().zip(hashes).take(MAX_FILES) {
            let Ok(bytes) = tokio::fs::read(shelf.path(incident, hash)).await else {
                wrong.add("files", "error-file-gone");
                continue;
            };
            let file = describe(&file::shown_name(&one.name), &bytes).0;
            if file.hash == hash {
                shelf.note_unsent(&spot(incident, entry, hash)).map_err(not_saved)?;
                files.push(file);
            } else {
                wrong.add("files", "error-file-hash");
            }
        }
        Ok(files)
    }

    /// The entry was not written: its files are not on their way.
    pub(super) fn leave_files(&self, incident: EntityId, entry: EntityId, files: &[FileRef]) {
        let Ok(shelf) = self.shelf() else { return };
        for file in files {
            if let Err(error) = shelf.note_sent(&spot(incident, entry, file.hash)) {
                tracing::warn!(%error, "a file counts as unsent although nothing names it");
            }
        }
    }

    /// Adds a file to a line that was written.
    pub(super) async fn add_file(&self, entry: &Entity, named: NamedFile) -> Result<(), ApiError> {
        let incident = entry.incident.ok_or_else(|| not_found("line"))?;
        let mut wrong = Objections::default();
        let files = self.take_files((incident, entry.id), &[named], &mut wrong).await?;
        wrong.done()?;
        let adds = files.iter().map(|file| {
            let add = EntryChange::AddFile { file: file.clone() };
            self.new_change(entry.id, Body::Entry(add))
        });
        if let Err(error) = self.execute(self.new_set(adds.collect())).await {
            self.leave_files(incident, entry.id, &files);
            return Err(error);
        }
        Ok(())
    }

    /// The files of an entry, as they are shown.
    pub(crate) fn file_views(&self, entry: &Entity) -> Vec<FileView> {
        let (Ok(shelf), Some(incident)) = (self.shelf(), entry.incident) else { return Vec::new() };
        file::files(entry)
            .map(|file| view::of(&shelf, spot(incident, entry.id, file.hash), &file))
            .collect()
    }

    async fn file_of(
        &self,
        entry: &str,
        named: &str,
    ) -> Result<(crate::file::Spot, FileRef), ApiError> {
        let found = self.named_file(id(entry)?, hash(named)?).await?;
        let (spot, file) = found.ok_or_else(|| not_found("file"))?;
        find(self, &*self.store()?, &spot.incident.to_string()).await?;
        Ok((spot, file))
    }

    /// Has it here, or notes that somebody waits for it.
    async fn fetch_or_want(
        &self,
        shelf: &Arc<Shelf>,
        spot: &crate::file::Spot,
        file: &FileRef,
    ) -> Result<(), ApiError> {
        let fetched = self.fetch_file(shelf, spot, file).await;
        if fetched.as_ref().is_err_and(|error| error.fields.is_empty()) {
            shelf.want(*spot);
        }
        fetched
    }
}

/// What bytes are. A picture that cannot be read or is too large to be drawn is a file, with the reason.
fn describe(name: &str, bytes: &[u8]) -> (FileRef, Option<String>) {
    let media = file::media_type(&bytes[..bytes.len().min(file::HEAD_BYTES)]);
    let mut found = FileRef {
        hash: Hash::of(bytes),
        name: name.to_owned(),
        media: media.to_owned(),
        bytes: bytes.len() as u64,
        width: 0,
        height: 0,
    };
    if !file::is_picture(media) {
        return (found, None);
    }
    match picture::dimensions(bytes) {
        Ok((width, height)) => {
            (found.width, found.height) = (width, height);
            (found, None)
        }
        Err(error) => {
            file::OTHER.clone_into(&mut found.media);
            (found, error.fields.first().map(|field| field.message_id.clone()))
        }
    }
}

/// Draws a picture that is here; thumbnails are kept.
async fn draw(
    shelf: &Arc<Shelf>,
    incident: EntityId,
    hash: Hash,
    size: PictureSize,
) -> Result<Vec<u8>, ApiError> {
    let kept = shelf.thumbnail(incident, hash);
    if size == PictureSize::Thumbnail
        && let Ok(drawn) = tokio::fs::read(&kept).await
    {
        return Ok(drawn);
    }
    let path = shelf.path(incident, hash);
    let drawn = shelf.draw(path, size).await?;
    if size == PictureSize::Thumbnail {
        shelf.write(&kept, &drawn).map_err(not_saved)?;
        // The incident may have gone out of sight meanwhile, and its files with it.
        if !shelf.has(incident, hash) {
            tokio::fs::remove_file(&kept).await.map_err(not_saved)?;
            return Err(not_found("file"));
        }
    }
    Ok(drawn)
}

fn hash(text: &str) -> Result<Hash, ApiError> {
    Hash::from_hex(text).ok_or_else(|| not_found("file"))
}
