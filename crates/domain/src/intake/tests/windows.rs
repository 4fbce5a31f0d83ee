//! Maintenance windows: what they hold back, and what becomes of it at their end.

use serde_json::{Value, json};

use super::{Intake, firing, over};
use crate::{
    change::{Author, Body},
    decide::{Accepted, Effect, Refusal},
    directory::DirectoryChange,
    entity::Kind,
    id::EntityId,
    incident::Incident,
};

#[test]
fn inside_a_window_alerts_are_kept_and_declare_nothing_and_at_its_end_what_still_fires_does() {
    let mut intake = Intake::plain();
    let payments = intake.story.payments;
    let window = intake.window(&[payments], 3_600);
    assert_eq!(intake.hear(&firing("Stays", 1, 1)), 0);
    assert_eq!(intake.hear(&firing("Goes", 1, 1)), 0);
    assert_eq!(intake.alert("Stays").muted_by(), Some(window));
    intake.hear(&over("Goes"));
    intake.pass(120);
    intake.hear(&firing("Stays", 2, 2));
    assert_eq!((intake.alert("Stays").cycle(), intake.alert("Stays").count()), (1, 2));
    let end = intake.story.now.plus_secs(3_600 - 120);
    assert_eq!(intake.review(window), (0, Some(end)), "it holds still");
    assert_eq!(intake.incidents().len(), 0);
    intake.story.now = end;
    assert_eq!(intake.review(window), (1, None));
    let incident = intake.only_incident();
    assert_eq!(Incident(intake.story.entity(incident)).summary(), "Stays is down");
    assert_eq!(
        (intake.alert("Stays").cycle(), intake.alert("Stays").0.incident),
        (2, Some(incident))
    );
    assert_eq!(intake.review(window), (0, None), "once");
    assert_eq!(intake.hear(&firing("Stays", 2, 2)), 0, "a repeat joins");
    assert_eq!(intake.incidents().len(), 1);
}

#[test]
fn a_window_holds_back_what_it_is_about_while_it_holds_and_nothing_else() {
    // Services of the window, when the alert comes, whether the window was retired; is it held back?
    let own = |intake: &Intake| vec![intake.story.payments];
    let other = |intake: &Intake| vec![intake.story.ben];
    let all = |_: &Intake| Vec::new();
    type Services = fn(&Intake) -> Vec<EntityId>;
    let cases: [(Services, i64, bool, bool); 6] = [
        (own, 0, false, true),
        (own, 3_599, false, true),
        (own, 3_600, false, false),
        (own, 0, true, false),
        (other, 0, false, false),
        (all, 0, false, true),
    ];
    for (case, (services, after, retired, held)) in cases.into_iter().enumerate() {
        let mut intake = Intake::plain();
        let services = services(&intake);
        let window = intake.window(&services, 3_600);
        if retired {
            intake.story.put_at(window, Kind::MAINTENANCE, json!({"active": false}));
        }
        intake.pass(after);
        intake.hear(&firing("Checkout", 1, 1));
        assert_eq!(intake.incidents().is_empty(), held, "case {case}");
    }
}

#[test]
fn a_window_asks_to_be_looked_at_when_it_ends_and_a_retired_one_at_once() {
    let mut intake = Intake::plain();
    let window = intake.window(&[], 3_600);
    let at = |accepted: &Accepted| {
        accepted.effects.iter().find_map(|effect| match effect {
            Effect::ReviewMaintenance { maintenance, at } if *maintenance == window => Some(*at),
            _ => None,
        })
    };
    let put = |fields: Value| {
        let fields = serde_json::from_value(fields).unwrap();
        Body::Maintenance(DirectoryChange::Put { fields })
    };
    let now = intake.story.now;
    let longer = json!({"window": {"start": now, "end": now.plus_secs(7_200)}});
    let accepted = intake.story.must(Author::Server, window, put(longer));
    assert_eq!(at(&accepted), Some(now.plus_secs(7_200)));
    let accepted = intake.story.must(Author::Server, window, put(json!({"active": false})));
    assert_eq!(at(&accepted), Some(now));
    for (start, end) in [(1_000_i64, 1_000_i64), (2_000, 1_000), (1_000, 1_000 + 33 * 86_400_000)] {
        let window_field = json!({"window": {"start": start, "end": end}});
        let refused = intake.story.try_to(Author::Server, window, put(window_field)).unwrap_err();
        assert_eq!(refused, Refusal::ImpossibleValue { field: "window".to_owned() });
    }
}

#[test]
fn one_window_after_the_other_holds_on_to_what_fires() {
    let mut intake = Intake::plain();
    let first = intake.window(&[], 3_600);
    intake.hear(&firing("Checkout", 1, 1));
    let second = intake.window(&[], 7_200);
    intake.pass(3_600);
    assert_eq!(intake.review(first), (0, None));
    assert_eq!(intake.incidents().len(), 0);
    intake.pass(3_600);
    assert_eq!(intake.review(second), (1, None));
    intake.only_incident();
}

#[test]
fn an_open_incident_is_told_of_its_alert_inside_a_window_too() {
    let mut intake = Intake::plain();
    intake.hear(&firing("Checkout", 1, 1));
    intake.window(&[], 3_600);
    intake.hear(&over("Checkout"));
    intake.pass(60);
    intake.hear(&firing("Checkout", 1, 5));
    let incident = intake.only_incident();
    assert_eq!(intake.alert("Checkout").0.incident, Some(incident));
}
