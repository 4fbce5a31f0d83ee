//! Tests of `turns`.

use super::*;

/// Zone, local time, and the first instant at which the clocks there have reached it. The instants
/// come from CPython's zoneinfo, stepping minute by minute: not from the code under test.
const REACHED: &[(&str, &str, &str)] = &[
    // Berlin: 02:30 is left out on 31 March, and comes twice on 27 October.
    ("Europe/Berlin", "2024-03-30T02:30", "2024-03-30T01:30:00Z"),
    ("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:00:00Z"),
    ("Europe/Berlin", "2024-04-01T02:30", "2024-04-01T00:30:00Z"),
    ("Europe/Berlin", "2024-10-26T02:30", "2024-10-26T00:30:00Z"),
    ("Europe/Berlin", "2024-10-27T02:30", "2024-10-27T00:30:00Z"),
    ("Europe/Berlin", "2024-10-28T02:30", "2024-10-28T01:30:00Z"),
    ("Europe/Berlin", "2024-03-31T09:00", "2024-03-31T07:00:00Z"),
    ("Europe/Berlin", "2024-10-27T09:00", "2024-10-27T08:00:00Z"),
    // New York: 02:30 is left out on 10 March; 01:30 comes twice on 3 November, 02:30 once.
    ("America/New_York", "2024-03-09T02:30", "2024-03-09T07:30:00Z"),
    ("America/New_York", "2024-03-10T02:30", "2024-03-10T07:00:00Z"),
    ("America/New_York", "2024-03-11T02:30", "2024-03-11T06:30:00Z"),
    ("America/New_York", "2024-11-02T01:30", "2024-11-02T05:30:00Z"),
    ("America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"),
    ("America/New_York", "2024-11-03T02:30", "2024-11-03T07:30:00Z"),
    ("America/New_York", "2024-11-04T02:30", "2024-11-04T07:30:00Z"),
    // Lord Howe: half an hour.
    ("Australia/Lord_Howe", "2024-04-06T01:45", "2024-04-05T14:45:00Z"),
    ("Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00Z"),
    ("Australia/Lord_Howe", "2024-04-08T01:45", "2024-04-07T15:15:00Z"),
    ("Australia/Lord_Howe", "2024-10-05T02:15", "2024-10-04T15:45:00Z"),
    ("Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:30:00Z"),
    ("Australia/Lord_Howe", "2024-10-06T02:30", "2024-10-05T15:30:00Z"),
    ("Australia/Lord_Howe", "2024-10-07T02:15", "2024-10-06T15:15:00Z"),
    // Apia: 30 December 2011 is left out whole.
    ("Pacific/Apia", "2011-12-29T09:00", "2011-12-29T19:00:00Z"),
    ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31T09:00", "2011-12-30T19:00:00Z"),
    ("Pacific/Apia", "2011-09-24T03:30", "2011-09-24T14:00:00Z"),
    ("Pacific/Apia", "2012-04-01T03:30", "2012-03-31T13:30:00Z"),
    // Casablanca: back for Ramadan, forward after it.
    ("Africa/Casablanca", "2024-03-10T02:30", "2024-03-10T01:30:00Z"),
    ("Africa/Casablanca", "2024-04-14T02:30", "2024-04-14T02:00:00Z"),
    ("Africa/Casablanca", "2024-04-15T02:30", "2024-04-15T01:30:00Z"),
    // Troll: two hours.
    ("Antarctica/Troll", "2024-03-31T02:30", "2024-03-31T01:00:00Z"),
    ("Antarctica/Troll", "2024-04-01T02:30", "2024-04-01T00:30:00Z"),
    ("Antarctica/Troll", "2024-10-27T02:30", "2024-10-27T00:30:00Z"),
    ("Antarctica/Troll", "2024-10-28T02:30", "2024-10-28T02:30:00Z"),
    // Kathmandu: 15 minutes, once, in 1986; +05:45 since.
    ("Asia/Kathmandu", "1986-01-01T00:10", "1985-12-31T18:30:00Z"),
    ("Asia/Kathmandu", "1986-01-02T00:10", "1986-01-01T18:25:00Z"),
    ("Asia/Kathmandu", "2024-03-31T02:30", "2024-03-30T20:45:00Z"),
    // Midnight itself left out, and a whole day elsewhere.
    ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30:00Z"),
    ("Pacific/Kwajalein", "1993-08-20T12:00", "1993-08-21T00:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-21T12:00", "1993-08-21T12:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-22T12:00", "1993-08-22T00:00:00Z"),
    ("UTC", "2024-03-31T02:30", "2024-03-31T02:30:00Z"),
    ("UTC", "2024-10-27T02:30", "2024-10-27T02:30:00Z"),
];

#[test]
fn a_hand_off_is_when_the_clocks_first_reach_it() {
    for &(zone, wall, expected) in REACHED {
        let (day, time) = wall.split_once('T').expect(wall);
        let rotation =
            Rotation::of_days(vec![], time.parse().expect(wall), day.parse().expect(wall), 1);
        let line = Turns::new(&rotation, zone.parse().expect(zone)).expect("days");
        let start = line.start_of(0);
        let expected = chrono::DateTime::parse_from_rfc3339(expected).expect(expected);
        assert_eq!(start, Timestamp(expected.timestamp_millis()), "{zone} {wall}");
    }
}

#[test]
fn turns_follow_each_other_without_hole_or_overlap_for_sixty_years() {
    // Daily at midnight, which some zones leave out; a few left out a day from it to the next.
    let (mut zones, mut turns, mut merged) = (0, 0, 0);
    let rotation = Rotation::of_days(
        [1, 2].map(|number| EntityId(uuid::Uuid::from_u128(number))).to_vec(),
        "00:00".parse().expect("a time"),
        "1975-01-01".parse().expect("a day"),
        1,
    );
    let skipping = [Tz::Pacific__Apia, Tz::Pacific__Kwajalein];
    for zone in chrono_tz::TZ_VARIANTS.iter().copied().step_by(7).chain(skipping) {
        let line = Turns::new(&rotation, zone).expect("days");
        let mut former = line.start_of(0);
        for index in 1..60 * 366 {
            let start = line.start_of(index);
            assert!(start >= former, "{zone} {index}: {former:?} {start:?}");
            if start == former {
                merged += 1;
            } else {
                turns += 1;
                if index % 61 == 0 {
                    let turn = line.turn_at(former).expect("a turn");
                    assert_eq!((turn.start, turn.end), (former, start), "{zone} {index}");
                }
            }
            former = start;
        }
        zones += 1;
    }
    assert!(merged >= skipping.len(), "{merged} turns without length");
    println!("{zones} zones, {turns} turns, {merged} without length");
}

#[test]
fn a_turn_that_began_stays_begun_when_the_clocks_go_back_to_the_day_before() {
    // St John's, 7 November 2010: at 00:01 the clocks went back to 23:01 on the 6th.
    let rotation = Rotation::of_days(
        [1, 2].map(|number| EntityId(uuid::Uuid::from_u128(number))).to_vec(),
        "00:00".parse().expect("a time"),
        "2010-11-06".parse().expect("a day"),
        1,
    );
    let line = Turns::new(&rotation, Tz::America__St_Johns).expect("days");
    let midnight = Timestamp(1_289_097_000_000);
    assert_eq!(format!("{midnight:?}"), "2010-11-07T02:30:00.000Z");
    let person_at = |at| line.turn_at(at).and_then(|turn| turn.person);
    assert_eq!(person_at(midnight.plus_millis(-1)), Some(rotation.people[0]));
    for minutes in [0, 1, 30, 60, 61, 120] {
        let at = midnight.plus_secs(minutes * 60);
        assert_eq!(person_at(at), Some(rotation.people[1]), "{at:?}");
    }
}

#[test]
fn a_turn_at_the_end_of_the_calendar_has_an_end() {
    let mut rotation = Rotation::of_days(
        [1, 2].map(|number| EntityId(uuid::Uuid::from_u128(number))).to_vec(),
        "23:59".parse().expect("a time"),
        "9999-12-30".parse().expect("a day"),
        366,
    );
    let last = Turns::new(&rotation, Tz::UTC)
        .and_then(|line| line.turn_at(Timestamp::MAX.plus_millis(-1)))
        .expect("a turn");
    assert_eq!(last.end, Timestamp::MAX);
    rotation.first_day = NaiveDate::MAX;
    rotation.lengths = vec![TurnLength::Days(u32::MAX)];
    let line = Turns::new(&rotation, Tz::UTC).expect("days");
    assert_eq!(line.turn_at(Timestamp(0)).map(|turn| turn.end), Some(Timestamp::MAX));
    rotation.first_day = NaiveDate::MIN;
    let line = Turns::new(&rotation, Tz::UTC).expect("days");
    assert_eq!(line.turn_at(Timestamp(0)).map(|turn| turn.start), Some(Timestamp::MIN));
}
