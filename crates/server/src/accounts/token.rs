//! Secrets that are shown once: tokens of devices and codes of invitations. The store holds hashes.

use std::fmt;

use firebell_domain::chain::Hash;
use rand::TryRng;

/// 256 random bits. It cannot be printed by accident: logs show `Token(…)`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A fresh one, from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system gives none; nothing may be signed in then.
    pub fn fresh() -> Result<Self, rand::rngs::SysError> {
        let mut bytes = [0_u8; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes)?;
        Ok(Self(Hash(bytes).to_string()))
    }

    /// One that somebody sent.
    #[must_use]
    pub fn sent(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }

    /// Its text, to show it the one time.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_fresh_and_does_not_print() {
        let (a, b) = (Token::fresh().unwrap(), Token::fresh().unwrap());
        assert_eq!(a.reveal().len(), 64);
        assert_ne!(a, b);
        assert!(!format!("{a:?}").contains(a.reveal()));
    }
}
