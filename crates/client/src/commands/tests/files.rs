//! Files put beside the input line, named by entries, shown and saved.

use std::io::Cursor;

use super::desk::{Desk, objections};
use crate::api::{
    ErrorCode,
    file::{FileOf, FilePlace, NamedFile, PictureOf, PictureSize},
    timeline::{
        AddEntry, EditEntry, EntryEdit, EntryKindView, EntryView, FollowStream, ListStream,
        past::IncidentMoment,
    },
};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn lines(desk: &Desk, incident: &str) -> Vec<EntryView> {
    let incident = incident.to_owned();
    let asked = ListStream { incident, before: None, limit: 50, entries_only: false };
    desk.client.list_stream(asked).await.unwrap().entries
}

fn line(incident: &str, text: &str, files: Vec<NamedFile>) -> AddEntry {
    let (incident, text) = (incident.to_owned(), text.to_owned());
    AddEntry { incident, kind: EntryKindView::Message, text, at: None, files }
}

fn named(hash: &str, name: &str) -> NamedFile {
    NamedFile { hash: hash.to_owned(), name: name.to_owned() }
}

#[tokio::test]
async fn a_picture_is_pasted_without_words_waits_is_shown_and_can_be_saved() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let bytes = png(800, 400);
    let staged =
        desk.client.stage_file(&incident, "../Bild\u{202e}.png", bytes.clone()).await.unwrap();
    assert_eq!((staged.name.as_str(), staged.picture), (".._Bild_.png", true));
    assert_eq!((staged.width, staged.height, staged.place), (800, 400, FilePlace::Here));
    let waiting = desk.client.get_sync(()).await.unwrap().waiting;
    let file = named(&staged.hash, &staged.name);
    let entry = desk.client.add_entry(line(&incident, "", vec![file])).await.unwrap();
    let shown = lines(&desk, &incident).await.pop().unwrap();
    assert_eq!((shown.id.as_str(), shown.files.len()), (entry.as_str(), 1));
    assert_eq!(shown.files[0].place, FilePlace::Waiting);
    // The line and its picture.
    assert_eq!(desk.client.get_sync(()).await.unwrap().waiting, waiting + 2);

    let (hash, size) = (staged.hash.clone(), PictureSize::Thumbnail);
    let asked = PictureOf { incident: incident.clone(), entry: Some(entry.clone()), hash, size };
    let drawn = desk.client.show_picture(asked.clone()).await.unwrap();
    assert_eq!(desk.client.show_picture(asked).await.unwrap(), drawn, "kept");
    assert_eq!(image::load_from_memory(&drawn).unwrap().width(), 320);

    let of = FileOf { entry: entry.clone(), hash: staged.hash.clone() };
    assert!(!desk.client.save_file(of.clone()).await.unwrap(), "thought better of it");
    assert_eq!(*desk.host.offered.lock().unwrap(), "_Bild_.png");
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("a.png");
    *desk.host.place.lock().unwrap() = Some(place.clone());
    assert!(desk.client.save_file(of).await.unwrap());
    assert_eq!(std::fs::read(place).unwrap(), bytes, "byte for byte");

    let remove = EntryEdit::RemoveFile(staged.hash);
    let edit = EditEntry { id: entry, seen: None, edit: remove };
    desk.client.edit_entry(edit).await.unwrap();
    assert!(lines(&desk, &incident).await.pop().unwrap().files.is_empty());
}

#[tokio::test]
async fn files_are_added_to_a_line_that_stands_and_what_is_no_picture_stays_a_file() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let entry = desk.client.add_entry(line(&incident, "log follows", Vec::new())).await.unwrap();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec();
    let broken = [b"\x89PNG\r\n\x1a\n".as_slice(), b"<html>"].concat();
    for (name, bytes, objection) in [
        ("a.svg", svg, None),
        ("a.png", broken, Some("error-picture-unreadable")),
        ("empty", Vec::new(), None),
    ] {
        let staged = desk.client.stage_file(&incident, name, bytes).await.unwrap();
        assert_eq!((staged.picture, staged.objection.as_deref()), (false, objection), "{name}");
        let edit = EntryEdit::AddFile(named(&staged.hash, name));
        let edit = EditEntry { id: entry.clone(), seen: None, edit };
        desk.client.edit_entry(edit).await.unwrap();
        let (hash, size) = (staged.hash, PictureSize::View);
        let asked =
            PictureOf { incident: incident.clone(), entry: Some(entry.clone()), hash, size };
        let refused = desk.client.show_picture(asked).await.unwrap_err();
        assert_eq!(refused.fields[0].message_id, "error-picture-unreadable", "{name}");
    }
    assert_eq!(lines(&desk, &incident).await.pop().unwrap().files.len(), 3);
}

#[tokio::test]
async fn what_is_not_there_or_too_large_is_objected_to_and_nothing_is_written() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let before = lines(&desk, &incident).await.len();
    let none = "0".repeat(64);
    let absent = line(&incident, "", vec![named(&none, "a.png")]);
    assert_eq!(objections(desk.client.add_entry(absent).await), ["files: error-file-gone"]);
    let many = vec![named(&none, "a.png"); 21];
    let many = objections(desk.client.add_entry(line(&incident, "x", many)).await);
    assert_eq!(many[0], "files: error-files-too-many");
    let path = line(&incident, "", vec![named("../../../etc/passwd", "a.png")]);
    assert_eq!(desk.client.add_entry(path).await.unwrap_err().code, ErrorCode::NotFound);
    let large = vec![0; 25_000_001];
    let large = desk.client.stage_file(&incident, "core", large).await;
    assert_eq!(objections(large), ["file: error-file-too-large"]);
    let elsewhere = desk.client.stage_file("HOT-404", "a", vec![1]).await;
    assert_eq!(elsewhere.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(lines(&desk, &incident).await.len(), before);
    let of = FileOf { entry: incident, hash: none };
    assert_eq!(desk.client.save_file(of).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_line_tells_of_files_that_came_and_went_and_of_those_that_it_had_then() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let staged = desk.client.stage_file(&incident, "graph.png", png(8, 8)).await.unwrap();
    let file = named(&staged.hash, "graph.png");
    let entry = desk.client.add_entry(line(&incident, "", vec![file])).await.unwrap();
    let before = desk.now();
    desk.push_clock(1);
    let edit = EntryEdit::RemoveFile(staged.hash);
    let edit = EditEntry { id: entry.clone(), seen: None, edit };
    desk.client.edit_entry(edit).await.unwrap();
    let history = desk.client.get_entry_history(entry).await.unwrap();
    let steps = history.edits.iter().flat_map(|edit| &edit.steps);
    let of_files: Vec<_> =
        steps.filter(|step| step.field == "files").map(|step| (&step.was, &step.now)).collect();
    let name = Some("graph.png".to_owned());
    assert_eq!(of_files, [(&None, &name), (&name, &None)]);
    let asked = IncidentMoment { incident, at: before, before: None, limit: 50 };
    let then = desk.client.get_incident_at(asked).await.unwrap();
    assert_eq!(then.entries.last().unwrap().files[0].name, "graph.png");
}

#[tokio::test]
async fn a_line_is_told_of_again_while_its_files_are_on_their_way() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let staged = desk.client.stage_file(&incident, "graph.png", png(8, 8)).await.unwrap();
    let file = named(&staged.hash, "graph.png");
    let entry = desk.client.add_entry(line(&incident, "", vec![file])).await.unwrap();
    let asked =
        ListStream { incident: incident.clone(), before: None, limit: 50, entries_only: false };
    let mark = desk.client.list_stream(asked).await.unwrap().mark;
    let place = async |unsettled| {
        let asked = FollowStream { incident: incident.clone(), mark, unsettled };
        let told = desk.client.follow_stream(asked).await.unwrap().entries;
        told.iter().find(|line| line.id == entry).map(|line| line.files[0].place)
    };
    assert_eq!(place(vec![entry.clone()]).await, Some(FilePlace::Waiting));
    let spot = crate::file::spot(
        incident.parse().unwrap(),
        entry.parse().unwrap(),
        firebell_domain::chain::Hash::from_hex(&staged.hash).unwrap(),
    );
    desk.client.shelf().unwrap().note_sent(&spot).unwrap();
    assert_eq!(place(vec![entry.clone()]).await, Some(FilePlace::Here));
}

#[tokio::test]
async fn an_incident_that_is_written_out_names_its_files_as_words() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 3).await.id;
    let staged = desk.client.stage_file(&incident, "[x](y)<b>.png", png(8, 8)).await.unwrap();
    let file = named(&staged.hash, &staged.name);
    desk.client.add_entry(line(&incident, "", vec![file])).await.unwrap();
    let export = desk.client.export_incident(incident).await.unwrap();
    assert!(export.text.contains(r"Files: \[x\](y)\<b\>.png"), "{}", export.text);
}
