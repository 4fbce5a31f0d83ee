//! Each way in which a step reaches nobody, as a table.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{oncall::Rotation, testing::Story};

/// Ana has an account, Ben an address, Chi neither; Dee has left.
struct Stage {
    story: Story,
    dee: EntityId,
    first: EntityId,
    second: EntityId,
    schedule: EntityId,
    gap: EntityId,
    chis: EntityId,
    old: EntityId,
    team: EntityId,
    nobody: EntityId,
    hook: EntityId,
    off: EntityId,
}

fn rotation(id: EntityId, people: &[EntityId]) -> Rotation {
    let nine = "09:00".parse().expect("a time");
    let first = "2023-11-01".parse().expect("a day");
    Rotation { id, ..Rotation::of_days(people.to_vec(), nine, first, 7) }
}

impl Stage {
    fn new() -> Self {
        let mut story = Story::new();
        let (ana, ben, chi) = (story.ana, story.ben, story.chi);
        story.put_at(ana, Kind::PERSON, json!({"account": "ana"}));
        story.put_at(ben, Kind::PERSON, json!({"email": "ben@example.org"}));
        let dee = story.put(Kind::PERSON, json!({"name": "Dee", "account": "d", "active": false}));
        let (first, second) = (EntityId(Uuid::from_u128(71)), EntityId(Uuid::from_u128(72)));
        let mut roster = |name: &str, rotations: Vec<Rotation>, active: bool| {
            let rota = json!({"zone": "UTC", "rotations": rotations});
            let fields = json!({"name": name, "zone": "UTC", "rota": rota, "active": active});
            story.put(Kind::SCHEDULE, fields)
        };
        let both = vec![rotation(first, &[ana, chi]), rotation(second, &[])];
        let schedule = roster("Payments", both, true);
        let gap = roster("Nobody yet", vec![rotation(first, &[])], true);
        let chis = roster("Chi alone", vec![rotation(first, &[chi])], true);
        let old = roster("Old", vec![rotation(first, &[ana])], false);
        let team = story.put(Kind::TEAM, json!({"name": "Payments"}));
        for member in [ben, dee] {
            let add = directory::DirectoryChange::Add {
                list: directory::MEMBERS.to_owned(),
                member,
                value: json!(true),
            };
            let body = crate::change::Body::Team(add);
            story.must(crate::change::Author::Person(ana), team, body);
        }
        let nobody = story.put(Kind::TEAM, json!({"name": "Nobody"}));
        let hook = json!({"name": "Gateway", "url": "https://gateway.example"});
        let hook = story.put(Kind::WEBHOOK, hook);
        let off = json!({"name": "Old gateway", "url": "https://gateway.example", "active": false});
        let off = story.put(Kind::WEBHOOK, off);
        Self { story, dee, first, second, schedule, gap, chis, old, team, nobody, hook, off }
    }

    fn whys(&self, step: PolicyStep) -> Vec<Why> {
        let found = doubts(&self.story.world, &[step], 0, None, self.story.now);
        assert!(found.iter().all(|doubt| doubt.step == Some(0)));
        found.into_iter().map(|doubt| doubt.why).collect()
    }
}

fn hours(days: &[u8], from: &str, until: &str, outside: bool) -> Option<WorkingHours> {
    let time = |text: &str| text.parse().expect("a time");
    let zone = "UTC".to_owned();
    Some(WorkingHours { zone, days: days.to_vec(), from: time(from), until: time(until), outside })
}

#[test]
fn a_target_that_nothing_can_reach_is_told_with_its_reason() {
    let stage = Stage::new();
    let (ana, ben, chi) = (stage.story.ana, stage.story.ben, stage.story.chi);
    let rotation = |rotation| Target::Rotation { schedule: stage.schedule, rotation };
    let strange = EntityId(Uuid::from_u128(9_999));
    let table: Vec<(&str, Target, &[Why])> = vec![
        ("an account", Target::Person(ana), &[]),
        ("an address", Target::Person(ben), &[]),
        ("no way at all", Target::Person(chi), &[Why::NoWay, Why::Nobody]),
        ("has left", Target::Person(stage.dee), &[Why::Left, Why::Nobody]),
        ("unknown", Target::Person(strange), &[Why::Gone, Why::Nobody]),
        ("a team with one of two", Target::Team(stage.team), &[]),
        ("an empty team", Target::Team(stage.nobody), &[Why::Empty, Why::Nobody]),
        ("a schedule for a team", Target::Team(stage.schedule), &[Why::Gone, Why::Nobody]),
        ("a schedule", Target::Schedule(stage.schedule), &[]),
        ("an empty schedule", Target::Schedule(stage.gap), &[Why::Empty, Why::Nobody]),
        ("nobody is reached", Target::Schedule(stage.chis), &[Why::OutOfReach, Why::Nobody]),
        ("retired, and rings", Target::Schedule(stage.old), &[Why::Retired]),
        ("a rotation", rotation(stage.first), &[]),
        ("an empty rotation", rotation(stage.second), &[Why::Empty, Why::Nobody]),
        ("no such rotation", rotation(strange), &[Why::Gone, Why::Nobody]),
        ("an address", Target::Email("ops@example.org".to_owned()), &[]),
        ("a webhook", Target::Webhook(stage.hook), &[]),
        ("a retired webhook", Target::Webhook(stage.off), &[Why::Off, Why::Nobody]),
    ];
    for (name, target, whys) in &table {
        assert_eq!(stage.whys(PolicyStep::new(vec![target.clone()], 300)), *whys, "{name}");
    }
    assert_eq!(table.len(), 18);
    // One who can be reached is enough for the step; the other is told of all the same.
    let both = vec![Target::Person(chi), Target::Person(ana)];
    assert_eq!(stage.whys(PolicyStep::new(both, 300)), [Why::NoWay]);
    assert_eq!(stage.whys(PolicyStep::new(Vec::new(), 300)), [], "objected to elsewhere");
}

#[test]
fn rules_for_other_severities_do_not_reach_anybody() {
    let mut stage = Stage::new();
    let rule = json!({"channel": "email", "after_secs": 0, "severities": [1]});
    stage.story.put_at(stage.story.ben, Kind::PERSON, json!({"rules": [rule]}));
    let for_severity = |severities| PolicyStep {
        severities,
        ..PolicyStep::new(vec![Target::Person(stage.story.ben)], 300)
    };
    let gone: &[Why] = &[Why::NoWay, Why::Nobody];
    for (severities, whys) in
        [(vec![], &[][..]), (vec![Severity::One], &[]), (vec![Severity::Two], gone)]
    {
        assert_eq!(stage.whys(for_severity(severities.clone())), whys, "{severities:?}");
    }
}

#[test]
fn a_branch_that_never_holds_is_told() {
    let stage = Stage::new();
    let week: &[u8] = &[1, 2, 3, 4, 5, 6, 7];
    for (severities, hours, whys) in [
        (vec![], None, &[][..]),
        (vec![Severity::Two, Severity::Three], None, &[]),
        (vec![Severity::Three], None, &[Why::NeverSeverity]),
        (vec![], hours(week, "00:00", "00:00", false), &[]),
        (vec![], hours(week, "00:00", "00:00", true), &[Why::NeverHours]),
        (vec![], hours(week, "09:00", "09:00", true), &[Why::NeverHours]),
        (vec![], hours(week, "00:00", "23:59", true), &[]),
        (vec![], hours(&week[1..], "00:00", "00:00", true), &[]),
    ] {
        let targets = vec![Target::Person(stage.story.ana)];
        let step = PolicyStep { severities, hours, ..PolicyStep::new(targets, 300) };
        let said = format!("{step:?}");
        assert_eq!(stage.whys(step), whys, "{said}");
    }
}

#[test]
fn a_hand_off_that_leads_nowhere_is_told() {
    let mut stage = Stage::new();
    let (ana, chi) = (stage.story.ana, stage.story.chi);
    let mut policy = |person, active: bool, then: Option<EntityId>| {
        let steps = [PolicyStep::new(vec![Target::Person(person)], 300)];
        let fields = json!({"name": "P", "steps": steps, "active": active, "then": then});
        stage.story.put(Kind::POLICY, fields)
    };
    let fine = policy(ana, true, None);
    let retired = policy(ana, false, None);
    let lost = policy(chi, true, None);
    let through = policy(chi, true, Some(fine));
    let step = |retries| PolicyStep { retries, ..PolicyStep::new(vec![Target::Person(ana)], 300) };
    let few = vec![step(0)];
    let many = vec![step(9); 20];
    for (name, steps, repeats, then, why) in [
        ("none", &few, 0, None, None),
        ("fine", &few, 9, Some(fine), None),
        ("retired", &few, 0, Some(retired), Some(Why::HandOffRetired)),
        ("nobody", &few, 0, Some(lost), Some(Why::HandOffNobody)),
        ("the one after it", &few, 0, Some(through), None),
        ("200 rings", &many, 0, Some(fine), None),
        ("400 rings", &many, 1, Some(fine), Some(Why::NeverHandedOff)),
    ] {
        let found = doubts(&stage.story.world, steps, repeats, then, stage.story.now);
        let expected: Vec<Doubt> =
            why.map(|why| Doubt { step: None, target: None, why }).into_iter().collect();
        assert_eq!(found, expected, "{name}");
    }
}
