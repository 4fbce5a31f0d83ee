use serde_json::json;

use super::*;
use crate::{
    change::{Author, Body, Change},
    id::EntityId,
    incident::Severity,
    testing::Story,
    timeline::{Entry, EntryChange, EntryKind},
};

fn picture(n: u8, name: &str) -> FileRef {
    let media = "image/png".to_owned();
    FileRef { hash: Hash([n; 32]), name: name.to_owned(), media, bytes: 7, width: 4, height: 3 }
}

/// Writes an entry with these files.
fn write(story: &mut Story, text: &str, files: Vec<FileRef>) -> Result<EntityId, Refusal> {
    let incident = story.declare(Severity::Three);
    let (entry, ben, happened_at) = (EntityId(story.id()), story.ben, story.now);
    let text = text.to_owned();
    let add = EntryChange::Add {
        incident,
        entry: EntryKind::Message,
        text,
        happened_at,
        mentions: Vec::new(),
        files,
    };
    story.try_to(Author::Person(ben), entry, Body::Entry(add)).map(|_| entry)
}

fn edit(story: &mut Story, entry: EntityId, body: EntryChange) -> Result<usize, Refusal> {
    let chi = Author::Person(story.chi);
    story.try_to(chi, entry, Body::Entry(body)).map(|done| done.outcomes[0].ops.len())
}

#[test]
fn files_come_with_an_entry_are_added_removed_and_added_again() {
    let mut story = Story::new();
    let (one, two) = (picture(1, "one.png"), picture(2, "图.png"));
    let entry = write(&mut story, "", vec![one.clone()]).expect("a picture needs no words");
    assert_eq!(edit(&mut story, entry, EntryChange::AddFile { file: two.clone() }), Ok(1));
    assert_eq!(edit(&mut story, entry, EntryChange::AddFile { file: two.clone() }), Ok(0));
    let named = |story: &Story| Entry(story.entity(entry)).files().collect::<Vec<_>>();
    assert_eq!(named(&story), [one.clone(), two.clone()]);
    assert_eq!(edit(&mut story, entry, EntryChange::RemoveFile { hash: one.hash }), Ok(1));
    assert_eq!(edit(&mut story, entry, EntryChange::RemoveFile { hash: one.hash }), Ok(0));
    assert_eq!(named(&story), [two]);
    assert_eq!(file(story.entity(entry), one.hash), Some(one.clone()), "it stays in the history");
    assert_eq!(file(story.entity(entry), Hash([3; 32])), None);
    edit(&mut story, entry, EntryChange::AddFile { file: one }).unwrap();
    assert_eq!(named(&story).len(), 2);
    assert_eq!(write(&mut story, "", Vec::new()).err(), Some(empty("text")));
}

fn empty(field: &str) -> Refusal {
    Refusal::TextEmpty { field: field.to_owned() }
}

fn impossible(field: &str) -> Refusal {
    Refusal::ImpossibleValue { field: field.to_owned() }
}

#[test]
fn what_may_not_stand_in_the_record_is_refused_with_its_field() {
    let with = |change: &dyn Fn(&mut FileRef)| {
        let mut file = picture(1, "one.png");
        change(&mut file);
        file
    };
    let long = Refusal::TextTooLong { field: "name".to_owned(), max: MAX_NAME };
    let cases: [(&str, FileRef, Refusal); 16] = [
        ("no name", with(&|f| f.name.clear()), empty("name")),
        ("a path", with(&|f| f.name = "../../etc/passwd".into()), impossible("name")),
        ("a path of Windows", with(&|f| f.name = r"C:\boot.ini".into()), impossible("name")),
        ("the folder above", with(&|f| f.name = "..".into()), impossible("name")),
        ("a turned name", with(&|f| f.name = "a\u{202e}gpj.exe".into()), impossible("name")),
        ("a hidden letter", with(&|f| f.name = "a\u{200b}.png".into()), impossible("name")),
        ("a line feed", with(&|f| f.name = "a\nb.png".into()), impossible("name")),
        ("white space", with(&|f| f.name = " a.png".into()), impossible("name")),
        ("a long name", with(&|f| f.name = "x".repeat(256)), long),
        ("one byte too large", with(&|f| f.bytes = MAX_BYTES + 1), impossible("bytes")),
        ("no media type", with(&|f| f.media.clear()), impossible("media")),
        ("half a media type", with(&|f| f.media = "image".into()), impossible("media")),
        ("a header", with(&|f| f.media = "a/b\r\nx: y".into()), impossible("media")),
        (
            "a long media type",
            with(&|f| f.media = format!("a/{}", "b".repeat(99))),
            impossible("media"),
        ),
        ("too wide", with(&|f| f.width = MAX_SIDE + 1), impossible("width")),
        ("too high", with(&|f| f.height = u32::MAX), impossible("width")),
    ];
    let mut story = Story::new();
    let entry = write(&mut story, "text", Vec::new()).unwrap();
    for (what, file, refusal) in &cases {
        let given = write(&mut story, "text", vec![file.clone()]);
        assert_eq!(given.err().as_ref(), Some(refusal), "{what}");
        let added = edit(&mut story, entry, EntryChange::AddFile { file: file.clone() });
        assert_eq!(added.err().as_ref(), Some(refusal), "{what}");
    }
    let nul = with(&|f| f.name = "a\0b".into());
    assert!(write(&mut story, "text", vec![nul]).is_err());
    let largest = with(&|f| f.bytes = MAX_BYTES);
    assert!(write(&mut story, "text", vec![largest]).is_ok());
}

#[test]
fn an_entry_has_so_many_files_and_no_more() {
    let mut story = Story::new();
    let files = |count: u8| (0..count).map(|n| picture(n, "a.png")).collect::<Vec<_>>();
    let most = u8::try_from(MAX_FILES).unwrap();
    assert_eq!(write(&mut story, "", files(most + 1)).err(), Some(impossible(FILES)));
    let entry = write(&mut story, "", files(most)).unwrap();
    let more = EntryChange::AddFile { file: picture(99, "a.png") };
    assert_eq!(edit(&mut story, entry, more.clone()).err(), Some(impossible(FILES)));
    edit(&mut story, entry, EntryChange::RemoveFile { hash: Hash([0; 32]) }).unwrap();
    assert_eq!(edit(&mut story, entry, more), Ok(1), "a removed one makes room");
}

#[test]
fn records_without_files_and_of_newer_versions_are_read() {
    let id = EntityId::NIL;
    let old = json!({
        "id": id, "entity": id, "at": 5, "kind": "entry",
        "body": {"do": "add", "incident": id, "entry": "message", "text": "hello", "happened_at": 5},
    });
    let body = Body::Entry(EntryChange::Add {
        incident: id,
        entry: EntryKind::Message,
        text: "hello".to_owned(),
        happened_at: crate::time::Timestamp(5),
        mentions: Vec::new(),
        files: Vec::new(),
    });
    let read: Change = serde_json::from_value(old.clone()).expect("what was written is read");
    assert_eq!(read.body, body);
    assert_eq!(serde_json::to_value(&read).expect("JSON"), old, "and stays as it was, to the byte");
    let mut story = Story::new();
    let entry = write(&mut story, "", vec![picture(1, "a.png")]).unwrap();
    let mut newer = story.entity(entry).clone();
    let member = newer.lists.get_mut(FILES).and_then(|l| l.values_mut().next()).unwrap();
    member.value["rotation"] = json!(90);
    assert_eq!(files(&newer).count(), 1, "more than is known is kept and read past");
    newer.lists.get_mut(FILES).unwrap().values_mut().next().unwrap().value = json!("other");
    assert_eq!(files(&newer).count(), 0, "another form is not shown, and nothing fails");
}

#[test]
fn a_picture_is_told_by_its_first_bytes_alone() {
    let cases: [(&[u8], &str); 14] = [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"GIF87a......", "image/gif"),
        (b"GIF89a......", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", OTHER),
        (b"<svg xmlns=", OTHER),
        (b"<!doctype html>", OTHER),
        (b"<?xml version='", OTHER),
        (b"%PDF-1.7", OTHER),
        (b"BM\x36\0\0\0", OTHER),
        (b"\x89PNG\n\x1a\n", OTHER),
        (b"GIF", OTHER),
        (b"", OTHER),
    ];
    for (head, media) in cases {
        assert_eq!(media_type(head), media, "{head:?}");
        assert_eq!(is_picture(media_type(head)), media != OTHER);
    }
    for media in ["image/svg+xml", "text/html", "image/bmp", "image/avif", "image/PNG", ""] {
        assert!(!is_picture(media), "{media}");
    }
}

#[test]
fn names_are_words_and_never_paths() {
    let cases = [
        ("screenshot.png", "screenshot.png", "screenshot.png"),
        ("图 1.png", "图 1.png", "图 1.png"),
        ("../../.ssh/id", ".._.._.ssh_id", "_.._.ssh_id"),
        (r"..\..\boot.ini", ".._.._boot.ini", "_.._boot.ini"),
        ("/etc/passwd", "_etc_passwd", "_etc_passwd"),
        ("..", "file", "file"),
        (".", "file", "file"),
        ("", "file", "file"),
        ("   ", "file", "file"),
        ("...", "...", "file"),
        (".bashrc", ".bashrc", "bashrc"),
        ("a\0b", "a_b", "a_b"),
        ("a\u{202e}gpj.exe", "a_gpj.exe", "a_gpj.exe"),
        ("a\u{2066}b\u{2069}", "a_b_", "a_b_"),
        ("con", "con", "_con"),
        ("NUL.txt", "NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "com1.tar.gz", "_com1.tar.gz"),
        ("COM¹", "COM¹", "_COM¹"),
        ("aux .png", "aux .png", "_aux .png"),
        ("console.log", "console.log", "console.log"),
        ("a:b*c?.png", "a:b*c?.png", "a_b_c_.png"),
        ("trailing. ", "trailing.", "trailing"),
        ("می‌خواهم.png", "می‌خواهم.png", "می‌خواهم.png"),
    ];
    for (given, shown, saved) in cases {
        assert_eq!(shown_name(given), shown, "{given:?}");
        assert_eq!(saved_as(given), saved, "{given:?}");
        assert_eq!(shown_name(shown), shown, "what is clean stays");
    }
    let long = format!("{}.png", "长".repeat(4_000));
    let cut = shown_name(&long);
    assert!(cut.len() <= 255 && cut.ends_with("长.png"), "{cut}");
    assert!(saved_as(&format!("con.{}", "x".repeat(10_000))).len() <= 255);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        cases: 2_000, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn whatever_a_name_was_it_is_clean_and_stays_so(name in proptest::prelude::any::<String>()) {
        let shown = shown_name(&name);
        proptest::prop_assert_eq!(&shown_name(&shown), &shown);
        let file = FileRef { name: shown, ..picture(1, "") };
        proptest::prop_assert!(file.check().is_ok());
        let saved = saved_as(&name);
        proptest::prop_assert!(!saved.is_empty() && saved.len() <= 255);
        proptest::prop_assert!(!saved.contains(['/', '\\', '\0', ':']) && !saved.starts_with('.'));
        proptest::prop_assert_eq!(&saved_as(&saved), &saved);
    }
}
