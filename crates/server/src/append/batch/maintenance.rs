//! The end of a maintenance window: what it held back and still fires is judged anew.

use firebell_domain::{
    entity::{Entity, Kind, World},
    id::EntityId,
    intake::{Alert, made_by, review, reviewed},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Batch, Loaded};
use crate::store::{JobBody, NewJob, StoreError};

/// How long a window waits that the rules refused to end: a defect, but nothing may be hidden by it.
const RETRY_SECS: i64 = 30;

/// What is looked at: the alerts that the window holds back, the first one of the key of each, and what
/// they would make.
pub(super) fn wanted(loaded: &Loaded, maintenance: EntityId) -> Vec<EntityId> {
    let Some(window) = loaded.directory.entity(maintenance) else { return Vec::new() };
    let alerts = reviewed(window);
    let held = alerts.iter().filter_map(|id| loaded.entity(*id)).map(Alert);
    let made = held.flat_map(|alert| {
        let next = made_by(alert.first(), alert.cycle().saturating_add(1));
        next.into_iter().chain([alert.first()])
    });
    made.chain(alerts.iter().copied()).collect()
}

impl Batch<'_> {
    /// A window is looked at when it ends; one job each, whose time moves with the window.
    pub(super) fn review_at(&mut self, maintenance: EntityId, due_at: Timestamp) {
        let id = review_job(maintenance);
        let body = JobBody::ReviewMaintenance { maintenance };
        self.jobs.insert(id, NewJob { id, due_at, body, waits_for: None });
    }

    /// Looks at a window whose end may have come.
    pub(super) fn review(&mut self, maintenance: EntityId) -> Result<(), StoreError> {
        let Some(window) = self.loaded.directory.entity(maintenance) else { return Ok(()) };
        let entities = self.loaded.directory.entities.values();
        let windows: Vec<&Entity> = entities.filter(|e| e.kind == Kind::MAINTENANCE).collect();
        let review = review(&*self.loaded, &windows, window, self.loaded.now);
        let mut fine = true;
        for set in &review.sets {
            fine &= self.append_own(set)?;
        }
        // What the rules refused comes again, and not at once for ever.
        let later = self.loaded.now.plus_secs(RETRY_SECS);
        if let Some(at) = review.again_at.filter(|_| fine).or((!fine).then_some(later)) {
            self.review_at(maintenance, at);
        }
        Ok(())
    }
}

/// The one job of a window.
fn review_job(maintenance: EntityId) -> Uuid {
    maintenance.derived("review-job").0
}
