//! The wall clock of this process, behind a trait so that tests push it.
//!
//! It dates what is shown (`Welcome`, `Pong`). Everything that must agree between servers (due times,
//! leases, received-at, the life of an invitation) is timed by the database's clock instead.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::SystemTime,
};

use firebell_domain::time::Timestamp;

/// Where this process asks what time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        Timestamp(millis)
    }
}

/// A clock that moves when it is told to.
#[derive(Debug, Default)]
pub struct PushedClock(AtomicI64);

impl PushedClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves it.
    pub fn push_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for PushedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
