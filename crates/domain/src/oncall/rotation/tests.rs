//! Tests of `rotation`.

use super::*;

#[test]
fn a_clock_time_is_read_and_written_in_one_form() {
    for minutes in 0..1440 {
        let time = LocalTime::from_minutes(minutes).expect("within a day");
        assert_eq!(time.to_string().parse(), Ok(time));
        assert_eq!(time.minutes(), minutes);
    }
    assert_eq!(LocalTime::from_minutes(1440), None);
    for wrong in ["", "9:00", "24:00", "09:60", "0900", "09:0０", "+9:00", "09:00:00", " 09:00"] {
        assert_eq!(wrong.parse::<LocalTime>(), Err(InvalidLocalTime), "{wrong:?}");
        assert!(serde_json::from_value::<LocalTime>(wrong.into()).is_err());
    }
}

#[test]
fn a_day_is_read_in_one_form() {
    let read = |day: &str| {
        serde_json::from_value::<Rotation>(serde_json::json!({
            "people": [], "hand_off": "09:00", "first_day": day, "turn_days": 7,
        }))
        .map(|rotation| rotation.first_day)
    };
    assert_eq!(
        read("2024-02-29").expect("a leap day"),
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()
    );
    for wrong in ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00", "+2024-02-29", ""] {
        assert!(read(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn turns_of_one_length_in_days_are_stored_as_they_always_were() {
    let plain = serde_json::json!({
        "people": [], "hand_off": "09:00", "first_day": "2024-02-29", "turn_days": 7,
    });
    let rotation: Rotation = serde_json::from_value(plain.clone()).expect("an old one");
    assert_eq!((rotation.id, rotation.layer), (EntityId::NIL, 0));
    assert_eq!(rotation.lengths, [TurnLength::Days(7)]);
    assert_eq!(serde_json::to_value(&rotation).expect("writes"), plain);

    let full = serde_json::json!({
        "id": "00000000-0000-0000-0000-000000000007", "name": "nights", "layer": 2,
        "people": [], "hand_off": "22:00", "first_day": "2024-02-29",
        "lengths": [{"days": 4}, {"days": 3}],
        "hours": [{"days": [1, 2], "from": "22:00", "until": "06:00"}],
        "advance": "served",
    });
    let rotation: Rotation = serde_json::from_value(full.clone()).expect("a new one");
    assert_eq!(rotation.validate(), Ok(()));
    assert_eq!(serde_json::to_value(&rotation).expect("writes"), full);
}

#[test]
fn a_rotation_that_cannot_work_is_refused_with_the_reason() {
    use ScheduleError::*;
    use TurnLength::{Days, Hours};
    let good = || {
        let nine = LocalTime::from_minutes(540).expect("nine");
        Rotation::of_days(vec![], nine, NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day"), 7)
    };
    let hours = |days: &[u8]| ActiveHours {
        days: days.to_vec(),
        from: LocalTime::from_minutes(0).expect("midnight"),
        until: LocalTime::from_minutes(0).expect("midnight"),
    };
    let with = |lengths: &[TurnLength]| Rotation { lengths: lengths.to_vec(), ..good() };
    let served = |rotation| Rotation { advance: Advance::Served, ..rotation };
    let long = "x".repeat(Rotation::MAX_NAME + 1);
    let table: Vec<(Rotation, Result<(), ScheduleError>)> = vec![
        (good(), Ok(())),
        (with(&[Days(4), Days(3)]), Ok(())),
        (with(&[Hours(8), Hours(16)]), Ok(())),
        (with(&[]), Err(EmptyTurn)),
        (with(&[Days(4), Days(0)]), Err(EmptyTurn)),
        (with(&[Days(367)]), Err(LongTurn { turn_days: 367 })),
        (with(&[Hours(24 * 367)]), Err(LongTurn { turn_days: 367 })),
        (with(&[Days(1), Hours(12)]), Err(MixedTurns)),
        (with(&[Days(1); Rotation::MAX_LENGTHS]), Ok(())),
        (with(&[Days(1); Rotation::MAX_LENGTHS + 1]), Err(MixedTurns)),
        (served(good()), Err(ServedWithoutHours)),
        (served(Rotation { hours: vec![hours(&[1])], ..good() }), Ok(())),
        (
            served(Rotation { hours: vec![hours(&[1])], ..with(&[Hours(1)]) }),
            Err(ServedWithoutHours),
        ),
        (Rotation { hours: vec![hours(&[])], ..good() }, Err(HoursWithoutDay)),
        (Rotation { hours: vec![hours(&[8])], ..good() }, Err(HoursWithoutDay)),
        (Rotation { hours: vec![hours(&[7]); 22], ..good() }, Err(TooMuch)),
        (Rotation { layer: 10, ..good() }, Err(TooMuch)),
        (Rotation { name: long, ..good() }, Err(TooMuch)),
        (Rotation { people: vec![EntityId::NIL; 201], ..good() }, Err(TooMuch)),
    ];
    for (rotation, expected) in &table {
        assert_eq!(rotation.validate(), *expected, "{rotation:?}");
    }
    println!("{} rotations judged", table.len());
}
