//! Names of files: words that are shown, and what they become when a file is saved.

use unicode_segmentation::UnicodeSegmentation;

/// The longest name in bytes; what file systems allow.
pub const MAX_NAME: u64 = 255;
/// What stands where a name had a character that it must not have.
const INSTEAD: char = '_';
/// The name of what has none.
const NAMELESS: &str = "file";
/// Names that Windows gives to devices, with whatever ending.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3", "com4",
    "com5", "com6", "com7", "com8", "com9", "com¹", "com²", "com³", "lpt0", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
];

/// The name as the record keeps it and windows show it: no path, no control characters, nothing that
/// turns the direction of writing (so that `gpj.exe` does not read as `exe.jpg`), and not too long. Names
/// that need no change stay as they are.
#[must_use]
pub fn shown_name(name: &str) -> String {
    let clean: String = name.chars().map(|c| if is_forbidden(c) { INSTEAD } else { c }).collect();
    let clean = cut(clean.trim(), usize::try_from(MAX_NAME).unwrap_or(usize::MAX));
    match clean.as_str() {
        "" | "." | ".." => NAMELESS.to_owned(),
        _ => clean,
    }
}

/// The name that is offered when the file is saved: safe on each of the three systems. No hidden file, no
/// device, no character that one of them gives a meaning.
#[must_use]
pub fn saved_as(name: &str) -> String {
    let clean: String = shown_name(name)
        .chars()
        .map(|c| if r#"<>:"|?*"#.contains(c) { INSTEAD } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = clean.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    if clean.is_empty() {
        return NAMELESS.to_owned();
    }
    if DEVICES.contains(&stem.as_str()) {
        return cut(&format!("{INSTEAD}{clean}"), usize::try_from(MAX_NAME).unwrap_or(usize::MAX));
    }
    clean.to_owned()
}

/// What no name has: parts of a path, control characters, what is not seen, and what turns the direction. The
/// two joiners stay: Persian and Hindi need them.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | '\u{2215}' | '\u{2044}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}')
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// The beginning and the ending of a name that is too long: the ending says what it is.
fn cut(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.to_owned();
    }
    /// An ending longer than this is none.
    const ENDING: usize = 16;
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= ENDING { ending } else { "" };
    let room = most - ending.len();
    let mut kept = 0;
    for (at, cluster) in name.grapheme_indices(true) {
        if at + cluster.len() > room {
            break;
        }
        kept = at + cluster.len();
    }
    format!("{}{ending}", name[..kept].trim_end())
}
