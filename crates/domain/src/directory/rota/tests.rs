//! Tests of `rota`.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    change::Body, decide::Accepted, directory::DirectoryChange, entity::Kind, oncall::LocalTime,
    testing::Story,
};

const HOUR: i64 = 3_600;

fn rotation(people: &[EntityId]) -> Rotation {
    let nine = LocalTime::from_minutes(540).expect("nine");
    let first = NaiveDate::from_ymd_opt(2023, 1, 2).expect("a day");
    Rotation::of_days(people.to_vec(), nine, first, 7)
}

fn put(fields: &[(&str, Value)]) -> DirectoryChange {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    DirectoryChange::Put { fields: fields.collect::<BTreeMap<_, _>>() }
}

/// A story with a schedule as it was stored before there were versions: Ben, always.
fn old() -> (Story, EntityId) {
    let mut story = Story::new();
    let ben = story.ben;
    let fields = json!({"name": "Rota", "zone": "UTC", "rotation": rotation(&[ben])});
    let schedule = story.put(Kind::SCHEDULE, fields);
    (story, schedule)
}

fn change(
    story: &mut Story,
    who: EntityId,
    schedule: EntityId,
    changes: Vec<DirectoryChange>,
) -> Result<Accepted, Refusal> {
    let changes = changes.into_iter().map(|one| (schedule, Body::Schedule(one))).collect();
    story.does_all(who, changes)
}

fn on(story: &Story, id: EntityId, at: Timestamp) -> Vec<EntityId> {
    schedule(&story.world[&id]).expect("a schedule").people_at(at)
}

fn cover(id: u128, who: EntityId, whom: EntityId, start: Timestamp, end: Timestamp) -> Override {
    Override {
        id: EntityId(Uuid::from_u128(id)),
        person: Some(who),
        replaces: Some(whom),
        start,
        end,
        created: 1,
        adds: false,
        swap: None,
    }
}

fn add(list: &str, member: EntityId, value: impl Serialize) -> DirectoryChange {
    DirectoryChange::Add { list: list.to_owned(), member, value: json!(value) }
}

fn remove(list: &str, member: EntityId) -> DirectoryChange {
    DirectoryChange::Remove { list: list.to_owned(), member }
}

#[test]
fn a_change_of_the_rota_says_nothing_about_the_past_whoever_makes_it() {
    let (mut story, id) = old();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let long_ago = story.now.plus_secs(-100 * 24 * HOUR);
    assert_eq!(on(&story, id, long_ago), [ben]);

    // As an older program writes it.
    story.now = story.now.plus_secs(HOUR);
    let first = story.now;
    let write = put(&[("rotation", json!(rotation(&[chi])))]);
    change(&mut story, ana, id, vec![write]).expect("stands");
    assert_eq!(on(&story, id, long_ago), [ben]);
    assert_eq!(on(&story, id, first.plus_millis(-1)), [ben]);
    assert_eq!(on(&story, id, first), [chi]);

    // As this one does, from a later time on; a time that has passed is now.
    story.now = story.now.plus_secs(HOUR);
    let later = story.now.plus_secs(24 * HOUR);
    let rota = |people: &[EntityId], from| Rota {
        zone: "Asia/Shanghai".to_owned(),
        rotations: vec![rotation(people)],
        from,
    };
    let planned = put(&[(ROTA, json!(rota(&[ana], Some(later))))]);
    change(&mut story, ana, id, vec![planned]).expect("stands");
    story.now = story.now.plus_secs(HOUR);
    let second = story.now;
    let backdated = put(&[(ROTA, json!(rota(&[ben, ben], Some(long_ago))))]);
    change(&mut story, ana, id, vec![backdated]).expect("stands");
    assert_eq!(on(&story, id, long_ago), [ben]);
    assert_eq!(on(&story, id, second.plus_millis(-1)), [chi]);
    assert_eq!(on(&story, id, second), [ben]);
    assert_eq!(
        on(&story, id, later),
        [ben],
        "what is saved last holds: the plan before it is gone"
    );
    assert_eq!(versions(&story.world[&id]).len(), 3);

    // A plan can be put off, and stays when it is saved again as it is.
    let much_later = later.plus_secs(24 * HOUR);
    for from in [later, much_later, much_later] {
        let planned = put(&[(ROTA, json!(rota(&[ana], Some(from))))]);
        change(&mut story, ana, id, vec![planned]).expect("stands");
        assert_eq!(versions(&story.world[&id]).len(), 4);
        assert_eq!(on(&story, id, from.plus_millis(-1)), [ben]);
        assert_eq!(on(&story, id, from), [ana]);
    }
    let later = much_later;
    let held = versions(&story.world[&id]);

    // What has not taken effect can be taken back; what has, not. Nobody writes history by hand.
    let version = |from| held.iter().find(|one| one.from == from).expect("a version").id;
    let refused = change(&mut story, ana, id, vec![remove(VERSIONS, version(second))]);
    assert_eq!(refused, Err(Refusal::ImpossibleValue { field: VERSIONS.to_owned() }));
    let forged = add(VERSIONS, ana, rota(&[ana], None));
    assert!(change(&mut story, ana, id, vec![forged]).is_err());
    change(&mut story, ana, id, vec![remove(VERSIONS, version(later))]).expect("stands");
    assert_eq!(on(&story, id, later), [ben]);
    // The same again is no version.
    let again = put(&[("name", json!("Rota")), (ROTA, json!(rota(&[ben, ben], None)))]);
    change(&mut story, ana, id, vec![again]).expect("stands");
    assert_eq!(versions(&story.world[&id]).len(), 3);
}

#[test]
fn an_override_that_is_taken_away_did_hold_until_then() {
    let (mut story, id) = old();
    let (ben, chi) = (story.ben, story.chi);
    let start = story.now;
    let one = cover(900, chi, ben, start, start.plus_secs(8 * HOUR));
    change(&mut story, ben, id, vec![add(OVERRIDES, one.id, &one)]).expect("stands");
    story.now = start.plus_secs(HOUR);
    change(&mut story, ben, id, vec![remove(OVERRIDES, one.id)]).expect("stands");
    assert_eq!(on(&story, id, start), [chi]);
    assert_eq!(on(&story, id, start.plus_secs(HOUR).plus_millis(-1)), [chi]);
    assert_eq!(on(&story, id, start.plus_secs(HOUR)), [ben]);
}

#[test]
fn a_swap_is_offered_by_its_giver_and_taken_by_its_colleague_once() {
    let (mut story, id) = old();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let (start, end) = (story.now.plus_secs(HOUR), story.now.plus_secs(9 * HOUR));
    let name = |number| EntityId(Uuid::from_u128(number));
    let swap = Swap { asker: ben, colleague: Some(chi), start, end, back: None };
    let offer = |number| add(SWAPS, name(number), &swap);
    let taken = |number, who, until| {
        let one = cover(number + 100, who, ben, start, until);
        let one = Override { swap: Some(name(number)), ..one };
        vec![add(OVERRIDES, one.id, &one), remove(SWAPS, name(number))]
    };
    let not_allowed = Err(Refusal::NotAllowed {});
    let unknown = |number| Err(Refusal::Unknown { entity: name(number) });

    assert_eq!(change(&mut story, chi, id, vec![offer(1)]), not_allowed, "of another's time");
    change(&mut story, ben, id, vec![offer(1), offer(2), offer(3)]).expect("stands");
    assert_eq!(on(&story, id, start), [ben], "nothing changes by asking");
    assert_eq!(change(&mut story, ana, id, taken(1, ana, end)), not_allowed, "she was not asked");
    let longer = taken(1, chi, end.plus_secs(1));
    assert_eq!(change(&mut story, chi, id, longer), not_allowed, "that was not asked");
    assert_eq!(change(&mut story, ana, id, vec![remove(SWAPS, name(1))]), not_allowed);
    change(&mut story, chi, id, taken(1, chi, end)).expect("stands");
    assert_eq!(on(&story, id, start), [chi]);
    assert_eq!(change(&mut story, chi, id, taken(1, chi, end)), unknown(1), "once");

    change(&mut story, ben, id, vec![remove(SWAPS, name(2))]).expect("withdrawn");
    assert_eq!(change(&mut story, chi, id, taken(2, chi, end)), unknown(2));
    change(&mut story, chi, id, vec![remove(SWAPS, name(3))]).expect("turned down");

    // One that is open to all: whoever is willing takes it, and nobody turns it down for others.
    let open = Swap { colleague: None, ..swap.clone() };
    change(&mut story, ben, id, vec![add(SWAPS, name(4), &open)]).expect("stands");
    assert_eq!(change(&mut story, ana, id, vec![remove(SWAPS, name(4))]), not_allowed);
    change(&mut story, ana, id, taken(4, ana, end)).expect("stands");
    // In return the asker takes a time of the colleague's, and no other.
    let back = (end, end.plus_secs(HOUR));
    let both = Swap { back: Some(back), ..swap };
    change(&mut story, ben, id, vec![add(SWAPS, name(5), &both)]).expect("stands");
    let give = |until| {
        let one = cover(600, ben, chi, back.0, until);
        Override { swap: Some(name(5)), ..one }
    };
    let with = |until| {
        let mut all = vec![add(OVERRIDES, name(600), give(until))];
        all.extend(taken(5, chi, end));
        all
    };
    assert_eq!(change(&mut story, chi, id, with(end.plus_secs(2))), not_allowed);
    change(&mut story, chi, id, with(back.1)).expect("stands");
}

#[test]
fn who_may_change_what_of_a_schedule_and_of_a_person() {
    let (mut story, id) = old();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let (start, end) = (story.now, story.now.plus_secs(HOUR));
    let member = EntityId(Uuid::from_u128(77));
    let planned =
        Temporary { id: member, name: String::new(), start, end, shifts: vec![], created: 9 };
    let holiday = Holiday { day: "2026-12-25".to_owned(), name: "Christmas".to_owned() };
    for addition in [add(TEMPORARY, member, &planned), add(HOLIDAYS, member, &holiday)] {
        let refused = change(&mut story, ben, id, vec![addition.clone()]);
        assert_eq!(refused, Err(Refusal::NotAllowed {}));
        change(&mut story, ana, id, vec![addition]).expect("an administrator may");
    }
    assert_eq!(on(&story, id, start), [], "nobody was planned for it");
    assert_eq!(holidays(&story.world[&id]).count(), 1);
    let away = || Body::Person(add(LEAVE, member, Leave { start, end }));
    assert_eq!(story.does_all(chi, vec![(ben, away())]), Err(Refusal::NotAllowed {}));
    story.does_all(ben, vec![(ben, away())]).expect("one's own");
    assert_eq!(leave(&story.world[&ben]).count(), 1);
    for wrong in [
        add(HOLIDAYS, member, Holiday { day: "2026-2-5".to_owned(), name: "x".to_owned() }),
        add(HOLIDAYS, member, Holiday { name: " ".to_owned(), ..holiday }),
        add(TEMPORARY, ana, &planned),
        add(SWAPS, member, Swap { asker: ana, colleague: Some(ana), start, end, back: None }),
        put(&[(ROTA, json!({"zone": "Nowhere", "rotations": []}))]),
        put(&[(ROTA, json!({"zone": "UTC", "rotations": vec![rotation(&[]); 21]}))]),
    ] {
        let refused = change(&mut story, ana, id, vec![wrong.clone()]);
        assert!(matches!(refused, Err(Refusal::ImpossibleValue { .. })), "{wrong:?}");
    }
}

#[test]
fn no_exception_says_who_was_on_call_whatever_program_writes_it() {
    let (mut story, id) = old();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let now = story.now;
    // Seconds from now, and whether it may stand: clocks are read before a change is written down.
    let cases = [
        (-HOUR, HOUR, false),
        (-WRITTEN_WITHIN_SECS - 1, HOUR, false),
        (-WRITTEN_WITHIN_SECS, HOUR, true),
        (0, HOUR, true),
        (HOUR, 2 * HOUR, true),
        (-1, 0, false),
    ];
    let mut asked = 0;
    for (number, (start, end, stands)) in (700_u128..).zip(cases) {
        let (start, end) = (now.plus_secs(start), now.plus_secs(end));
        let one = cover(number, chi, ben, start, end);
        let planned =
            Temporary { id: one.id, name: String::new(), start, end, shifts: vec![], created: 9 };
        for addition in [add(OVERRIDES, one.id, &one), add(TEMPORARY, one.id, &planned)] {
            let made = change(&mut story, ana, id, vec![addition.clone()]);
            assert_eq!(made.is_ok(), stands, "{addition:?}");
            asked += 1;
        }
    }
    assert_eq!(asked, 12);
    // What is over did hold: nobody takes it away. What goes on ends now.
    let name = |number: u128| EntityId(Uuid::from_u128(number));
    story.now = now.plus_secs(HOUR);
    for list in [OVERRIDES, TEMPORARY] {
        let over = change(&mut story, ana, id, vec![remove(list, name(702))]);
        assert_eq!(over, Err(Refusal::ImpossibleValue { field: list.to_owned() }));
        change(&mut story, ana, id, vec![remove(list, name(704))]).expect("it goes on");
    }
    assert_eq!(on(&story, id, now.plus_secs(-WRITTEN_WITHIN_SECS - 1)), [ben]);
}
