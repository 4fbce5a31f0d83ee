//! What a page does, told with a clock that is pushed.

mod by_hand;
mod channels;
mod policies;
mod rest;

use super::{
    CloseReason, MAX_ROUNDS, Next, Page, PageChange as Do, PageState, Reached, let_in_rung, start,
    step, stop,
};
use crate::{
    change::{Author, Body},
    directory::{AcknowledgeBy, DirectoryChange, PolicyStep, Target},
    entity::Kind,
    id::{ChangeId, DeviceId, EntityId},
    incident::{Incident, IncidentChange, Severity},
    testing::{Story, declaration},
};

/// Starts the page of an incident as the server would.
fn start_page(story: &mut Story, incident: EntityId) -> Option<EntityId> {
    let pages: Vec<_> = story
        .world
        .values()
        .filter(|e| e.kind == Kind::PAGE && e.incident == Some(incident))
        .cloned()
        .collect();
    let pages: Vec<_> = pages.iter().collect();
    let cause = ChangeId(story.id());
    let next =
        start(&story.world, story.settings, story.entity(incident), &pages, cause, story.now)?;
    carry_out(story, &next);
    Some(next.page)
}

fn carry_out(story: &mut Story, next: &Next) {
    story.decide(Author::Server, &next.set).expect("the server's own steps stand");
}

/// Pushes the clock and takes the step that is due, if one is.
fn after_secs(story: &mut Story, page: EntityId, secs: i64) -> bool {
    story.now = story.now.plus_secs(secs);
    let next = step(&story.world, story.entity(page), story.now);
    if let Some(next) = &next {
        carry_out(story, next);
    }
    next.is_some()
}

/// A desktop of each of those who are rung confirms that it shows the page.
fn shown(story: &mut Story, page: EntityId) {
    let view = Page(story.entity(page));
    let (step, people) = (view.step().unwrap(), view.rung_now());
    for person in people {
        let device = DeviceId(story.id());
        let reached = Reached::Shown;
        let detail = String::new();
        let receive =
            Do::Receive { step, device, reached, detail, silently: false, held_back: false };
        answer(story, person, page, receive);
    }
}

fn answer(story: &mut Story, who: EntityId, page: EntityId, body: Do) {
    story.must(Author::Person(who), page, Body::Page(body));
}

#[test]
fn nobody_acknowledges_so_the_next_step_rings_then_imoc_then_it_is_said_that_nobody_came() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ana]);
    shown(&mut story, page);
    assert!(!after_secs(&mut story, page, 299), "not before its time");
    assert!(after_secs(&mut story, page, 1));
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ben]);
    shown(&mut story, page);
    assert!(after_secs(&mut story, page, 300));
    assert_eq!(Page(story.entity(page)).rung_now(), [story.chi], "the IMOC roster stands behind");
    assert!(after_secs(&mut story, page, 300));
    assert_eq!(Page(story.entity(page)).state(), PageState::Nobody);
    assert!(!after_secs(&mut story, page, 10_000), "and then nothing more");
    assert_eq!(Page(story.entity(page)).rung().len(), 3);
}

#[test]
fn a_step_with_nobody_on_call_is_passed_over_at_once() {
    let mut story = Story::new();
    let fields = [("active".to_owned(), false.into())].into();
    let ana = story.ana;
    story.must(Author::Server, ana, Body::Person(DirectoryChange::Put { fields }));
    let incident = story.declare(Severity::Two);
    let page = start_page(&mut story, incident).unwrap();
    let view = Page(story.entity(page));
    assert_eq!((view.step(), view.rung_now()), (Some(1), vec![story.ben]));
}

#[test]
fn an_unknown_service_pages_imoc_and_nobody_there_is_said() {
    for imoc_left in [false, true] {
        let mut story = Story::new();
        if imoc_left {
            let fields = [("active".to_owned(), false.into())].into();
            let chi = story.chi;
            story.must(Author::Server, chi, Body::Person(DirectoryChange::Put { fields }));
        }
        let id = EntityId(story.id());
        story.incident(story.ben, id, declaration("What?", Severity::One, None)).unwrap();
        let page = start_page(&mut story, id).unwrap();
        let view = Page(story.entity(page));
        if imoc_left {
            assert_eq!(view.state(), PageState::Nobody);
        } else {
            assert_eq!(view.rung_now(), [story.chi]);
        }
    }
}

#[test]
fn an_acknowledgement_stops_it_and_both_of_two_stand() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    answer(&mut story, ana, page, Do::Acknowledge {});
    answer(&mut story, ben, page, Do::Acknowledge {});
    let view = Page(story.entity(page));
    assert_eq!((view.state(), view.acknowledged_by()), (PageState::Acknowledged, Some(ana)));
    assert!(view.answer_of(ana).is_some() && view.answer_of(ben).is_some());
    story.incident(ana, incident, IncidentChange::TakeCommand {}).unwrap();
    assert!(!after_secs(&mut story, page, 10_000));
}

#[test]
fn declining_sends_the_next_step_at_once_and_never_rings_who_declined_again() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    answer(&mut story, ana, page, Do::Decline { reason: "on a train".to_owned() });
    assert!(after_secs(&mut story, page, 0));
    assert_eq!(Page(story.entity(page)).rung_now(), [ben]);
    assert_eq!(Page(story.entity(page)).answer_of(ana).unwrap().reason, "on a train");
}

#[test]
fn restricting_lets_in_who_is_rung_or_has_acknowledged_but_nobody_who_declined() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    answer(&mut story, ana, page, Do::Decline { reason: "on a train".to_owned() });
    assert!(after_secs(&mut story, page, 0));
    story.incident(chi, incident, IncidentChange::Restrict {}).unwrap();
    let let_in = |story: &Story| {
        let (incident, page) = (story.entity(incident), story.entity(page));
        let_in_rung(incident, page, ChangeId(incident.id.0).derived("restricted"), story.now)
    };
    let next = let_in(&story).expect("Ben is rung");
    carry_out(&mut story, &next);
    let members: Vec<_> = Incident(story.entity(incident)).members().collect();
    assert!(members.contains(&ben) && members.contains(&chi) && !members.contains(&ana));
    assert_eq!(let_in(&story), None, "everybody is in");
    answer(&mut story, ben, page, Do::Acknowledge {});
    story.incident(chi, incident, IncidentChange::RemoveMember { person: ben }).unwrap();
    assert!(let_in(&story).is_some(), "who has acknowledged stays as well");
}

#[test]
fn a_page_rings_already_so_no_second_one_starts_but_a_new_cycle_does_after_it() {
    let mut story = Story::new();
    let incident = story.declare(Severity::Two);
    let first = start_page(&mut story, incident).unwrap();
    assert_eq!(start_page(&mut story, incident), None);
    let ana = story.ana;
    answer(&mut story, ana, first, Do::Acknowledge {});
    let second = start_page(&mut story, incident).unwrap();
    assert_eq!(Page(story.entity(second)).cycle(), 2);
    // A late answer to the old cycle is kept, and stops only that.
    let chi = story.chi;
    answer(&mut story, chi, first, Do::Acknowledge {});
    assert_eq!(Page(story.entity(second)).state(), PageState::Ringing);
}

#[test]
fn a_closed_incident_starts_no_page_and_stopping_ends_one() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let cause = ChangeId(story.id());
    let end = stop(story.entity(page), CloseReason::FalseAlarm, cause, story.now);
    carry_out(&mut story, &end);
    assert_eq!(Page(story.entity(page)).state(), PageState::Closed);
    let reason = "test".to_owned();
    story.incident(story.ana, incident, IncidentChange::MarkFalseAlarm { reason }).unwrap();
    assert_eq!(start_page(&mut story, incident), None);
}

#[test]
fn the_same_step_taken_twice_makes_the_same_set() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let due = story.now.plus_secs(300);
    let once = step(&story.world, story.entity(page), due).unwrap();
    let twice = step(&story.world, story.entity(page), due).unwrap();
    assert_eq!(once, twice);
}

#[test]
fn who_is_paged_into_a_restricted_incident_becomes_a_member_in_the_same_set() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    story.incident(story.ben, incident, IncidentChange::Restrict {}).unwrap();
    let page = start_page(&mut story, incident).unwrap();
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ana]);
    assert!(Incident(story.entity(incident)).is_member(story.ana));
    assert!(!Incident(story.entity(incident)).is_member(story.chi), "not before their turn");
}

#[test]
fn a_drill_rings_nobody_but_who_declared_it() {
    let mut story = Story::new();
    let id = EntityId(story.id());
    let mut body = declaration("Drill", Severity::One, Some(story.payments));
    if let IncidentChange::Declare { drill, .. } = &mut body {
        *drill = true;
    }
    story.incident(story.ben, id, body).unwrap();
    let page = start_page(&mut story, id).unwrap();
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ben]);
    assert_eq!(Page(story.entity(page)).plan().len(), 1);
}

#[test]
fn people_cannot_make_the_servers_steps() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    for body in
        [Do::GiveUp {}, Do::NobodyOnCall { step: 0 }, Do::Close { reason: CloseReason::Resolved }]
    {
        let result = story.try_to(Author::Person(story.ana), page, Body::Page(body));
        assert_eq!(result, Err(crate::decide::Refusal::NotAllowed {}));
    }
}

#[test]
fn the_audit_finds_what_stands_still_and_nothing_else() {
    use super::audit::{Finding, LATE_SECS, audit};
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let lost = vec![Finding::NotPaged { incident }];
    assert_eq!(audit(&story.world, story.now), lost, "its page was never made");
    let page = start_page(&mut story, incident).unwrap();
    let look = Page(story.entity(page)).look_at(story.now).unwrap();
    for (late, wanted) in [(0, 0), (LATE_SECS - 1, 0), (LATE_SECS, 1), (3_600, 1)] {
        let findings = audit(&story.world, look.plus_secs(late));
        assert_eq!(findings, vec![Finding::PageOverdue { page }; wanted], "{late} s late");
    }
    let late = look.plus_secs(3_600);
    // Whoever has it, nothing stands still.
    let mut world = story.world.clone();
    let mut set = |id: EntityId, field: &str, value: serde_json::Value| {
        world.get_mut(&id).unwrap().fields.get_mut(field).unwrap().value = value;
        audit(&world, late)
    };
    set(page, "due_at", serde_json::Value::Null);
    set(page, "command_within_secs", serde_json::Value::Null);
    assert_eq!(set(page, "state", serde_json::json!("acknowledged")), []);
    // A page that ended tells of nobody; with an IM nobody needs to be told.
    assert_eq!(set(page, "state", serde_json::json!("closed")), lost);
    assert_eq!(set(incident, "im", serde_json::json!(story.ben)), []);
}

/// Acknowledges, and lets the page see that nobody is in command.
fn acknowledged(story: &mut Story, who: EntityId, page: EntityId) {
    answer(story, who, page, Do::Acknowledge {});
    assert!(after_secs(story, page, 0), "somebody is to take command");
}

/// Gives `payments` these steps.
fn steps(story: &mut Story, steps: &[PolicyStep], more: serde_json::Value) -> EntityId {
    let mut fields = serde_json::json!({"name": "P", "steps": steps});
    fields.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let policy = story.put(Kind::POLICY, fields);
    let fields = [("policy".to_owned(), serde_json::json!(policy))].into();
    let payments = story.payments;
    story.must(Author::Server, payments, Body::Service(DirectoryChange::Put { fields }));
    policy
}

fn who(people: &[EntityId]) -> Vec<Target> {
    people.iter().copied().map(Target::Person).collect()
}

#[test]
fn a_desktop_that_does_not_confirm_sends_the_next_step_after_thirty_seconds() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    assert!(!after_secs(&mut story, page, 29));
    assert!(after_secs(&mut story, page, 1));
    let view = Page(story.entity(page));
    assert!(view.is_unreachable(story.ana, 0) && view.rings_for(story.ana));
    assert_eq!(view.rung_now(), [story.ben]);
    // The last step keeps its time, even if nobody is there: a desktop may wake.
    assert!(after_secs(&mut story, page, 30));
    assert!(after_secs(&mut story, page, 30));
    let view = Page(story.entity(page));
    assert!(view.state() == PageState::Ringing && view.is_unreachable(story.chi, 2));
    assert!(!after_secs(&mut story, page, 200));
    assert!(after_secs(&mut story, page, 70));
    assert_eq!(Page(story.entity(page)).state(), PageState::Nobody);
}

#[test]
fn of_several_people_who_cannot_be_reached_is_said_and_the_step_keeps_its_time() {
    let mut story = Story::new();
    let both = PolicyStep::new(who(&[story.ana, story.ben]), 300);
    steps(&mut story, &[both], serde_json::json!({}));
    let incident = story.declare(Severity::Two);
    let page = start_page(&mut story, incident).unwrap();
    let receive = Do::Receive {
        step: 0,
        device: DeviceId(story.id()),
        reached: Reached::Delivered,
        detail: String::new(),
        silently: false,
        held_back: false,
    };
    let (ana, ben) = (story.ana, story.ben);
    answer(&mut story, ana, page, receive);
    assert!(after_secs(&mut story, page, 30));
    let view = Page(story.entity(page));
    assert_eq!((view.step(), view.is_unreachable(ben, 0)), (Some(0), true));
    assert!(!after_secs(&mut story, page, 269), "said once");
}

#[test]
fn acknowledged_and_nobody_in_command_rings_again_and_gives_up_after_some_rounds() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    for round in 1..=MAX_ROUNDS {
        acknowledged(&mut story, ben, page);
        assert!(!after_secs(&mut story, page, 299));
        assert!(after_secs(&mut story, page, 1));
        let view = Page(story.entity(page));
        assert_eq!((view.state(), view.round()), (PageState::Ringing, round));
        assert_eq!(view.rung_now(), [ana, ben], "the first step, and whoever had it");
        assert!(view.rings_for(ben), "what they said belongs to another round");
    }
    acknowledged(&mut story, ben, page);
    assert!(after_secs(&mut story, page, 300), "it says that it gives up");
    assert_eq!(Page(story.entity(page)).state(), PageState::Acknowledged);
    assert!(!after_secs(&mut story, page, 100_000));
}

#[test]
fn who_takes_command_in_time_is_not_rung_again() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let ana = story.ana;
    acknowledged(&mut story, ana, page);
    story.incident(ana, incident, IncidentChange::TakeCommand {}).unwrap();
    assert!(!after_secs(&mut story, page, 100_000));
}

#[test]
fn an_acknowledgement_for_somebody_else_says_who_said_it() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    answer(&mut story, ben, page, Do::AcknowledgeFor { person: ana });
    let view = Page(story.entity(page));
    assert_eq!((view.state(), view.acknowledged_by()), (PageState::Acknowledged, Some(ana)));
    assert_eq!(view.answer_of(ana).unwrap().by, Some(ben));
}

#[test]
fn who_does_not_want_to_wait_sends_it_on_to_the_next_step_or_the_imoc() {
    for (imoc, rung) in [(false, 1), (true, 2)] {
        let mut story = Story::new();
        let incident = story.declare(Severity::One);
        let page = start_page(&mut story, incident).unwrap();
        let ben = story.ben;
        answer(&mut story, ben, page, Do::Escalate { imoc, step: None });
        assert!(after_secs(&mut story, page, 0));
        let people = [story.ana, story.ben, story.chi];
        assert_eq!(Page(story.entity(page)).rung_now(), [people[rung]]);
        assert!(!after_secs(&mut story, page, 0), "once");
    }
}

#[test]
fn to_hurry_on_the_last_step_ends_nothing() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let ben = story.ben;
    for _ in 0..2 {
        answer(&mut story, ben, page, Do::Escalate { imoc: false, step: None });
        assert!(after_secs(&mut story, page, 0));
    }
    assert_eq!(Page(story.entity(page)).rung_now(), [story.chi], "the last step");
    shown(&mut story, page);
    answer(&mut story, ben, page, Do::Escalate { imoc: false, step: None });
    assert!(!after_secs(&mut story, page, 299), "she keeps her time");
    assert!(after_secs(&mut story, page, 1));
    assert_eq!(Page(story.entity(page)).state(), PageState::Nobody);
}

#[test]
fn two_who_hurry_at_the_same_step_skip_one_step() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    let hurry = || Do::Escalate { imoc: false, step: Some(0) };
    answer(&mut story, ben, page, hurry());
    assert!(after_secs(&mut story, page, 0));
    answer(&mut story, ana, page, hurry());
    assert!(!after_secs(&mut story, page, 0), "it was about the step before");
    assert_eq!(Page(story.entity(page)).rung_now(), [ben]);
}

#[test]
fn who_declines_leaves_nobody_to_wait_for_although_another_cannot_be_reached() {
    for declines_first in [true, false] {
        let mut story = Story::new();
        let both = PolicyStep::new(who(&[story.ana, story.ben]), 3_600);
        let next = PolicyStep::new(who(&[story.chi]), 300);
        steps(&mut story, &[both, next], serde_json::json!({}));
        let incident = story.declare(Severity::Two);
        let page = start_page(&mut story, incident).unwrap();
        let (ben, chi) = (story.ben, story.chi);
        let (device, reached) = (DeviceId(story.id()), Reached::Shown);
        let receive = Do::Receive {
            step: 0,
            device,
            reached,
            detail: String::new(),
            silently: false,
            held_back: false,
        };
        answer(&mut story, ben, page, receive);
        let decline = || Do::Decline { reason: String::new() };
        if declines_first {
            answer(&mut story, ben, page, decline());
            assert!(!after_secs(&mut story, page, 29));
        } else {
            assert!(after_secs(&mut story, page, 30));
            answer(&mut story, ben, page, decline());
        }
        assert!(after_secs(&mut story, page, 1));
        assert_eq!(Page(story.entity(page)).rung_now(), [chi], "{declines_first}");
    }
}
