//! How a document begins: headings to write under, the same bytes on every desktop.

use sha2::{Digest, Sha256};

use super::Text;

/// In English. Words of a document rather than of a window: once they are given out they do not change,
/// or two versions of this program would begin two documents.
const ENGLISH: &str = "\
# Current state

# What customers see

# What we know

# What we try

# Decisions

# Notes
";
/// In Chinese.
const CHINESE: &str = "\
# 当前状态

# 客户看到什么

# 已知情况

# 正在尝试

# 决策

# 备注
";

/// The headings in a language, see [`crate::directory::LANGUAGES`]; English for one that is not there.
#[must_use]
pub fn template(language: &str) -> &'static str {
    if language == "zh-Hans" { CHINESE } else { ENGLISH }
}

/// The first update of a document. Two desktops that begin it offline make the same letters by the same
/// writer, so that merging finds them once. The writer comes from the words: other words are other
/// letters, never the same ones with another meaning, which would tear the document apart.
#[must_use]
pub fn seed(language: &str) -> Vec<u8> {
    let words = template(language);
    let digest = Sha256::digest(words.as_bytes());
    let writer = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    Text::written_by(writer).insert(0, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_desktops_that_begin_a_document_offline_begin_one() {
        for language in ["en", "zh-Hans", "", "tlh"] {
            let (ana, ben) = (seed(language), seed(language));
            assert_eq!(ana, ben);
            let mut anas = Text::written_by(7);
            anas.apply([&ana[..]]).unwrap();
            let wrote = anas.insert(0, "Cards fail.\n");
            let both = Text::of([&ben[..], &wrote[..], &ana[..]]).unwrap().read();
            assert_eq!(both, format!("Cards fail.\n{}", template(language)));
        }
        let mixed = Text::of([&seed("en")[..], &seed("zh-Hans")[..]]).unwrap().read();
        assert_eq!(mixed.len(), ENGLISH.len() + CHINESE.len(), "nothing is lost of either");
    }
}
