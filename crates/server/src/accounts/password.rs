//! Passwords: argon2id in PHC form, off the async threads, a bounded number at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use firebell_protocol::error::{ApiError, ErrorCode};
use tokio::sync::Semaphore;

/// Shortest password in characters (NIST SP 800-63B: at least 8; longer is what helps).
pub const MIN_PASSWORD: usize = 10;
/// Longest password in bytes; hashing longer ones would only cost us.
pub const MAX_PASSWORD: usize = 1_000;
/// Checks at the same moment: paging needs the processors too.
const MAX_AT_ONCE: usize = 2;
/// Checks that may wait for their turn.
const MAX_WAITING: usize = 64;

/// Makes and checks password hashes.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// Of a password that nobody knows, so that an unknown account takes the same work.
    dummy: Arc<str>,
}

impl Passwords {
    /// With a cost in KiB of memory and passes.
    ///
    /// # Errors
    /// When the cost is out of range or there is no randomness.
    pub fn new((memory_kib, passes): (u32, u32)) -> Result<Self, String> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(|e| e.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = argon2.hash_password(b"nobody's").map_err(|e| e.to_string())?.to_string();
        Ok(Self {
            argon2,
            turns: Arc::new(Semaphore::new(MAX_AT_ONCE)),
            waiting: Arc::new(AtomicUsize::new(0)),
            dummy: dummy.into(),
        })
    }

    /// The PHC form of a password.
    ///
    /// # Errors
    /// `Invalid` when it is too short or too long, `TooMany` when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        if password.chars().count() < MIN_PASSWORD {
            return Err(ApiError::field("password", "error-password-short"));
        }
        if password.len() > MAX_PASSWORD {
            return Err(ApiError::field("password", "error-password-long"));
        }
        let argon2 = self.argon2.clone();
        self.in_turn(move || argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(ApiError::internal)
    }

    /// Whether a password is the one of this hash. Without a hash (no such account) it does the same
    /// work and says no.
    ///
    /// # Errors
    /// `TooMany` when too many wait.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool, ApiError> {
        let exists = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.dummy.to_string());
        let argon2 = self.argon2.clone();
        let fits = self
            .in_turn(move || {
                let bytes = &password.as_bytes()[..password.len().min(MAX_PASSWORD)];
                PasswordHash::new(&phc)
                    .is_ok_and(|hash| argon2.verify_password(bytes, &hash).is_ok())
                    && password.len() <= MAX_PASSWORD
            })
            .await?;
        Ok(fits && exists)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Place::take(&self.waiting)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(ApiError::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(ApiError::internal);
        drop(place);
        done
    }
}

/// A place in the queue; given back even when who waited went away.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Result<Self, ApiError> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::SeqCst) >= MAX_WAITING {
            return Err(ApiError::of(ErrorCode::TooMany, "too many password checks wait"));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new((64, 1)).unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse!".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody's".to_owned(), None).await.unwrap());
        assert!(passwords.hash("short".to_owned()).await.is_err());
    }
}
