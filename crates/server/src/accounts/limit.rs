//! How often somebody may try to sign in, and how many keys a device may take.

use std::{
    collections::HashSet,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::{DeviceId, EntityId};
use firebell_protocol::error::{ApiError, ErrorCode};
use governor::{DefaultKeyedRateLimiter, Quota};

/// Keys remembered by one limit before those at rest are forgotten early.
const MAX_REMEMBERED: usize = 100_000;
/// Keys of incidents for one device: so many at once, then so many a minute. Declaring by hand never
/// comes near it; a program gone wild must not eat the numbers.
const KEYS_OF_DEVICE: (u32, u32) = (300, 60);

/// Reports of one monitoring system that are written down: so many at once, then so many a minute. Each
/// group of a thousand may begin to fire at once; repeats are counted and not written.
const REPORTS_OF_SOURCE: (u32, u32) = (3_000, 1_200);
/// Tests of channels by one person: so many at once, then so many a minute. Each sends something to
/// somebody's mailbox or gateway.
const TESTS_OF_PERSON: (u32, u32) = (5, 2);

/// A limit for each of many.
struct Limit<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new((burst, a_minute): (u32, u32)) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let a_minute = NonZeroU32::new(a_minute).unwrap_or(NonZeroU32::MIN);
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_minute(a_minute).allow_burst(burst)))
    }

    fn check(&self, key: &K, count: u32) -> bool {
        if self.0.len() > MAX_REMEMBERED {
            self.0.retain_recent();
        }
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        matches!(self.0.check_key_n(key, count), Ok(Ok(())))
    }
}

/// All limits of one server process.
pub struct Limits {
    address: Limit<IpAddr>,
    account: Limit<String>,
    keys: Limit<DeviceId>,
    sources: Limit<EntityId>,
    tests: Limit<EntityId>,
    /// A life of the record, and the devices that reported their highest key in it.
    reports: Mutex<(u64, HashSet<DeviceId>)>,
}

impl Limits {
    /// Limits of sign-ins from one address and for one account: so many at once, then so many a minute.
    #[must_use]
    pub fn new(of_address: (u32, u32), of_account: (u32, u32)) -> Self {
        Self {
            address: Limit::new(of_address),
            account: Limit::new(of_account),
            keys: Limit::new(KEYS_OF_DEVICE),
            sources: Limit::new(REPORTS_OF_SOURCE),
            tests: Limit::new(TESTS_OF_PERSON),
            reports: Mutex::default(),
        }
    }

    /// Counts an attempt to sign in. The address goes first, so that one address cannot fill the list
    /// of accounts.
    ///
    /// # Errors
    /// `TooMany`, the same whether the account exists or not.
    pub fn sign_in(&self, address: Option<IpAddr>, account: &str) -> Result<(), ApiError> {
        let address_fits = address.is_none_or(|address| self.address.check(&network(address), 1));
        if address_fits && self.account.check(&account.to_owned(), 1) {
            Ok(())
        } else {
            Err(ApiError::of(ErrorCode::TooMany, "too many attempts to sign in"))
        }
    }

    /// Counts an attempt to use an invitation.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn invitation(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        if address.is_none_or(|address| self.address.check(&network(address), 1)) {
            Ok(())
        } else {
            Err(ApiError::of(ErrorCode::TooMany, "too many attempts"))
        }
    }

    /// Counts a test of a channel.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn channel_test(&self, person: EntityId) -> Result<(), ApiError> {
        if self.tests.check(&person, 1) {
            Ok(())
        } else {
            Err(ApiError::of(ErrorCode::TooMany, "too many tests"))
        }
    }

    /// Whether a device may take so many keys now.
    #[must_use]
    pub fn keys(&self, device: DeviceId, count: u32) -> bool {
        self.keys.check(&device, count)
    }

    /// Whether a monitoring system may have another report written down now.
    #[must_use]
    pub fn report(&self, source: EntityId) -> bool {
        self.sources.check(&source, 1)
    }

    /// Whether a device may move the next key beyond the highest that it knows: once in a life of the
    /// record, as each report may be made up and burn a million of numbers.
    #[must_use]
    pub fn reports_key(&self, device: DeviceId, epoch: u64) -> bool {
        let mut reports = self.reports();
        if reports.0 != epoch {
            *reports = (epoch, HashSet::new());
        }
        // Who is refused for want of room has a fresh key instead of one that was given again.
        reports.1.len() < MAX_REMEMBERED && reports.1.insert(device)
    }

    /// What it reported was not noted; it may report again.
    pub fn report_failed(&self, device: DeviceId) {
        self.reports().1.remove(&device);
    }

    fn reports(&self) -> MutexGuard<'_, (u64, HashSet<DeviceId>)> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who has one IPv6 address has a /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_limited_whatever_the_address_and_others_are_not() {
        let limits = Limits::new((100, 1), (3, 1));
        let from = |last: u8| Some(IpAddr::from([10, 0, 0, last]));
        assert!((1..=3).all(|last| limits.sign_in(from(last), "ann").is_ok()));
        assert!(limits.sign_in(from(4), "ann").is_err());
        assert!(limits.sign_in(from(4), "bob").is_ok());
    }

    #[test]
    fn one_network_is_one_address() {
        let limits = Limits::new((2, 1), (100, 1));
        let from = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]));
        assert!(limits.sign_in(from(1), "a").is_ok() && limits.sign_in(from(2), "b").is_ok());
        assert!(limits.sign_in(from(3), "c").is_err());
    }
}
