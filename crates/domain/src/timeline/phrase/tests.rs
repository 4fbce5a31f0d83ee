use proptest::prelude::*;

use super::*;

/// Monday 30 November 2026, 09:00 in Berlin.
const NOW: &str = "2026-11-30T08:00:00Z";

fn at(text: &str) -> Timestamp {
    Timestamp(DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis())
}

fn berlin(phrase: &str) -> Result<Timestamp, Question> {
    read(phrase, "Europe/Berlin", at(NOW))
}

#[test]
fn a_clock_time_is_the_last_one_that_was_and_beyond_twelve_hours_a_question() {
    assert_eq!(berlin("08:59"), Ok(at("2026-11-30T07:59:00Z")));
    assert_eq!(berlin("21:00"), Ok(at("2026-11-29T20:00:00Z")), "twelve hours ago");
    let earlier = Some(at("2026-11-29T19:59:00Z"));
    assert_eq!(berlin("20:59"), Err(Question::Future { earlier }));
    assert_eq!(berlin("today 20:59"), Err(Question::Future { earlier: None }));
}

#[test]
fn a_day_alone_asks_for_the_time_and_nonsense_for_everything() {
    for phrase in ["yesterday", "昨天", "last Friday", "11月29日"] {
        assert_eq!(berlin(phrase), Err(Question::WhichTime), "{phrase}");
    }
    let long = "1".repeat(MAX_PHRASE + 1);
    for phrase in ["", "  ", "soon", "25:00", "14:60", "14", "10m", "-5 min ago", "很久以前", &long]
    {
        assert_eq!(berlin(phrase), Err(Question::Unreadable), "{phrase}");
    }
}

#[test]
fn what_clocks_showed_twice_or_never_is_asked() {
    let day_after = at("2026-10-26T08:00:00Z");
    let twice = read("2026-10-25 02:30", "Europe/Berlin", day_after);
    let (first, second) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
    assert_eq!(twice, Err(Question::Twice { first, second }));
    let between = read("02:30", "Europe/Berlin", at("2026-10-25T01:00:00Z"));
    assert_eq!(between, Ok(first), "it has come once only");
    let never = read("2026-03-29 02:30", "Europe/Berlin", day_after);
    let after = at("2026-03-29T01:00:00Z");
    assert_eq!(never, Err(Question::Skipped { after }));
    assert_eq!(Question::Skipped { after }.choices(), [after]);
}

#[test]
fn two_numbers_are_asked_about_only_when_both_orders_are_days() {
    assert_eq!(berlin("11/29 23:40"), Ok(at("2026-11-29T22:40:00Z")));
    let question = Question::WhichDay {
        month_first: at("2026-05-04T22:40:00Z").plus_secs(-3_600),
        day_first: at("2026-04-05T21:40:00Z"),
    };
    assert_eq!(berlin("5/4 23:40"), Err(question));
    assert_eq!(berlin("5/5 23:40"), Ok(at("2026-05-05T21:40:00Z")));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_asked_about_and_never_lies_in_the_future(
        words in proptest::collection::vec(prop_oneof![
            Just("昨天"), Just("周"), Just("二"), Just("十"), Just("半"), Just("前"), Just("小时"), Just("ago"),
            Just("last"), Just("fri"), Just("29"), Just("4000000000"), Just(":"), Just("-"), Just("+"), Just("."),
            Just("nov"), Just("pm"), Just("点"), Just("utc"), Just(" "), Just("日"), Just("个"), Just("9"),
        ], 0..8),
        noise in ".{0,6}",
    ) {
        let phrase = format!("{}{noise}", words.concat());
        if let Ok(read) = berlin(&phrase) {
            prop_assert!(read <= at(NOW), "{phrase} is {read:?}");
        }
    }

    #[test]
    fn a_minute_written_out_is_read_as_itself(minutes in 0_i64..5_000_000) {
        let then = at(NOW).plus_secs(-60 * minutes);
        let utc = DateTime::from_timestamp_millis(then.0).expect("a time");
        for form in ["%Y-%m-%d %H:%M UTC", "%Y-%m-%dT%H:%MZ", "%Y年%m月%d日%H点%M分 utc", "%d %b %Y %H:%M UTC"] {
            let phrase = utc.format(form).to_string();
            prop_assert_eq!(berlin(&phrase), Ok(then), "{}", phrase);
        }
    }
}
