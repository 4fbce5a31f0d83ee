//! A page that somebody lets rest.

use super::*;

#[test]
fn a_page_that_rests_rings_again_with_whoever_let_it_rest() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    let until = story.now.plus_secs(600);
    answer(&mut story, ben, page, Do::Snooze { until });
    assert!(!Page(story.entity(page)).rings_for(ana));
    assert!(after_secs(&mut story, page, 0), "the server counts");
    assert!(!after_secs(&mut story, page, 599));
    assert!(after_secs(&mut story, page, 1));
    assert_eq!(Page(story.entity(page)).rung_now(), [ana, ben]);
    // Not for longer than a day, and not into the past.
    for secs in [-1, 0, 86_401] {
        let until = story.now.plus_secs(secs);
        let body = Body::Page(Do::Snooze { until });
        assert!(story.try_to(Author::Person(ana), page, body).is_err(), "{secs}");
    }
}

#[test]
fn a_rest_is_as_long_as_it_says_however_wrong_its_authors_clock_is() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ben, now) = (story.ben, story.now);
    story.now = now.plus_secs(7 * 86_400);
    let until = story.now.plus_secs(900);
    answer(&mut story, ben, page, Do::Snooze { until });
    story.now = now;
    assert!(after_secs(&mut story, page, 0));
    assert_eq!(Page(story.entity(page)).snoozed_until(), Some(now.plus_secs(900)));
    assert!(!after_secs(&mut story, page, 899));
    assert!(after_secs(&mut story, page, 1));
    assert_eq!(Page(story.entity(page)).state(), PageState::Ringing);
}

#[test]
fn a_rest_that_ends_wakes_nobody_who_is_not_needed_any_more() {
    for taken in [true, false] {
        let mut story = Story::new();
        let incident = story.declare(Severity::Two);
        let page = start_page(&mut story, incident).unwrap();
        let (ana, ben) = (story.ana, story.ben);
        let until = story.now.plus_secs(600);
        answer(&mut story, ben, page, Do::Snooze { until });
        assert!(after_secs(&mut story, page, 0));
        let body = match taken {
            true => IncidentChange::TakeCommand {},
            false => IncidentChange::SetSeverity { severity: Severity::Three },
        };
        story.incident(ana, incident, body).unwrap();
        assert!(after_secs(&mut story, page, 600));
        assert_eq!(Page(story.entity(page)).state(), PageState::Closed);
    }
}

#[test]
fn who_acknowledges_a_page_that_rests_is_waited_for_like_anybody() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let page = start_page(&mut story, incident).unwrap();
    let (ana, ben) = (story.ana, story.ben);
    // Rests use up none of the rounds in which nobody takes command.
    for _ in 0..MAX_ROUNDS + 1 {
        acknowledged(&mut story, ben, page);
        let until = story.now.plus_secs(60);
        answer(&mut story, ben, page, Do::Snooze { until });
        assert!(after_secs(&mut story, page, 0));
        acknowledged(&mut story, ana, page);
        assert!(!after_secs(&mut story, page, 299));
        let until = story.now.plus_secs(60);
        answer(&mut story, ben, page, Do::Snooze { until });
        assert!(after_secs(&mut story, page, 0));
        assert!(after_secs(&mut story, page, 60));
        assert_eq!(Page(story.entity(page)).state(), PageState::Ringing);
    }
    acknowledged(&mut story, ben, page);
    assert!(after_secs(&mut story, page, 300));
    let view = Page(story.entity(page));
    assert_eq!((view.state(), view.round()), (PageState::Ringing, 1));
}
