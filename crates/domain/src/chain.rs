//! The hash chain over the log. A desktop keeps the head it saw and refuses a record that does not
//! extend it (promise 17); somebody who may not see a row gets its leaf and can still check the chain.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A SHA-256 digest: of a row (leaf) or of the record up to a row (head). Hexadecimal in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Head of the empty record.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The leaf of a row: its salt and its bytes. The salt keeps a short row from being guessed.
    #[must_use]
    pub fn leaf(salt: &[u8; 16], row: &[u8]) -> Self {
        Self(Sha256::new().chain_update(salt).chain_update(row).finalize().into())
    }

    /// The head after the row at `seq`.
    #[must_use]
    pub fn extend(self, seq: u64, leaf: Hash) -> Self {
        Self(
            Sha256::new()
                .chain_update(self.0)
                .chain_update(seq.to_be_bytes())
                .chain_update(leaf.0)
                .finalize()
                .into(),
        )
    }

    /// Of bytes alone, to tell whether two are the same.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// From hexadecimal.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("not a SHA-256 in hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_difference_changes_the_head() {
        let leaf = |text: &str| Hash::leaf(&[1; 16], text.as_bytes());
        let head = Hash::ZERO.extend(1, leaf("a")).extend(2, leaf("b"));
        assert_ne!(head, Hash::ZERO.extend(1, leaf("b")).extend(2, leaf("a")));
        assert_ne!(head, Hash::ZERO.extend(1, leaf("a")).extend(3, leaf("b")));
        assert_ne!(leaf("a"), Hash::leaf(&[2; 16], b"a"));
        assert_eq!(Hash::from_hex(&head.to_string()), Some(head));
    }
}
