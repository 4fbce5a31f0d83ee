//! The server's secret, from which every other secret of a channel is made: signatures of webhooks and
//! of acknowledge links. See `docs/adr/0015-server-secret.md`.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use sha2::Sha256;

/// Shortest secret in a file, in bytes: as many as a signature has.
const MIN_BYTES: usize = 32;
/// Longest: a file that holds more is something else.
const MAX_BYTES: u64 = 4_096;

/// A key for HMAC-SHA-256. It cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh one, from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system gives none.
    pub fn fresh() -> Result<Self, rand::rngs::SysError> {
        let mut bytes = [0_u8; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// From what somebody wrote down; white space around it does not count.
    ///
    /// # Errors
    /// When it is too short to be a secret.
    pub fn of(text: &[u8]) -> io::Result<Self> {
        let text = text.trim_ascii();
        if text.len() < MIN_BYTES {
            let why = format!("a secret has at least {MIN_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(Self(sign(b"firebell server secret", &[text])))
    }

    /// From a file.
    ///
    /// # Errors
    /// When it cannot be read, or holds no secret.
    pub fn read(file: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(file)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Self::of(&bytes)
    }

    /// From a file, which is made when there is none; only its owner can read it.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn read_or_make(file: &Path) -> io::Result<Self> {
        match Self::read(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            read => return read,
        }
        let fresh = Self::fresh().map_err(io::Error::other)?;
        // Another process may be as far: who is first decides, and both read the same.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
            Ok(mut new) => {
                new.write_all(format!("{}\n", hexadecimal(&fresh.0)).as_bytes())?;
                new.sync_all()?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        Self::read(file)
    }

    /// A secret of its own for one purpose: who learns it learns no other.
    #[must_use]
    pub fn for_purpose(&self, purpose: &str, of: &[u8]) -> Self {
        // A length in front, so that no two pairs run together to the same bytes.
        let length = (purpose.len() as u64).to_be_bytes();
        Self(sign(&self.0, &[&length, purpose.as_bytes(), of]))
    }

    /// Signs parts of a message.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        sign(&self.0, parts)
    }

    /// Whether a signature is right; takes the same time whatever is wrong with it.
    #[must_use]
    pub fn verifies(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        mac(&self.0, parts).verify_slice(signature).is_ok()
    }

    /// Its bytes, to show them to whoever has to know them.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of HMAC may have any length");
    parts.iter().for_each(|part| mac.update(part));
    mac
}

fn sign(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    mac(key, parts).finalize().into_bytes().into()
}

fn hexadecimal(bytes: &[u8; 32]) -> String {
    firebell_domain::chain::Hash(*bytes).to_string()
}

/// As the other side of a webhook computes it, from the bytes of a key.
#[cfg(test)]
pub(super) fn mac_of(key: &[u8], message: &[u8]) -> [u8; 32] {
    sign(key, &[message])
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record.db.secret");
        let made = Secret::read_or_make(&file).unwrap();
        assert_eq!(made, Secret::read_or_make(&file).unwrap());
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_ne!(made, Secret::fresh().unwrap());
    }

    #[test]
    fn what_is_too_short_is_no_secret() {
        assert!(Secret::of(b"  password \n").is_err());
        let long = Secret::of(&[b'x'; MIN_BYTES]).unwrap();
        assert_eq!(long, Secret::of(&[&[b'x'; MIN_BYTES][..], b"\n"].concat()).unwrap());
    }

    #[test]
    fn each_purpose_has_a_secret_of_its_own_and_none_prints() {
        let secret = Secret::fresh().unwrap();
        let link = secret.for_purpose("link", b"1");
        assert_ne!(link, secret.for_purpose("link", b"2"));
        assert_ne!(secret.for_purpose("a", b"bc"), secret.for_purpose("ab", b"c"));
        assert!(link.verifies(&[b"a", b"b"], &link.sign(&[b"ab"])));
        assert!(!link.verifies(&[b"a"], &link.sign(&[b"b"])));
        assert_eq!(format!("{link:?}"), "Secret(…)");
    }
}
