//! When the loops of this process last got through their work, for whoever watches the process: a
//! server whose loops stand still answers requests and pages nobody.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The last time that a loop got through; none when one of them will never again.
#[derive(Debug)]
pub struct Beat(Mutex<Option<Instant>>);

impl Default for Beat {
    fn default() -> Self {
        Self(Mutex::new(Some(Instant::now())))
    }
}

impl Beat {
    /// It got through.
    pub fn beat(&self) {
        if let Some(last) = &mut *self.last() {
            *last = Instant::now();
        }
    }

    fn is_younger(&self, than: Duration, now: Instant) -> bool {
        self.last().is_some_and(|last| now.saturating_duration_since(last) <= than)
    }

    fn last(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.within_at(time, Instant::now())
    }

    /// One of them ended, which is for ever.
    pub fn stop(&self) {
        [&self.tailer, &self.paging].into_iter().for_each(|beat| *beat.last() = None);
    }

    fn within_at(&self, time: Duration, now: Instant) -> bool {
        [&self.tailer, &self.paging].iter().all(|beat| beat.is_younger(time, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_stands_still_is_told_and_one_that_ended_stays_so() {
        let beats = Beats::default();
        let minute = Duration::from_secs(60);
        let late = Instant::now() + 2 * minute;
        assert!(beats.within(minute));
        assert!(!beats.within_at(minute, late));
        *beats.tailer.last() = Some(late);
        assert!(!beats.within_at(minute, late), "one of two is not enough");
        *beats.paging.last() = Some(late);
        assert!(beats.within_at(minute, late));
        beats.stop();
        beats.tailer.beat();
        beats.paging.beat();
        assert!(!beats.within(minute));
    }
}
