//! What a page does, told with a clock that is pushed.

use super::{CloseReason, Next, Page, PageChange as Do, PageState, let_in_rung, start, step, stop};
use crate::{
    change::{Author, Body},
    directory::DirectoryChange,
    entity::Kind,
    id::{ChangeId, EntityId},
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

fn answer(story: &mut Story, who: EntityId, page: EntityId, body: Do) {
    story.must(Author::Person(who), page, Body::Page(body));
}

#[test]
fn nobody_acknowledges_so_the_next_step_rings_then_imoc_then_it_is_said_that_nobody_came() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ana]);
    assert!(!after_secs(&mut story, page, 299), "not before its time");
    assert!(after_secs(&mut story, page, 1));
    assert_eq!(Page(story.entity(page)).rung_now(), [story.ben]);
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
    let found = |story: &Story, now: crate::time::Timestamp| audit(story.world.values(), now);
    let lost = vec![Finding::NotPaged { incident }];
    assert_eq!(found(&story, story.now), lost, "its page was never made");
    let entity = story.entity(incident).clone();
    let cause = ChangeId(story.id());
    let next = start(&story.world, story.settings, &entity, &[], cause, story.now).unwrap();
    story.decide(Author::Server, &next.set).unwrap();
    let due = next.due_at.unwrap();
    let cases = [(0, 0), (LATE_SECS, 0), (LATE_SECS + 1, 1)];
    for (late, wanted) in cases {
        let findings = found(&story, due.plus_secs(late));
        let overdue = Finding::PageOverdue { page: next.page };
        assert_eq!(findings, vec![overdue; wanted], "{late} s late");
    }
    let late = due.plus_secs(3_600);
    // Whoever has it, nothing stands still.
    let mut acknowledged = story.world.clone();
    let page = acknowledged.get_mut(&next.page).unwrap();
    page.fields.get_mut("state").unwrap().value = serde_json::json!("acknowledged");
    assert_eq!(audit(acknowledged.values(), late), []);
    // A page that ended tells of nobody; with an IM nobody needs to be told.
    let page = acknowledged.get_mut(&next.page).unwrap();
    page.fields.get_mut("state").unwrap().value = serde_json::json!("closed");
    assert_eq!(audit(acknowledged.values(), late), lost);
    let im = serde_json::json!(story.ben);
    acknowledged.get_mut(&incident).unwrap().fields.get_mut("im").unwrap().value = im;
    assert_eq!(audit(acknowledged.values(), late), []);
}
