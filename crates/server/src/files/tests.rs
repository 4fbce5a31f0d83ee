use firebell_domain::file::OTHER;
use uuid::Uuid;

use super::{sweep::KEPT_MILLIS, *};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const PIECE: usize = UPLOAD_PIECE as usize;

fn bytes(length: usize) -> Bytes {
    (0..length).map(|n| u8::try_from(n % 251).unwrap_or_default()).collect()
}

fn of(bytes: &Bytes) -> (Place, FileRef) {
    let (hash, name) = (Hash::of(bytes), "dump.bin".to_owned());
    let (media, bytes) = (OTHER.to_owned(), bytes.len() as u64);
    let place = Place { incident: EntityId::NIL, entry: EntityId(Uuid::from_u128(2)), hash };
    (place, FileRef { hash, name, media, bytes, width: 0, height: 0 })
}

/// Sends pieces from where the upload stands.
async fn send(files: &Files, whole: &Bytes, most: usize) -> Result<UploadState, NotTaken> {
    let (place, file) = of(whole);
    let mut state = files.state(&place, DEVICE, &file).await?;
    for _ in 0..most {
        if state.done {
            break;
        }
        let at = usize::try_from(state.received).expect("small");
        let piece = whole.slice(at..whole.len().min(at + PIECE));
        state = files.take(&place, DEVICE, &file, (state.received, piece), NOW).await?;
    }
    Ok(state)
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped_also_in_another_process() {
    let folder = tempfile::tempdir().unwrap();
    for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7] {
        let whole = bytes(length);
        let (place, file) = of(&whole);
        let mut processes = 0;
        let last = loop {
            let files = Files::in_folder(folder.path()).unwrap();
            processes += 1;
            let state = send(&files, &whole, 1).await.unwrap();
            if state.done {
                break files;
            }
            assert!(!files.has(&place).await.unwrap());
        };
        assert_eq!(processes, length.div_ceil(PIECE).max(1), "{length}");
        let read = last.read(&place, 0..length as u64).await.unwrap();
        assert_eq!(read, Some(whole), "{length}");
        assert_eq!(last.unfinished(DEVICE).await.unwrap(), 0);
        let state = last.state(&place, DEVICE, &file).await.unwrap();
        assert!(state.done && state.received == length as u64);
    }
    let files = Files::in_folder(folder.path()).unwrap();
    let checked = files.check().await.unwrap();
    assert_eq!((checked.files, checked.damaged.len()), (7, 0));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_of_it_stays() {
    let files = Files::in_memory();
    let whole = bytes(2 * PIECE + 5);
    let (place, file) = of(&whole);
    let piece = |from: usize, to: usize| whole.slice(from..to);
    let take = |at, piece| files.take(&place, DEVICE, &file, (at, piece), NOW);
    let elsewhere = take(5, piece(0, PIECE)).await;
    assert!(matches!(elsewhere, Err(NotTaken::Elsewhere(state)) if state.received == 0));
    assert!(matches!(take(0, piece(0, 5)).await, Err(NotTaken::WrongSize)), "a crumb");
    assert!(matches!(take(0, piece(0, PIECE + 1)).await, Err(NotTaken::WrongSize)));
    assert_eq!(take(0, piece(0, PIECE)).await.unwrap().received, UPLOAD_PIECE);
    let again = take(0, piece(0, PIECE)).await;
    assert!(matches!(again, Err(NotTaken::Elsewhere(state)) if state.received == UPLOAD_PIECE));
    assert_eq!(take(UPLOAD_PIECE, piece(0, PIECE)).await.unwrap().received, 2 * UPLOAD_PIECE);
    let long = take(2 * UPLOAD_PIECE, piece(0, 6)).await;
    assert!(matches!(long, Err(NotTaken::WrongSize)), "more than was said");
    // The right length, but the second piece was the first once more.
    let wrong = take(2 * UPLOAD_PIECE, piece(2 * PIECE, 2 * PIECE + 5)).await;
    assert!(matches!(wrong, Err(NotTaken::WrongHash)));
    assert!(!files.has(&place).await.unwrap());
    assert_eq!(files.state(&place, DEVICE, &file).await.unwrap().received, 0, "it begins anew");
    assert!(send(&files, &whole, 3).await.unwrap().done);
}

#[tokio::test]
async fn two_devices_do_not_disturb_each_other_and_one_has_so_many_at_once() {
    let files = Files::in_memory();
    let whole = bytes(2 * PIECE);
    let (place, file) = of(&whole);
    let other = DeviceId(Uuid::from_u128(9));
    let junk = Bytes::from(vec![7; PIECE]);
    files.take(&place, other, &file, (0, junk), NOW).await.unwrap();
    assert!(send(&files, &whole, 2).await.unwrap().done);
    for n in 0..MAX_UNFINISHED {
        let entry = EntityId(Uuid::from_u128(100 + n as u128));
        let place = Place { entry, incident: EntityId(Uuid::from_u128(5)), ..place };
        files.take(&place, DEVICE, &file, (0, whole.slice(..PIECE)), NOW).await.unwrap();
    }
    let place = Place { incident: EntityId(Uuid::from_u128(5)), ..place };
    let one_more = files.take(&place, DEVICE, &file, (0, whole.slice(..PIECE)), NOW).await;
    assert!(matches!(one_more, Err(NotTaken::TooMany)));
}

#[tokio::test]
async fn pieces_that_nobody_goes_on_with_are_swept_by_a_pushed_clock() {
    let files = Files::in_memory();
    let whole = bytes(PIECE + 1);
    let (place, file) = of(&whole);
    send(&files, &whole, 1).await.unwrap();
    assert_eq!(files.sweep(Timestamp(NOW.0 + KEPT_MILLIS)).await.unwrap(), 0);
    assert_eq!(files.sweep(Timestamp(NOW.0 + KEPT_MILLIS + 1)).await.unwrap(), 1);
    assert_eq!(files.state(&place, DEVICE, &file).await.unwrap().received, 0);
    assert!(send(&files, &whole, 2).await.unwrap().done);
    assert_eq!(files.sweep(Timestamp::MAX).await.unwrap(), 0, "what is whole stays");
    assert!(files.has(&place).await.unwrap());
}

#[tokio::test]
async fn damage_is_found_and_a_copy_holds_what_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path()).unwrap();
    let (one, two) = (bytes(10), bytes(20));
    send(&files, &one, 1).await.unwrap();
    send(&files, &two, 1).await.unwrap();
    send(&files, &bytes(PIECE + 1), 1).await.unwrap();
    let copy = Files::in_memory();
    assert_eq!(files.copy_to(&copy).await.unwrap(), 2);
    assert_eq!(files.copy_to(&copy).await.unwrap(), 0, "only what is new");
    let place = of(&one).0;
    let path = folder.path().join(place.incident.to_string()).join(place.hash.to_string());
    std::fs::write(path, b"something else").unwrap();
    let damaged = files.check().await.unwrap().damaged;
    assert_eq!(damaged.len(), 1);
    assert!(damaged[0].ends_with(&place.hash.to_string()));
    assert!(copy.check().await.unwrap().damaged.is_empty());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let inner = tempfile::tempdir().unwrap().path().join("made");
        drop(Files::in_folder(&inner).unwrap());
        assert_eq!(std::fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::remove_dir_all(inner.parent().unwrap()).unwrap();
    }
}
