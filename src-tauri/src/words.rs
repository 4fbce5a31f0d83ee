//! Words of tray and notices, from the catalogue that the window uses too.

use firebell_client::{
    host::Badge,
    words::{Value, Words},
};
use tauri::{AppHandle, Manager};

use crate::desk::Desk;

/// The words of the person's language.
pub(crate) fn of(app: &AppHandle) -> &'static Words {
    Words::of(app.state::<Desk>().preferences().language)
}

/// What the tray's menu says first: on Linux it is the only place that can say it.
pub(crate) fn state(words: &Words, badge: Badge) -> String {
    let count = |id: &str, count: u32| words.text(id, &[("count", Value::Number(count.into()))]);
    let mut parts = Vec::new();
    if badge.ringing > 0 {
        parts.push(count("tray-ringing", badge.ringing));
    }
    if !badge.online {
        parts.push(words.text("tray-offline", &[]));
    }
    parts.push(match badge.open {
        0 => words.text("tray-idle", &[]),
        open => count("tray-open", open),
    });
    if badge.on_call {
        parts.push(words.text("tray-on-call", &[]));
    }
    parts.join(" · ")
}

/// Title and text of the notice that the program runs on although its window was closed.
pub(crate) fn stays_open(app: &AppHandle, on_call: bool) -> (String, String) {
    let words = of(app);
    let body = if on_call { "stays-open-on-call" } else { "stays-open-body" };
    (words.text("stays-open-title", &[]), words.text(body, &[]))
}

#[cfg(test)]
mod tests {
    use firebell_client::words::Tongue;

    use super::*;

    #[test]
    fn the_worst_is_said_first_in_both_languages() {
        let badge = Badge { open: 2, ringing: 1, online: false, on_call: true };
        let english = state(Words::in_tongue(Tongue::English), badge);
        let parts: Vec<_> = english.split(" · ").collect();
        assert_eq!(parts.len(), 4, "{english}");
        assert!(parts[0].contains("ringing") && parts[0].contains('1'), "{english}");
        assert!(parts[2].contains('2'), "{english}");
        let chinese = state(Words::in_tongue(Tongue::Chinese), badge);
        assert!(chinese.contains('铃') && !chinese.contains("tray-"), "{chinese}");
    }

    #[test]
    fn every_word_of_the_shell_is_in_the_catalogue() {
        for tongue in [Tongue::English, Tongue::Chinese] {
            let words = Words::in_tongue(tongue);
            for id in [
                "tray-show",
                "tray-declare",
                "tray-quit",
                "tray-quit-on-call",
                "stays-open-title",
                "stays-open-body",
                "stays-open-on-call",
            ] {
                assert_ne!(words.text(id, &[]), id, "{tongue:?}");
            }
        }
    }
}
