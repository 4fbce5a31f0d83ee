//! What keeps a window in its place stands in configuration files: these tests read them as a lint.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn words(value: &Value) -> BTreeSet<String> {
    let words = value.as_array().expect("a list").iter();
    words.map(|word| word.as_str().expect("a word").to_owned()).collect()
}

/// The permission that tauri-build makes of a command.
fn permission(command: &&str) -> String {
    format!("allow-{}", command.replace('_', "-"))
}

const EVENTS: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];
/// For the keys that make everything larger or smaller; tauri answers them in the window.
const ZOOM: &str = "core:webview:allow-set-webview-zoom";

#[test]
fn the_content_policy_lets_nothing_in_but_our_own_files() {
    let config = read("tauri.conf.json");
    let policy = config["app"]["security"]["csp"].as_object().expect("a content policy");
    let source = |name: &str| policy[name].as_str().expect(name);
    for (name, sources) in [
        ("default-src", "'self'"),
        ("script-src", "'self'"),
        ("style-src", "'self'"),
        ("object-src", "'none'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
        ("connect-src", "ipc: http://ipc.localhost"),
    ] {
        assert_eq!(source(name), sources, "{name}");
    }
    for (name, sources) in policy {
        let sources = sources.as_str().expect("sources");
        for harmful in
            ["'unsafe-eval'", "'wasm-unsafe-eval'", "*", "https:", "http:", "'unsafe-hashes'"]
        {
            assert!(!sources.split(' ').any(|source| source == harmful), "{name}: {harmful}");
        }
        // Attributes alone: a widget's place is computed, and a style can neither run nor fetch.
        let inline = sources.contains("'unsafe-inline'");
        assert!(!inline || name == "style-src-attr", "{name} allows inline text");
    }
}

#[test]
fn nothing_of_tauris_doors_is_open_by_configuration() {
    let config = read("tauri.conf.json");
    let app = &config["app"];
    assert_ne!(app["withGlobalTauri"], true);
    let security = app["security"].as_object().expect("security");
    let known = BTreeSet::from(["csp", "capabilities"]);
    let stated: BTreeSet<_> = security.keys().map(String::as_str).collect();
    assert_eq!(stated, known, "asset protocol, disabled checks and the like stay out");
    assert_eq!(
        app["windows"].as_array().map(Vec::len),
        Some(0),
        "windows are opened from Rust, fenced"
    );
}

#[test]
fn the_capabilities_are_these_three_and_reach_no_other_machine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
    let files: BTreeSet<_> = fs::read_dir(folder)
        .expect("capabilities")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, ["line.json", "main.json", "page.json"].map(str::to_owned).into());
    let config = read("tauri.conf.json");
    assert_eq!(
        words(&config["app"]["security"]["capabilities"]),
        ["line", "main", "page"].map(str::to_owned).into()
    );
    for (name, windows) in [("line", "line"), ("main", "main"), ("page", "page-*")] {
        let capability = read(&format!("capabilities/{name}.json"));
        assert_eq!(words(&capability["windows"]), [windows.to_owned()].into(), "{name}");
        let known =
            BTreeSet::from(["$schema", "identifier", "description", "windows", "permissions"]);
        let stated = capability.as_object().expect("a capability").keys();
        assert_eq!(
            stated.map(String::as_str).collect::<BTreeSet<_>>(),
            known,
            "{name}: nothing remote"
        );
    }
}

#[test]
fn a_window_may_call_what_it_shows_and_no_more() {
    let main = read("capabilities/main.json");
    let shell = [
        "get_capabilities",
        "window_ready",
        "show_main",
        "test_sound",
        "open_link",
        "check_desktop",
        "stage_file",
        "show_picture",
    ];
    let wanted = crate::commands::names::TABLE.iter().chain(&shell).map(permission);
    let wanted = wanted.chain(EVENTS.map(str::to_owned)).chain([ZOOM.to_owned()]);
    assert_eq!(words(&main["permissions"]), wanted.collect());

    let page = read("capabilities/page.json");
    let wanted = [
        "get_start",
        "get_preferences",
        "get_sync",
        "get_page",
        "acknowledge_page",
        "decline_page",
        "act_on_page",
        "window_ready",
        "close_page_window",
        "show_main",
    ];
    let wanted = wanted.iter().map(permission).chain(EVENTS.map(str::to_owned));
    assert_eq!(words(&page["permissions"]), wanted.collect());

    let line = read("capabilities/line.json");
    let wanted = [
        "get_preferences",
        "list_line_incidents",
        "write_line",
        "window_ready",
        "close_line_window",
    ];
    assert_eq!(words(&line["permissions"]), wanted.iter().map(permission).collect());
}

#[test]
fn an_installed_desktop_hands_links_over() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("firebell.desktop");
    let entry = fs::read_to_string(file).expect("the desktop entry");
    // Without the field code a desktop starts the program and drops the link.
    assert!(entry.lines().any(|line| line == "Exec={{exec}} %u"), "{entry}");
    let linux = &read("tauri.conf.json")["bundle"]["linux"];
    for package in ["deb", "rpm"] {
        assert_eq!(linux[package]["desktopTemplate"], "firebell.desktop", "{package}");
    }
}
