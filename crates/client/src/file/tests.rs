use std::{
    collections::BTreeSet,
    fs,
    io::Cursor,
    time::{Duration, SystemTime},
};

use firebell_domain::{chain::Hash, id::EntityId};
use image::{DynamicImage, GenericImageView, ImageFormat};
use uuid::Uuid;

use super::{Shelf, Spot, forget, picture, spot};
use crate::api::file::PictureSize;

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG that says that it is so large and holds next to nothing.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(1, 1, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The check sum of a PNG's part (CRC-32 of ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

fn objection<T: std::fmt::Debug>(done: Result<T, crate::api::ApiError>) -> String {
    done.expect_err("it is objected to").fields[0].message_id.clone()
}

#[test]
fn four_kinds_of_pictures_are_drawn_anew_and_fit() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let bytes = encoded(700, 350, format);
        assert_eq!(picture::dimensions(&bytes).unwrap(), (700, 350), "{format:?}");
        for (size, fits) in [(PictureSize::Thumbnail, (320, 160)), (PictureSize::View, (700, 350))]
        {
            let drawn = picture::draw(&bytes, size).unwrap();
            let read = image::load_from_memory_with_format(&drawn, ImageFormat::Png).unwrap();
            assert_eq!(read.dimensions(), fits, "{format:?}");
        }
    }
}

#[test]
fn nothing_that_was_hidden_in_a_picture_comes_out_again() {
    let mut polyglot = encoded(8, 8, ImageFormat::Png);
    polyglot.extend_from_slice(b"<script>window.marked = 1</script>");
    let drawn = picture::draw(&polyglot, PictureSize::View).unwrap();
    let script = b"<script>";
    assert!(!drawn.windows(script.len()).any(|part| part == script));
}

#[test]
fn bombs_and_what_is_no_picture_are_refused_in_words() {
    let large = "error-picture-too-large";
    let unreadable = "error-picture-unreadable";
    let html = [b"\x89PNG\r\n\x1a\n".as_slice(), b"<html><script>alert(1)</script>"].concat();
    let cut = encoded(64, 64, ImageFormat::Jpeg)[..40].to_vec();
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("as large as it may be and one line more", bomb(50_000, 1_001), large),
        ("a hundred thousand to a side", bomb(100_000, 100_000), large),
        ("as large as numbers go", bomb(u32::MAX >> 1, u32::MAX >> 1), large),
        ("a line", bomb(65_536, 1), large),
        ("no width", bomb(0, 10), unreadable),
        ("HTML as PNG", html, unreadable),
        ("cut off", cut, unreadable),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), unreadable),
        ("HTML", b"<!doctype html><script>alert(1)</script>".to_vec(), unreadable),
        ("BMP", encoded_bmp(), unreadable),
        ("nothing", Vec::new(), unreadable),
        ("a GIF of no size", b"GIF89a\0\0\0\0\0\0\0;".to_vec(), unreadable),
    ];
    for (what, bytes, why) in cases {
        let said = objection(picture::draw(&bytes, PictureSize::View));
        // Beyond what the format allows it may be either.
        let either = what == "as large as numbers go" && [large, unreadable].contains(&&*said);
        assert!(said == why || either, "{what}: {said}");
        assert!(picture::dimensions(&bytes).is_err() || what == "cut off", "{what}");
    }
}

/// Two bytes that a BMP begins with, and some more.
fn encoded_bmp() -> Vec<u8> {
    [b"BM".as_slice(), &[0; 60]].concat()
}

fn id(n: u128) -> EntityId {
    EntityId(Uuid::from_u128(n))
}

fn stocked(bytes: &[u8]) -> (tempfile::TempDir, Shelf, Spot) {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::at(folder.path().join("files"));
    let spot = spot(id(1), id(2), Hash::of(bytes));
    shelf.keep(spot.incident, spot.hash, bytes).unwrap();
    shelf.note_unsent(&spot).unwrap();
    (folder, shelf, spot)
}

#[test]
fn what_is_kept_is_there_for_its_owner_alone_and_counts_until_it_was_sent() {
    let (folder, shelf, spot) = stocked(b"bytes");
    assert_eq!(fs::read(shelf.path(spot.incident, spot.hash)).unwrap(), b"bytes");
    assert_eq!(shelf.unsent().unwrap(), [spot]);
    let again = Shelf::at(folder.path().join("files"));
    assert_eq!(again.unsent().unwrap(), [spot], "also after a start");
    again.keep(spot.incident, spot.hash, b"bytes").unwrap();
    again.note_sent(&spot).unwrap();
    again.note_sent(&spot).unwrap();
    assert!(shelf.unsent().unwrap().is_empty() && shelf.has(spot.incident, spot.hash));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("files")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[test]
fn an_incident_that_is_forgotten_takes_its_files_along_and_no_others() {
    let (folder, shelf, gone) = stocked(b"secret");
    let stays = spot(id(9), id(2), Hash::of(b"open"));
    shelf.keep(stays.incident, stays.hash, b"open").unwrap();
    shelf.note_unsent(&stays).unwrap();
    fs::write(shelf.part(gone.incident, Hash::of(b"x")).unwrap(), b"sec").unwrap();
    shelf.write(&shelf.thumbnail(gone.incident, gone.hash), b"drawn").unwrap();
    let root = folder.path().join("files");
    forget(&root, gone.incident).unwrap();
    forget(&root, gone.incident).unwrap();
    assert!(!root.join(gone.incident.to_string()).exists());
    assert_eq!(shelf.unsent().unwrap(), [stays]);
    assert!(shelf.has(stays.incident, stays.hash));
    forget(&folder.path().join("nowhere"), gone.incident).unwrap();
}

#[test]
fn what_no_entry_names_is_swept_after_a_month_and_nothing_else() {
    let (_folder, shelf, named) = stocked(b"named");
    let draft = Hash::of(b"draft");
    shelf.keep(named.incident, draft, b"draft").unwrap();
    let of = BTreeSet::from([named.hash]);
    let now = SystemTime::now();
    let day = Duration::from_secs(24 * 60 * 60);
    assert_eq!(shelf.sweep_incident(named.incident, &of, now + 29 * day).unwrap(), 0);
    assert_eq!(shelf.sweep_incident(named.incident, &of, now + 31 * day).unwrap(), 1);
    assert!(!shelf.has(named.incident, draft) && shelf.has(named.incident, named.hash));
    assert_eq!(shelf.unsent().unwrap().len(), 1);
    assert_eq!(shelf.incidents().unwrap(), [named.incident]);
}

#[test]
fn what_is_wanted_is_tried_with_growing_pauses_until_it_came() {
    let (_folder, shelf, here) = stocked(b"here");
    shelf.want(here);
    let now = std::time::Instant::now() + Duration::from_secs(1);
    assert!(shelf.due(now).0.is_empty(), "it is here");
    let away = Spot { hash: Hash::of(b"away"), ..here };
    shelf.want(away);
    shelf.want(away);
    assert_eq!(shelf.due(now).0.len(), 1);
    let mut pauses = Vec::new();
    for _ in 0..12 {
        shelf.tried(&away, false, now);
        let (due, next) = shelf.due(now);
        assert!(due.is_empty());
        pauses.push(next.unwrap().as_secs());
    }
    assert!(pauses.is_sorted() && pauses[0] == 2 && pauses[11] == 300, "{pauses:?}");
    shelf.tried(&away, true, now);
    assert!(shelf.due(now + Duration::from_secs(1_000)).0.is_empty());
}
