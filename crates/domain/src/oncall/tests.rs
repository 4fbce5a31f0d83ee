//! Tests of `oncall`.

use uuid::Uuid;

use super::*;

fn person(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn at(text: &str) -> Timestamp {
    Timestamp(chrono::DateTime::parse_from_rfc3339(text).expect(text).timestamp_millis())
}

/// Berlin, daily at 02:30 from 30 March 2024, two people; clocks go forward on the 31st.
fn berlin(overrides: Vec<Override>) -> Schedule {
    let half_past_two = "02:30".parse().expect("a time");
    let first = "2024-03-30".parse().expect("a day");
    Schedule::of(
        "Europe/Berlin",
        Rotation::of_days(vec![person(1), person(2)], half_past_two, first, 1),
        overrides,
    )
}

fn rotation(schedule: &mut Schedule) -> &mut Rotation {
    &mut schedule.versions[0].rotations[0]
}

fn stand_in(who: Option<u128>, for_whom: Option<u128>, start: &str, end: &str) -> Override {
    Override {
        id: person(900),
        person: who.map(person),
        replaces: for_whom.map(person),
        start: at(start),
        end: at(end),
        created: 0,
        adds: false,
        swap: None,
    }
}

fn shift(who: Option<u128>, start: &str, end: &str, overridden: bool) -> Shift {
    Shift {
        people: who.map(person).into_iter().collect(),
        start: at(start),
        end: at(end),
        overridden,
    }
}

#[test]
fn the_stored_form_has_strings_and_integers_only() {
    let mut schedule =
        berlin(vec![stand_in(None, Some(1), "2024-03-30T12:00:00Z", "2024-03-30T13:00:00.001Z")]);
    schedule.versions[0].rotations[0].people.truncate(1);
    let rotation = &schedule.versions[0].rotations[0];
    let json = serde_json::to_string(rotation).expect("serialises");
    assert_eq!(
        json,
        concat!(
            r#"{"people":["00000000-0000-0000-0000-000000000001"],"#,
            r#""hand_off":"02:30","first_day":"2024-03-30","turn_days":1}"#,
        )
    );
    assert_eq!(serde_json::from_str::<Rotation>(&json).expect("comes back"), *rotation);
    let json = serde_json::to_string(&schedule.overrides[0]).expect("serialises");
    assert_eq!(
        json,
        concat!(
            r#"{"id":"00000000-0000-0000-0000-000000000384","person":null,"#,
            r#""replaces":"00000000-0000-0000-0000-000000000001","#,
            r#""start":1711800000000,"end":1711803600001,"created":0}"#
        )
    );
    assert_eq!(serde_json::from_str::<Override>(&json).expect("comes back"), schedule.overrides[0]);
}

#[test]
fn a_schedule_that_cannot_work_is_refused_with_the_reason() {
    let good = || berlin(vec![]);
    let during = || stand_in(Some(3), None, "2024-04-01T00:00:00Z", "2024-04-02T00:00:00Z");
    assert_eq!(good().validate(), Ok(()));
    let refused = |change: &dyn Fn(&mut Schedule)| {
        let mut schedule = good();
        change(&mut schedule);
        schedule.validate().expect_err("refused")
    };
    let id = person(900);
    assert_eq!(
        refused(&|s| s.versions[0].zone = "Europe/Atlantis".into()),
        ScheduleError::UnknownZone { zone: "Europe/Atlantis".into() }
    );
    assert_eq!(
        refused(&|s| rotation(s).lengths = vec![TurnLength::Days(0)]),
        ScheduleError::EmptyTurn
    );
    assert_eq!(
        refused(&|s| rotation(s).lengths = vec![TurnLength::Days(367)]),
        ScheduleError::LongTurn { turn_days: 367 }
    );
    assert_eq!(
        refused(&|s| rotation(s).first_day = "1969-12-31".parse().expect("a day")),
        ScheduleError::DayOutOfRange
    );
    assert_eq!(
        refused(&|s| s.overrides = vec![Override { end: during().start, ..during() }]),
        ScheduleError::OverrideEmpty { id }
    );
    assert_eq!(
        refused(&|s| s.overrides = vec![Override { start: Timestamp(-1), ..during() }]),
        ScheduleError::OverrideOutOfRange { id }
    );
    assert_eq!(
        refused(&|s| s.overrides = vec![Override { replaces: Some(person(3)), ..during() }]),
        ScheduleError::OverrideUseless { id }
    );
    assert_eq!(
        refused(&|s| s.overrides = vec![during(), during()]),
        ScheduleError::OverrideRepeated { id }
    );
}

#[test]
fn there_is_no_answer_without_a_zone_or_outside_the_years() {
    let inside = at("2024-04-01T00:00:00Z");
    let mut schedule = berlin(vec![]);
    assert_eq!(schedule.on_call_at(Timestamp(-1)), None);
    assert_eq!(schedule.on_call_at(Timestamp::MAX), None);
    assert_eq!(schedule.shifts(Timestamp(i64::MIN), Timestamp(i64::MAX), 2).len(), 2);
    schedule.versions[0].zone = "Nowhere".to_owned();
    assert_eq!(schedule.on_call_at(inside), None);
    assert_eq!(schedule.shifts(inside, Timestamp::MAX, 5), vec![]);
    assert_eq!(schedule.now_and_next(inside), None);
    schedule = berlin(vec![]);
    schedule.versions[0].rotations[0].lengths.clear();
    assert_eq!(schedule.on_call_at(inside), None);
}

#[test]
fn hand_offs_on_the_day_clocks_go_forward_leave_no_hole_and_no_overlap() {
    let shifts = berlin(vec![]).shifts(at("2024-03-30T00:00:00Z"), at("2024-04-01T12:00:00Z"), 9);
    assert_eq!(
        shifts,
        [
            shift(None, "1970-01-01T00:00:00Z", "2024-03-30T01:30:00Z", false),
            shift(Some(1), "2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", false),
            shift(Some(2), "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z", false),
            shift(Some(1), "2024-04-01T00:30:00Z", "2024-04-02T00:30:00Z", false),
        ]
    );
}

#[test]
fn the_incoming_person_is_on_call_at_the_very_millisecond_of_the_hand_off() {
    let schedule = berlin(vec![]);
    let hand_off = at("2024-03-31T01:00:00Z");
    let who = |at| schedule.on_call_at(at).and_then(|shift| shift.people.first().copied());
    assert_eq!(who(hand_off.plus_millis(-1)), Some(person(1)));
    assert_eq!(who(hand_off), Some(person(2)));
}

#[test]
fn an_override_across_a_transition_lasts_as_long_as_it_says() {
    // From 01:00 local on the 31st to 04:00 local: two hours, not three.
    let schedule =
        berlin(vec![stand_in(Some(3), None, "2024-03-31T00:00:00Z", "2024-03-31T02:00:00Z")]);
    assert_eq!(
        schedule.shifts(at("2024-03-30T12:00:00Z"), at("2024-03-31T12:00:00Z"), 9),
        [
            shift(Some(1), "2024-03-30T01:30:00Z", "2024-03-31T00:00:00Z", false),
            shift(Some(3), "2024-03-31T00:00:00Z", "2024-03-31T02:00:00Z", true),
            shift(Some(2), "2024-03-31T02:00:00Z", "2024-04-01T00:30:00Z", false),
        ]
    );
}

#[test]
fn a_stand_in_joins_with_their_own_turn_in_one_shift() {
    let schedule =
        berlin(vec![stand_in(Some(2), Some(1), "2024-04-01T12:00:00Z", "2024-04-02T12:00:00Z")]);
    // 1 is on from 1 April 02:30; 2 takes the afternoon, and has the 2nd of April anyway.
    assert_eq!(
        schedule.on_call_at(at("2024-04-02T00:00:00Z")),
        Some(shift(Some(2), "2024-04-01T12:00:00Z", "2024-04-03T00:30:00Z", true))
    );
    assert_eq!(
        schedule.on_call_at(at("2024-04-01T11:59:59.999Z")),
        Some(shift(Some(1), "2024-04-01T00:30:00Z", "2024-04-01T12:00:00Z", false))
    );
}

#[test]
fn one_person_alone_is_on_call_without_end() {
    let mut schedule = berlin(vec![]);
    schedule.versions[0].rotations[0].people = vec![person(1); 3];
    assert_eq!(
        schedule.on_call_at(at("2090-03-30T01:30:00Z")),
        Some(Shift {
            people: vec![person(1)],
            start: at("2024-03-30T01:30:00Z"),
            end: Timestamp::MAX,
            overridden: false
        })
    );
}

#[test]
fn nobody_in_the_rotation_is_a_gap_and_an_override_fills_it() {
    let mut schedule =
        berlin(vec![stand_in(Some(3), None, "2024-03-31T00:00:00Z", "2024-03-31T02:00:00Z")]);
    schedule.versions[0].rotations[0].people.clear();
    assert_eq!(
        schedule.shifts(Timestamp::MIN, Timestamp::MAX, 9),
        [
            shift(None, "1970-01-01T00:00:00Z", "2024-03-31T00:00:00Z", false),
            shift(Some(3), "2024-03-31T00:00:00Z", "2024-03-31T02:00:00Z", true),
            Shift {
                people: vec![],
                start: at("2024-03-31T02:00:00Z"),
                end: Timestamp::MAX,
                overridden: false
            },
        ]
    );
}

#[test]
fn next_is_the_next_shift_that_somebody_serves() {
    let before = at("2024-03-29T00:00:00Z");
    let one = shift(Some(1), "2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", false);
    let glance = berlin(vec![]).now_and_next(before).expect("an answer");
    assert_eq!((&glance.now.people, glance.now.end), (&vec![], one.start));
    assert_eq!(glance.next.as_ref(), Some(&one));

    // The second person's day is left empty on purpose: next is the first person again.
    let schedule =
        berlin(vec![stand_in(None, Some(2), "2024-03-31T00:00:00Z", "2024-04-05T00:00:00Z")]);
    let glance = schedule.now_and_next(one.start).expect("an answer");
    assert_eq!(glance.now, one);
    assert_eq!(
        glance.next,
        Some(shift(Some(1), "2024-04-01T00:30:00Z", "2024-04-02T00:30:00Z", false))
    );

    let mut alone = berlin(vec![]);
    alone.versions[0].rotations[0].people.truncate(1);
    assert_eq!(alone.now_and_next(one.start).expect("an answer").next, None);
}

#[test]
fn the_limit_and_an_empty_window_are_kept() {
    let schedule = berlin(vec![]);
    let from = at("2024-03-30T12:00:00Z");
    assert_eq!(schedule.shifts(from, Timestamp::MAX, 3).len(), 3);
    assert_eq!(schedule.shifts(from, Timestamp::MAX, 0), vec![]);
    assert_eq!(schedule.shifts(from, from, 3), vec![]);
    assert_eq!(schedule.shifts(from, from.plus_millis(1), 3).len(), 1);
}

#[test]
fn a_turn_without_length_is_skipped_and_the_order_goes_on() {
    let mut schedule = berlin(vec![]);
    schedule.versions[0].zone = "Pacific/Apia".to_owned();
    schedule.versions[0].rotations[0].people.push(person(3));
    schedule.versions[0].rotations[0].hand_off = "00:00".parse().expect("a time");
    schedule.versions[0].rotations[0].first_day = "2011-12-29".parse().expect("a day");
    // 30 December 2011 does not exist in Apia: its turn (the second person's) has no length.
    assert_eq!(
        schedule.shifts(at("2011-12-29T12:00:00Z"), at("2011-12-31T12:00:00Z"), 9),
        [
            shift(Some(1), "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", false),
            shift(Some(3), "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z", false),
            shift(Some(1), "2011-12-31T10:00:00Z", "2012-01-01T10:00:00Z", false),
        ]
    );
}

#[test]
fn a_layer_with_somebody_leaves_those_below_it_out() {
    // Below, one and two by turns; above, on workdays in office hours, three; beside three, four.
    let mut schedule = berlin(vec![]);
    let office = ActiveHours {
        days: vec![1, 2, 3, 4, 5],
        from: "09:00".parse().expect("a time"),
        until: "17:00".parse().expect("a time"),
    };
    let above = |id: u128, who: u128, hours: &[ActiveHours]| Rotation {
        id: person(id),
        layer: 1,
        people: vec![person(who)],
        hours: hours.to_vec(),
        ..schedule.versions[0].rotations[0].clone()
    };
    let rotations = [above(70, 3, std::slice::from_ref(&office)), above(71, 4, &[office])];
    schedule.versions[0].rotations.extend(rotations);
    let on = |time: &str| schedule.people_at(at(time));
    assert_eq!(on("2024-04-02T06:59:59.999Z"), [person(2)]);
    assert_eq!(on("2024-04-02T07:00:00Z"), [person(3), person(4)]);
    assert_eq!(on("2024-04-02T15:00:00Z"), [person(2)]);
    assert_eq!(on("2024-04-06T10:00:00Z"), [person(2)], "a Saturday");
    let day =
        schedule.shifts_of(person(3), at("2024-04-05T00:00:00Z"), at("2024-04-09T00:00:00Z"), 9);
    assert_eq!(
        day,
        [
            shift(Some(3), "2024-04-05T07:00:00Z", "2024-04-05T15:00:00Z", false),
            shift(Some(3), "2024-04-08T07:00:00Z", "2024-04-08T15:00:00Z", false),
        ]
    );
    let lines = schedule.lines(at("2024-04-05T00:00:00Z"), at("2024-04-09T00:00:00Z"), 9);
    let lines: Vec<_> = lines.iter().map(|line| (line.layer, line.shifts.len())).collect();
    assert_eq!(lines, [(1, 2), (1, 2), (0, 5)]);
}

#[test]
fn a_version_says_nothing_about_the_time_before_it() {
    let mut schedule = berlin(vec![]);
    let change = at("2024-04-02T12:00:00Z");
    let mut later = schedule.versions[0].clone();
    later.id = person(7);
    later.from = change;
    later.rotations[0].people = vec![person(5)];
    let before = schedule.shifts(at("2024-03-30T02:00:00Z"), change, 9);
    schedule.versions.insert(0, later);
    let after = schedule.shifts(at("2024-03-30T02:00:00Z"), change, 9);
    let (cut, whole) = after.split_last().expect("shifts");
    assert_eq!(whole, &before[..whole.len()]);
    assert_eq!((&cut.people, cut.end), (&before[whole.len()].people, change));
    assert_eq!(schedule.people_at(change.plus_millis(-1)), before[whole.len()].people);
    assert_eq!(schedule.people_at(change), [person(5)]);
    // Of two that take effect together the later made wins; before the first there is nobody.
    let mut last = schedule.versions[0].clone();
    last.id = person(8);
    last.rotations[0].people = vec![person(6)];
    schedule.versions.push(last);
    assert_eq!(schedule.people_at(change), [person(6)]);
    schedule.versions.retain(|version| version.from > Timestamp::MIN);
    assert_eq!(schedule.people_at(change.plus_millis(-1)), []);
    assert_eq!(schedule.version_at(Timestamp::MIN).map(|version| version.id), Some(person(7)));
}

#[test]
fn turns_by_served_days_take_nobodys_weekend() {
    // Monday 1 April 2024 on, workdays only, a day each, five people and six.
    let workdays = ActiveHours {
        days: vec![1, 2, 3, 4, 5],
        from: "09:00".parse().expect("a time"),
        until: "17:00".parse().expect("a time"),
    };
    let mut schedule = berlin(vec![]);
    let rotation = &mut schedule.versions[0].rotations[0];
    rotation.people = [1, 2, 3].map(person).to_vec();
    rotation.hand_off = "09:00".parse().expect("a time");
    rotation.first_day = "2024-04-01".parse().expect("a day");
    rotation.hours = vec![workdays];
    let noons = |schedule: &Schedule| -> Vec<u128> {
        let noon = |day: i64| at("2024-04-01T10:00:00Z").plus_secs(day * 86_400);
        let on = |day| schedule.people_at(noon(day)).first().map_or(0, |one| one.0.as_u128());
        (0..14).map(on).collect()
    };
    assert_eq!(noons(&schedule), [1, 2, 3, 1, 2, 0, 0, 2, 3, 1, 2, 3, 0, 0], "by the wall");
    schedule.versions[0].rotations[0].advance = Advance::Served;
    assert_eq!(noons(&schedule), [1, 2, 3, 1, 2, 0, 0, 3, 1, 2, 3, 1, 0, 0], "by served days");
}

#[test]
fn lengths_take_turns_and_hours_that_fit_into_days_keep_the_clock() {
    let mut schedule = berlin(vec![]);
    let from = at("2024-03-30T12:00:00Z");
    let starts = |schedule: &Schedule, count: usize| -> Vec<Timestamp> {
        let shifts = schedule.shifts(from, from.plus_secs(30 * 86_400), count);
        shifts.iter().map(|shift| shift.start).collect()
    };
    schedule.versions[0].rotations[0].lengths = vec![TurnLength::Days(4), TurnLength::Days(3)];
    assert_eq!(
        starts(&schedule, 3),
        ["2024-03-30T01:30:00Z", "2024-04-03T00:30:00Z", "2024-04-06T00:30:00Z"].map(at)
    );
    schedule.versions[0].rotations[0].lengths = vec![TurnLength::Hours(12)];
    assert_eq!(
        starts(&schedule, 4),
        [
            "2024-03-30T01:30:00Z",
            "2024-03-30T13:30:00Z",
            "2024-03-31T01:00:00Z",
            "2024-03-31T12:30:00Z"
        ]
        .map(at),
        "half past two, before and after the clocks go forward; left out once"
    );
    schedule.versions[0].rotations[0].lengths = vec![TurnLength::Hours(7)];
    assert_eq!(
        starts(&schedule, 4),
        [
            "2024-03-30T08:30:00Z",
            "2024-03-30T15:30:00Z",
            "2024-03-30T22:30:00Z",
            "2024-03-31T05:30:00Z"
        ]
        .map(at),
        "seven hours that went by"
    );
}
