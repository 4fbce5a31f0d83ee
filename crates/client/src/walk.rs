//! The way of a test page, hop by hop: each says when it was passed, or what was wrong (N3).
//!
//! Kept in memory for the last test page only: it answers a person who sits in front of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::{
    entity::Entity,
    id::{DeviceId, EntityId},
    paging::{Page, RECEIPTS, Reached},
    time::Timestamp,
};

use crate::api::readiness::{Hop, HopState, HopView, TestWalkView};

/// A hop that takes longer has failed: the server calls a desktop unreachable after the same time.
const WITHIN_SECS: i64 = 30;
/// Every hop, in order.
const WAY: [Hop; 7] = [
    Hop::Server,
    Hop::Written,
    Hop::Ring,
    Hop::Notification,
    Hop::Sound,
    Hop::Window,
    Hop::Receipt,
];

/// The last test page of this run.
#[derive(Debug, Default)]
pub(crate) struct Walk(Mutex<Option<Steps>>);

#[derive(Debug, Clone)]
struct Steps {
    /// None until the server was asked.
    page: Option<EntityId>,
    began: Timestamp,
    hops: BTreeMap<Hop, (Timestamp, Result<(), String>)>,
}

impl Walk {
    fn lock(&self) -> MutexGuard<'_, Option<Steps>> {
        // Every step leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A test page is asked for; the one before is forgotten.
    pub(crate) fn begin(&self, page: EntityId, now: Timestamp) {
        *self.lock() = Some(Steps { page: Some(page), began: now, hops: BTreeMap::new() });
    }

    /// A hop of this page was passed or failed; true when that is news. The first word stands.
    pub(crate) fn note(
        &self,
        page: EntityId,
        hop: Hop,
        how: Result<(), String>,
        now: Timestamp,
    ) -> bool {
        let mut steps = self.lock();
        let Some(steps) = steps.as_mut().filter(|steps| steps.page == Some(page)) else {
            return false;
        };
        let new = !steps.hops.contains_key(&hop);
        steps.hops.entry(hop).or_insert((now, how));
        new
    }

    /// The page as it stands here with what the server has confirmed of it; true when that is news.
    pub(crate) fn see(
        &self,
        page: &Entity,
        unsent: bool,
        device: DeviceId,
        now: Timestamp,
    ) -> bool {
        let written = self.note(page.id, Hop::Written, Ok(()), now);
        let receipt = Page(page).step().and_then(|step| {
            let member = format!("{step}:{device}");
            page.members(RECEIPTS).any(|(id, _)| id == member).then_some(())?;
            let of_step = Page(page).receipts().into_iter().filter(|receipt| receipt.step == step);
            of_step.map(|receipt| receipt.reached).max()
        });
        // One that was delivered and not shown yet is on its way.
        let told = receipt.is_some_and(|reached| reached != Reached::Delivered) && !unsent;
        let receipt = told && self.note(page.id, Hop::Receipt, Ok(()), now);
        written || receipt
    }

    /// The page whose way is looked at.
    pub(crate) fn page(&self) -> Option<EntityId> {
        self.lock().as_ref().and_then(|steps| steps.page)
    }

    /// How far it got by `now`.
    pub(crate) fn view(&self, now: Timestamp) -> Option<TestWalkView> {
        self.lock().as_ref().map(|steps| steps.view(now))
    }
}

impl Steps {
    fn view(&self, now: Timestamp) -> TestWalkView {
        let answered = self.hops.contains_key(&Hop::Receipt);
        let late = now.since(self.began) >= WITHIN_SECS * 1_000;
        let mut broken = false;
        let hops: Vec<HopView> = WAY
            .iter()
            .map(|hop| {
                let (state, at, detail) = match self.hops.get(hop) {
                    Some((at, Ok(()))) => (HopState::Passed, Some(*at), String::new()),
                    Some((at, Err(why))) => (HopState::Failed, Some(*at), why.clone()),
                    // The server has the receipt: whatever did not speak up never will.
                    None if answered => (HopState::Untold, None, String::new()),
                    // What comes after a hop that failed is not to blame.
                    None if broken => (HopState::Untold, None, String::new()),
                    None if late => (HopState::Failed, None, String::new()),
                    None => (HopState::Waiting, None, String::new()),
                };
                let blocks = matches!(hop, Hop::Server | Hop::Written | Hop::Ring);
                broken |= state == HopState::Failed && blocks;
                HopView { hop: *hop, state, at: at.map(|at| at.0), detail }
            })
            .collect();
        let is = |state: HopState| move |hop: &HopView| hop.state == state;
        TestWalkView {
            began_at: self.began.0,
            passed: answered && !hops.iter().any(is(HopState::Failed)),
            over: !hops.iter().any(is(HopState::Waiting)),
            hops,
            ways: Vec::new(),
            ways_failed: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BEGIN, entity};

    fn states(walk: &Walk, after_secs: i64) -> Vec<HopState> {
        let view = walk.view(BEGIN.plus_secs(after_secs)).unwrap();
        view.hops.iter().map(|hop| hop.state).collect()
    }

    #[test]
    fn every_hop_is_said_with_its_time() {
        let (walk, page) = (Walk::default(), entity(1));
        assert!(walk.view(BEGIN).is_none());
        walk.begin(page, BEGIN);
        for (at, hop) in WAY.into_iter().enumerate() {
            let view = walk.view(BEGIN).unwrap();
            assert!(!view.passed && !view.over);
            let now = BEGIN.plus_millis(at as i64);
            assert!(walk.note(page, hop, Ok(()), now));
            assert!(!walk.note(page, hop, Err("later".into()), now), "the first word stands");
        }
        let view = walk.view(BEGIN.plus_secs(3_600)).unwrap();
        assert!(view.passed && view.over);
        let times: Vec<i64> = view.hops.iter().map(|hop| hop.at.unwrap() - BEGIN.0).collect();
        assert_eq!(times, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_hop_that_fails_is_named_and_what_comes_after_it_is_not_blamed() {
        use HopState::{Failed, Passed, Untold, Waiting};
        let (walk, page) = (Walk::default(), entity(1));
        walk.begin(page, BEGIN);
        walk.note(page, Hop::Server, Ok(()), BEGIN);
        walk.note(page, Hop::Written, Ok(()), BEGIN);
        assert_eq!(
            states(&walk, WITHIN_SECS - 1),
            [Passed, Passed, Waiting, Waiting, Waiting, Waiting, Waiting]
        );
        assert_eq!(
            states(&walk, WITHIN_SECS),
            [Passed, Passed, Failed, Untold, Untold, Untold, Untold]
        );
        walk.note(page, Hop::Ring, Ok(()), BEGIN);
        walk.note(page, Hop::Sound, Err("no device".into()), BEGIN);
        walk.note(page, Hop::Receipt, Ok(()), BEGIN);
        assert_eq!(states(&walk, 1), [Passed, Passed, Passed, Untold, Failed, Untold, Passed]);
        let view = walk.view(BEGIN).unwrap();
        assert!(view.over && !view.passed);
        assert_eq!(view.hops[4].detail, "no device");
    }

    #[test]
    fn another_page_does_not_touch_it() {
        let walk = Walk::default();
        assert!(!walk.note(entity(1), Hop::Ring, Ok(()), BEGIN));
        walk.begin(entity(1), BEGIN);
        assert!(!walk.note(entity(2), Hop::Ring, Ok(()), BEGIN));
        assert_eq!(walk.page(), Some(entity(1)));
    }
}
