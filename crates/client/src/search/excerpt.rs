//! The piece of a text around what was searched for, cut between characters as a reader counts them.

use unicode_segmentation::UnicodeSegmentation;

use crate::words::stripped;

/// Characters before the match.
const BEFORE: usize = 24;
/// Characters in all.
const LENGTH: usize = 120;

/// At most [`LENGTH`] characters of `text`, on one line, with the first match of a word of `words`
/// near their beginning; the beginning of the text where nothing matches literally.
pub(super) fn around(text: &str, words: &str) -> String {
    let line = stripped(text);
    let graphemes: Vec<&str> = line.graphemes(true).collect();
    if graphemes.len() <= LENGTH {
        return line;
    }
    let folded: Vec<String> = graphemes.iter().map(|grapheme| fold(grapheme)).collect();
    let place = words
        .split_whitespace()
        .flat_map(|word| needles(&stripped(word)))
        .find_map(|needle| find(&folded, &needle))
        .unwrap_or_default();
    let start = place.saturating_sub(BEFORE).min(graphemes.len().saturating_sub(LENGTH));
    let end = (start + LENGTH).min(graphemes.len());
    let piece = graphemes.get(start..end).unwrap_or_default().concat();
    let (left, right) =
        (if start > 0 { "…" } else { "" }, if end < graphemes.len() { "…" } else { "" });
    format!("{left}{}{right}", piece.trim())
}

/// What to look for: the word as typed, and its beginning, as the index cuts words otherwise than
/// white space does.
fn needles(word: &str) -> Vec<Vec<String>> {
    let whole: Vec<String> = word.graphemes(true).map(fold).collect();
    let short: Vec<String> =
        whole.iter().take_while(|g| g.chars().all(char::is_alphanumeric)).cloned().collect();
    [whole, short].into_iter().filter(|needle| !needle.is_empty()).collect()
}

fn find(text: &[String], needle: &[String]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

fn fold(grapheme: &str) -> String {
    grapheme
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_match_stands_in_the_excerpt_and_no_character_is_cut() {
        let long = format!(
            "{} Checkout\u{202E} fails 磁盘满了 {}",
            "👩‍🚒 ".repeat(300),
            "rest ".repeat(300)
        );
        for (words, expected) in [
            ("checkout", "Checkout fails"),
            ("磁盘", "磁盘满了"),
            ("满", "磁盘满了"),
            ("ＣＨＥＣＫ", "Check"),
        ] {
            let excerpt = around(&long, words);
            assert!(excerpt.contains(expected), "{words}: {excerpt}");
            assert!(excerpt.graphemes(true).count() <= LENGTH + 2);
            assert!(excerpt.starts_with('…') && excerpt.ends_with('…'));
            assert!(!excerpt.contains('\u{202E}'));
        }
    }

    #[test]
    fn a_short_text_is_shown_whole_and_a_strange_query_shows_the_beginning() {
        assert_eq!(around("Checkout\nfails", "fails"), "Checkout fails");
        let long = "word ".repeat(200);
        assert!(around(&long, "\"*(").starts_with("word"));
        assert!(around(&long, "").starts_with("word"));
        assert_eq!(around("", "x"), "");
    }
}
