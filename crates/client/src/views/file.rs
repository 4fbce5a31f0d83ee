//! A file of an entry, as it is shown.

use firebell_domain::file::FileRef;

use crate::{
    api::{
        ErrorCode,
        file::{FilePlace, FileView},
    },
    file::{Shelf, Spot},
};

/// The file at a spot.
pub(crate) fn of(shelf: &Shelf, spot: Spot, file: &FileRef) -> FileView {
    let way = shelf.way(spot.incident, spot.hash).unwrap_or_default();
    let here = shelf.has(spot.incident, spot.hash);
    let place = match (here, shelf.is_unsent(&spot), way.active) {
        (true, true, true) => FilePlace::Sending,
        (true, true, false) => FilePlace::Waiting,
        (true, false, _) => FilePlace::Here,
        (false, _, true) => FilePlace::Fetching,
        (false, _, false) => FilePlace::Away,
    };
    let objection = way.failure.map(|error| match (error.fields.first(), error.code) {
        (Some(field), _) => field.message_id.clone(),
        (None, ErrorCode::NotSaved) => "error-file-not-saved".to_owned(),
        (None, _) => "error-file-refused".to_owned(),
    });
    FileView {
        hash: file.hash.to_string(),
        name: file.name.clone(),
        bytes: signed(file.bytes),
        picture: file.is_picture() && file.width > 0,
        width: file.width,
        height: file.height,
        place,
        done: signed(way.done),
        objection,
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
