//! What must not stand in a log: nothing here logs secrets, and this is for the day when something does.

use std::sync::OnceLock;

/// Words after which a secret stands, in small letters.
const NAMES: &[&str] =
    &["token", "password", "secret", "bearer", "authorization", "invitation", "cookie"];

/// An unbroken run of this many letters and digits is a token, a key or a hash; no word is so long.
const RUN: usize = 32;

const CUT: &str = "[cut]";

/// A line without what looks like a secret, and with the person's home folder as `~`.
pub(super) fn redacted(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    // The value after one of the names; `Authorization: Bearer …` has two words before it.
    let mut follows = false;
    for piece in line.split_inclusive(|c: char| {
        c.is_whitespace() || matches!(c, '=' | ':' | ',' | '"' | '&' | '?')
    }) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let end = &piece[word.len()..];
        let small =
            word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        let named = NAMES.iter().any(|name| small == *name || small.ends_with(&format!("_{name}")));
        if named {
            clean.push_str(piece);
            follows = true;
        } else if !small.is_empty() && (follows || is_run(word)) {
            clean.push_str(CUT);
            clean.push_str(end);
            follows = false;
        } else {
            clean.push_str(piece);
            // A quote or blank between name and value does not end what follows.
            follows &= small.is_empty();
        }
    }
    match home() {
        Some(home) => clean.replace(home, "~"),
        None => clean,
    }
}

fn is_run(word: &str) -> bool {
    let mut length = 0_usize;
    for c in word.chars() {
        length = if c.is_ascii_alphanumeric() || c == '_' || c == '+' { length + 1 } else { 0 };
        if length >= RUN {
            return true;
        }
    }
    false
}

fn home() -> Option<&'static str> {
    static HOME: OnceLock<Option<String>> = OnceLock::new();
    let home = HOME.get_or_init(|| std::env::var("HOME").ok().filter(|home| home.len() > 1));
    home.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_and_the_rest_stays() {
        for (line, clean) in [
            ("connected to server", "connected to server"),
            ("token=abc123 next", "token=[cut] next"),
            (
                "\"password\": \"hunter2\", \"name\": \"lin\"",
                "\"password\": \"[cut]\", \"name\": \"lin\"",
            ),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [cut]"),
            ("session_token=\"x\" page=1", "session_token=\"[cut]\" page=1"),
            ("GET /ws?token=abc&page=1", "GET /ws?token=[cut]&page=1"),
            ("head 0123456789abcdef0123456789abcdef ok", "head [cut] ok"),
            (
                "page 0199d1f0-7c1e-7a55-8a0b-3f6f0f6f2a10 rang",
                "page 0199d1f0-7c1e-7a55-8a0b-3f6f0f6f2a10 rang",
            ),
        ] {
            assert_eq!(redacted(line), clean);
        }
    }

    #[test]
    fn any_text_passes_without_harm() {
        for line in ["", "\n", "故障：结账失败 🔥\n", "token", "token=", "\u{202e}token=\u{202e}x"]
        {
            let _ = redacted(line);
        }
    }
}
