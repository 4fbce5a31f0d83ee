use serde_json::json;

use super::*;
use crate::{
    change::{Author, Body},
    decide::Refusal,
    directory::DirectoryChange,
    entity::Kind,
    testing::Story,
};

const HOUR: i64 = 3_600;

fn check(at: Timestamp) -> DesktopCheck {
    DesktopCheck {
        name: "desk-7".to_owned(),
        at,
        notifications: true,
        sound: true,
        undisturbed: Some(true),
        autostart: true,
        tested_at: Some(at),
    }
}

fn says(device: EntityId, check: &DesktopCheck) -> Body {
    let (list, value) = (DESKTOPS.to_owned(), json!(check));
    Body::Person(DirectoryChange::Add { list, member: device, value })
}

/// A weekly schedule of Ben and Chi that hands off at 09:00 UTC; Ben began on 13 November 2023.
fn schedule_of(story: &mut Story) -> EntityId {
    let rotation = json!({
        "people": [story.ben, story.chi],
        "hand_off": "09:00",
        "first_day": "2023-11-13",
        "turn_days": 7,
    });
    story.put(Kind::SCHEDULE, json!({"name": "Payments", "zone": "UTC", "rotation": rotation}))
}

fn unready_in(story: &Story, now: Timestamp) -> Vec<Unready> {
    let of = |kind: Kind| story.world.values().filter(move |e| e.kind == kind).collect::<Vec<_>>();
    unready(&story.world, &of(Kind::SCHEDULE), &of(Kind::PERSON), now)
}

#[test]
fn each_fault_is_named_and_the_worst_comes_first() {
    let now = Timestamp(1_700_000_000_000);
    let good = check(now);
    let month_ago = Some(now.plus_secs(-TESTED_WITHIN_SECS - 1));
    let table: [(DesktopCheck, i64, &[Doubt]); 10] = [
        (good.clone(), 0, &[]),
        (good.clone(), SEEN_WITHIN_SECS, &[]),
        (good.clone(), SEEN_WITHIN_SECS + 1, &[Doubt::NotSeen]),
        (DesktopCheck { notifications: false, ..good.clone() }, 0, &[Doubt::NoNotifications]),
        (DesktopCheck { sound: false, ..good.clone() }, 0, &[Doubt::NoSound]),
        (DesktopCheck { undisturbed: Some(false), ..good.clone() }, 0, &[Doubt::Disturbed]),
        // What nothing says is no fault of anybody's.
        (DesktopCheck { undisturbed: None, ..good.clone() }, 0, &[]),
        (DesktopCheck { autostart: false, ..good.clone() }, 0, &[Doubt::NoAutostart]),
        (DesktopCheck { tested_at: None, ..good.clone() }, 0, &[Doubt::NotTested]),
        (
            DesktopCheck { sound: false, autostart: false, tested_at: month_ago, ..good },
            0,
            &[Doubt::NoSound, Doubt::NoAutostart, Doubt::NotTested],
        ),
    ];
    for (check, later, doubts) in &table {
        assert_eq!(check.doubts(now.plus_secs(*later)), *doubts, "{check:?} after {later} s");
    }
    println!("{} desktops", table.len());
}

#[test]
fn the_best_desktop_counts_and_nobody_is_seen_without_one() {
    let mut story = Story::new();
    let (ben, now) = (story.ben, story.now);
    assert_eq!(doubts(&story.world, story.entity(ben), now), [Doubt::NotSeen]);
    let (loud, mute) = (EntityId(story.id()), EntityId(story.id()));
    let silent = DesktopCheck { sound: false, ..check(now) };
    story.must(Author::Person(ben), ben, says(mute, &silent));
    assert_eq!(doubts(&story.world, story.entity(ben), now), [Doubt::NoSound]);
    story.must(Author::Person(ben), ben, says(loud, &check(now)));
    assert_eq!(doubts(&story.world, story.entity(ben), now), []);
}

#[test]
fn a_desktop_is_written_when_something_changed_or_half_a_day_passed() {
    let now = Timestamp(1_700_000_000_000);
    let stands = check(now);
    assert!(stands.is_news(None));
    for (later, news) in [(1, false), (SEEN_EVERY_SECS - 1, false), (SEEN_EVERY_SECS, true)] {
        let again = DesktopCheck { at: now.plus_secs(later), ..stands.clone() };
        assert_eq!(again.is_news(Some(&stands)), news, "after {later} s");
        assert!(DesktopCheck { sound: false, ..again }.is_news(Some(&stands)));
    }
}

#[test]
fn people_speak_for_their_own_desktops_only_and_the_ninth_takes_a_place() {
    let mut story = Story::new();
    let (ben, chi, now) = (story.ben, story.chi, story.now);
    let device = EntityId(story.id());
    let foreign = story.try_to(Author::Person(chi), ben, says(device, &check(now)));
    assert_eq!(foreign.unwrap_err(), Refusal::NotAllowed {});
    let long = DesktopCheck { name: "x".repeat(MAX_NAME + 1), ..check(now) };
    let refused = story.try_to(Author::Person(ben), ben, says(device, &long)).unwrap_err();
    assert_eq!(refused, Refusal::ImpossibleValue { field: DESKTOPS.to_owned() });

    let devices: Vec<EntityId> = (0..MAX_DESKTOPS).map(|_| EntityId(story.id())).collect();
    for (at, device) in devices.iter().enumerate() {
        assert_eq!(makes_room(story.entity(ben), *device), None);
        // The third was silent longest.
        let since = if at == 2 { -HOUR } else { at as i64 };
        let check = check(now.plus_secs(since));
        story.must(Author::Person(ben), ben, says(*device, &check));
    }
    assert_eq!(makes_room(story.entity(ben), devices[5]), None, "known already");
    assert_eq!(makes_room(story.entity(ben), device), Some(devices[2]));
}

#[test]
fn a_day_before_the_shift_the_person_and_the_owner_are_told_and_not_before() {
    let mut story = Story::new();
    let (ana, ben, chi) = (story.ana, story.ben, story.chi);
    let schedule = schedule_of(&mut story);
    // Ben is on call until Monday 20 November 2023, 09:00 UTC.
    let hand_off = Timestamp(1_700_470_800_000);
    let device = EntityId(story.id());
    story.must(Author::Person(ben), ben, says(device, &check(hand_off)));

    let early = hand_off.plus_secs(-AHEAD_SECS - 60);
    assert_eq!(unready_in(&story, early), [], "Ben is fine, Chi's shift is far");
    let near = hand_off.plus_secs(-AHEAD_SECS + 60);
    let expected = Unready {
        schedule,
        person: chi,
        start: hand_off,
        doubts: vec![Doubt::NotSeen],
        tell: vec![chi, ana],
    };
    assert_eq!(
        unready_in(&story, near),
        std::slice::from_ref(&expected),
        "without an owner, administrators"
    );

    story.put_at(schedule, Kind::SCHEDULE, json!({"owner": ben}));
    let told = |story: &Story| unready_in(story, near).pop().map(|one| one.tell);
    assert_eq!(told(&story), Some(vec![chi, ben]));
    story.put_at(schedule, Kind::SCHEDULE, json!({"owner": chi}));
    assert_eq!(told(&story), Some(vec![chi]), "the owner is told once");
    story.put_at(ben, Kind::PERSON, json!({"active": false}));
    story.put_at(schedule, Kind::SCHEDULE, json!({"owner": ben}));
    assert_eq!(told(&story), Some(vec![chi, ana]), "an owner who left is none");
    // Ben's own shift is nobody's: the administrator is told, and he is not.
    let left = unready_in(&story, near).into_iter().find(|one| one.person == ben);
    assert_eq!(left.map(|one| (one.doubts, one.tell)), Some((vec![Doubt::Left], vec![ana])));

    let theirs = EntityId(story.id());
    let only_advice = DesktopCheck { autostart: false, tested_at: None, ..check(near) };
    story.must(Author::Person(chi), chi, says(theirs, &only_advice));
    let advised = unready_in(&story, near).pop().expect("advice");
    assert_eq!((advised.tell.as_slice(), advised.fails()), (&[chi][..], false), "of advice alone");
    assert_eq!(advised.doubts, [Doubt::NoAutostart, Doubt::NotTested]);
    let mute = DesktopCheck { sound: false, ..only_advice };
    story.must(Author::Person(chi), chi, says(theirs, &mute));
    let found = unready_in(&story, near).pop().expect("a fault");
    assert_eq!((found.doubts[0], found.tell), (Doubt::NoSound, vec![chi, ana]));
}

#[test]
fn who_chose_another_channel_needs_no_desktop_and_who_never_chose_does() {
    let mut story = Story::new();
    let (ben, now) = (story.ben, story.now);
    let ben_is = |story: &Story| doubts(&story.world, story.entity(ben), now);
    let rules = |when: &str| json!([{"channel": "email", "when": when}]);
    // The rules that hold for whoever never chose have an e-mail too.
    story.put_at(ben, Kind::PERSON, json!({"email": "ben@example.org"}));
    assert_eq!(ben_is(&story), [Doubt::NotSeen]);
    story.put_at(ben, Kind::PERSON, json!({"rules": rules("unreachable")}));
    assert_eq!(ben_is(&story), [Doubt::NotSeen], "it waits for a desktop");
    story.put_at(ben, Kind::PERSON, json!({"rules": rules("always")}));
    assert_eq!(ben_is(&story), [Doubt::NoDesktop]);
    // A computer that ran Firebell once, and never again.
    let old = check(now.plus_secs(-30 * 86_400));
    let device = EntityId(story.id());
    story.must(Author::Person(ben), ben, says(device, &old));
    assert_eq!(ben_is(&story), [Doubt::NoDesktop]);
    story.put_at(ben, Kind::PERSON, json!({"email": ""}));
    assert_eq!(ben_is(&story)[0], Doubt::NotSeen, "it leads nowhere");
}
