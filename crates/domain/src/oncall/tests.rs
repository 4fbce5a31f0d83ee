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
    Schedule {
        zone: "Europe/Berlin".to_owned(),
        rotation: Rotation {
            people: vec![person(1), person(2)],
            hand_off: "02:30".parse().expect("a time"),
            first_day: "2024-03-30".parse().expect("a day"),
            turn_days: 1,
        },
        overrides,
    }
}

fn stand_in(who: Option<u128>, for_whom: Option<u128>, start: &str, end: &str) -> Override {
    Override {
        id: person(900),
        person: who.map(person),
        replaces: for_whom.map(person),
        start: at(start),
        end: at(end),
        created: 0,
    }
}

fn shift(who: Option<u128>, start: &str, end: &str, overridden: bool) -> Shift {
    Shift { person: who.map(person), start: at(start), end: at(end), overridden }
}

#[test]
fn the_stored_form_has_strings_and_integers_only() {
    let mut schedule =
        berlin(vec![stand_in(None, Some(1), "2024-03-30T12:00:00Z", "2024-03-30T13:00:00.001Z")]);
    schedule.rotation.people.truncate(1);
    let json = serde_json::to_string(&schedule).expect("serialises");
    assert_eq!(
        json,
        concat!(
            r#"{"zone":"Europe/Berlin","rotation":{"#,
            r#""people":["00000000-0000-0000-0000-000000000001"],"#,
            r#""hand_off":"02:30","first_day":"2024-03-30","turn_days":1},"#,
            r#""overrides":[{"id":"00000000-0000-0000-0000-000000000384","person":null,"#,
            r#""replaces":"00000000-0000-0000-0000-000000000001","#,
            r#""start":1711800000000,"end":1711803600001,"created":0}]}"#
        )
    );
    assert_eq!(serde_json::from_str::<Schedule>(&json).expect("comes back"), schedule);
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
        refused(&|s| s.zone = "Europe/Atlantis".into()),
        ScheduleError::UnknownZone { zone: "Europe/Atlantis".into() }
    );
    assert_eq!(refused(&|s| s.rotation.turn_days = 0), ScheduleError::EmptyTurn);
    assert_eq!(
        refused(&|s| s.rotation.turn_days = 367),
        ScheduleError::LongTurn { turn_days: 367 }
    );
    assert_eq!(
        refused(&|s| s.rotation.first_day = "1969-12-31".parse().expect("a day")),
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
    schedule.zone = "Nowhere".to_owned();
    assert_eq!(schedule.on_call_at(inside), None);
    assert_eq!(schedule.shifts(inside, Timestamp::MAX, 5), vec![]);
    assert_eq!(schedule.now_and_next(inside), None);
    schedule = berlin(vec![]);
    schedule.rotation.turn_days = 0;
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
    let who = |at| schedule.on_call_at(at).and_then(|shift| shift.person);
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
    schedule.rotation.people = vec![person(1); 3];
    assert_eq!(
        schedule.on_call_at(at("2090-03-30T01:30:00Z")),
        Some(Shift {
            person: Some(person(1)),
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
    schedule.rotation.people.clear();
    assert_eq!(
        schedule.shifts(Timestamp::MIN, Timestamp::MAX, 9),
        [
            shift(None, "1970-01-01T00:00:00Z", "2024-03-31T00:00:00Z", false),
            shift(Some(3), "2024-03-31T00:00:00Z", "2024-03-31T02:00:00Z", true),
            Shift {
                person: None,
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
    assert_eq!((glance.now.person, glance.now.end), (None, one.start));
    assert_eq!(glance.next, Some(one));

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
    alone.rotation.people.truncate(1);
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
    schedule.zone = "Pacific/Apia".to_owned();
    schedule.rotation.people.push(person(3));
    schedule.rotation.hand_off = "00:00".parse().expect("a time");
    schedule.rotation.first_day = "2011-12-29".parse().expect("a day");
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
