//! Calls that only a desktop with windows can carry out, answered as well as a browser can.

use firebell_client::api::session::{Capabilities, Capability};
use serde_json::{Value, json};

/// The answer of a shell-only call; none when the name is not one.
pub(crate) fn answer(command: &str) -> Option<Value> {
    match command {
        "get_capabilities" => Some(json!(capabilities())),
        "window_ready" | "close_page_window" | "show_main" | "test_sound" | "check_desktop" => {
            Some(Value::Null)
        }
        _ => None,
    }
}

fn capabilities() -> Capabilities {
    let browser = || Capability { works: false, detail: "browser".to_owned() };
    Capabilities {
        notifications: browser(),
        undisturbed: Some(browser()),
        notification_actions: browser(),
        sound: browser(),
        always_on_top: browser(),
        global_shortcut: browser(),
        tray: browser(),
        keychain: browser(),
    }
}
