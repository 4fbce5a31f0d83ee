//! Quiet hours: when a person does not want to be disturbed by what can wait (N3).
//!
//! Theirs to set, on the clock of their own zone. In them a page of severity 2 or lower comes to their
//! desktop without sound and without taking the screen; the notification, the list and the escalation
//! to others are as ever. **Severity 1 rings, in every case**, and so does whatever this program cannot
//! judge: hours without days, a zone that it does not know. Only desktops ask this; the server's steps
//! never do.

use serde::{Deserialize, Serialize};

use crate::{
    directory::Person,
    entity::Entity,
    incident::Severity,
    oncall::{LocalTime, in_week},
    time::Timestamp,
};

/// Field of a person: their quiet hours.
pub const QUIET_HOURS: &str = "quiet_hours";

/// Hours of a week on the clock of a person's own zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The days on which they begin: 1 is Monday.
    pub days: Vec<u8>,
    /// From this local time (inclusive).
    pub from: LocalTime,
    /// Until this local time (exclusive). Not later than `from`: until that time of the next day.
    pub until: LocalTime,
}

impl QuietHours {
    /// Whether they can be hours.
    #[must_use]
    pub fn are_sane(&self) -> bool {
        (1..=7).contains(&self.days.len()) && self.days.iter().all(|day| (1..=7).contains(day))
    }

    /// Whether the instant is in them, on the clock of that zone; never where the zone is unknown.
    #[must_use]
    pub fn hold(&self, zone: &str, at: Timestamp) -> bool {
        let held = in_week(zone, &self.days, self.from, self.until, at);
        self.are_sane() && held == Some(true)
    }
}

impl Person<'_> {
    /// Their quiet hours, if they have set any.
    #[must_use]
    pub fn quiet_hours(self) -> Option<QuietHours> {
        self.0.get(QUIET_HOURS)
    }

    /// Whether ordinary notices come to them without sound now.
    #[must_use]
    pub fn is_quiet(self, at: Timestamp) -> bool {
        self.quiet_hours().is_some_and(|hours| hours.hold(self.zone(), at))
    }
}

/// Whether a page of this severity comes to this person's desktop without sound now. Never for severity 1,
/// and never for one that is unknown.
#[must_use]
pub fn comes_silently(person: &Entity, severity: Option<Severity>, at: Timestamp) -> bool {
    severity.is_some_and(|severity| severity != Severity::One) && Person(person).is_quiet(at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::{
        change::{Author, Body},
        decide::Refusal,
        directory::DirectoryChange,
        entity::{Field, Kind, Stamp},
        id::{ChangeId, EntityId},
        testing::Story,
    };

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp_millis())
    }

    /// As it may stand in a record, whoever wrote it: not all of it would be accepted today.
    fn person(zone: &str, hours: Value) -> Entity {
        let id = EntityId(Uuid::from_u128(4));
        let stamp = Stamp { change: ChangeId(id.0), author: Author::Server, at: Timestamp(0) };
        let mut person = Entity::empty(id, Kind::PERSON, None);
        for (name, value) in [("zone", json!(zone)), (QUIET_HOURS, hours)] {
            person.fields.insert(name.to_owned(), Field { value, stamp: stamp.clone() });
        }
        person
    }

    fn nights(days: &[u8]) -> Value {
        json!({"days": days, "from": "22:00", "until": "07:00"})
    }

    /// Zone, days, instant, whether it is quiet then. 30 November 2026 is a Monday.
    const CASES: &[(&str, &[u8], &str, bool)] = &[
        ("Europe/Berlin", &[1, 2, 3, 4, 5], "2026-11-30T20:59:59Z", false),
        ("Europe/Berlin", &[1, 2, 3, 4, 5], "2026-11-30T21:00:00Z", true),
        // Over midnight: the night of Monday ends on Tuesday.
        ("Europe/Berlin", &[1, 2, 3, 4, 5], "2026-11-30T23:30:00Z", true),
        ("Europe/Berlin", &[1], "2026-12-01T05:59:59Z", true),
        ("Europe/Berlin", &[1], "2026-12-01T06:00:00Z", false),
        // Tuesday's own night is not Monday's.
        ("Europe/Berlin", &[1], "2026-12-01T21:30:00Z", false),
        // The night from Sunday to Monday is Sunday's.
        ("Europe/Berlin", &[1, 2, 3, 4, 5], "2026-11-30T03:00:00Z", false),
        ("Europe/Berlin", &[7], "2026-11-30T03:00:00Z", true),
        // The clocks go forward on 29 March 2026 at 01:00 UTC: 07:00 is at 05:00 UTC, not 06:00.
        ("Europe/Berlin", &[6], "2026-03-29T00:59:59Z", true),
        ("Europe/Berlin", &[6], "2026-03-29T01:00:00Z", true),
        ("Europe/Berlin", &[6], "2026-03-29T04:59:59Z", true),
        ("Europe/Berlin", &[6], "2026-03-29T05:00:00Z", false),
        // They go back on 25 October 2026: both hours from two to three are night, and it is longer.
        ("Europe/Berlin", &[6], "2026-10-25T00:30:00Z", true),
        ("Europe/Berlin", &[6], "2026-10-25T01:30:00Z", true),
        ("Europe/Berlin", &[6], "2026-10-25T05:59:59Z", true),
        ("Europe/Berlin", &[6], "2026-10-25T06:00:00Z", false),
        // On the clock of the person, not of the desktop.
        ("Asia/Shanghai", &[1], "2026-11-30T14:00:00Z", true),
        ("Asia/Shanghai", &[1], "2026-11-30T23:00:00Z", false),
        // Half an hour of daylight saving: it ends on 5 April 2026 at 15:00 UTC (02:00 becomes 01:30).
        ("Australia/Lord_Howe", &[7], "2026-04-05T11:29:59Z", false),
        ("Australia/Lord_Howe", &[7], "2026-04-05T11:30:00Z", true),
        ("Australia/Lord_Howe", &[7], "2026-04-05T20:29:59Z", true),
        ("Australia/Lord_Howe", &[7], "2026-04-05T20:30:00Z", false),
        // 30 December 2011 was no day in Apia: Thursday's night runs into Saturday's morning.
        ("Pacific/Apia", &[4], "2011-12-30T16:59:59Z", false),
        ("Pacific/Apia", &[5], "2011-12-30T16:59:59Z", true),
        // What cannot be judged rings.
        ("Mars/Olympus", &[1, 2, 3, 4, 5, 6, 7], "2026-11-30T23:30:00Z", false),
        ("", &[1, 2, 3, 4, 5, 6, 7], "2026-11-30T23:30:00Z", false),
        ("Europe/Berlin", &[], "2026-11-30T23:30:00Z", false),
    ];

    #[test]
    fn quiet_hours_are_read_on_the_clock_of_the_person() {
        for (zone, days, instant, quiet) in CASES {
            let (dee, now) = (person(zone, nights(days)), at(instant));
            let asked = [Some(Severity::Two), Some(Severity::Three)];
            for severity in asked {
                let silent = comes_silently(&dee, severity, now);
                assert_eq!(silent, *quiet, "{zone} {days:?} {instant} {severity:?}");
            }
            assert_eq!(Person(&dee).is_quiet(now), *quiet, "{zone} {days:?} {instant}");
        }
        assert_eq!(CASES.len(), 27);
    }

    #[test]
    fn severity_1_rings_in_every_case() {
        let mut asked = 0;
        for (zone, days, instant, _) in CASES {
            for hours in [nights(days), json!({"days": days, "from": "00:00", "until": "00:00"})] {
                let dee = person(zone, hours);
                for severity in [Some(Severity::One), None] {
                    assert!(!comes_silently(&dee, severity, at(instant)), "{zone} {instant}");
                    asked += 1;
                }
            }
        }
        assert_eq!(asked, 108);
        // Nobody is quiet who has set nothing, or whose hours cannot be read.
        for hours in [Value::Null, json!("always"), json!({"days": [1]})] {
            let dee = person("Europe/Berlin", hours);
            let now = at("2026-11-30T23:30:00Z");
            assert!(!comes_silently(&dee, Some(Severity::Two), now));
        }
        // From midnight to midnight is the whole day.
        let day = person("UTC", json!({"days": [1], "from": "00:00", "until": "00:00"}));
        for (instant, quiet) in [("2026-11-30T00:00:00Z", true), ("2026-12-01T00:00:00Z", false)] {
            assert_eq!(comes_silently(&day, Some(Severity::Two), at(instant)), quiet);
        }
    }

    #[test]
    fn they_are_ones_own_to_set_or_an_administrators() {
        let mut story = Story::new();
        let (ana, ben, chi) = (story.ana, story.ben, story.chi);
        let put = |hours: Value| {
            let fields = [(QUIET_HOURS.to_owned(), hours)].into();
            Body::Person(DirectoryChange::Put { fields })
        };
        for (author, person, hours, refused) in [
            (ben, ben, nights(&[1]), None),
            (ben, ben, Value::Null, None),
            (ana, ben, nights(&[1, 7]), None),
            (chi, ben, nights(&[1]), Some(Refusal::NotAllowed {})),
            (ben, ben, nights(&[]), Some(Refusal::ImpossibleValue { field: QUIET_HOURS.into() })),
            (ben, ben, nights(&[8]), Some(Refusal::ImpossibleValue { field: QUIET_HOURS.into() })),
        ] {
            let said = format!("{author:?} {hours}");
            let decided = story.try_to(Author::Person(author), person, put(hours));
            assert_eq!(decided.err(), refused, "{said}");
        }
        assert_eq!(
            Person(story.entity(ben)).quiet_hours().map(|hours| hours.days),
            Some(vec![1, 7])
        );
    }
}
