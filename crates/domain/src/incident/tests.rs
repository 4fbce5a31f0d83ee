//! The rules of incidents as tables and short stories.

use serde_json::json;

use super::{Incident, IncidentChange as Do, Severity, State, TIMES};
use crate::{
    change::{Author, Body, ChangeSet},
    decide::{Effect, Refusal},
    id::{EntityId, SetId},
    testing::{Story, declaration},
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};

fn reason() -> String {
    "a reason".to_owned()
}

#[test]
fn a_declared_incident_is_new_and_pages_for_severity_1_and_2_only() {
    for (severity, pages) in
        [(Severity::One, true), (Severity::Two, true), (Severity::Three, false)]
    {
        let mut story = Story::new();
        let id = EntityId(story.id());
        let body = declaration("Cards fail", severity, Some(story.payments));
        let accepted = story.incident(story.ben, id, body).unwrap();
        let paged = accepted.effects.iter().any(|e| matches!(e, Effect::StartPaging { .. }));
        assert_eq!(paged, pages, "{severity:?}");
        let incident = Incident(story.entity(id));
        assert_eq!(incident.state(), State::New);
        assert_eq!(incident.im(), None);
        assert_eq!(incident.key(), Some("HOT-100"));
        assert_eq!(incident.times().detected, Some(story.now), "detected is when it was declared");
        assert_eq!(incident.times().impact_start, None, "never guessed");
    }
}

#[test]
fn a_key_is_accepted_from_the_device_that_holds_it_and_from_no_other() {
    for (number, key) in [(7, Ok("HOT-7")), (60, Err(Refusal::KeyTaken { number: 60, fresh: 100 }))]
    {
        let mut story = Story::new();
        let id = EntityId(story.id());
        let mut body = declaration("Cards fail", Severity::Three, None);
        if let Do::Declare { number: n, .. } = &mut body {
            *n = Some(number);
        }
        let result = story.incident(story.ben, id, body);
        match key {
            Ok(key) => {
                assert!(result.is_ok());
                assert_eq!(Incident(story.entity(id)).key(), Some(key));
            }
            Err(refusal) => assert_eq!(result, Err(refusal)),
        }
    }
}

#[test]
fn of_two_who_take_command_one_gets_it_and_the_other_is_told_who_and_when() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let first = story.now;
    story.incident(story.ana, id, Do::TakeCommand {}).unwrap();
    story.now = story.now.plus_secs(1);
    let second = story.incident(story.ben, id, Do::TakeCommand {});
    assert_eq!(second, Err(Refusal::AlreadyInCommand { by: story.ana, at: first }));
    let incident = Incident(story.entity(id));
    assert_eq!((incident.im(), incident.state()), (Some(story.ana), State::Fixing));
    let again = story.incident(story.ana, id, Do::TakeCommand {}).unwrap();
    assert!(again.outcomes[0].ops.is_empty(), "taking what one has is no change");
}

#[test]
fn hand_over_is_offered_and_accepted_never_silent() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    assert_eq!(story.incident(ana, id, Do::OfferCommand { to: ben }), Err(Refusal::HasNoIm {}));
    story.incident(ana, id, Do::TakeCommand {}).unwrap();
    let stolen = story.incident(chi, id, Do::OfferCommand { to: ben });
    assert!(matches!(stolen, Err(Refusal::AlreadyInCommand { by, .. }) if by == ana));
    assert_eq!(story.incident(ben, id, Do::AcceptCommand {}), Err(Refusal::NotOffered {}));
    story.incident(ana, id, Do::OfferCommand { to: ben }).unwrap();
    assert_eq!(Incident(story.entity(id)).im(), Some(ana), "offering changes nothing yet");
    assert_eq!(story.incident(chi, id, Do::AcceptCommand {}), Err(Refusal::NotOffered {}));
    story.incident(ben, id, Do::AcceptCommand {}).unwrap();
    let incident = Incident(story.entity(id));
    assert_eq!((incident.im(), incident.offered_to()), (Some(ben), None));
}

#[test]
fn who_is_in_command_next_is_planned_and_then_came_about() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let from = story.now.plus_secs(3_600);
    let plan = |next, from| Do::PlanCommand { next, from };
    let impossible = |field: &str| Err(Refusal::ImpossibleValue { field: field.to_owned() });
    story.incident(ana, id, Do::TakeCommand {}).unwrap();
    let table = [
        (plan(Some(ana), Some(from)), impossible("next")),
        (plan(Some(ben), None), impossible("next_from")),
        (plan(Some(ben), Some(from)), Ok(Some((ben, from)))),
        // Offered to another one, who takes it: the plan stands.
        (Do::OfferCommand { to: chi }, Ok(Some((ben, from)))),
        (Do::OfferCommand { to: ben }, Ok(Some((ben, from)))),
    ];
    for (step, expected) in table {
        let done = story.incident(ana, id, step.clone());
        let plan = done.map(|_| Incident(story.entity(id)).command_plan());
        assert_eq!(plan, expected, "{step:?}");
    }
    story.incident(ben, id, Do::AcceptCommand {}).unwrap();
    let incident = Incident(story.entity(id));
    assert_eq!((incident.im(), incident.command_plan()), (Some(ben), None));
    story.incident(ben, id, plan(Some(chi), Some(from))).unwrap();
    story.incident(ben, id, plan(None, Some(from))).unwrap();
    assert_eq!(Incident(story.entity(id)).command_plan(), None);
}

#[test]
fn an_im_who_cannot_be_reached_is_replaced_with_a_reason() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let (ana, chi) = (story.ana, story.chi);
    story.incident(ana, id, Do::TakeCommand {}).unwrap();
    let silent = story.incident(chi, id, Do::ReplaceIm { reason: "  ".to_owned() });
    assert_eq!(silent, Err(Refusal::ReasonMissing {}));
    story.incident(chi, id, Do::ReplaceIm { reason: reason() }).unwrap();
    assert_eq!(Incident(story.entity(id)).im(), Some(chi));
}

#[test]
fn the_workflow_allows_these_steps_and_no_others() {
    let steps: [(&str, Do); 4] = [
        ("resolve", Do::Resolve {}),
        ("close", Do::Close {}),
        ("reopen", Do::Reopen { reason: reason() }),
        ("false alarm", Do::MarkFalseAlarm { reason: reason() }),
    ];
    let ways: [(State, [bool; 4]); 5] = [
        (State::New, [false, false, false, true]),
        (State::Fixing, [true, false, false, true]),
        (State::Resolved, [true, true, true, true]), // resolving twice is no change
        (State::Closed, [false, true, true, false]),
        (State::FalseAlarm, [false, false, true, true]),
    ];
    let mut cases = 0;
    for (from, allowed) in ways {
        for ((name, step), allowed) in steps.iter().zip(allowed) {
            let mut story = Story::new();
            let id = story.declare(Severity::Two);
            let ana = story.ana;
            if from != State::New && from != State::FalseAlarm {
                story.incident(ana, id, Do::TakeCommand {}).unwrap();
            }
            if matches!(from, State::Resolved | State::Closed) {
                story.incident(ana, id, Do::Resolve {}).unwrap();
            }
            if from == State::Closed {
                story.incident(ana, id, Do::Close {}).unwrap();
            }
            if from == State::FalseAlarm {
                story.incident(ana, id, Do::MarkFalseAlarm { reason: reason() }).unwrap();
            }
            assert_eq!(Incident(story.entity(id)).state(), from);
            let result = story.incident(story.ben, id, step.clone());
            assert_eq!(result.is_ok(), allowed, "{name} from {from:?}: {result:?}");
            cases += 1;
        }
    }
    assert_eq!(cases, 20);
}

#[test]
fn reopening_pages_anew_and_waits_for_somebody_to_take_command() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let ana = story.ana;
    story.incident(ana, id, Do::TakeCommand {}).unwrap();
    let resolved = story.incident(ana, id, Do::Resolve {}).unwrap();
    assert!(resolved.effects.iter().any(|e| matches!(e, Effect::StopPaging { .. })));
    let reopened = story.incident(story.chi, id, Do::Reopen { reason: reason() }).unwrap();
    assert!(reopened.effects.iter().any(|e| matches!(e, Effect::StartPaging { .. })));
    let incident = Incident(story.entity(id));
    assert_eq!((incident.state(), incident.im()), (State::New, None));
}

#[test]
fn severity_pages_when_it_rises_to_1_or_2() {
    let table =
        [(3, 2, true), (3, 1, true), (2, 1, true), (1, 2, false), (2, 3, false), (1, 1, false)];
    for (from, to, pages) in table {
        let mut story = Story::new();
        let id = story.declare(Severity::try_from(from).unwrap());
        let severity = Severity::try_from(to).unwrap();
        let accepted = story.incident(story.ben, id, Do::SetSeverity { severity }).unwrap();
        let paged = accepted.effects.iter().any(|e| matches!(e, Effect::StartPaging { .. }));
        assert_eq!(paged, pages, "{from} to {to}");
    }
}

#[test]
fn a_field_that_somebody_changed_meanwhile_is_a_conflict_that_says_who_and_when() {
    let mut story = Story::new();
    let id = story.declare(Severity::Three);
    let (ana, ben) = (story.ana, story.ben);
    let seen = story.entity(id).stamp("summary").unwrap().change;
    let set_summary = |story: &mut Story, who, text: &str| {
        let body = Body::Incident(Do::SetSummary { summary: text.to_owned() });
        let mut change = story.change(id, body);
        change.seen.insert("summary".to_owned(), seen);
        let set = ChangeSet { id: SetId(story.id()), changes: vec![change] };
        story.decide(Author::Person(who), &set)
    };
    set_summary(&mut story, ana, "Cards fail in Europe").unwrap();
    let at = story.now;
    story.now = at.plus_secs(5);
    let second = set_summary(&mut story, ben, "All cards fail");
    let Err(Refusal::Conflict { field, now, by, at: when, .. }) = second else {
        panic!("{second:?}");
    };
    assert_eq!((field.as_str(), now), ("summary", json!("Cards fail in Europe")));
    assert_eq!((by, when), (Author::Person(ana), at));
    let same = set_summary(&mut story, ben, "Cards fail in Europe").unwrap();
    assert!(same.outcomes[0].ops.is_empty(), "an equal value is no change");
}

#[test]
fn the_three_times_share_one_stamp() {
    let mut story = Story::new();
    let id = story.declare(Severity::Three);
    let (start, end) = (story.now.plus_secs(-600), story.now.plus_secs(600));
    let times = |impact_end| Do::SetTimes { impact_start: Some(start), detected: None, impact_end };
    story.incident(story.ana, id, times(Some(end))).unwrap();
    let stamps: Vec<_> = TIMES.iter().map(|f| story.entity(id).stamp(f).unwrap().change).collect();
    assert!(stamps.windows(2).all(|pair| pair[0] == pair[1]));
    let impossible = story.incident(story.ana, id, times(Some(Timestamp(-1))));
    assert!(matches!(impossible, Err(Refusal::ImpossibleValue { .. })));
}

#[test]
fn a_restricted_incident_does_not_exist_for_who_is_no_member() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    story.incident(ben, id, Do::Restrict {}).unwrap();
    // Ana is an administrator; that does not make her a member.
    for who in [ana, chi] {
        let hidden = story.incident(who, id, Do::TakeCommand {});
        assert_eq!(hidden, Err(Refusal::Unknown { entity: id }));
        let entry = EntityId(story.id());
        let body = Body::Entry(EntryChange::add(id, EntryKind::Message, "hello", story.now));
        let hidden = story.try_to(Author::Person(who), entry, body);
        assert_eq!(hidden, Err(Refusal::Unknown { entity: entry }));
    }
    let added = story.incident(ben, id, Do::AddMember { person: chi }).unwrap();
    assert_eq!(added.effects, [Effect::AccessChanged { incident: id }]);
    story.incident(chi, id, Do::TakeCommand {}).unwrap();
    story.incident(ben, id, Do::RemoveMember { person: ben }).unwrap();
    let last = story.incident(chi, id, Do::RemoveMember { person: chi });
    assert!(matches!(last, Err(Refusal::ImpossibleValue { .. })), "nobody would see it any more");
}

#[test]
fn restricting_lets_in_whom_a_page_rings() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let restricted = story.incident(story.ben, id, Do::Restrict {}).unwrap();
    let lets_in =
        |effect: &&Effect| matches!(effect, Effect::LetInRung { incident, .. } if *incident == id);
    assert_eq!(restricted.effects.iter().filter(lets_in).count(), 1);
}

#[test]
fn who_is_in_command_stays_when_it_is_restricted() {
    let mut story = Story::new();
    let id = story.declare(Severity::One);
    let (ben, chi) = (story.ben, story.chi);
    story.incident(chi, id, Do::TakeCommand {}).unwrap();
    story.incident(ben, id, Do::Restrict {}).unwrap();
    story.incident(chi, id, Do::OfferCommand { to: ben }).unwrap();
    assert!(Incident(story.entity(id)).is_member(chi));
}

#[test]
fn texts_are_trimmed_and_bounded() {
    let mut story = Story::new();
    let id = story.declare(Severity::Three);
    let set = |text: String| Do::SetSummary { summary: text };
    let empty = story.incident(story.ana, id, set(" \n".to_owned()));
    assert!(matches!(empty, Err(Refusal::TextEmpty { .. })));
    let long = story.incident(story.ana, id, set("x".repeat(1_001)));
    assert!(matches!(long, Err(Refusal::TextTooLong { max: 1_000, .. })));
    let nul = story.incident(story.ana, id, set("a\0b".to_owned()));
    assert!(matches!(nul, Err(Refusal::ImpossibleValue { .. })));
    story.incident(story.ana, id, set("  结账失败  ".to_owned())).unwrap();
    assert_eq!(Incident(story.entity(id)).summary(), "结账失败");
}
