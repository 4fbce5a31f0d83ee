//! What policies can ask for: retries, branches, all of a step, going round, handing off.

use super::*;

#[test]
fn policies_retry_branch_and_hand_off() {
    let mut story = Story::new();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let next = [PolicyStep::new(who(&[ben]), 60)];
    let next = story.put(Kind::POLICY, serde_json::json!({"name": "Next", "steps": next}));
    let again = PolicyStep { retries: 1, ..PolicyStep::new(who(&[ana]), 60) };
    let critical =
        PolicyStep { severities: vec![Severity::One], ..PolicyStep::new(who(&[chi]), 60) };
    let first = steps(&mut story, &[again, critical], serde_json::json!({"then": next}));
    for (severity, expected) in
        [(Severity::One, vec![ana, ana, chi, ben, chi]), (Severity::Two, vec![ana, ana, ben, chi])]
    {
        let incident = story.declare(severity);
        let page = start_page(&mut story, incident).unwrap();
        let mut rung = Page(story.entity(page)).rung_now();
        shown(&mut story, page);
        while after_secs(&mut story, page, 300) {
            if Page(story.entity(page)).state() == PageState::Ringing {
                rung.extend(Page(story.entity(page)).rung_now());
                shown(&mut story, page);
            }
        }
        assert_eq!(rung, expected, "{severity:?}");
    }
    // And never in a circle.
    for then in [next, first] {
        let fields = [("then".to_owned(), serde_json::json!(first))].into();
        let body = Body::Policy(DirectoryChange::Put { fields });
        assert!(story.try_to(Author::Person(ana), then, body).is_err());
    }
}

#[test]
fn a_step_of_which_all_must_acknowledge_rings_until_they_have() {
    let mut story = Story::new();
    let (ana, ben) = (story.ana, story.ben);
    let all =
        PolicyStep { acknowledge: AcknowledgeBy::All, ..PolicyStep::new(who(&[ana, ben]), 300) };
    steps(&mut story, &[all], serde_json::json!({}));
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    shown(&mut story, page);
    answer(&mut story, ana, page, Do::Acknowledge {});
    let view = Page(story.entity(page));
    assert!(!view.rings_for(ana) && view.rings_for(ben));
    assert!(!after_secs(&mut story, page, 299));
    answer(&mut story, ben, page, Do::Acknowledge {});
    assert_eq!(Page(story.entity(page)).state(), PageState::Acknowledged);
}

#[test]
fn a_step_that_goes_round_rings_the_next_one_at_each_page() {
    let mut story = Story::new();
    let people = [story.ana, story.ben, story.chi];
    let round = PolicyStep { round_robin: true, ..PolicyStep::new(who(&people), 300) };
    steps(&mut story, &[round], serde_json::json!({}));
    for turn in 0..7 {
        let incident = story.declare(Severity::One);
        let page = start_page(&mut story, incident).unwrap();
        assert_eq!(Page(story.entity(page)).rung_now(), [people[turn % 3]]);
    }
}

#[test]
fn the_imoc_roster_stands_behind_the_longest_policy() {
    let mut story = Story::new();
    let long = PolicyStep { retries: 9, ..PolicyStep::new(who(&[story.ana]), 60) };
    let five = vec![long; 5];
    steps(&mut story, &five, serde_json::json!({"repeats": 9}));
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let plan = Page(story.entity(page)).plan();
    assert_eq!(plan.len(), 400);
    assert!(plan.last().is_some_and(|step| step.imoc && step.targets == who(&[story.chi])));
}
