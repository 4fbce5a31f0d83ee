//! Files of a timeline entry: pictures that are shown, everything else that can be saved (T1).
//!
//! The record names a file by the hash of its bytes; the bytes themselves travel beside the log. What
//! is allowed to stand in the record is decided here, and so is what may ever be shown as a picture.

mod name;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use name::{MAX_NAME, saved_as, shown_name};

use crate::{
    chain::Hash,
    decide::{Draft, Refusal, Stop},
    entity::{Entity, Member},
};

/// The largest file in bytes: 25 MB. A picture of a large screen has two; a core dump is no note.
pub const MAX_BYTES: u64 = 25 * 1_000_000;
/// The most files of one entry, so that a line stays a line.
pub const MAX_FILES: usize = 20;
/// The longest media type in bytes. RFC 6838 allows 127 for each half and nobody uses them.
pub const MAX_MEDIA: usize = 100;
/// The most pixels of one side that may be claimed; what is larger has no size in the record.
pub const MAX_SIDE: u32 = 65_535;
/// Bytes at the beginning of a file from which [`media_type`] tells what it is.
pub const HEAD_BYTES: usize = 16;
/// The list of an entry that holds its files.
pub const FILES: &str = "files";

/// What is neither png, jpeg, gif nor webp: a file to save.
pub const OTHER: &str = "application/octet-stream";

/// A file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// What it is called; words to show, never a path.
    pub name: String,
    /// What it is, as [`media_type`] said.
    pub media: String,
    /// Its length.
    pub bytes: u64,
    /// Pixels across; 0 when it is no picture.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub width: u32,
    /// Pixels down; 0 when it is no picture.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub height: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl FileRef {
    /// Whether it is shown as a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        is_picture(&self.media)
    }

    /// Whether it may stand in the record.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        let impossible = |field: &str| Refusal::ImpossibleValue { field: field.to_owned() };
        if self.name.len() as u64 > MAX_NAME {
            return Err(Refusal::TextTooLong { field: "name".to_owned(), max: MAX_NAME }.into());
        }
        if self.name.is_empty() {
            return Err(Refusal::TextEmpty { field: "name".to_owned() }.into());
        }
        if shown_name(&self.name) != self.name {
            return Err(impossible("name").into());
        }
        if self.bytes > MAX_BYTES {
            return Err(impossible("bytes").into());
        }
        if !is_media(&self.media) {
            return Err(impossible("media").into());
        }
        if self.width > MAX_SIDE || self.height > MAX_SIDE {
            return Err(impossible("width").into());
        }
        Ok(())
    }

    /// What the list keeps of it: everything but the hash, which is the member's id.
    fn value(&self) -> Value {
        let mut value = json!({"name": self.name, "media": self.media, "bytes": self.bytes});
        if self.width > 0 && self.height > 0 {
            value["width"] = json!(self.width);
            value["height"] = json!(self.height);
        }
        value
    }

    /// A member of the list read as one; none for what a newer version wrote otherwise.
    fn read(id: &str, member: &Member) -> Option<Self> {
        #[derive(Deserialize)]
        struct Kept {
            name: String,
            media: String,
            bytes: u64,
            #[serde(default)]
            width: u32,
            #[serde(default)]
            height: u32,
        }
        let hash = Hash::from_hex(id)?;
        let Kept { name, media, bytes, width, height } = Kept::deserialize(&member.value).ok()?;
        Some(Self { hash, name, media, bytes, width, height })
    }
}

/// Whether files of this media type are shown as pictures. SVG and HTML are programs, and so is much
/// else: they are files to save, and nothing of them is ever opened inside a window.
#[must_use]
pub fn is_picture(media: &str) -> bool {
    matches!(media, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// What a file is, by its first [`HEAD_BYTES`] bytes; its name and what a sender says do not count.
#[must_use]
pub fn media_type(head: &[u8]) -> &'static str {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => OTHER,
    }
}

/// `type/subtype`, in the letters that RFC 6838 gives them.
fn is_media(media: &str) -> bool {
    let half = |text: &str| {
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b);
        !text.is_empty() && text.bytes().all(plain)
    };
    media.len() <= MAX_MEDIA && media.split_once('/').is_some_and(|(a, b)| half(a) && half(b))
}

/// Files of an entry that were not removed, in the order of their hashes.
pub fn files(entry: &Entity) -> impl Iterator<Item = FileRef> + '_ {
    entry.members(FILES).filter_map(|(id, member)| FileRef::read(id, member))
}

/// The file of an entry with this hash, also when it was removed: nothing is destroyed, and whoever may
/// see the entry may see what it had.
#[must_use]
pub fn file(entry: &Entity, hash: Hash) -> Option<FileRef> {
    let id = hash.to_string();
    FileRef::read(&id, entry.lists.get(FILES)?.get(&id)?)
}

/// Adds a file to the entry that is being decided. The same one again is no change.
pub(crate) fn add(draft: &mut Draft<'_>, file: &FileRef) -> Result<(), Stop> {
    file.check()?;
    let id = file.hash.to_string();
    let has = draft.own().map_or(0, |entry| entry.members(FILES).count());
    if draft.own().is_some_and(|entry| entry.has_member(FILES, &id)) {
        return Ok(());
    }
    if has >= MAX_FILES {
        return Err(Refusal::ImpossibleValue { field: FILES.to_owned() }.into());
    }
    draft.add(FILES, id, file.value());
    Ok(())
}

/// Adds the files with which an entry is written.
pub(crate) fn add_all(draft: &mut Draft<'_>, files: &[FileRef]) -> Result<(), Stop> {
    if files.len() > MAX_FILES {
        return Err(Refusal::ImpossibleValue { field: FILES.to_owned() }.into());
    }
    files.iter().try_for_each(|file| add(draft, file))
}

/// Takes a file out of the entry. It stays in the entry's history, and can be added again.
pub(crate) fn remove(draft: &mut Draft<'_>, hash: Hash) {
    draft.remove(FILES, hash.to_string());
}
