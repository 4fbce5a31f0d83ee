//! What a page does next.

use std::collections::BTreeSet;

use super::{AnswerKind, CloseReason, Page, PageChange, PageState, TEST_TIMEOUT_SECS, plan};
use crate::{
    change::{Body, Change, ChangeSet, MAX_CHANGES},
    directory::Target,
    entity::{Entity, World},
    id::{ChangeId, EntityId, SetId},
    incident::{Incident, IncidentChange},
    paging::PlannedStep,
    time::Timestamp,
};

/// What a page does next: a set authored by the server, and when to ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The changes, with ids made from the page and the step, so that two servers that take the same
    /// step make the same set.
    pub set: ChangeSet,
    /// The page.
    pub page: EntityId,
    /// When the step after it is due.
    pub due_at: Option<Timestamp>,
}

/// Starts paging for an incident, unless it is closed or a page for it rings already.
///
/// `pages` are all pages of the incident, in any order; `cause` is the change that made it necessary.
#[must_use]
pub fn start(
    world: &dyn World,
    settings: EntityId,
    incident: &Entity,
    pages: &[&Entity],
    cause: ChangeId,
    now: Timestamp,
) -> Option<Next> {
    if !Incident(incident).state().is_open() || !Incident(incident).severity().pages() {
        return None;
    }
    if pages.iter().any(|page| Page(page).state() == PageState::Ringing) {
        return None;
    }
    let page = EntityId(cause.0).derived("page");
    let cycle = pages.iter().map(|page| Page(page).cycle()).max().unwrap_or_default() + 1;
    let plan = plan(world, settings, incident);
    let mut maker = Maker::new(page, "start", now);
    maker.push(PageChange::Start { incident: Some(incident.id), cycle, plan: plan.clone() });
    let due_at = maker.go_on(world, &plan, 0, &[], Some(incident), now);
    Some(maker.finish(due_at))
}

/// Rings a test page that was asked for.
#[must_use]
pub fn start_test(page: &Entity, now: Timestamp) -> Option<Next> {
    let person = page.get("for")?;
    let due_at = now.plus_secs(TEST_TIMEOUT_SECS);
    let mut maker = Maker::new(page.id, "step-0", now);
    maker.push(PageChange::Ring { step: 0, people: vec![person], at: now, due_at });
    Some(maker.finish(Some(due_at)))
}

/// The next step of a page at `now`; none when there is nothing to do yet or any more.
///
/// A step goes when its time has come, or at once when everyone whom the current step rang declined.
#[must_use]
pub fn step(world: &dyn World, page: &Entity, now: Timestamp) -> Option<Next> {
    let view = Page(page);
    if view.state() != PageState::Ringing {
        return None;
    }
    if view.test() && view.step().is_none() {
        return start_test(page, now);
    }
    let declined = |person: &EntityId| {
        view.answer_of(*person).is_some_and(|a| a.answer == AnswerKind::Declined)
    };
    let rung = view.rung_now();
    let all_declined = !rung.is_empty() && rung.iter().all(declined);
    let due = view.due_at().is_none_or(|due_at| due_at <= now);
    if !due && !all_declined {
        return None;
    }
    if view.test() {
        return Some(stop(page, CloseReason::TestOver, ChangeId(page.id.0).derived("over"), now));
    }
    let next = view.step().map_or(0, |step| step + 1);
    let declined: Vec<EntityId> =
        view.rung().into_iter().map(|r| r.person).filter(declined).collect();
    let incident = view.incident().and_then(|id| world.entity(id));
    let mut maker = Maker::new(page.id, &format!("step-{next}"), now);
    let due_at = maker.go_on(world, &view.plan(), next, &declined, incident, now);
    Some(maker.finish(due_at))
}

/// Ends a page because nobody needs to answer any more.
#[must_use]
pub fn stop(page: &Entity, reason: CloseReason, cause: ChangeId, now: Timestamp) -> Next {
    let mut maker = Maker::new(page.id, &format!("stop-{cause}"), now);
    maker.push(PageChange::Close { reason });
    maker.finish(None)
}

/// Makes those members of an incident that became restricted who are woken by this page or have
/// acknowledged it: they go on seeing what for (X4). None when there is nobody to let in.
#[must_use]
pub fn let_in_rung(
    incident: &Entity,
    page: &Entity,
    cause: ChangeId,
    now: Timestamp,
) -> Option<Next> {
    let view = Page(page);
    let answered = |person: EntityId| view.answer_of(person).map(|answer| answer.answer);
    let rung: BTreeSet<EntityId> = view.rung().into_iter().map(|rung| rung.person).collect();
    let stay = rung.into_iter().filter(|person| {
        view.rings_for(*person) || answered(*person) == Some(AnswerKind::Acknowledged)
    });
    let mut maker = Maker::new(page.id, &format!("let-in-{cause}"), now);
    maker.let_in(incident, stay);
    (!maker.changes.is_empty()).then(|| maker.finish(None))
}

/// Makes the changes of one step.
struct Maker {
    page: EntityId,
    name: String,
    now: Timestamp,
    changes: Vec<Change>,
}

impl Maker {
    fn new(page: EntityId, name: &str, now: Timestamp) -> Self {
        Self { page, name: name.to_owned(), now, changes: Vec::new() }
    }

    fn push(&mut self, change: PageChange) {
        self.push_to(self.page, Body::Page(change));
    }

    fn push_to(&mut self, entity: EntityId, body: Body) {
        let id = ChangeId(self.page.0).derived(&format!("{}:{}", self.name, self.changes.len()));
        let seen = std::collections::BTreeMap::new();
        self.changes.push(Change { id, entity, at: self.now, seen, body });
    }

    /// Rings the first step from `step` on that has somebody to ring; says so for those that have
    /// nobody, and that it gives up when none is left.
    fn go_on(
        &mut self,
        world: &dyn World,
        plan: &[PlannedStep],
        mut step: u32,
        declined: &[EntityId],
        incident: Option<&Entity>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        while let Some(planned) = plan.get(step as usize) {
            let mut people = plan_people(world, &planned.targets, now);
            people.retain(|person| !declined.contains(person));
            if people.is_empty() {
                // Sets are bounded: a long run of empty steps is told by its first ones.
                if self.changes.len() < MAX_CHANGES / 2 {
                    self.push(PageChange::NobodyOnCall { step });
                }
                step += 1;
                continue;
            }
            if let Some(incident) = incident.filter(|it| Incident(it).restricted()) {
                self.let_in(incident, people.iter().copied());
            }
            let due_at = now.plus_secs(i64::from(planned.timeout_secs));
            self.push(PageChange::Ring { step, people, at: now, due_at });
            return Some(due_at);
        }
        self.push(PageChange::GiveUp {});
        None
    }

    /// Makes those members who are none yet.
    fn let_in(&mut self, incident: &Entity, people: impl Iterator<Item = EntityId>) {
        for person in people.filter(|person| !Incident(incident).is_member(*person)) {
            self.push_to(incident.id, Body::Incident(IncidentChange::AddMember { person }));
        }
    }

    fn finish(self, due_at: Option<Timestamp>) -> Next {
        let id = SetId(self.page.0).derived(&self.name);
        Next { set: ChangeSet { id, changes: self.changes }, page: self.page, due_at }
    }
}

fn plan_people(world: &dyn World, targets: &[Target], now: Timestamp) -> Vec<EntityId> {
    plan::people_of(world, targets, now)
}
