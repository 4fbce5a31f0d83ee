//! What monitoring systems say again and again is counted here, and written down with the next report
//! that says something, or after a minute. A process that ends forgets what it counted since: numbers of
//! repeats, never an alert.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::id::EntityId;

/// Alerts with repeats that are not written down yet; beyond that each repeat is looked at in full.
const MAX_ALERTS: usize = 10_000;

/// Repeats by alert.
#[derive(Debug, Default)]
pub struct Counts(Mutex<HashMap<EntityId, u32>>);

impl Counts {
    /// Counts a repeat; false when there is no room to.
    pub fn count(&self, alert: EntityId) -> bool {
        let mut counts = self.counts();
        if counts.len() >= MAX_ALERTS && !counts.contains_key(&alert) {
            return false;
        }
        let count = counts.entry(alert).or_default();
        *count = count.saturating_add(1);
        true
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
        assert!(counts.count(alert) && counts.count(alert));
        assert_eq!((counts.take(alert), counts.take(alert)), (2, 0));
        counts.give_back(alert, 2);
        assert!(counts.count(alert));
        assert_eq!(counts.take(alert), 3);
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let counts = Counts::default();
        let alert = |n: usize| EntityId(Uuid::from_u128(n as u128));
        assert!((0..MAX_ALERTS).all(|n| counts.count(alert(n))));
        assert!(!counts.count(alert(MAX_ALERTS)) && counts.count(alert(0)));
    }
}
