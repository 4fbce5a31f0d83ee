//! By the protocol itself, without a desktop: entries that no desktop would write, and uploads of what is
//! somebody else's or not what was said.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use firebell_client::api::file::{FileOf, FilePlace};
use firebell_client::api::timeline::{EntryView, ListStream};
use firebell_domain::chain::Hash;
use firebell_domain::change::Body;
use firebell_domain::file::{FileRef, MAX_BYTES, OTHER};
use firebell_domain::id::EntityId;
use firebell_domain::incident::IncidentChange;
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::error::{ApiError, ErrorCode};
use firebell_protocol::frame::Verdict;
use firebell_protocol::http::{UPLOAD_PIECE, UploadState};

use super::files::{declare, named, write};
use crate::harness::company::Company;
use crate::harness::headless::Headless;
use crate::harness::raw::{Raw, change, fresh, set};
use crate::harness::tap::Tap;

const SECRET: &[u8] = b"what only members of the incident may know";

fn file(bytes: &[u8]) -> FileRef {
    let (hash, name, media) = (Hash::of(bytes), "a.bin".to_owned(), OTHER.to_owned());
    FileRef { hash, name, media, bytes: bytes.len() as u64, width: 0, height: 0 }
}

/// A message with this file, sent as it is; gives its id and what the server said.
async fn entry(raw: &Raw, incident: EntityId, file: FileRef) -> Result<(EntityId, Verdict)> {
    let id = fresh();
    let add = EntryChange::Add {
        incident,
        entry: EntryKind::Message,
        text: String::new(),
        happened_at: Timestamp(1_700_000_000_000),
        mentions: Vec::new(),
        files: vec![file],
    };
    let sets = vec![set(1, &[change(id, Body::Entry(add))])?];
    let mut answers = raw.talk(None).await?.push(sets).await?;
    Ok((id, answers.pop().context("an answer")?.verdict))
}

/// Gives how many cases there were.
pub(super) async fn refused(company: &Company, ben: &Headless) -> Result<u64> {
    let mut cases = 0;
    let open: EntityId = declare(ben, false).await?.parse()?;
    ben.sent().await?;
    let url = company.server().url();
    let eve = Raw::sign_in(&url, "eve").await?;
    let good = file(SECRET);
    let with = |edit: &dyn Fn(&mut FileRef)| {
        let mut file = good.clone();
        edit(&mut file);
        file
    };
    for (what, bad) in [
        ("a path", with(&|f| f.name = "../../x".to_owned())),
        ("a turned name", with(&|f| f.name = "a\u{202e}gpj.exe".to_owned())),
        ("NUL", with(&|f| f.name = "a\0b".to_owned())),
        ("a line feed", with(&|f| f.name = "a\nb".to_owned())),
        ("a name of 10 kB", with(&|f| f.name = "x".repeat(10_240))),
        ("no name", with(&|f| f.name.clear())),
        ("100 MB", with(&|f| f.bytes = 100_000_000)),
        ("one byte too many", with(&|f| f.bytes = MAX_BYTES + 1)),
        ("a header as media type", with(&|f| f.media = "text/html\r\nx: y".to_owned())),
        ("a picture as wide as numbers go", with(&|f| f.width = u32::MAX)),
    ] {
        let (id, verdict) = entry(&eve, open, bad).await?;
        ensure!(matches!(verdict, Verdict::Refused { .. }), "{what}: {verdict:?}");
        let path = format!("/entries/{id}/files/{}/upload", good.hash);
        not_found(what, eve.get::<UploadState>(&path).await)?;
        cases += 1;
    }

    // A restricted incident of Ben's, and a hash that Eve heard of.
    let secret: EntityId = declare(ben, true).await?.parse()?;
    ben.sent().await?;
    let raw = Raw::sign_in(&url, "ben").await?;
    let (theirs, _) = entry(&raw, secret, good.clone()).await?;
    let upload = |entry: EntityId| format!("/entries/{entry}/files/{}/upload", good.hash);
    let done = raw.patch::<UploadState>(&format!("{}?at=0", upload(theirs)), SECRET).await?;
    ensure!(done.done, "a member uploads");
    let (own, verdict) = entry(&eve, open, good.clone()).await?;
    ensure!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
    for (what, entry) in [("restricted", theirs), ("absent", fresh()), ("an incident", open)] {
        not_found(what, eve.get::<UploadState>(&upload(entry)).await)?;
        let at = format!("{}?at=0", upload(entry));
        not_found(what, eve.patch::<UploadState>(&at, SECRET).await)?;
        not_found(what, eve.bytes(&download(entry, &good), 0..8).await)?;
        cases += 3;
    }
    not_found("her own entry, not sent", eve.bytes(&download(own, &good), 0..8).await)?;
    let state = eve.get::<UploadState>(&upload(own)).await?;
    ensure!(!state.done && state.received == 0, "the bytes of another incident count: {state:?}");
    cases += 2;

    let mut wrong = SECRET.to_vec();
    wrong[0] ^= 1;
    for (what, at, bytes, code) in [
        ("a wrong byte", 0, wrong, ErrorCode::Invalid),
        ("too short", 0, SECRET[..9].to_vec(), ErrorCode::Invalid),
        ("too long", 0, [SECRET, b"more"].concat(), ErrorCode::Invalid),
        ("from the middle", 5, SECRET[5..].to_vec(), ErrorCode::Conflict),
        ("beyond the end", u64::MAX, vec![1], ErrorCode::Conflict),
        ("two pieces at once", 0, vec![0; 2 * UPLOAD_PIECE as usize], ErrorCode::TooLarge),
        ("100 MB at once", 0, vec![0; 100_000_000], ErrorCode::TooLarge),
    ] {
        let sent = eve.patch::<UploadState>(&format!("{}?at={at}", upload(own)), &bytes).await;
        let refused = sent.err().with_context(|| format!("{what} is taken"))?;
        // A server that stops reading may be heard as a line that broke, and takes nothing either way.
        let broke = refused.code == ErrorCode::Offline && bytes.len() > 1_000_000;
        ensure!(refused.code == code || broke, "{what}: {refused}");
        let state = eve.get::<UploadState>(&upload(own)).await?;
        ensure!(state.received == 0, "{what}: something stayed");
        cases += 1;
    }
    for hash in ["..%2F..%2Frecord.db", "%2e%2e", "partial", "0"] {
        let path = format!("/entries/{own}/files/{hash}");
        not_found(hash, eve.bytes(&path, 0..8).await)?;
        cases += 1;
    }
    Ok(cases)
}

fn download(entry: EntityId, file: &FileRef) -> String {
    format!("/entries/{entry}/files/{}", file.hash)
}

fn not_found<T: std::fmt::Debug>(what: &str, answer: Result<T, ApiError>) -> Result<()> {
    let refused = answer.err().with_context(|| format!("{what} is answered"))?;
    ensure!(refused.code == ErrorCode::NotFound, "{what}: {refused}");
    Ok(())
}

async fn lines(desktop: &Headless, incident: &str) -> Result<Vec<EntryView>> {
    let incident = incident.to_owned();
    let asked = ListStream { incident, before: None, limit: 500, entries_only: false };
    Ok(desktop.list_stream(asked).await?.entries)
}

/// A file that was put there without a network goes when there is one, comes by itself where its incident
/// is open, and is gone where the incident goes out of sight.
pub(super) async fn waits_resumes_and_is_forgotten(
    company: &Company,
    ben: &Headless,
) -> Result<u64> {
    let incident = declare(ben, false).await?;
    ben.sent().await?;
    let wire = Tap::start(company.server().address()).await?;
    let eve = company.desktop_by("eve", &wire.url()).await?;
    eve.sees("the incident", async |eve| Ok(eve.get_incident(incident.clone()).await.ok())).await?;
    wire.cut();
    eve.sees("that it is offline", async |eve| Ok((!eve.sync_state().online).then_some(())))
        .await?;
    let bytes: Vec<u8> = (0..3 * UPLOAD_PIECE + 17).map(|n| (n % 241) as u8).collect();
    let staged = eve.stage_file(&incident, "core.bin", bytes.clone()).await?;
    let entry = write(&eve, &incident, "", vec![named(&staged)]).await?;
    let waiting = eve.get_sync(()).await?.waiting;
    ensure!(waiting == 2, "a line and its file wait, but it says {waiting}");
    let own = lines(&eve, &incident).await?.pop().context("a line")?;
    ensure!(own.files.first().is_some_and(|f| f.place == FilePlace::Waiting), "{:?}", own.files);
    // The program ends and starts again, still without a network.
    eve.close().await;
    let folder = ben.folder().with_file_name("desktop-eve");
    let eve = Headless::open(&folder, "eve").await?;
    ensure!(eve.get_sync(()).await?.waiting == 2, "it waits no more after a start");
    wire.mend(company.server().address());
    eve.online().await?;
    eve.sent().await?;
    let hash = staged.hash.clone();
    ben.sees("the file on its disk", async |_| {
        Ok(kept(ben, &incident, &hash)?.filter(|path| path.exists()).map(drop))
    })
    .await?;
    let came = fs::read(kept(ben, &incident, &hash)?.context("a file")?)?;
    ensure!(came == bytes, "another file came");
    let of = FileOf { entry, hash: hash.clone() };
    ensure!(!ben.save_file(of).await?, "nobody says where");

    let body = Body::Incident(IncidentChange::Restrict {});
    eve.act(incident.parse()?, body).await?;
    let gone = async |_: &firebell_client::Client| {
        let folder = kept(ben, &incident, &hash)?.and_then(|path| Some(path.parent()?.exists()));
        Ok((folder != Some(true)).then_some(()))
    };
    ben.sees("the folder gone with the incident", gone).await?;
    eve.close().await;
    Ok(5)
}

/// Where a desktop keeps a file.
fn kept(desktop: &Headless, incident: &str, hash: &str) -> Result<Option<PathBuf>> {
    let database = crate::harness::headless::database(desktop.folder())?;
    Ok(Some(database.with_extension("files").join(incident).join(hash)))
}
