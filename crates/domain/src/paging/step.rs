//! What a page does next.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::{
    AgainReason, AnswerKind, CloseReason, MAX_ROUNDS, Page, PageChange, PageState, PlannedStep,
    REACH_WITHIN_SECS, TEST_TIMEOUT_SECS, Turn, delivery, plan,
};
use crate::{
    change::{Body, Change, ChangeSet, MAX_CHANGES},
    directory::{DirectoryChange, Person, Policy, TURNS, command_within_secs},
    entity::{Entity, World},
    id::{ChangeId, EntityId, SetId},
    incident::{Incident, IncidentChange, Severity},
    role::RoleChange,
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
/// `pages` are all pages of the incident, in any order; `cause` is the change that made it necessary. Those
/// by which somebody called others go on beside it.
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
    let own = || pages.iter().map(|page| Page(page)).filter(|page| page.asked_by().is_none());
    if own().any(|page| page.state() == PageState::Ringing) {
        return None;
    }
    let page = EntityId(cause.0).derived("page");
    let cycle = own().map(Page::cycle).max().unwrap_or_default() + 1;
    let plan = plan(world, settings, incident);
    let secs = command_within_secs(world.entity(settings));
    let command_within_secs = Some(secs).filter(|secs| *secs > 0 && !Incident(incident).drill());
    let mut maker = Maker::new(page, "start", now);
    // An earlier page has nothing to wait for any more: this one asks everybody anew.
    for earlier in own() {
        match earlier.state() {
            PageState::Acknowledged if earlier.due_at().is_some() => {
                maker.push_to(
                    earlier.0.id,
                    Body::Page(PageChange::Await { until: None, gave_up: false }),
                );
            }
            PageState::Snoozed => {
                let reason = CloseReason::Replaced;
                maker.push_to(earlier.0.id, Body::Page(PageChange::Close { reason }));
            }
            _ => {}
        }
    }
    let start = PageChange::Start {
        incident: Some(incident.id),
        cycle,
        plan: plan.clone(),
        command_within_secs,
    };
    maker.push(start);
    let due_at = maker.go_on(world, &plan, &Going::first(incident), now);
    Some(maker.finish(due_at))
}

/// Rings a test page that was asked for, by every channel of its person's.
fn start_test(world: &dyn World, page: &Entity, now: Timestamp) -> Option<Next> {
    let person = page.get("for")?;
    let deliveries = delivery::of_test(world, person, now);
    let due_at = now.plus_secs(TEST_TIMEOUT_SECS);
    let mut maker = Maker::new(page.id, "step-0", now);
    maker.push(PageChange::Ring {
        step: 0,
        place: None,
        people: vec![person],
        at: now,
        due_at,
        reach_by: None,
        deliveries,
    });
    Some(maker.finish(Some(due_at)))
}

/// The next step of a page at `now`; none when there is nothing to do yet or any more.
///
/// A step goes when its time has come, when somebody does not want to wait, or at once when everyone whom
/// the current step rang declined or could not be reached.
#[must_use]
pub fn step(world: &dyn World, page: &Entity, now: Timestamp) -> Option<Next> {
    let view = Page(page);
    match view.state() {
        PageState::Ringing if view.test() && view.step().is_none() => start_test(world, page, now),
        PageState::Ringing => ring_on(world, view, now),
        PageState::Acknowledged => watch(world, view, now),
        PageState::Snoozed => wake(world, view, now),
        PageState::Nobody | PageState::Closed => None,
    }
}

/// What a page that rings does next.
fn ring_on(world: &dyn World, view: Page<'_>, now: Timestamp) -> Option<Next> {
    let rung = view.rung_now();
    let waits_for: Vec<EntityId> =
        rung.iter().copied().filter(|person| view.answer_of(*person).is_none()).collect();
    let skip: Option<Skip> = view.0.get("skip");
    let skip = skip.filter(|skip| skip.step == view.step());
    let due = view.due_at().is_none_or(|due_at| due_at <= now)
        || (!rung.is_empty() && waits_for.is_empty());
    let next = view.step().map_or(0, |step| step + 1);
    let maker = || Maker::new(view.0.id, &format!("step-{next}"), now);
    if due {
        if view.test() {
            let cause = ChangeId(view.0.id.0).derived("over");
            return Some(stop(view.0, CloseReason::TestOver, cause, now));
        }
        let imoc = skip.is_some_and(|skip| skip.imoc);
        let mut maker = maker();
        let due_at = maker.go_on(world, &view.plan(), &Going::on(world, view, next, imoc), now);
        return Some(maker.finish(due_at));
    }
    let going_on = |maker: &mut Maker, imoc: bool| {
        maker.go_on(world, &view.plan(), &Going::on(world, view, next, imoc), now)
    };
    if let Some(skip) = skip {
        let mut maker = maker();
        // Where no step follows, those who ring keep their time: to hurry must not end the ringing.
        if let Some(due_at) = going_on(&mut maker, skip.imoc) {
            return Some(maker.finish(Some(due_at)));
        }
    }
    let step = view.step()?;
    view.reach_by().filter(|by| *by <= now)?;
    let out_of_reach: Vec<EntityId> =
        waits_for.iter().copied().filter(|person| !view.reached(*person, step)).collect();
    let fresh: Vec<EntityId> =
        out_of_reach.iter().copied().filter(|who| !view.is_unreachable(*who, step)).collect();
    let nobody_has_it = out_of_reach.len() == waits_for.len();
    if fresh.is_empty() {
        // Who had it on their screen has declined since: nobody is left to wait for.
        let mut maker = maker();
        let due_at = nobody_has_it.then(|| going_on(&mut maker, false)).flatten()?;
        return Some(maker.finish(Some(due_at)));
    }
    let incident = view.incident().and_then(|id| world.entity(id));
    let severity = severity_of(incident);
    let deliveries = delivery::of_unreachable(world, view, &fresh, step, severity, now);
    let unreachable = PageChange::Unreachable { step, people: fresh, deliveries };
    let mut alone = Maker::new(view.0.id, &format!("unreachable-{step}-{}", now.0), now);
    alone.push(unreachable.clone());
    if !nobody_has_it {
        // Somebody has it on their screen: the others are reached otherwise, and the step keeps its time.
        return Some(alone.finish(view.due_at()));
    }
    let mut maker = maker();
    maker.push(unreachable);
    match going_on(&mut maker, false) {
        Some(due_at) => Some(maker.finish(Some(due_at))),
        // There is no next step. Whoever was rung keeps their time: a desktop may wake, a mail be read.
        None => Some(alone.finish(view.due_at())),
    }
}

/// What a page that somebody acknowledged does: while nobody takes command it rings again, and gives up
/// after some rounds.
fn watch(world: &dyn World, view: Page<'_>, now: Timestamp) -> Option<Next> {
    let within = view.command_within_secs()?;
    if !needs_command(world, view) {
        return None;
    }
    let round = view.round();
    match view.due_at() {
        None if view.watched() => None,
        None => {
            let until = now.plus_secs(i64::from(within));
            let mut maker = Maker::new(view.0.id, &format!("await-{}", since(view)), now);
            maker.push(PageChange::Await { until: Some(until), gave_up: false });
            Some(maker.finish(Some(until)))
        }
        Some(due_at) if due_at > now => None,
        Some(_) if round >= MAX_ROUNDS => {
            let mut maker = Maker::new(view.0.id, "never-taken", now);
            maker.push(PageChange::Await { until: None, gave_up: true });
            Some(maker.finish(None))
        }
        Some(_) => Some(again(world, view, AgainReason::NobodyInCommand, now)),
    }
}

/// What a page that was let rest does: the server's clock says when its time has come, because its
/// author's may be days away. Then it rings again if somebody is still needed.
fn wake(world: &dyn World, view: Page<'_>, now: Timestamp) -> Option<Next> {
    let Some(due_at) = view.due_at() else {
        let until = now.plus_millis(view.rests_for()?);
        let mut maker = Maker::new(view.0.id, &format!("rest-{}", since(view)), now);
        maker.push(PageChange::Await { until: Some(until), gave_up: false });
        return Some(maker.finish(Some(until)));
    };
    if due_at > now {
        return None;
    }
    let open = view.incident().and_then(|id| world.entity(id)).map(Incident);
    let open = open.is_some_and(|incident| incident.state().is_open());
    // Whoever was called by hand is needed although somebody is in command.
    if open && (view.asked_by().is_some() || needs_command(world, view)) {
        return Some(again(world, view, AgainReason::SnoozeOver, now));
    }
    let cause = ChangeId(view.0.id.0).derived("rested");
    let reason = if open { CloseReason::Taken } else { CloseReason::Resolved };
    Some(stop(view.0, reason, cause, now))
}

/// What tells one silence of a page from another: the change that began it.
fn since(view: Page<'_>) -> ChangeId {
    view.0.stamp("state").map_or(ChangeId(view.0.id.0), |stamp| stamp.change)
}

/// Whether the incident of a page still needs somebody to take command.
fn needs_command(world: &dyn World, view: Page<'_>) -> bool {
    let incident = view.incident().and_then(|id| world.entity(id)).map(Incident);
    incident.is_some_and(|incident| {
        incident.state().is_open() && incident.severity().pages() && incident.im().is_none()
    })
}

/// A page that was silent rings again, from its first step on, and with it whoever had silenced it.
fn again(world: &dyn World, view: Page<'_>, why: AgainReason, now: Timestamp) -> Next {
    let since = view.step().map_or(0, |step| step + 1);
    let mut maker = Maker::new(view.0.id, &format!("again-{since}"), now);
    maker.push(PageChange::Again { why, since });
    let silenced_by = match why {
        AgainReason::NobodyInCommand => view.acknowledged_by(),
        AgainReason::SnoozeOver => view.snoozed_by(),
    };
    let mut going = Going::on(world, view, since, false);
    going.place = 0;
    going.too = silenced_by;
    going.left_out = declined(view);
    let due_at = maker.go_on(world, &view.plan(), &going, now);
    maker.finish(due_at)
}

/// Somebody who does not want to wait for a step to end, as the page keeps it.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Skip {
    step: Option<u32>,
    #[serde(default)]
    imoc: bool,
}

/// From where a page goes on.
struct Going<'a> {
    incident: Option<&'a Entity>,
    /// Number of the next ringing.
    step: u32,
    /// Place in the plan.
    place: usize,
    /// Only steps of the IMOC roster.
    imoc: bool,
    /// Who is not rung, because they have answered.
    left_out: Vec<EntityId>,
    /// Who is rung besides.
    too: Option<EntityId>,
}

impl<'a> Going<'a> {
    fn first(incident: &'a Entity) -> Self {
        let incident = Some(incident);
        Self { incident, step: 0, place: 0, imoc: false, left_out: Vec::new(), too: None }
    }

    /// After the step that rang last.
    fn on(world: &'a dyn World, view: Page<'_>, step: u32, imoc: bool) -> Self {
        let incident = view.incident().and_then(|id| world.entity(id));
        let place = view.place().map_or(0, |place| place as usize + 1);
        let mut left_out = declined(view);
        left_out.extend(view.acknowledged());
        Self { incident, step, place, imoc, left_out, too: None }
    }
}

/// Who cannot come.
fn declined(view: Page<'_>) -> Vec<EntityId> {
    let declined = |person: &EntityId| {
        view.answer_of(*person).is_some_and(|a| a.answer == AnswerKind::Declined)
    };
    view.rung().into_iter().map(|r| r.person).filter(declined).collect()
}

/// What is not known to be less is critical.
fn severity_of(incident: Option<&Entity>) -> Severity {
    incident.map_or(Severity::One, |incident| Incident(incident).severity())
}

/// Ends a page because nobody needs to answer any more.
#[must_use]
pub fn stop(page: &Entity, reason: CloseReason, cause: ChangeId, now: Timestamp) -> Next {
    let mut maker = Maker::new(page.id, &format!("stop-{cause}"), now);
    maker.push(PageChange::Close { reason });
    maker.finish(None)
}

/// Gives somebody who was called into an incident, and came, the role that they were asked for.
#[must_use]
pub fn join(
    incident: EntityId,
    person: EntityId,
    role: String,
    cause: ChangeId,
    now: Timestamp,
) -> ChangeSet {
    let assignment = EntityId(cause.0).derived("role");
    let mut maker = Maker::new(assignment, "join", now);
    maker.push_to(assignment, Body::Role(RoleChange::Assign { incident, role, person }));
    maker.finish(None).set
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
pub(super) struct Maker {
    page: EntityId,
    name: String,
    now: Timestamp,
    changes: Vec<Change>,
}

impl Maker {
    pub(super) fn new(page: EntityId, name: &str, now: Timestamp) -> Self {
        Self { page, name: name.to_owned(), now, changes: Vec::new() }
    }

    pub(super) fn push(&mut self, change: PageChange) {
        self.push_to(self.page, Body::Page(change));
    }

    fn push_to(&mut self, entity: EntityId, body: Body) {
        let id = ChangeId(self.page.0).derived(&format!("{}:{}", self.name, self.changes.len()));
        let seen = std::collections::BTreeMap::new();
        self.changes.push(Change { id, entity, at: self.now, seen, body });
    }

    /// Rings the first step from there on that has somebody to reach; says so for those that have nobody,
    /// and that it gives up when none is left.
    fn go_on(
        &mut self,
        world: &dyn World,
        plan: &[PlannedStep],
        from: &Going<'_>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let severity = severity_of(from.incident);
        let mut too = from
            .too
            .filter(|person| world.entity(*person).is_some_and(|entity| Person(entity).active()));
        for (nth, planned) in plan.iter().enumerate().skip(from.place) {
            let step = from.step + u32::try_from(nth - from.place).unwrap_or(u32::MAX);
            if (from.imoc && !planned.imoc) || !planned.goes(severity, now) {
                continue;
            }
            let may = |person: EntityId| !from.left_out.contains(&person);
            let mut people = planned.people(world, now, &may);
            if let Some(turn) = planned.turn.as_ref().filter(|_| !people.is_empty()) {
                self.take_turn(world, turn);
            }
            // Whoever silenced the page is rung by the first step that goes.
            people.extend(too.take().filter(|person| !people.contains(person)));
            let deliveries =
                delivery::of_ring(world, &people, &planned.targets, step, severity, now);
            if people.is_empty() && deliveries.is_empty() {
                // Sets are bounded: a long run of empty steps is told by its first ones.
                if self.changes.len() < MAX_CHANGES / 2 {
                    self.push(PageChange::NobodyOnCall { step });
                }
                continue;
            }
            if let Some(incident) = from.incident.filter(|it| Incident(it).restricted()) {
                self.let_in(incident, people.iter().copied());
            }
            let due_at = now.plus_secs(i64::from(planned.timeout_secs));
            let reach_by = Some(now.plus_secs(REACH_WITHIN_SECS)).filter(|_| !people.is_empty());
            let place = u32::try_from(nth).ok().filter(|place| *place != step);
            self.push(PageChange::Ring {
                step,
                place,
                people,
                at: now,
                due_at,
                reach_by,
                deliveries,
            });
            return Some(due_at);
        }
        self.push(PageChange::GiveUp {});
        None
    }

    /// Writes down that a turn was taken: the next one's comes.
    fn take_turn(&mut self, world: &dyn World, turn: &Turn) {
        let Some(policy) = world.entity(turn.policy) else { return };
        let mut turns = Policy(policy).turns();
        let next = turns.entry(turn.step.to_string()).or_default();
        *next = next.wrapping_add(1);
        let fields = [(TURNS.to_owned(), json!(turns))].into();
        self.push_to(turn.policy, Body::Policy(DirectoryChange::Put { fields }));
    }

    /// Makes those members who are none yet.
    fn let_in(&mut self, incident: &Entity, people: impl Iterator<Item = EntityId>) {
        for person in people.filter(|person| !Incident(incident).is_member(*person)) {
            self.push_to(incident.id, Body::Incident(IncidentChange::AddMember { person }));
        }
    }

    pub(super) fn finish(self, due_at: Option<Timestamp>) -> Next {
        let id = SetId(self.page.0).derived(&self.name);
        Next { set: ChangeSet { id, changes: self.changes }, page: self.page, due_at }
    }
}
