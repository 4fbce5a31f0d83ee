//! Words of people, made safe to stand in a line of somebody else's: a notification, a tray, an excerpt.

use unicode_segmentation::UnicodeSegmentation;

/// The text on one line, without control characters and without those that turn the direction of what
/// follows (a summary must not be able to rewrite the line that it stands in). White space is one space.
#[must_use]
pub fn stripped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let start = line.len();
        if start > 0 {
            line.push(' ');
        }
        let before = line.len();
        line.extend(word.chars().filter(|c| !is_mark(*c)));
        if line.len() == before {
            line.truncate(start);
        }
    }
    line
}

/// At most `graphemes` characters as a reader counts them, the last one `…` when something was left out.
#[must_use]
pub fn shortened(text: &str, graphemes: usize) -> String {
    if text.graphemes(true).nth(graphemes).is_none() {
        return text.to_owned();
    }
    let kept: String = text.graphemes(true).take(graphemes.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Invisible marks that change how the rest is read: direction, byte order, deprecated formatting.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_runs_one_way() {
        for (text, line) in [
            ("Checkout fails", "Checkout fails"),
            ("  a\n\nb\tc  ", "a b c"),
            ("a\u{202E}dekcilc\u{202C} b", "adekcilc b"),
            ("\u{2066}\u{2069}", ""),
            ("bell\u{7}, nul\0, esc\u{1b}[31m", "bell , nul , esc [31m"),
            ("结账\u{3000}失败", "结账 失败"),
            ("👩\u{200D}🚒", "👩\u{200D}🚒"),
            ("a \u{200B} b", "a b"),
        ] {
            assert_eq!(stripped(text), line, "{text:?}");
        }
    }

    #[test]
    fn a_character_is_never_cut_in_two() {
        assert_eq!(shortened("checkout", 8), "checkout");
        assert_eq!(shortened("checkout", 5), "chec…");
        assert_eq!(shortened("结账失败了", 3), "结账…");
        assert_eq!(shortened("👩‍🚒👩‍🚒👩‍🚒", 2), "👩‍🚒…");
        assert_eq!(shortened("one two", 5), "one…");
    }
}
