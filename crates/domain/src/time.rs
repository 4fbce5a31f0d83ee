//! Instants. Rules compare instants that stand in the record; nobody here asks what time it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The earliest instant that is accepted from outside: year 1970.
    pub const MIN: Timestamp = Timestamp(0);
    /// The latest instant that is accepted from outside: the end of year 9999.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999);

    /// An instant as other systems write it (RFC 3339); none when it is no such text, or not within the
    /// years that the record accepts: year 1 means "none" to some of them.
    #[must_use]
    pub fn read_rfc3339(text: &str) -> Option<Self> {
        let time = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?;
        Some(Self(time.timestamp_millis())).filter(|at| at.is_plausible() && at.0 > 0)
    }

    /// This instant and `secs` seconds.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self(self.0.saturating_add(secs.saturating_mul(1_000)))
    }

    /// This instant and `millis` milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative when it is later.
    #[must_use]
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether it lies within the years that the record accepts.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (Self::MIN..=Self::MAX).contains(&self)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp_millis(self.0) {
            Some(time) => write!(f, "{}", time.format("%Y-%m-%dT%H:%M:%S%.3fZ")),
            None => write!(f, "{}ms", self.0),
        }
    }
}
