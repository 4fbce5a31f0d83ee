//! Tokens for full-text search, and the look-alike figure (requirements X1, D4).
//!
//! SQLite's own tokenizers do not find Chinese words: `unicode61` takes a whole run of Han characters
//! for one word, and `trigram` never matches a word of two characters, which most are (结账, 磁盘). So
//! the words are made here, and what is stored in the index is [`tokens`] joined by spaces, in an FTS5
//! table with `tokenize = "unicode61 tokenchars '-_.'''"`; what is asked is made of [`terms`]. (Without the
//! `tokenchars`, everything is still found, and `12-hot` finds `HOT-12` besides.) The two belong
//! together: change one and the index must be built again.
//!
//! - Everything is lower-cased, and full-width letters and digits become ordinary ones.
//! - Latin and other alphabetic words stand as they are. A compound such as `HOT-12`,
//!   `checkout_service` or `db.eu.example` stands whole, followed by its parts in order.
//! - Runs of Han, Kana and Hangul become overlapping pairs of characters, and the last character alone,
//!   so that each character of the run begins some token, and a query of one character finds them all.
//!
//! Accents are left to `unicode61`, which removes them from both sides.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

/// The longest token, in characters: what is longer is cut, in the index as in queries.
const MAX_TOKEN_CHARS: usize = 64;
/// The most words and runs of one query; later ones are left out, so that it finds more, not less.
const MAX_QUERY_TERMS: usize = 32;
/// The most tokens of one phrase in a query.
const MAX_PHRASE_TOKENS: usize = 64;

/// What is written without a space, in one kind of script.
#[derive(Debug, PartialEq, Eq)]
enum Run {
    /// An alphabetic word or a number, or several joined as in `HOT-12`.
    Word {
        /// As written, in small letters.
        whole: String,
        /// Its parts, at least one, none empty.
        parts: Vec<String>,
    },
    /// Han, Kana or Hangul, at least one character.
    Ideographs(Vec<char>),
}

/// The tokens under which a text is indexed, in its order and with repetitions (X1, D4).
///
/// `"HOT-12 结账失败"` gives `hot-12 hot 12 结账 账失 失败 败`.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word { whole, parts } => {
                if parts.len() > 1 && whole.chars().count() <= MAX_TOKEN_CHARS {
                    tokens.push(whole);
                }
                tokens.extend(parts);
            }
            Run::Ideographs(chars) => {
                tokens.extend(pairs(&chars));
                tokens.extend(chars.last().map(char::to_string));
            }
        }
    }
    tokens
}

/// One thing that a query looks for: tokens that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    tokens: Vec<String>,
    by_beginning: bool,
}

impl Term {
    fn new(tokens: impl IntoIterator<Item = String>, by_beginning: bool) -> Self {
        Self { tokens: tokens.into_iter().take(MAX_PHRASE_TOKENS).collect(), by_beginning }
    }

    /// The single word whose beginning this is; none for a phrase, and for a whole word.
    #[must_use]
    pub fn beginning(&self) -> Option<&str> {
        match self.tokens.as_slice() {
            [word] if self.by_beginning => Some(word),
            _ => None,
        }
    }

    /// As an FTS5 `MATCH` expression.
    #[must_use]
    pub fn expression(&self) -> String {
        format!("{}{}", quoted(&self.tokens.join(" ")), if self.by_beginning { "*" } else { "" })
    }
}

/// What a person typed, as terms that must all be found in [`tokens`] (X1); empty when there is no word in
/// it: then there is nothing to search for.
///
/// The last alphabetic term is matched by its beginning, because it is being typed; the parts of a
/// compound, and the pairs of a Chinese run, must follow each other.
#[must_use]
pub fn terms(text: &str) -> Vec<Term> {
    let mut runs = runs(text);
    runs.truncate(MAX_QUERY_TERMS);
    let last_word = runs.iter().rposition(|run| matches!(run, Run::Word { .. }));
    runs.into_iter()
        .enumerate()
        .map(|(place, run)| match run {
            Run::Word { parts, .. } => Term::new(parts, Some(place) == last_word),
            Run::Ideographs(chars) if chars.len() == 1 => {
                Term::new(chars.iter().map(char::to_string), true)
            }
            Run::Ideographs(chars) => Term::new(pairs(&chars), false),
        })
        .collect()
}

/// Expressions that must all be found, as one; `None` without any. Whatever a person typed, the result is
/// valid for FTS5: all that is taken from it are letters and digits, in quotes.
#[must_use]
pub fn all_of(expressions: &[String]) -> Option<String> {
    (!expressions.is_empty()).then(|| expressions.join(" AND "))
}

/// Any of these tokens, as an expression.
#[must_use]
pub fn any_of(tokens: &[String]) -> String {
    let quoted: Vec<String> = tokens.iter().map(|token| quoted(token)).collect();
    format!("({})", quoted.join(" OR "))
}

/// How alike two texts are by their [`tokens`], in thousandths: those they share, of all they have,
/// repetitions not counted (D4). 0 for nothing in common (and for two empty texts), 1000 for the same.
#[must_use]
pub fn similarity(a: &[String], b: &[String]) -> u16 {
    let a: BTreeSet<&str> = a.iter().map(String::as_str).collect();
    let b: BTreeSet<&str> = b.iter().map(String::as_str).collect();
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len() - shared;
    (shared * 1_000).checked_div(all).and_then(|share| u16::try_from(share).ok()).unwrap_or(0)
}

/// A token has no quotes; doubling them keeps the expression valid should that ever change.
fn quoted(tokens: &str) -> String {
    format!("\"{}\"", tokens.replace('"', "\"\""))
}

fn pairs(chars: &[char]) -> impl Iterator<Item = String> {
    chars.windows(2).map(String::from_iter)
}

/// The runs of a text, in order. One pass; combining marks stay with the letter before them.
fn runs(text: &str) -> Vec<Run> {
    let folded: String = text.chars().flat_map(fold).collect();
    let mut runs: Vec<Run> = Vec::new();
    let mut joiner = None;
    let mut apart = true;
    for cluster in folded.graphemes(true) {
        let letters = || cluster.chars().filter(|&letter| is_letter_or_digit(letter));
        let Some(first) = letters()
            .next()
            .filter(|&first| cluster.starts_with(first) && !(apart && is_mark(first)))
        else {
            // A single joiner right after a word may join it to what follows.
            let after_word = !apart && matches!(runs.last(), Some(Run::Word { .. }));
            joiner = if after_word { single_joiner(cluster) } else { None };
            apart = true;
            continue;
        };
        let join = joiner.take();
        match runs.last_mut() {
            Some(Run::Ideographs(chars)) if is_ideograph(first) && !apart => {
                chars.extend(letters())
            }
            _ if is_ideograph(first) => runs.push(Run::Ideographs(letters().collect())),
            Some(Run::Word { whole, parts }) if !apart => {
                whole.extend(letters());
                if let Some(part) = parts.last_mut() {
                    part.extend(letters());
                }
            }
            Some(Run::Word { whole, parts }) if join.is_some() => {
                whole.extend(join);
                whole.extend(letters());
                parts.push(letters().collect());
            }
            _ => runs
                .push(Run::Word { whole: letters().collect(), parts: vec![letters().collect()] }),
        }
        apart = false;
    }
    for run in &mut runs {
        if let Run::Word { parts, .. } = run {
            parts.iter_mut().for_each(cut);
        }
    }
    runs
}

fn cut(token: &mut String) {
    if let Some((end, _)) = token.char_indices().nth(MAX_TOKEN_CHARS) {
        token.truncate(end);
    }
}

/// Full-width ASCII to ASCII, the kinds of hyphen and apostrophe to one each, and to small letters.
fn fold(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        '\u{3000}' => ' ',
        '\u{2010}' | '\u{2011}' => '-',
        '\u{2019}' => '\'',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        other => other,
    };
    plain.to_lowercase()
}

fn single_joiner(cluster: &str) -> Option<char> {
    match cluster {
        "-" => Some('-'),
        "_" => Some('_'),
        "." => Some('.'),
        "'" => Some('\''),
        _ => None,
    }
}

/// Letters and digits, without the enclosed ones (Ⓐ, 🅰), which are symbols to `unicode61`.
fn is_letter_or_digit(letter: char) -> bool {
    letter.is_alphanumeric()
        && !matches!(letter, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}')
}

/// Whether it is no letter of its own but sits on the one before it: a vowel sign, an accent. Alone it
/// is nothing to `unicode61`.
fn is_mark(letter: char) -> bool {
    !letter.is_ascii()
        && !is_ideograph(letter)
        && String::from_iter(['a', letter]).graphemes(true).count() == 1
}

/// Whether the script is written without spaces: Han, Kana, Bopomofo; and Hangul, whose words take
/// endings.
fn is_ideograph(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11FF}'       // Hangul letters
        | '\u{2E80}'..='\u{2FDF}'     // radicals
        | '\u{3005}'..='\u{3007}'     // 々 〆 〇
        | '\u{3021}'..='\u{3029}'     // Suzhou numerals
        | '\u{3031}'..='\u{303C}'
        | '\u{3041}'..='\u{318F}'     // Kana, Bopomofo, Hangul letters
        | '\u{31A0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'     // Han
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'     // Hangul
        | '\u{F900}'..='\u{FAFF}'     // Han, for compatibility
        | '\u{FF66}'..='\u{FFDC}'     // half-width Kana and Hangul
        | '\u{1AFF0}'..='\u{1B16F}'   // Kana
        | '\u{20000}'..='\u{3FFFF}'   // Han
    )
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::Config};

    use super::*;

    fn query(typed: &str) -> Option<String> {
        all_of(&terms(typed).iter().map(Term::expression).collect::<Vec<_>>())
    }

    fn spaced(text: &str) -> String {
        tokens(text).join(" ")
    }

    /// What FTS5 does with the expression of a query: every phrase is somewhere in the index.
    /// `whole`: whether the index keeps compounds whole (`tokenchars`) or splits them (the default).
    fn finds(expression: &str, text: &str, whole: bool) -> bool {
        let split = |token: &str| -> Vec<String> {
            match whole {
                true => vec![token.to_owned()],
                false => token.split(['-', '_', '.', '\'']).map(str::to_owned).collect(),
            }
        };
        let index: Vec<String> = tokens(text).iter().flat_map(|token| split(token)).collect();
        phrases(expression).iter().all(|(phrase, by_beginning)| {
            index.windows(phrase.len()).any(|window| {
                let last = phrase.len() - 1;
                window[..last] == phrase[..last]
                    && match by_beginning {
                        true => window[last].starts_with(&phrase[last]),
                        false => window[last] == phrase[last],
                    }
            })
        })
    }

    fn phrases(expression: &str) -> Vec<(Vec<String>, bool)> {
        expression
            .split(" AND ")
            .map(|term| {
                let by_beginning = term.ends_with('*');
                let inner = term.trim_end_matches('*');
                let inner = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let inner = inner.unwrap_or_else(|| panic!("{term} is quoted"));
                assert!(!inner.contains('"'), "{expression}");
                (inner.split(' ').map(str::to_owned).collect(), by_beginning)
            })
            .collect()
    }

    fn found(typed: &str, text: &str) -> bool {
        let expression = query(typed).unwrap_or_else(|| panic!("{typed:?} has words"));
        let found = finds(&expression, text, true);
        assert!(!found || finds(&expression, text, false), "{expression} in {text:?}, split");
        found
    }

    #[test]
    fn words_and_pairs_of_characters_become_tokens() {
        for (text, expected) in [
            ("", ""),
            ("Checkout fails", "checkout fails"),
            ("HOT-12", "hot-12 hot 12"),
            ("HOT-12 结账失败", "hot-12 hot 12 结账 账失 失败 败"),
            ("磁盘", "磁盘 盘"),
            ("账", "账"),
            ("证书过期,磁盘满", "证书 书过 过期 期 磁盘 盘满 满"),
            ("MySQL主从延迟5秒", "mysql 主从 从延 延迟 迟 5 秒"),
            ("checkout_service", "checkout_service checkout service"),
            ("db-1.eu.example.com:5432", "db-1.eu.example.com db 1 eu example com 5432"),
            ("it’s 3.5%", "it's it s 3.5 3 5"),
            ("ＨＯＴ－１２　ｅｒｒｏｒ", "hot-12 hot 12 error"),
            ("a--b -c d- _e_", "a b c d e"),
            ("end. Next", "end next"),
            ("结账-磁盘", "结账 账 磁盘 盘"),
            ("HOT-磁盘", "hot 磁盘 盘"),
            ("お会計エラー", "お会 会計 計エ エラ ラー ー"),
            ("결제 실패", "결제 제 실패 패"),
            ("🔥 disk🔥full 1️⃣", "disk full 1"),
            ("Ⓐ 🅰 ½ №", "½"),
            ("cafe\u{301} CAFÉ", "cafe café"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("हिन्दी \u{93f} ไทย", "हिनदी ไทย"),
        ] {
            assert_eq!(spaced(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_query_is_quoted_terms_that_must_all_be_found() {
        for (typed, expected) in [
            ("结账", Some(r#""结账""#)),
            ("磁盘满", Some(r#""磁盘 盘满""#)),
            ("账", Some(r#""账"*"#)),
            ("check", Some(r#""check"*"#)),
            ("payments check", Some(r#""payments" AND "check"*"#)),
            ("HOT-12", Some(r#""hot 12"*"#)),
            ("hot-", Some(r#""hot"*"#)),
            ("disk 磁盘", Some(r#""disk"* AND "磁盘""#)),
            ("磁盘disk证", Some(r#""磁盘" AND "disk"* AND "证"*"#)),
            ("a OR b", Some(r#""a" AND "or" AND "b"*"#)),
            (r#"" OR "1"="1"#, Some(r#""or" AND "1" AND "1"*"#)),
            (
                "title:x* NEAR(a b, 3) ^c {d}",
                Some(r#""title" AND "x" AND "near" AND "a" AND "b" AND "3" AND "c" AND "d"*"#),
            ),
            ("x'; DROP TABLE incident; --", Some(r#""x" AND "drop" AND "table" AND "incident"*"#)),
            ("nul\0nul", Some(r#""nul" AND "nul"*"#)),
            ("", None),
            ("  \t\n", None),
            ("\"\"\"*()^-", None),
            ("🔥🔥", None),
            ("。,!", None),
            ("\u{301}\u{200d}\u{fe0f}", None),
        ] {
            assert_eq!(query(typed).as_deref(), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_people_type_finds_what_they_mean() {
        let title = "HOT-12: 结账失败,磁盘满 (checkout_service, payments.eu) 证书";
        for typed in [
            "结账",
            "结",
            "账",
            "失败",
            "败",
            "磁盘",
            "盘",
            "盘满",
            "证书",
            "书",
            "结账失败",
            "HOT-12",
            "hot",
            "hot-1",
            "12",
            "checkout",
            "checkout_s",
            "service",
            "payments.eu",
            "PAYM",
            "磁盘 checkout",
            "ＨＯＴ－１２",
        ] {
            assert!(found(typed, title), "{typed}");
        }
        for typed in
            ["结败", "账磁", "满证", "HOT-2", "12-hot", "eckout", "磁盘 refund", "失败结账"]
        {
            assert!(!found(typed, title), "{typed}");
        }
    }

    #[test]
    fn long_input_is_bounded_and_still_finds() {
        let word = "x".repeat(10_000);
        assert_eq!(spaced(&word).len(), MAX_TOKEN_CHARS);
        assert!(found(&word, &word));
        let han: String = "结账失败磁盘".chars().cycle().take(5_000).collect();
        assert!(found(&han, &han));
        let words = "alpha beta ".repeat(1_000);
        assert!(found(&words, &words));
        let compound = ["part"; 1_000].join(".");
        assert!(found(&compound, &compound));
        for text in [&word, &han, &words, &compound] {
            let expression = query(text).expect("words");
            assert!(phrases(&expression).len() <= MAX_QUERY_TERMS);
            assert!(phrases(&expression).iter().all(|(it, _)| it.len() <= MAX_PHRASE_TOKENS));
        }
    }

    #[test]
    fn alike_is_what_shares_words_whatever_their_order() {
        let alike = |a: &str, b: &str| similarity(&tokens(a), &tokens(b));
        assert_eq!(alike("Checkout fails", "checkout FAILS fails"), 1_000);
        assert_eq!(alike("checkout fails in EU", "EU checkout down"), 400);
        assert_eq!(alike("结账失败", "结账页面失败"), 428);
        assert_eq!(alike("结账失败", "磁盘满"), 0);
        assert_eq!(alike("", ""), 0);
        assert_eq!(alike("", "disk"), 0);
    }

    const CASES: u32 = 3_000;

    proptest! {
        #![proptest_config(Config { cases: CASES, failure_persistence: None, ..Config::default() })]

        #[test]
        fn every_piece_of_a_chinese_text_is_found_in_it(
            text in "[\u{4e00}-\u{9fff}账结磁盘证书]{1,30}",
            from in any::<prop::sample::Index>(),
            length in any::<prop::sample::Index>(),
        ) {
            let chars: Vec<char> = text.chars().collect();
            let from = from.index(chars.len());
            let length = length.index(chars.len() - from) + 1;
            let piece: String = chars[from..from + length].iter().collect();
            prop_assert!(found(&piece, &text));
            if length >= 2 {
                let index = tokens(&text);
                for (phrase, _) in phrases(&query(&piece).expect("words")) {
                    for token in phrase {
                        prop_assert!(index.contains(&token), "{} in {:?}", token, index);
                    }
                }
            }
        }

        #[test]
        fn every_word_of_a_text_and_the_text_itself_are_found_in_it(
            text in "([a-zA-Z0-9]{1,4}|[-_.' \"*(]|\\PC|[结账磁盘エ]){0,24}",
        ) {
            for word in text.split_whitespace().chain([text.as_str()]) {
                let Some(expression) = query(word) else { continue };
                prop_assert!(finds(&expression, &text, true), "{}", expression);
                prop_assert!(finds(&expression, &text, false), "{}", expression);
            }
        }

        #[test]
        fn whatever_is_typed_is_a_valid_query(text in any::<String>()) {
            match query(&text) {
                // `phrases` fails on whatever is not a list of quoted terms.
                Some(expression) => for token in phrases(&expression).into_iter().flat_map(|it| it.0) {
                    let plain = !token.is_empty() && token.chars().all(is_letter_or_digit);
                    prop_assert!(plain, "{}", expression);
                },
                None => prop_assert!(tokens(&text).is_empty()),
            }
        }
    }
}
