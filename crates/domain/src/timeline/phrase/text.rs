//! A phrase as plain text, and a place in it.

use super::MAX_PHRASE;

/// Lower case, half-width, Chinese numbers as digits, white space as single blanks. None when it is
/// empty or too long.
pub(super) fn plain(phrase: &str) -> Option<String> {
    if phrase.chars().count() > MAX_PHRASE {
        return None;
    }
    let half = phrase.chars().map(|c| match c {
        // Full-width forms stand in the same order as ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '、' | '。' => ' ',
        '−' | '–' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    let lower: String = half.flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split(' ').filter(|word| !word.is_empty()).collect();
    let text = digits(&words.join(" "));
    let text = ["around ", "about ", "approx ", "ca ", "~", "大约", "大概", "约"]
        .iter()
        .fold(text.as_str(), |text, word| text.strip_prefix(word).unwrap_or(text));
    let text = text.strip_suffix("左右").unwrap_or(text);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Chinese numbers up to 99 as digits; `半` and `刻` stay words.
fn digits(text: &str) -> String {
    let value = |c: char| match c {
        '零' | '〇' => Some(0),
        '一' => Some(1),
        '二' | '两' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => None::<u32>,
    };
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    // A sign that is no number ends the last run.
    for c in text.chars().chain(['\n']) {
        let numeral = value(c).is_some() || c == '十';
        if numeral && run.is_empty() && out.ends_with(['周', '期', '拜']) {
            // 周二十点 is Tuesday at ten.
            out.push_str(&format!("{} ", value(c).unwrap_or(10)));
            continue;
        }
        if numeral {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            match run.iter().position(|c| *c == '十') {
                // 十五, 二十, 二十三
                Some(ten) => {
                    let tens = ten.checked_sub(1).and_then(|at| value(run[at])).unwrap_or(1);
                    let ones = run.get(ten + 1).and_then(|c| value(*c)).unwrap_or(0);
                    out.push_str(&(tens * 10 + ones).to_string());
                }
                // 二〇二六, 零五
                None => run.iter().filter_map(|c| value(*c)).for_each(|n| {
                    out.push_str(&n.to_string());
                }),
            }
            // 两点零5 is five past two, and not nought and five.
            let nought = run.len() == 1 && value(run[0]) == Some(0);
            if c.is_ascii_digit() && !nought {
                out.push(' ');
            }
            run.clear();
        }
        if c != '\n' {
            out.push(c);
        }
    }
    out
}

/// A place in a plain text, from which words and numbers are taken.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Whether nothing is left.
    pub(super) fn ends(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Passes over blanks.
    pub(super) fn space(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// Takes the first of these that comes next, whatever follows it. Longer ones stand first.
    pub(super) fn any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let word = words.iter().find(|word| self.0.starts_with(**word))?;
        self.0 = &self.0[word.len()..];
        Some(word)
    }

    /// Like [`Cursor::any`], but a word that letters go on after is another word.
    pub(super) fn word(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let whole = |word: &&&'static str| {
            let rest = self.0.strip_prefix(**word);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        };
        let word = words.iter().find(whole)?;
        self.0 = &self.0[word.len()..];
        Some(word)
    }

    /// A number, with how many digits it is written in.
    pub(super) fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let number = self.0[..digits].parse().ok()?;
        self.0 = &self.0[digits..];
        Some((number, digits))
    }

    /// Does all of it, or nothing.
    pub(super) fn attempt<T>(&mut self, body: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = self.clone();
        let done = body(&mut ahead)?;
        *self = ahead;
        Some(done)
    }
}
