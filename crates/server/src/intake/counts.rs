//! What monitoring systems say again and again is counted here, and written down with the next report
//! that says something, or after a minute. A process that ends forgets what it counted since: numbers of
//! repeats, never an alert.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::EntityId;

/// Alerts with repeats that are not written down yet; beyond that a number of repeats is forgotten.
const MAX_ALERTS: usize = 10_000;

/// Repeats by alert.
#[derive(Debug, Default)]
pub struct Counts(Mutex<HashMap<EntityId, u32>>);

impl Counts {
    /// Counts a repeat.
    pub fn count(&self, alert: EntityId) {
        let mut counts = self.counts();
        // Any one: what is lost is a number, never an alert.
        if counts.len() >= MAX_ALERTS
            && !counts.contains_key(&alert)
            && let Some(other) = counts.keys().next().copied()
        {
            counts.remove(&other);
        }
        let count = counts.entry(alert).or_default();
        *count = count.saturating_add(1);
    }

    /// Takes what was counted, to write it down.
    pub fn take(&self, alert: EntityId) -> u32 {
        self.counts().remove(&alert).unwrap_or_default()
    }

    /// It could not be written down.
    pub fn give_back(&self, alert: EntityId, count: u32) {
        if count > 0 {
            let mut counts = self.counts();
            let now = counts.entry(alert).or_default();
            *now = now.saturating_add(count);
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<EntityId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_counted_is_taken_once_and_can_be_given_back() {
        let (counts, alert) = (Counts::default(), EntityId(Uuid::from_u128(1)));
        counts.count(alert);
        counts.count(alert);
        assert_eq!((counts.take(alert), counts.take(alert)), (2, 0));
        counts.give_back(alert, 2);
        counts.count(alert);
        assert_eq!(counts.take(alert), 3);
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let counts = Counts::default();
        let alert = |n: usize| EntityId(Uuid::from_u128(n as u128));
        (0..=MAX_ALERTS).for_each(|n| counts.count(alert(n)));
        assert_eq!(counts.counts().len(), MAX_ALERTS);
        assert_eq!(counts.take(alert(MAX_ALERTS)), 1);
    }
}
