//! The acknowledge link: a token that lets one person acknowledge one page, for a while.
//!
//! Nothing is stored for it. The token names page, person, step and end, and is signed; that it works
//! *once* is kept by the record itself: the acknowledgement is a change set whose id is made from the
//! token, and the record takes no set twice.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use firebell_domain::{
    id::{EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use uuid::Uuid;

use super::secret::Secret;

/// How long a link works. Whoever reads the mail later finds the page answered or somebody else rung.
pub const LINK_SECS: i64 = 30 * 60;
/// The first byte; a later form of tokens has another one.
const FORM: u8 = 1;
/// Bytes before the signature.
const CLAIM: usize = 1 + 16 + 16 + 16 + 4 + 8;
/// Bytes of the signature.
const SIGNATURE: usize = 32;

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The page. One page is one paging cycle.
    pub page: EntityId,
    /// Who may acknowledge it.
    pub person: EntityId,
    /// The webhook that carries the link; none for an e-mail.
    pub webhook: Option<EntityId>,
    /// The step that it is about.
    pub step: u32,
    /// The end of it.
    pub expires_at: Timestamp,
}

impl Claim {
    fn bytes(&self) -> [u8; CLAIM] {
        let mut bytes = [FORM; CLAIM];
        bytes[1..17].copy_from_slice(self.page.0.as_bytes());
        bytes[17..33].copy_from_slice(self.person.0.as_bytes());
        let webhook = self.webhook.map_or(Uuid::nil(), |id| id.0);
        bytes[33..49].copy_from_slice(webhook.as_bytes());
        bytes[49..53].copy_from_slice(&self.step.to_be_bytes());
        bytes[53..].copy_from_slice(&self.expires_at.0.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8; CLAIM]) -> Option<Self> {
        let id = |range: std::ops::Range<usize>| {
            bytes.get(range).and_then(|id| Uuid::from_slice(id).ok()).map(EntityId)
        };
        if bytes[0] != FORM {
            return None;
        }
        Some(Self {
            page: id(1..17)?,
            person: id(17..33)?,
            webhook: id(33..49).filter(|id| !id.0.is_nil()),
            step: u32::from_be_bytes(bytes[49..53].try_into().ok()?),
            expires_at: Timestamp(i64::from_be_bytes(bytes[53..].try_into().ok()?)),
        })
    }
}

/// Makes and reads tokens of one record.
#[derive(Debug, Clone)]
pub struct Links {
    secret: Secret,
    public: String,
}

impl Links {
    /// Links of a record on a server that people reach at `public`.
    #[must_use]
    pub fn new(secret: &Secret, workspace: WorkspaceId, public: &str) -> Self {
        let secret = secret.for_purpose("acknowledge-link", workspace.0.as_bytes());
        Self { secret, public: public.trim_end_matches('/').to_owned() }
    }

    /// The address for a claim.
    #[must_use]
    pub fn url(&self, claim: &Claim) -> String {
        format!("{}/a/{}", self.public, self.token(claim))
    }

    /// The address of an incident by its key.
    #[must_use]
    pub fn incident(&self, key: &str) -> String {
        format!("{}/{key}", self.public)
    }

    /// The token of a claim.
    #[must_use]
    pub fn token(&self, claim: &Claim) -> String {
        let bytes = claim.bytes();
        URL_SAFE_NO_PAD.encode([&bytes[..], &self.secret.sign(&[&bytes])].concat())
    }

    /// The set that a use of a claim appends: the same for every use, and known to nobody before.
    #[must_use]
    pub fn set(&self, claim: &Claim) -> SetId {
        let signed = self.secret.sign(&[b"set", &claim.bytes()]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&signed[..16]);
        SetId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// What a token says; none when nobody here signed it.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Claim> {
        // Longer than any token: not worth decoding.
        if token.len() > 2 * (CLAIM + SIGNATURE) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (claim, signature) = bytes.split_at_checked(CLAIM)?;
        if !self.secret.verifies(&[claim], signature) {
            return None;
        }
        Claim::read(claim.try_into().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(secret: &Secret, workspace: u128) -> Links {
        Links::new(secret, WorkspaceId(Uuid::from_u128(workspace)), "https://firebell.example/")
    }

    fn claim() -> Claim {
        Claim {
            page: EntityId(Uuid::from_u128(1)),
            person: EntityId(Uuid::from_u128(2)),
            webhook: None,
            step: 3,
            expires_at: Timestamp(1_700_000_000_000),
        }
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let links = links(&Secret::fresh().unwrap(), 1);
        let url = links.url(&claim());
        let token = url.strip_prefix("https://firebell.example/a/").unwrap();
        assert_eq!(links.read(token), Some(claim()));
        let other = Claim { webhook: Some(EntityId(Uuid::from_u128(7))), ..claim() };
        assert_eq!(links.read(&links.token(&other)), Some(other));
        assert!(token.len() < 130, "{} characters", token.len());
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let links = links(&Secret::fresh().unwrap(), 1);
        let bytes = URL_SAFE_NO_PAD.decode(links.token(&claim())).unwrap();
        let mut tried = 0;
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                assert_eq!(
                    links.read(&URL_SAFE_NO_PAD.encode(other)),
                    None,
                    "byte {at}, bit {bit}"
                );
                tried += 1;
            }
        }
        for cut in 0..bytes.len() {
            assert_eq!(links.read(&URL_SAFE_NO_PAD.encode(&bytes[..cut])), None, "cut at {cut}");
            tried += 1;
        }
        assert_eq!(tried, 93 * 9);
    }

    #[test]
    fn a_token_is_of_one_server_and_one_record() {
        let (one, other) = (Secret::fresh().unwrap(), Secret::fresh().unwrap());
        let token = links(&one, 1).token(&claim());
        assert!(links(&one, 1).read(&token).is_some());
        assert_eq!(links(&one, 2).read(&token), None);
        assert_eq!(links(&other, 1).read(&token), None);
        for text in ["", "a", "-", "🔔", &"A".repeat(5_000)] {
            assert_eq!(links(&one, 1).read(text), None);
        }
    }

    #[test]
    fn each_claim_has_a_set_of_its_own() {
        let links = links(&Secret::fresh().unwrap(), 1);
        let other = Claim { step: 4, ..claim() };
        assert_eq!(links.set(&claim()), links.set(&claim()));
        assert_ne!(links.set(&claim()), links.set(&other));
    }
}
