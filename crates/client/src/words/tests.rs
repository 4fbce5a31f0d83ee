use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use firebell_domain::{id::EntityId, time::Timestamp};
use firebell_protocol::frame::Ring;
use uuid::Uuid;

use super::*;

const MINUTE: i64 = 60_000;

fn ring() -> Ring {
    Ring {
        page: EntityId(Uuid::from_u128(1)),
        incident: Some(EntityId(Uuid::from_u128(2))),
        cycle: 1,
        step: 0,
        key: Some("HOT-12".to_owned()),
        severity: 1,
        summary: Some("Checkout fails".to_owned()),
        restricted: false,
        drill: false,
        test: false,
        declared_at: Timestamp(0),
        paged_at: Timestamp(1_000),
        held_by: None,
    }
}

fn both() -> [&'static Words; 2] {
    [Words::in_tongue(Tongue::English), Words::in_tongue(Tongue::Chinese)]
}

/// Every message that Rust puts into words itself, with its arguments.
const USED: &[(&str, &[&str])] = &[
    ("notification-page-title", &["key", "severity"]),
    ("notification-page-drill-title", &["key", "severity"]),
    ("notification-page-test-title", &[]),
    ("notification-page-test-body", &[]),
    ("notification-page-body", &["summary"]),
    ("notification-page-restricted", &[]),
    ("notification-page-late", &["summary", "hours", "minutes"]),
    ("notification-page-held", &["name"]),
    ("notification-acknowledge", &[]),
    ("notification-open", &[]),
    ("notification-key-title", &["new", "old"]),
    ("notification-key-body", &["new", "old"]),
];

#[test]
fn every_message_used_is_there_in_both_languages_and_takes_the_same_arguments() {
    for words in both() {
        for (id, args) in USED {
            let message = words.bundle.get_message(id);
            let pattern = message.as_ref().and_then(|m| m.value());
            let pattern = pattern.unwrap_or_else(|| panic!("{:?} has no {id}", words.tongue));
            let mut values = FluentArgs::new();
            args.iter().for_each(|arg| values.set(*arg, FluentValue::from(7)));
            let mut errors = Vec::new();
            let text = words.bundle.format_pattern(pattern, Some(&values), &mut errors);
            assert!(errors.is_empty(), "{:?} {id}: {errors:?}", words.tongue);
            assert!(!text.trim().is_empty(), "{:?} {id}", words.tongue);
        }
    }
}

#[test]
fn a_page_says_key_severity_and_summary() {
    for words in both() {
        let said = words.ring(&ring(), None, Timestamp(2_000));
        assert!(said.title.contains("HOT-12") && said.title.contains('1'), "{said:?}");
        assert!(said.body.contains("Checkout fails"), "{said:?}");
        assert!(!said.acknowledge_label.is_empty() && !said.open_label.is_empty());
    }
}

#[test]
fn nothing_of_a_restricted_incident_is_said() {
    for words in both() {
        // The server leaves the summary out; should it ever not, it is still not said.
        for summary in [None, Some("MARKER".to_owned())] {
            let ring = Ring { restricted: true, summary, ..ring() };
            let said = words.ring(&ring, None, Timestamp(90 * MINUTE));
            let all = format!("{said:?}");
            assert!(!all.contains("MARKER"), "{all}");
            assert!(said.title.contains("HOT-12") && !said.body.is_empty());
        }
    }
}

#[test]
fn a_summary_cannot_rewrite_the_line_it_stands_in_nor_push_the_rest_out() {
    let long = format!("a\u{202E}b\nc\0{}", "👩‍🚒".repeat(5_000));
    let key = Some("HOT\u{202E}-12".to_owned());
    for words in both() {
        let ring = Ring { summary: Some(long.clone()), key: key.clone(), ..ring() };
        let said = words.ring(&ring, Some("Ann\u{2066}"), Timestamp(95 * MINUTE));
        for text in [&said.title, &said.body] {
            let bad =
                |c: char| (c.is_control() && c != '\n') || ('\u{202A}'..='\u{2069}').contains(&c);
            assert!(!text.contains(bad), "{text:?}");
        }
        assert!(said.title.contains("HOT-12"), "{said:?}");
        assert!(said.body.contains("Ann") && said.body.contains("35"), "{said:?}");
        assert!(said.body.contains("👩‍🚒…"), "{said:?}");
    }
}

#[test]
fn it_says_how_late_it_is_only_when_it_is_late() {
    let words = Words::in_tongue(Tongue::English);
    let body = |ring: Ring, now: i64| words.ring(&ring, None, Timestamp(now)).body;
    let plain = body(ring(), 2_000);
    let at = |step, minutes: i64| Ring { step, paged_at: Timestamp(minutes * MINUTE), ..ring() };
    // Declared without a connection three hours ago, paged now.
    assert_ne!(body(at(0, 180), 180 * MINUTE), plain);
    // An escalation after twenty minutes is on time.
    assert_eq!(body(at(2, 20), 20 * MINUTE), plain);
    // This computer slept for an hour.
    assert_ne!(body(at(2, 20), 80 * MINUTE), plain);
}

#[test]
fn a_drill_and_a_test_are_marked() {
    for words in both() {
        let plain = words.ring(&ring(), None, Timestamp(2_000)).title;
        let drill = words.ring(&Ring { drill: true, ..ring() }, None, Timestamp(2_000)).title;
        let test = words.ring(
            &Ring { test: true, key: None, incident: None, ..ring() },
            None,
            Timestamp(2_000),
        );
        assert_ne!(drill, plain);
        assert_ne!(test.title, plain);
        assert!(!test.body.contains("Checkout"));
    }
}

#[test]
fn the_language_is_the_chosen_one_or_the_systems() {
    let chosen = Tongue::chosen;
    assert_eq!(chosen(Language::System, "zh_CN.UTF-8"), Tongue::Chinese);
    assert_eq!(chosen(Language::System, "C"), Tongue::English);
    assert_eq!(chosen(Language::System, ""), Tongue::English);
    assert_eq!(chosen(Language::English, "zh_CN"), Tongue::English);
    assert_eq!(chosen(Language::Chinese, "en_GB"), Tongue::Chinese);
}

/// Messages of a language: their arguments by id. Read here without the syntax of attributes and terms,
/// of which the catalogue has none.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../locales").join(language);
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("the catalogue is there") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        let mut id = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let first =
                line.split_once('=').map(|(id, _)| id.trim()).filter(|_| !line.starts_with(' '));
            id = first.map(str::to_owned).or(id);
            let Some(id) = &id else { continue };
            let args = messages.entry(id.clone()).or_default();
            let names = line.split('$').skip(1).map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
            });
            args.extend(names.map(str::to_owned));
        }
    }
    messages
}

/// Quoted words of this crate's sources that look like message ids with one of these beginnings.
fn ids_in_sources(beginnings: &[&str]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            let quoted = text.split('"').filter(|word| {
                word.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b))
                    && beginnings.iter().any(|beginning| {
                        word.len() > beginning.len() && word.starts_with(beginning)
                    })
            });
            ids.extend(quoted.map(str::to_owned));
        }
    }
    ids
}

#[test]
fn every_message_that_rust_passes_on_is_in_both_languages_with_the_same_arguments() {
    let (english, chinese) = (catalogue("en"), catalogue("zh-Hans"));
    let ids = ids_in_sources(&["error-", "did-", "notification-"]);
    assert!(ids.len() > 60, "{}", ids.len());
    for id in &ids {
        let args = english.get(id).unwrap_or_else(|| panic!("English has no {id}"));
        let other = chinese.get(id).unwrap_or_else(|| panic!("Chinese has no {id}"));
        assert_eq!(args, other, "{id}");
    }
    for (id, args) in crate::views::conflict::ATTEMPTS {
        assert!(ids.contains(*id), "{id}");
        let wanted = &english[*id];
        let given: BTreeSet<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        assert!(wanted.is_subset(&given), "{id} wants {wanted:?}");
    }
}
