//! Files by way of a desktop: too large, not what they seem, named to mislead.

use anyhow::{Context, Result, ensure};
use firebell_client::Client;
use firebell_client::api::file::{FilePlace, FileView, NamedFile, PictureOf, PictureSize};
use firebell_client::api::timeline::{AddEntry, EntryKindView};
use firebell_domain::file::{saved_as, shown_name};
use image::ImageFormat;
use serde_json::json;

use super::pictures;
use crate::harness::headless::Headless;

/// Names that mislead somebody or something, each with what they must not contain afterwards.
pub(super) const NAMES: &[&str] = &[
    "../../../../etc/passwd",
    r"..\..\Windows\System32\drivers\etc\hosts",
    "/etc/shadow",
    r"C:\autoexec.bat",
    r"\\server\share\x.exe",
    "a\0b.png",
    "line\nfeed.png",
    "tab\tand\u{7f}delete.png",
    "invoice\u{202e}gnp.exe",
    "\u{2066}isolated\u{2069}.png",
    "zero\u{200b}width.png",
    "fraction\u{2044}slash.png",
    "..",
    ".",
    "",
    "CON",
    "nul.txt",
    "LPT9.tar.gz",
    "trailing dots...",
    "<img src=x onerror=window.marked='name'>.png",
    "\"><script>window.marked='name'</script>.png",
    "{{constructor.constructor('window.marked=1')()}}.png",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
];

/// Declares an incident; gives its id.
pub(super) async fn declare(desktop: &Client, restricted: bool) -> Result<String> {
    let form = json!({
        "summary": "<img src=x onerror=window.marked='summary'> checkout fails",
        "description": "<script>window.marked='description'</script>", "severity": 3, "service": null,
        "products": [], "detected_by": "customer", "impact_start": null, "restricted": restricted,
        "drill": false,
    });
    let declared = firebell_client::api::table::dispatch(desktop, "declare_incident", form).await?;
    Ok(declared["id"].as_str().context("an id")?.to_owned())
}

/// Writes a line with these files; gives its id.
pub(super) async fn write(
    desktop: &Client,
    incident: &str,
    text: &str,
    files: Vec<NamedFile>,
) -> Result<String> {
    let (incident, text) = (incident.to_owned(), text.to_owned());
    let form = AddEntry { incident, kind: EntryKindView::Message, text, at: None, files };
    Ok(desktop.add_entry(form).await?)
}

pub(super) fn named(file: &FileView) -> NamedFile {
    NamedFile { hash: file.hash.clone(), name: file.name.clone() }
}

/// Gives how many cases there were.
pub(super) async fn refused_or_only_saved(ben: &Headless) -> Result<u64> {
    let incident = declare(ben, false).await?;
    let mut cases = 0;
    for name in NAMES.iter().map(|name| (*name).to_owned()).chain([long("a"), long("长")]) {
        let staged = ben.stage_file(&incident, &name, name.clone().into_bytes()).await?;
        let kept = staged.name.as_str();
        let of_path = |c: char| c == '/' || c == '\\' || c.is_control();
        ensure!(!kept.is_empty() && kept.len() <= 255 && !kept.contains(of_path), "{kept:?}");
        ensure!(!kept.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{2044}']), "{kept:?}");
        ensure!(kept != "." && kept != ".." && shown_name(kept) == kept, "{kept:?}");
        let saved = saved_as(kept);
        let path = std::path::Path::new("folder").join(&saved);
        ensure!(path.components().count() == 2 && !saved.starts_with('.'), "{saved:?}");
        ensure!(!["con", "nul"].contains(&saved.to_lowercase().as_str()), "{saved:?}");
        cases += 1;
    }
    for (what, bytes, objected) in bad()? {
        let staged = ben.stage_file(&incident, &format!("{what}.png"), bytes).await?;
        ensure!(!staged.picture && staged.place == FilePlace::Here, "{what}: {staged:?}");
        let said = staged.objection.as_deref().map(|said| said.starts_with("error-picture-"));
        ensure!(said == objected.then_some(true), "{what}: {:?}", staged.objection);
        let entry = write(ben, &incident, what, vec![named(&staged)]).await?;
        for size in [PictureSize::Thumbnail, PictureSize::View] {
            let (incident, hash) = (incident.clone(), staged.hash.clone());
            let asked = PictureOf { incident, entry: Some(entry.clone()), hash, size };
            let drawn = ben.show_picture(asked).await;
            let refused = drawn.err().with_context(|| format!("{what} is drawn"))?;
            let said = refused.fields.first().map(|field| field.message_id.as_str());
            let coded = said.is_some_and(|said| said.starts_with("error-picture-"));
            ensure!(coded, "{what}: {refused}");
        }
        cases += 1;
    }
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let staged = ben.stage_file(&incident, "polyglot", pictures::polyglot(format)?).await?;
        ensure!(staged.picture, "a picture with something behind it is one");
        let (incident, hash) = (incident.clone(), staged.hash);
        let asked = PictureOf { incident, entry: None, hash, size: PictureSize::View };
        let drawn = ben.show_picture(asked).await?;
        let text = String::from_utf8_lossy(&drawn);
        ensure!(
            drawn.starts_with(b"\x89PNG") && !text.contains("<script"),
            "{format:?} came through"
        );
        cases += 1;
    }
    for size in [25_000_001, 100_000_000] {
        let large = ben.stage_file(&incident, "large.png", vec![0; size]).await;
        let refused = large.err().context("a file of that size is taken")?;
        let said = refused.fields.first().map(|field| field.message_id.as_str());
        ensure!(said == Some("error-file-too-large"), "{refused}");
        cases += 1;
    }
    cases += elsewhere(ben, &incident).await?;
    Ok(cases)
}

/// Names of files and incidents that lead out of the folder.
async fn elsewhere(ben: &Headless, incident: &str) -> Result<u64> {
    let mut cases = 0;
    for hash in ["../../../../etc/passwd", "", "unsent", &"0".repeat(64), &"g".repeat(64)] {
        let (of, hash) = (incident.to_owned(), hash.to_owned());
        let asked =
            PictureOf { incident: of, entry: None, hash: hash.clone(), size: PictureSize::View };
        ensure!(ben.show_picture(asked).await.is_err(), "{hash} is drawn");
        let file = NamedFile { hash: hash.clone(), name: "a".to_owned() };
        ensure!(write(ben, incident, "x", vec![file]).await.is_err(), "{hash} is named");
        cases += 1;
    }
    for incident in ["..", "../other", "unsent", ""] {
        let staged = ben.stage_file(incident, "a", vec![1]).await;
        ensure!(staged.is_err(), "{incident:?} takes a file");
        cases += 1;
    }
    Ok(cases)
}

fn long(letter: &str) -> String {
    format!("{}.png", letter.repeat(10_240 / letter.len()))
}

/// What it is, its bytes, and whether it seems to be a picture at first.
type Bad = (&'static str, Vec<u8>, bool);

/// Bytes that are no pictures, or none that is drawn.
fn bad() -> Result<Vec<Bad>> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='window.marked=1'><script>window.marked=1</script></svg>";
    let html = [b"\x89PNG\r\n\x1a\n", pictures::SCRIPT.as_bytes()].concat();
    let gif = [b"GIF89a=1;/*", pictures::SCRIPT.as_bytes()].concat();
    let jpeg = [b"\xff\xd8\xff\xe0".as_slice(), pictures::SCRIPT.as_bytes()].concat();
    Ok(vec![
        ("svg with script", svg.as_bytes().to_vec(), false),
        ("svg as xml", format!("<?xml version='1.0'?>{svg}").into_bytes(), false),
        ("html", format!("<!doctype html>{}", pictures::SCRIPT).into_bytes(), false),
        ("pdf", b"%PDF-1.7 /OpenAction".to_vec(), false),
        ("program", b"MZ\x90\0".to_vec(), false),
        ("desktop entry", b"[Desktop Entry]\nExec=sh -c id".to_vec(), false),
        ("nothing at all", Vec::new(), false),
        ("html as png", html, true),
        ("script as gif", gif, true),
        ("page as jpeg", jpeg, true),
        ("half a picture", pictures::honest(64, 64, ImageFormat::Png)?[..20].to_vec(), true),
        ("bomb of a hundred thousand to a side", pictures::bomb(100_000, 100_000)?, true),
        ("bomb as large as numbers go", pictures::bomb(u32::MAX >> 1, u32::MAX >> 1)?, true),
        ("bomb of a line", pictures::bomb(1_000_000, 1)?, true),
        ("hundred million pixels", pictures::hundred_million()?, true),
    ])
}
