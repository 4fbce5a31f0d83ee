//! What follows from accepted sets, in the same transaction.

use std::collections::BTreeSet;

use firebell_domain::{
    decide::{Effect, KeyState},
    entity::{Entity, World},
    id::{ChangeId, DeviceId, EntityId},
    paging::{self, CloseReason, Outcome, Page, PageState},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Batch, Cause};
use crate::{
    append::{RingCall, ring},
    store::{ClaimedJob, JobBody, NewJob, StoreError},
};

/// How long first rings wait for the rest of a push.
const MORE_SECS: i64 = 3;
/// How long a step waits that the rules refused: a defect, but nobody may be left unpaged by it.
const RETRY_SECS: i64 = 30;

impl Batch<'_> {
    /// Carries effects out. `last` is the last row of the set that caused them.
    pub(super) fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        cause: Cause,
        last: u64,
    ) -> Result<(), StoreError> {
        for effect in effects {
            self.carry_out_one(effect, cause, last)?;
        }
        Ok(())
    }

    fn carry_out_one(&mut self, effect: Effect, by: Cause, last: u64) -> Result<(), StoreError> {
        match effect {
            // What is offered again after a restore has rung already.
            Effect::StartPaging { .. } if by.again => Ok(()),
            Effect::StartPaging { incident, cause } => match by.device.filter(|_| by.more) {
                Some(device) => {
                    let id = EntityId(cause.0).derived("start-job").0;
                    let due_at = self.loaded.now.plus_secs(MORE_SECS);
                    let body = JobBody::StartPaging { incident, cause };
                    self.jobs.insert(id, NewJob { id, due_at, body, waits_for: Some(device) });
                    Ok(())
                }
                None => self.start_paging(incident, cause),
            },
            Effect::StopPaging { incident, cause, reason } => {
                self.stop_paging(incident, cause, reason)
            }
            Effect::LetInRung { incident, cause } => self.let_in_rung(incident, cause),
            Effect::StepPage { page } if by.again => self.end_silent_test(page),
            Effect::StepPage { page } => self.step_page(page).map(drop),
            Effect::WatchPage { .. } if by.again => Ok(()),
            Effect::WatchPage { page } => match by.device.filter(|_| by.more) {
                // Who acknowledges and takes command says both at once: that is seen before anything
                // is waited for.
                Some(device) => {
                    let due_at = self.loaded.now.plus_secs(MORE_SECS);
                    self.put_step(page, due_at, Some(device));
                    Ok(())
                }
                None => self.step_page(page).map(drop),
            },
            Effect::LookAtPage { page, at } => {
                self.put_step(page, at, None);
                Ok(())
            }
            Effect::Ring { page, people, look_at, .. } => {
                self.put_step(page, look_at, None);
                self.rings.insert(page, people);
                Ok(())
            }
            Effect::Deliver { page, delivery, at } => {
                self.put_delivery(page, delivery, at);
                Ok(())
            }
            Effect::Join { .. } if by.again => Ok(()),
            Effect::Join { incident, person, role, cause } => {
                self.join(incident, person, role, cause)
            }
            Effect::PageChanged { page } => {
                self.pages_changed.insert(page);
                Ok(())
            }
            Effect::KeyUsed { number, incident } => {
                let head = &mut self.loaded.head;
                head.next_key = head.next_key.max(number.saturating_add(1));
                self.loaded.keys.insert(number, KeyState::Used(incident));
                self.writes.keys_used.push((number, incident));
                Ok(())
            }
            Effect::ReviewMaintenance { maintenance, at } => {
                self.review_at(maintenance, at);
                Ok(())
            }
            Effect::AccessChanged { incident } => {
                self.sight.changed(incident, last);
                Ok(())
            }
        }
    }

    /// Does what a job says, and ends it.
    pub(super) fn job(&mut self, job: &ClaimedJob) -> Result<(), StoreError> {
        self.writes.jobs_done.push((job.id, job.fence));
        match job.body {
            // Looking is for later, outside of the lock; here only when to look again.
            JobBody::Audit { every_secs } | JobBody::CheckReadiness { every_secs } => {
                let due_at = self.loaded.now.plus_secs(i64::from(every_secs));
                let (id, body) = (job.id, job.body.clone());
                self.jobs.insert(id, NewJob { id, due_at, body, waits_for: None });
                Ok(())
            }
            // It has stood long enough.
            JobBody::Quiet {} => Ok(()),
            JobBody::StartPaging { incident, cause } => self.start_paging(incident, cause),
            JobBody::ReviewMaintenance { maintenance } => self.review(maintenance),
            JobBody::StepPage { page } => {
                let fine = self.step_page(page)?;
                let still = self.loaded.entity(page).map(Page).filter(|page| {
                    let waits = page.state() == PageState::Ringing
                        || page.look_at(self.loaded.now).is_some();
                    waits && !self.jobs.contains_key(&job.id)
                });
                // Claimed early, or refused: the page must not lose its next step.
                if let Some(page) = still {
                    let soon = self.loaded.now.plus_secs(RETRY_SECS);
                    let due_at = page.look_at(self.loaded.now).filter(|_| fine).unwrap_or(soon);
                    let (id, body) = (job.id, job.body.clone());
                    self.jobs.insert(id, NewJob { id, due_at, body, waits_for: None });
                }
                Ok(())
            }
            JobBody::Deliver { page, ref delivery } => self.drop_delivery(page, delivery),
        }
    }

    /// Writes down what became of a delivery, and ends its job or moves it to the next attempt.
    pub(super) fn delivered(
        &mut self,
        job: &ClaimedJob,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        self.writes.jobs_done.push((job.id, job.fence));
        let JobBody::Deliver { page, delivery } = &job.body else { return Ok(()) };
        let now = self.loaded.now;
        let recorded = self
            .loaded
            .entity(*page)
            .and_then(|entity| paging::delivered(entity, delivery, outcome, now));
        let Some((set, again)) = recorded else { return Ok(()) };
        self.append_own(&set)?;
        if let Some(at) = again {
            self.put_delivery(*page, delivery.clone(), at);
        }
        Ok(())
    }

    /// A delivery whose page somebody has by now: that is written down, and it does not go.
    fn drop_delivery(&mut self, page: EntityId, delivery: &str) -> Result<(), StoreError> {
        let now = self.loaded.now;
        let set = self.loaded.entity(page).and_then(|page| paging::not_needed(page, delivery, now));
        set.map_or(Ok(()), |set| self.append_own(&set).map(drop))
    }

    fn put_step(&mut self, page: EntityId, due_at: Timestamp, waits_for: Option<DeviceId>) {
        let id = step_job(page);
        self.jobs.insert(id, NewJob { id, due_at, body: JobBody::StepPage { page }, waits_for });
    }

    fn put_delivery(&mut self, page: EntityId, delivery: String, due_at: Timestamp) {
        let id = paging::delivery_id(page, &delivery);
        let body = JobBody::Deliver { page, delivery };
        self.jobs.insert(id, NewJob { id, due_at, body, waits_for: None });
    }

    /// Gives whoever was called into an incident, and came, the role that they were asked for (E1). Once:
    /// the assignment's id is made from the page's answer.
    fn join(
        &mut self,
        incident: EntityId,
        person: EntityId,
        role: String,
        cause: ChangeId,
    ) -> Result<(), StoreError> {
        let set = paging::join(incident, person, role, cause, self.loaded.now);
        self.append_own(&set).map(drop)
    }

    /// The push of this device is over: what waited for it goes now.
    pub(super) fn release(&mut self, device: DeviceId) -> Result<(), StoreError> {
        if self.loaded.waiting && !self.writes.released.contains(&device) {
            self.writes.released.push(device);
        }
        let waiting: Vec<Uuid> =
            self.jobs.values().filter(|j| j.waits_for == Some(device)).map(|j| j.id).collect();
        for id in waiting {
            match self.jobs.remove(&id).map(|job| job.body) {
                Some(JobBody::StartPaging { incident, cause }) => {
                    self.start_paging(incident, cause)?;
                }
                Some(JobBody::StepPage { page }) => {
                    self.step_page(page)?;
                }
                Some(
                    JobBody::Deliver { .. }
                    | JobBody::Audit { .. }
                    | JobBody::CheckReadiness { .. }
                    | JobBody::Quiet {}
                    | JobBody::ReviewMaintenance { .. },
                )
                | None => {}
            }
        }
        Ok(())
    }

    fn start_paging(&mut self, incident: EntityId, cause: ChangeId) -> Result<(), StoreError> {
        let page = super::page_of(cause);
        let Some(entity) = self.loaded.entity(incident) else { return Ok(()) };
        if self.loaded.entity(page).is_some_and(|page| page.incident == Some(incident)) {
            return Ok(());
        }
        let ids = self.pages.get(&incident).cloned().unwrap_or_default();
        let pages: Vec<&Entity> = ids.iter().filter_map(|id| self.loaded.entity(*id)).collect();
        let now = self.loaded.now;
        let start = |cause| paging::start(&*self.loaded, self.settings, entity, &pages, cause, now);
        let Some(next) = start(cause) else { return Ok(()) };
        // A change id that a broken desktop used twice must not cost an incident its page.
        let other = start(cause.derived(&incident.to_string()));
        if !self.append_own(&next.set)?
            && let Some(other) = other
        {
            self.append_own(&other.set)?;
        }
        Ok(())
    }

    fn stop_paging(
        &mut self,
        incident: EntityId,
        cause: ChangeId,
        reason: CloseReason,
    ) -> Result<(), StoreError> {
        let ids: BTreeSet<EntityId> = self.pages.get(&incident).cloned().unwrap_or_default();
        for id in ids {
            let Some(page) = self.loaded.entity(id) else { continue };
            if !matches!(Page(page).state(), PageState::Ringing | PageState::Snoozed) {
                continue;
            }
            let next = paging::stop(page, reason, cause, self.loaded.now);
            self.append_own(&next.set)?;
        }
        Ok(())
    }

    fn let_in_rung(&mut self, incident: EntityId, cause: ChangeId) -> Result<(), StoreError> {
        for id in self.pages.get(&incident).cloned().unwrap_or_default() {
            let next = self.loaded.entity(incident).zip(self.loaded.entity(id)).and_then(
                |(incident, page)| paging::let_in_rung(incident, page, cause, self.loaded.now),
            );
            if let Some(next) = next {
                self.append_own(&next.set)?;
            }
        }
        Ok(())
    }

    /// Takes the next step of a page, if its time has come. False when the rules refuse it.
    fn step_page(&mut self, page: EntityId) -> Result<bool, StoreError> {
        let next = self
            .loaded
            .entity(page)
            .and_then(|page| paging::step(&*self.loaded, page, self.loaded.now));
        next.map_or(Ok(true), |next| self.append_own(&next.set))
    }

    /// A test that is offered again after a restore rings nobody.
    fn end_silent_test(&mut self, id: EntityId) -> Result<(), StoreError> {
        let Some(page) = self.loaded.entity(id) else { return Ok(()) };
        if Page(page).test() && Page(page).step().is_none() {
            let cause = ChangeId(id.0).derived("again");
            let next = paging::stop(page, CloseReason::TestOver, cause, self.loaded.now);
            self.append_own(&next.set)?;
        }
        Ok(())
    }

    /// Rings that still stand at the end of the batch.
    pub(super) fn calls(&self) -> Vec<RingCall> {
        let standing = self.rings.iter().filter_map(|(id, people)| {
            let page = self.loaded.entity(*id)?;
            if Page(page).state() != PageState::Ringing {
                return None;
            }
            let incident = page.incident.and_then(|id| self.loaded.entity(id));
            Some(RingCall { people: people.clone(), ring: ring(page, incident)? })
        });
        standing.collect()
    }
}

/// The one job of a page.
pub(crate) fn step_job(page: EntityId) -> Uuid {
    page.derived("step-job").0
}
