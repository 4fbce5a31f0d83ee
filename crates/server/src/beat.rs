//! When the loops of this process last got through their work, for whoever watches the process: a
//! server whose loops stand still answers requests and pages nobody.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The last time that a loop got through.
#[derive(Debug)]
pub struct Beat(Mutex<Instant>);

impl Default for Beat {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl Beat {
    /// It got through.
    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn age(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// The loops without which nothing goes out.
#[derive(Debug, Default)]
pub struct Beats {
    /// Reads the log and hands it to the connections.
    pub tailer: Beat,
    /// Takes the next steps of pages.
    pub paging: Beat,
}

impl Beats {
    /// Whether each of them got through within this time.
    #[must_use]
    pub fn within(&self, time: Duration) -> bool {
        self.tailer.age() <= time && self.paging.age() <= time
    }
}
