//! Others who are called into an incident by hand (E1).

use super::*;

#[test]
fn others_are_called_by_hand_rung_a_few_times_and_get_the_role() {
    let mut story = Story::new();
    let incident = story.declare(Severity::Three);
    let page = EntityId(story.id());
    let (ana, chi) = (story.ana, story.chi);
    let ask = |role: &str| Do::Ask {
        incident,
        targets: who(&[chi]),
        policy: None,
        role: role.to_owned(),
        note: "the database".to_owned(),
    };
    let im = story.try_to(Author::Person(ana), page, Body::Page(ask("IM")));
    assert!(im.is_err(), "command is taken, not given");
    answer(&mut story, ana, page, ask("tech_lead"));
    for _ in 0..3 {
        assert!(after_secs(&mut story, page, 300));
        assert_eq!(Page(story.entity(page)).rung_now(), [chi]);
        shown(&mut story, page);
    }
    let accepted = story.must(Author::Person(chi), page, Body::Page(Do::Acknowledge {}));
    let joins = accepted.effects.iter().any(|effect| {
        matches!(effect, crate::decide::Effect::Join { person, role, .. }
            if *person == chi && role == "tech_lead")
    });
    assert!(joins, "{:?}", accepted.effects);
    assert!(!after_secs(&mut story, page, 100_000), "nobody needs to take command for it");
}

#[test]
fn a_call_by_hand_stands_beside_the_page_of_the_incident() {
    let mut story = Story::new();
    let incident = story.declare(Severity::One);
    let asked = EntityId(story.id());
    let (ana, chi) = (story.ana, story.chi);
    let targets = who(&[chi]);
    let (role, note) = (String::new(), String::new());
    answer(&mut story, ana, asked, Do::Ask { incident, targets, policy: None, role, note });
    let page = start_page(&mut story, incident).expect("it starts all the same");
    assert_eq!(Page(story.entity(page)).cycle(), 1);
}

#[test]
fn by_hand_nobody_makes_the_server_write_to_an_address_and_only_who_was_called_gets_the_role() {
    let mut story = Story::new();
    let incident = story.declare(Severity::Three);
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let ask = |targets| Do::Ask {
        incident,
        targets,
        policy: None,
        role: "tech_lead".to_owned(),
        note: String::new(),
    };
    let page = EntityId(story.id());
    let elsewhere = vec![Target::Email("somebody@example.com".to_owned())];
    let refused = story.try_to(Author::Person(ana), page, Body::Page(ask(elsewhere)));
    assert!(refused.is_err());
    answer(&mut story, ana, page, ask(who(&[chi])));
    assert!(after_secs(&mut story, page, 0));
    let mut joins = |who| {
        let accepted = story.must(Author::Person(who), page, Body::Page(Do::Acknowledge {}));
        accepted.effects.iter().any(|one| matches!(one, crate::decide::Effect::Join { .. }))
    };
    assert!(!joins(ben), "a bystander");
    assert!(joins(chi));
    assert!(!joins(chi), "once");
}
